"""Where the time of a session went."""

import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.transcript.watching import watched
from tuimail import smtp
from tuimail.smtp import Command
from tuimail.transcript import Entry, Lane, Tone, Transcript
from tuimail.transcript.bars import Bar, laid_out
from tuimail.transcript.segment import Phase, Segment
from tuimail.transcript.waterfall import Waterfall, Waterfalls

WHOLE = """
    0.00 *: connecting
    0.01 *: connected
    0.02 S: 220 mx.example.net
    0.02 C: EHLO client.example
    0.03 S: 250-mx.example.net
    0.03 S: 250 STARTTLS
    0.03 C: STARTTLS
    0.04 S: 220 ready
    0.06 *: tls
    0.06 C: EHLO client.example
    0.07 S: 250-mx.example.net
    0.07 S: 250 PIPELINING
    0.07 C: MAIL FROM:<a@example.com>
    0.07 C: RCPT TO:<b@example.net>
    0.07 C: RCPT TO:<c@example.net>
    0.07 C: DATA
    0.09 S: 250 ok
    0.10 S: 250 ok
    0.10 S: 450 4.2.2 mailbox full
    0.10 S: 354 go ahead
    0.12 *: body 50000 of 90000
    0.14 *: body 90000 of 90000
    0.14 C: .
    0.20 S: 250 queued
    0.20 C: QUIT
    0.21 S: 221 bye
"""


def waterfall(script: str) -> Waterfall:
    drawn = Waterfall()
    for place, event in enumerate(watched(script)):
        drawn.append(place, event)
    return drawn


def told(drawn: Waterfall) -> list[tuple[str, float, float | None]]:
    return [(segment.label, segment.start, segment.end) for segment in drawn.segments]


def test_each_stage_from_its_command_to_its_reply() -> None:
    assert told(waterfall(WHOLE)) == [
        ("TCP", 0.0, 0.01),
        ("greeting", 0.01, 0.02),
        ("EHLO", 0.02, 0.03),
        ("TLS", 0.03, 0.06),
        ("EHLO", 0.06, 0.07),
        ("MAIL", 0.07, 0.09),
        ("RCPT", 0.07, 0.10),
        ("RCPT", 0.07, 0.10),
        ("DATA", 0.07, 0.10),
        ("message", 0.10, 0.14),
        ("final reply", 0.14, 0.20),
        ("QUIT", 0.20, 0.21),
    ]


def test_a_pipelined_envelope_is_one_round_trip() -> None:
    """Rule R28: MAIL, all RCPT and DATA go out in one write. Connecting, the greeting, EHLO,
    STARTTLS, the handshake, EHLO, the envelope, the message, QUIT: nine."""
    assert waterfall(WHOLE).round_trips == 9


def test_without_pipelining_each_command_is_a_round_trip() -> None:
    drawn = waterfall("""
        0.0 C: MAIL FROM:<a@example.com>
        0.1 S: 250 ok
        0.1 C: RCPT TO:<b@example.net>
        0.2 S: 250 ok
        0.2 C: DATA
        0.3 S: 354 go ahead
    """)
    assert drawn.round_trips == 3


def test_chunks_that_were_under_way_already_cost_no_round_trip_of_their_own() -> None:
    drawn = waterfall("""
        0.0 C: BDAT 9
        0.0 *: body 9 of 30
        0.0 C: BDAT 9
        0.0 *: body 18 of 30
        0.1 S: 250 9 octets
        0.1 C: BDAT 12 LAST
        0.1 *: body 30 of 30
        0.15 S: 250 9 octets
        0.2 S: 250 queued
    """)
    assert drawn.round_trips == 2
    assert told(drawn) == [("message", 0.0, 0.1), ("final reply", 0.1, 0.2)]


def test_an_older_tls_shakes_hands_twice() -> None:
    events = list(watched(WHOLE))
    drawn, older = Waterfall(), Waterfall()
    for place, event in enumerate(events):
        drawn.append(place, event)
        if isinstance(event, smtp.TlsEstablished):
            facts = smtp.TlsFacts("TLSv1.2", "x", "", "", "")
            event = smtp.TlsEstablished(event.at, facts)
        older.append(place, event)
    assert older.round_trips == drawn.round_trips + 1


