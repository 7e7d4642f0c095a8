"""Takes a mail to the exchanges of its recipients' domains, or to a relay."""

import asyncio
from collections.abc import Callable, Iterable, Iterator

from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tuimail.delivery.caller import Caller
from tuimail.delivery.consignment import Consignment
from tuimail.delivery.demand import Demand
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Direct, Relay, Settings, UnixSocket
from tuimail.delivery.tally import Reach, Visit
from tuimail.domain import (
    Acceptance,
    Answer,
    DomainError,
    Exchange,
    Exchanges,
    addresses_to_try,
    relay,
)
from tuimail.lookup import Resolver, find_exchanges, find_relay
from tuimail.message import Address
from tuimail.smtp import FailureKind, TlsPolicy
from tuimail.transcript import (
    Advice,
    Concluded,
    Event,
    FellBack,
    LookedUp,
    NoExchange,
    Outcome,
    RecipientOutcome,
    Status,
    Transcript,
)

MOST_DOMAINS = 20
"""Domains served side by side; the others wait their turn."""
MOST_SESSIONS = 2
"""Completed sessions for one domain, Postfix's limit: a third exchange says what two have said."""
_ADVICE = (
    "This network may block port {port}. A relay is the way round it: --server HOST:587, or in the"
    " screen “Send through a relay” in the palette (ctrl+p)."
)


class Courier:
    """Everything here runs on the loop that `reactor` runs on."""

    def __init__(
        self, reactor: AsyncioSelectorReactor, settings: Settings, transcript: Transcript
    ) -> None:
        """Raises OSError or ValueError for what the settings name and is not there."""
        self.resolver = Resolver(settings.nameservers)
        self._clock = reactor
        self._settings = settings
        self._transcript = transcript
        self._caller = Caller(reactor, settings, transcript)
        self._places = asyncio.Semaphore(MOST_DOMAINS)
        self._running: set[asyncio.Task[None]] = set()

    async def send(self, mail: Mail) -> Outcome:
        """Returns when every recipient has a status; connections may still be closing."""
        started = self._clock.seconds()
        consignments = tuple(_consignments(mail, self._settings))
        tasks = [asyncio.create_task(self._deliver(each)) for each in consignments]
        self._running.update(tasks)
        try:
            await asyncio.gather(*tasks)
        finally:
            self._running.difference_update(tasks)
        found = (outcome for each in consignments for outcome in each.outcomes())
        now = self._clock.seconds()
        outcome = Outcome(mail.message.message_id, _in_order(mail, found), now - started)
        self._transcript.observer(self._transcript.open_lane(""))(Concluded(now, outcome))
        return outcome

    async def plan(self, mail: Mail) -> tuple[tuple[Consignment, Exchanges], ...]:
        """The ways `send` would go; asks the DNS and connects to nobody else."""

        async def way(consignment: Consignment) -> tuple[Consignment, Exchanges]:
            async with self._places:
                return consignment, await self._exchanges(consignment.domain, lambda _event: None)

        ways = map(way, _consignments(mail, self._settings))
        return tuple(await asyncio.gather(*ways))

    def stop(self) -> None:
        """Stops all sends: each still returns its outcome, once its sockets have closed."""
        for task in self._running:
            task.cancel()

    async def close(self) -> None:
        """Stops what runs, and returns once every connection has closed."""
        self.stop()
        if self._running:
            await asyncio.wait(self._running)
        await self._caller.hang_up()

    async def _deliver(self, consignment: Consignment) -> None:
        """One consignment to its end. Being cancelled is one: it settles what is open."""
        watch = self._transcript.observer(self._transcript.open_lane(consignment.domain))
        try:
            async with self._places:
                exchanges = await self._exchanges(consignment.domain, watch)
                if exchanges.enhanced is None:
                    await self._go_round(consignment, exchanges, watch)
                else:
                    watch(NoExchange(self._clock.seconds(), exchanges.why))
                    final = exchanges.enhanced.startswith("5")
                    status = Status.FAILED if final else Status.DEFERRED
                    consignment.tally.close(status, exchanges.why, exchanges.enhanced)
        except asyncio.CancelledError:
            consignment.tally.stop()

    async def _exchanges(self, domain: str, watch: Callable[[Event], None]) -> Exchanges:
        def observe(answer: Answer) -> None:
            if not answer.is_lack:
                question = f"{answer.rdtype} {answer.name}"
                watch(LookedUp(self._clock.seconds(), question, answer.finding))

        try:
            match self._settings.route:
                case Relay(host=host):
                    return await find_relay(self.resolver, host, observe)
                case UnixSocket(path=path) as socket:
                    return relay(Exchange(str(socket), 0, addresses=(str(path),)))
                case Direct():
                    return await find_exchanges(self.resolver, domain, observe)
        except DomainError as error:
            # An address may pass as one, and its domain be none: a@192.0.2.1.
            return Exchanges(domain, Acceptance.NONE, (), str(error), "5.1.2")

    async def _go_round(
        self, consignment: Consignment, exchanges: Exchanges, watch: Callable[[Event], None]
    ) -> None:
        """From exchange to exchange until nobody is pending or enough have been asked."""
        visits: list[Visit] = []
        for exchange, ip in addresses_to_try(exchanges.exchanges):
            sessions = sum(visit.completed for visit in visits)
            if not consignment.tally.pending or sessions == MOST_SESSIONS:
                break
            if visits:
                watch(FellBack(self._clock.seconds(), f"{exchange.name} [{ip}]"))
            visits.append(await self._visit(consignment, exchange.name, ip, watch))
        if all(visit.reach is Reach.BLOCKED for visit in visits):
            port = self._settings.port
            watch(Advice(self._clock.seconds(), _ADVICE.format(port=port)))

    async def _visit(
        self, consignment: Consignment, exchange: str, ip: str, watch: Callable[[Event], None]
    ) -> Visit:
        """One address; again without TLS where the policy bears that and TLS alone failed."""
        port = self._settings.port
        visit = Visit(exchange, ip, self._demand(exchange))
        await self._caller.call(consignment, visit, port)
        if visit.demand.policy is TlsPolicy.OPPORTUNISTIC and visit.failed_by(
            FailureKind.HANDSHAKE
        ):
            watch(FellBack(self._clock.seconds(), f"{exchange} again, without TLS"))
            visit = Visit(exchange, ip, Demand(TlsPolicy.NONE, (exchange,), "none"))
            await self._caller.call(consignment, visit, port)
        return visit

    def _demand(self, exchange: str) -> Demand:
        policy = self._settings.policy
        return Demand(policy, (exchange,), policy.value)


def _consignments(mail: Mail, settings: Settings) -> Iterator[Consignment]:
    """One for each domain, or one for the relay."""
    ways: dict[str, list[Address]] = {}
    for address in (*mail.recipients, *mail.blind):
        match settings.route:
            case Relay(host=host):
                ways.setdefault(host, []).append(address)
            case UnixSocket() as socket:
                ways.setdefault(str(socket), []).append(address)
            case Direct():
                ways.setdefault(address.ascii_domain, []).append(address)
    for domain, addresses in ways.items():
        yield Consignment(domain, mail, addresses)


def _in_order(mail: Mail, outcomes: Iterable[RecipientOutcome]) -> tuple[RecipientOutcome, ...]:
    """As the mail names its recipients, however they were grouped."""
    places = {
        address.addr_spec: place for place, address in enumerate((*mail.recipients, *mail.blind))
    }
    return tuple(sorted(outcomes, key=lambda outcome: places[outcome.address]))
