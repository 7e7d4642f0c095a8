"""Dialogues as tests: `S:` and `C:` are lines, `*:` is what else happens.

What the dialogue says and asks for has to be expected, to the last octet, before anything else
may happen.

What the test makes happen:

    *: tls                 the handshake succeeded, the certificate verifies
    *: tls WHY             it succeeded, the certificate does not verify
    *: handshake WHY       it failed
    *: eof                 the server closed its side
    *: reset               the connection broke
    *: +300s               time passed
    *: cancel              the sender stops the session
    *: pause               the transport's buffer is full: it takes nothing more
    *: blocks 2            it takes two blocks of the message, and nothing more
    *: resume              it takes everything again
    *: computed            what was to be computed is there
    *: let go              in step mode, the held command goes out as it is
    *: let go LINE         as the line has it, or after that line where its verb is another
    *: skip                the held command is not said
    *: run on              it goes out, with those behind it up to the next stage
    *: pace step           from now on each command waits; `free`: none does

What the dialogue has to ask for:

    *: begin tls
    *: compute
    *: hold LINE           in step mode, to let this command go
    *: close
    *: abort
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from tuimail.smtp import (
    Abort,
    BeginTls,
    Close,
    Command,
    Compute,
    Content,
    Dialogue,
    Disposition,
    Envelope,
    Eof,
    Event,
    Failure,
    HandshakeFailed,
    Pace,
    Refused,
    Reply,
    ReplyReceived,
    Reset,
    SaslError,
    Session,
    SessionFailed,
    Settled,
    Stage,
    TlsFacts,
    Transaction,
    Write,
)

BODY = b"Subject: hello\r\n\r\nHello.\r\n"
TLS = TlsFacts("TLSv1.3", "TLS_AES_256_GCM_SHA384", "CN=mx.example.net", "CN=Root", "")


def mail(*forward_paths: str, sender: str = "a@example.com", body: bytes = BODY) -> Transaction:
    return Transaction(
        Envelope(sender, forward_paths or ("b@example.net",)),
        Content(lambda: io.BytesIO(body), len(body)),
    )


@dataclass(frozen=True, slots=True)
class Played:
    """What a dialogue came to. Each of `writes` went out at once."""

    events: tuple[Event, ...]
    writes: tuple[bytes, ...]

    @property
    def dispositions(self) -> tuple[Disposition, ...]:
        """Of all transactions, in the order they were settled."""
        settled = (event for event in self.events if isinstance(event, Settled))
        return tuple(disposition for event in settled for disposition in event.dispositions)

    @property
    def kinds(self) -> tuple[type[Disposition], ...]:
        return tuple(type(disposition) for disposition in self.dispositions)

    @property
    def refusals(self) -> tuple[tuple[Stage, int], ...]:
        """Where, and with which code, those were refused who were."""
        return tuple(
            (disposition.stage, disposition.reply.code)
            for disposition in self.dispositions
            if isinstance(disposition, Refused)
        )

    @property
    def replies(self) -> tuple[Reply, ...]:
        return tuple(event.reply for event in self.events if isinstance(event, ReplyReceived))

    @property
    def failure(self) -> Failure:
        (failed,) = (event for event in self.events if isinstance(event, SessionFailed))
        return failed.failure

    @property
    def failed(self) -> bool:
        return any(isinstance(event, SessionFailed) for event in self.events)

    @property
    def wire(self) -> bytes:
        return b"".join(self.writes)


Feed = Callable[[bytes], Iterator[bytes]]
"""Cuts what the server says at once into what arrives at once."""


def whole(data: bytes) -> Iterator[bytes]:
    yield data


def bytewise(data: bytes) -> Iterator[bytes]:
    for octet in data:
        yield bytes((octet,))


def cut_at(place: int) -> Feed:
    """A feed for one run: one cut, after `place` octets of all that the server says."""
    seen = 0

    def feed(data: bytes) -> Iterator[bytes]:
        nonlocal seen
        here = min(max(place - seen, 0), len(data))
        seen += len(data)
        yield from filter(None, (data[:here], data[here:]))

    return feed


class Player:
    """Plays one script to one dialogue."""

    def __init__(self, script: str, *transactions: Transaction, session: Session) -> None:
        self._turns = list(_turns(script))
        self._transactions = transactions
        self._session = session

    @property
    def server_octets(self) -> int:
        return sum(len(_wire(lines)) for mark, lines in self._turns if mark == "S")

    def play(self, feed: Feed) -> Played:
        events: list[Event] = []
        self._now = 0.0
        self._paused = False
        self._writes: list[bytes] = []
        self._said = b""
        self._asked: list[str] = []
        self._dialogue = Dialogue(self._session, events.append, self._now)
        for transaction in self._transactions:
            self._dialogue.submit(transaction)
        self._dialogue.quit()
        self._take_actions()
        for mark, lines in self._turns:
            match mark:
                case "S":
                    self._hear(_wire(lines), feed)
                case "C":
                    self._expect(_wire(lines))
                case "*":
                    for what in lines:
                        self._happen(what)
                case _:
                    raise ValueError(mark)
        self._expect_nothing_more()
        return Played(tuple(events), tuple(self._writes))

    def _hear(self, data: bytes, feed: Feed) -> None:
        self._expect_nothing_more()
        for piece in feed(data):
            self._dialogue.receive(piece, self._now)
            self._take_actions()

    def _expect(self, wire: bytes) -> None:
        assert self._said[: len(wire)] == wire
        self._said = self._said[len(wire) :]

    def _expect_nothing_more(self) -> None:
        assert (self._said, self._asked) == (b"", []), "what the dialogue said or asked beyond"

    def _happen(self, what: str) -> None:
        if what in ("begin tls", "close", "abort", "compute"):
            assert self._asked[:1] == [what]
            del self._asked[0]
            return
        self._expect_nothing_more()
        if what.startswith("hold "):
            assert self._dialogue.held is not None
            assert self._dialogue.held.shown == what.removeprefix("hold ")
            return
        match what.split(maxsplit=1):
            case ["tls", *why]:
                self._dialogue.tls_established(replace(TLS, distrust="".join(why)), self._now)
            case ["handshake", why]:
                self._dialogue.lost(HandshakeFailed(why), self._now)
            case ["eof"]:
                self._dialogue.lost(Eof(), self._now)
            case ["reset"]:
                self._dialogue.lost(Reset("Connection reset by peer"), self._now)
            case ["cancel"]:
                self._dialogue.cancel(self._now)
            case ["computed"]:
                self._dialogue.computed(_computed(self._computing), self._now)
            case ["let", rest]:
                line = rest.removeprefix("go").strip()
                command = Command.parse(line) if line else self._dialogue.held
                self._dialogue.release(command, self._now)
            case ["skip"]:
                self._dialogue.release(None, self._now)
            case ["run", "on"]:
                self._dialogue.run_on()
            case ["pace", pace]:
                self._dialogue.change_pace(Pace(pace))
            case ["pause"]:
                self._paused = True
            case ["resume"]:
                self._paused = False
            case ["blocks", count]:
                self._take_blocks(int(count))
            case [elapsed] if elapsed.startswith("+"):
                self._now += float(elapsed.strip("+s"))
                self._dialogue.tick(self._now)
            case _:
                raise ValueError(what)
        self._take_actions()

    def _take_blocks(self, count: int) -> None:
        for _ in range(count):
            action = self._dialogue.next_action(self._now)
            assert isinstance(action, Write)
            self._writes.append(action.data)

    def _take_actions(self) -> None:
        while not self._paused or self._dialogue.over:
            match self._dialogue.next_action(self._now):
                case Write(data):
                    self._writes.append(data)
                    self._said += data
                case BeginTls():
                    self._asked.append("begin tls")
                case Compute(work):
                    self._computing = work
                    self._asked.append("compute")
                case Close():
                    self._asked.append("close")
                case Abort():
                    self._asked.append("abort")
                case None:
                    break


def _computed(work: Callable[[], bytes]) -> bytes | SaslError:
    try:
        return work()
    except SaslError as error:
        return error


def _turns(script: str) -> Iterator[tuple[str, list[str]]]:
    """Who speaks, and what: lines of one speaker arrive, or go out, at once."""
    lines = (line.lstrip() for line in script.splitlines() if line.strip())
    for mark, turn in groupby(lines, key=lambda line: line.partition(":")[0]):
        yield mark, [line.partition(":")[2].removeprefix(" ") for line in turn]


def _wire(lines: list[str]) -> bytes:
    """Lines with their ends; `\\xNN` stands for an octet."""
    return b"".join(
        line.encode().decode("unicode_escape").encode("latin-1") + b"\r\n" for line in lines
    )
