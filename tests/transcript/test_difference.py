"""Two dialogues side by side, times apart."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcript.entries import ENTRIES
from tuimail import smtp
from tuimail.smtp import BodySent, Command, CommandSent, Reply, ReplyReceived
from tuimail.transcript import Connecting, Entry, Event, Lane, LookedUp, NotConnected
from tuimail.transcript.difference import MOST_ALIGNED, SessionDifference, Side, compared
from tuimail.transcript.jsonl import read_json_lines
from tuimail.transcript.swaks import read_swaks
from tuimail.transcript.text import SwaksText

A = Lane(2, "example.net", "mx1.example.net", "192.0.2.10", 25)
B = Lane(5, "example.net", "mx2.example.net", "192.0.2.20", 2525)
C = Lane(7, "example.org", "mx.example.org", "192.0.2.30", 25)
HERE = Path(__file__).parent


def dialogue(script: str, lane: Lane = A, pace: float = 1.0) -> list[Entry]:
    """Of `S:` and `C:` lines; each reply answers the oldest command."""
    entries, awaiting, lines = list[Entry](), list[Command](), list[str]()
    for number, line in enumerate(script.strip().splitlines()):
        side, text = line.strip()[:2], line.strip()[3:]
        at = number * pace
        if side == "C:":
            awaiting.append(Command(b"", text))
            entries.append(Entry(lane, CommandSent(at, awaiting[-1])))
        elif text[3:4] == "-":
            lines.append(text[4:])
        else:
            reply = Reply(int(text[:3]), (*lines, text[4:]))
            lines = []
            answered = awaiting.pop(0) if awaiting else None
            entries.append(Entry(lane, ReplyReceived(at, reply, answered)))
    return entries


def drawn(difference: SessionDifference) -> list[str]:
    return [
        " ".join(
            (
                row.side.value,
                *(f"[{each.line.text}]" if each else "-" for each in (row.left, row.right)),
            )
        )
        for row in difference.rows
    ]


def marked(difference: SessionDifference) -> list[str]:
    """The rows that are not the same."""
    return [row for row in drawn(difference) if not row.startswith("=")]


TAKEN = """
    S: 220 mx ESMTP
    C: EHLO client.example
    S: 250-mx
    S: 250-PIPELINING
    S: 250 SIZE 100
    C: MAIL FROM:<a@example.com>
    S: 250 ok
    C: RCPT TO:<b@example.net>
    S: 250 ok
    C: QUIT
    S: 221 bye
