"""The `tuimail` command and how it ends."""

import os
import sys
from dataclasses import replace

import click

from tuimail.cli.auth_options import AuthOptions
from tuimail.cli.demo import demo
from tuimail.cli.diff import diff
from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.history import history
from tuimail.cli.mx import mx
from tuimail.cli.option_group import HeadedGroup, pick, with_options
from tuimail.cli.replay import replay
from tuimail.cli.send import send
from tuimail.cli.settings_options import SETTINGS_OPTIONS, read_settings
from tuimail.cli.stand_ins import print_stand_ins
from tuimail.cli.streams import at_terminal
from tuimail.cli.talk import talk


@click.group(
    cls=HeadedGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@with_options(SETTINGS_OPTIONS)
@click.version_option(package_name="tuimail", message="tuimail %(version)s")
@click.pass_context
def tuimail(context: click.Context, /, **given: object) -> int:
    """Compose a mail, see the way to its domain, watch the SMTP dialogue live.

    Without a command, opens the screen. `tuimail demo` opens it on a small world of its own, where
    every kind of server can be tried without harm.
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        context.color = False
    if context.invoked_subcommand is not None:
        _refuse_route(context)
        return 0
    if not at_terminal():
        raise CommandError(Exit.USAGE, "The screen needs a terminal; send, mx and talk need none.")
    from tuimail.tui import run

    settings = read_settings(given)
    return run(replace(settings, credentials=pick(AuthOptions, given).credentials()))


def _refuse_route(context: click.Context) -> None:
    """An option before the command would be taken for the screen's, and silently do nothing."""
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if source is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(
                f"{parameter.opts[0]} goes behind {context.invoked_subcommand}.", context
            )


tuimail.add_command(send)
tuimail.add_command(mx)
tuimail.add_command(replay)
tuimail.add_command(diff)
tuimail.add_command(talk)
tuimail.add_command(history)
tuimail.add_command(demo)


def main() -> None:
    """Ends the process: a usage error with 64, whatever else as `Exit` says."""
    print_stand_ins()
    try:
        code = tuimail.main(prog_name="tuimail", standalone_mode=False)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "tuimail"
        click.echo(f"{path}: {error.format_message()} See '{path} --help'.", err=True)
        code = Exit.USAGE
    except CommandError as error:
        click.echo(f"tuimail: {error}", err=True)
        code = error.exit
    except (click.Abort, KeyboardInterrupt):
        code = Exit.INTERRUPTED
    sys.exit(code)
