"""All options that say how mail travels, shared by the screen and `send`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tuimail.cli.auth_options import AUTH_OPTIONS, AuthOptions
from tuimail.cli.connection_options import CONNECTION_OPTIONS, ConnectionOptions
from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.option_group import pick
from tuimail.cli.route_options import ROUTE_OPTIONS, RouteOptions
from tuimail.cli.testing_options import TESTING_OPTIONS, TestingOptions
from tuimail.cli.tls_options import TLS_OPTIONS, TlsOptions

if TYPE_CHECKING:
    from tuimail.delivery.settings import Settings

SETTINGS_OPTIONS = (
    *ROUTE_OPTIONS,
    *TLS_OPTIONS,
    *AUTH_OPTIONS,
    *CONNECTION_OPTIONS,
    *TESTING_OPTIONS,
)


def read_settings(given: Mapping[str, object]) -> "Settings":
    """All but the credentials, which may have to be asked for: that comes last.

    Raises CommandError for what makes no sense.
    """
    from tuimail.delivery.settings import Settings
    from tuimail.smtp import Command, Protocol

    route, tls = pick(RouteOptions, given), pick(TlsOptions, given)
    auth, connection = pick(AuthOptions, given), pick(ConnectionOptions, given)
    testing = pick(TestingOptions, given)
    auth.check(route.server)
    _check_stage(testing.stop_after, tls.tls, auth.user)
    try:
        Command.ehlo(connection.hello or "")
        settings = Settings(
            route=route.route(),
            tls=tls.policy(),
            tls_start=tls.start(),
            ca_file=tls.ca_file,
            client_certificate=tls.client_certificate(),
            nameservers=route.asked(),
            identity=connection.hello,
            timeout=connection.timeout,
            protocol=Protocol(route.protocol),
            exposure=auth.exposed(),
            xclient=testing.attributes(),
            stop_after=testing.stage(),
            family=connection.addresses(),
            source_address=connection.source_address,
            socks=connection.proxy(),
            proxy_header=testing.header(),
            policy_port=testing.https_port(),
        )
    except ValueError as error:
        raise CommandError(Exit.USAGE, f"{error}.") from error
    _check_socket(settings)
    return settings


def _check_stage(stage: str | None, tls: str, user: str | None) -> None:
    if stage == "tls" and tls == "none":
        raise CommandError(Exit.USAGE, "--stop-after tls never comes with --tls none.")
    if stage == "auth" and user is None:
        raise CommandError(Exit.USAGE, "--stop-after auth needs --user.")


def _check_socket(settings: "Settings") -> None:
    from tuimail.delivery.settings import Family, UnixSocket

    addressed = settings.socks or settings.source_address or settings.family is not Family.ANY
    if isinstance(settings.route, UnixSocket) and addressed:
        raise CommandError(
            Exit.USAGE,
            "A socket in the file system has no address: no --socks, --source-address, -4, -6.",
        )
