"""A password that is marked, and everything in which it could show."""

import gc
import json
import logging
import traceback
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.logger import LogEvent, globalLogPublisher

from tests.cli.command import tuimail
from tests.delivery.conftest import addresses, message
from tests.delivery.scripted import scripted
from tests.hostile.aftermath import nothing_left_behind
from tests.hostile.secretive import SECRET, USER, Answer, Secretive
from tests.tui.driving import opened
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Relay, Settings
from tuimail.smtp import Credentials, Mechanism, SaslError, TlsPolicy
from tuimail.smtp.sasl import NAMES, mechanisms
from tuimail.transcript import Status, Transcript, Typescript
from tuimail.tui.letter import Letter

MECHANISMS = [name for name in NAMES if not name.endswith("-PLUS")]
"""Those that need no TLS to be bound to."""


def settings(port: int, mechanism: str | None) -> Settings:
    return Settings(
        Relay("127.0.0.1", port),
        TlsPolicy.NONE,
        identity="client.example",
        credentials=Credentials(USER, SECRET, mechanism),
        timeout=5.0,
    )


def everything(*roots: object) -> Iterable[str]:
    """What our own objects that these lead to say of themselves."""
    seen: set[int] = set()
    left = list(roots)
    while left:
        item = left.pop()
        if id(item) in seen or isinstance(item, type):
            continue
        seen.add(id(item))
        if type(item).__module__.startswith("tuimail."):
            yield repr(item)
            left.extend(gc.get_referents(item))
        elif isinstance(item, list | tuple | set | dict):
            left.extend(gc.get_referents(item))


def assert_nowhere(spellings: Iterable[str], *places: str) -> None:
    for place in places:
        for spelling in spellings:
            assert spelling not in place, f"{spelling!r} shows in {place[:2000]!r}"


@pytest.mark.parametrize("answer", Answer)
@pytest.mark.parametrize("mechanism", MECHANISMS)
async def test_a_send_that_logs_in(
    reactor: AsyncioSelectorReactor,
    caplog: pytest.LogCaptureFixture,
    mechanism: str,
    answer: Answer,
) -> None:
    """Rule R39: not in the transcript, the outcome, a log, or what any object says of itself."""
    caplog.set_level(logging.DEBUG)
    logged: list[LogEvent] = []
    globalLogPublisher.addObserver(logged.append)  # type: ignore[arg-type]  # needs no interface
    transcript = Transcript()
    server = Secretive(mechanism, answer)
    try:
        async with nothing_left_behind(reactor), scripted(server) as scripted_server:
            courier = Courier(reactor, settings(scripted_server.port, mechanism), transcript)
            with message() as content:
                mail = Mail(content, "me@example.com", addresses("bob@example.net"))
                outcome = await courier.send(mail)
            told = list(everything(courier, transcript, outcome, mail))
            await courier.close()
    finally:
        globalLogPublisher.removeObserver(logged.append)  # type: ignore[arg-type]
    (recipient,) = outcome.recipients
    assert (recipient.status is Status.DELIVERED) == (answer is Answer.WELCOME)
    assert any("AUTH" in line.text for line in transcript.lines)
    typescript = Typescript()
    typed = [text for entry in transcript.entries for _, text in typescript.typed(entry)]
    assert_nowhere(
        server.spellings,
        *typed,
        *(line.text for line in transcript.lines),
        *map(repr, transcript.entries),
        *told,
        repr(outcome),
        json.dumps(asdict(outcome), default=str, ensure_ascii=False),
        caplog.text,
        repr(logged),
    )


def respond_without_end(mechanism: Mechanism, challenge: bytes) -> None:
    while True:
        mechanism.respond(challenge)


@pytest.mark.parametrize("mechanism", NAMES)
@pytest.mark.parametrize("challenge", [b"", b"\xff", b"r=,s=,i=", b"x" * 1000])
def test_a_traceback_with_its_locals(mechanism: str, challenge: bytes) -> None:
    """Rule R39: what goes wrong under way shows the names of the secrets, and nothing of them."""
    credentials = Credentials(USER, SECRET, mechanism)
    (chosen,) = mechanisms(
        credentials, NAMES, bindings={"tls-exporter": bytes(32)}, host="mx.example.net", port=25
    )
    chosen.begin()
    with pytest.raises(SaslError) as caught:
        respond_without_end(chosen, challenge)
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert_nowhere([SECRET], *told.format(), repr(chosen), repr(credentials), str(caught.value))


@pytest.mark.parametrize("secret", [f"{SECRET}\0", f"{SECRET}\ud800"])
def test_a_secret_that_cannot_be_sent(secret: str) -> None:
    """Rule R39: the complaint about it does not show it."""
    credentials = Credentials(USER, secret)
    with pytest.raises(SaslError) as caught:
        mechanisms(credentials, NAMES, bindings={}, host="", port=25)
    assert_nowhere([SECRET], str(caught.value), "".join(traceback.format_exception(caught.value)))


# On the command line


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "SCRAM-SHA-256", "XOAUTH2"])
@pytest.mark.parametrize("form", ["--json", "--transcript"])
@pytest.mark.parametrize("answer", [Answer.REFUSAL, Answer.NONSENSE])
async def test_the_command(tmp_path: Path, mechanism: str, form: str, answer: Answer) -> None:
    """Rule R39: neither in what is printed, nor in a document, nor in a file."""
    file = tmp_path / "transcript"
    server = Secretive(mechanism, answer)
    async with scripted(server) as scripted_server:
        finished = await tuimail(
            *("send", "--from", "me@example.com", "--to", "bob@example.net", "--body", "x"),
            *("--server", f"127.0.0.1:{scripted_server.port}", "--hello", "client.example"),
            *("--user", USER, "--auth", mechanism, "--tls", "none"),
            *(["--json"] if form == "--json" else []),
            *("--transcript", str(file)),
            env={"TUIMAIL_PASSWORD": SECRET},
        )
    assert finished.code == 75
    assert f"AUTH {mechanism}" in file.read_text()
    assert_nowhere(server.spellings, finished.out, finished.err, file.read_text())


# On the screen


async def test_the_screen() -> None:
    """Rule R39."""
    server = Secretive("PLAIN", Answer.REFUSAL)
    async with scripted(server) as scripted_server:
        letter = Letter(sender="me@example.com", to="bob@example.net", body="x")
        async with opened(settings(scripted_server.port, None), letter=letter) as screen:
            await screen.send()
            await screen.press("f4", "f5")
            await screen.settle()
            text = screen.text
            lines = [line.text for line in screen.lines]
    assert any("AUTH PLAIN" in line for line in lines)
    assert "AUTH PLAIN" in text
    assert_nowhere(server.spellings, text, text.replace("\n", ""), *lines)
