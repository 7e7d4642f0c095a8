"""A mail transaction, and what became of each recipient."""

from dataclasses import replace

import pytest

from tests.smtp.conftest import Play
from tests.smtp.play import mail
from tests.smtp.scripts import GREETED, MESSAGE, PLAIN, QUIT, SENT
from tuimail.smtp import (
    Accepted,
    Command,
    CommandSent,
    Refused,
    Reply,
    ReplyReceived,
    Stage,
    Transaction,
    Unfit,
)


def test_one_mail(play: Play) -> None:
    """Rules R31, R34: any 2xx accepts; QUIT follows and changes nothing."""
    played = play("""
        S: 220 mx.example.net ESMTP
        C: EHLO client.example
        S: 250 mx.example.net
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 251 will forward
        C: DATA
        S: 354 go ahead
        C: Subject: hello
        C:
        C: Hello.
        C: .
        S: 250 2.0.0 queued as 1
        C: QUIT
        S: 221 bye
        *: close
    """)
    (accepted,) = played.dispositions
    assert isinstance(accepted, Accepted)
    assert str(accepted.reply) == "250 2.0.0 queued as 1"
    assert not played.failed


def test_what_each_reply_answers(play: Play) -> None:
    """Only the greeting answers no command; the final reply answers the lone dot."""
    played = play(f"""
        {PLAIN}
        {SENT}
        S: 250 ok
        {QUIT}
    """)
    answered = [event.command for event in played.events if isinstance(event, ReplyReceived)]
    sent = [event.command for event in played.events if isinstance(event, CommandSent)]
    assert answered == [None, *sent]
    assert Command.end_of_data() in sent


# Replies to the envelope


