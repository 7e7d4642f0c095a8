"""The domains looked at."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuimail.tui.listing import Listing
    from tuimail.tui.request import Request


class DomainsSeen:
    """Each domain once, in the order in which they were first asked for."""

    def __init__(self) -> None:
        self._listings: dict[str, Listing] = {}
        self._complete: dict[str, Listing] = {}
        self._newest: dict[str, Request] = {}
        self.current: Listing | None = None

    @property
    def listings(self) -> "Mapping[str, Listing]":
        """By domain in A-labels."""
        return self._listings

    @property
    def position(self) -> int:
        """Of the current one, counted from 0."""
        return list(self._listings).index(self.current.domain) if self.current else 0

    def put(self, listing: "Listing") -> bool:
        """Takes it in, in the place of what was known of its domain; False where somebody has
        asked anew since."""
        domain, request = listing.domain, listing.request
        if listing.is_new:
            self._newest[domain] = request
        elif self._newest.get(domain) is not request:
            return False
        shown = listing.over(self._complete.get(domain))
        if listing.is_done:
            self._complete[domain] = listing
        self._listings[domain] = shown
        if self.current is None or self.current.domain == domain:
            self.current = shown
        return True

    def turn_to(self, domain: str) -> None:
        """A domain that was looked at."""
        self.current = self._listings[domain]

    def step(self, steps: int) -> None:
        """So many domains on, or back, as far as there are any."""
        if self.current is not None:
            place = min(max(self.position + steps, 0), len(self._listings) - 1)
            self.current = list(self._listings.values())[place]
