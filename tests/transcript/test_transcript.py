"""What was seen, in order, and how it reads."""

import io
from collections.abc import Sequence

import pytest

from tuimail import smtp
from tuimail.smtp import BodySent, Command, CommandSent, Content, Envelope, Reply, ReplyReceived
from tuimail.transcript import (
    Concluded,
    Entry,
    FellBack,
    Lane,
    Line,
    LookedUp,
    Mark,
    Outcome,
    RecipientOutcome,
    Status,
    Tone,
    Transcript,
    Typescript,
    lines_of,
    octets,
    seconds,
)

LANE = Lane(2, "example.net", "mx1.example.net", "192.0.2.10", 25)


def texts(lines: Sequence[Line]) -> list[str]:
    return [f"{line.mark} {line.text}" for line in lines]


def recipient(
    status: Status, code: int | None = None, reply: str = "gone", address: str = "bob@example.net"
) -> RecipientOutcome:
    return RecipientOutcome(
        address, status, code, None, reply, "mx1.example.net", "192.0.2.10", None
    )


def test_each_line_has_a_mark_before_a_colour() -> None:
    transcript = Transcript()
    lane = transcript.open_lane("example.net", "mx1.example.net", "192.0.2.10", 25)
    observe = transcript.observer(lane)
    observe(LookedUp(0.0, "MX example.net", "mx1.example.net (10)"))
    observe(CommandSent(0.1, Command.ehlo("client.example")))
    observe(ReplyReceived(0.2, Reply(250, ("mx1.example.net", "SIZE 100")), None))
    observe(ReplyReceived(0.3, Reply(550, ("5.1.1 no such user",)), None))
    observe(FellBack(0.4, "mx1.example.net without TLS"))
    assert texts(transcript.lines) == [
        "· MX example.net → mx1.example.net (10)",
        "→ EHLO client.example",
        "← 250-mx1.example.net",
        "← 250 SIZE 100",
        "← 550 5.1.1 no such user",
        "! trying mx1.example.net without TLS",
    ]
    assert transcript.lines[-2].tone is Tone.FAIL


@pytest.mark.parametrize(
    "hostile",
    ["\x1b[2J", "\x1b]52;c;aGk=\x07", "\x9b31m", "\u202egnp.exe", "a\rb\nc", "\x00", "\udc80"],
)
def test_what_a_server_sends_is_shown_and_never_obeyed(hostile: str) -> None:
    """Rule R15: control characters in a reply are visible escapes."""
    entry = Entry(LANE, ReplyReceived(0.0, Reply(220, (f"mx {hostile} [bold red]x",)), None))
    (line,) = lines_of(entry)
    assert line.text.isprintable()
    assert line.text.startswith("220 mx \\") or "\\" in line.text
    assert line.text.endswith("[bold red]x")


def test_a_message_going_out_is_one_line_that_counts() -> None:
    transcript = Transcript()
    lane = transcript.open_lane("example.net", "mx1.example.net", "192.0.2.10", 25)
    woken: list[Entry] = []
    transcript.watch(woken.append)
    observe = transcript.observer(lane)
    observe(CommandSent(0.0, Command.data()))
    for sent in (65536, 131072, 200000):
        observe(BodySent(1.0, sent, 200000))
    observe(CommandSent(2.0, Command.end_of_data()))
    assert texts(transcript.lines) == ["→ DATA", "→ message, 200 kB", "→ ."]
    assert len(woken) == 5
    observe(BodySent(3.0, 50000, 100000))
    assert transcript.lines[-1].text == "message, 50 kB of 100 kB, 50 %"


def test_whoever_looks_on_sees_each_line_as_it_stands() -> None:
    transcript = Transcript()
    lane = transcript.open_lane("example.net", "mx1.example.net", "192.0.2.10", 25)
    observe = transcript.observer(lane)
    seen = [texts(transcript.lines)]
    for event in (
        CommandSent(0.0, Command.data()),
        BodySent(1.0, 50000, 100000),
        BodySent(1.0, 100000, 100000),
        CommandSent(2.0, Command.end_of_data()),
    ):
        observe(event)
        seen.append(texts(transcript.lines))
    assert seen == [
        [],
        ["→ DATA"],
        ["→ DATA", "→ message, 50 kB of 100 kB, 50 %"],
        ["→ DATA", "→ message, 100 kB"],
        ["→ DATA", "→ message, 100 kB", "→ ."],
    ]


def test_two_messages_going_out_side_by_side() -> None:
    transcript = Transcript()
    lanes = [transcript.open_lane(name, f"mx.{name}", "192.0.2.1", 25) for name in ("a", "b")]
    for sent in (1000, 2000):
        for lane in lanes:
            transcript.append(Entry(lane, BodySent(0.0, sent, 4000)))
    assert [(line.lane.domain, line.text) for line in transcript.lines] == [
        ("a", "message, 2.0 kB of 4.0 kB, 50 %"),
        ("b", "message, 2.0 kB of 4.0 kB, 50 %"),
    ]


