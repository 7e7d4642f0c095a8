"""The options that are for trying servers out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from tuimail.cli.option_group import under

if TYPE_CHECKING:
    from tuimail.smtp import ProxyHeader, Stage

option = under("Testing")

_STAGES = {
    "connect": "CONNECT",
    "greeting": "GREETING",
    "hello": "HELLO",
    "tls": "STARTTLS",
    "auth": "AUTH",
    "mail": "MAIL",
    "rcpt": "RCPT",
    "data": "DATA",
}

POLICY_PORT = option(
    "--policy-port",
    metavar="NUMBER",
    type=click.IntRange(1, 65535),
    help="Where MTA-STS policies are served, in place of 443.",
)
TESTING_OPTIONS = (
    option(
        "--stop-after",
        metavar="STAGE",
        type=click.Choice(list(_STAGES)),
        help=f"End politely after this: {', '.join(_STAGES)}.",
    ),
    option(
        "--xclient",
        metavar="'NAME=VALUE ...'",
        help="Have the server take us for another client, where it offers XCLIENT.",
    ),
    option(
        "--proxy-header",
        metavar="v1|v2[:SOURCE]",
        help="Begin with a PROXY header; the source is ours or, as in v2:192.0.2.1:4711, another.",
    ),
    POLICY_PORT,
)


@dataclass(frozen=True, slots=True)
class TestingOptions:
    """What the options gave, by their names."""

    stop_after: str | None = None
    xclient: str | None = None
    proxy_header: str | None = None
    policy_port: int | None = None

    def stage(self) -> "Stage | None":
        from tuimail.smtp import Stage

        return None if self.stop_after is None else Stage[_STAGES[self.stop_after]]

    def attributes(self) -> tuple[str, ...]:
        """Of XCLIENT. Raises ValueError."""
        from tuimail.smtp import Command

        attributes = tuple((self.xclient or "").split())
        Command.xclient(attributes)
        if self.xclient is not None and not attributes:
            raise ValueError("--xclient names no attribute: write it as ADDR=192.0.2.1")
        for attribute in attributes:
            name, equals, value = attribute.partition("=")
            if not (name and equals and value):
                raise ValueError(
                    f"“{attribute}” is no attribute of XCLIENT: write it as ADDR=192.0.2.1"
                )
        return attributes

    def header(self) -> "ProxyHeader | None":
        """Raises ValueError."""
        from tuimail.smtp import ProxyHeader

        return None if self.proxy_header is None else ProxyHeader.parse(self.proxy_header)

    def https_port(self) -> int:
        from tuimail.delivery.settings import HTTPS_PORT

        return HTTPS_PORT if self.policy_port is None else self.policy_port
