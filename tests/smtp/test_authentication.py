"""AUTH (RFC 4954)."""

from base64 import b64decode, b64encode
from dataclasses import replace

import pytest
from scramp import ScramMechanism  # type: ignore[import-untyped]

from tests.smtp.conftest import Play
from tests.smtp.play import TLS, Played
from tests.smtp.scripts import GREETED, HANDSHAKE, QUIT, SENT
from tuimail.smtp import (
    Accepted,
    BeginTls,
    Compute,
    Credentials,
    Dialogue,
    Event,
    Exposure,
    FailureKind,
    ReplyReceived,
    Session,
    SessionFailed,
    TlsPolicy,
    Unanswered,
    Write,
)

SECRET = "open sesame"
TOKEN = b64encode(f"\0me\0{SECRET}".encode()).decode()


def session(mechanism: str | None = None, exposure: Exposure = Exposure.ANY) -> Session:
    return Session(
        "client.example",
        TlsPolicy.OPPORTUNISTIC,
        credentials=Credentials("me", SECRET, mechanism),
        exposure=exposure,
    )


def offering(*mechanisms: str) -> str:
    return f"{GREETED}\n S: 250-mx.example.net\n S: 250 AUTH {' '.join(mechanisms)}\n"


def shown(played: Played) -> str:
    return repr(played.events)


def test_plain(play: Play) -> None:
    """Rules R19, R39: one round trip, and nothing of it in what is reported."""
    played = play(
        f"""
        {offering("LOGIN", "PLAIN")}
        C: AUTH PLAIN {TOKEN}
        S: 235 2.7.0 welcome
        {SENT}
        S: 250 ok
        {QUIT}
        """,
        session=session(),
    )
    assert played.kinds == (Accepted,)
    assert "AUTH PLAIN …" in shown(played)
    for secret in (SECRET, TOKEN):
        assert secret not in shown(played)


def test_login(play: Play) -> None:
    """Rule R39: neither the responses nor the challenges are shown."""
    name, password = (b64encode(text.encode()).decode() for text in ("me", SECRET))
    played = play(
        f"""
        {offering("LOGIN")}
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: {name}
        S: 334 UGFzc3dvcmQ6
        C: {password}
        S: 235 welcome
        {SENT}
        S: 250 ok
        {QUIT}
        """,
        session=session(),
    )
    assert played.kinds == (Accepted,)
    for secret in (SECRET, password, "UGFzc3dvcmQ6"):
        assert secret not in shown(played)


def test_a_server_that_says_the_password_back(play: Play) -> None:
    """Rule R39: not even a server's own words show it."""
    played = play(
        f"""
        {offering("PLAIN")}
        C: AUTH PLAIN {TOKEN}
        S: 535 5.7.8 “{SECRET}” is wrong, and {TOKEN} too
        {QUIT}
        """,
        session=session(),
    )
    assert played.failure.kind is FailureKind.AUTH
    assert played.failure.reply is not None
    assert played.failure.reply.text.endswith("is wrong, and … too")
    for secret in (SECRET, TOKEN):
        assert secret not in shown(played)


TOLD = f"{offering('PLAIN')}\n C: AUTH PLAIN {TOKEN}"


@pytest.mark.parametrize(
    "script",
    [
        f"S: {SECRET}\n *: abort",
        f"S: {'x' * 36}{SECRET}\n *: abort",
        f"S: 334 {SECRET}\n {QUIT}",
        f"{TOLD}\n S: {TOKEN}\n *: abort",
        f"{TOLD}\n S: 334 {TOKEN}\n C: *\n S: 334 {TOKEN}\n {QUIT}",
    ],
)
def test_a_server_that_says_it_where_nobody_would(play: Play, script: str) -> None:
    """Rule R39: it may know the password from before, and a breach of the protocol is quoted."""
    played = play(script, session=session())
    assert played.kinds == (Unanswered,)
    for secret in (SECRET, f"xx{SECRET[:4]}", TOKEN, TOKEN[:8]):
        assert secret not in shown(played)


@pytest.mark.parametrize("code", [535, 534, 454, 421, 500])
def test_refused(play: Play, code: int) -> None:
    """Rule R19: after a refusal no other mechanism is tried, and no mail is sent."""
    end = "*: close" if code == 421 else QUIT
    played = play(
        f"""
        {offering("CRAM-MD5", "PLAIN", "LOGIN")}
        C: AUTH CRAM-MD5
        S: {code} 5.7.8 no
        {end}
        """,
        session=session(),
    )
    assert played.kinds == (Unanswered,)
    assert played.wire.count(b"AUTH") == 1


