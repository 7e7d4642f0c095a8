"""Who can be asked what the DNS says: a resolver, or something before it."""

from typing import Protocol

from tuimail.domain import Answer, Checking


class Ask(Protocol):
    async def __call__(
        self, name: str, rdtype: str, checking: Checking = Checking.ENABLED
    ) -> Answer:
        """`name` in A-labels. Never raises for what a nameserver says, or for its silence."""


class Asking(Protocol):
    @property
    def ask(self) -> Ask: ...
