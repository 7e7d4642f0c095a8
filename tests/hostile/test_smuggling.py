"""Messages that some server would read as the end of a message and a command behind it."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.conftest import addresses, message
from tests.delivery.scripted import Side, scripted
from tests.fuzz.mails import as_sent
from tests.fuzz.server import Server
from tests.smtp.play import mail
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Relay, Settings
from tuimail.message import eml, read_eml
from tuimail.smtp import (
    Accepted,
    DataFraming,
    Dialogue,
    Event,
    Protocol,
    ReplyReceived,
    Session,
    Settled,
    Write,
    carriage,
    mailing,
)
from tuimail.transcript import Status, Transcript

LINE_ENDS = ("\r\n", "\n", "\r")
DOTS = [f"{before}.{after}" for before in LINE_ENDS for after in LINE_ENDS]
DOTS += ["\r\r\n.\r\r\n", "\n\r.\n\r", "\r\n.\r.\n.\r\n", "\n.\0\n", "\r\n..\r\n", "\n.\n.\n.\n"]
EVIL = "MAIL FROM:<eve@example.com>\r\nDATA\r\n"
BODIES = [
    text.encode()
    for dot in DOTS
    for text in (
        f"{dot}{EVIL}",
        f"{dot.lstrip()}{EVIL}",
        f"a: b\r\n\r\nc{dot}{EVIL}",
        f"a: b\r\n\r\n{dot}{EVIL}{dot}",
        f"a: b\r\n\r\nc{dot}",
        f"a: b\r\n\r\nc{dot.rstrip()}",
    )
]
_LAX_END = re.compile(rb"(?:\A|\r\n|\r|\n)\.(?:\r\n|\r|\n)")
"""Where the laxest of servers, which takes each CR, LF and CRLF for a line's end, sees an end."""
CUTS = range(1, 20)


def lax_end(wire: bytes) -> int:
    found = _LAX_END.search(wire)
    assert found is not None
    return found.end()


@pytest.mark.parametrize("body", BODIES)
def test_no_server_sees_another_end(body: bytes) -> None:
    """Rule R30: cut anywhere, the message ends where its lone dot is, however it is read."""
    for cut in CUTS:
        framing = DataFraming()
        pieces = [framing.frame(body[at : at + cut]) for at in range(0, len(body), cut)]
        wire = b"".join(pieces) + framing.finish()
        assert lax_end(wire) == len(wire)
        assert b"\r" not in wire.replace(b"\r\n", b"")
        assert b"\n" not in wire.replace(b"\r\n", b"")


@given(st.lists(st.sampled_from([b"\r", b"\n", b".", b"\r\n", b"x", b"\0"]), max_size=12))
def test_no_server_sees_another_end_of_anything(pieces: list[bytes]) -> None:
    """Rule R30: each piece is a chunk."""
    framing = DataFraming()
    wire = b"".join(map(framing.frame, pieces)) + framing.finish()
    assert lax_end(wire) == len(wire)
    assert b"\r" not in wire.replace(b"\r\n", b"")
    assert b"\n" not in wire.replace(b"\r\n", b"")


# As the dialogue says it


MANNERS = {
    "data": b"250 PIPELINING",
    "one by one": b"250 HELP",
    "chunks": b"250-PIPELINING\r\n250 CHUNKING",
}
REPLIES = {"": b"220 mx", "DATA": b"354 go ahead"}


def heard(body: bytes, offered: bytes) -> Server:
    """A server that takes one mail, and asserts that all it hears is lawful."""
    server, events = Server(Protocol.SMTP), list[Event]()

    def observe(event: Event) -> None:
        events.append(event)
        if isinstance(event, ReplyReceived):
            server.replied(event.reply)

    dialogue = Dialogue(Session("client.example"), observe, 0.0)
    dialogue.submit(mail(body=body))
    dialogue.quit()
    while server.awaited not in (None, "QUIT"):
        said = REPLIES.get(server.awaited or "", b"250 ok")
        said = b"250-mx\r\n" + offered if server.awaited == "EHLO" else said
        dialogue.receive(said + b"\r\n", 0.0)
        while isinstance(action := dialogue.next_action(0.0), Write):
            server.hear(action.data)
    (settled,) = (event for event in events if isinstance(event, Settled))
    assert isinstance(settled.dispositions[0], Accepted)
    return server


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("body", BODIES)
def test_one_mail_is_one_mail(monkeypatch: pytest.MonkeyPatch, body: bytes, manner: str) -> None:
    """Rules R29, R30: with DATA and with BDAT, in blocks of every size up to 9."""
    for block in range(1, 10):
        monkeypatch.setattr(carriage, "BLOCK", block)
        monkeypatch.setattr(carriage, "CHUNK", block)
        monkeypatch.setattr(mailing, "SMALL", 0)
        server = heard(body, MANNERS[manner])
        (transaction,) = server.transactions.values()
        assert bytes(transaction.message) == as_sent(body)
        assert server.verbs.count("MAIL") == 1
        assert server.verbs.count("DATA") == (manner != "chunks")


# From a file


@pytest.mark.parametrize("body", BODIES)
def test_a_file_keeps_no_other_line_ends(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    """Rule R30: already the message is in lines that end in CRLF, in chunks of every size."""
    for chunk in CUTS:
        monkeypatch.setattr(eml, "_CHUNK", chunk)
        with read_eml(io.BytesIO(b"Subject: x\n\n" + body)) as read, read.open() as file:
            octets = file.read()
        assert octets == b"Subject: x\r\n\r\n" + as_sent(body)


async def test_over_real_sockets(reactor: AsyncioSelectorReactor) -> None:
    """Rules R30, R37: all of them at once, in the body of a mail, and one mail arrives."""
    taken: list[bytes] = []
    body = "".join(f"{dot}{EVIL}" for dot in DOTS)

    async def takes(side: Side) -> None:
        await side.say("220 mx")
        taken.append(await side.take_mail())
        await side.gone()

    async with scripted(takes) as server:
        settings = Settings(Relay("127.0.0.1", server.port), identity="client.example")
        courier = Courier(reactor, settings, Transcript())
        with message(body=body) as content:
            one = Mail(content, "me@example.com", addresses("bob@example.net"))
            outcome = await courier.send(one)
        await courier.close()
    assert outcome.status is Status.DELIVERED
    (octets,) = taken
    assert lax_end(octets) == len(octets)
