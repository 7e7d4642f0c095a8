"""The client's side of an SMTP connection (RFC 5321), without I/O."""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto

from tuimail.smtp.actions import Abort, Action, Close
from tuimail.smtp.channel import Channel, SessionError, Step
from tuimail.smtp.command import Command
from tuimail.smtp.disposition import Disposition, Failure, FailureKind, Unanswered
from tuimail.smtp.events import Event, SessionFailed, Settled
from tuimail.smtp.loss import Eof, HandshakeFailed, Loss, Reset
from tuimail.smtp.mailing import Mailing
from tuimail.smtp.opening import Opening
from tuimail.smtp.reply import ProtocolError, Reply, Severity
from tuimail.smtp.session import Session, TlsFacts
from tuimail.smtp.stage import Stage
from tuimail.smtp.transaction import Transaction


class _Phase(Enum):
    RUNNING = auto()
    QUITTING = auto()
    """QUIT is said; no result depends on what follows."""
    OVER = auto()


_FAREWELL_AFTER = frozenset(
    {FailureKind.GREETING, FailureKind.HELLO, FailureKind.NO_TLS, FailureKind.UNVERIFIED}
)
"""Failures that leave the channel sound: the server gets a QUIT (RFC 5321 §3.1, RFC 3207 §4.1)."""
_BEFORE_DATA = frozenset({None, Stage.HELLO, Stage.RSET, Stage.MAIL, Stage.RCPT})
"""Where a cancelled session may still say QUIT; None is between two messages."""


