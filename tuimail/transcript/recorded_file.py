"""A recording's file, whoever wrote it."""

from io import BufferedReader

from tuimail.transcript.jsonl import read_json_lines
from tuimail.transcript.recorded import Recorded
from tuimail.transcript.swaks import read_swaks


def read_recorded(file: BufferedReader) -> Recorded:
    """A recording of ours, or a log of swaks. Raises RecordingError and OSError."""
    return (read_json_lines if file.peek(1)[:1] == b"{" else read_swaks)(file)