"""


def test_the_same_but_for_times_and_places() -> None:
    """Another exchange, session number, address, port and pace make no difference."""
    (difference,) = compared(dialogue(TAKEN), dialogue(TAKEN, B, pace=17.0))
    assert difference.same
    assert (difference.left, difference.right) == (
        "mx1.example.net [192.0.2.10]:25",
        "mx2.example.net [192.0.2.20]:2525",
    )
    last = difference.rows[-1]
    assert last.left is not None
    assert last.right is not None
    assert (last.left.elapsed, last.right.elapsed) == (10.0, 170.0)


def test_what_is_around_the_dialogue_makes_no_difference() -> None:
    around: list[Event] = [LookedUp(0.0, "MX example.net", "mx1"), Connecting(0.0)]
    (difference,) = compared(
        [*(Entry(A, event) for event in around), *dialogue(TAKEN)], dialogue(TAKEN)
    )
    assert difference.same


def test_another_answer_stands_beside_the_one() -> None:
    refused = TAKEN.replace("S: 250-PIPELINING\n", "").replace("SIZE 100", "SIZE 200")
    refused = refused.replace("S: 250 ok\n    C: QUIT", "S: 250 fine\n    C: QUIT")
    (difference,) = compared(dialogue(TAKEN), dialogue(refused))
    assert marked(difference) == [
        "< [250-PIPELINING] -",
        "| [250 SIZE 100] [250 SIZE 200]",
        "| [250 ok] [250 fine]",
    ]


def test_a_refusal_stands_beside_the_consent() -> None:
    (difference,) = compared(
        dialogue(TAKEN), dialogue(TAKEN.replace("S: 250 ok\n    C: QUIT", "S: 550 no\n    C: QUIT"))
    )
    assert marked(difference) == ["| [250 ok] [550 no]"]


def test_a_command_with_other_parameters_stands_beside_the_one() -> None:
    (difference,) = compared(
        dialogue(TAKEN), dialogue(TAKEN.replace("a@example.com>", "a@example.com> SIZE=9"))
    )
    assert marked(difference) == [
        "| [MAIL FROM:<a@example.com>] [MAIL FROM:<a@example.com> SIZE=9]"
    ]


def test_what_one_side_left_out_moves_nothing_else() -> None:
    shorter = TAKEN.replace("C: RCPT TO:<b@example.net>\n    S: 250 ok\n", "")
    (difference,) = compared(dialogue(TAKEN), dialogue(shorter))
    assert marked(difference) == ["< [RCPT TO:<b@example.net>] -", "< [250 ok] -"]
    (turned,) = compared(dialogue(shorter), dialogue(TAKEN))
    assert marked(turned) == ["> - [RCPT TO:<b@example.net>]", "> - [250 ok]"]


def test_the_same_words_to_another_command_are_not_the_same() -> None:
    (difference,) = compared(dialogue("C: NOOP\nS: 250 ok"), dialogue("C: RSET\nS: 250 ok"))
    assert not difference.same


def test_progress_is_no_difference() -> None:
    whole = [Entry(A, BodySent(0.0, 100, 100))]
    pieces = [Entry(A, BodySent(0.0, each, 100)) for each in (10, 60, 100)]
    (difference,) = compared(whole, pieces)
    assert difference.same
    (different,) = compared(whole, pieces[:2])
    assert not different.same


def test_an_end_is_compared_without_the_name() -> None:
    lost = smtp.Failure(smtp.FailureKind.LOST, "closed the connection")
    a, b = (Entry(lane, smtp.SessionFailed(0.0, lost)) for lane in (A, B))
    (difference,) = compared([a], [b])
    assert difference.same
    (different,) = compared([a], [Entry(B, NotConnected(0.0, "the connection was refused"))])
    (row,) = marked(different)
    assert row == (
        f"| [{A.exchange} closed the connection] [{B.endpoint} can't be reached: the connection"
        " was refused]"
    )


def test_sessions_are_compared_pair_by_pair() -> None:
    first, second = compared([*dialogue(TAKEN), *dialogue(TAKEN, B)], dialogue(TAKEN, C))
    assert first.same
    assert (first.left, first.right) == (A.endpoint, C.endpoint)
    assert (second.left, second.right) == (B.endpoint, "")
    assert {row.side for row in second.rows} == {Side.LEFT}


def test_sessions_with_one_place_are_a_pair_whichever_began_first() -> None:
    """Probes of a domain's exchanges run side by side."""
    one, other = dialogue(TAKEN), dialogue("S: 421 busy", B)
    assert all(each.same for each in compared([*one, *other], [*other, *one]))
    again = [Entry(replace(each.lane, number=9), each.event) for each in one]
    named = [
        (each.left, each.right)
        for each in compared([*one, *other, *again], [*dialogue(TAKEN, C), *other, *one])
    ]
    assert named == [
        (A.endpoint, A.endpoint),
        (B.endpoint, B.endpoint),
        (A.endpoint, C.endpoint),
    ]
    turned = compared([*dialogue(TAKEN, C)], [*other, *one])
    assert [(each.left, each.right) for each in turned] == [
        (C.endpoint, B.endpoint),
        ("", A.endpoint),
    ]


def test_an_exchange_that_was_not_reached_pairs_with_none_that_was() -> None:
    """A second exchange that took the mail stands beside the first one of the other dialogue."""
    unreached = Entry(A, NotConnected(0.0, "the connection was refused"))
    first, second = compared([unreached, *dialogue(TAKEN, B)], dialogue(TAKEN))
    assert first.same
    assert (first.left, first.right) == (B.endpoint, A.endpoint)
    assert (second.left, second.right) == (A.endpoint, "")


