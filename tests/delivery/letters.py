"""Small mails."""

from datetime import UTC, datetime

from tuimail.message import Address, Draft, Message, compose, parse_addresses

BODY = "Hello, how are you, goodbye.\n.\n..\nFrom me\n"


def addresses(text: str) -> tuple[Address, ...]:
    found = parse_addresses(text)
    assert not found.problems
    return found.addresses


def message(to: str = "bob@friendly.test", body: str = BODY) -> Message:
    draft = Draft(sender=addresses("Me <me@example.com>")[0], to=addresses(to), body=body)
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    return compose(draft, now=now, message_id="<1@example.com>")
