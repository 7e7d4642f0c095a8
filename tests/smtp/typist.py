"""Sessions typed by hand as tests: `T:` is what a person types, the rest is as in `play`.

What is said and asked for has to be expected, to the last octet, before anything else may happen.

    *: login USER          the person logs in, with the password `hunter2-hunter2`
    *: floor message       what the person is asked for now
    *: note TEXT           what they are told beside the events
    *: objection TEXT      why what they type next can't be said
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.smtp.play import TLS, _turns, _wire, bytewise, cut_at, whole
from tuimail.smtp import (
    Abort,
    BeginTls,
    Close,
    CommandSent,
    Compute,
    Credentials,
    Eof,
    Event,
    Failure,
    HandshakeFailed,
    ReplyReceived,
    Reset,
    Session,
    SessionFailed,
    Talk,
    Write,
)

PASSWORD = "hunter2-hunter2"
Feed = Callable[[bytes], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What a session came to."""

    talk: Talk
    events: tuple[Event, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """Of our side, as a person may see it."""
        return tuple(e.command.shown for e in self.events if isinstance(e, CommandSent))

    @property
    def replies(self) -> tuple[str, ...]:
        return tuple(str(e.reply) for e in self.events if isinstance(e, ReplyReceived))

    @property
    def failure(self) -> Failure:
        (failed,) = (e for e in self.events if isinstance(e, SessionFailed))
        return failed.failure

    @property
    def failed(self) -> bool:
        return any(isinstance(e, SessionFailed) for e in self.events)


def typed(script: str, session: Session | None = None) -> Typed:
    """Whole, octet by octet, and cut in each place of what the server says first: all come to the
    same."""
    told = _Typist(script, session).run(whole)
    for feed in (bytewise, *(cut_at(place) for place in range(1, 60))):
        assert _Typist(script, session).run(feed).events == told.events
    return told


def typed_whole(script: str, session: Session | None = None) -> Typed:
    """Where it matters that lines arrive together."""
    return _Typist(script, session).run(whole)


class _Typist:
    def __init__(self, script: str, session: Session | None) -> None:
        self._script = script
        self._session = session or Session("client.example", host="mx.example.net", port=25)

    def run(self, feed: Feed) -> Typed:
        events: list[Event] = []
        self._now = 0.0
        self._said = b""
        self._asked: list[str] = []
        self._notes: list[str] = []
        self._objection = ""
        self._talk = Talk(self._session, events.append, self._notes.append, self._now)
        self._take_actions()
        for mark, lines in _turns(self._script):
            match mark:
                case "S":
                    self._expect_nothing_more()
                    for piece in feed(_wire(lines)):
                        self._talk.receive(piece, self._now)
                        self._take_actions()
                case "C":
                    wire = _wire(lines)
                    assert self._said[: len(wire)] == wire
                    self._said = self._said[len(wire) :]
                case "T":
                    for line in lines:
                        self._type(line)
                case "*":
                    for what in lines:
                        self._happen(what)
                case _:
                    raise ValueError(mark)
        self._expect_nothing_more()
        return Typed(self._talk, tuple(events))

    def _type(self, line: str) -> None:
        objection, self._objection = self._objection, ""
        said = ""
        try:
            self._talk.say(line, self._now)
        except ValueError as error:
            said = str(error)
        assert said == objection
        self._take_actions()

    def _happen(self, what: str) -> None:
        kind, _, rest = what.partition(" ")
        if what in ("begin tls", "close", "abort", "compute"):
            assert self._asked[:1] == [what]
            del self._asked[0]
            return
        if kind == "note":
            assert self._notes[:1] == [rest]
            del self._notes[0]
            return
        self._expect_nothing_more()
        match kind:
            case "floor":
                assert self._talk.floor.name.lower() == rest
            case "objection":
                self._objection = rest
            case "tls":
                self._talk.tls_established(replace(TLS, distrust=rest), self._now)
            case "handshake":
                self._talk.lost(HandshakeFailed(rest), self._now)
            case "eof":
                self._talk.lost(Eof(), self._now)
            case "reset":
                self._talk.lost(Reset("Connection reset by peer"), self._now)
            case "cancel":
                self._talk.cancel(self._now)
            case "login":
                self._log_in(rest)
            case "computed":
                self._talk.computed(self._work(), self._now)
            case _ if kind.startswith("+"):
                self._now += float(kind.strip("+s"))
                self._talk.tick(self._now)
            case _:
                raise ValueError(what)
        self._take_actions()

    def _log_in(self, user: str) -> None:
        objection, self._objection = self._objection, ""
        said = ""
        try:
            self._talk.authenticate(Credentials(user, PASSWORD), self._now)
        except ValueError as error:
            said = str(error)
        assert said == objection

    def _take_actions(self) -> None:
        while (action := self._talk.next_action(self._now)) is not None:
            match action:
                case Write(data):
                    self._said += data
                case BeginTls():
                    self._asked.append("begin tls")
                case Compute(work):
                    self._work = work
                    self._asked.append("compute")
                case Close():
                    self._asked.append("close")
                case Abort():
                    self._asked.append("abort")

    def _expect_nothing_more(self) -> None:
        assert (self._said, self._asked, self._notes) == (b"", [], [])