def test_a_mechanism_that_is_not_there_after_all(play: Play) -> None:
    """Rule R19: 504 says nothing of the credentials (RFC 4954 §4)."""
    played = play(
        f"""
        {offering("CRAM-MD5", "PLAIN")}
        C: AUTH CRAM-MD5
        S: 504 5.5.4 not here
        C: AUTH PLAIN {TOKEN}
        S: 235 ok
        {SENT}
        S: 250 ok
        {QUIT}
        """,
        session=session(),
    )
    assert played.kinds == (Accepted,)


@pytest.mark.parametrize("challenge", ["not base64!", "=", "Zm9v=", ""])
def test_a_challenge_that_is_none(play: Play, challenge: str) -> None:
    """Rule R19: the exchange is given up with `*`, then the session."""
    played = play(
        f"""
        {offering("PLAIN")}
        C: AUTH PLAIN {TOKEN}
        S: 334 {challenge}
        C: *
        S: 501 given up
        {QUIT}
        """,
        session=session(),
    )
    assert played.failure.kind is FailureKind.AUTH
    assert played.kinds == (Unanswered,)


def test_nothing_that_we_know(play: Play) -> None:
    """Rule R19."""
    played = play(f"{offering('GSSAPI')}\n {QUIT}", session=session())
    assert played.failure.kind is FailureKind.AUTH
    assert "GSSAPI" in played.failure.why


def test_no_auth_at_all(play: Play) -> None:
    """Rule R19: mail that was to go as somebody never goes as nobody."""
    played = play(f"{GREETED}\n S: 250 mx.example.net\n {QUIT}", session=session())
    assert played.failure.why == "offers no AUTH"
    played = play(
        f"""
        {GREETED}
        S: 502 what?
        {QUIT}
        """,
        session=session(),
    )
    assert played.failure.kind is FailureKind.AUTH


# Where credentials may be seen


def test_never_in_plaintext(play: Play) -> None:
    """Rule R19: credentials need verified TLS."""
    played = play(f"{offering('PLAIN')}\n {QUIT}", session=session(exposure=Exposure.VERIFIED))
    assert played.failure.kind is FailureKind.EXPOSED
    assert played.failure.why == (
        "was not sent the password, for it has not proven who it is: there is no TLS"
    )


def test_never_to_somebody_else(play: Play) -> None:
    """Rule R19: TLS alone is not enough, whoever is at its other end would get them."""
    played = play(
        f"""
        {HANDSHAKE}
        *: tls it has expired
        C: EHLO client.example
        S: 250-mx.example.net
        S: 250 AUTH PLAIN
        {QUIT}
        """,
        session=session(exposure=Exposure.VERIFIED),
    )
    assert played.failure.kind is FailureKind.EXPOSED
    assert played.failure.why.endswith("it has expired")


def test_in_verified_tls(play: Play) -> None:
    """Rules R17, R19: what is offered in TLS counts."""
    played = play(
        f"""
        {HANDSHAKE}
        *: tls
        C: EHLO client.example
        S: 250-mx.example.net
        S: 250 AUTH PLAIN
        C: AUTH PLAIN {TOKEN}
        S: 235 ok
        {SENT}
        S: 250 ok
        {QUIT}
        """,
        session=session(exposure=Exposure.VERIFIED),
    )
    assert played.kinds == (Accepted,)


# How it ends early


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        ("*: eof", FailureKind.LOST),
        ("*: +301s\n *: abort", FailureKind.TIMEOUT),
        ("*: cancel\n *: abort", FailureKind.CANCELLED),
    ],
)
def test_ended_in_the_middle(play: Play, end: str, kind: FailureKind) -> None:
    """Rules R36, R38: a QUIT would be taken for a response."""
    played = play(f"{offering('PLAIN')}\n C: AUTH PLAIN {TOKEN}\n {end}", session=session())
    assert played.failure.kind is kind
    assert played.kinds == (Unanswered,)


class ScramServer:
    """What a SCRAM server says to a dialogue, whose nonce nobody knows before."""

    def __init__(self, mechanism: str, password: str = SECRET, **binding: object) -> None:
        self.mechanism = ScramMechanism(mechanism)
        stored = self.mechanism.make_auth_info(password, iteration_count=4096)
        self._server = self.mechanism.make_server(lambda _user: stored, **binding)

    def first(self, message: bytes) -> bytes:
        self._server.set_client_first(message.decode())
        answer: str = self._server.get_server_first()
        return answer.encode()

    def final(self, message: bytes) -> bytes:
        self._server.set_client_final(message.decode())
        answer: str = self._server.get_server_final()
        return answer.encode()


