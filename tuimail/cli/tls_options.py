"""The options that say what TLS has to give, and what we give."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.option_group import under

if TYPE_CHECKING:
    from tuimail.delivery.settings import ClientCertificate
    from tuimail.smtp import TlsPolicy, TlsStart

_option = under("TLS")
_FILE = click.Path(path_type=Path)

TLS = _option(
    "--tls",
    metavar="POLICY",
    type=click.Choice(["auto", "none", "opportunistic", "encrypt", "verify", "dane"]),
    default="auto",
    help="What TLS has to give: none, opportunistic, encrypt, verify, dane, or auto, which is DANE"
    " or MTA-STS where the domain has it, else verify for a relay, opportunistic for an exchange"
    " and on loopback.  [default: auto]",
)
CA_FILE = _option(
    "--ca-file",
    metavar="PEM",
    type=_FILE,
    help="Trust these certificate authorities instead of the system's.",
)
TLS_OPTIONS = (
    TLS,
    _option(
        "--implicit-tls",
        "tls_start",
        flag_value="implicit",
        default="starttls",
        help="Begin with TLS instead of STARTTLS, as port 465 does.",
    ),
    CA_FILE,
    _option(
        "--client-cert", metavar="PEM", type=_FILE, help="Show this certificate, with its chain."
    ),
    _option(
        "--client-key",
        metavar="PEM",
        type=_FILE,
        help="Its private key.  [default: in the same file]",
    ),
)


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """What the options gave, by their names."""

    tls: str = "auto"
    tls_start: str = "starttls"
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None

    def policy(self) -> "TlsPolicy | None":
        """None is `auto`. Raises CommandError where there is to be no TLS and other options need
        it."""
        from tuimail.smtp import TlsPolicy

        if self.tls == "none":
            for option, given in (
                ("--implicit-tls", self.tls_start == "implicit"),
                ("--client-cert", self.client_cert is not None),
            ):
                if given:
                    raise CommandError(
                        Exit.USAGE, f"{option} needs TLS, and --tls none forbids it."
                    )
        return None if self.tls == "auto" else TlsPolicy(self.tls)

    def start(self) -> "TlsStart":
        from tuimail.smtp import TlsStart

        return TlsStart(self.tls_start)

    def client_certificate(self) -> "ClientCertificate | None":
        """Raises CommandError."""
        from tuimail.delivery.settings import ClientCertificate

        if self.client_cert is None:
            if self.client_key is not None:
                raise CommandError(Exit.USAGE, "--client-key needs --client-cert.")
            return None
        return ClientCertificate(self.client_cert, self.client_key or self.client_cert)
