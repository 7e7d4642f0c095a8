"""What happens besides commands and replies, in words that help a postmaster."""

import pytest

from tuimail.smtp import Failure, FailureKind, SessionFailed, Stage
from tuimail.transcript import (
    Concluded,
    Entry,
    Event,
    Lane,
    NoExchange,
    NotConnected,
    Noted,
    Outcome,
    PassedOver,
    RecipientOutcome,
    Status,
)
from tuimail.transcript.explaining import explained
from tuimail.transcript.explanation import Explanation

LANE = Lane(1, "example.net", "mx1.example.net", "192.0.2.1", 25)


def told(event: Event) -> Explanation:
    return explained(Entry(LANE, event))


def outcome(*statuses: Status) -> Outcome:
    recipients = tuple(
        RecipientOutcome(f"b{n}@example.net", status, 250, None, "ok", "mx", "", None)
        for n, status in enumerate(statuses)
    )
    return Outcome("<1@example.com>", recipients, 1.0)


@pytest.mark.parametrize(
    ("text", "meaning", "rfc"),
    [
        ("mx: DANE asks for a certificate that matches TLSA 3 1 1 a0…", "another", "RFC 7672"),
        ("mx: the MTA-STS policy of a.test asks for a certificate", "that verifies", "RFC 8461"),
        ("mx: the message asks for TLS that proves each (REQUIRETLS)", "proves who", "RFC 8689"),
        ("mx lacks 8BITMIME: 7-bit will do", "another encoding", "RFC 6152"),
        ("left out: RCPT TO:<b@example.net>", "never heard it", ""),
        ("the connection to mx is open", "No new connection", ""),
        ("mx failed less than 5 minutes ago: others first", "comes last", "RFC 5321"),
    ],
)
def test_what_is_noted_means_something(text: str, meaning: str, rfc: str) -> None:
    explanation = told(Noted(0.0, text))
    assert meaning in explanation.meaning
    assert explanation.cause.startswith(text)
    assert explanation.rfc.startswith(rfc)


def test_a_note_of_no_known_kind_stands_for_itself() -> None:
    assert told(Noted(0.0, "hello")).text == "hello."


@pytest.mark.parametrize(
    ("why", "advice"),
    [
        ("the connection was refused", "nothing listens on that port"),
        ("no answer within 30 s", "the network may block the port"),
        ("no such file or directory", ""),
    ],
)
def test_no_connection(why: str, advice: str) -> None:
    explanation = told(NotConnected(0.0, why))
    assert "is tried, if there is one" in explanation.meaning
    assert advice in explanation.advice
    assert bool(advice) == bool(explanation.advice)


def test_a_look_up_that_failed_says_nothing_of_the_address() -> None:
    failed = "the exchanges of example.net could not be looked up: it is silent"
    assert "Try again later" in told(NoExchange(0.0, failed)).advice
    assert "behind the @" in told(NoExchange(0.0, "example.net does not exist")).advice


def test_nobody_is_promised_another_exchange() -> None:
    assert "if there is one" in told(PassedOver(0.0, "mx", "is not named")).meaning


@pytest.mark.parametrize("kind", [FailureKind.LOST, FailureKind.TIMEOUT, FailureKind.CANCELLED])
def test_a_message_that_may_have_arrived_is_not_sent_again_blindly(kind: FailureKind) -> None:
    """Rule R33."""
    why = f"closed the connection while {Stage.FINAL.words}"
    assert "ask the recipient before" in told(SessionFailed(0.0, Failure(kind, why))).advice
    why = f"closed the connection while {Stage.RCPT.words}"
    assert "ask the recipient" not in told(SessionFailed(0.0, Failure(kind, why))).advice


@pytest.mark.parametrize("status", Status)
def test_one_recipient_is_not_called_somebody(status: Status) -> None:
    alone = told(Concluded(0.0, outcome(status))).cause
    assert alone
    assert "omebody" not in alone
    assert "very recipient" not in alone
    assert told(Concluded(0.0, outcome(status, status))).cause
