"""The transmission channel: what is to go out, which replies are awaited, and until when."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tuimail.smtp.actions import Action, Write
from tuimail.smtp.command import Command
from tuimail.smtp.disposition import FailureKind
from tuimail.smtp.events import CommandSent, Event, ReplyReceived
from tuimail.smtp.reply import ProtocolError, Reply, ReplyReader
from tuimail.smtp.stage import Stage


class SessionError(Exception):
    """The session can't go on. Raised by whoever reads a reply, caught by the dialogue."""

    def __init__(self, kind: FailureKind, why: str, reply: Reply | None = None) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Step:
    """A command and what its reply leads to. Only the greeting answers no command."""

    stage: Stage
    command: Command | None
    answered: Callable[[Reply], None]


class Channel:
    """Commands wait in a FIFO for their replies; pipelining is a longer FIFO (RFC 2920)."""

    def __init__(self, observe: Callable[[Event], None], timeout: float | None, now: float) -> None:
        self.observe = observe
        self.now = now
        self.stage: Stage | None = None
        self.deadline: float | None = None
        self._timeout = timeout
        self._reader = ReplyReader()
        self._unsent: deque[Step] = deque()
        self._awaited: deque[Step] = deque()
        self._wire = bytearray()
        self._actions: deque[Action] = deque()

    @property
    def doing(self) -> str:
        """Completes "while …"."""
        return "between two messages" if self.stage is None else self.stage.words

    @property
    def silent(self) -> bool:
        """Whether nothing is left to say and nothing is awaited."""
        return not (self._unsent or self._awaited)

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

    def flush(self, window: int) -> None:
        """Sends queued commands until `window` replies are awaited."""
        while self._unsent and len(self._awaited) < window:
            step = self._unsent.popleft()
            if step.command is not None:
                self._wire += step.command.wire
                self.observe(CommandSent(self.now, step.command))
            self.listen(step)

    def write(self, data: bytes) -> None:
        self._wire += data

    def act(self, action: Action) -> None:
        self._actions.append(action)

    def next_action(self) -> Action | None:
        if self._wire:
            data = bytes(self._wire)
            self._wire.clear()
            return Write(data)
        return self._actions.popleft() if self._actions else None

    def drop_unsent(self) -> None:
        self._unsent.clear()

    def ignore_awaited(self) -> None:
        """Replies still to come are read, and mean nothing any more."""
        self._awaited = deque(
            Step(step.stage, step.command, lambda _reply: None) for step in self._awaited
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
        self.observe(ReplyReceived(self.now, reply, step.command if step else None))
        if reply.code == 421:
            if step is not None:
                with suppress(SessionError, ProtocolError):
                    step.answered(reply)
            raise SessionError(FailureKind.CLOSING, "closed the session", reply)
        if step is None:
            raise ProtocolError("a reply that nothing asked for")
        if reply.severity is None:
            raise ProtocolError(f"{reply.code:03d} is no SMTP reply")
        self.start_clock(self._awaited[0].stage if self._awaited else None)
        step.answered(reply)
        return reply

    # The clock

    def start_clock(self, stage: Stage | None) -> None:
        self.stage = stage
        self.deadline = None if stage is None else self.now + stage.limit(self._timeout)

    def limit(self) -> float:
        """Seconds that the present stage may take."""
        return 0.0 if self.stage is None else self.stage.limit(self._timeout)
