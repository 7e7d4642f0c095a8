"""What is completed while a person types."""

import pytest

from tuimail.smtp import Capabilities, Protocol, Reply, offers

OFFERED = Capabilities.from_reply(
    Reply(250, ("mx", "STARTTLS", "AUTH PLAIN LOGIN", "SIZE 1000", "DSN", "8BITMIME"))
)


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("st", ("stARTTLS",)),
        ("eh", ("ehLO client.example",)),
        ("AUTH", ("AUTH PLAIN", "AUTH LOGIN")),
        ("rc", ("rcPT TO:<",)),
        ("MAIL FROM:<a@b> ", ("SIZE=", "BODY=8BITMIME", "BODY=7BIT", "RET=FULL", "RET=HDRS")),
        ("mail from:<a@b> BODY=8BITMIME s", ("SIZE=",)),
        ("RCPT TO:<a@b> NOTIFY=N", ("NOTIFY=NEVER",)),
        ("RCPT TO:<a", ()),
        ("QUIT", ()),
        ("XC", ()),
    ],
)
def test_what_goes_on_from_a_line(line: str, completed: tuple[str, ...]) -> None:
    found = offers(line, OFFERED, "client.example")
    assert all(offer.startswith(line) for offer in found)
    if " " in line:
        before = line.rpartition(" ")[0]
        found = tuple(offer.removeprefix(f"{before} ") for offer in found)
    assert [offer.upper() for offer in found][: len(completed)] == [c.upper() for c in completed]
    assert bool(found) == bool(completed)


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("st", "starttls"),
        ("St", "Starttls"),
        ("S", "STARTTLS"),
        ("mail f", "mail from:<"),
        ("mail from:<Ann@example.com> ", "mail from:<Ann@example.com> SIZE="),
        ("mail from:<Ann@example.com> s", "mail from:<Ann@example.com> size="),
    ],
)
def test_it_goes_on_in_the_case_that_is_typed(line: str, completed: str) -> None:
    assert offers(line, OFFERED, "client.example")[0] == completed


def test_before_anything_is_offered() -> None:
    found = offers("", Capabilities(), "client.example")
    assert found[:2] == ("EHLO client.example", "HELO client.example")
    assert not any(offer.startswith(("STARTTLS", "AUTH")) for offer in found)


def test_lmtp_has_a_hello_of_its_own() -> None:
    assert offers("L", Capabilities(), "c", Protocol.LMTP) == ("LHLO c",)
