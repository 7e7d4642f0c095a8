"""The clients that are compared: each sends a mail as its own manual says, and nothing to spare."""

import io
import smtplib
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import aiosmtplib
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.defer import Deferred
from twisted.internet.ssl import CertificateOptions

from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.reactor import as_future
from tuimail.delivery.settings import Relay, Settings
from tuimail.message import parse_addresses, read_eml
from tuimail.smtp import Settled, TlsPolicy
from tuimail.transcript import Entry, Outcome, Status, Transcript

HOST = "127.0.0.1"
IDENTITY = "client.example"
SENDER = "me@example.com"
"""Nobody has to look up a name, not even his own."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One mail for the server on `port`, made ready for every client before the clock starts."""

    port: int
    mail: Mail
    content: bytes
    """Lines that end in CRLF."""
    tls: TlsPolicy = TlsPolicy.NONE

    @property
    def recipients(self) -> list[str]:
        return [recipient.mailbox for recipient in self.mail.recipients]


@dataclass(frozen=True, slots=True)
class Sent:
    """Monotonic times: the final reply is there, and the caller has his thread back."""

    taken: float
    returned: float


Client = Callable[[Errand], Awaitable[Sent]]


def mail_of(octets: int) -> bytes:
    """A mail of about that size, in lines of 76 octets."""
    header = (
        f"From: <{SENDER}>\r\nSubject: a benchmark\r\nMessage-ID: <1@example.com>\r\n"
        "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n\r\n"
    ).encode()
    line = b"x" * 74 + b"\r\n"
    return header + line * max(1, (octets - len(header)) // len(line))


@contextmanager
def errand(
    port: int, octets: int, recipients: Sequence[str], tls: TlsPolicy = TlsPolicy.NONE
) -> Iterator[Errand]:
    content = mail_of(octets)
    with read_eml(io.BytesIO(content)) as message:
        addresses = parse_addresses(", ".join(recipients)).addresses
        yield Errand(port, Mail(message, SENDER, addresses), content, tls)


def settings(port: int, tls: TlsPolicy = TlsPolicy.NONE) -> Settings:
    return Settings(Relay(HOST, port), tls=tls, identity=IDENTITY)


def check(outcome: Outcome) -> None:
    """Raises RuntimeError where a mail was not delivered: its time would mean nothing."""
    if outcome.status is not Status.DELIVERED:
        raise RuntimeError(outcome.sentence)


def tuimail(reactor: AsyncioSelectorReactor) -> Client:
    async def send(errand: Errand) -> Sent:
        answers: list[float] = []

        def watch(entry: Entry) -> None:
            if isinstance(entry.event, Settled):
                answers.append(time.monotonic())

        transcript = Transcript()
        transcript.watch(watch)
        courier = Courier(reactor, settings(errand.port, errand.tls), transcript)
        check(await courier.send(errand.mail))
        returned = time.monotonic()
        await courier.close()
        return Sent(answers[-1], returned)

    return send


def twisted(reactor: AsyncioSelectorReactor) -> Client:
    # It installs Twisted's default reactor, where there is none yet.
    from twisted.mail.smtp import ESMTPSenderFactory

    async def send(errand: Errand) -> Sent:
        sent: Deferred[object] = Deferred()
        factory = ESMTPSenderFactory(
            None,
            None,
            SENDER.encode(),
            [recipient.encode() for recipient in errand.recipients],
            io.BytesIO(errand.content.replace(b"\r\n", b"\n")),
            sent,
            contextFactory=CertificateOptions(verify=False) if errand.tls.required else None,
            requireAuthentication=False,
            requireTransportSecurity=errand.tls.required,
        )
        factory.domain = IDENTITY.encode()
        reactor.connectTCP(HOST, errand.port, factory)
        await as_future(sent)
        returned = time.monotonic()
        return Sent(returned, returned)

    return send


async def by_smtplib(errand: Errand) -> Sent:
    """Holds the loop, which has nothing else to do."""
    with smtplib.SMTP(HOST, errand.port, IDENTITY) as server:
        if errand.tls.required:
            server.starttls(context=believing())
        server.sendmail(SENDER, errand.recipients, errand.content)
        taken = time.monotonic()
    return Sent(taken, time.monotonic())


async def by_aiosmtplib(errand: Errand) -> Sent:
    server = aiosmtplib.SMTP(
        hostname=HOST,
        port=errand.port,
        local_hostname=IDENTITY,
        start_tls=errand.tls.required,
        tls_context=believing() if errand.tls.required else None,
    )
    async with server:
        await server.sendmail(SENDER, errand.recipients, errand.content)
        taken = time.monotonic()
    return Sent(taken, time.monotonic())


def believing() -> ssl.SSLContext:
    """Takes any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
