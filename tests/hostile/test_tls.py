"""Attacks on TLS: taken away, injected into, broken off, and for another name."""

import asyncio
import ssl

import pytest
import trustme
from OpenSSL import SSL
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.scripted import Script, Side
from tests.hostile.attack import STAGES, STATUSES, attack, saying, up_to
from tests.hostile.raw_tls import ALERTS, RawTls
from tuimail.smtp import Stage, TlsPolicy
from tuimail.transcript import Status

REQUIRING = [TlsPolicy.ENCRYPT, TlsPolicy.VERIFY]
CERTIFICATE = trustme.CA().issue_cert("mx.example.net")


def server_context(version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = version
    CERTIFICATE.configure_cert(context)
    return context


# Taken away


STRIPPED = {
    "not offered": ["250-mx.example.net", "250 PIPELINING"],
    "mangled": ["250-mx.example.net", "250 XXXXXXXA"],
    "nearly": ["250-mx.example.net", "250-START TLS", "250-STARTTLSX", "250 X-STARTTLS"],
    "in the name": ["250 STARTTLS"],
    "refused": ["250-mx.example.net", "250 STARTTLS"],
    "no EHLO": ["502 what?"],
}


def stripping(how: str, heard: list[str]) -> Script:
    async def strips(side: Side) -> None:
        await side.say("220 mx.example.net")
        await side.hear()
        await side.say(*STRIPPED[how])
        while line := await side.hear():
            heard.append(line)
            if line == "DATA":
                await side.say("354 go ahead")
                await side.hear_message()
            await side.say("454 4.7.0 TLS not available" if line == "STARTTLS" else "250 ok")

    return strips


@pytest.mark.parametrize("policy", REQUIRING)
@pytest.mark.parametrize("how", STRIPPED)
async def test_stripped_where_it_is_required(
    reactor: AsyncioSelectorReactor, how: str, policy: TlsPolicy
) -> None:
    """Rule R19: no mail in plaintext, and it says which step failed."""
    heard: list[str] = []
    attacked = await attack(reactor, stripping(how, heard), tls=policy)
    assert attacked.recipient.status is Status.DEFERRED
    assert f"“{policy.value}” asks for TLS" in attacked.recipient.reply
    assert set(heard) <= {"STARTTLS", "QUIT"}


@pytest.mark.parametrize("how", STRIPPED)
async def test_stripped_where_it_is_a_chance(reactor: AsyncioSelectorReactor, how: str) -> None:
    """Rule R20: opportunistic goes on without, and says so."""
    attacked = await attack(reactor, stripping(how, []), tls=TlsPolicy.OPPORTUNISTIC)
    assert attacked.recipient.status is Status.DELIVERED
    assert attacked.recipient.tls is None


# Injected into


@pytest.mark.parametrize(
    "behind", [b"250 ok\r\n", b"2", b"\r\n", b"\n", b"\0", b" ", b"250-half a reply\r\n"]
)
@pytest.mark.parametrize("policy", [TlsPolicy.OPPORTUNISTIC, *REQUIRING])
async def test_injected_behind_starttls(
    reactor: AsyncioSelectorReactor, policy: TlsPolicy, behind: bytes
) -> None:
    """Rule R17: any octet behind 220 is an attack; and R16: plaintext is not tried again."""
    attacked = await attack(
        reactor, saying(Stage.STARTTLS, b"220 go ahead\r\n" + behind), tls=policy
    )
    assert attacked.recipient.status is Status.DEFERRED
    assert "before the TLS handshake" in attacked.recipient.reply
    assert attacked.connections == 1


@pytest.mark.parametrize("said", ALERTS)
async def test_no_tls_in_answer_to_a_client_hello(
    reactor: AsyncioSelectorReactor, said: str
) -> None:
    """Rules R18, R19, R36: a failed handshake, in its time."""
    attacked = await attack(
        reactor, saying(Stage.HANDSHAKE, ALERTS[said]), tls=TlsPolicy.ENCRYPT, limit=0.5
    )
    assert attacked.recipient.status is Status.DEFERRED
    assert "TLS" in attacked.recipient.reply
    assert attacked.connections == 1


async def test_a_handshake_octet_by_octet(reactor: AsyncioSelectorReactor) -> None:
    """Rule R36: the handshake's time is not renewed by single octets."""

    async def dribbles(side: Side) -> None:
        async def slowly(flight: bytes) -> None:
            for octet in flight:
                await side.send_raw(bytes((octet,)))
                await asyncio.sleep(0.02)

        await up_to(side, Stage.STARTTLS)
        await side.say("220 go ahead")
        await RawTls(side, CERTIFICATE, SSL.TLS1_3_VERSION).shake_hands(slowly)

    attacked = await attack(reactor, dribbles, tls=TlsPolicy.ENCRYPT, limit=0.4)
    assert attacked.recipient.status is Status.DEFERRED
    assert "within 0.4 s while shaking hands for TLS" in attacked.recipient.reply


async def test_plaintext_within_tls(reactor: AsyncioSelectorReactor) -> None:
    """Rules R16, R17: what is not encrypted is not read as if it were."""

    async def forgets_itself(side: Side) -> None:
        await up_to(side, Stage.STARTTLS)
        await side.say("220 go ahead")
        tls = RawTls(side, CERTIFICATE, SSL.TLS1_3_VERSION)
        await tls.shake_hands()
        await tls.hear()
        await side.say("250 mx.example.net")
        await side.gone()

    attacked = await attack(reactor, forgets_itself, tls=TlsPolicy.ENCRYPT)
    assert attacked.recipient.status is Status.DEFERRED
    assert attacked.connections == 1


# Broken off


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("stage", [each for each in STAGES if each not in STAGES[:4]])
async def test_no_close_notify(
    reactor: AsyncioSelectorReactor, stage: Stage, version: ssl.TLSVersion
) -> None:
    """Rules R16, R33, R34: TLS cut off without its farewell, as anybody on the way can do."""

    async def cuts(side: Side) -> None:
        await up_to(side, stage, server_context(version))
        side.drop()

    lines = 100_000 if stage is Stage.BODY else 1
    attacked = await attack(reactor, cuts, tls=TlsPolicy.ENCRYPT, lines=lines)
    assert attacked.recipient.status is STATUSES.get(stage, Status.DEFERRED)
    assert attacked.connections == 1
    if stage is not Stage.QUIT:
        assert stage.words in attacked.recipient.reply


@pytest.mark.parametrize("stage", [Stage.HELLO, Stage.MAIL, Stage.FINAL])
async def test_renegotiation(reactor: AsyncioSelectorReactor, stage: Stage) -> None:
    """Rules R17, R33: who is spoken to may not change under way (TLS 1.2; 1.3 has none)."""

    async def asks_again(side: Side) -> None:
        await up_to(side, Stage.STARTTLS)
        await side.say("220 go ahead")
        tls = RawTls(side, CERTIFICATE, SSL.TLS1_2_VERSION)
        await tls.shake_hands()
        for each in (Stage.HELLO, Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.FINAL):
            await tls.hear()
            if each is stage:
                try:
                    await tls.ask_for_renegotiation()
                    await tls.hear()
                except SSL.Error:
                    side.drop()
                    return
            await tls.say("354 go ahead" if each is Stage.DATA else "250 ok")
        await tls.hear()

    attacked = await attack(reactor, asks_again, tls=TlsPolicy.ENCRYPT)
    assert attacked.recipient.status is STATUSES.get(stage, Status.DEFERRED)
    assert attacked.connections == 1


# For another name


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        (TlsPolicy.VERIFY, Status.DEFERRED),
        (TlsPolicy.ENCRYPT, Status.DELIVERED),
        (TlsPolicy.OPPORTUNISTIC, Status.DELIVERED),
    ],
)
async def test_a_certificate_for_somebody_else(
    reactor: AsyncioSelectorReactor, policy: TlsPolicy, status: Status
) -> None:
    """Rules R19, R20: it is never taken for a proof; and no mail goes where one is asked for."""
    heard: list[str] = []

    async def somebody_else(side: Side) -> None:
        await up_to(side, Stage.STARTTLS)
        await side.say("220 go ahead")
        await side.encrypt(server_context())
        heard.append(await side.hear())
        if heard == ["QUIT"]:
            return
        await side.say("250 mx.example.net")
        while line := await side.hear():
            heard.append(line)
            if line == "DATA":
                await side.say("354 go ahead")
                await side.hear_message()
            await side.say("250 ok")

    attacked = await attack(reactor, somebody_else, tls=policy)
    assert attacked.recipient.status is status
    assert attacked.recipient.tls is not None
    assert not attacked.recipient.tls.verified
    assert any("MAIL" in line for line in heard) == (status is Status.DELIVERED)
