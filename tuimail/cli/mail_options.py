"""The options that say what is sent and to whom, and the mail they make."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from tuimail.cli.addresses import read_addresses
from tuimail.cli.envelope_options import EnvelopeOptions
from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.option_group import under

if TYPE_CHECKING:
    from tuimail.delivery.mail import Mail
    from tuimail.message import Address, Message

_STDIN = Path("-")
_FILE_OR_STDIN = click.Path(path_type=Path, allow_dash=True)

_option = under("Message")

MAIL_OPTIONS = (
    _option(
        "--from",
        "sender",
        metavar="ADDRESS",
        help="Who sends it.  [default: the last one used, then $EMAIL]",
    ),
    _option("--to", metavar="ADDRESS", multiple=True, help="A recipient; may be repeated."),
    _option("--cc", metavar="ADDRESS", multiple=True, help="One who gets a copy."),
    _option("--bcc", metavar="ADDRESS", multiple=True, help="One whom nobody else sees."),
    _option("--subject", metavar="TEXT", help="The subject."),
    _option("--body", metavar="TEXT", help="The text."),
    _option("--body-file", metavar="PATH", type=_FILE_OR_STDIN, help="The text; - is stdin."),
    _option(
        "--attach",
        "attachments",
        metavar="PATH",
        type=click.Path(path_type=Path),
        multiple=True,
        help="A file to go with it; may be repeated.",
    ),
    _option("--header", "headers", metavar="'NAME: VALUE'", multiple=True, help="One more header."),
    _option(
        "--eml",
        metavar="PATH",
        type=_FILE_OR_STDIN,
        help="A whole message, sent as it is but for Bcc; - is stdin. The addresses are the"
        " envelope's alone.",
    ),
)


@dataclass(frozen=True, slots=True)
class MailOptions:
    """What the options gave, by their names."""

    sender: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    subject: str | None
    body: str | None
    body_file: Path | None
    attachments: tuple[Path, ...]
    headers: tuple[str, ...]
    eml: Path | None

    def mail(self, envelope: EnvelopeOptions) -> "Mail":
        """Raises CommandError. Close its message."""
        from tuimail.delivery.mail import Mail

        self._check_usage()
        sender = self._sender()
        to, cc, bcc = (read_addresses(texts) for texts in (self.to, self.cc, self.bcc))
        if not (to or cc or bcc):
            raise CommandError(Exit.USAGE, "Nobody to send to: give --to, --cc or --bcc.")
        reverse_path = envelope.reverse_path_of(sender)
        dsn = envelope.dsn_request()
        message = self._composed(sender, to, cc, bcc) if self.eml is None else _read(self.eml)
        return Mail(message, reverse_path, (*to, *cc), bcc, dsn, envelope.travel())

    def _check_usage(self) -> None:
        composing = (self.body, self.body_file, self.subject)
        if self.eml is not None and (
            any(option is not None for option in composing) or self.attachments or self.headers
        ):
            raise CommandError(
                Exit.USAGE,
                "--eml is a whole message: no --subject, --body, --body-file, --attach, --header.",
            )
        if self.body is not None and self.body_file is not None:
            raise CommandError(Exit.USAGE, "Give --body or --body-file, not both.")
        if self.eml is None and self.body is None and self.body_file is None:
            raise CommandError(Exit.USAGE, "Nothing to send: give --body, --body-file or --eml.")

    def _sender(self) -> "Address":
        from tuimail.store import LastSender

        remembered = LastSender()
        text = self.sender or remembered.read() or os.environ.get("EMAIL")
        if not text:
            raise CommandError(Exit.USAGE, "Nobody to send as: give --from, or set EMAIL.")
        addresses = read_addresses([text])
        if len(addresses) != 1:
            raise CommandError(Exit.BAD_DATA, f"The sender is one address, not {len(addresses)}.")
        if self.sender:
            remembered.write(text)
        return addresses[0]

    def _composed(
        self,
        sender: "Address",
        to: tuple["Address", ...],
        cc: tuple["Address", ...],
        bcc: tuple["Address", ...],
    ) -> "Message":
        from datetime import datetime

        from tuimail.message import Draft, MessageError, compose, make_message_id

        draft = Draft(
            sender=sender,
            to=to,
            cc=cc,
            bcc=bcc,
            subject=self.subject or "",
            body=self._text(),
            attachments=self.attachments,
            headers=tuple(_header(text) for text in self.headers),
        )
        try:
            return compose(
                draft,
                now=datetime.now().astimezone(),
                message_id=make_message_id(sender.ascii_domain),
            )
        except MessageError as error:
            raise CommandError(Exit.BAD_DATA, f"{error}.") from error
        except OSError as error:
            raise _unreadable(error) from error

    def _text(self) -> str:
        if self.body_file is None:
            return self.body or ""
        try:
            with _opened(self.body_file) as file:
                return file.read().decode()
        except UnicodeDecodeError as error:
            raise CommandError(
                Exit.BAD_DATA, f"{self.body_file} is not UTF-8 text; attach it instead."
            ) from error


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise CommandError(Exit.BAD_DATA, f"“{text}” is no header: a name, a colon, a value.")
    return name.strip(), value.strip()


def _read(path: Path) -> "Message":
    from tuimail.message import MessageError, read_eml

    try:
        with _opened(path) as file:
            return read_eml(file)
    except MessageError as error:
        raise CommandError(Exit.BAD_DATA, f"{path}: {error}.") from error


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        if path == _STDIN:
            yield sys.stdin.buffer
        else:
            with path.open("rb") as file:
                yield file
    except OSError as error:
        raise _unreadable(error) from error


def _unreadable(error: OSError) -> CommandError:
    return CommandError(
        Exit.NO_INPUT, f"{error.filename or 'The file'} can't be read: {error.strerror}."
    )
