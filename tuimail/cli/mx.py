"""`tuimail mx`: how mail gets to a domain, and what stands in its way."""

import click

from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.mx_options import MX_OPTIONS, MxOptions, connecting
from tuimail.cli.option_group import HeadedCommand, pick, under, with_options


@click.command(cls=HeadedCommand, short_help="Inspect how mail gets to a domain.")
@click.argument("domains", metavar="DOMAIN...", nargs=-1, required=True)
@with_options(MX_OPTIONS)
@under("Output")(
    "--json",
    "form",
    flag_value="json",
    default="text",
    help="Print a JSON document for each domain, one a line.",
)
def mx(domains: tuple[str, ...], form: str, **given: object) -> int:
    """Inspect how mail gets to each DOMAIN, and what stands in its way.

    An address means its domain, a URL its host. Nobody but nameservers is asked, and the host of
    its MTA-STS policy where it has one, unless you probe.

    \b
    Exit status, the gravest where there are several domains:
       0  nothing failed              64  wrong usage, or no domain
       1  a finding failed            66  a file can't be read
      75  its MX could not be had     78  bad configuration
    """
    # Neither dnspython nor Twisted nor asyncio is for `--help` to wait for.
    from tuimail.domain import DomainError, inspectable

    try:
        names = tuple(dict.fromkeys(map(inspectable, domains)))
    except DomainError as error:
        raise CommandError(Exit.USAGE, f"{error}.") from error
    options = pick(MxOptions, given)
    scope, settings = options.scope(), connecting(given)
    import asyncio

    from tuimail.cli.inspecting import inspect_all

    return asyncio.run(inspect_all(names, settings, scope, form, options.transcript))
