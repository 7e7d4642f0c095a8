"""One dialogue with one server, any chance that may befall them, and what holds all the same."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from typing import Final

import pytest

from tests.fuzz.chance import Chance
from tests.fuzz.mails import SECRET, Mails, as_sent, session
from tests.fuzz.memory import octets_held
from tests.fuzz.server import Heard, Server
from tests.smtp.play import TLS
from tuimail.smtp import (
    Abort,
    Accepted,
    BeginTls,
    Close,
    Command,
    Compute,
    Dialogue,
    Disposition,
    Eof,
    Event,
    Excess,
    Exposure,
    Failure,
    FailureKind,
    Halted,
    HandshakeFailed,
    Loss,
    Refused,
    ReplyReceived,
    Reset,
    SaslError,
    SessionFailed,
    Settled,
    Severity,
    Stage,
    TlsEstablished,
    Unanswered,
    Unfit,
    Unknown,
    Write,
    carriage,
    mailing,
)

MOST_HELD: Final = 2 * 1024 * 1024
"""Octets of the dialogue's own objects: a reply of 64 KiB, each octet an escape in UCS-4."""
USUAL = (
    "PIPELINING",
    "CHUNKING",
    "STARTTLS",
    "8BITMIME",
    "SMTPUTF8",
    "DSN",
    "REQUIRETLS",
    "XCLIENT ADDR NAME",
)
UNUSUAL = (
    "SIZE 100000",
    "SIZE 7",
    "LIMITS RCPTMAX=2",
    "LIMITS MAILMAX=1",
    "LIMITS RCPTDOMAINMAX=1 MAILMAX=2",
    "ENHANCEDSTATUSCODES",
    "",
    "XCLIENT\x1b[2J",
)
AUTH = (
    "AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER",
    "AUTH SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-256-PLUS",
    "AUTH=LOGIN",
    "AUTH",
    "HELP",
)
CHALLENGES = (
    b"334 ",
    b"334 VXNlcm5hbWU6",
    b"334 !",
    b"334 " + b64encode(b"<1896.697170952@mx.example.net>"),
    b"235 2.7.0 welcome",
    b"535 5.7.8 no",
    b"504 5.5.4 not that one",
)
SANE = {
    "": [b"220 mx.example.net"],
    "STARTTLS": [b"220 go ahead"],
    "XCLIENT": [b"220 mx.example.net"],
    "RCPT": [b"250 ok", b"250 ok", b"550 no", b"452 too many"],
    "DATA": [b"354 go ahead"],
    ".": [b"250 2.0.0 queued", b"250 2.0.0 queued", b"451 later", b"554 no"],
    "QUIT": [b"221 bye"],
}
ODD = [
    b"250 ok",
    b"251-more\r\n251 or less",
    b"354 go ahead",
    b"421 bye",
    b"450 later",
    b"550 no",
    b"552 too many",
    b"334 ",
    b"235 welcome",
    b"000 what",
    b"999 what",
    b"250-one\r\n550 two",
    b"250-half",
    b"250",
    b"hello\0\x1b[2J\xff",
    b"",
    b"220 ready\r\n250 injected",
]
LOSSES: list[Loss] = [Eof(), Reset("it was reset"), HandshakeFailed("unexpected eof")]


