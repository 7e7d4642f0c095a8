"""The options that say who we are to a relay."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.option_group import under
from tuimail.cli.secret import VARIABLE, find_secret

if TYPE_CHECKING:
    from tuimail.smtp import Credentials, Exposure

_option = under("Authentication")

AUTH_OPTIONS = (
    _option(
        "--user",
        metavar="NAME",
        help=f"Log in to the relay. The password comes from --password-command, from {VARIABLE} in"
        " the environment, or is asked for.",
    ),
    _option(
        "--password-command",
        metavar="COMMAND",
        help="Run by the shell; the first line it prints is the password, or the token.",
    ),
    _option(
        "--auth",
        metavar="MECHANISM",
        type=click.Choice(
            [
                "SCRAM-SHA-256-PLUS",
                "SCRAM-SHA-1-PLUS",
                "SCRAM-SHA-256",
                "SCRAM-SHA-1",
                "CRAM-MD5",
                "PLAIN",
                "LOGIN",
                "XOAUTH2",
                "OAUTHBEARER",
            ],
            case_sensitive=False,
        ),
        help="Use this one: scram-sha-256 or scram-sha-1, each with -plus or without, cram-md5,"
        " plain, login; with a token xoauth2, oauthbearer.  [default: the best that is offered"
        " for a password]",
    ),
    _option(
        "--insecure-auth",
        "exposure",
        flag_value="any",
        default="verified",
        help="Log in even without TLS, or where the certificate does not verify.",
    ),
)


@dataclass(frozen=True, slots=True)
class AuthOptions:
    """What the options gave, by their names."""

    user: str | None = None
    password_command: str | None = None
    auth: str | None = None
    exposure: str = "verified"

    def check(self, server: str | None) -> None:
        """Raises CommandError for what makes no sense."""
        if self.user is None:
            for option, given in (
                ("--password-command", self.password_command is not None),
                ("--auth", self.auth is not None),
                ("--insecure-auth", self.exposure == "any"),
            ):
                if given:
                    raise CommandError(Exit.USAGE, f"{option} needs --user.")
        elif not self.user:
            raise CommandError(Exit.USAGE, "--user is empty.")
        elif server is None:
            raise CommandError(
                Exit.USAGE, "--user needs --server: the exchanges of a domain know no users."
            )

    def exposed(self) -> "Exposure":
        from tuimail.smtp import Exposure

        return Exposure(self.exposure)

    def credentials(self) -> "Credentials | None":
        """May run a command, or ask at the terminal. Raises CommandError."""
        from tuimail.smtp import Credentials, SaslError

        if self.user is None:
            return None
        credentials = Credentials(
            self.user, find_secret(self.user, self.password_command), self.auth
        )
        try:
            credentials.octets()
        except SaslError as error:
            raise CommandError(Exit.CONFIGURATION, f"{error}.") from error
        return credentials
