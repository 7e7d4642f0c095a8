"""`tuimail mx`: where a domain takes its mail."""

import click

from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.route_options import NAMESERVERS


@click.command(short_help="Show where a domain takes its mail.")
@click.argument("domain")
@NAMESERVERS
@click.option("--json", "form", flag_value="json", default="text", help="Print one JSON document.")
def mx(domain: str, nameservers: tuple[str, ...], form: str) -> int:
    """Show the exchanges of DOMAIN in the order they are tried.

    An address means its domain, a URL its host.

    \b
    Exit status:
       0  it takes mail              75  the answer could not be had
       1  it takes none              64  wrong usage, or no domain
    """
    # dnspython and asyncio are not for `--help` to wait for.
    import asyncio

    from tuimail.cli.exchange_report import report
    from tuimail.domain import domain_meant
    from tuimail.lookup import Nameserver, Resolver

    try:
        resolver = Resolver([Nameserver.parse(text) for text in nameservers])
        return asyncio.run(report(resolver, domain_meant(domain), form))
    except ValueError as error:
        raise CommandError(Exit.USAGE, f"{error}.") from error
