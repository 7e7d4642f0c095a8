"""Takes a mail to the exchanges of its recipients' domains, or to a relay."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.interfaces import IReactorTime

from tuimail.delivery.caller import Caller
from tuimail.delivery.clock import LOOP_CLOCK
from tuimail.delivery.consignment import Consignment
from tuimail.delivery.demand import Demand, Excluded
from tuimail.delivery.mail import Mail
from tuimail.delivery.mta_sts import StsPolicies, sts_policies
from tuimail.delivery.peer import Peer
from tuimail.delivery.policy import Policies
from tuimail.delivery.setbacks import MEMORY, Setbacks
from tuimail.delivery.settings import Direct, Relay, Settings, UnixSocket
from tuimail.delivery.seven_bit_copy import SevenBitCopy
from tuimail.delivery.signpost import Signpost
from tuimail.delivery.stepper import Stepper
from tuimail.delivery.tally import Reach, Visit
from tuimail.domain import (
    MOST_ADDRESSES,
    Exchange,
    Exchanges,
    addresses_to_try,
)
from tuimail.lookup import Resolver
from tuimail.message import Address
from tuimail.smtp import FailureKind, TlsPolicy, TlsStart
from tuimail.transcript import (
    Advice,
    Concluded,
    Event,
    FellBack,
    NoExchange,
    Noted,
    Outcome,
    PassedOver,
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
        self,
        reactor: AsyncioSelectorReactor,
        settings: Settings,
        transcript: Transcript,
        clock: IReactorTime | None = None,
    ) -> None:
        """`clock` times everything in place of the loop. Raises OSError or ValueError for what
        the settings name and is not there."""
        self.resolver = Resolver(settings.nameservers)
        self._clock = clock or LOOP_CLOCK
        self._reactor = reactor
        self._settings = settings
        self._transcript = transcript
        self._caller = Caller(reactor, self._clock, settings, self.resolver, transcript)
        self._signpost = Signpost(self._clock, settings, self.resolver)
        self._setbacks = Setbacks(self._clock)
        self._places = asyncio.Semaphore(MOST_DOMAINS)
        self._running: set[asyncio.Task[None]] = set()

    @cached_property
    def _sts(self) -> StsPolicies:
        # For mail that goes to exchanges; a relay has no policy.
        return sts_policies(self._reactor, self._clock, self.resolver, self._settings)

    @property
    def stepper(self) -> Stepper:
        """What waits in its sessions to be let go."""
        return self._caller.stepper

    async def send(self, mail: Mail) -> Outcome:
        """Returns when every recipient has a status; connections may still be closing."""
        started = self._clock.seconds()
        copy = SevenBitCopy(mail.message)
        consignments = tuple(_consignments(mail, copy, self._settings))
        tasks = [asyncio.create_task(self._deliver(each)) for each in consignments]
        self._running.update(tasks)
        try:
            await asyncio.gather(*tasks)
        finally:
            self._running.difference_update(tasks)
            await copy.close()
        found = (outcome for each in consignments for outcome in each.outcomes())
        now = self._clock.seconds()
        outcome = Outcome(mail.message.message_id, _in_order(mail, found), now - started)
        self._transcript.observer(self._transcript.open_lane(""))(Concluded(now, outcome))
        return outcome

    async def plan(self, mail: Mail) -> tuple[tuple[Consignment, Exchanges], ...]:
        """The ways `send` would go; asks the DNS and connects to nobody else."""

        async def way(consignment: Consignment) -> tuple[Consignment, Exchanges]:
            async with self._places:
                return consignment, await self._signpost.exchanges(
                    consignment.domain, lambda _event: None, consignment.exchange
                )

        ways = map(way, _consignments(mail, SevenBitCopy(mail.message), self._settings))
        return tuple(await asyncio.gather(*ways))

    def stop(self) -> None:
        """Stops all sends: each still returns its outcome, once its sockets have closed. What is
        stopped a second time drops its connection and says no farewell."""
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
                exchanges = await self._signpost.exchanges(
                    consignment.domain, watch, consignment.exchange
                )
                if exchanges.enhanced is None:
                    await self._go_round(consignment, exchanges, watch)
                else:
                    watch(NoExchange(self._clock.seconds(), exchanges.why))
                    final = exchanges.enhanced.startswith("5")
                    status = Status.FAILED if final else Status.DEFERRED
                    consignment.tally.close(status, exchanges.why, exchanges.enhanced)
        except asyncio.CancelledError:
            consignment.tally.stop()

    async def _go_round(
        self, consignment: Consignment, exchanges: Exchanges, watch: Callable[[Event], None]
    ) -> None:
        """From exchange to exchange until nobody is pending or enough have been asked."""
        direct = isinstance(self._settings.route, Direct)
        sts = self._sts.watched(watch) if direct else None
        policies = Policies(self._settings, self.resolver, sts)
        visits: list[Visit] = []
        waiting = deque(self._in_order(exchanges.exchanges, watch))
        places = MOST_ADDRESSES
        while waiting and places and _goes_on(consignment, visits):
            ways = addresses_to_try(waiting, places)
            exchange = waiting.popleft()
            left = [ip for each, ip in ways if each is exchange]
            if not left:
                continue
            demand = await self._demand(policies, consignment, exchange, watch)
            if isinstance(demand, Excluded):
                # It takes nobody's place.
                continue
            places -= len(left)
            while left and _goes_on(consignment, visits):
                if visits:
                    watch(FellBack(self._clock.seconds(), f"{exchange.name} [{left[0]}]"))
                made = await self._visit(consignment, exchange, tuple(left), demand, watch)
                visits.extend(made)
                tried = {visit.ip for visit in made}
                left = [ip for ip in left if ip not in tried]
            self._remember(exchange, visits)
        if visits and all(visit.reach is Reach.BLOCKED for visit in visits):
            watch(Advice(self._clock.seconds(), _ADVICE.format(port=self._settings.port)))

    def _in_order(
        self, exchanges: Sequence[Exchange], watch: Callable[[Event], None]
    ) -> list[Exchange]:
        """Those that failed a moment ago come after the others."""
        late = [exchange for exchange in exchanges if self._setbacks.concerns(exchange)]
        if len(late) in (0, len(exchanges)):
            return list(exchanges)
        for exchange in late:
            words = f"{exchange.name} failed less than {MEMORY / 60:g} minutes ago: others first"
            watch(Noted(self._clock.seconds(), words))
        return [exchange for exchange in exchanges if exchange not in late] + late

    def _remember(self, exchange: Exchange, visits: Iterable[Visit]) -> None:
        made = [visit for visit in visits if visit.exchange == exchange.name]
        if any(visit.greeted for visit in made):
            self._setbacks.forget(exchange.name)
        elif made:
            self._setbacks.note(exchange.name)

    async def _visit(
        self,
        consignment: Consignment,
        exchange: Exchange,
        addresses: tuple[str, ...],
        demand: Demand,
        watch: Callable[[Event], None],
    ) -> tuple[Visit, ...]:
        """The first address that answers; again without TLS where the policy bears that and TLS
        alone failed, unless there are credentials to be sent."""
        peer = Peer(exchange.name, addresses, self._settings.port, demand)
        visits = await self._caller.call(consignment, peer, watch)
        last = visits[-1]
        if (
            demand.policy is TlsPolicy.OPPORTUNISTIC
            and self._settings.tls_start is TlsStart.STARTTLS
            and last.failed_by(FailureKind.HANDSHAKE)
            and not self._settings.proves_identity
        ):
            watch(FellBack(self._clock.seconds(), f"{exchange.name} again, without TLS"))
            plain = Demand(TlsPolicy.NONE, (exchange.name,), "none")
            peer = replace(peer, addresses=(last.ip,), demand=plain)
            visits += await self._caller.call(consignment, peer, watch)
        return visits

    async def _demand(
        self,
        policies: Policies,
        consignment: Consignment,
        exchange: Exchange,
        watch: Callable[[Event], None],
    ) -> Demand | Excluded:
        demand = await policies.demand(
            consignment.domain, exchange, self._signpost.asking(watch), consignment.travel
        )
        now = self._clock.seconds()
        match demand:
            case Demand(why=why) if why:
                watch(Noted(now, f"{exchange.name}: {why}"))
            case Excluded(why=why, enhanced=enhanced):
                watch(PassedOver(now, exchange.name, why))
                consignment.tally.exclude(f"{exchange.name} {why}", enhanced)
        return demand


def _goes_on(consignment: Consignment, visits: Sequence[Visit]) -> bool:
    """Whether another address is to be tried. Where the credentials were refused, none: it would
    be asked to take the same ones (R19)."""
    return (
        bool(consignment.tally.pending)
        and sum(visit.completed for visit in visits) < MOST_SESSIONS
        and not any(visit.failed_by(FailureKind.AUTH) for visit in visits)
    )


def _consignments(mail: Mail, copy: SevenBitCopy, settings: Settings) -> Iterator[Consignment]:
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
        yield Consignment(domain, mail, copy, addresses)


def _in_order(mail: Mail, outcomes: Iterable[RecipientOutcome]) -> tuple[RecipientOutcome, ...]:
    """As the mail names its recipients, however they were grouped."""
    places = {
        address.addr_spec: place for place, address in enumerate((*mail.recipients, *mail.blind))
    }
    return tuple(sorted(outcomes, key=lambda outcome: places[outcome.address]))