@contextmanager
def small_blocks() -> Iterator[None]:
    """Messages are read a few octets at a time: each of them ends and breaks in every place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(carriage, "BLOCK", 5)
        patch.setattr(carriage, "CHUNK", 13)
        patch.setattr(mailing, "SMALL", 6)
        patch.setattr(mailing, "CHUNK", 13)
        yield


_ALWAYS = frozenset({"EHLO", "HELO", "LHLO", "STARTTLS", "NOOP", "QUIT"})
_SKIPPABLE = frozenset({"STARTTLS", "XCLIENT", "AUTH", "…", "RCPT", "DATA", "RSET", "QUIT"})
_LAST = ("MAIL", Stage.MAIL)
_BINDINGS = {"tls-exporter": bytes(32)}
_SEGMENT = 64 * 1024
"""Octets that arrive at once, at most."""


class World:
    """Raises AssertionError as soon as something does not hold."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self.session = session(chance)
        self.mails = Mails()
        self.server = Server(self.session.protocol)
        self._now = 0.0
        self._shaking_hands = False
        self._injected = False
        self._computing: Callable[[], bytes] | None = None
        self._encrypted = False
        self._verified = False
        self._said_since_weighed = 0
        self._ends: list[Close | Abort] = []
        self._events: list[Event] = []
        self._settled: list[Settled] = []
        self._failure: Failure | None = None
        self._quit = False
        self._dialogue = Dialogue(self.session, self._observe, self._now)

    def live(self, most: int = 200) -> None:
        """Until chance is spent, then to the end."""
        self.submit()
        for _ in range(most):
            if self._chance.spent:
                break
            self.let_go()
            self._chance.pick(_HAPPENINGS)(self)
        self.end()

    # What may happen

    def submit(self) -> None:
        if not self._quit:
            self._dialogue.submit(self.mails.make(self._chance))
            self.pull()

    def quit(self) -> None:
        self._quit = True
        self._dialogue.quit()
        self.pull()

    def answer(self) -> None:
        """The server says what it should, or what it should not."""
        if self._shaking_hands:
            self._shake_hands()
            return
        awaited = self.server.awaited
        if awaited is None:
            return
        if self._chance.pick([*(["sane"] * 30), "odd"]) == "odd":
            self.blurt()
            return
        match awaited:
            case "EHLO" | "LHLO":
                said = self._capabilities()
            case "AUTH" | "response":
                said = self._chance.pick([*CHALLENGES, self._scram_first()])
            case _:
                said = self._chance.pick(SANE.get(awaited, [b"250 ok"]))
        self._say(said + b"\r\n")

    def blurt(self) -> None:
        self._say(self._chance.pick(ODD) + b"\r\n")

    def babble(self) -> None:
        self._say(self._chance.octets(64))

    def echo(self) -> None:
        """The server tells what it was told in confidence."""
        said = [SECRET.encode(), b64encode(SECRET.encode()), *self.server.tokens]
        spelling = self._chance.pick([b"%b", b"535 %b", b"334 %b", b"250 %b"])
        self._say(spelling % self._chance.pick(said[-256:]) + b"\r\n")

    def flood(self) -> None:
        unit = self._chance.pick([b"x" * 1024, b"250-" + b"\xff" * 500 + b"\r\n", b"250-\r\n"])
        self._say(unit * (self._chance.pick([5, 60, 4096]) * 1024 // len(unit)))

    def wait(self) -> None:
        self._now += self._chance.pick([1.0, 100.0, 301.0])
        self._dialogue.tick(self._now)
        self.pull()

    def wait_out(self) -> None:
        """The deadline comes, whatever it is."""
        deadline = self._dialogue.deadline
        if deadline is None:
            return
        self._now = max(self._now, deadline)
        self._dialogue.tick(self._now)
        self.pull()
        later = self._dialogue.deadline
        assert later is None or later > self._now, "time is up and nothing came of it"

    def let_go(self) -> None:
        """What is held, and what was to be computed."""
        held = self._dialogue.held
        if held is not None:
            options: list[Command | None] = [held, held, held]
            if held.verb in _SKIPPABLE or (held.verb, self.session.stop_after) == _LAST:
                options.append(None)
            if not self.server.in_auth:
                options.append(Command.parse("NOOP"))
            self._dialogue.release(self._chance.pick(options), self._now)
            self.pull()
        if self._computing is not None:
            work, self._computing = self._computing, None
            self._dialogue.computed(_result(work), self._now)
            self.pull()

    def cancel(self) -> None:
        self._dialogue.cancel(self._now)
        self.pull()

    def lose(self) -> None:
        self._dialogue.lost(self._chance.pick(LOSSES), self._now)
        assert self._dialogue.over
        self._ends.append(Abort())
        self.pull()

    def pull(self) -> None:
        """Takes what there is to do, or only some of it, as if the transport could no more."""
        for _ in range(self._chance.pick([10_000, 1, 3])):
            action = self._dialogue.next_action(self._now)
            match action:
                case Write(data):
                    assert data, "an empty write"
                    assert not self._ends, "a write to a connection that is gone"
                    assert not self._shaking_hands, "plaintext during a handshake"
                    self._hear(data)
                case BeginTls():
                    assert not self._encrypted
                    self._shaking_hands = True
                case Compute(work):
                    assert self._computing is None
                    self._computing = work
                case Close() | Abort():
                    assert not self._ends, "ended twice"
                    self._ends.append(action)
                case None:
                    self._check_at_rest()
                    return

    def end(self) -> None:
        """Whatever went on, it ends, and rightly."""
        self.lose()
        assert self._dialogue.next_action(self._now) is None
        assert self._dialogue.deadline is None
        assert self.mails.all_closed, "a file was left open"
        settled = [event.transaction for event in self._settled]
        assert [*map(id, settled)] == [*map(id, self.mails.made)], "not each settled once, in order"
        self._check_memory()
        self._check_secrets()

    # What happens then

    def _say(self, data: bytes) -> None:
        cuts = {self._chance.pick(range(256)) * len(data) // 256 for _ in range(2)}
        self._injected |= self._shaking_hands and bool(data)
        cuts.update(range(0, len(data), _SEGMENT))
        for start, end in pairwise(sorted({0, len(data), *cuts})):
            self._dialogue.receive(data[start:end], self._now)
            if self.server.unasked:
                assert self._failure is not None or self._dialogue.over, "a reply to nothing"
            self.pull()
        self._said_since_weighed += len(data)
        if self._said_since_weighed > 4096:
            self._said_since_weighed = 0
            self._check_memory()

    def _capabilities(self) -> bytes:
        """Any of them, as bits in octets."""
        lack, more = self._chance.pick(range(256)), self._chance.pick(range(256))
        offered = [word for bit, word in enumerate(USUAL) if not lack >> bit & 1]
        offered += [word for bit, word in enumerate(UNUSUAL) if more >> bit & 1]
        lines = ["mx.example.net", *offered, self._chance.pick(AUTH)]
        return "\r\n".join([*(f"250-{line}" for line in lines), "250 HELP"]).encode()

    def _scram_first(self) -> bytes:
        message = b"r=%bmore,s=%b,i=1" % (self.server.client_nonce, b64encode(b"salt" * 4))
        return b"334 " + b64encode(message)

    def _shake_hands(self) -> None:
        self._shaking_hands = False
        distrust = self._chance.pick(["", "it has expired"])
        self._encrypted, self._verified = True, not distrust
        bindings = self._chance.pick([_BINDINGS, {}])
        facts = replace(TLS, distrust=distrust, bindings=bindings)
        self._dialogue.tls_established(facts, self._now)
        if self._injected:
            assert self._failure is not None or self._dialogue.over, "plaintext taken for encrypted"
        self.pull()

    def _hear(self, data: bytes) -> None:
        before = len(self.server.verbs)
        self.server.hear(data)
        said = {*self.server.verbs[before:]}
        policy = self.session.tls
        if policy.required and not (
            self._encrypted and (self._verified or not policy.authenticates)
        ):
            assert said <= _ALWAYS, "an envelope without the TLS that is asked for"
        if self.session.exposure is Exposure.VERIFIED and not self._verified:
            assert not said & {"AUTH", "response"}, "a password for whoever listens"
        if self._failure is not None:
            assert said <= {"QUIT", "RSET", "NOOP"}, "mail goes on after a failure"

    def _observe(self, event: Event) -> None:
        self._events.append(event)
        match event:
            case ReplyReceived(reply=reply):
                self.server.replied(reply)
            case TlsEstablished():
                assert self._encrypted
            case SessionFailed(failure=failure):
                assert self._failure is None, "failed twice"
                assert failure.why.isprintable()
                self._failure = failure
            case Settled():
                self._settled.append(event)
                self._check_settled(event)

    # What has to hold

    def _check_settled(self, event: Settled) -> None:
        envelope = event.transaction.envelope
        heard = self.server.transactions.get(envelope.reverse_path, Heard())
        assert len(event.dispositions) == len(envelope.forward_paths)
        for path, disposition in zip(envelope.forward_paths, event.dispositions, strict=True):
            self._check_disposition(heard, path, disposition)
        if any(isinstance(disposition, Accepted) for disposition in event.dispositions):
            whole = self.mails.bodies[envelope.reverse_path]
            assert bytes(heard.message) == as_sent(whole)

    def _check_disposition(self, heard: Heard, path: str, disposition: Disposition) -> None:
        """Each is true of what was said on the wire, and nothing else would be."""
        finals = heard.final(path)
        match disposition:
            case Accepted(reply):
                assert heard.ended, "accepted before it was sent"
                assert [reply] == finals
                assert reply.severity is Severity.COMPLETED
                for replies in (heard.mail, heard.recipients[path]):
                    assert [each.severity for each in replies] == [Severity.COMPLETED]
            case Excess():
                assert path not in heard.recipients
            case Halted():
                assert self.session.stop_after is not None
                assert not heard.ended
            case Refused(reply):
                assert any(reply is answer for answer in heard.answers(path))
                assert reply.severity in (Severity.TRANSIENT, Severity.PERMANENT)
            case Unknown(failure):
                assert heard.ended, "unknown though it can't be there"
                assert failure is self._failure
                assert all(reply.code // 100 not in (2, 4, 5) for reply in finals)
            case Unanswered(failure):
                assert not (heard.ended and path in heard.recipients), "it may be there"
                assert failure is self._failure or failure.kind is FailureKind.SKIPPED
            case Unfit():
                assert not heard.recipients, "sent though it does not fit"

    def _check_at_rest(self) -> None:
        """Nothing is to be done: then something is waited for, and not for ever."""
        deadline = self._dialogue.deadline
        if self._dialogue.over:
            assert deadline is None
        elif self._dialogue.held is not None:
            pass  # Whoever lets it go may take all the time there is.
        elif len(self._settled) < len(self.mails.made) or self._quit or self._shaking_hands:
            assert deadline is not None, "waits for ever"

    def _check_memory(self) -> None:
        assert octets_held(self._dialogue) < MOST_HELD

    def _check_secrets(self) -> None:
        if self.session.credentials is None:
            return
        told = repr(self._events)
        secret = self.session.credentials.secret
        spellings = [secret, b64encode(secret.encode()).decode()]
        spellings += [token.decode() for token in self.server.tokens if len(token) > 8]
        assert not any(spelling in told for spelling in spellings), "a secret is told"


def _result(work: Callable[[], bytes]) -> bytes | SaslError:
    try:
        return work()
    except SaslError as error:
        return error


_HAPPENINGS: list[Callable[[World], None]] = [
    *([World.answer] * 60),
    *([World.pull, World.submit, World.echo] * 2),
    World.blurt,
    World.quit,
    World.babble,
    World.flood,
    World.wait,
    World.wait_out,
    World.cancel,
    World.lose,
]