def test_nobody_is_woken_after_unwatching() -> None:
    transcript = Transcript()
    woken: list[Entry] = []
    unwatch = transcript.watch(woken.append)
    unwatch()
    transcript.append(Entry(LANE, FellBack(0.0, "elsewhere")))
    assert woken == []


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (
            recipient(Status.DELIVERED, 250, "queued as 1"),
            "mx1.example.net took the mail for bob@example.net: 250 queued as 1",
        ),
        (
            recipient(Status.FAILED, 550, "no such user"),
            "mx1.example.net refused bob@example.net: 550 no such user",
        ),
        (
            recipient(Status.FAILED, None, "example.net accepts no mail"),
            "Not delivered to bob@example.net: example.net accepts no mail",
        ),
        (
            recipient(Status.DEFERRED, 451, "try again"),
            "Not delivered to bob@example.net yet: 451 try again",
        ),
        (
            recipient(Status.UNKNOWN, None, "mx1.example.net closed the connection"),
            (
                "mx1.example.net may or may not have the mail for bob@example.net: "
                "mx1.example.net closed the connection"
            ),
        ),
    ],
)
def test_the_result_in_plain_words(outcome: RecipientOutcome, sentence: str) -> None:
    assert outcome.sentence == sentence


@pytest.mark.parametrize(
    ("statuses", "status", "sentence"),
    [
        ([Status.DELIVERED], Status.DELIVERED, "Delivered in 440 ms."),
        ([Status.DELIVERED] * 3, Status.DELIVERED, "Delivered to 3 recipients in 440 ms."),
        (
            [Status.DELIVERED, Status.DELIVERED, Status.FAILED],
            Status.FAILED,
            "Delivered to 2 of 3 recipients, 1 failed, in 440 ms.",
        ),
        (
            [Status.DEFERRED, Status.FAILED],
            Status.FAILED,
            "Delivered to none of 2 recipients: 1 failed, 1 deferred, in 440 ms.",
        ),
        (
            [Status.UNKNOWN, Status.FAILED, Status.DEFERRED],
            Status.UNKNOWN,
            "Delivered to none of 3 recipients: 1 unknown, 1 failed, 1 deferred, in 440 ms.",
        ),
    ],
)
def test_the_gravest_status_speaks_for_the_message(
    statuses: list[Status], status: Status, sentence: str
) -> None:
    outcome = Outcome("<1@example.com>", tuple(map(recipient, statuses)), 0.44)
    assert (outcome.status, outcome.sentence) == (status, sentence)
    (*each, last) = lines_of(Entry(LANE, Concluded(0.0, outcome)))
    assert len(each) == len(statuses)
    assert last.text == sentence


def test_a_typescript_counts_seconds_from_its_first_line() -> None:
    typescript = Typescript()
    entries = [
        Entry(LANE, CommandSent(100.0, Command.data())),
        Entry(LANE, BodySent(100.25, 50, 100)),
        Entry(LANE, BodySent(100.5, 100, 100)),
    ]
    typed = [text for entry in entries for _, text in typescript.typed(entry)]
    assert typed == ["   0.000  1 → DATA", "   0.500  1 → message, 100 B"]


def test_time_begins_with_the_first_question_and_not_with_its_answer() -> None:
    """So that the last line's time is what the whole took."""
    typescript = Typescript()
    entries = [Entry(LANE, LookedUp(100.25, "MX a.example", "mx.a.example (10)", took=0.25))]
    typed = [text for entry in entries for _, text in typescript.typed(entry)]
    assert typed == ["   0.250  1 · MX a.example → mx.a.example (10)"]


def test_a_settled_transaction_has_no_line_of_its_own() -> None:
    transaction = smtp.Transaction(Envelope("", ("b@example.net",)), Content(io.BytesIO, 0))
    settled = smtp.Settled(0.0, transaction, (smtp.Accepted(Reply(250, ("ok",))),))
    assert lines_of(Entry(LANE, settled)) == ()


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9949, "9.9 kB"),
        (12_345, "12 kB"),
        (999_500, "1.0 MB"),
        (330_000_000, "330 MB"),
        (5_000_000_000_000, "5000 GB"),
    ],
)
def test_octets_as_people_read_them(count: int, said: str) -> None:
    assert octets(count) == said


@pytest.mark.parametrize(
    ("elapsed", "said"), [(0.0, "0 ms"), (0.0174, "17 ms"), (0.9996, "1.0 s"), (12.34, "12.3 s")]
)
def test_seconds_as_people_read_them(elapsed: float, said: str) -> None:
    assert seconds(elapsed) == said


def test_marks_are_one_cell_each() -> None:
    assert all(len(mark) == 1 for mark in Mark)
