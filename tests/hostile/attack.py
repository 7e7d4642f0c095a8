"""A mail sent to a server that a script plays, and what became of it."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.conftest import addresses, message
from tests.delivery.scripted import Script, Side, scripted
from tests.hostile.aftermath import nothing_left_behind
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Relay, Settings
from tuimail.safetext import visible
from tuimail.smtp import Stage, TlsPolicy
from tuimail.transcript import RecipientOutcome, Status, Transcript

STAGES = (
    Stage.GREETING,
    Stage.HELLO,
    Stage.STARTTLS,
    Stage.HANDSHAKE,
    Stage.MAIL,
    Stage.RCPT,
    Stage.DATA,
    Stage.BODY,
    Stage.FINAL,
    Stage.QUIT,
)
STATUSES = {Stage.FINAL: Status.UNKNOWN, Stage.QUIT: Status.DELIVERED}
"""What becomes of a mail whose session breaks there; deferred where it breaks elsewhere."""
LINE = "x" * 76 + "\n"
MANY = 100_000
"""Lines of a message that no buffer on the way holds."""


@dataclass(frozen=True, slots=True)
class Attacked:
    recipient: RecipientOutcome
    transcript: Transcript
    connections: int

    @property
    def lines(self) -> list[str]:
        return [line.text for line in self.transcript.lines]


async def attack(
    reactor: AsyncioSelectorReactor,
    *scripts: Script,
    tls: TlsPolicy = TlsPolicy.OPPORTUNISTIC,
    limit: float = 10.0,
    lines: int = 1,
) -> Attacked:
    """One mail, to one recipient. Nothing may be left behind, and what is told can be shown."""
    transcript = Transcript()
    connections = 0

    async def counted(script: Script, side: Side) -> None:
        nonlocal connections
        connections += 1
        await script(side)

    async with (
        nothing_left_behind(reactor),
        scripted(*(partial(counted, script) for script in scripts)) as server,
    ):
        relay = Relay("127.0.0.1", server.port)
        settings = Settings(relay, tls, identity="client.example", timeout=limit)
        courier = Courier(reactor, settings, transcript)
        with message(body=LINE * lines) as content:
            mail = Mail(content, "me@example.com", addresses("bob@example.net"))
            outcome = await courier.send(mail)
        await courier.close()
    (recipient,) = outcome.recipients
    attacked = Attacked(recipient, transcript, connections)
    if recipient.code is None:
        assert_plain(recipient.reply)  # Else it is what the server said, as it said it.
    for line in attacked.lines:
        assert line.isprintable(), line
    return attacked


def assert_plain(sentence: str) -> None:
    """It is one line for a person, and not a programmer's."""
    assert sentence
    assert visible(sentence) == sentence
    for word in ("Traceback", "Error", "Errno", "Exception", "None", "object at", "b'", "<class"):
        assert word not in sentence, sentence


async def up_to(side: Side, stage: Stage, context: ssl.SSLContext | None = None) -> None:
    """A polite session, up to where the server is to answer in this stage; in the handshake, up to
    where it is to speak TLS, and in the body, up to where some of it has come. With a context, all
    from MAIL on is in TLS."""
    if stage is Stage.GREETING:
        return
    await side.say("220 mx.example.net")
    await side.hear()
    if stage is Stage.HELLO:
        return
    if stage in (Stage.STARTTLS, Stage.HANDSHAKE):
        await side.say("250-mx.example.net", "250 STARTTLS")
        await side.hear()
        if stage is Stage.HANDSHAKE:
            await side.say("220 go ahead")
            await side.octets(100)  # of the ClientHello
        return
    if context is not None:
        await side.say("250-mx.example.net", "250 STARTTLS")
        await side.hear()
        await side.say("220 go ahead")
        await side.encrypt(context)
        await side.hear()
    await side.say("250 mx.example.net")
    for each in (Stage.MAIL, Stage.RCPT, Stage.DATA):
        await side.hear()
        if stage is each:
            return
        await side.say("354 go ahead" if each is Stage.DATA else "250 ok")
    if stage is Stage.BODY:
        await side.octets(1000)
        return
    await side.hear_message()
    if stage is Stage.QUIT:
        await side.say("250 taken")
        await side.hear()


def at(stage: Stage, do: Callable[[Side], object]) -> Script:
    """A server that is polite up to a stage, and does this then."""

    async def script(side: Side) -> None:
        await up_to(side, stage)
        do(side)
        await side.gone()

    return script


def saying(stage: Stage, octets: bytes) -> Script:
    async def script(side: Side) -> None:
        await up_to(side, stage)
        await side.send_raw(octets)
        await side.gone()

    return script