@pytest.mark.parametrize("code", [200, 250, 251, 252, 299])
def test_any_2xx_accepts(play: Play, code: int) -> None:
    """Rules R11, R31: the first digit decides, of MAIL's, RCPT's and the final reply."""
    played = play(f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: {code} ok
        C: RCPT TO:<b@example.net>
        S: {code} ok
        C: DATA
        S: 354 go ahead
        {MESSAGE}
        S: {code} ok
        {QUIT}
    """)
    assert played.kinds == (Accepted,)


@pytest.mark.parametrize("code", [300, 354, 399])
def test_any_3xx_asks_for_the_message(play: Play, code: int) -> None:
    """Rule R11: the first digit decides, of DATA's reply too."""
    played = play(f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 250 ok
        C: DATA
        S: {code} go ahead
        {MESSAGE}
        S: 250 ok
        {QUIT}
    """)
    assert played.kinds == (Accepted,)


def test_replies_of_several_lines(play: Play) -> None:
    """Rule R11: the last line of each reply ends it."""
    played = play(f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: 250-2.1.0 well
        S: 250 2.1.0 ok
        C: RCPT TO:<b@example.net>
        S: 250-2.1.5 well
        S: 250 2.1.5 ok
        C: DATA
        S: 354-go
        S: 354 ahead
        {MESSAGE}
        S: 250-2.0.0 thanks
        S: 250 2.0.0 queued
        {QUIT}
    """)
    assert played.dispositions == (Accepted(Reply(250, ("2.0.0 thanks", "2.0.0 queued"))),)


@pytest.mark.parametrize("code", [450, 452, 499, 501, 550, 552, 599])
def test_mail_refused(play: Play, code: int) -> None:
    """Rule R8: a refused MAIL settles all its recipients with MAIL's reply."""
    played = play(
        f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: {code} not you
        {QUIT}
        """,
        mail("b@example.net", "c@example.net"),
    )
    assert played.refusals == ((Stage.MAIL, code), (Stage.MAIL, code))
    assert all(
        isinstance(refused, Refused) and refused.permanent is (code >= 500)
        for refused in played.dispositions
    )


def test_some_recipients_refused(play: Play) -> None:
    """Rules R8, R31: the outcome is kept for each recipient, in the envelope's order."""
    played = play(
        f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 550 5.1.1 no such user
        C: RCPT TO:<c@example.net>
        S: 250 ok
        C: RCPT TO:<d@example.net>
        S: 450 4.2.1 later
        C: RCPT TO:<e@example.net>
        S: 252 perhaps
        C: DATA
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
        {QUIT}
        """,
        mail("b@example.net", "c@example.net", "d@example.net", "e@example.net"),
    )
    assert played.kinds == (Refused, Accepted, Refused, Accepted)
    assert played.refusals == ((Stage.RCPT, 550), (Stage.RCPT, 450))


def test_all_recipients_refused(play: Play) -> None:
    """Rule R8: without a taker there is no DATA."""
    played = play(
        f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 550 no
        C: RCPT TO:<c@example.net>
        S: 450 later
        {QUIT}
        """,
        mail("b@example.net", "c@example.net"),
    )
    assert played.refusals == ((Stage.RCPT, 550), (Stage.RCPT, 450))


@pytest.mark.parametrize("code", [421, 450, 451, 499, 500, 554, 599])
def test_message_refused_before_it_goes_out(play: Play, code: int) -> None:
    """Rule R8: DATA's refusal is for everybody who was not refused before."""
    end = "*: close" if code == 421 else QUIT
    played = play(
        f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 550 no
        C: RCPT TO:<c@example.net>
        S: 250 ok
        C: DATA
        S: {code} not today
        {end}
        """,
        mail("b@example.net", "c@example.net"),
    )
    assert played.refusals == ((Stage.RCPT, 550), (Stage.DATA, code))


@pytest.mark.parametrize("code", [421, 450, 452, 499, 500, 552, 554, 599])
def test_message_refused(play: Play, code: int) -> None:
    """Rules R8, R33: a 4xx or 5xx final reply is known, and for everybody who is left."""
    end = "*: close" if code == 421 else QUIT
    played = play(
        f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 450 later
        C: RCPT TO:<c@example.net>
        S: 250 ok
        C: DATA
        S: 354 go ahead
        {MESSAGE}
        S: {code} spam
        {end}
        """,
        mail("b@example.net", "c@example.net"),
    )
    assert played.refusals == ((Stage.RCPT, 450), (Stage.FINAL, code))


@pytest.mark.parametrize(
    ("stage", "code", "permanent", "too_many"),
    [
        (Stage.RCPT, 552, False, True),
        (Stage.RCPT, 452, False, True),
        (Stage.RCPT, 451, False, False),
        (Stage.RCPT, 550, True, False),
        (Stage.RCPT, 599, True, False),
        (Stage.RCPT, 421, False, False),
        (Stage.MAIL, 552, True, False),
        (Stage.MAIL, 452, False, False),
        (Stage.DATA, 552, True, False),
        (Stage.FINAL, 552, True, False),
        (Stage.FINAL, 452, False, False),
    ],
)
def test_refusal(stage: Stage, code: int, permanent: bool, too_many: bool) -> None:  # noqa: FBT001
    """Rules R8, R11: by the first digit; 552 to RCPT counts as 452 (RFC 5321 §4.5.3.1.10)."""
    refused = Refused(Reply(code, ("no",)), stage)
    assert refused.permanent is permanent
    assert refused.too_many_recipients is too_many


# What the server can't be given


def offering(*keywords: str) -> str:
    lines = "\n".join(f"S: 250-{keyword}" for keyword in keywords)
    return f"{GREETED}\n S: 250-mx.example.net\n {lines}\n S: 250 HELP"


def marked(eight_bit: bool = False, utf8_headers: bool = False) -> Transaction:  # noqa: FBT001, FBT002
    plain = mail()
    content = replace(plain.content, eight_bit=eight_bit, utf8_headers=utf8_headers)
    return replace(plain, content=content)


@pytest.mark.parametrize(
    ("keywords", "transaction", "line"),
    [
        (("SIZE 1000",), mail(), "MAIL FROM:<a@example.com> SIZE=26"),
        (("SIZE",), mail(), "MAIL FROM:<a@example.com> SIZE=26"),
        (("SIZE 0",), mail(), "MAIL FROM:<a@example.com> SIZE=26"),
        (("SIZE 26",), mail(), "MAIL FROM:<a@example.com> SIZE=26"),
        (("8BITMIME", "SMTPUTF8"), mail(), "MAIL FROM:<a@example.com>"),
        ((), mail(sender=""), "MAIL FROM:<>"),
        (("8BITMIME",), marked(eight_bit=True), "MAIL FROM:<a@example.com> BODY=8BITMIME"),
        (("SMTPUTF8",), marked(utf8_headers=True), "MAIL FROM:<a@example.com> SMTPUTF8"),
        (("SMTPUTF8",), mail(sender="zoë@example.com"), "MAIL FROM:<zoë@example.com> SMTPUTF8"),
        (
            ("SMTPUTF8", "8BITMIME", "SIZE"),
            marked(eight_bit=True, utf8_headers=True),
            "MAIL FROM:<a@example.com> SIZE=26 BODY=8BITMIME SMTPUTF8",
        ),
    ],
)
def test_parameters(
    play: Play, keywords: tuple[str, ...], transaction: Transaction, line: str
) -> None:
    """Rules R24, R25, R26: a parameter is sent where it is advertised, and needed."""
    played = play(
        f"""
        {offering(*keywords)}
        C: {line}
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 250 ok
        C: DATA
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
        {QUIT}
        """,
        transaction,
    )
    assert played.kinds == (Accepted,)


@pytest.mark.parametrize(
    ("keywords", "transaction", "enhanced"),
    [
        (("SIZE 25",), mail(), "5.3.4"),
        (("SMTPUTF8",), marked(eight_bit=True), "5.6.3"),
        (("8BITMIME",), mail("zoë@example.net"), "5.6.7"),
        (("8BITMIME",), mail(sender="zoë@example.com"), "5.6.7"),
        (("8BITMIME",), marked(utf8_headers=True), "5.6.9"),
        (("8BITMIME",), marked(eight_bit=True, utf8_headers=True), "5.6.9"),
    ],
)
def test_unfit(
    play: Play, keywords: tuple[str, ...], transaction: Transaction, enhanced: str
) -> None:
    """Rules R24, R25, R26: what the server can't be given is settled without sending it."""
    played = play(
        f"""
        {offering(*keywords)}
        {QUIT}
        """,
        transaction,
    )
    (unfit,) = played.dispositions
    assert isinstance(unfit, Unfit)
    assert unfit.enhanced == enhanced


def test_unfit_for_every_recipient(play: Play) -> None:
    """Rule R26: a transaction that does not fit is settled for all it was for."""
    played = play(
        f"""
        {PLAIN}
        {QUIT}
        """,
        mail("b@example.net", "zoë@example.net"),
    )
    assert played.kinds == (Unfit, Unfit)


# Several transactions in one session


def test_two_mails(play: Play) -> None:
    """Rule R31: a taken message ends its transaction; the next MAIL follows without RSET."""
    played = play(
        f"""
        {PLAIN}
        {SENT}
        S: 250 first
        {SENT}
        S: 250 second
        {QUIT}
        """,
        mail(),
        mail(),
    )
    assert played.dispositions == (
        Accepted(Reply(250, ("first",))),
        Accepted(Reply(250, ("second",))),
    )


REFUSED_AT = {
    Stage.MAIL: """
        C: MAIL FROM:<a@example.com>
        S: 550 no
    """,
    Stage.RCPT: """
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 550 no
    """,
    Stage.DATA: """
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 250 ok
        C: DATA
        S: 550 no
    """,
    Stage.FINAL: f"""
        {SENT}
        S: 550 no
    """,
}


@pytest.mark.parametrize("stage", REFUSED_AT)
def test_mail_after_a_refused_one(play: Play, stage: Stage) -> None:
    """Rule R8: RSET closes an envelope that no message has closed."""
    played = play(
        f"""
        {PLAIN}
        {REFUSED_AT[stage]}
        C: RSET
        S: 250 ok
        {SENT}
        S: 250 ok
        {SENT}
        S: 250 ok
        {QUIT}
        """,
        mail(),
        mail(),
        mail(),
    )
    assert played.kinds == (Refused, Accepted, Accepted)
    assert played.refusals == ((stage, 550),)


def test_mail_after_one_that_does_not_fit(play: Play) -> None:
    """Rule R26: where nothing was sent, nothing has to be reset."""
    played = play(
        f"""
        {PLAIN}
        {SENT}
        S: 250 ok
        {SENT}
        S: 250 ok
        {QUIT}
        """,
        mail("zoë@example.net"),
        mail(),
        mail("zoë@example.net"),
        mail(),
        mail("zoë@example.net"),
    )
    assert played.kinds == (Unfit, Accepted, Unfit, Accepted, Unfit)


# QUIT


@pytest.mark.parametrize("answer", ["S: 221 bye", "S: 250 ok", "S: 421 bye", "S: 500 what?"])
def test_any_answer_to_quit(play: Play, answer: str) -> None:
    """Rule R34: QUIT's reply never changes the result."""
    played = play(f"""
        {PLAIN}
        {SENT}
        S: 250 ok
        C: QUIT
        {answer}
        *: close
    """)
    assert played.kinds == (Accepted,)
    assert not played.failed


@pytest.mark.parametrize("end", ["*: eof", "*: reset", "*: handshake unexpected eof"])
def test_quit_lost(play: Play, end: str) -> None:
    """Rule R34: a lost QUIT never changes the result."""
    played = play(f"""
        {PLAIN}
        {SENT}
        S: 250 ok
        C: QUIT
        {end}
    """)
    assert played.kinds == (Accepted,)
    assert not played.failed


@pytest.mark.parametrize("answer", ["S: no reply at all", "S: 000 bye", "S: 999 bye", "*: +5s"])
def test_quit_answered_badly_or_never(play: Play, answer: str) -> None:
    """Rule R34: what is no reply to QUIT ends the connection, and changes nothing."""
    played = play(f"""
        {PLAIN}
        {SENT}
        S: 250 ok
        C: QUIT
        {answer}
        *: abort
    """)
    assert played.kinds == (Accepted,)
    assert not played.failed


def test_reported_before_quit(play: Play) -> None:
    """Rule R34: the result is reported before QUIT is answered."""
    played = play(f"""
        {PLAIN}
        {SENT}
        S: 250 ok
        C: QUIT
    """)
    assert played.kinds == (Accepted,)
