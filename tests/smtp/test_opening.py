"""Greeting, hello, TLS."""

import pytest

from tests.smtp.conftest import Play
from tests.smtp.play import TLS, mail
from tests.smtp.scripts import GREETED, HANDSHAKE, PLAIN, QUIT, SENT, STARTTLS
from tuimail.smtp import Accepted, FailureKind, TlsEstablished, TlsPolicy, Unanswered, Unfit

REQUIRING = [TlsPolicy.ENCRYPT, TlsPolicy.VERIFY]
NOT_REQUIRING = [TlsPolicy.NONE, TlsPolicy.OPPORTUNISTIC]


# The greeting


@pytest.mark.parametrize("code", [220, 250, 299])
def test_greeting_of_several_lines(play: Play, code: int) -> None:
    """Rule R11: any 2xx greets, and its last line ends it."""
    played = play(f"""
        S: {code}-mx.example.net
        S: {code}-
        S: {code} welcome
        C: EHLO client.example
        S: 250 mx.example.net
        {SENT}
        S: 250 ok
        {QUIT}
    """)
    assert played.kinds == (Accepted,)


@pytest.mark.parametrize("code", [354, 450, 521, 554])
def test_greeting_that_refuses(play: Play, code: int) -> None:
    """Rule R7: a greeting other than 2xx sends us away, with a QUIT (RFC 5321 §3.1)."""
    played = play(f"""
        S: {code} 5.7.1 not you
        {QUIT}
    """)
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.GREETING
    assert played.failure.reply == played.replies[0]


def test_greeting_of_421(play: Play) -> None:
    """Rules R7, R16: 421 closes the channel; nothing is said to it."""
    played = play("""
        S: 421 too busy
        *: close
    """)
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.CLOSING


def test_nothing_before_the_greeting(play: Play) -> None:
    played = play("*: eof")
    assert played.wire == b""
    assert played.kinds == (Unanswered,)


# The hello


@pytest.mark.parametrize("code", [354, 451, 500, 502, 550])
def test_helo_where_ehlo_is_refused(play: Play, code: int) -> None:
    """Rule R13: EHLO refused other than by 421 leads to HELO."""
    played = play(f"""
        {GREETED}
        S: {code} what?
        C: HELO client.example
        S: 250 mx.example.net
        {SENT}
        S: 250 ok
        {QUIT}
    """)
    assert played.kinds == (Accepted,)


def test_helo_offers_nothing(play: Play) -> None:
    """Rule R13: extensions are EHLO's alone, whatever the lines of HELO's reply say."""
    played = play(f"""
        {GREETED}
        S: 502 what?
        C: HELO client.example
        S: 250-mx.example.net
        S: 250-PIPELINING
        S: 250-STARTTLS
        S: 250 SIZE 1
        {SENT}
        S: 250 ok
        {QUIT}
    """)
    assert played.kinds == (Accepted,)


def test_helo_where_an_extension_is_required(play: Play) -> None:
    """Rules R13, R26: HELO serves no mail that needs an extension."""
    played = play(
        f"""
        {GREETED}
        S: 502 what?
        C: HELO client.example
        S: 250 mx.example.net
        {QUIT}
        """,
        mail("zoë@example.net"),
    )
    assert played.kinds == (Unfit,)


@pytest.mark.parametrize("code", [354, 450, 550])
def test_helo_refused(play: Play, code: int) -> None:
    """Rule R7: HELO refused sends us away, with a QUIT."""
    played = play(f"""
        {GREETED}
        S: 502 what?
        C: HELO client.example
        S: {code} not you
        {QUIT}
    """)
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.HELLO
    assert played.failure.reply == played.replies[-2]


@pytest.mark.parametrize("tls", REQUIRING)
def test_no_helo_where_tls_is_required(play: Play, tls: TlsPolicy) -> None:
    """Rules R13, R19: without EHLO there is no TLS; the failure says which step it was."""
    played = play(
        f"""
        {GREETED}
        S: 502 what?
        {QUIT}
        """,
        tls=tls,
    )
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.NO_TLS
    assert played.failure.why == f"refused EHLO, and “{tls.value}” asks for TLS"
    assert played.failure.reply == played.replies[1]


