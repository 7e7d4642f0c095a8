"""The options that say how mail travels, shared by the screen and `send`."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimail.cli.exits import CommandError, Exit

if TYPE_CHECKING:
    from tuimail.delivery.settings import Route, Settings

NAMESERVERS = click.option(
    "--nameserver",
    "nameservers",
    metavar="ADDR[:PORT]",
    multiple=True,
    help="Ask this nameserver, not the system's; may be repeated.",
)
TLS = click.option(
    "--tls",
    type=click.Choice(["none", "opportunistic", "encrypt", "verify"]),
    help="What TLS has to give.  [default: verify for a relay, opportunistic for an exchange and"
    " on loopback]",
)
HELLO = click.option(
    "--hello", metavar="NAME", help="What EHLO says.  [default: this host's full name]"
)
TIMEOUT = click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    help="The most to wait at each stage but the final reply.",
)
ROUTE_OPTIONS = (
    click.option(
        "--server",
        metavar="HOST[:PORT]",
        help="Send through this relay instead of the recipients' exchanges.",
    ),
    click.option(
        "--port",
        metavar="NUMBER",
        type=click.IntRange(1, 65535),
        help="Where exchanges, or the relay, listen.  [default: 25]",
    ),
    NAMESERVERS,
    TLS,
    click.option(
        "--ca-file",
        metavar="PEM",
        type=click.Path(path_type=Path),
        help="Trust these certificate authorities instead of the system's.",
    ),
    HELLO,
    TIMEOUT,
)


@dataclass(frozen=True, slots=True)
class RouteOptions:
    """What the options gave, by their names."""

    server: str | None
    port: int | None
    nameservers: tuple[str, ...]
    tls: str | None
    ca_file: Path | None
    hello: str | None
    timeout: float | None

    def settings(self) -> "Settings":
        """Raises CommandError for what makes no sense."""
        from tuimail.delivery.settings import Settings
        from tuimail.lookup import Nameserver
        from tuimail.smtp import Command, TlsPolicy

        try:
            Command.ehlo(self.hello or "")
            return Settings(
                route=self._route(),
                tls=None if self.tls is None else TlsPolicy(self.tls),
                ca_file=self.ca_file,
                nameservers=tuple(Nameserver.parse(text) for text in self.nameservers),
                identity=self.hello,
                timeout=self.timeout,
            )
        except ValueError as error:
            raise CommandError(Exit.USAGE, f"{error}.") from error

    def _route(self) -> "Route":
        from tuimail.delivery.settings import Direct, Relay, parse_server

        if self.server is None:
            return Direct(self.port)
        server = parse_server(self.server)
        if self.port is not None and isinstance(server, Relay):
            return replace(server, port=self.port)
        return server
