"""What a server limits in numbers (RFC 9422)."""

import pytest

from tests.smtp.conftest import Play
from tests.smtp.play import mail
from tests.smtp.scripts import GREETED, MESSAGE, QUIT
from tuimail.smtp import Accepted, Excess, FailureKind, Unanswered

THREE = mail("b@example.net", "c@example.org", "d@example.net")


def limiting(limits: str) -> str:
    return f"{GREETED}\n S: 250-mx.example.net\n S: 250 LIMITS {limits}\n"


def transaction(*paths: str) -> str:
    recipients = "\n".join(f"C: RCPT TO:<{path}>\n S: 250 ok" for path in paths)
    return f"""
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        {recipients}
        C: DATA
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
    """


@pytest.mark.parametrize(
    ("limits", "named", "kinds"),
    [
        ("RCPTMAX=2", ("b@example.net", "c@example.org"), (Accepted, Accepted, Excess)),
        ("rcptmax=1", ("b@example.net",), (Accepted, Excess, Excess)),
        ("RCPTDOMAINMAX=1", ("b@example.net", "d@example.net"), (Accepted, Excess, Accepted)),
        (
            "MAILMAX=9 RCPTMAX=2 RCPTDOMAINMAX=1",
            ("b@example.net", "d@example.net"),
            (Accepted, Excess, Accepted),
        ),
        ("RCPTMAX=0", THREE.envelope.forward_paths, (Accepted,) * 3),
        ("RCPTMAX=many RCPTMAXIMUM=1", THREE.envelope.forward_paths, (Accepted,) * 3),
    ],
)
def test_recipients(
    play: Play, limits: str, named: tuple[str, ...], kinds: tuple[type, ...]
) -> None:
    """Rule R9: whom a transaction has no room for is left for another one, without being asked."""
    played = play(f"{limiting(limits)}\n {transaction(*named)}\n {QUIT}", THREE)
    assert played.kinds == kinds


def test_mails(play: Play) -> None:
    """Rule R9: after as many mails as a session may have, QUIT; the next mail needs another."""
    played = play(
        f"""
        {limiting("MAILMAX=2")}
        {transaction("b@example.net")}
        {transaction("b@example.net")}
        {QUIT}
        """,
        *(mail(), mail(), mail(), mail()),
    )
    assert played.kinds == (Accepted, Accepted, Unanswered, Unanswered)
    assert played.failure.kind is FailureKind.SPENT


def test_no_mail_rides_over_the_limit(play: Play) -> None:
    """Rules R9, R28."""
    played = play(
        f"""
        {GREETED}
        S: 250-mx.example.net
        S: 250-PIPELINING
        S: 250 LIMITS MAILMAX=1
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: DATA
        S: 250 ok
        S: 250 ok
        S: 354 go ahead
        {MESSAGE}
        S: 250 ok
        {QUIT}
        """,
        *(mail(), mail()),
    )
    assert played.kinds == (Accepted, Unanswered)
