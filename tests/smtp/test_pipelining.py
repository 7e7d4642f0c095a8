"""Commands that go out together (RFC 2920)."""

import pytest

from tests.smtp.conftest import Play
from tests.smtp.play import mail
from tests.smtp.scripts import MESSAGE, PIPELINING, QUIT
from tuimail.smtp import Accepted, FailureKind, Refused, Stage, Unanswered, Unknown

ENVELOPE = b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n"
TWO = ("b@example.net", "c@example.net")
SAID = f"""
    {PIPELINING}
    C: MAIL FROM:<a@example.com>
    C: RCPT TO:<b@example.net>
    C: DATA
"""
SAID_FOR_TWO = f"""
    {PIPELINING}
    C: MAIL FROM:<a@example.com>
    C: RCPT TO:<b@example.net>
    C: RCPT TO:<c@example.net>
    C: DATA
"""


def test_envelope_in_one_write(play: Play) -> None:
    """Rule R28: MAIL, all RCPT and DATA in one write; the message waits for DATA's reply."""
    played = play(f"""
        {SAID}
        S: 250 ok
        S: 250 ok
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
        {QUIT}
    """)
    assert played.kinds == (Accepted,)
    assert ENVELOPE in played.writes


def test_replies_one_by_one(play: Play) -> None:
    """Rule R28: nothing is said between MAIL's reply and DATA's."""
    played = play(f"""
        {SAID}
        S: 250 ok
        *: +1s
        S: 250 ok
        *: +1s
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
        {QUIT}
    """)
    assert played.kinds == (Accepted,)


def test_keyword_in_any_case(play: Play) -> None:
    """Rules R12, R28."""
    played = play("""
        S: 220 mx.example.net
        C: EHLO client.example
        S: 250-mx.example.net
        S: 250 Pipelining
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: DATA
        S: 421 bye
        *: close
    """)
    assert ENVELOPE in played.writes


def test_many_recipients(play_whole: Play) -> None:
    """Rule R28: however many there are, each is matched with its own reply."""
    paths = [f"b{number}@example.net" for number in range(100)]
    played = play_whole(
        "\n".join(
            [
                PIPELINING,
                "C: MAIL FROM:<a@example.com>",
                *(f"C: RCPT TO:<{path}>" for path in paths),
                "C: DATA",
                "S: 250 ok",
                *(f"S: {550 if number % 3 else 250} b{number}" for number in range(100)),
                "S: 354 go ahead",
                MESSAGE,
                "S: 250 ok",
                QUIT,
            ]
        ),
        mail(*paths),
    )
    assert played.kinds == tuple(Refused if number % 3 else Accepted for number in range(100))
    refused = [said for said in played.dispositions if isinstance(said, Refused)]
    assert [said.reply.text for said in refused] == [f"b{n}" for n in range(100) if n % 3]


# Refusals among the replies


@pytest.mark.parametrize("final", ["250 what was that", "554 no valid recipients", "354 what"])
def test_all_recipients_refused_though_354_came(play: Play, final: str) -> None:
    """Rule R28: the message that nobody takes ends with a lone dot (RFC 2920 §3.1)."""
    played = play(
        f"""
        {SAID_FOR_TWO}
        S: 250 ok
        S: 550 5.1.1 no such user
        S: 450 4.2.1 later
        S: 354 go ahead
        C: .
        S: {final}
        {QUIT}
        """,
        mail(*TWO),
    )
    assert played.refusals == ((Stage.RCPT, 550), (Stage.RCPT, 450))
    assert not played.failed


@pytest.mark.parametrize("code", [451, 503, 554])
def test_all_recipients_and_data_refused(play: Play, code: int) -> None:
    """Rules R8, R28: each recipient keeps the reply of its own."""
    played = play(
        f"""
        {SAID_FOR_TWO}
        S: 250 ok
        S: 550 5.1.1 no such user
        S: 450 4.2.1 later
        S: {code} no valid recipients
        {QUIT}
        """,
        mail(*TWO),
    )
    assert played.refusals == ((Stage.RCPT, 550), (Stage.RCPT, 450))


@pytest.mark.parametrize(
    "behind", [("503", "503", "503"), ("550", "450", "554"), ("250", "250", "451")]
)
def test_mail_refused(play: Play, behind: tuple[str, str, str]) -> None:
    """Rule R8: the replies pipelined behind a refused MAIL are read, and mean nothing."""
    played = play(
        f"""
        {SAID_FOR_TWO}
        S: 550 5.7.1 not you
        S: {behind[0]} RCPT
        S: {behind[1]} RCPT
        S: {behind[2]} DATA
        {QUIT}
        """,
        mail(*TWO),
    )
    assert played.refusals == ((Stage.MAIL, 550), (Stage.MAIL, 550))


def test_mail_refused_though_354_came(play: Play) -> None:
    """Rules R8, R28: no message for a transaction that was never opened."""
    played = play(
        f"""
        {SAID_FOR_TWO}
        S: 550 5.7.1 not you
        S: 250 ok
        S: 250 ok
        S: 354 go ahead
        C: .
        S: 554 no transaction
        {QUIT}
        """,
        mail(*TWO),
    )
    assert played.refusals == ((Stage.MAIL, 550), (Stage.MAIL, 550))