@pytest.mark.parametrize("tls", TlsPolicy)
def test_421_to_ehlo(play: Play, tls: TlsPolicy) -> None:
    """Rules R13, R16: no HELO behind a 421."""
    played = play(
        f"""
        {GREETED}
        S: 421 too busy
        *: close
        """,
        tls=tls,
    )
    assert played.failure.kind is FailureKind.CLOSING


def test_421_to_helo(play: Play) -> None:
    """Rule R16: 421 ends the session at HELO, too."""
    played = play(f"""
        {GREETED}
        S: 500 what?
        C: HELO client.example
        S: 421 too busy
        *: close
    """)
    assert played.failure.kind is FailureKind.CLOSING


# TLS


def test_hello_again_after_the_handshake(play: Play) -> None:
    """Rule R17: capabilities are forgotten with the handshake, and EHLO is said again."""
    played = play(f"""
        {GREETED}
        S: 250-mx.example.net
        S: 250-PIPELINING
        S: 250-SIZE 1
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go ahead
        *: begin tls
        *: tls
        C: EHLO client.example
        S: 250 mx.example.net
        {SENT}
        S: 250 ok
        {QUIT}
    """)
    assert played.kinds == (Accepted,)
    assert [event.facts for event in played.events if isinstance(event, TlsEstablished)] == [TLS]


@pytest.mark.parametrize("tls", [TlsPolicy.OPPORTUNISTIC, *REQUIRING])
def test_hello_refused_after_the_handshake(play: Play, tls: TlsPolicy) -> None:
    """Rules R13, R17: what was offered in plaintext does not come back with HELO."""
    played = play(
        f"""
        {GREETED}
        S: 250-mx.example.net
        S: 250-PIPELINING
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go ahead
        *: begin tls
        *: tls
        C: EHLO client.example
        S: 500 what?
        C: HELO client.example
        S: 250 mx.example.net
        {SENT}
        S: 250 ok
        {QUIT}
        """,
        tls=tls,
    )
    assert played.kinds == (Accepted,)


def test_starttls_offered_again(play: Play) -> None:
    """Rule R17: under TLS nobody asks for TLS again (RFC 3207 §4.2)."""
    played = play(
        f"""
        {HANDSHAKE}
        *: tls
        C: EHLO client.example
        S: 250-mx.example.net
        S: 250 STARTTLS
        {SENT}
        S: 250 ok
        {QUIT}
        """,
        tls=TlsPolicy.VERIFY,
    )
    assert played.kinds == (Accepted,)


@pytest.mark.parametrize("tls", [TlsPolicy.OPPORTUNISTIC, *REQUIRING])
@pytest.mark.parametrize("smuggled", ["250 ok", "250-mx.example.net", "", "421 bye", "\\x16\\x03"])
def test_bytes_behind_220(play_whole: Play, tls: TlsPolicy, smuggled: str) -> None:
    """Rule R17: any byte that came with 220, before the handshake, is an attack."""
    played = play_whole(
        f"""
        {STARTTLS}
        S: 220 go ahead
        S: {smuggled}
        *: abort
        """,
        tls=tls,
    )
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.PROTOCOL
    assert "before the TLS handshake" in played.failure.why


@pytest.mark.parametrize("smuggled", ["250-mx.example.net", "250-PIPELINING"])
def test_bytes_while_the_handshake_begins(play: Play, smuggled: str) -> None:
    """Rule R17: half a plaintext reply never becomes the start of an encrypted one."""
    played = play(f"""
        {HANDSHAKE}
        S: {smuggled}
        *: tls
        *: abort
    """)
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.PROTOCOL


@pytest.mark.parametrize("tls", NOT_REQUIRING)
def test_plaintext_where_tls_is_not_offered(play: Play, tls: TlsPolicy) -> None:
    """Rule R19: a policy that does not require TLS goes on without."""
    played = play(
        f"""
        {PLAIN}
        {SENT}
        S: 250 ok
        {QUIT}
        """,
        tls=tls,
    )
    assert played.kinds == (Accepted,)


def test_policy_none(play: Play) -> None:
    """Rule R20: `none` never asks for TLS."""
    played = play(
        f"""
        {GREETED}
        S: 250-mx.example.net
        S: 250 STARTTLS
        {SENT}
        S: 250 ok
        {QUIT}
        """,
        tls=TlsPolicy.NONE,
    )
    assert played.kinds == (Accepted,)


