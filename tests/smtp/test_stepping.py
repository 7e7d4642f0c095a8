"""One command at a time, by hand."""

from dataclasses import replace

import pytest

from tests.smtp.conftest import Play
from tests.smtp.play import mail
from tests.smtp.scripts import MESSAGE
from tuimail.smtp import (
    Accepted,
    Command,
    Credentials,
    Dialogue,
    Exposure,
    FailureKind,
    Halted,
    Pace,
    Refused,
    Session,
    Stage,
    TlsPolicy,
    Unanswered,
    Write,
)

STEP = Session("client.example", pace=Pace.STEP)
GREETED = """
    S: 220 mx.example.net
    *: hold EHLO client.example
    *: let go
    C: EHLO client.example
    S: 250-mx.example.net
    S: 250-CHUNKING
    S: 250 PIPELINING
    *: hold MAIL FROM:<a@example.com>
"""
QUIT = """
    *: hold QUIT
    *: let go
    C: QUIT
    S: 221 bye
    *: close
"""


def test_each_command_waits(play: Play) -> None:
    """Pipelining and chunking wait too: there is one command to look at, then its reply."""
    played = play(
        f"""
        {GREETED}
        *: let go
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        *: hold RCPT TO:<b@example.net>
        *: let go
        C: RCPT TO:<b@example.net>
        S: 250 ok
        *: hold DATA
        *: +10000s
        *: let go
        C: DATA
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
        {QUIT}
        """,
        session=STEP,
    )
    assert played.kinds == (Accepted,)


def test_edited(play: Play) -> None:
    """The reply to an edited command is the reply to the command that was held."""
    played = play(
        f"""
        {GREETED}
        *: let go MAIL FROM:<z@example.com> SIZE=1
        C: MAIL FROM:<z@example.com> SIZE=1
        S: 552 too big
        {QUIT}
        """,
        session=STEP,
    )
    assert played.kinds == (Refused,)


def test_another_line(play: Play) -> None:
    """It is said before the command that is held, and its reply decides nothing."""
    played = play(
        f"""
        {GREETED}
        *: let go VRFY postmaster
        C: VRFY postmaster
        S: 550 no
        *: hold MAIL FROM:<a@example.com>
        *: let go
        C: MAIL FROM:<a@example.com>
        S: 550 no
        {QUIT}
        """,
        session=STEP,
    )
    assert played.kinds == (Refused,)


def test_a_recipient_skipped(play: Play) -> None:
    played = play(
        f"""
        {GREETED}
        *: let go
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        *: hold RCPT TO:<b@example.net>
        *: skip
        *: hold RCPT TO:<c@example.net>
        *: let go
        C: RCPT TO:<c@example.net>
        S: 550 no
        {QUIT}
        """,
        mail("b@example.net", "c@example.net"),
        session=STEP,
    )
    assert played.kinds == (Unanswered, Refused)


def test_data_skipped(play: Play) -> None:
    """Whoever is not told DATA has not got the mail, and that is known."""
    played = play(
        f"""
        {GREETED}
        *: let go
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        *: hold RCPT TO:<b@example.net>
        *: let go
        C: RCPT TO:<b@example.net>
        S: 250 ok
        *: hold DATA
        *: skip
        {QUIT}
        """,
        session=STEP,
    )
    (disposition,) = played.dispositions
    assert isinstance(disposition, Unanswered)
    assert disposition.failure.kind is FailureKind.SKIPPED


@pytest.mark.parametrize(
    ("tls", "kind"), [(TlsPolicy.OPPORTUNISTIC, Refused), (TlsPolicy.ENCRYPT, Unanswered)]
)
def test_starttls_skipped(play: Play, tls: TlsPolicy, kind: type) -> None:
    """Rule R19: not even by hand does a policy that requires TLS go on without."""
    end = (
        "*: hold MAIL FROM:<a@example.com>\n *: let go\n C: MAIL FROM:<a@example.com>\n S: 550 no"
        f"\n {QUIT}"
    )
    played = play(
        f"""
        S: 220 mx.example.net
        *: let go
        C: EHLO client.example
        S: 250-mx.example.net
        S: 250 STARTTLS
        *: hold STARTTLS
        *: skip
        {end if kind is Refused else "C: QUIT"}
        """,
        session=Session("client.example", tls, pace=Pace.STEP),
    )
    assert played.kinds == (kind,)


@pytest.mark.parametrize("skipped", ["EHLO client.example"])
def test_the_hello_skipped(play: Play, skipped: str) -> None:
    played = play(
        f"""
        S: 220 mx.example.net
        *: hold {skipped}
        *: skip
        *: hold MAIL FROM:<a@example.com>
        *: let go
        C: MAIL FROM:<a@example.com>
        S: 503 hello first
        {QUIT}
        """,
        session=STEP,
    )
    assert played.kinds == (Refused,)


AUTHENTICATING = Session(
    "client.example",
    pace=Pace.STEP,
    credentials=Credentials("me", "open sesame", "LOGIN"),
    exposure=Exposure.ANY,
)


@pytest.mark.parametrize("rest", ["*: let go\n C: *\n S: 501 ok", "*: skip"])
def test_a_response_skipped(play: Play, rest: str) -> None:
    """The server waits for it: it is told that none comes, rather than MAIL in its place."""
    played = play(
        f"""
        S: 220 mx.example.net
        *: let go
        C: EHLO client.example
        S: 250-mx.example.net
        S: 250 AUTH LOGIN
        *: let go
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        *: hold …
        *: skip
        *: hold *
        {rest}
        C: QUIT
        S: 221 bye
        *: close
        """,
        session=AUTHENTICATING,
    )
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.AUTH


