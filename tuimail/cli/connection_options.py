"""The options that say how a connection is made, and how long it is waited for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from tuimail.cli.option_group import under

if TYPE_CHECKING:
    from tuimail.delivery.settings import Family, Socks

_option = under("Connection")

HELLO = _option("--hello", metavar="NAME", help="What EHLO says.  [default: this host's full name]")
TIMEOUT = _option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    help="The most to wait at each stage but the final reply.",
)
WAY_OPTIONS = (
    _option("-4", "family", flag_value="IPV4", default="ANY", help="Connect over IPv4 only."),
    _option("-6", "family", flag_value="IPV6", help="Connect over IPv6 only."),
    _option("--source-address", metavar="ADDRESS", help="Connect from this address of this host."),
    _option(
        "--socks",
        metavar="HOST[:PORT]",
        help="Connect through this SOCKS5 proxy.  [default port: 1080]",
    ),
)
CONNECTION_OPTIONS = (HELLO, TIMEOUT, *WAY_OPTIONS)


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """What the options gave, by their names."""

    hello: str | None = None
    timeout: float | None = None
    family: str = "ANY"
    source_address: str | None = None
    socks: str | None = None

    def addresses(self) -> "Family":
        from tuimail.delivery.settings import Family

        return Family[self.family]

    def proxy(self) -> "Socks | None":
        """Raises ValueError."""
        from tuimail.delivery.settings import Socks

        return None if self.socks is None else Socks.parse(self.socks)
