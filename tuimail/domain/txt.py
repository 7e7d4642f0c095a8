"""What TXT records say, as text."""

from dns.rdtypes.ANY.TXT import TXT

from tuimail.domain.answer import Answer
from tuimail.domain.evidence import record_lines

MOST_SHOWN = 1_000
"""Characters of a text, and texts of an answer, that are evidence: a reply may hold 64 KiB."""
_MOST_TEXTS = 8


def texts(answer: Answer) -> tuple[str, ...]:
    """Each record's strings joined with nothing between (RFC 7208 §3.3); foreign text.

    Octets that are no UTF-8 are escaped: `\\xff`.
    """
    return tuple(
        b"".join(record.strings).decode("utf-8", "backslashreplace")
        for record in answer.records
        if isinstance(record, TXT)
    )


def evidence(answer: Answer, *shown: str) -> str:
    """A line for each text that a finding rests on; foreign text."""
    return record_lines(answer, tuple(map(cut, shown[:_MOST_TEXTS])), len(shown))


def cut(text: str, most: int = MOST_SHOWN) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