def test_our_recording_beside_a_log_of_swaks() -> None:
    with (HERE / "swaks" / "delivered.log").open("rb") as file:
        log = read_swaks(file).entries
    with (HERE / "delivered.jsonl").open("rb") as file:
        recording = read_json_lines(file).entries
    differences = compared(log, recording)
    assert not all(difference.same for difference in differences)
    assert all(difference.same for difference in compared(recording, recording))
    assert all(difference.same for difference in compared(log, log))


def test_nothing_beside_nothing() -> None:
    assert compared([], []) == ()


def test_an_endless_session_is_compared_line_by_line() -> None:
    """In no time that grows with its square."""
    lines = "\n".join(f"C: NOOP {n % 7}" for n in range(30 * MOST_ALIGNED))
    (difference,) = compared(dialogue(lines), dialogue(lines.replace("C: NOOP 3", "C: HELP", 1)))
    assert marked(difference) == ["| [NOOP 3] [HELP]"]


@given(st.lists(ENTRIES, max_size=8), st.lists(ENTRIES, max_size=8))
def test_every_line_is_there_once_and_in_order(left: Sequence[Entry], right: list[Entry]) -> None:
    for lefts, rights in ((left, right), (left, left)):
        differences = compared(lefts, rights)
        assert all(each.same for each in differences) or lefts is not rights
        for difference in differences:
            for side in ("left", "right"):
                places = [getattr(row, side) for row in difference.rows]
                said = [saying.line for saying in places if saying is not None]
                assert len({line.lane for line in said}) <= 1
            for row in difference.rows:
                assert (row.left is None) == (row.side is Side.RIGHT)
                assert (row.right is None) == (row.side is Side.LEFT)


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\u202e"])
def test_names_are_safe_to_show(hostile: str) -> None:
    """Rule R15."""
    (difference,) = compared(dialogue(TAKEN, Lane(1, "x", hostile, "", 25)), dialogue(TAKEN))
    assert difference.left.isprintable()


CERTIFICATE = smtp.CertificateFacts(
    "CN=mx",
    "CN=ca",
    ("mx",),
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 4, 1, tzinfo=UTC),
    "RSA 2048",
    b"one",
)
TLS = smtp.TlsFacts("TLSv1.3", "AES", "CN=mx", "CN=ca", "", "PKIX", "X25519", (CERTIFICATE,))


def secured(facts: smtp.TlsFacts) -> list[Entry]:
    return [Entry(A, smtp.TlsEstablished(0.0, facts))]


def test_a_text_has_no_certificates_to_compare() -> None:
    text = "".join(map(SwaksText().written, [*secured(TLS), *dialogue(TAKEN)]))
    back = read_swaks(BytesIO(text.encode())).entries
    assert all(each.same for each in compared([*secured(TLS), *dialogue(TAKEN)], back))
    (doubted,) = compared(secured(replace(TLS, distrust="it expired")), back[:1])
    assert len(marked(doubted)) == 1


def test_another_certificate_of_the_same_name_is_told_in_full() -> None:
    """Where the lines read the same, nobody could see what is marked."""
    later = replace(CERTIFICATE, not_after=datetime(2026, 7, 1, tzinfo=UTC), der=b"\x1b[2J")
    (same,) = compared(secured(TLS), secured(TLS))
    assert same.same
    line = "[TLS 1.3, AES, CN=mx, issued by CN=ca, verified by PKIX]"
    assert drawn(same) == [f"= {line} {line}"]
    (renewed,) = compared(secured(TLS), secured(replace(TLS, chain=(later,))))
    (row,) = drawn(renewed)
    assert row.startswith("| [TLS 1.3, AES, X25519, verified by PKIX; CN=mx, issued by CN=ca, ")
    assert "valid from 2026-01-01 to 2026-04-01, key RSA 2048, SHA-256 7692c3ad3540bb80…]" in row
    assert " to 2026-07-01, key RSA 2048, SHA-256 " in row
