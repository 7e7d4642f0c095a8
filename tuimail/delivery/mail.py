"""A message and who gets it."""

from dataclasses import dataclass

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
