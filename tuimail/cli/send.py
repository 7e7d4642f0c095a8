"""`tuimail send`: one mail, now."""

import sys
from dataclasses import replace
from pathlib import Path

import click

from tuimail.cli.auth_options import AuthOptions
from tuimail.cli.envelope_options import ENVELOPE_OPTIONS, EnvelopeOptions
from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.lasting import lasting
from tuimail.cli.mail_options import MAIL_OPTIONS, MailOptions
from tuimail.cli.option_group import HeadedCommand, pick, under, with_options
from tuimail.cli.settings_options import SETTINGS_OPTIONS, read_settings
from tuimail.cli.testing_options import option as testing_option

_output_option = under("Output")


@click.command(cls=HeadedCommand, short_help="Send a mail now, and show the dialogue.")
@with_options((*MAIL_OPTIONS, *ENVELOPE_OPTIONS, *SETTINGS_OPTIONS))
@testing_option(
    "--dry-run", "work", flag_value="rehearse", default="send", help="Show the way, send nothing."
)
@testing_option(
    "--step",
    "pace",
    flag_value="step",
    default="free",
    help="Stop before each command: let it go, edit it, say another, leave it out.",
)
@_output_option(
    "--transcript",
    metavar="PATH",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the dialogue to this file too: to .jsonl all there is to know, to .txt the lines"
    " of swaks, to .html or .svg a page to be mailed, to any other what is printed here.",
)
@_output_option(
    "--with-message",
    "kept",
    flag_value="message",
    default="dialogue",
    help="Keep the message too, in a transcript that is a .jsonl.",
)
@_output_option(
    "--json", "form", flag_value="json", default="text", help="Print one JSON document."
)
def send(
    transcript: Path | None, kept: str, form: str, work: str, pace: str, **given: object
) -> int:
    """Send a mail now, to the recipients' exchanges or through --server.

    \b
    Exit status:
       0  delivered to all                64  wrong usage
      69  refused for one or more         65  bad message or address
      75  worth another try later         66  a file can't be read
      76  unknown, never repeat blindly   78  bad configuration
    """
    settings = read_settings(given)
    if pace == "step" and not (sys.stdin.isatty() and sys.stdout.isatty() and form == "text"):
        raise CommandError(Exit.USAGE, "--step needs a terminal, and no --json.")
    envelope = pick(EnvelopeOptions, given)
    if envelope.way == "requiretls" and given["tls"] in ("none", "opportunistic", "encrypt"):
        raise CommandError(
            Exit.USAGE,
            f"--require-tls needs proof of each server, and --tls {given['tls']} asks none.",
        )
    if kept == "message":
        from tuimail.transcript.form import Form

        if transcript is None or Form.of(transcript) is not Form.JSON_LINES:
            raise CommandError(Exit.USAGE, "--with-message needs a --transcript that is a .jsonl.")
    mail = pick(MailOptions, given).mail(envelope)
    with mail.message:
        # Twisted and dnspython are not for `--help` to wait for, and neither is asyncio.
        with lasting():
            import asyncio

            from tuimail.cli.sending import rehearse, send_now

        if work == "rehearse":
            return asyncio.run(rehearse(mail, settings, form))
        from tuimail.smtp import Pace

        settings = replace(
            settings, credentials=pick(AuthOptions, given).credentials(), pace=Pace(pace)
        )
        return asyncio.run(send_now(mail, settings, form, transcript, kept))
