"""DSN, REQUIRETLS, XCLIENT, and TLS before the greeting."""

from dataclasses import replace

import pytest

from tests.smtp.conftest import Play
from tests.smtp.play import mail
from tests.smtp.scripts import GREETED, HANDSHAKE, MESSAGE, PLAIN, QUIT, SENT
from tuimail.smtp import (
    Accepted,
    DsnRequest,
    DsnReturn,
    FailureKind,
    Notify,
    Refused,
    Session,
    TlsPolicy,
    TlsStart,
    Travel,
    Unanswered,
    Unfit,
)

# What a sender wants to be told


DSN = DsnRequest((Notify.SUCCESS, Notify.DELAY), DsnReturn.HEADERS, "42+a=b")


def test_dsn(play: Play) -> None:
    """Rule R27: parameters of MAIL and RCPT, in xtext."""
    played = play(
        f"""
        {GREETED}
        S: 250-mx.example.net
        S: 250 DSN
        C: MAIL FROM:<a@example.com> RET=HDRS ENVID=42+2Ba+3Db
        S: 250 ok
        C: RCPT TO:<b+c=d@example.net> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Bc+3Dd@example.net
        S: 550 no
        {QUIT}
        """,
        replace(mail("b+c=d@example.net"), dsn=DSN),
    )
    assert played.kinds == (Refused,)


def test_no_dsn_where_it_is_not_offered(play: Play) -> None:
    """Rule R27: a server that doesn't know the parameters would refuse the mail."""
    played = play(f"{PLAIN}\n {SENT}\n S: 250 ok\n {QUIT}", replace(mail(), dsn=DSN))
    assert played.kinds == (Accepted,)


@pytest.mark.parametrize(
    ("request_", "mail_parameters", "rcpt_parameters"),
    [
        (DsnRequest(), [], ["ORCPT=rfc822;b@example.net"]),
        (
            DsnRequest((Notify.NEVER,), DsnReturn.FULL),
            ["RET=FULL"],
            ["NOTIFY=NEVER", "ORCPT=rfc822;b@example.net"],
        ),
        (
            DsnRequest((Notify.FAILURE, Notify.FAILURE), None, "a b"),
            ["ENVID=a+20b"],
            ["NOTIFY=FAILURE", "ORCPT=rfc822;b@example.net"],
        ),
    ],
)
def test_dsn_parameters(
    request_: DsnRequest, mail_parameters: list[str], rcpt_parameters: list[str]
) -> None:
    """Rule R27."""
    assert request_.mail_parameters == mail_parameters
    assert request_.rcpt_parameters("b@example.net") == rcpt_parameters


@pytest.mark.parametrize(
    ("notify", "envid"),
    [
        ((Notify.NEVER, Notify.DELAY), ""),
        ((), "é"),
        ((), "a\r\nRCPT"),
        ((), "x" * 101),
        ((), "=" * 34),
    ],
)
def test_dsn_that_is_not_allowed(notify: tuple[Notify, ...], envid: str) -> None:
    """Rules R27, R37: NEVER stands alone, ENVID is printable ASCII of 100 characters."""
    with pytest.raises(ValueError, match=r"“never”|envelope id"):
        DsnRequest(notify, None, envid)


# TLS on the whole way


REQUIRETLS = replace(mail(), travel=Travel.REQUIRETLS)
ENCRYPTED = f"""
    {HANDSHAKE}
    *: tls
    C: EHLO client.example
"""
UNVERIFIED = f"""
    {HANDSHAKE}
    *: tls it has expired
    C: EHLO client.example
"""


def test_requiretls(play: Play) -> None:
    """Rule R19: the server is asked to go on as we came (RFC 8689)."""
    played = play(
        f"""
        {ENCRYPTED}
        S: 250-mx.example.net
        S: 250 REQUIRETLS
        C: MAIL FROM:<a@example.com> REQUIRETLS
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 250 ok
        C: DATA
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
        {QUIT}
        """,
        REQUIRETLS,
        tls=TlsPolicy.VERIFY,
    )
    assert played.kinds == (Accepted,)


