"""Mails into servers that this project did not write: what arrives is what was sent."""

import re
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from io import BytesIO
from shutil import rmtree

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.conftest import addresses
from tests.peers.bearer import TOKEN
from tests.peers.dovecot import DOVECOT
from tests.peers.exim import EXIM
from tests.peers.kinds import KINDS, each, parameter
from tests.peers.opensmtpd import OPENSMTPD
from tests.peers.peer import Kind, Peer, as_sent
from tests.peers.postfix import POSTFIX
from tests.peers.site import DOMAIN, HOST, MAILBOXES, PASSWORD, USER
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Relay, Settings, UnixSocket
from tuimail.lookup import Nameserver
from tuimail.message import read_eml
from tuimail.smtp import Credentials, DsnRequest, DsnReturn, Notify, TlsPolicy
from tuimail.transcript import Outcome, Status, Transcript

BOB = f"bob@{DOMAIN}"
HEADER = (
    b"From: Me <me@example.com>\r\n"
    b"Subject: all that is hard to carry\r\n"
    b"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n"
    b"Message-ID: <1@example.com>\r\n"
)
SEVEN_BIT = (
    HEADER + b"\r\n"
    b".\r\n"
    b"..\r\n"
    b". leading dot\r\n"
    b"From the beginning\r\n"
    b"trailing space \r\n"
    b"\t\x0b\x0c\r\n" + b"x" * 998 + b"\r\n"
    b"BDAT 3 LAST\r\n"
    b"\r\n"
    b".\r\n"
)
EIGHT_BIT = HEADER + "\r\ngrüße, größer als nötig\r\n".encode() + bytes(range(128, 256)) + b"\r\n"
UTF_8 = HEADER + "X-Greeting: grüße, 你好\r\n\r\n你好\r\n".encode()
# Short lines first: every third boundary between chunks stands before a dot.
LARGE = HEADER + b"\r\n" + b".\r\n" * 200_000 + (b"." * 500 + b"z" * 498 + b"\r\n") * 29_400


@pytest.fixture
def transcript() -> Transcript:
    return Transcript()


Send = Callable[..., Awaitable[Outcome]]


@pytest.fixture
async def send(
    reactor: AsyncioSelectorReactor,
    nameserver: str,
    kind: Kind,
    peer: Peer,
    transcript: Transcript,
) -> AsyncIterator[Send]:
    """Sends a message to the peer, under TLS that verifies unless the test says otherwise."""
    settings = Settings(
        Relay(HOST, peer.port),
        TlsPolicy.VERIFY,
        ca_file=peer.ca_file,
        nameservers=(Nameserver.parse(nameserver),),
        identity="client.example",
        protocol=kind.protocol,
    )
    couriers = []

    async def run(
        content: bytes,
        *to: str,
        sender: str = "me@example.com",
        dsn: DsnRequest | None = None,
        **changed: object,
    ) -> Outcome:
        courier = Courier(reactor, replace(settings, **changed), transcript)  # type: ignore[arg-type]  # by name
        couriers.append(courier)
        with read_eml(BytesIO(content)) as message:
            mail = Mail(message, sender, addresses(", ".join(to)), dsn=dsn)
            return await courier.send(mail)

    yield run
    for courier in couriers:
        await courier.close()
    # What a test does not know of would be a mail sent twice.
    assert peer.emptied() == []


@each()
@pytest.mark.parametrize("tls", [TlsPolicy.NONE, TlsPolicy.VERIFY], ids=["plain", "starttls"])
async def test_octet_for_octet(
    kind: Kind, peer: Peer, transcript: Transcript, send: Send, tls: TlsPolicy
) -> None:
    """Rules R28, R29, R30: by BDAT where the server offers CHUNKING, else by DATA."""
    outcome = await send(SEVEN_BIT, BOB, tls=tls)
    (recipient,) = outcome.recipients
    assert recipient.status is Status.DELIVERED, peer.log
    assert as_sent(await peer.delivered()) == SEVEN_BIT
    assert (recipient.tls is not None and recipient.tls.verified) is (tls is TlsPolicy.VERIFY)
    lines = [line.text for line in transcript.lines]
    assert any(line.startswith("BDAT ") for line in lines) is ("CHUNKING" in kind.offers)
    assert ("DATA" in lines) is ("CHUNKING" not in kind.offers)
    if tls is TlsPolicy.VERIFY:
        offered = {word for line in lines if line.startswith("250") for word in line[4:].split()}
        assert kind.offers - {"STARTTLS"} <= offered