class Dialogue:
    """One SMTP client connection without I/O. Times are monotonic seconds.

    The caller reports what happens, and after each report takes actions until there is none.
    Every submitted transaction ends in one `Settled` event, whatever the server does. The
    observer must not call back.
    """

    def __init__(self, session: Session, observe: Callable[[Event], None], now: float) -> None:
        self._channel = Channel(observe, session.timeout, now)
        self._opening = Opening(session, self._channel)
        self._waiting: deque[Transaction] = deque()
        self._mailing: Mailing | None = None
        self._envelope_open = False
        self._quit_asked = False
        self._phase = _Phase.RUNNING
        self._failure: Failure | None = None

    @property
    def deadline(self) -> float | None:
        """When to call `tick`."""
        return self._channel.deadline

    @property
    def over(self) -> bool:
        """Whether nothing more can come of this connection."""
        return self._phase is _Phase.OVER

    def submit(self, transaction: Transaction) -> None:
        """Any time before `quit`. Raises ValueError after it."""
        if self._quit_asked:
            raise ValueError("a transaction after quit")
        self._waiting.append(transaction)

    def quit(self) -> None:
        """Ends the session politely once every submitted transaction is settled."""
        self._quit_asked = True

    def receive(self, data: bytes, now: float) -> None:
        """Bytes from the server, decrypted."""
        self._channel.now = now
        if self.over:
            return
        self._channel.feed(data)
        with self._failing():
            while not self.over and self._channel.next_reply() is not None:
                self._settle_if_answered()

    def tls_established(self, facts: TlsFacts, now: float) -> None:
        """Answers BeginTls. The policy is judged here, before any byte follows."""
        self._channel.now = now
        if self.over:
            return
        with self._failing():
            self._opening.tls_established(facts)

    def lost(self, loss: Loss, now: float) -> None:
        self._channel.now = now
        doing = self._channel.doing
        match loss:
            case HandshakeFailed(why) if self._channel.stage is Stage.HANDSHAKE:
                self._give_up(FailureKind.HANDSHAKE, f"failed the TLS handshake: {why}")
            case HandshakeFailed(why) | Reset(why):
                self._give_up(FailureKind.LOST, f"dropped the connection while {doing}: {why}")
            case Eof():
                self._give_up(FailureKind.LOST, f"closed the connection while {doing}")
        self._channel.clear()
        self._phase = _Phase.OVER

    def tick(self, now: float) -> None:
        """The time is `now`; ends a stage whose deadline has come."""
        self._channel.now = now
        if self.deadline is not None and now >= self.deadline:
            limit = f"{self._channel.limit():g} s"
            why = f"gave no answer within {limit} while {self._channel.doing}"
            self._give_up(FailureKind.TIMEOUT, why)

    def cancel(self, now: float) -> None:
        """Stops: with QUIT before DATA is written, by dropping the connection after it."""
        self._channel.now = now
        self._fail(SessionError(FailureKind.CANCELLED, f"was stopped while {self._channel.doing}"))

    def next_action(self, now: float) -> Action | None:
        """What to do next, None until something is reported again.

        The message comes a block a call: a caller that can't write for a while just waits.
        """
        self._channel.now = now
        self._advance()
        self._channel.flush(self._window)
        if self._mailing is not None:
            with self._failing():
                self._mailing.pull()
        return self._channel.next_action()

    # How it goes on

    @property
    def _window(self) -> int:
        """How many replies may be awaited at once."""
        return sys.maxsize if "PIPELINING" in self._opening.capabilities else 1

    def _advance(self) -> None:
        if self._failure is not None:
            self._abandon(self._failure)
        while self._idle and self._waiting:
            self._begin(self._waiting.popleft())
        if self._idle and self._quit_asked:
            self._say_quit()

    @property
    def _idle(self) -> bool:
        running = self._phase is _Phase.RUNNING and self._opening.finished
        return running and self._mailing is None

    def _begin(self, transaction: Transaction) -> None:
        misfit = transaction.misfit(self._opening.capabilities)
        if misfit is not None:
            self._settle(transaction, (misfit,) * len(transaction.envelope.forward_paths))
            return
        if self._envelope_open:
            self._channel.say(Step(Stage.RSET, Command.rset(), self._reset_answered))
        self._envelope_open = True
        self._mailing = Mailing(transaction, self._opening.capabilities, self._channel)

    def _reset_answered(self, reply: Reply) -> None:
        if reply.severity is not Severity.COMPLETED:
            raise ProtocolError(f"{reply.code} to RSET")

    def _settle_if_answered(self) -> None:
        if self._mailing is not None and self._channel.silent:
            ledger = self._mailing.ledger
            self._mailing = None
            self._envelope_open = not ledger.accepted
            self._settle(ledger.transaction, ledger.settled())

    def _settle(self, transaction: Transaction, dispositions: tuple[Disposition, ...]) -> None:
        self._channel.observe(Settled(self._channel.now, transaction, dispositions))

    # How it ends

    def _say_quit(self) -> None:
        self._phase = _Phase.QUITTING
        self._channel.say(Step(Stage.QUIT, Command.quit(), self._quit_answered))

    def _quit_answered(self, _reply: Reply) -> None:
        self._end(Close())

    def _end(self, action: Action) -> None:
        self._phase = _Phase.OVER
        self._channel.clear()
        self._channel.act(action)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """The session fails where what is done inside does."""
        try:
            yield
        except SessionError as error:
            self._fail(error)
        except ProtocolError as breach:
            self._fail(SessionError(FailureKind.PROTOCOL, f"broke the protocol: {breach}"))

    def _give_up(self, kind: FailureKind, why: str) -> None:
        # However a handshake ends too early, TLS is not to be had here.
        shaking_hands = self._channel.stage is Stage.HANDSHAKE
        self._fail(SessionError(FailureKind.HANDSHAKE if shaking_hands else kind, why))

    def _fail(self, error: SessionError) -> None:
        if self.over:
            return
        if self._phase is _Phase.QUITTING:
            self._end(Abort())
            return
        failure = Failure(error.kind, error.why, error.reply)
        self._failure = failure
        self._channel.observe(SessionFailed(self._channel.now, failure))
        self._abandon(failure)
        if failure.kind in _FAREWELL_AFTER or self._may_leave_politely(failure):
            self._channel.drop_unsent()
            self._channel.ignore_awaited()
            self._say_quit()
            self._channel.start_clock(Stage.QUIT)
        else:
            self._end(Close() if failure.kind is FailureKind.CLOSING else Abort())

    def _may_leave_politely(self, failure: Failure) -> bool:
        return (
            failure.kind is FailureKind.CANCELLED
            and self._channel.stage in _BEFORE_DATA
            and not self._channel.awaits(Stage.DATA)
        )

    def _abandon(self, failure: Failure) -> None:
        if self._mailing is not None:
            ledger = self._mailing.ledger
            self._mailing.close()
            self._mailing = None
            self._settle(ledger.transaction, ledger.abandoned(failure))
        while self._waiting:
            transaction = self._waiting.popleft()
            unanswered = Unanswered(failure)
            self._settle(transaction, (unanswered,) * len(transaction.envelope.forward_paths))
