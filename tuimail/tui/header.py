"""The first line: who I am and how the mail will travel, or which pane is in front."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from tuimail.safetext import visible

if TYPE_CHECKING:
    from tuimail.delivery.settings import Route

PANES = {"compose": "Compose", "inspector": "Inspector", "transcript": "Transcript"}
"""The panes' names by their ids, in the order of their keys."""
PROGRAM = Content.styled("tuimail", "bold $accent")
GAP = Content("   ")


class HeaderLine(Widget):
    identity: reactive[str] = reactive("")
    route: reactive[str] = reactive("")
    front: reactive[str] = reactive("compose")
    """The id of the pane in front."""
    wide: reactive[bool] = reactive(default=True)
    """Whether all panes are to be seen: else their names stand here, as tabs."""

    def render(self) -> Content:
        route = Content(visible(self.route))
        if self.wide:
            identity = Content.styled(visible(self.identity), "$foreground 60%")
            return GAP.join(part for part in (PROGRAM, identity, route) if part)
        tabs = Content("").join(map(self._tab, PANES))
        left = Content.assemble(PROGRAM, "  ", tabs)
        room = self.size.width - left.cell_length
        return Content.assemble(left, " " * (room - route.cell_length), route)

    def _tab(self, pane: str) -> Content:
        style = "bold reverse $accent" if pane == self.front else "$foreground 60%"
        tab = Content.styled(f" {PANES[pane]} ", style)
        return tab.stylize(Style.from_meta({"pane": pane}))

    async def on_click(self, event: Click) -> None:
        if "pane" in event.style.meta:
            await self.run_action(f"screen.go('{event.style.meta['pane']}')")


def route_shown(route: "Route") -> str:
    # Imports more than a first paint has time for.
    from tuimail.delivery.settings import Relay, UnixSocket

    match route:
        case Relay(host=host, port=None):
            return f"through {host}"
        case Relay(host=host, port=port):
            return f"through {host}:{port}"
        case UnixSocket():
            return f"through {route}"
        case _:
            return "direct to exchanges"
