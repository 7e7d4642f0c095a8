"""The fields of the composer; one of addresses shows what is known of each while nobody types."""

from collections.abc import Mapping
from typing import ClassVar

from rich.segment import Segment
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Paste
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tuimail.safetext import visible
from tuimail.tui.fold import crop
from tuimail.tui.letter import read_addresses
from tuimail.tui.verdict import Verdict

_CLASSES = {
    Verdict.TAKES_MAIL: "address--good",
    Verdict.TAKES_NONE: "address--bad",
    Verdict.UNKNOWN: "address--open",
}


class Field(Input):
    """One line without a frame; going there selects nothing, so that typing overwrites nothing."""

    def __init__(self, value: str = "", *, id: str, placeholder: str = "") -> None:  # noqa: A002 - Textual's name
        super().__init__(value, placeholder, id=id, select_on_focus=False)


class FieldRow(Horizontal):
    """A field with its label before it, which the row draws where the field leaves room."""

    def __init__(self, label: str, field: Field, *beside: Widget) -> None:
        super().__init__(field, *beside)
        self.field = field
        self._label = label

    def render(self) -> Content:
        return Content(self._label)


class AddressField(Field):
    """Reads as typed while it has the focus, else as chips: `✓ bob@example.net  ? zoë@…`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(_CLASSES.values())

    verdicts: reactive[Mapping[str, Verdict]] = reactive(dict)
    """What is known of each domain, by its A-labels."""

    def _on_paste(self, event: Paste) -> None:
        """Takes a list of several lines whole, where an input takes its first line."""
        event.prevent_default()
        event.stop()
        self.replace(one_line(event.text), *self.selection)

    def render_line(self, y: int) -> Strip:
        if y or self.has_focus or not self.value:
            return super().render_line(y)
        width = self.scrollable_content_region.width
        chips = self._chips()
        segments: list[Segment] = []
        room = width
        for number, (verdict, text) in enumerate(chips):
            others = len(chips) - number - 1
            reserve = len(f" +{others}") if others else 0
            label = f" {verdict.value} {text} "
            if segments and len(label) > room - reserve:
                segments.append(Segment(f"+{others + 1}", self.rich_style))
                break
            label = crop(label, max(room - reserve, 2))
            segments += [
                Segment(label, self.get_component_rich_style(_CLASSES[verdict])),
                Segment(" ", self.rich_style),
            ]
            room -= Strip(segments[-2:]).cell_length
        strip = Strip(segments).adjust_cell_length(width, self.rich_style)
        return strip.apply_style(self.rich_style)

    def _chips(self) -> list[tuple[Verdict, str]]:
        read = read_addresses(self.value)
        chips = [
            (self.verdicts.get(address.ascii_domain, Verdict.UNKNOWN), visible(address.addr_spec))
            for address in read.addresses
        ]
        return chips + [(Verdict.TAKES_NONE, visible(problem.text)) for problem in read.problems]


def one_line(text: str) -> str:
    """A pasted list of addresses as a person would have typed it."""
    lines = text.splitlines()
    if len(lines) < 2:
        return "".join(lines)
    read = read_addresses(text)
    if read.problems:
        # Nothing is left out: what is wrong is for a person to mend.
        return ", ".join(stripped for line in lines if (stripped := line.strip().rstrip(",;")))
    return ", ".join(map(str, read.addresses))
