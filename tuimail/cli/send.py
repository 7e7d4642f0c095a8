"""`tuimail send`: one mail, now."""

import asyncio
from pathlib import Path

import click

from tuimail.cli.mail_options import MAIL_OPTIONS, MailOptions
from tuimail.cli.option_group import pick, with_options
from tuimail.cli.route_options import ROUTE_OPTIONS, RouteOptions


@click.command(short_help="Send a mail now, and show the dialogue.")
@with_options(MAIL_OPTIONS)
@with_options(ROUTE_OPTIONS)
@click.option(
    "--transcript",
    metavar="PATH",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the dialogue to this file too.",
)
@click.option("--json", "form", flag_value="json", default="text", help="Print one JSON document.")
@click.option(
    "--dry-run", "work", flag_value="rehearse", default="send", help="Show the way, send nothing."
)
def send(transcript: Path | None, form: str, work: str, **given: object) -> int:
    """Send a mail now, to the recipients' exchanges or through --server.

    \b
    Exit status:
       0  delivered to all                64  wrong usage
      69  refused for one or more         65  bad message or address
      75  worth another try later         66  a file can't be read
      76  unknown, never repeat blindly   78  bad configuration
    """
    settings = pick(RouteOptions, given).settings()
    mail = pick(MailOptions, given).mail()
    with mail.message:
        # Twisted and dnspython are not for `--help` to wait for.
        from tuimail.cli.sending import rehearse, send_now

        if work == "rehearse":
            return asyncio.run(rehearse(mail, settings, form))
        return asyncio.run(send_now(mail, settings, form, transcript))
