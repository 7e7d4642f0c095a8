"""Sessions as the history has them."""

from tuimail.store.session import Kind, Recipient
from tuimail.store.sessions import Kept
from tuimail.transcript import Status

NOON = 1_800_014_400.0
"""2027-01-15 12:00:00 UTC, in seconds of the epoch."""


def session(
    number: int = 1,
    *addresses: str,
    status: Status | None = Status.DELIVERED,
    begun: float = NOON,
    exchanges: tuple[str, ...] = ("mx1.a.test",),
) -> Kept:
    kind = Kind.TALK if status is None else Kind.SEND
    recipients = tuple(Recipient(address, status) for address in addresses or ("bob@a.test",))
    return Kept(number, begun, 0.0314, kind, status, "<1@a.test>", recipients, exchanges)
