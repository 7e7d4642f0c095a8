"""The client's side of an SMTP connection (RFC 5321), without I/O."""

from collections.abc import Callable
from enum import Enum, auto
from functools import wraps
from typing import Concatenate, ParamSpec

from tuimail.smtp.actions import Abort, Action, Close
from tuimail.smtp.channel import Channel, Halt, SessionError, Step
from tuimail.smtp.command import Command
from tuimail.smtp.disposition import Failure, FailureKind
from tuimail.smtp.events import Event, SessionFailed
from tuimail.smtp.loss import Eof, HandshakeFailed, Loss, Reset
from tuimail.smtp.mails import Mails
from tuimail.smtp.opening import Opening
from tuimail.smtp.reply import ProtocolError, Reply
from tuimail.smtp.sasl import SaslError
from tuimail.smtp.session import Pace, Session
from tuimail.smtp.stage import Stage
from tuimail.smtp.tls_facts import TlsFacts
from tuimail.smtp.transaction import Transaction


class _Phase(Enum):
    RUNNING = auto()
    QUITTING = auto()
    """QUIT is said; no result depends on what follows."""
    OVER = auto()


_FAREWELL_AFTER = frozenset(
    {
        FailureKind.GREETING,
        FailureKind.HELLO,
        FailureKind.NO_TLS,
        FailureKind.UNVERIFIED,
        FailureKind.EXPOSED,
        FailureKind.AUTH,
        FailureKind.XCLIENT,
        FailureKind.SPENT,
    }
)
"""Failures that leave the channel sound: the server gets a QUIT (RFC 5321 §3.1, RFC 3207 §4.1)."""
_BEFORE_DATA = frozenset({None, Stage.HELLO, Stage.XCLIENT, Stage.RSET, Stage.MAIL, Stage.RCPT})
"""Where a cancelled session may still say QUIT; None is between two messages."""


P = ParamSpec("P")


