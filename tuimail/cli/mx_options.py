"""The options that say how far an inspection goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimail.cli.connection_options import HELLO, WAY_OPTIONS
from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.option_group import under
from tuimail.cli.route_options import NAMESERVERS
from tuimail.cli.settings_options import read_settings
from tuimail.cli.testing_options import POLICY_PORT
from tuimail.cli.tls_options import CA_FILE
from tuimail.safetext import visible

if TYPE_CHECKING:
    from tuimail.delivery.scope import Probing, Scope, Telling
    from tuimail.delivery.settings import Settings
    from tuimail.domain import Sender

_checks = under("Checks")
_sender = under("As the recipients' servers see a sender")
_connection = under("Connection")
_output = under("Output")

MX_OPTIONS = (
    _checks(
        "--probe",
        "probing",
        flag_value="probe",
        default="none",
        help="Connect to each address of each exchange too, as far as EHLO.",
    ),
    _checks(
        "--relay-check",
        "trial",
        flag_value="relay",
        default="none",
        help="Probe, and ask whether it takes mail for a foreign recipient; none is sent.",
    ),
    _checks(
        "--dkim-selector",
        "dkim_selectors",
        metavar="NAME",
        multiple=True,
        help="Look at this key of the domain; may be repeated.",
    ),
    _checks(
        "--dnsbl",
        "dnsbl_zones",
        metavar="ZONE",
        multiple=True,
        help="Ask this list about the exchanges' addresses; may be repeated.",
    ),
    _sender(
        "--from",
        "sender",
        metavar="ADDRESS",
        help="Tell too whether its mail would pass SPF and DMARC; a domain will do.",
    ),
    _sender(
        "--from-ip",
        "sender_ips",
        metavar="ADDRESS",
        multiple=True,
        help="Where its mail comes from; may be repeated.",
    ),
    _sender(
        "--from-selector",
        "sender_selectors",
        metavar="NAME",
        multiple=True,
        help="Of the key that signs its mail; may be repeated.",
    ),
    NAMESERVERS,
    CA_FILE,
    _connection(
        "--port",
        metavar="NUMBER",
        type=click.IntRange(1, 65535),
        help="Where exchanges listen.  [default: 25]",
    ),
    _connection(
        "--timeout",
        metavar="SECONDS",
        type=click.FloatRange(min=0, min_open=True),
        help="The most to wait for a domain, all in all.  [default: 10]",
    ),
    HELLO,
    *WAY_OPTIONS,
    POLICY_PORT,
    _output(
        "--transcript",
        metavar="PATH",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write what the DNS and the exchanges say to this file, in the form that its suffix"
        " says, as with send.",
    ),
)


@dataclass(frozen=True, slots=True)
class MxOptions:
    """What the options gave, by their names. All methods raise CommandError."""

    probing: str = "none"
    trial: str = "none"
    dkim_selectors: tuple[str, ...] = ()
    dnsbl_zones: tuple[str, ...] = ()
    sender: str | None = None
    sender_ips: tuple[str, ...] = ()
    sender_selectors: tuple[str, ...] = ()
    port: int | None = None
    timeout: float | None = None
    transcript: Path | None = None

    def scope(self) -> "Scope":
        from tuimail.delivery.scope import LIFETIME, Scope
        from tuimail.delivery.settings import SMTP_PORT

        return Scope(
            self._probing(),
            telling=self._telling(),
            port=SMTP_PORT if self.port is None else self.port,
            lifetime=LIFETIME if self.timeout is None else self.timeout,
            dkim_selectors=_names("--dkim-selector", self.dkim_selectors),
            dnsbl_zones=_names("--dnsbl", self.dnsbl_zones),
            sender=self._sender(),
        )

    def _probing(self) -> "Probing":
        from tuimail.delivery.scope import Probing

        return Probing.PROBE_AND_RELAY if self.trial == "relay" else Probing(self.probing)

    def _telling(self) -> "Telling":
        from tuimail.delivery.scope import Telling

        return Telling.DIALOGUES if self.transcript is None else Telling.EVERYTHING

    def _sender(self) -> "Sender | None":
        from tuimail.domain import Sender

        if self.sender is None:
            for option, given in (
                ("--from-ip", self.sender_ips),
                ("--from-selector", self.sender_selectors),
            ):
                if given:
                    raise CommandError(Exit.USAGE, f"{option} needs --from.")
            return None
        (domain,) = _names("--from", (self.sender,))
        ips = tuple(map(_address, self.sender_ips))
        return Sender(domain, ips, _names("--from-selector", self.sender_selectors))


def connecting(given: Mapping[str, object]) -> "Settings":
    """How connections are made. Raises CommandError."""
    # An inspection has one limit to all of it, and no stage has one of its own.
    return read_settings({name: each for name, each in given.items() if name != "timeout"})


def _names(option: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    from tuimail.domain import DomainError, a_labels, domain_meant

    try:
        return tuple(a_labels(domain_meant(text)) for text in texts)
    except DomainError as error:
        raise CommandError(Exit.USAGE, f"{option}: {error}.") from error


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError as error:
        raise CommandError(Exit.USAGE, f"--from-ip: “{visible(text)}” is no address.") from error