def test_mail_skipped_where_the_session_ends_behind_it(play: Play) -> None:
    played = play(
        f"{GREETED}\n *: skip\n C: QUIT\n S: 221 bye\n *: close",
        session=replace(STEP, stop_after=Stage.MAIL),
    )
    assert played.kinds == (Halted,)


def test_cancelled_while_held(play: Play) -> None:
    """Rule R38: the QUIT of a cancelled session waits for nobody."""
    played = play(f"{GREETED}\n *: cancel\n C: QUIT\n S: 221 bye\n *: close", session=STEP)
    assert played.kinds == (Unanswered,)


def test_quit_skipped(play: Play) -> None:
    played = play(
        f"""
        {GREETED}
        *: let go
        C: MAIL FROM:<a@example.com>
        S: 550 no
        *: hold QUIT
        *: skip
        *: close
        """,
        session=STEP,
    )
    assert played.kinds == (Refused,)


def test_run_on_to_the_next_stage(play: Play) -> None:
    """All recipients are told at once, as the server allows, and DATA waits again."""
    played = play(
        f"""
        {GREETED}
        *: run on
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        *: hold RCPT TO:<b@example.net>
        *: run on
        C: RCPT TO:<b@example.net>
        C: RCPT TO:<c@example.net>
        S: 250 ok
        S: 250 ok
        *: hold DATA
        *: let go
        C: DATA
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
        {QUIT}
        """,
        mail("b@example.net", "c@example.net"),
        session=STEP,
    )
    assert played.kinds == (Accepted, Accepted)


def test_the_same_stage_waits_when_it_comes_again(play: Play) -> None:
    played = play(
        f"""
        {GREETED}
        *: let go
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        *: run on
        C: RCPT TO:<b@example.net>
        S: 550 no
        *: hold RSET
        *: let go
        C: RSET
        S: 250 ok
        *: hold MAIL FROM:<a@example.com>
        *: let go
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        *: hold RCPT TO:<c@example.net>
        *: let go
        C: RCPT TO:<c@example.net>
        S: 550 no
        {QUIT}
        """,
        mail("b@example.net"),
        mail("c@example.net"),
        session=STEP,
    )
    assert played.kinds == (Refused, Refused)


def test_run_on_to_the_end(play: Play) -> None:
    played = play(
        f"""
        {GREETED}
        *: pace free
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: DATA
        S: 250 ok
        S: 250 ok
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
        C: QUIT
        S: 221 bye
        *: close
        """,
        session=STEP,
    )
    assert played.kinds == (Accepted,)


def test_begun_while_the_session_runs(play: Play) -> None:
    """What has been said has been said; what comes after it waits."""
    played = play(
        f"""
        S: 220 mx.example.net
        C: EHLO client.example
        *: pace step
        S: 250 mx.example.net
        *: hold MAIL FROM:<a@example.com>
        *: let go
        C: MAIL FROM:<a@example.com>
        S: 550 no
        {QUIT}
        """,
        session=Session("client.example"),
    )
    assert played.kinds == (Refused,)


@pytest.mark.parametrize("line", ["DATA", " data ", "STARTTLS", "BDAT 5 LAST", "."])
def test_no_line_that_turns_the_session_into_something_else(line: str) -> None:
    """Behind it the server would read a handshake, or a message, and we would say commands."""
    dialogue = Dialogue(STEP, lambda _event: None, 0.0)
    dialogue.receive(b"220 mx.example.net\r\n", 0.0)
    dialogue.next_action(0.0)
    with pytest.raises(ValueError, match="when its turn comes"):
        dialogue.release(Command.parse(line), 0.0)
    assert dialogue.held == Command.ehlo("client.example")


def test_a_secret_typed_by_hand_is_not_shown(play: Play) -> None:
    """Rule R39: neither with AUTH, nor as the answer to a challenge, nor in an echo."""
    played = play(
        f"""
        {GREETED}
        *: let go AUTH PLAIN AG1lAG9wZW4gc2VzYW1l
        C: AUTH PLAIN AG1lAG9wZW4gc2VzYW1l
        S: 535-AG1lAG9wZW4gc2VzYW1l
        S: 535 so me may not say open sesame
        *: let go AUTH LOGIN
        C: AUTH LOGIN
        S: 334 UGFzc3dvcmQ6
        *: let go b3BlbiBzZXNhbWU=
        C: b3BlbiBzZXNhbWU=
        S: 535 not b3BlbiBzZXNhbWU=
        *: let go
        C: MAIL FROM:<a@example.com>
        S: 550 no
        {QUIT}
        """,
        session=STEP,
    )
    shown = repr(played.events)
    assert "AUTH PLAIN …" in shown
    assert "b3BlbiBzZXNhbWU" not in shown
    assert "AG1lAG9wZW4gc2VzYW1l" not in shown
    assert "open sesame" not in shown


@pytest.mark.parametrize("line", ["", "  "])
def test_an_answer_to_a_challenge_may_be_empty(line: str) -> None:
    """RFC 4954 §4: an empty response is an empty line; it hides nothing but itself."""
    dialogue = Dialogue(STEP, lambda _event: None, 0.0)
    dialogue.receive(b"220 mx.example.net\r\n", 0.0)
    dialogue.release(Command.parse("AUTH EXTERNAL"), 0.0)
    dialogue.receive(b"334 \r\n", 0.0)
    dialogue.next_action(0.0)
    dialogue.release(Command.parse(line), 0.0)
    assert dialogue.next_action(0.0) == Write(f"{line}\r\n".encode())


def test_nothing_held() -> None:
    dialogue = Dialogue(STEP, lambda _event: None, 0.0)
    assert dialogue.held is None
    with pytest.raises(ValueError, match="nothing waits"):
        dialogue.release(None, 0.0)
    with pytest.raises(ValueError, match="nothing waits"):
        dialogue.run_on()
