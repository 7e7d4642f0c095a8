"""The domains looked at, on one line."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from tuimail.safetext import visible
from tuimail.tui.fold import crop
from tuimail.tui.verdict import Verdict


class Part(NamedTuple):
    """A part of the line: a chip, by its place, or what says how many are left out."""

    text: str
    place: int | None = None


def around(chips: Sequence[str], current: int, width: int) -> list[Part]:
    """As many of the chips around the current one as fit, with the numbers of the others."""
    if not chips:
        return []
    first = last = current
    while True:
        # What comes next is of more use than what has been.
        if last + 1 < len(chips) and _fits(chips, first, last + 1, width):
            last += 1
        elif first and _fits(chips, first - 1, last, width):
            first -= 1
        else:
            break
    parts = [Part(chip, index) for index, chip in enumerate(chips)][first : last + 1]
    if len(parts) == 1:
        room = width - sum(cell_len(text) for text in _ends(chips, first, last))
        parts = [Part(crop(chips[current], max(room, 2)), current)]
    before, after = _ends(chips, first, last)
    return [*([Part(before)] if before else []), *parts, *([Part(after)] if after else [])]


def _fits(chips: Sequence[str], first: int, last: int, width: int) -> bool:
    shown = [*filter(None, _ends(chips, first, last)), *chips[first : last + 1]]
    return sum(map(cell_len, shown)) <= width


def _ends(chips: Sequence[str], first: int, last: int) -> tuple[str, str]:
    left = len(chips) - 1 - last
    return (f"‹{first}" if first else "", f"{left}›" if left else "")


class DomainStrip(Widget):
    """Each domain with its mark; a click goes there."""

    chips: reactive[tuple[tuple[str, Verdict], ...]] = reactive(())
    """Domains in A-labels."""
    current: reactive[int] = reactive(0)

    class Chosen(Message):
        def __init__(self, domain: str) -> None:
            super().__init__()
            self.domain = domain

    def render(self) -> Content:
        texts = [f"{verdict.value} {visible(domain)}" for domain, verdict in self.chips]
        return Content("").join(self._parts(texts))

    def _parts(self, texts: Sequence[str]) -> Iterator[Content]:
        for part in around([f" {text} " for text in texts], self.current, self.size.width):
            if part.place is None:
                yield Content.styled(part.text, "$foreground 60%")
                continue
            domain, verdict = self.chips[part.place]
            chosen = part.place == self.current
            chip = Content.styled(part.text, "bold reverse" if chosen else "")
            if not chosen:
                chip = chip.stylize(verdict.style, 0, 2)
            yield chip.stylize(Style.from_meta({"domain": domain}))

    def on_click(self, event: Click) -> None:
        if "domain" in event.style.meta:
            self.post_message(self.Chosen(event.style.meta["domain"]))
