"""A session typed by hand."""

import pytest

from tests.smtp.typist import PASSWORD, typed, typed_whole
from tuimail.smtp import (
    BodySent,
    Exposure,
    FailureKind,
    Protocol,
    Session,
    TlsEstablished,
    TlsPolicy,
    TlsStart,
)

HERE = Session("client.example", exposure=Exposure.ANY, host="mx.example.net", port=25)
GREETED = """
    S: 220 mx.example.net
    *: floor command
"""
HELLO = f"""
    {GREETED}
    T: EHLO client.example
    C: EHLO client.example
    S: 250-mx.example.net
    S: 250-STARTTLS
    S: 250 AUTH PLAIN LOGIN CRAM-MD5
"""
QUIT = """
    T: QUIT
    C: QUIT
    S: 221 bye
    *: close
    *: floor nobody
"""


def test_a_mail_line_by_line() -> None:
    """Rule R30: what a person types is stuffed, and they are told so once."""
    told = typed(
        f"""
        {HELLO}
        T: mail from:<a@example.com>
        C: mail from:<a@example.com>
        S: 250 ok
        T: RCPT TO:<b@example.net>
        C: RCPT TO:<b@example.net>
        S: 250 ok
        T: DATA
        C: DATA
        S: 354 go ahead
        *: floor message
        T: Subject: hello
        T:
        T: .hidden
        T: ..
        C: Subject: hello
        C:
        C: ..hidden
        C: ...
        *: note a line that begins with a dot gets one more (RFC 5321 §4.5.2)
        *: floor message
        T: .
        C: .
        *: floor server
        S: 250 taken
        {QUIT}
        """
    )
    (body,) = (event for event in told.events if isinstance(event, BodySent))
    assert body.octets == body.size == len("Subject: hello\r\n\r\n.hidden\r\n..\r\n")
    assert told.shown[-2:] == (".", "QUIT")
    assert not told.failed


def test_the_server_speaks_first() -> None:
    """Nothing is said before the greeting, nor while an answer is due (RFC 5321 §4.3.1)."""
    typed(
        """
        *: floor server
        *: objection the server has not answered yet
        T: EHLO client.example
        S: 220 mx.example.net
        T: NOOP
        C: NOOP
        *: objection the server has not answered yet
        T: NOOP
        S: 250 ok
        T: QUIT
        C: QUIT
        S: 221 bye
        *: close
        *: objection the session is over
        T: NOOP
        """
    )


def test_starttls_makes_the_handshake() -> None:
    """Rule R17: what was offered in plaintext is forgotten; the next hello is a person's too."""
    told = typed(
        f"""
        {HELLO}
        T: starttls
        C: starttls
        S: 220 go
        *: begin tls
        *: tls the certificate has expired
        *: floor command
        *: objection TLS is there already
        T: STARTTLS
        {QUIT}
        """
    )
    (event,) = (event for event in told.events if isinstance(event, TlsEstablished))
    assert event.facts.distrust == "the certificate has expired"
    assert told.talk.capabilities.mechanisms == ()


def test_bytes_behind_the_reply_to_starttls() -> None:
    """Rule R17: they were said in plaintext, and would pass for encrypted ones."""
    told = typed_whole(
        f"""
        {HELLO}
        T: STARTTLS
        C: STARTTLS
        S: 220 go
        S: 250 evil
        *: abort
        """
    )
    assert told.failure.kind is FailureKind.PROTOCOL


def test_starttls_refused() -> None:
    typed(
        f"""
        {HELLO}
        T: STARTTLS
        C: STARTTLS
        S: 454 not now
        {QUIT}
        """
    )


def test_a_handshake_that_fails() -> None:
    """Rule R18: the connection is not used any more."""
    told = typed(
        f"""
        {HELLO}
        T: STARTTLS
        C: STARTTLS
        S: 220 go
        *: begin tls
        *: handshake wrong version number
        *: floor nobody
        """
    )
    assert told.failure.kind is FailureKind.HANDSHAKE


def test_implicit_tls_and_then_the_greeting() -> None:
    typed(
        f"""
        *: begin tls
        *: floor server
        *: tls
        *: floor server
        {GREETED}
        {QUIT}
        """,
        Session("client.example", tls_start=TlsStart.IMPLICIT),
    )


