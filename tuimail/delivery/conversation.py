"""One session with an exchange, shared by all who have mail for it."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from tuimail.delivery.connection import SmtpConnection
from tuimail.delivery.consignment import Consignment, Transactions
from tuimail.delivery.dialing import Attempt, Dialer
from tuimail.delivery.load import Load
from tuimail.delivery.patience import undisturbed
from tuimail.delivery.peer import Peer
from tuimail.delivery.standing import Standing, says_nothing
from tuimail.delivery.tally import Visit
from tuimail.smtp import (
    CommandSent,
    Disposition,
    Event,
    Failure,
    FailureKind,
    Pace,
    ReplyReceived,
    SessionFailed,
    Settled,
    TlsEstablished,
    Transaction,
)
from tuimail.transcript import Noted

LINGER = 2.0  # seconds that an idle connection is kept: Postfix's smtp_connection_cache_time_limit
STEP_LINGER = 0.2  # in step mode: somebody looks on, and waits for the next command
_AHEAD = 2
"""Transactions in the dialogue at once: the second one's MAIL rides with the first one's end."""
_MOST_WAITING = 5
"""Mails that share a connection before another one is opened: to open one takes four round trips
or more, and a small mail takes one."""
_SMALL = 65_536  # octets: larger messages are not waited for where another connection may be had

Speak = Callable[[Attempt, Callable[[Event], None], Callable[[], None]], SmtpConnection]
"""Begins a dialogue, with who observes it, and who may then call back."""


class Conversation:
    """Begins to connect at once. It ends by itself: when it fails, or when nobody has had mail for
    it for a while."""

    def __init__(
        self,
        peer: Peer,
        attempts: Sequence[Attempt],
        dialer: Dialer,
        speak: Speak,
        clock: IReactorTime,
    ) -> None:
        self.peer = peer
        self._attempts = attempts
        self._speak = speak
        self._clock = clock
        self._loads: deque[Load] = deque()
        self._under_way: deque[tuple[Load, Transaction]] = deque()
        self._attempt: Attempt | None = None
        self._connection: SmtpConnection | None = None
        self._standing = Standing()
        self._feeding = False
        self._hungry = False
        """Whether something was settled since the last feeding."""
        self._leaving: IDelayedCall | None = None
        self._over = False
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._opening = asyncio.create_task(self._open(dialer))
        self._opening.add_done_callback(self._opened)

    # What the pool asks

    @property
    def endpoint(self) -> str:
        """Empty while nobody has answered."""
        return self._attempt.lane.endpoint if self._attempt is not None else ""

    @property
    def usable(self) -> bool:
        return not self._over and (self._connection is None or self._connection.usable)

    @property
    def waiting(self) -> int:
        """Mails in it."""
        return len(self._loads)

    @property
    def has_room(self) -> bool:
        """Whether one more mail would rather wait here than open another connection."""
        small = all(load.consignment.size <= _SMALL for load in self._loads)
        return small and len(self._loads) < _MOST_WAITING

    def serves(self, peer: Peer) -> bool:
        """Whether who wants to speak with `peer` can do it here."""
        if not self.peer.asks_as(peer):
            return False
        if self._attempt is None:
            return self.peer.addresses == peer.addresses
        return self._attempt.visit.ip in peer.addresses

    # What a consignment asks

    async def carry(
        self, consignment: Consignment, transactions: Transactions
    ) -> tuple[Visit, ...]:
        """Says them, and records in `consignment` what came of it: the addresses that could not be
        reached, then the session. What is left of `transactions` is for another session, because
        this one ended through nobody's fault.

        Cancelling settles what was submitted, and returns once the socket has closed.
        """
        load = Load(consignment, transactions)
        if self._attempt is not None:
            load.visits.append(self._attempt.visit)
        self._loads.append(load)
        self._feed()
        try:
            await load.done.wait()
        except asyncio.CancelledError:
            await self._withdraw(load)
            raise
        if self._opening.done():
            self._opening.result()
        return tuple(replace(visit) for visit in load.visits)

    def leave(self) -> None:
        """Says QUIT where nothing is under way."""
        if self._connection is not None and not (self._loads or self._over):
            self._end()
            self._connection.quit()

    def part(self) -> None:
        """As `leave`, and does not stay for the reply."""
        if self._connection is not None and not self._loads:
            self._end()
            self._connection.part()

    async def _withdraw(self, load: Load) -> None:
        load.cancelled = True
        if not self._opening.done():
            self._loads.remove(load)
            if not self._loads:
                self._end()
                self._opening.cancel()
                await undisturbed(self.closed)
            return
        self._feed()
        ending = asyncio.ensure_future(self._until_gone(load))
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:
            # Who stops a second time does not wait for politeness.
            if self._over and self._connection is not None:
                self._connection.transport.abortConnection()
            await undisturbed(ending)

    async def _until_gone(self, load: Load) -> None:
        await load.done.wait()
        if self._over:
            await asyncio.wait({self.closed})

    # How it goes on

    async def _open(self, dialer: Dialer) -> None:
        attempt = await dialer.race(self._attempts)
        failed = [each.visit for each in self._attempts if each.visit.obstacle]
        for load in self._loads:
            load.unreachable(failed)
        if attempt is None:
            return
        self._attempt = attempt
        for load in self._loads:
            load.visits.append(attempt.visit)
        self._connection = self._speak(attempt, self._observe, self._heed)
        self._feed()

    def _opened(self, _opening: "asyncio.Task[None]") -> None:
        if self._connection is None:
            self._close()
        else:
            self._connection.closed.addCallback(self._close)

    def _close(self, _closed: None = None) -> None:
        self._end()
        self._feed()
        # Who hold on to each other are garbage that has to be looked for.
        self._connection = self._leaving = None
        self.closed.set_result(None)

    def _heed(self) -> None:
        if self._hungry:
            self._feed()

    def _feed(self) -> None:
        """Keeps the dialogue supplied, and lets go who has nothing left in it."""
        if self._feeding:
            return  # A transaction can be settled while it is being submitted.
        self._feeding = True
        self._hungry = False
        try:
            self._supply()
        finally:
            self._feeding = False
        for load in tuple(self._loads):
            if load.under_way == 0 and (self._over or not load.more):
                self._release(load)
        self._linger()

    def _supply(self) -> None:
        while self._connection is not None and not self._over:
            if self._under_way and self._under_way[0][0].cancelled:
                self._connection.cancel()
                return
            load = next((load for load in self._loads if load.more), None)
            if load is None or len(self._under_way) >= _AHEAD:
                return
            # In turn: a mail to hundreds of blind recipients holds nobody up.
            self._loads.remove(load)
            self._loads.append(load)
            transaction = load.transactions.next()
            load.under_way += 1
            self._under_way.append((load, transaction))
            self._connection.submit(transaction)

    def _release(self, load: Load) -> None:
        visit = self._attempt.visit if self._attempt is not None else None
        if visit is None:
            load.transactions.drop()
        elif load.more and visit.failure and not self._may_go_on(visit.failure, load):
            load.abandon_rest(visit.failure, visit)
        self._loads.remove(load)
        load.done.set()

    def _linger(self) -> None:
        connection = self._connection
        idle = connection is not None and not (self._loads or self._over)
        if self._leaving is not None and self._leaving.active():
            if idle:
                return
            self._leaving.cancel()
        if connection is not None and idle:
            patience = STEP_LINGER if connection.pace is Pace.STEP else LINGER
            self._leaving = self._clock.callLater(patience, self.leave)

    def _end(self) -> None:
        self._over = True
        if self._leaving is not None and self._leaving.active():
            self._leaving.cancel()

    # What is seen

    def _observe(self, event: Event) -> None:
        attempt = self._attempt
        if attempt is None:
            raise RuntimeError("an event before there is a connection")
        match event:
            case TlsEstablished(facts=facts):
                attempt.visit.facts = facts
            case CommandSent() if attempt.visit.failure is None:
                attempt.visit.greeted = True
            case ReplyReceived(command=command, reply=reply) if command is not None:
                self._standing.replied(command, reply)
            case SessionFailed(failure=failure):
                attempt.visit.failure = failure
                self._end()
                if self._standing.may_part(failure) and not self._under_way:
                    words = f"{attempt.visit.exchange} {failure.why}"
                    attempt.watch(Noted(self._clock.seconds(), words))
                    return
            case Settled(transaction=transaction, dispositions=dispositions):
                self._record(transaction, dispositions, attempt.visit)
        attempt.watch(event)

    def _record(
        self, transaction: Transaction, dispositions: tuple[Disposition, ...], visit: Visit
    ) -> None:
        self._hungry = True
        load, _ = self._under_way.popleft()
        load.under_way -= 1
        unsaid = all(map(says_nothing, dispositions))
        if unsaid and visit.failure is not None and self._may_go_on(visit.failure, load):
            load.transactions.put_back(transaction)
        else:
            load.consignment.record(transaction, dispositions, visit)
            load.transactions.settled(transaction, dispositions)
        self._standing.settled(dispositions)

    def _may_go_on(self, failure: Failure, load: Load) -> bool:
        """Whether another session takes the rest of it. Each that is spared has settled something,
        so this comes to an end."""
        if failure.kind is FailureKind.CANCELLED:
            return not load.cancelled
        return self._standing.spares(failure)
