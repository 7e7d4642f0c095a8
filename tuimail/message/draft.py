"""What a person has written, before it is a message."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tuimail.message.addresses import Address, Problem
from tuimail.message.header import given_field, text_field
from tuimail.message.message import MessageError
from tuimail.safetext import visible


@dataclass(frozen=True, slots=True)
class Draft:
    """Takes whatever was typed; `problems` says what stands against sending it.

    `headers` are fields beside those that follow from the rest, each a name and a value.
    """

    sender: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str = ""
    body: str = ""
    attachments: tuple[Path, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def recipients(self) -> tuple[Address, ...]:
        """To, Cc and Bcc in this order, each mailbox once. Raises ValueError like `mailbox`."""
        first: dict[str, Address] = {}
        for address in (*self.to, *self.cc, *self.bcc):
            first.setdefault(address.mailbox, address)
        return tuple(first.values())


def text_octets(body: str) -> bytes:
    """A body in UTF-8, its line ends LF. Raises MessageError for what is no text."""
    try:
        return body.replace("\r\n", "\n").encode()
    except UnicodeEncodeError as error:
        raise MessageError("the text has bytes that are no text in UTF-8") from error


def problems(draft: Draft) -> tuple[Problem, ...]:
    """Why the draft can't be sent as it is; looks for its attachments on the disk."""
    return tuple(_problems(draft))


def _problems(draft: Draft) -> Iterator[Problem]:
    if draft.sender is None:
        yield Problem("", "there is no sender")
    if not draft.recipients:
        yield Problem("", "there is no recipient")
    yield from _refusal(draft.subject, partial(text_field, "Subject", draft.subject))
    for name, value in draft.headers:
        yield from _refusal(value, partial(given_field, name, value))
    yield from _refusal("", partial(text_octets, draft.body))
    for path in draft.attachments:
        if not path.is_file():
            yield Problem(str(path), f"there is no file “{visible(str(path))}”")


def _refusal(text: str, make: Callable[[], object]) -> Iterator[Problem]:
    try:
        make()
    except MessageError as error:
        yield Problem(text, str(error))
