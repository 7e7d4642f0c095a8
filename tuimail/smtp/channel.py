"""The transmission channel: what is to go out, which replies are awaited, and until when."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from tuimail.smtp.actions import Action, Write
from tuimail.smtp.command import HIDDEN, Command
from tuimail.smtp.disposition import FailureKind
from tuimail.smtp.events import CommandSent, Event, ReplyReceived
from tuimail.smtp.redaction import Redaction
from tuimail.smtp.reply import ProtocolError, Reply, ReplyReader
from tuimail.smtp.session import Pace, Session
from tuimail.smtp.stage import Stage
from tuimail.smtp.typed import secrets_in

_CHALLENGE = 334  # RFC 4954 §4
_TURNS = frozenset({"STARTTLS", "DATA", "BDAT", "."})
"""Verbs behind which the server reads something else than commands."""


class SessionError(Exception):
    """The session can't go on. Raised by whoever reads a reply, caught by the dialogue."""

    def __init__(self, kind: FailureKind, why: str, reply: Reply | None = None) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why
        self.reply = reply


class Halt(Exception):  # noqa: N818 - nothing went wrong
    """The session has come to where it was to end."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.stage = stage


def _nothing_follows(_reply: Reply | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """A command and what its reply leads to, or its being skipped. Only a greeting answers no
    command."""

    stage: Stage
    command: Command | None
    answered: Callable[[Reply], None]
    skipped: Callable[[], None] = _nothing_follows


class Channel:
    """Commands wait in a FIFO for their replies; pipelining is a longer FIFO (RFC 2920)."""

    def __init__(self, observe: Callable[[Event], None], session: Session, now: float) -> None:
        self.observe = observe
        self.now = now
        self.stage: Stage | None = None
        self.deadline: float | None = None
        self.window = 1
        """How many replies may be awaited at once: one, or without end under PIPELINING."""
        self._timeout = session.timeout
        self.pace = session.pace
        self._let_go: Stage | None = None
        """In step mode, the stage whose commands wait for nobody."""
        self._challenged = False
        """Whether the last reply asks for more of what AUTH began."""
        self._redaction = Redaction()
        self._reader = ReplyReader(self._redaction.shown)
        self._unsent: deque[Step] = deque()
        self._awaited: deque[Step] = deque()
        self._wire: list[bytes] = []
        self._actions: deque[Action] = deque()
        if session.credentials is not None:
            # A server may know it from before.
            self.hide(session.credentials.secret.encode(errors="surrogateescape"))

    @property
    def doing(self) -> str:
        """Completes "while …"."""
        if self.stage is not None:
            return self.stage.words
        held = self.held
        return "between two messages" if held is None else f"{held.verb} waited to be let go"

    @property
    def all_sent(self) -> bool:
        return not self._unsent

    @property
    def has_room(self) -> bool:
        return len(self._awaited) < self.window

    def awaits(self, stage: Stage) -> bool:
        """Whether a command of this stage is out and not answered."""
        return any(step.stage is stage for step in self._awaited)

    # Going out

    def say(self, step: Step) -> None:
        """Queues a command; `flush` sends it."""
        self._unsent.append(step)

    def listen(self, step: Step) -> None:
        """Awaits a reply to something that is not a command line."""
        self._awaited.append(step)
        if len(self._awaited) == 1:
            self.start_clock(step.stage)

    def flush(self) -> None:
        """Sends queued commands as far as the window has room; in step mode, those alone that
        have been let go with the rest of their stage."""
        while self._unsent and self.has_room and not self._holds(self._unsent[0]):
            self._send(self._unsent.popleft())

    def change_pace(self, pace: Pace) -> None:
        """From now on."""
        self.pace = pace
        self._let_go = None

    def _holds(self, step: Step) -> bool:
        return self.pace is Pace.STEP and step.stage is not self._let_go

    @property
    def held(self) -> Command | None:
        """In step mode, the command that waits to be let go."""
        if self._awaited or not self._unsent or not self._holds(self._unsent[0]):
            return None
        return self._unsent[0].command

    def release(self, command: Command | None) -> None:
        """Lets the held command go: as `command` has it where the verb is the same, after
        `command` where it is another; None skips it. Raises ValueError where none is held, and
        for a line that would change what comes after it: that is the session's to say."""
        held = self.held
        if held is None:
            raise ValueError("nothing waits to be let go")
        if command is None:
            self._unsent.popleft().skipped()
        elif command.verb == held.verb:
            self._send(replace(self._unsent.popleft(), command=self._discreet(command)))
        elif command.verb in _TURNS:
            raise ValueError(f"{command.verb} is said when its turn comes, and not before")
        else:
            stage = self._unsent[0].stage
            self._send(Step(stage, self._discreet(command), _nothing_follows))
        self._let_go = None

    def run_on(self) -> None:
        """Lets the held command go, and those behind it up to the next stage. Raises ValueError
        where none is held."""
        if self.held is None:
            raise ValueError("nothing waits to be let go")
        self._let_go = self._unsent[0].stage

    def _discreet(self, command: Command) -> Command:
        """A line that may have been typed by hand, as it may be shown: what answers a challenge
        is a secret."""
        if self._challenged:
            command = replace(command, shown=HIDDEN)
        self.hide_typed(command.secret)
        return command

    def _send(self, step: Step) -> None:
        if step.command is not None:
            self.write(step.command.wire)
            self.observe(CommandSent(self.now, step.command))
        self.listen(step)

    def write(self, data: bytes) -> None:
        self._wire.append(data)

    def act(self, action: Action) -> None:
        self._actions.append(action)

    def next_action(self) -> Action | None:
        if self._wire:
            data = b"".join(self._wire)
            self._wire.clear()
            return Write(data)
        return self._actions.popleft() if self._actions else None

    def drop_unsent(self) -> int:
        """How many commands won't be said."""
        dropped = len(self._unsent)
        self._unsent.clear()
        return dropped

    def ignore_awaited(self) -> None:
        """Replies still to come are read, and mean nothing any more."""
        self._awaited = deque(
            Step(step.stage, step.command, _nothing_follows) for step in self._awaited
        )

    def clear(self) -> None:
        """Nothing more goes out and nothing is awaited."""
        self._unsent.clear()
        self._awaited.clear()
        self._wire.clear()
        self._actions.clear()
        self.start_clock(None)

    # Coming in

    @property
    def unread(self) -> bool:
        """Whether bytes have come that no reply has claimed yet."""
        return self._reader.pending

    def feed(self, data: bytes) -> None:
        self._reader.feed(data)

    def next_reply(self) -> Reply | None:
        """Reads one reply and hands it to the step that awaits it.

        Raises ProtocolError, and SessionError as the step does, or for 421, which ends the session
        whatever it answers (RFC 5321 §3.8).
        """
        reply = self._reader.next_reply()
        if reply is None:
            return None
        step = self._awaited.popleft() if self._awaited else None
        self._challenged = reply.code == _CHALLENGE
        shown = self._shown(reply, step)
        self.observe(ReplyReceived(self.now, shown, step.command if step else None))
        if reply.code == 421:
            if step is not None:
                with suppress(SessionError, ProtocolError):
                    step.answered(shown)
            raise SessionError(FailureKind.CLOSING, "closed the session", shown)
        if step is None:
            raise ProtocolError("a reply that nothing asked for")
        if reply.severity is None:
            raise ProtocolError(f"{reply.code:03d} is no SMTP reply")
        self.restart_clock()
        # A challenge is for its mechanism alone, every other reply for people too.
        step.answered(reply if _is_challenge(reply, step) else shown)
        return reply

    # Secrets

    def hide(self, secret: bytes) -> None:
        """From now on no reply shows this: a server may say it back."""
        self._redaction.hide(secret)

    def hide_typed(self, typed: bytes) -> None:
        """As a person types it, and what is in it."""
        for secret in secrets_in(typed):
            self.hide(secret)

    def _shown(self, reply: Reply, step: Step | None) -> Reply:
        if not self._redaction:
            return reply
        if _is_challenge(reply, step):
            return Reply(reply.code, ("…",))
        return Reply(reply.code, tuple(map(self._redaction.shown, reply.lines)))

    # The clock

    def start_clock(self, stage: Stage | None) -> None:
        self.stage = stage
        self.deadline = None if stage is None else self.now + stage.limit(self._timeout)

    def restart_clock(self) -> None:
        """From now on, for the reply that is due next."""
        self.start_clock(self._awaited[0].stage if self._awaited else None)

    def limit(self) -> float:
        """Seconds that the present stage may take."""
        return 0.0 if self.stage is None else self.stage.limit(self._timeout)


def _is_challenge(reply: Reply, step: Step | None) -> bool:
    return reply.code == _CHALLENGE and step is not None and step.stage is Stage.AUTH