def test_a_stage_covers_its_entries() -> None:
    drawn = waterfall(WHOLE)
    covered = {segment.subject or segment.label: segment.entries for segment in drawn.segments}
    assert covered["STARTTLS"] == [5, 6, 7]
    assert covered["RCPT TO:<b@example.net>"] == [11, 15]
    assert covered["message"] == [18, 19]


def test_the_speed_of_a_message() -> None:
    message = next(s for s in waterfall(WHOLE).segments if s.phase is Phase.TRANSFER)
    assert message.octets_per_second == pytest.approx(90000 / 0.04)
    assert message.words(1.0) == "message, 90 kB in 40 ms, 2.2 MB/s"


def test_a_message_out_in_no_time_has_no_speed() -> None:
    drawn = waterfall("""
        0.0 C: DATA
        0.1 S: 354 go ahead
        0.1 *: body 90 of 90
        0.1 C: .
    """)
    assert drawn.segments[1].octets_per_second is None
    assert drawn.segments[1].words(1.0) == "message, 90 B in 0 ms"


def test_what_is_not_answered_goes_on() -> None:
    drawn = waterfall("""
        0.0 *: connecting
        0.1 *: connected
        0.2 S: 220 mx
        0.2 C: EHLO client.example
    """)
    assert told(drawn)[-1] == ("EHLO", 0.2, None)
    assert drawn.segments[-1].until(0.5) == 0.5
    assert drawn.segments[-1].words(2.6) == "EHLO client.example, unanswered for 2.4 s"


def test_a_farewell_without_an_answer_does_not_go_on_for_ever() -> None:
    """Rule R34: QUIT is not waited for longer than it matters."""
    drawn = waterfall("0.0 C: QUIT")
    assert drawn.segments[-1].until(3600.0) == smtp.Stage.QUIT.seconds


def test_a_refusal_is_told_by_its_tone() -> None:
    tones = [segment.tone for segment in waterfall(WHOLE).segments]
    assert [tone for tone in tones if tone is not Tone.PASS] == [Tone.WARN]
    drawn = waterfall("""
        0.0 C: RCPT TO:<b@example.net>
        0.1 S: 550 no
    """)
    assert (drawn.segments[0].tone, drawn.segments[0].code) == (Tone.FAIL, 550)
    assert drawn.segments[0].words(9.0) == "RCPT TO:<b@example.net>, 550 after 100 ms"


@pytest.mark.parametrize(
    ("end", "tone"), [("failed", Tone.FAIL), ("cancelled", Tone.WARN), ("halted", Tone.PASS)]
)
def test_the_end_of_a_session_ends_all_that_was_waited_for(end: str, tone: Tone) -> None:
    drawn = waterfall(f"""
        0.0 C: MAIL FROM:<>
        0.0 C: RCPT TO:<b@example.net>
        0.5 *: {end}
        0.5 C: QUIT
        0.6 S: 221 bye
    """)
    first, second, _quit = drawn.segments
    assert (first.end, first.tone) == (second.end, second.tone) == (0.5, tone)


def test_authentication_is_one_stage_with_all_its_challenges() -> None:
    drawn = waterfall("""
        0.0 C: AUTH LOGIN
        0.1 S: 334 VXNlcm5hbWU6
        0.2 C: bWU=
        0.3 S: 334 UGFzc3dvcmQ6
        0.4 C: c2VjcmV0
        0.5 S: 235 welcome
        0.5 C: MAIL FROM:<>
    """)
    assert told(drawn) == [("AUTH", 0.0, 0.5), ("MAIL", 0.5, None)]
    assert drawn.segments[0].entries == [0, 1, 2, 3, 4, 5]


def test_tls_from_the_start() -> None:
    """RFC 8314 §3.3: the handshake comes before the greeting."""
    drawn = waterfall("""
        0.0 *: connecting
        0.1 *: connected
        0.3 *: tls
        0.4 S: 220 mx
    """)
    assert told(drawn) == [("TCP", 0.0, 0.1), ("TLS", 0.1, 0.3), ("greeting", 0.3, 0.4)]


def test_in_lmtp_the_final_reply_ends_with_the_last_recipient() -> None:
    """Rule R35: one final reply for each accepted recipient (RFC 2033)."""
    drawn, dot = Waterfall(), Command.end_of_data()
    drawn.append(0, smtp.CommandSent(0.0, dot))
    for place, at in enumerate((0.5, 0.7), 1):
        drawn.append(place, smtp.ReplyReceived(at, smtp.Reply(250, ("ok",)), dot))
    assert told(drawn) == [("final reply", 0.0, 0.7)]


