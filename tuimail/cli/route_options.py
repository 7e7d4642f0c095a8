"""The options that say where mail goes, shared by the screen and `send`."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.option_group import under

if TYPE_CHECKING:
    from tuimail.delivery.settings import Route
    from tuimail.lookup import Nameserver

_option = under("Route")

NAMESERVERS = _option(
    "--nameserver",
    "nameservers",
    metavar="ADDR[:PORT]",
    multiple=True,
    help="Ask this nameserver, not the system's; may be repeated.",
)
TRUST_DNSSEC = _option(
    "--trust-dnssec",
    "credit",
    flag_value="given",
    default="on_loopback",
    help="Believe what --nameserver says of DNSSEC: it validates, and the way to it is safe."
    "  [default: on loopback alone]",
)
ROUTE_OPTIONS = (
    _option(
        "--server",
        metavar="HOST[:PORT]",
        help="Send through this relay, or unix:/path/to/socket, instead of the recipients'"
        " exchanges.",
    ),
    _option(
        "--port",
        metavar="NUMBER",
        type=click.IntRange(1, 65535),
        help="Where exchanges, or the relay, listen.  [default: 25; 587 with --user, 465 with"
        " --implicit-tls, 24 with --lmtp]",
    ),
    _option(
        "--lmtp",
        "protocol",
        flag_value="lmtp",
        default="smtp",
        help="Speak LMTP with --server: a reply for each recipient (RFC 2033).",
    ),
    NAMESERVERS,
    TRUST_DNSSEC,
)


@dataclass(frozen=True, slots=True)
class RouteOptions:
    """What the options gave, by their names."""

    server: str | None = None
    port: int | None = None
    protocol: str = "smtp"
    nameservers: tuple[str, ...] = ()
    credit: str = "on_loopback"

    def route(self) -> "Route":
        """Raises ValueError or CommandError."""
        from tuimail.delivery.settings import Direct, Relay, parse_server

        if self.server is None:
            if self.protocol == "lmtp":
                raise CommandError(Exit.USAGE, "--lmtp needs --server: exchanges speak SMTP.")
            return Direct(self.port)
        server = parse_server(self.server)
        if self.port is None:
            return server
        if not isinstance(server, Relay):
            raise CommandError(Exit.USAGE, "A socket in the file system has no --port.")
        return replace(server, port=self.port)

    def asked(self) -> "tuple[Nameserver, ...]":
        """The nameservers. Raises ValueError or CommandError."""
        from tuimail.lookup import Credit, Nameserver

        credit = Credit(self.credit)
        if credit is Credit.GIVEN and not self.nameservers:
            raise CommandError(
                Exit.USAGE,
                "--trust-dnssec needs --nameserver; for the system's, write “options trust-ad”.",
            )
        return tuple(replace(Nameserver.parse(text), credit=credit) for text in self.nameservers)
