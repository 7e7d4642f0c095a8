"""What was found in the history, as far as it has been read, and which of it is chosen."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuimail.store.sessions import Kept


class HistoryList:
    def __init__(self) -> None:
        self.sessions: list[Kept] = []
        """The newest first."""
        self.total = 0
        """Sessions that are kept, found or not."""
        self.whole = True
        """Whether there are no others to be found."""
        self.cursor = 0

    @property
    def chosen(self) -> "Kept | None":
        return self.sessions[self.cursor] if self.sessions else None

    def turn_to(self, found: "Sequence[Kept]", most: int, total: int) -> None:
        """What is found of something else, from the newest on. As `show`."""
        self.sessions = []
        self.cursor = 0
        self.show(found, most, total)

    def show(self, found: "Sequence[Kept]", most: int, total: int) -> None:
        """In the place of what was found before: the newest `most` of it. The cursor stays at the
        same session, or else on its row."""
        before = self.chosen
        self.sessions = list(found)
        self.whole = len(found) < most
        self.total = total
        places = {kept.id: place for place, kept in enumerate(found)}
        if before is not None:
            self.cursor = places.get(before.id, self.cursor)
        self.move(0)

    def extend(self, found: "Sequence[Kept]", most: int) -> None:
        """With what comes behind it: the next `most`."""
        self.sessions += found
        self.whole = len(found) < most

    def move(self, steps: int) -> None:
        """As far as there are any."""
        self.cursor = min(max(self.cursor + steps, 0), max(len(self.sessions) - 1, 0))

    def state(self, *, of_all: bool) -> str:
        """How many there are, in a few words; `of_all` where all were looked for."""
        count, total = f"{len(self.sessions):,}", f"{self.total:,}"
        if not self.total:
            return ""
        match self.whole, of_all:
            case True, True:
                return f"{count} kept"
            case False, True:
                return f"the newest {count} of {total}"
            case True, False:
                return f"{count} of {total} fit"
            case _:
                return f"the newest {count} that fit, of {total}"
