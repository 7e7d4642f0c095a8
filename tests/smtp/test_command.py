"""Commands: what goes out, what is shown, what is refused."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.smtp import Command, Envelope, Session, Write

WITH_ARGUMENT: dict[str, Callable[[str], object]] = {
    "EHLO": Command.ehlo,
    "HELO": Command.helo,
    "MAIL": Command.mail,
    "MAIL's parameters": lambda text: Command.mail("a@example.com", (text,)),
    "RCPT": Command.rcpt,
    "an envelope's reverse-path": lambda text: Envelope(text, ("b@example.net",)),
    "an envelope's forward-path": lambda text: Envelope("", ("b@example.net", text)),
    "a session's identity": Session,
}


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (Command.ehlo("client.example"), "EHLO client.example"),
        (Command.helo("[192.0.2.1]"), "HELO [192.0.2.1]"),
        (Command.starttls(), "STARTTLS"),
        (Command.mail("a@example.com"), "MAIL FROM:<a@example.com>"),
        (Command.mail(""), "MAIL FROM:<>"),
        (
            Command.mail("zoë@example.com", ("SIZE=5", "SMTPUTF8")),
            "MAIL FROM:<zoë@example.com> SIZE=5 SMTPUTF8",
        ),
        (Command.rcpt('"b c"@example.net'), 'RCPT TO:<"b c"@example.net>'),
        (Command.data(), "DATA"),
        (Command.end_of_data(), "."),
        (Command.rset(), "RSET"),
        (Command.quit(), "QUIT"),
    ],
)
def test_line(command: Command, line: str) -> None:
    assert command.wire == line.encode() + b"\r\n"
    assert command.shown == line


@pytest.mark.parametrize("where", WITH_ARGUMENT)
@pytest.mark.parametrize("forbidden", ["\r", "\n", "\0", "\r\nRCPT TO:<victim@example.net>"])
def test_second_command_in_an_argument(where: str, forbidden: str) -> None:
    """Rule R37: CR, LF or NUL in any argument is refused before anything is sent."""
    with pytest.raises(ValueError, match="line break or NUL"):
        WITH_ARGUMENT[where](f"b@example.net{forbidden}")


@pytest.mark.parametrize("where", WITH_ARGUMENT)
def test_half_a_character_in_an_argument(where: str) -> None:
    """Rule R37: what has no octets is refused before anything is sent, too."""
    with pytest.raises(ValueError, match="surrogates not allowed"):
        WITH_ARGUMENT[where]("b\udcff@example.net")


@given(st.text(), st.text())
def test_any_arguments(path: str, parameter: str) -> None:
    """Rule R37: whatever the arguments, one command is one line."""
    try:
        command = Command.mail(path, (parameter,))
    except ValueError:
        return
    assert command.wire.endswith(b"\r\n")
    assert not {*b"\r\n\0"} & {*command.wire[:-2]}


def test_envelope_without_recipients() -> None:
    with pytest.raises(ValueError, match="no forward-path"):
        Envelope("a@example.com", ())


def test_secrets_are_unprintable() -> None:
    """Rule R39: the wire's bytes are in no repr, neither of a command nor of what writes it."""
    command = Command(b"AUTH PLAIN AHVzZXIAc2VzYW1l\r\n", "AUTH PLAIN …")
    for text in (repr(command), str(command), f"{command}", repr([Write(command.wire), command])):
        assert "AHVzZXIAc2VzYW1l" not in text
    assert "AUTH PLAIN …" in repr(command)