def test_a_refusal_in_the_midst_of_the_message_ends_it() -> None:
    """Rule R32: an early reply to a message that is still going out."""
    drawn = waterfall("""
        0.0 C: DATA
        0.1 S: 354 go ahead
        0.2 *: body 10 of 90
    """)
    refusal = smtp.Reply(552, ("too much",))
    drawn.append(3, smtp.ReplyReceived(0.3, refusal, Command.end_of_data()))
    assert told(drawn)[-1] == ("message", 0.1, 0.3)
    assert drawn.segments[-1].tone is Tone.FAIL


def test_a_foreign_word_is_safe_and_short() -> None:
    drawn = Waterfall()
    drawn.append(0, smtp.CommandSent(0.0, Command(b"", "\x1b[31m" + "x" * 9000)))
    assert drawn.segments[0].label.isprintable()
    assert drawn.segments[0].subject.isprintable()
    assert len(drawn.segments[0].subject) < 200


# Look-ups and lanes


def test_look_ups_are_drawn_with_the_session_that_waited_for_them() -> None:
    transcript, falls = Transcript(), Waterfalls()
    transcript.watch(lambda entry: falls.append(transcript.latest, entry))
    domain = transcript.open_lane("example.net")
    for event in watched("0.02 *: dns MX\n0.03 *: dns A"):
        transcript.append(Entry(domain, event))
    sessions = [transcript.open_lane("example.net", "mx", "192.0.2.1", 25) for _ in range(3)]
    for lane in sessions[:2]:
        for event in watched("0.04 *: connecting"):
            transcript.append(Entry(lane, event))
    for event in watched("0.05 *: refused"):
        transcript.append(Entry(sessions[0], event))
    for event in watched("9.0 *: connecting"):
        transcript.append(Entry(sessions[2], event))
    first, second, third = (falls.of(lane) for lane in sessions)
    assert first is not None
    assert second is not None
    assert third is not None
    assert told(first) == [("DNS", 0.01, 0.03), ("TCP", 0.04, 0.05)]
    assert first.segments[0].words(1.0) == "DNS, 2 look-ups, 20 ms"
    assert first.segments[0].entries == [0, 1]
    assert told(second) == [("DNS", 0.01, 0.03), ("TCP", 0.04, None)]
    assert told(third) == [("TCP", 9.0, None)]


def test_the_place_of_a_message_that_goes_out_stays() -> None:
    transcript = Transcript()
    lane = transcript.open_lane("example.net", "mx", "192.0.2.1", 25)
    other = transcript.open_lane("example.org", "mx", "192.0.2.2", 25)
    places = []
    for octets in (1, 2, 3):
        transcript.append(Entry(lane, smtp.BodySent(0.0, octets, 3)))
        places.append(transcript.latest)
        transcript.append(Entry(other, smtp.CommandSent(0.0, Command.rset())))
        places.append(transcript.latest)
    assert places == [0, 1, 0, 2, 0, 3]


def test_appending_costs_the_same_however_many_came_before() -> None:
    falls, lane = Waterfalls(), Lane(1, "example.net", "mx", "192.0.2.1", 25)
    command = Command.rcpt("b@example.net")
    said = Entry(lane, smtp.CommandSent(0.0, command))
    heard = Entry(lane, smtp.ReplyReceived(0.0, smtp.Reply(250, ("ok",)), command))
    spent = []
    for tenth in range(10):
        begun = time.process_time()
        for place in range(tenth * 10_000, (tenth + 1) * 10_000, 2):
            falls.append(place, said)
            falls.append(place + 1, heard)
        spent.append(time.process_time() - begun)
    assert min(spent[5:]) < 5 * min(spent[:5])


# Bars


def segment(start: float, end: float | None, phase: Phase = Phase.RCPT) -> Segment:
    return Segment(phase, phase.value, start, [0], end)


def test_bars_are_true_to_time() -> None:
    bars = laid_out([segment(0, 1), segment(1, 3), segment(5, 10)], 100, 10.0)
    assert bars == (
        Bar(range(1), 0, 10),
        Bar(range(1, 2), 10, 30),
        Bar(range(2, 3), 50, 100),
    )