@each("8BITMIME")
async def test_eight_bit(peer: Peer, send: Send) -> None:
    """Rule R25: any octet but NUL, CR and LF goes through as it is."""
    outcome = await send(EIGHT_BIT, BOB)
    assert outcome.status is Status.DELIVERED, peer.log
    assert as_sent(await peer.delivered()) == EIGHT_BIT


@each("SMTPUTF8")
async def test_an_address_and_a_header_in_utf_8(peer: Peer, send: Send) -> None:
    """Rule R26."""
    outcome = await send(UTF_8, f"böb@{DOMAIN}")
    assert outcome.status is Status.DELIVERED, peer.log
    assert as_sent(await peer.delivered("böb")) == UTF_8


@each()
async def test_twenty_recipients_of_whom_three_are_refused(peer: Peer, send: Send) -> None:
    """Rules R8, R31: each has a status of its own, and whoever was taken has the mail once."""
    known = [name for name in MAILBOXES if name.startswith("reader")]
    unknown = [f"nobody{number}" for number in range(3)]
    everyone = [*known[:5], unknown[0], *known[5:], *unknown[1:]]
    assert len(everyone) == 20
    outcome = await send(SEVEN_BIT, *(f"{name}@{DOMAIN}" for name in everyone))
    for name, recipient in zip(everyone, outcome.recipients, strict=True):
        assert recipient.address == f"{name}@{DOMAIN}"
        expected = Status.FAILED if name in unknown else Status.DELIVERED
        assert recipient.status is expected, (recipient, peer.log)
    for name in known:
        assert as_sent(await peer.delivered(name)) == SEVEN_BIT


@each()
async def test_thirty_megabytes(peer: Peer, send: Send) -> None:
    """Rule R29, R30: no chunk boundary loses, doubles or unstuffs anything."""
    outcome = await send(LARGE, BOB)
    assert outcome.status is Status.DELIVERED, peer.log
    # Compared before the assertion: a difference of 30 MB would be explained for minutes.
    same = as_sent(await peer.delivered()) == LARGE
    assert same


MECHANISMS = (
    *("SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"),
    *("XOAUTH2", "OAUTHBEARER"),
)
"""Best first; the bearer tokens have to be named."""
EACH_MECHANISM = pytest.mark.parametrize(
    ("kind", "mechanism"),
    [
        parameter(kind, mechanism)
        for kind in KINDS
        for mechanism in MECHANISMS
        if mechanism in kind.offers
    ],
)


@EACH_MECHANISM
async def test_who_we_are(peer: Peer, transcript: Transcript, send: Send, mechanism: str) -> None:
    """Rules R19, R39: the server believes it, and the transcript does not tell."""
    secret = TOKEN if mechanism in ("XOAUTH2", "OAUTHBEARER") else PASSWORD
    outcome = await send(SEVEN_BIT, BOB, credentials=Credentials(USER, secret, mechanism))
    assert outcome.status is Status.DELIVERED, peer.log
    assert as_sent(await peer.delivered()) == SEVEN_BIT
    lines = [line.text for line in transcript.lines]
    assert [line.split()[1] for line in lines if line.startswith("AUTH ")] == [mechanism]
    assert any(line.startswith("235 ") for line in lines)
    told = "\n".join(lines)
    for form in (secret, b64encode(secret.encode()).decode()):
        assert form not in told


