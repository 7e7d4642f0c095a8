"""What was found in the history, as far as it has been read, and which of it is chosen."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tuimail.store.query import PAGE, Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuimail.store.sessions import Kept


class HistoryList:
    def __init__(self) -> None:
        self.query = Query()
        """What was looked for."""
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

    def show(self, found: "Sequence[Kept]", query: Query, total: int) -> None:
        """In the place of what was found before. Where the same was looked for, the cursor stays at
        its session, or else on its row."""
        before = self.chosen if query.terms == self.query.terms else None
        self.query = query
        self.sessions = list(found)
        self.whole = len(found) < query.most
        self.total = total
        if before is None:
            self.cursor = 0
            return
        places = {kept.id: place for place, kept in enumerate(found)}
        self.cursor = places.get(before.id, self.cursor)
        self.move(0)

    @property
    def rest(self) -> Query:
        """For what comes behind it, a page of it."""
        return replace(self.query, most=PAGE, behind=self.sessions[-1].place)

    def extend(self, found: "Sequence[Kept]") -> None:
        """With what the `rest` has."""
        self.sessions += found
        self.whole = len(found) < PAGE
        self.query = replace(self.query, most=self.query.most + PAGE)

    def move(self, steps: int) -> None:
        """As far as there are any."""
        self.cursor = min(max(self.cursor + steps, 0), max(len(self.sessions) - 1, 0))

    @property
    def state(self) -> str:
        """How many there are, in a few words."""
        count, total = f"{len(self.sessions):,}", f"{self.total:,}"
        if not self.total:
            return ""
        match self.whole, self.query.terms:
            case True, ():
                return f"{count} kept"
            case False, ():
                return f"the newest {count} of {total}"
            case True, _:
                return f"{count} of {total} fit"
            case _:
                return f"the newest {count} that fit, of {total}"
