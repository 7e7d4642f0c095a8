"""Mails sent from the screen arrive in servers that this project did not write."""

import email
import email.policy

import pytest

from tests.peers.peer import Peer
from tests.peers.postfix import smtp_sink
from tests.peers.site import DOMAIN
from tests.tui.driving import opened
from tuimail.delivery.settings import Relay, Settings
from tuimail.smtp import TlsPolicy
from tuimail.tui.letter import Letter

pytestmark = [pytest.mark.postfix, pytest.mark.usefixtures("reactor")]

BODY = "Grüße\n\n.\n..\nFrom here\ntrailing \n" + "long " * 300 + "\n"
LETTER = Letter(sender="Me <me@example.com>", to=f"Bob <bob@{DOMAIN}>", subject="Grüße", body=BODY)


async def sent(port: int, tls: TlsPolicy) -> list[str]:
    """Sends the letter by f9; the transcript's lines."""
    settings = Settings(Relay("127.0.0.1", port), tls, identity="client.example")
    async with opened(settings, letter=LETTER) as driver:
        await driver.send()
        return [line.text for line in driver.lines]


def text_of(message: bytes) -> str:
    arrived = email.message_from_bytes(message, policy=email.policy.SMTP)
    assert arrived["Subject"] == "Grüße"
    text = arrived.get_body()
    assert text is not None
    return str(text.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("tls", [TlsPolicy.NONE, TlsPolicy.ENCRYPT])
async def test_into_postfix(mail_system: Peer, tls: TlsPolicy) -> None:
    lines = await sent(mail_system.port, tls)
    assert ("STARTTLS" in lines) is (tls is TlsPolicy.ENCRYPT)
    delivered = await mail_system.delivered()
    assert (b"using TLS" in delivered) is (tls is TlsPolicy.ENCRYPT)
    assert text_of(delivered) == BODY


async def test_into_smtp_sink() -> None:
    async with smtp_sink() as sink:
        await sent(sink.port, TlsPolicy.OPPORTUNISTIC)
        (taken,) = sink.taken
        assert text_of(taken) == BODY