class Meeting:
    """A dialogue with SCRAM, up to where the server has its proof."""

    def __init__(self, mechanism: str) -> None:
        self.events: list[Event] = []
        self.dialogue = Dialogue(session(), self.events.append, 0.0)
        self.wire = b""
        self.say(b"220 mx")
        self.take()
        self.say(b"250-mx\r\n250 AUTH " + mechanism.encode())
        self.first = b64decode(self.take().split()[-1])

    def say(self, line: bytes) -> None:
        self.dialogue.receive(line + b"\r\n", 0.0)

    def challenge(self, message: bytes) -> None:
        self.say(b"334 " + b64encode(message))

    def take(self) -> bytes:
        """What is said next; what takes long is computed first."""
        said = b""
        while (action := self.dialogue.next_action(0.0)) is not None:
            match action:
                case Write(data):
                    said += data
                case Compute(work):
                    self.dialogue.computed(work(), 0.0)
                case BeginTls():
                    self.dialogue.tls_established(TLS, 0.0)
        self.wire += said
        return said

    @property
    def failure(self) -> SessionFailed | None:
        return next((event for event in self.events if isinstance(event, SessionFailed)), None)


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-1", "SCRAM-SHA-256"])
def test_scram(mechanism: str) -> None:
    """Rules R19, R39: both sides prove themselves, and the iterations run elsewhere."""
    server, meeting = ScramServer(mechanism), Meeting(mechanism)
    meeting.challenge(server.first(meeting.first))
    action = meeting.dialogue.next_action(0.0)
    assert isinstance(action, Compute)
    meeting.dialogue.computed(action.work(), 0.0)
    meeting.challenge(server.final(b64decode(meeting.take())))
    assert meeting.take() == b"\r\n"
    meeting.say(b"235 ok")
    assert meeting.failure is None
    assert SECRET not in repr(meeting.events)
    assert all(
        event.reply.lines == ("…",)
        for event in meeting.events
        if isinstance(event, ReplyReceived) and event.reply.code == 334
    )


def test_scram_with_a_server_that_proves_nothing() -> None:
    """Rule R19: 235 of a server that has not proven itself is not believed."""
    server, meeting = ScramServer("SCRAM-SHA-256"), Meeting("SCRAM-SHA-256")
    meeting.challenge(server.first(meeting.first))
    meeting.take()
    meeting.say(b"235 welcome, whoever you are")
    assert meeting.take() == b"QUIT\r\n"
    assert meeting.failure is not None
    assert meeting.failure.failure.kind is FailureKind.AUTH


def test_scram_with_a_server_that_knows_another_password() -> None:
    """Rule R19: what pretends to be our server is told nothing more."""
    server, meeting = ScramServer("SCRAM-SHA-256"), Meeting("SCRAM-SHA-256")
    meeting.challenge(server.first(meeting.first))
    meeting.take()
    meeting.challenge(b"v=" + b64encode(bytes(32)))
    assert meeting.take() == b"*\r\n"
    meeting.say(b"501 ok")
    assert meeting.take() == b"QUIT\r\n"


def test_lost_while_computing() -> None:
    """Rule R38: what is computed for a session that is over is dropped."""
    server, meeting = ScramServer("SCRAM-SHA-256"), Meeting("SCRAM-SHA-256")
    meeting.challenge(server.first(meeting.first))
    action = meeting.dialogue.next_action(0.0)
    assert isinstance(action, Compute)
    meeting.dialogue.cancel(0.0)
    meeting.dialogue.computed(action.work(), 0.0)
    assert b"biws" not in meeting.take()


def test_bindings_reach_the_mechanism() -> None:
    """Rule R19: -PLUS is used where TLS has something to bind to."""
    bound = replace(TLS, bindings={"tls-exporter": bytes(32)})
    events: list[Event] = []
    dialogue = Dialogue(session(), events.append, 0.0)
    said = b""

    def say(line: bytes) -> None:
        nonlocal said
        dialogue.receive(line + b"\r\n", 0.0)
        while isinstance(action := dialogue.next_action(0.0), Write):
            said = action.data

    say(b"220 mx")
    say(b"250-mx\r\n250 STARTTLS")
    say(b"220 go")
    dialogue.tls_established(bound, 0.0)
    dialogue.next_action(0.0)
    say(b"250-mx\r\n250 AUTH SCRAM-SHA-256 SCRAM-SHA-256-PLUS")
    assert said.startswith(b"AUTH SCRAM-SHA-256-PLUS ")
    assert b64decode(said.split()[-1]).startswith(b"p=tls-exporter,,")