def test_some_recipients_refused(play: Play) -> None:
    """Rules R28, R31: the message goes to those who take it."""
    played = play(
        f"""
        {SAID_FOR_TWO}
        S: 250 ok
        S: 550 no
        S: 251 ok
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
        {QUIT}
        """,
        mail(*TWO),
    )
    assert played.kinds == (Refused, Accepted)


# What is no answer


@pytest.mark.parametrize("code", [200, 250, 299])
def test_data_answered_as_if_it_were_rcpt(play: Play, code: int) -> None:
    """Rule R11: 2xx to DATA is no way to go on; nothing of the message goes out."""
    played = play(f"""
        {SAID}
        S: 250 ok
        S: 250 ok
        S: {code} ok
        *: abort
    """)
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.PROTOCOL


@pytest.mark.parametrize("replies", ["S: 354 go", "S: 250 ok\n S: 354 go"])
def test_354_without_data(play: Play, replies: str) -> None:
    """Rule R11: the replies no longer match the commands."""
    played = play(f"{SAID}\n {replies}\n *: abort")
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.PROTOCOL


@pytest.mark.parametrize(
    ("before", "kinds"),
    [
        ("", [(Stage.MAIL, 421), (Stage.MAIL, 421)]),
        ("S: 250 ok", [(Stage.RCPT, 421)]),
        ("S: 250 ok\n S: 550 no", [(Stage.RCPT, 550), (Stage.RCPT, 421)]),
        ("S: 250 ok\n S: 550 no\n S: 250 ok", [(Stage.RCPT, 550), (Stage.DATA, 421)]),
    ],
)
def test_421_among_the_replies(play: Play, before: str, kinds: list[tuple[Stage, int]]) -> None:
    """Rule R16: 421 is the reply to what it answers, and the end for all behind it."""
    played = play(f"{SAID_FOR_TWO}\n {before}\n S: 421 bye\n *: close", mail(*TWO))
    assert list(played.refusals) == kinds
    assert len(played.dispositions) == 2
    assert played.failure.kind is FailureKind.CLOSING


@pytest.mark.parametrize("end", ["*: eof", "*: reset"])
def test_lost_among_the_replies(play: Play, end: str) -> None:
    """Rule R8: who was refused stays refused, the others were not answered."""
    played = play(f"{SAID_FOR_TWO}\n S: 250 ok\n S: 550 no\n {end}", mail(*TWO))
    assert played.kinds == (Refused, Unanswered)
    assert played.failure.kind is FailureKind.LOST


# Several transactions


def test_two_mails(play: Play) -> None:
    """Rule R28: the second envelope goes out in one write with the first message's end (RFC 2920
    §3.1)."""
    played = play(
        f"""
        {SAID}
        S: 250 ok
        S: 250 ok
        S: 354 go ahead
        {MESSAGE}
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: DATA
        S: 250 ok
        S: 250 ok
        S: 250 ok
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
        {QUIT}
        """,
        mail(),
        mail(),
    )
    assert played.kinds == (Accepted, Accepted)
    assert ENVELOPE in played.writes
    assert any(write.endswith(b".\r\n" + ENVELOPE) for write in played.writes)


@pytest.mark.parametrize("code", [451, 554])
def test_a_refused_message_does_not_touch_the_next_envelope(play: Play, code: int) -> None:
    """Rules R8, R28: the end of data has closed the envelope, whatever its reply."""
    played = play(
        f"""
        {SAID}
        S: 250 ok
        S: 250 ok
        S: 354 go ahead
        {MESSAGE}
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: DATA
        S: {code} spam
        S: 250 ok
        S: 250 ok
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
        {QUIT}
        """,
        mail(),
        mail(),
    )
    assert played.kinds == (Refused, Accepted)
    assert played.refusals == ((Stage.FINAL, code),)


@pytest.mark.parametrize(
    "end", ["*: eof", "*: reset", "*: +601s\n *: abort", "*: cancel\n *: abort"]
)
def test_ended_with_two_mails_under_way(play: Play, end: str) -> None:
    """Rule R33: the one whose dot is out is unknown, the one behind it was never sent."""
    played = play(
        f"""
        {SAID}
        S: 250 ok
        S: 250 ok
        S: 354 go ahead
        {MESSAGE}
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: DATA
        {end}
        """,
        mail(),
        mail(),
    )
    assert played.kinds == (Unknown, Unanswered)


def test_mail_after_a_refused_one(play: Play) -> None:
    """Rule R28: RSET may lead a group."""
    played = play(
        f"""
        {SAID}
        S: 250 ok
        S: 550 no
        S: 503 no valid recipients
        C: RSET
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: DATA
        S: 250 ok
        S: 250 ok
        S: 250 ok
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
        {QUIT}
        """,
        mail(),
        mail(),
    )
    assert played.kinds == (Refused, Accepted)
    assert b"RSET\r\n" + ENVELOPE in played.writes


def test_rset_refused(play: Play) -> None:
    """Rule R11: an envelope that can't be closed must not take other recipients."""
    played = play(
        f"""
        {SAID}
        S: 250 ok
        S: 550 no
        S: 503 no valid recipients
        C: RSET
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: DATA
        S: 500 what?
        *: abort
        """,
        mail(),
        mail(),
    )
    assert played.kinds == (Refused, Unanswered)
    assert played.failure.kind is FailureKind.PROTOCOL