def test_a_policy_that_requires_tls_opens_the_session() -> None:
    """Rule R19: nobody can type a word before the server has proven who it is."""
    told = typed(
        """
        S: 220 mx.example.net
        C: EHLO client.example
        *: floor server
        S: 250-mx.example.net
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        *: begin tls
        *: tls
        C: EHLO client.example
        S: 250-mx.example.net
        S: 250 SIZE
        *: floor command
        T: QUIT
        C: QUIT
        S: 221 bye
        *: close
        """,
        Session("client.example", TlsPolicy.VERIFY),
    )
    assert "SIZE" in told.talk.capabilities
    assert told.talk.tls is not None


def test_a_policy_that_is_not_met() -> None:
    told = typed(
        """
        S: 220 mx.example.net
        C: EHLO client.example
        S: 250 mx.example.net
        *: abort
        """,
        Session("client.example", TlsPolicy.ENCRYPT),
    )
    assert told.failure.kind is FailureKind.NO_TLS


@pytest.mark.parametrize("line", ["AUTH PLAIN AGEAYg==", "auth login", " AUTH\tPLAIN\tAGEAYg=="])
def test_no_secret_for_who_is_not_proven(line: str) -> None:
    """Rule R19: typed or not, credentials need TLS that verifies (RFC 4954 §14)."""
    typed(
        f"""
        {HELLO}
        *: objection nothing secret is said to the server, for it has not proven who it is:\
 there is no TLS; --insecure-auth lifts this
        T: {line}
        *: objection nothing secret is said to the server, for it has not proven who it is:\
 there is no TLS; --insecure-auth lifts this
        *: login tim
        {QUIT}
        """
    )


def test_typed_secrets_are_hidden() -> None:
    """Rule R39: neither what is typed nor what a server says of it is shown."""
    told = typed(
        f"""
        {HELLO}
        T: AUTH PLAIN AHRpbQBodW50ZXIyLWh1bnRlcjI=
        C: AUTH PLAIN AHRpbQBodW50ZXIyLWh1bnRlcjI=
        S: 535 5.7.8 {PASSWORD} is wrong, AHRpbQBodW50ZXIyLWh1bnRlcjI= too
        T: AUTH LOGIN
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        *: floor response
        T: dGlt
        C: dGlt
        S: 334 UGFzc3dvcmQ6
        *: floor response
        T: aHVudGVyMi1odW50ZXIy
        C: aHVudGVyMi1odW50ZXIy
        S: 235 aHVudGVyMi1odW50ZXIy it is
        *: floor command
        {QUIT}
        """,
        HERE,
    )
    assert told.shown[1:-1] == ("AUTH PLAIN …", "AUTH LOGIN", "…", "…")
    assert told.replies[2] == "535 5.7.8 … is wrong, … too"
    assert told.replies[-2] == "235 … it is"
    assert PASSWORD not in repr(told.events)


def test_a_challenge_can_be_declined() -> None:
    told = typed(
        f"""
        {HELLO}
        T: AUTH LOGIN
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        T: *
        C: *
        S: 501 cancelled
        *: floor command
        {QUIT}
        """,
        HERE,
    )
    assert told.shown[-2] == "*"


def test_logging_in_by_the_best_mechanism() -> None:
    told = typed(
        f"""
        {HELLO}
        *: login tim
        C: AUTH CRAM-MD5
        *: floor server
        S: 334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+
        C: dGltIGQyMTI4NmMwZTM0YzVkNWUzZDg2NmQzMzM3YTdhYTM1
        S: 535 no
        *: note the server refused the credentials (CRAM-MD5)
        *: floor command
        {QUIT}
        """.replace("dGltIGQyMTI4NmMwZTM0YzVkNWUzZDg2NmQzMzM3YTdhYTM1", _cram()),
        HERE,
    )
    assert told.shown[1:3] == ("AUTH CRAM-MD5", "…")
    assert not told.failed


def _cram() -> str:
    import hmac
    from base64 import b64encode

    challenge = b"<1896.697170952@postoffice.reston.mci.net>"
    digest = hmac.new(PASSWORD.encode(), challenge, "md5").hexdigest()
    return b64encode(f"tim {digest}".encode()).decode()


def test_logging_in_where_nothing_is_offered() -> None:
    typed(
        f"""
        {GREETED}
        *: objection the server offers no AUTH
        *: login tim
        {QUIT}
        """,
        HERE,
    )