def _failing(
    act: Callable[Concatenate["Dialogue", P], None],
) -> Callable[Concatenate["Dialogue", P], None]:
    """The session fails, or comes to its halt, where `act` does."""

    @wraps(act)
    def ended(self: "Dialogue", /, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            act(self, *args, **kwargs)
        except Halt as halt:
            self._halt(halt.stage)
        except SessionError as error:
            self._fail(error)
        except ProtocolError as breach:
            self._fail(SessionError(FailureKind.PROTOCOL, f"broke the protocol: {breach}"))

    return ended


class Dialogue:
    """One SMTP client connection without I/O. Times are monotonic seconds.

    The caller reports what happens, and after each report takes actions until there is none.
    Every submitted transaction ends in one `Settled` event, whatever the server does. The
    observer must not call back.
    """

    def __init__(self, session: Session, observe: Callable[[Event], None], now: float) -> None:
        self._session = session
        self._channel = Channel(observe, session, now)
        self._opening = Opening(session, self._channel)
        self._mails = Mails(session, self._channel, self._opening)
        self._quit_asked = False
        self._phase = _Phase.RUNNING
        self._stirred = True
        """Whether something was reported since it was last thought of what to say."""
        self._begin()

    @_failing
    def _begin(self) -> None:
        self._opening.begin()

    @property
    def deadline(self) -> float | None:
        """When to call `tick`."""
        return self._channel.deadline

    @property
    def over(self) -> bool:
        """Whether nothing more can come of this connection."""
        return self._phase is _Phase.OVER

    @property
    def usable(self) -> bool:
        """Whether a transaction submitted now could still be said."""
        return self._phase is _Phase.RUNNING and self._mails.welcome and not self._quit_asked

    @property
    def held(self) -> Command | None:
        """In step mode, what waits to be let go."""
        return self._channel.held

    def submit(self, transaction: Transaction) -> None:
        """Any time before `quit`. Raises ValueError after it."""
        if self._quit_asked:
            raise ValueError("a transaction after quit")
        self._mails.submit(transaction)
        self._stirred = True

    def quit(self) -> None:
        """Ends the session politely once every submitted transaction is settled."""
        self._quit_asked = True
        self._stirred = True

    @_failing
    def release(self, command: Command | None, now: float) -> None:
        """Lets the held command go: as `command` has it where the verb is the same, behind
        `command` where it is another, and None skips it. Raises ValueError where none is held,
        and for another command behind which no command could be said: STARTTLS, DATA, BDAT."""
        self._stir(now)
        self._channel.release(command)
        self._mails.settle_answered()

    def run_on(self) -> None:
        """Lets the held command go as it is, and those behind it up to the next stage. Raises
        ValueError where none is held."""
        self._channel.run_on()
        self._stirred = True

    @property
    def pace(self) -> Pace:
        """Whether each command waits."""
        return self._channel.pace

    def change_pace(self, pace: Pace) -> None:
        """From now on each command waits, or none does."""
        self._channel.change_pace(pace)
        self._stirred = True

    @_failing
    def receive(self, data: bytes, now: float) -> None:
        """Bytes from the server, decrypted."""
        self._stir(now)
        if self.over:
            return
        self._channel.feed(data)
        while not self.over and self._channel.next_reply() is not None:
            self._mails.settle_answered()

    @_failing
    def tls_established(self, facts: TlsFacts, now: float) -> None:
        """Answers BeginTls. The policy is judged here, before any byte follows."""
        self._stir(now)
        if not self.over:
            self._opening.tls_established(facts)

    @_failing
    def computed(self, result: bytes | SaslError, now: float) -> None:
        """Answers Compute."""
        self._stir(now)
        if self._phase is _Phase.RUNNING:
            self._opening.computed(result)

    def lost(self, loss: Loss, now: float) -> None:
        self._stir(now)
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
        self._stir(now)
        if self.deadline is not None and now >= self.deadline:
            limit = f"{self._channel.limit():g} s"
            why = f"gave no answer within {limit} while {self._channel.doing}"
            self._give_up(FailureKind.TIMEOUT, why)

    def cancel(self, now: float) -> None:
        """Stops: with QUIT before DATA or BDAT is written, by dropping the connection after it."""
        self._stir(now)
        self._fail(SessionError(FailureKind.CANCELLED, f"was stopped while {self._channel.doing}"))

    def next_action(self, now: float) -> Action | None:
        """What to do next, None until something is reported again.

        The message comes a block a call: a caller that can't write for a while just waits.
        """
        self._channel.now = now
        if self._stirred:
            self._speak()
        if self._mails.due:
            self._pull()
            # The next envelope rides with the end of this message.
            self._speak()
        return self._channel.next_action()

    # How it goes on

    def _stir(self, now: float) -> None:
        self._channel.now = now
        self._stirred = True

    def _speak(self) -> None:
        self._stirred = False
        self._advance()
        if self._quit_asked and self._phase is _Phase.RUNNING and self._idle:
            self._say_quit()
        self._channel.flush()

    @_failing
    def _advance(self) -> None:
        self._mails.advance()

    @_failing
    def _pull(self) -> None:
        self._mails.pull()

    @property
    def _idle(self) -> bool:
        return self._opening.finished and self._mails.idle

    # How it ends

    def _say_quit(self) -> None:
        self._phase = _Phase.QUITTING
        self._channel.say(Step(Stage.QUIT, Command.quit(), self._quit_answered, self._quit_skipped))

    def _quit_answered(self, _reply: Reply) -> None:
        self._end(Close())

    def _quit_skipped(self) -> None:
        self._end(Close())

    def _end(self, action: Action) -> None:
        self._phase = _Phase.OVER
        self._channel.clear()
        self._channel.act(action)

    def _give_up(self, kind: FailureKind, why: str) -> None:
        # However a handshake ends too early, TLS is not to be had here.
        shaking_hands = self._channel.stage is Stage.HANDSHAKE
        self._fail(SessionError(FailureKind.HANDSHAKE if shaking_hands else kind, why))

    def _halt(self, stage: Stage) -> None:
        self._mails.halt(stage)
        match stage:
            case Stage.CONNECT:
                self._end(Close())
            case Stage.DATA:
                # Whatever followed 354, QUIT included, would be the message.
                self._end(Abort())
            case _:
                self._leave()

    def _fail(self, error: SessionError) -> None:
        if self.over:
            return
        if self._phase is _Phase.QUITTING:
            self._end(Abort())
            return
        failure = Failure(error.kind, error.why, error.reply)
        self._channel.observe(SessionFailed(self._channel.now, failure))
        polite = self._opening.greeted and (
            failure.kind in _FAREWELL_AFTER
            or (failure.kind is FailureKind.CANCELLED and self._at_a_pause)
        )
        between_chunks = self._mails.between_chunks
        self._mails.abandon(failure)
        if not polite:
            self._end(Close() if failure.kind is FailureKind.CLOSING else Abort())
        elif between_chunks:
            self._leave(Step(Stage.RSET, Command.rset(), lambda _reply: None))
        else:
            self._leave()

    @property
    def _at_a_pause(self) -> bool:
        """Whether a command would now be read as one, and the mail would not arrive."""
        return (
            not self._mails.end_written
            and not self._channel.awaits(Stage.DATA)
            and (self._channel.stage in _BEFORE_DATA or self._mails.between_chunks)
        )

    def _leave(self, *before: Step) -> None:
        """With QUIT, whatever was still to be said or heard."""
        self._channel.drop_unsent()
        self._channel.ignore_awaited()
        self._channel.change_pace(Pace.FREE)
        for step in before:
            self._channel.say(step)
        self._say_quit()
        self._channel.start_clock(Stage.QUIT)