@each("PLAIN")
async def test_the_best_mechanism_by_itself(
    kind: Kind, peer: Peer, transcript: Transcript, send: Send
) -> None:
    outcome = await send(SEVEN_BIT, BOB, credentials=Credentials(USER, PASSWORD))
    assert outcome.status is Status.DELIVERED, peer.log
    await peer.delivered()
    best = next(name for name in MECHANISMS if name in kind.offers)
    (said,) = [line.text for line in transcript.lines if line.text.startswith("AUTH ")]
    assert said.split()[1] == best


@EACH_MECHANISM
async def test_a_wrong_password(
    peer: Peer, transcript: Transcript, send: Send, mechanism: str
) -> None:
    """Rule R19: after 535 no other mechanism is tried, and the mail is kept."""
    outcome = await send(SEVEN_BIT, BOB, credentials=Credentials(USER, "wrong", mechanism))
    (recipient,) = outcome.recipients
    assert (recipient.status, recipient.code) == (Status.DEFERRED, 535), peer.log
    lines = [line.text for line in transcript.lines]
    assert sum(line.startswith("AUTH ") for line in lines) == 1
    assert not any(line.startswith("MAIL") for line in lines)


@pytest.mark.parametrize("kind", [parameter(kind) for kind in (POSTFIX, EXIM, OPENSMTPD)])
async def test_a_report_that_was_asked_for(kind: Kind, peer: Peer, send: Send) -> None:
    """Rule R27: the server understood what it was asked, xtext included."""
    dsn = DsnRequest((Notify.SUCCESS,), DsnReturn.HEADERS, "a+b=c")
    outcome = await send(SEVEN_BIT, BOB, sender=f"alice@{DOMAIN}", dsn=dsn)
    assert outcome.status is Status.DELIVERED, peer.log
    assert as_sent(await peer.delivered()) == SEVEN_BIT
    report = (await peer.delivered("alice")).lower()
    assert b"\r\naction: delivered\r\n" in report
    assert b"all that is hard to carry" in report
    assert b"from the beginning" not in report
    if kind is not OPENSMTPD:  # It takes these, and does not repeat them.
        assert re.search(rb"\r\noriginal-envelope-id: a(\+2b|\+)b(\+3d|=)c\r\n", report)
        assert re.search(rb"\r\noriginal-recipient: rfc822; ?bob@peer.test\r\n", report)


@each()
async def test_whoever_wants_no_report_gets_none(peer: Peer, send: Send) -> None:
    """Rule R27: DSN is asked for where it is offered alone."""
    dsn = DsnRequest((Notify.NEVER,))
    outcome = await send(SEVEN_BIT, BOB, sender=f"alice@{DOMAIN}", dsn=dsn)
    assert outcome.status is Status.DELIVERED, peer.log
    assert as_sent(await peer.delivered()) == SEVEN_BIT


LMTP = pytest.mark.parametrize("kind", [parameter(DOVECOT)])


@LMTP
async def test_a_mailbox_that_fails_behind_the_message(peer: Peer, send: Send) -> None:
    """Rule R35: one is delivered, and the other, whose RCPT was taken, is not."""
    spoilt = peer.site.mail / "reader0"
    spoilt.unlink() if spoilt.is_file() else rmtree(spoilt, ignore_errors=True)
    spoilt.write_text("no folder")
    try:
        outcome = await send(SEVEN_BIT, f"reader0@{DOMAIN}", BOB)
    finally:
        spoilt.unlink()
    failed, taken = outcome.recipients
    assert (failed.status, failed.code) == (Status.DEFERRED, 451), peer.log
    assert (taken.status, taken.code) == (Status.DELIVERED, 250), peer.log
    assert as_sent(await peer.delivered()) == SEVEN_BIT


@LMTP
async def test_lmtp_by_a_socket_in_the_file_system(peer: Peer, send: Send) -> None:
    assert peer.socket is not None
    outcome = await send(SEVEN_BIT, BOB, route=UnixSocket(peer.socket), tls=None)
    assert outcome.status is Status.DELIVERED, peer.log
    assert as_sent(await peer.delivered()) == SEVEN_BIT
