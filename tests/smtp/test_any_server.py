"""A server that may say anything at any time, and what holds all the same."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.smtp.play import TLS, mail
from tests.smtp.scripts import BLOCK
from tuimail.smtp import (
    Accepted,
    BeginTls,
    Dialogue,
    Eof,
    Event,
    HandshakeFailed,
    Loss,
    Refused,
    ReplyReceived,
    Reset,
    Session,
    SessionFailed,
    Settled,
    Severity,
    TlsEstablished,
    TlsPolicy,
    Transaction,
    Unanswered,
    Unfit,
    Unknown,
    Write,
)

LONE_DOT = b"\r\n.\r\n"
_MAIL = re.compile(rb"MAIL FROM:<a\d+@example\.com>")
SANE = {
    b"": [b"220 mx.example.net"],
    b"EHLO": [
        b"250 mx.example.net",
        b"250-mx.example.net\r\n250-SIZE 1000000\r\n250 PIPELINING",
        b"250-mx.example.net\r\n250 STARTTLS",
        b"250-mx.example.net\r\n250-STARTTLS\r\n250 PIPELINING",
    ],
    b"STAR": [b"220 go ahead"],
    b"RCPT": [b"250 ok", b"250 ok", b"550 no", b"452 too many"],
    b"DATA": [b"354 go ahead"],
    b".": [b"250 2.0.0 queued", b"451 later", b"554 no"],
    b"QUIT": [b"221 bye"],
}
ODD = [
    b"250 ok",
    b"251-more\r\n251 or less",
    b"354 go ahead",
    b"421 bye",
    b"450 later",
    b"550 no",
    b"000 what",
    b"999 what",
    b"250-one\r\n550 two",
    b"250-half",
    b"hello\0\x1b[2J\xff",
    b"",
]
LOSSES: list[Loss] = [Eof(), Reset("Broken pipe"), HandshakeFailed("unexpected eof")]
BODIES = [b"", b"Hello.\r\n", b".\r\n.\r\n", 2 * BLOCK + b".\n.\rend"]


class Server:
    """Hears what the client says, and answers mostly, but not always, as it should."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data
        self._heard = b""
        self._taking_message = False
        self._unanswered = deque([b""])

    def hear(self, wire: bytes) -> None:
        self._heard += wire
        while (end := self._end_of_line()) is not None:
            line, self._heard = self._heard[:end], self._heard[end:]
            self._taking_message = False
            self._unanswered.append(b"." if line.endswith(b".\r\n") else line[:4].rstrip())

    def answer(self) -> bytes:
        if not self._unanswered:
            return b""
        verb = self._unanswered.popleft()
        sane = SANE.get(verb, [b"250 ok"])
        said = self._data.draw(st.sampled_from(sane * (100 // len(sane)) + ODD))
        self._taking_message = verb == b"DATA" and said[:1] == b"3"
        return said + b"\r\n"

    def _end_of_line(self) -> int | None:
        if not self._taking_message:
            end = self._heard.find(b"\r\n")
            return None if end < 0 else end + 2
        end = (b"\r\n" + self._heard).find(LONE_DOT)
        return None if end < 0 else end + 3


ODDITIES = st.sampled_from(ODD)


class World:
    """One dialogue with one server, and everything that happened between them, in order."""

    def __init__(self, data: st.DataObject, tls: TlsPolicy) -> None:
        self.log: list[Event | Write] = []
        self.submitted: list[Transaction] = []
        self._data = data
        self._now = 0.0
        self._server = Server(data)
        self._dialogue = Dialogue(Session("client.example", tls), self.log.append, self._now)
        self._quit = False
        self._shaking_hands = False

    def submit(self) -> None:
        number = len(self.submitted)
        paths = ["b@example.net", "c@example.net", "d@example.net"][: 1 + number % 3]
        body = self._data.draw(st.sampled_from(BODIES))
        if not self._quit:
            self.submitted.append(mail(*paths, sender=f"a{number}@example.com", body=body))
            self._dialogue.submit(self.submitted[-1])
            self.pull()

    def quit(self) -> None:
        self._quit = True
        self._dialogue.quit()
        self.pull()

    def answer(self) -> None:
        if self._shaking_hands:
            self._shaking_hands = False
            distrust = self._data.draw(st.sampled_from(["", "it has expired"]))
            self._dialogue.tls_established(replace(TLS, distrust=distrust), self._now)
            self.pull()
        else:
            self._say(self._server.answer())

    def blurt(self) -> None:
        self._say(self._data.draw(ODDITIES) + b"\r\n")

    def wait(self) -> None:
        self._now += self._data.draw(st.sampled_from([1.0, 100.0, 301.0]))
        self._dialogue.tick(self._now)
        self.pull()

    def cancel(self) -> None:
        self._dialogue.cancel(self._now)
        self.pull()

    def end(self) -> None:
        self._dialogue.lost(self._data.draw(st.sampled_from(LOSSES)), self._now)
        before = len(self._writes())
        self.pull()
        assert len(self._writes()) == before, "nothing is written to a lost connection"
        assert self._dialogue.over
        assert self._dialogue.deadline is None

    def pull(self) -> None:
        """Takes what there is to do, or only some of it, as if the transport could no more."""
        most = self._data.draw(st.sampled_from([100, 100, 1]))
        for _ in range(most):
            match self._dialogue.next_action(self._now):
                case Write(data) as write:
                    assert data
                    self.log.append(write)
                    self._server.hear(data)
                case BeginTls():
                    self._shaking_hands = True
                case None:
                    return

    def _say(self, reply: bytes) -> None:
        cuts = self._data.draw(st.lists(st.integers(0, len(reply)), max_size=2))
        places = sorted({0, len(reply), *cuts})
        for start, end in pairwise(places):
            self._dialogue.receive(reply[start:end], self._now)
            self.pull()

    def _writes(self) -> list[Write]:
        return [entry for entry in self.log if isinstance(entry, Write)]


def lived(data: st.DataObject, tls: TlsPolicy) -> World:
    world = World(data, tls)
    world.submit()
    usual = [World.answer] * 40
    unusual = [World.submit, World.quit, World.blurt, World.wait, World.cancel]
    for happen in data.draw(st.lists(st.sampled_from(usual + unusual), min_size=12, max_size=40)):
        happen(world)
    world.end()
    return world


def settlements(world: World) -> Iterator[tuple[Settled, list[Event | Write]]]:
    """Each end of a transaction, and what happened since its MAIL went out."""
    begun: dict[bytes, int] = {}
    for place, entry in enumerate(world.log):
        if isinstance(entry, Write):
            for mail in _MAIL.findall(entry.data):
                begun[mail] = place
        if isinstance(entry, Settled):
            mail = b"MAIL FROM:<%s>" % entry.transaction.envelope.reverse_path.encode()
            first = world.log[begun[mail]] if mail in begun else None
            if isinstance(first, Write):
                # The end of the message before it may have gone out in the same write.
                own = Write(first.data[first.data.index(mail) :])
                yield entry, [own, *world.log[begun[mail] + 1 : place]]
            else:
                yield entry, []


def place_of_dot(since: list[Event | Write]) -> int | None:
    """Where the write is that ended the message with its lone dot."""
    wire = b""
    for place, entry in enumerate(since):
        if isinstance(entry, Write):
            wire += entry.data
            if LONE_DOT in wire:
                return place
    return None


@settings(max_examples=250, deadline=None)
@given(st.data(), st.sampled_from(TlsPolicy))
def test_every_recipient_is_settled_rightly(data: st.DataObject, tls: TlsPolicy) -> None:
    """Rules R8, R31, R33: one disposition for each recipient, and each of them true.

    No exception, no transaction settled twice. Accepted: a 2xx came behind the final dot.
    Unanswered: no dot went out, and none will. Unknown: it did, and no reply to it came.
    """
    world = lived(data, tls)
    settled = [event.transaction for event in world.log if isinstance(event, Settled)]
    assert len(settled) == len(world.submitted)
    assert {*map(id, settled)} == {*map(id, world.submitted)}
    failures = [event.failure for event in world.log if isinstance(event, SessionFailed)]
    assert len(failures) <= 1
    for event, since in settlements(world):
        assert len(event.dispositions) == len(event.transaction.envelope.forward_paths)
        dot = place_of_dot(since)
        replies = [entry.reply for entry in since if isinstance(entry, ReplyReceived)]
        behind = [entry.reply for entry in since[dot:] if isinstance(entry, ReplyReceived)]
        for disposition in event.dispositions:
            match disposition:
                case Accepted(reply):
                    assert dot is not None
                    assert [reply] == behind
                    assert reply.severity is Severity.COMPLETED
                case Refused(reply):
                    assert any(reply is said for said in replies)
                    assert reply.severity in (Severity.TRANSIENT, Severity.PERMANENT)
                case Unknown(failure):
                    assert dot is not None
                    assert [failure] == failures
                    assert all(said.code // 100 not in (2, 4, 5) for said in behind)
                case Unanswered(failure):
                    assert dot is None
                    assert [failure] == failures
                case Unfit():
                    raise AssertionError("every mail here fits")


@settings(deadline=None)
@given(st.data(), st.sampled_from([TlsPolicy.ENCRYPT, TlsPolicy.VERIFY]))
def test_no_mail_in_plaintext(data: st.DataObject, tls: TlsPolicy) -> None:
    """Rules R17, R19: where TLS is required, no envelope goes out before, or without, it."""
    encrypted = False
    for entry in lived(data, tls).log:
        match entry:
            case TlsEstablished(facts=facts):
                encrypted = facts.verified or tls is TlsPolicy.ENCRYPT
            case Write(wire):
                assert encrypted or b"MAIL" not in wire


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300) | ODDITIES.map(lambda line: line + b"\r\n"), max_size=30))
def test_noise(pieces: list[bytes]) -> None:
    """Rules R11, R15: no bytes make the dialogue raise."""
    events: list[Event] = []
    dialogue = Dialogue(Session("client.example"), events.append, 0.0)
    dialogue.submit(mail())
    for piece in pieces:
        dialogue.receive(piece, 0.0)
        while dialogue.next_action(0.0) is not None:
            pass
    dialogue.lost(Eof(), 0.0)
    assert len([event for event in events if isinstance(event, Settled)]) == 1