def test_lmtp_answers_for_each_recipient() -> None:
    """Rule R35: the floor comes back behind the last of them."""
    told = typed(
        """
        S: 220 mx.example.net
        T: LHLO client.example
        C: LHLO client.example
        S: 250 mx.example.net
        T: MAIL FROM:<>
        C: MAIL FROM:<>
        S: 250 ok
        T: RCPT TO:<a@example.net>
        C: RCPT TO:<a@example.net>
        S: 250 ok
        T: RCPT TO:<b@example.net>
        C: RCPT TO:<b@example.net>
        S: 550 no
        T: RCPT TO:<c@example.net>
        C: RCPT TO:<c@example.net>
        S: 250 ok
        T: DATA
        C: DATA
        S: 354 go
        T: .
        C: .
        S: 250 ok
        *: floor server
        S: 450 full
        *: floor command
        *: eof
        """,
        Session("client.example", protocol=Protocol.LMTP),
    )
    assert not told.talk.unsure


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("*: eof", FailureKind.LOST),
        ("*: +600s", FailureKind.TIMEOUT),
        ("*: cancel", FailureKind.CANCELLED),
        ("S: nonsense", FailureKind.PROTOCOL),
        ("S: 199 odd", FailureKind.PROTOCOL),
    ],
)
def test_an_ended_message_that_nobody_answers_for(what: str, kind: FailureKind) -> None:
    """Rule R33: it may have been delivered."""
    told = typed(
        f"""
        {GREETED}
        T: DATA
        C: DATA
        S: 354 go
        T: .
        C: .
        {what}
        {"" if kind is FailureKind.LOST else "*: abort"}
        """
    )
    assert told.failure.kind is kind
    assert told.talk.unsure


def test_closed_behind_the_end_of_a_message() -> None:
    """Rule R16: 421 is an answer."""
    told = typed(
        f"""
        {GREETED}
        T: DATA
        C: DATA
        S: 354 go
        T: .
        C: .
        S: 421 closing
        *: close
        """
    )
    assert not told.talk.unsure
    assert told.failure.kind is FailureKind.CLOSING


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("S: 250 nobody asked", FailureKind.PROTOCOL),
        ("S: 421 too slow", FailureKind.CLOSING),
        ("S: 250-one\n S: 251 two", FailureKind.PROTOCOL),
        ("*: eof", FailureKind.LOST),
        ("*: reset", FailureKind.LOST),
    ],
)
def test_while_a_person_thinks(what: str, kind: FailureKind) -> None:
    """Rules R11, R16: what a server may not say ends the session, whoever's turn it is."""
    ends = {FailureKind.CLOSING: "*: close", FailureKind.PROTOCOL: "*: abort"}
    closing = ends.get(kind, "")
    told = typed(f"{GREETED}\n{what}\n{closing}")
    assert told.failure.kind is kind
    assert not told.talk.unsure


def test_a_person_may_think_for_as_long_as_they_like() -> None:
    typed(f"{GREETED}\n*: +100000s\n{QUIT}")


def test_a_server_that_does_not_answer() -> None:
    """Rule R36."""
    told = typed(
        f"""
        {GREETED}
        T: VRFY tim
        C: VRFY tim
        *: +299s
        *: +1s
        *: abort
        """
    )
    assert told.failure.why == (
        "gave no answer within 300 s while waiting for the reply to what was typed"
    )


def test_a_farewell_needs_no_answer() -> None:
    """Rule R34."""
    assert not typed(f"{GREETED}\nT: QUIT\nC: QUIT\n*: +5s\n*: abort").failed
    assert not typed(f"{GREETED}\nT: QUIT\nC: QUIT\n*: eof").failed


@pytest.mark.parametrize(
    ("line", "objection"),
    [
        ("NOOP\rRSET", "a line break or NUL in a line"),
        ("NOOP\0", "a line break or NUL in a line"),
        ("NOOP \udcff", "the line is not in UTF-8"),
        ("BDAT 100 LAST", "octets for BDAT can't be typed: say DATA"),
    ],
)
def test_what_no_line_can_be(line: str, objection: str) -> None:
    """Rule R37."""
    session = typed(GREETED).talk
    with pytest.raises(ValueError, match=objection):
        session.say(line, 0.0)


def test_an_empty_chunk_can_be_typed() -> None:
    typed(f"{GREETED}\nT: BDAT 0 LAST\nC: BDAT 0 LAST\nS: 503 no mail\n{QUIT}")


def test_a_line_of_a_message_that_is_too_long() -> None:
    """Rule R30."""
    session = typed(f"{GREETED}\nT: DATA\nC: DATA\nS: 354 go").talk
    session.say("x" * 998, 0.0)
    with pytest.raises(ValueError, match="at most 998 octets"):
        session.say("x" * 999, 0.0)