@pytest.mark.parametrize(
    "script",
    [
        f"{ENCRYPTED}\n S: 250 mx.example.net\n {QUIT}",
        f"{GREETED}\n S: 250-mx.example.net\n S: 250 REQUIRETLS\n {QUIT}",
        f"{UNVERIFIED}\n S: 250-mx.example.net\n S: 250 REQUIRETLS\n {QUIT}",
    ],
)
def test_requiretls_that_can_not_be_had(play: Play, script: str) -> None:
    """Rule R19: neither without the extension, nor without TLS that proves the server."""
    played = play(script, REQUIRETLS)
    (unfit,) = played.dispositions
    assert isinstance(unfit, Unfit)
    assert unfit.enhanced == "5.7.30"


# In another's name


XCLIENT = Session("client.example", xclient=("NAME=spike.example", "ADDR=192.0.2.7"))
XCLIENT_SAID = f"""
    {GREETED}
    S: 250-mx.example.net
    S: 250 XCLIENT NAME ADDR
    C: XCLIENT NAME=spike.example ADDR=192.0.2.7
"""


def test_xclient(play: Play) -> None:
    """Postfix's XCLIENT begins the session anew: greeting, hello, what is offered."""
    played = play(
        f"""
        {XCLIENT_SAID}
        S: 220 mx.example.net
        C: EHLO client.example
        S: 250 mx.example.net
        {SENT}
        S: 250 ok
        {QUIT}
        """,
        session=XCLIENT,
    )
    assert played.kinds == (Accepted,)


def test_cancelled_behind_xclient(play: Play) -> None:
    """What was offered to ourselves counts no more: QUIT waits for the reply to the hello."""
    played = play(
        """
        S: 220 mx.example.net
        C: EHLO client.example
        S: 250-mx.example.net
        S: 250-PIPELINING
        S: 250 XCLIENT NAME ADDR
        C: XCLIENT NAME=spike.example ADDR=192.0.2.7
        S: 220 mx.example.net
        C: EHLO client.example
        *: cancel
        S: 250 mx.example.net
        C: QUIT
        S: 221 bye
        *: close
        """,
        session=XCLIENT,
    )
    assert played.failure.kind is FailureKind.CANCELLED


@pytest.mark.parametrize(
    "script",
    [
        f"{XCLIENT_SAID}\n S: 550 not you\n {QUIT}",
        f"{PLAIN}\n {QUIT}",
        f"{GREETED}\n S: 502 what?\n {QUIT}",
    ],
)
def test_xclient_that_can_not_be_had(play: Play, script: str) -> None:
    """A test that would test something else is none."""
    played = play(script, session=XCLIENT)
    assert played.failure.kind is FailureKind.XCLIENT
    assert played.kinds == (Unanswered,)


def test_xclient_with_a_line_break() -> None:
    """Rule R37."""
    with pytest.raises(ValueError, match="line break"):
        Session("client.example", xclient=("NAME=a\r\nRSET",))


# TLS before the greeting


IMPLICIT = Session("client.example", TlsPolicy.VERIFY, tls_start=TlsStart.IMPLICIT)


def test_implicit_tls(play: Play) -> None:
    """Rule R20: nothing is said or heard before the handshake (RFC 8314 §3.3)."""
    played = play(
        f"""
        *: begin tls
        *: tls
        S: 220 mx.example.net
        C: EHLO client.example
        S: 250-mx.example.net
        S: 250 STARTTLS
        {SENT}
        S: 250 ok
        {QUIT}
        """,
        session=IMPLICIT,
    )
    assert played.kinds == (Accepted,)


@pytest.mark.parametrize(
    "end", ["*: tls expired\n *: abort", "*: handshake no", "*: +30s\n *: abort"]
)
def test_implicit_tls_that_fails(play: Play, end: str) -> None:
    """Rules R18, R19: there is nothing else to go on with, and no QUIT before the greeting."""
    played = play(f"*: begin tls\n {end}", session=IMPLICIT)
    assert played.kinds == (Unanswered,)
