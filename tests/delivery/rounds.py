"""Exchanges at several addresses of loopback, and a courier that stays for a test."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.task import Clock

from tests.delivery.letters import addresses, message
from tests.delivery.scripted import Script, Side, scripted
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Direct, Settings
from tuimail.domain import Acceptance, Exchange, Exchanges
from tuimail.lookup import Nameserver
from tuimail.smtp import TlsPolicy
from tuimail.transcript import Connecting, Outcome, RecipientOutcome, Status, Transcript

SETTINGS = Settings(
    identity="client.example",
    tls=TlsPolicy.NONE,
    timeout=5.0,
    # One that somebody named may lead to loopback (R10); it is never asked here.
    nameservers=(Nameserver("127.0.0.1"),),
)
A, B, C = "127.0.0.21", "127.0.0.22", "127.0.0.23"


@dataclass(slots=True)
class Servers:
    """All on one port, which the first one is given. `connections` are addresses, in order."""

    stack: AsyncExitStack
    port: int = 0
    connections: list[str] = field(default_factory=list)

    async def at(self, ip: str, *scripts: Script) -> None:
        def counted(script: Script) -> Script:
            async def run(side: Side) -> None:
                self.connections.append(ip)
                await script(side)

            return run

        made = scripted(*map(counted, scripts), at=ip, port=self.port)
        self.port = (await self.stack.enter_async_context(made)).port


@dataclass(slots=True)
class Known:
    """What the DNS says of every domain."""

    exchanges: tuple[Exchange, ...] = ()

    def set(self, **exchanges: tuple[str, ...]) -> None:
        """Their addresses by their names, in order of preference."""
        self.exchanges = tuple(Exchange(name, 10, addresses=ips) for name, ips in exchanges.items())

    async def find(self, _resolver: object, domain: str, _observe: object) -> Exchanges:
        return Exchanges(domain, Acceptance.EXCHANGES, self.exchanges)


@dataclass(slots=True)
class Post:
    """One courier for all mails of a test; its first mail decides on the settings."""

    reactor: AsyncioSelectorReactor
    servers: Servers
    transcript: Transcript = field(default_factory=Transcript)
    clock: Clock | None = None
    settings: Settings = SETTINGS
    _courier: Courier | None = None

    @property
    def courier(self) -> Courier:
        if self._courier is None:
            settings = self.settings
            if settings.route == Direct():
                settings = replace(settings, route=Direct(self.servers.port))
            self._courier = Courier(self.reactor, settings, self.transcript, self.clock)
        return self._courier

    async def send(
        self, to: str = "bob@example.net", blind: str = "", body: str = "Hi\n"
    ) -> Outcome:
        with message(to, body) as content:
            mail = Mail(content, "me@example.com", addresses(to), addresses(blind))
            return await self.courier.send(mail)

    async def send_one(self) -> RecipientOutcome:
        (recipient,) = (await self.send()).recipients
        return recipient

    @property
    def lines(self) -> list[str]:
        return [line.text for line in self.transcript.lines]

    @property
    def called(self) -> list[str]:
        """The addresses that were tried, in order."""
        entries = self.transcript.entries
        return [entry.lane.ip for entry in entries if isinstance(entry.event, Connecting)]

    async def close(self) -> None:
        if self._courier is not None:
            await self._courier.close()


def all_delivered(outcomes: Sequence[Outcome]) -> bool:
    return {outcome.status for outcome in outcomes} == {Status.DELIVERED}
