"""`tuimail diff`: two recorded dialogues side by side."""

from pathlib import Path

import click

from tuimail.cli.exits import Exit
from tuimail.cli.replay import RECORDING


@click.command(short_help="Lay two recorded dialogues side by side.")
@click.argument("left", type=RECORDING, metavar="A")
@click.argument("right", type=RECORDING, metavar="B")
@click.option("--json", "form", flag_value="json", default="text", help="Print one JSON document.")
def diff(left: Path, right: Path, form: str) -> int:
    """Lay the dialogues of A and B side by side, and mark where they differ.

    Each is a --transcript that is a .jsonl or a .txt, or a log of swaks. Sessions with the same
    address are compared, and the others in the order they began; times are shown, and make no
    difference.

    \b
    Exit status:
       0  the same but for times
       1  not the same
      64  wrong usage
      66  a file can't be read, or is no recording
    """
    # What reads and compares is not for `--help` to wait for.
    import json
    from shutil import get_terminal_size

    from tuimail.cli.difference_report import difference_lines, document
    from tuimail.cli.reader import reader_may_leave
    from tuimail.cli.recording_file import read_recording
    from tuimail.transcript.difference import compared

    sessions = compared(read_recording(left).entries, read_recording(right).entries)
    with reader_may_leave():
        if form == "json":
            click.echo(json.dumps(document(sessions)))
        else:
            for line in difference_lines(sessions, get_terminal_size((120, 24)).columns):
                click.echo(line)
    return Exit.DELIVERED if all(session.same for session in sessions) else Exit.NEGATIVE
