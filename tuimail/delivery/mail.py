"""A message and who gets it."""

from dataclasses import dataclass, replace

from tuimail.message import Address, Message
from tuimail.smtp import DsnRequest, Travel


@dataclass(frozen=True, slots=True)
class Mail:
    """`recipients` may know of each other, `blind` ones of nobody (RFC 5321 §7.2).

    The empty reverse-path is the null one.
    """

    message: Message
    reverse_path: str
    recipients: tuple[Address, ...]
    blind: tuple[Address, ...] = ()
    dsn: DsnRequest | None = None
    travel: Travel = Travel.ANY
    exchange: str = ""
    """The one exchange that gets it, in A-labels, where it goes straight to exchanges; empty is
    each in its turn."""

    def to_one(self, domain: str, exchange: str) -> "Mail":
        """For the recipients of a domain alone, and to one exchange of it. Both in A-labels."""
        return replace(
            self,
            recipients=tuple(each for each in self.recipients if each.ascii_domain == domain),
            blind=tuple(each for each in self.blind if each.ascii_domain == domain),
            exchange=exchange,
        )
