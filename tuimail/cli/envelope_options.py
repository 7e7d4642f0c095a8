"""The options that say what the envelope tells the server."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from tuimail.cli.addresses import read_addresses
from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.option_group import under

if TYPE_CHECKING:
    from tuimail.message import Address
    from tuimail.smtp import DsnRequest, Notify, Travel

_option = under("Envelope and delivery reports")

ENVELOPE_OPTIONS = (
    _option(
        "--reverse-path",
        metavar="ADDRESS",
        help="Where bounces go; <> for nowhere.  [default: the sender]",
    ),
    _option(
        "--dsn",
        metavar="WHEN",
        help="Ask for a report on success, failure, delay (any of them, with commas), or never.",
    ),
    _option(
        "--dsn-return",
        metavar="WHAT",
        type=click.Choice(["full", "headers"]),
        help="What a failure report brings back: full or headers.",
    ),
    _option("--envid", metavar="TEXT", help="An id that comes back in each report."),
    _option(
        "--require-tls",
        "way",
        flag_value="requiretls",
        default="any",
        help="All the way over TLS that proves each server, or not at all (RFC 8689).",
    ),
)


@dataclass(frozen=True, slots=True)
class EnvelopeOptions:
    """What the options gave, by their names. All methods raise CommandError."""

    reverse_path: str | None = None
    dsn: str | None = None
    dsn_return: str | None = None
    envid: str | None = None
    way: str = "any"

    def reverse_path_of(self, sender: "Address") -> str:
        if self.reverse_path is None:
            return sender.mailbox
        if self.reverse_path.strip() in ("<>", ""):
            return ""
        addresses = read_addresses([self.reverse_path])
        if len(addresses) != 1:
            raise CommandError(Exit.BAD_DATA, "--reverse-path takes one address, or <>.")
        return addresses[0].mailbox

    def dsn_request(self) -> "DsnRequest | None":
        """None where nothing was asked for."""
        from tuimail.smtp import DsnRequest, DsnReturn

        if self.dsn is None and self.dsn_return is None and self.envid is None:
            return None
        returns = None if self.dsn_return is None else DsnReturn[self.dsn_return.upper()]
        try:
            return DsnRequest(self._notify(), returns, self.envid or "")
        except ValueError as error:
            raise CommandError(Exit.USAGE, f"{error}.") from error

    def travel(self) -> "Travel":
        from tuimail.smtp import Travel

        return Travel(self.way)

    def _notify(self) -> "tuple[Notify, ...]":
        from tuimail.smtp import Notify

        if self.dsn is None:
            return ()
        words = [word.strip().upper() for word in self.dsn.split(",")]
        if not set(words) <= set(Notify):
            raise CommandError(
                Exit.USAGE, "--dsn takes never, or any of success, failure, delay with commas."
            )
        return tuple(Notify(word) for word in words)