def test_of_pipelined_stages_each_begins_where_the_one_before_ends() -> None:
    bars = laid_out([segment(0, 5), segment(0, 8), segment(0, 10)], 10, 10.0)
    assert [(bar.left, bar.right) for bar in bars] == [(0, 5), (5, 8), (8, 10)]


def test_pipelined_stages_that_end_at_once_leave_room_for_what_follows() -> None:
    bars = laid_out([segment(0, 10), segment(0, 10), segment(0, 10), segment(10, 20)], 20, 20.0)
    assert [bar.right - bar.left for bar in bars] == [9, 1, 1, 9]


def test_a_stage_that_goes_on_grows() -> None:
    stages = [segment(0, 1), segment(1, None)]
    assert laid_out(stages, 10, 2.0)[1] == Bar(range(1, 2), 5, 10)
    assert laid_out(stages, 10, 5.0)[1] == Bar(range(1, 2), 2, 10)


def test_where_room_is_short_stages_of_a_kind_share_a_bar() -> None:
    stages = [segment(0, 1, Phase.MAIL), *(segment(1, 2) for _ in range(30))]
    bars = laid_out(stages, 40, 2.0)
    assert [bar.segments for bar in bars] == [range(1), range(1, 31)]


def test_a_long_session_is_laid_out_in_little_time() -> None:
    stages = [segment(i, i + 1, Phase.MAIL if i % 2 else Phase.RCPT) for i in range(100_000)]
    begun = time.process_time()
    bars = laid_out(stages, 120, 1e5)
    assert time.process_time() - begun < 0.2
    assert bars[-1].segments.stop == 100_000


moments = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 1000)
stretches = st.builds(segment, moments, st.none() | moments, st.sampled_from(Phase))


@settings(deadline=None)
@given(st.lists(stretches, max_size=40), st.integers(-1, 60), moments)
@example([segment(0.0, 2.2e-309)], 1, 0.0)  # Columns for each second of it are infinite.
@example([segment(0.0, 1e-310), segment(2e-310, 3e-310)], 40, 0.0)
def test_bars_are_in_order_and_cover_every_segment(
    stages: list[Segment], columns: int, now: float
) -> None:
    bars = laid_out(stages, columns, now)
    if columns < 1 or not stages:
        assert bars == ()
        return
    covered = [place for bar in bars for place in bar.segments]
    assert covered == list(range(len(stages)))
    assert all(bar.left < bar.right for bar in bars)
    assert all(before.right <= after.left for before, after in pairwise(bars))
    assert bars[0].left >= 0
    assert bars[-1].right <= columns


@settings(deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20), st.integers(40, 200))
def test_no_bar_is_wider_than_its_time_by_more_than_a_column(
    lengths: list[int], columns: int
) -> None:
    """Nor is it narrower, but by what stages of less than a column were given."""
    stages, at = [], 0
    for length in lengths:
        stages.append(segment(at, at + length))
        at += length
    bars = laid_out(stages, columns, at)
    for bar, length in zip(bars, lengths, strict=True):
        true = columns * length / at if at else 0.0
        assert bar.right - bar.left <= max(true + 1, 1)
        assert bar.right - bar.left >= min(true - 1 - len(lengths), columns)


events = st.lists(
    st.sampled_from(tuple(watched(WHOLE)))
    | st.sampled_from(tuple(watched("0 *: halted\n1 *: failed\n2 *: dns x\n3 C: BDAT 1 LAST")))
    | st.builds(
        smtp.ReplyReceived,
        moments,
        st.builds(smtp.Reply, st.integers(0, 999), st.just(("x",))),
        st.none() | st.sampled_from([Command.data(), Command.parse("NOOP"), Command.bdat_last(3)]),
    ),
    max_size=60,
)


@settings(deadline=None)
@given(events)
def test_no_order_of_events_is_too_odd(seen: list[smtp.Event]) -> None:
    drawn = Waterfall()
    for place, event in enumerate(seen):
        drawn.append(place, event)
    for each in drawn.segments:
        assert each.words(1.0).isprintable()
        assert list(each.entries) == sorted(set(each.entries))
    laid_out(drawn.segments, 80, 1.0)
