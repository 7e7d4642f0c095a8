"""`tuimail demo`: a world on loopback to try everything in."""

import click

from tuimail.cli.connection_options import HELLO, TIMEOUT
from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.option_group import with_options
from tuimail.cli.settings_options import read_settings
from tuimail.cli.streams import at_terminal
from tuimail.cli.tls_options import TLS


@click.command(short_help="Try everything in a small world of its own.")
@click.option(
    "--serve-only", "work", flag_value="serve", default="screen", help="Run it without the screen."
)
@click.option("--list", "work", flag_value="list", help="List its domains, and end.")
@click.option(
    "--smtp-port",
    metavar="NUMBER",
    type=click.IntRange(1, 65535),
    help="Where its exchanges listen.",
)
@click.option(
    "--dns-port",
    metavar="NUMBER",
    type=click.IntRange(1, 65535),
    help="Where its nameserver listens.",
)
@with_options((TLS, HELLO, TIMEOUT))
def demo(
    work: str,
    smtp_port: int | None,
    dns_port: int | None,
    tls: str,
    hello: str | None,
    timeout: float | None,
) -> int:
    """Open the screen on a world of mail servers of every temper, on loopback only.

    With --serve-only there is no screen, and it can be sent to from another shell.
    """
    # Neither Textual nor Twisted nor asyncio is for `--help` to wait for.
    if work == "list":
        from tuimail.cli.demo_serving import list_domains
        from tuimail.cli.reader import reader_may_leave

        with reader_may_leave():
            list_domains()
        return 0
    if work == "serve":
        import asyncio

        from tuimail.cli.demo_serving import serve

        return asyncio.run(serve(smtp_port or 0, dns_port or 0))
    if not at_terminal():
        raise CommandError(Exit.USAGE, "The screen needs a terminal; --serve-only needs none.")
    from tuimail.tui import run_demo

    given = {"tls": tls, "hello": hello, "timeout": timeout}
    # Reading them imports what takes longer than the first paint.
    settings = read_settings(given) if tls != "auto" or hello or timeout else None
    return run_demo(settings, smtp_port=smtp_port or 0, dns_port=dns_port or 0)
