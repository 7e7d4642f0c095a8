"""A foreign 8-bit message meets an exchange without 8BITMIME (rule R25), in the demo world."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.conftest import addresses
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Settings
from tuimail.demo import DemoWorld
from tuimail.message import Message, read_eml
from tuimail.transcript import Connecting, Noted, Outcome, Status, Transcript

FOREIGN = b"From: me@example.com\r\nSubject: x\r\n%s\r\nGr\xfc\xdfe\r\n"
PLAIN, FRIENDLY = "bob@plain.test", "bob@friendly.test"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where messages are kept, however small."""
    monkeypatch.setattr("tuimail.message.message.SMALL", 0)
    folder = tmp_path / "messages"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
async def courier(
    reactor: AsyncioSelectorReactor, settings: Settings, transcript: Transcript
) -> AsyncIterator[Courier]:
    courier = Courier(reactor, settings, transcript)
    yield courier
    await courier.close()


async def send(courier: Courier, octets: bytes, to: str, blind: str = "") -> Outcome:
    with read_eml(io.BytesIO(octets)) as message:
        mail = Mail(message, "me@example.com", addresses(to), addresses(blind))
        return await courier.send(mail)


async def test_it_is_made_seven_bit_on_the_same_connection(
    courier: Courier, demo_world: DemoWorld, transcript: Transcript, folder: Path
) -> None:
    """Rule R25: nothing was sent of the other, and no file of either is left."""
    outcome = await send(courier, FOREIGN % b"", PLAIN, "eve@plain.test")
    assert [(each.status, each.exchange) for each in outcome.recipients] == [
        (Status.DELIVERED, "mx.plain.test")
    ] * 2
    assert [mail.forward_paths for mail in demo_world.received] == [(PLAIN,), ("eve@plain.test",)]
    for mail in demo_world.received:
        assert mail.data.isascii()
        assert message_from_bytes(mail.data).get_payload(decode=True) == b"Gr\xfc\xdfe\r\n"
    events = [entry.event for entry in transcript.entries]
    assert sum(isinstance(event, Connecting) for event in events) == 1
    assert "mx.plain.test lacks 8BITMIME: 7-bit will do" in [
        event.text for event in events if isinstance(event, Noted)
    ]
    assert list(folder.iterdir()) == []


async def test_it_stays_as_it_is_where_it_can(courier: Courier, demo_world: DemoWorld) -> None:
    """Rule R25: BODY=8BITMIME where that is offered, and one copy for all who lack it."""
    outcome = await send(courier, FOREIGN % b"", f"{PLAIN}, {FRIENDLY}")
    assert outcome.status is Status.DELIVERED
    sent = {mail.exchange: mail for mail in demo_world.received}
    assert sent["mx1.friendly.test"].data == FOREIGN % b""
    assert "BODY=8BITMIME" in sent["mx1.friendly.test"].mail_parameters
    assert sent["mx.plain.test"].data.isascii()


async def test_a_signed_one_is_failed(
    courier: Courier, demo_world: DemoWorld, folder: Path
) -> None:
    """Rule R25: at last failed 5.6.3, in plain words."""
    outcome = await send(courier, FOREIGN % b"DKIM-Signature: b=x\r\n", f"{PLAIN}, {FRIENDLY}")
    failed, delivered = outcome.recipients
    assert (failed.status, failed.enhanced, failed.exchange) == (
        Status.FAILED,
        "5.6.3",
        "mx.plain.test",
    )
    assert failed.reply == (
        "the message needs 8BITMIME, which is not offered here, and it can't be made 7-bit:"
        " its DKIM signature would break"
    )
    assert delivered.status is Status.DELIVERED
    assert [mail.exchange for mail in demo_world.received] == ["mx1.friendly.test"]
    assert list(folder.iterdir()) == []


async def test_no_room_for_it(
    courier: Courier, monkeypatch: pytest.MonkeyPatch, demo_world: DemoWorld
) -> None:
    def full(_message: Message) -> Message:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tuimail.delivery.seven_bit_copy.seven_bit", full)
    (failed,) = (await send(courier, FOREIGN % b"", PLAIN)).recipients
    assert failed.enhanced == "5.6.3"
    assert "No space left on device" in failed.reply
    assert demo_world.received == []


async def test_stopping_leaves_no_file(
    reactor: AsyncioSelectorReactor,
    settings: Settings,
    transcript: Transcript,
    folder: Path,
) -> None:
    """Stopped in the moment in which it is made."""
    courier = Courier(reactor, replace(settings, timeout=None), transcript)
    transcript.watch(
        lambda entry: (
            courier.stop()
            if isinstance(entry.event, Noted) and "8BITMIME" in entry.event.text
            else None
        )
    )
    (stopped,) = (await send(courier, FOREIGN % b"" + b"\xff" * 1_000_000, PLAIN)).recipients
    assert (stopped.status, stopped.exchange) == (Status.DEFERRED, "")
    assert list(folder.iterdir()) == []
    await courier.close()