@pytest.mark.parametrize("tls", REQUIRING)
def test_tls_required_and_not_offered(play: Play, tls: TlsPolicy) -> None:
    """Rule R19: a policy that requires TLS never goes on in plaintext, and says why."""
    played = play(
        f"""
        {PLAIN}
        {QUIT}
        """,
        tls=tls,
    )
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.NO_TLS
    assert played.failure.why == f"does not offer STARTTLS, and “{tls.value}” asks for TLS"


@pytest.mark.parametrize("tls", REQUIRING)
@pytest.mark.parametrize("code", [354, 454, 501, 502])
def test_tls_required_and_refused(play: Play, tls: TlsPolicy, code: int) -> None:
    """Rule R19: a refused STARTTLS is no way into plaintext."""
    played = play(
        f"""
        {STARTTLS}
        S: {code} not now
        {QUIT}
        """,
        tls=tls,
    )
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.NO_TLS
    assert played.failure.why == f"refused STARTTLS, and “{tls.value}” asks for TLS"
    assert played.failure.reply == played.replies[2]


def test_tls_wanted_and_refused(play: Play) -> None:
    """Rule R20: `opportunistic` goes on in plaintext where STARTTLS is refused."""
    played = play(f"""
        {STARTTLS}
        S: 454 not now
        {SENT}
        S: 250 ok
        {QUIT}
    """)
    assert played.kinds == (Accepted,)


@pytest.mark.parametrize("tls", [TlsPolicy.OPPORTUNISTIC, *REQUIRING])
@pytest.mark.parametrize("end", ["*: handshake wrong version number", "*: eof", "*: reset"])
def test_handshake_failed(play: Play, tls: TlsPolicy, end: str) -> None:
    """Rule R18: a failed handshake never goes on on the same connection."""
    played = play(f"{HANDSHAKE}\n {end}", tls=tls)
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.HANDSHAKE
    assert played.wire.endswith(b"STARTTLS\r\n")


def test_why_the_handshake_failed(play: Play) -> None:
    """Rule R18: the failure says what TLS said."""
    played = play(f"""
        {HANDSHAKE}
        *: handshake wrong version number
    """)
    assert played.failure.why == "failed the TLS handshake: wrong version number"


def test_tls_breaks_after_the_handshake(play: Play) -> None:
    """Rules R16, R18: it is a lost connection, not a failed handshake: no way into plaintext."""
    played = play(f"""
        {HANDSHAKE}
        *: tls
        C: EHLO client.example
        S: 250 mx.example.net
        C: MAIL FROM:<a@example.com>
        *: handshake bad record mac
    """)
    assert played.failure.kind is FailureKind.LOST


def test_certificate_that_does_not_verify(play: Play) -> None:
    """Rule R19: under `verify` it gets a QUIT (RFC 3207 §4.1); the failure says why."""
    played = play(
        f"""
        {HANDSHAKE}
        *: tls the certificate has expired
        {QUIT}
        """,
        tls=TlsPolicy.VERIFY,
    )
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.UNVERIFIED
    assert "the certificate has expired" in played.failure.why
    assert any(isinstance(event, TlsEstablished) for event in played.events)


@pytest.mark.parametrize("tls", [TlsPolicy.OPPORTUNISTIC, TlsPolicy.ENCRYPT])
def test_certificate_that_need_not_verify(play: Play, tls: TlsPolicy) -> None:
    """Rule R20: `opportunistic` and `encrypt` take any certificate."""
    played = play(
        f"""
        {HANDSHAKE}
        *: tls the certificate has expired
        C: EHLO client.example
        S: 250 mx.example.net
        {SENT}
        S: 250 ok
        {QUIT}
        """,
        tls=tls,
    )
    assert played.kinds == (Accepted,)


def test_handshake_finished_after_the_session(play: Play) -> None:
    """Rule R18: what TLS reports once the session is over changes nothing."""
    played = play(f"""
        {HANDSHAKE}
        *: +30s
        *: abort
        *: tls
    """)
    assert played.failure.kind is FailureKind.HANDSHAKE
    assert not any(isinstance(event, TlsEstablished) for event in played.events)
