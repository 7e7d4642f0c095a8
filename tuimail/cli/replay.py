"""`tuimail replay`: a recording in its own time."""

from pathlib import Path

import click

RECORDING = click.Path(path_type=Path, allow_dash=True)


@click.command(short_help="Play a recorded dialogue in its own time.")
@click.argument("file", type=RECORDING)
@click.option(
    "--speed",
    metavar="FACTOR",
    type=click.FloatRange(1 / 64, 64),
    default=1.0,
    help="So many times as fast, from 1/64 to 64.",
)
@click.option("--print", "form", flag_value="text", help="Print its lines, in their own time.")
@click.option("--no-wait", "form", flag_value="now", help="Print all of it now.")
@click.option(
    "--transcript",
    "copy",
    metavar="PATH",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it to this file instead, in the form that its suffix says, as with send.",
)
@click.option("--json", "form", flag_value="json", help="Print it as JSON lines, now.")
def replay(file: Path, speed: float, form: str | None, copy: Path | None) -> int:
    """Play FILE: a --transcript that is a .jsonl or a .txt, or a log of swaks; - is stdin.

    On a terminal it plays on the screen: space pauses, + and - change the speed, the arrows step,
    and q leaves. Elsewhere it is printed, as by --print.

    \b
    Exit status:
       0  it was played
      64  wrong usage
      66  the file can't be read, or is no recording
    """
    # What reads and plays is not for `--help` to wait for.
    import time

    from tuimail.cli.lasting import lasting
    from tuimail.cli.playing import play, print_all
    from tuimail.cli.reader import reader_may_leave
    from tuimail.cli.recording_file import STDIN, read_recording
    from tuimail.cli.streams import at_terminal
    from tuimail.cli.transcript_file import copied
    from tuimail.transcript.jsonl import JsonLines

    with lasting():
        recorded = read_recording(file)
    if copy is not None:
        copied(recorded, copy)
        return 0
    if form is None and file != STDIN and at_terminal():
        from tuimail.tui import run_replay

        return run_replay(recorded, file, speed)
    with reader_may_leave():
        match form:
            case "json":
                lines = JsonLines()
                click.echo(lines.head + "".join(map(lines.written, recorded.entries)), nl=False)
            case "now":
                print_all(recorded.entries)
            case _:
                play(recorded.entries, time.monotonic, time.sleep, speed)
    return 0
