"""`tuimail talk`: a session typed by hand."""

from dataclasses import replace
from pathlib import Path

import click

from tuimail.cli.auth_options import AUTH_OPTIONS, AuthOptions
from tuimail.cli.connection_options import CONNECTION_OPTIONS
from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.lasting import lasting
from tuimail.cli.option_group import HeadedCommand, pick, under, with_options
from tuimail.cli.route_options import NAMESERVERS, TRUST_DNSSEC
from tuimail.cli.settings_options import read_settings
from tuimail.cli.testing_options import PROXY_HEADER
from tuimail.cli.tls_options import TLS_OPTIONS, TLS_POLICIES

_route = under("Route")
_OPTIONS = (
    _route(
        "--mx",
        "meant",
        flag_value="domain",
        default="host",
        help="HOST is a domain: talk to the first of its exchanges that answers.",
    ),
    _route(
        "--port",
        metavar="NUMBER",
        type=click.IntRange(1, 65535),
        help="Where it listens.  [default: 25; 465 with --implicit-tls, 24 with --lmtp]",
    ),
    _route("--lmtp", "protocol", flag_value="lmtp", default="smtp", help="Speak LMTP (RFC 2033)."),
    NAMESERVERS,
    TRUST_DNSSEC,
    under("TLS")(
        "--tls",
        metavar="POLICY",
        type=TLS_POLICIES,
        default="auto",
        help="With encrypt, verify or dane, hello and STARTTLS are said before you type, and TLS"
        " has to give that; with none, opportunistic or auto they are yours to say.  [default:"
        " auto]",
    ),
    *TLS_OPTIONS[1:],
    *AUTH_OPTIONS,
    *CONNECTION_OPTIONS,
    PROXY_HEADER,
)


@click.command(cls=HeadedCommand, short_help="Speak SMTP with a server by hand.")
@click.argument("host", metavar="HOST[:PORT]")
@with_options(_OPTIONS)
@under("Output")(
    "--transcript",
    metavar="PATH",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the dialogue to this file too, in the form that its name says, as with send.",
)
def talk(host: str, meant: str, transcript: Path | None, **given: object) -> int:
    """Open a session with HOST, or unix:/path/to/socket, and type it by hand.

    An address means its domain's exchanges, as --mx does. On a terminal, tab completes what the
    server offers; STARTTLS makes the handshake; AUTH alone asks for name and password and logs in
    by the best mechanism; ctrl-d says QUIT. Otherwise the lines come from standard input, one
    behind each answer.

    \b
    Exit status:
       0  all went well                64  wrong usage
      69  something was refused        65  a line can't be said
      75  worth another try later      66  a file can't be read
      76  a message may be delivered   78  bad configuration
    """
    auth = pick(AuthOptions, given)
    to_exchanges = meant == "domain" or "@" in host
    if not to_exchanges:
        given = {**given, "server": host}
    elif given["protocol"] == "lmtp":
        raise CommandError(Exit.USAGE, "--lmtp needs a host: exchanges speak SMTP.")
    # Who logs in, if anybody does, is found out when they want to.
    unnamed = {"user": None, "password_command": None, "auth": None, "exposure": "verified"}
    settings = replace(read_settings({**given, **unnamed}), exposure=auth.exposed())
    # Twisted and dnspython are not for `--help` to wait for, and neither is asyncio.
    with lasting():
        import asyncio

        from tuimail.cli.talking import talk_now
        from tuimail.domain import domain_meant

    try:
        domain = domain_meant(host) if to_exchanges else host
    except ValueError as error:
        raise CommandError(Exit.USAGE, f"{error}.") from error
    return asyncio.run(talk_now(domain, settings, auth, transcript))
