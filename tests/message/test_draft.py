"""What stands against sending a draft."""

from pathlib import Path

import pytest

from tuimail.message import Address, Draft, problems

ME = Address("Me", "me", "example.com")
BOB = Address("", "bob", "example.net")
ALICE = Address("Alice", "alice", "example.net")


def whys(draft: Draft) -> list[str]:
    return [problem.why for problem in problems(draft)]


def test_an_empty_draft() -> None:
    assert whys(Draft()) == ["there is no sender", "there is no recipient"]


@pytest.mark.parametrize(
    "draft", [Draft(ME, to=(BOB,)), Draft(ME, cc=(BOB,)), Draft(ME, bcc=(BOB,))]
)
def test_one_recipient_is_enough(draft: Draft) -> None:
    assert problems(draft) == ()


@pytest.mark.parametrize(
    ("draft", "text", "word"),
    [
        (Draft(ME, (BOB,), subject="a\nBcc: x"), "a\nBcc: x", "Subject"),
        (Draft(ME, (BOB,), headers=(("X-A", "b"), ("X-C", "d\r\nE: f"))), "d\r\nE: f", "X-C"),
        (Draft(ME, (BOB,), headers=(("Bcc", "x@y"),)), "x@y", "Bcc"),
        (Draft(ME, (BOB,), body="\udcff"), "", "UTF-8"),
        (
            Draft(ME, (BOB,), attachments=(Path("/no/such\x1b/file"),)),
            "/no/such\x1b/file",
            "such\\x1b",
        ),
    ],
)
def test_problems_name_what_they_are_about(draft: Draft, text: str, word: str) -> None:
    (problem,) = problems(draft)
    assert problem.text == text
    assert word in problem.why
    assert problem.why.isprintable()


def test_an_attachment_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.touch()
    assert problems(Draft(ME, (BOB,), attachments=(file,))) == ()
    assert len(problems(Draft(ME, (BOB,), attachments=(file, tmp_path)))) == 1


def test_each_recipient_once() -> None:
    draft = Draft(
        to=(BOB, ALICE),
        cc=(Address("Bob", "bob", "EXAMPLE.net"), ME),
        bcc=(ALICE, Address("", "BOB", "example.net")),
    )
    assert draft.recipients == (BOB, ALICE, ME, Address("", "BOB", "example.net"))
