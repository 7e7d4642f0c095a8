"""The server's side of AUTH, without I/O (RFC 4954)."""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from functools import partial
from secrets import token_hex

from scramp import ScramException, ScramMechanism  # type: ignore[import-untyped]

from tuimail.demo import reply
from tuimail.demo.reply import Reply

Bindings = Callable[[], Mapping[str, bytes]]
"""What TLS has that a client can be bound to, by its registered name (RFC 5929, RFC 9266)."""

MECHANISMS = (
    "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-256",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-1",
    "CRAM-MD5",
    "PLAIN",
    "LOGIN",
    "OAUTHBEARER",
    "XOAUTH2",
)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in, with a password or a bearer token."""

    user: str
    password: str = field(repr=False)
    token: str = field(repr=False)


_SCRAMP_KIND = "tls-server-end-point"
"""The one that scramp takes bytes for: the name of another has to be told it afterwards."""
_Turns = Generator[bytes, bytes, bool]
"""Yields challenges, is sent responses, and returns whether the client has proven itself. Raises
ValueError for a response that is none."""


class Login:
    """One AUTH command: the responses of its client go in, replies come out."""

    def __init__(self, mechanism: str, account: Account, bindings: Bindings) -> None:
        """Raises KeyError for a mechanism that there is not."""
        self._turns = _TURNS[mechanism](account, bindings)
        self._challenge = next(self._turns)

    def begin(self, initial: str) -> Reply:
        """Answers the command; `initial` is its initial response as it came, "" for none."""
        if not initial:
            return _challenge(self._challenge)
        if initial == "=":
            return self._answer(b"")
        return self.respond(initial)

    def respond(self, line: str) -> Reply:
        """Answers a line of the client's. A code of 334 asks for another one."""
        if line == "*":
            return reply.AUTH_CANCELLED
        try:
            response = b64decode(line, validate=True)
        except ValueError:
            return reply.AUTH_UNREADABLE
        return self._answer(response)

    def _answer(self, response: bytes) -> Reply:
        try:
            return _challenge(self._turns.send(response))
        except StopIteration as end:
            return reply.AUTHENTICATED if end.value else reply.AUTH_FAILED
        except ValueError:
            return reply.AUTH_UNREADABLE


def _challenge(octets: bytes) -> Reply:
    return Reply(334, "", b64encode(octets).decode("ascii"))


def _plain(account: Account, _bindings: Bindings) -> _Turns:
    """RFC 4616. Nobody may act for another."""
    identity, user, password = (yield b"").decode().split("\0")
    return identity in ("", user) and _is_proven(account, user, password)


def _login(account: Account, _bindings: Bindings) -> _Turns:
    """draft-murchison-sasl-login-00"""
    user = yield b"Username:"
    password = yield b"Password:"
    return _is_proven(account, user.decode(), password.decode())


def _cram_md5(account: Account, _bindings: Bindings) -> _Turns:
    """RFC 2195"""
    challenge = f"<{token_hex(8)}@relay.test>".encode("ascii")
    user, _, digest = (yield challenge).decode().rpartition(" ")
    proof = hmac.new(account.password.encode(), challenge, "md5").hexdigest()
    return user == account.user and hmac.compare_digest(digest, proof)


def _scram(name: str, account: Account, bindings: Bindings) -> _Turns:
    """RFC 5802, RFC 7677"""
    mechanism = ScramMechanism(name)

    def known(user: str) -> tuple[bytes, bytes, bytes, int]:
        if user != account.user:
            raise ScramException("unknown user")
        made: tuple[bytes, bytes, bytes, int] = mechanism.make_auth_info(account.password)
        return made

    first = (yield b"").decode()
    flag, _, kind = first.partition(",")[0].partition("=")
    if (flag == "p") != name.endswith("-PLUS") or (kind and kind not in bindings()):
        return False
    # One that is not used still tells a client that could have: then somebody took -PLUS away.
    octets = bindings().get(kind or _SCRAMP_KIND)
    binding = (_SCRAMP_KIND, octets) if octets is not None else None
    server = mechanism.make_server(known, channel_binding=binding)
    try:
        server.set_client_first(first.replace(f"p={kind},", f"p={_SCRAMP_KIND},", 1))
        if kind:
            server.gs2_header.cb_name.cb_name = kind
        server.set_client_final((yield server.get_server_first().encode()).decode())
    except ScramException:
        return False
    # RFC 4954 §4: what the server has to prove is a challenge, and its response is empty.
    return not (yield server.get_server_final().encode())


def _oauthbearer(account: Account, _bindings: Bindings) -> _Turns:
    """RFC 7628"""
    header, *pairs = (yield b"").decode().split("\x01")
    if header == f"n,a={account.user}," and f"auth=Bearer {account.token}" in pairs:
        return True
    yield json.dumps({"status": "invalid_token"}).encode("ascii")
    return False


def _xoauth2(account: Account, _bindings: Bindings) -> _Turns:
    """https://developers.google.com/workspace/gmail/imap/xoauth2-protocol"""
    said = (yield b"").decode()
    if said == f"user={account.user}\x01auth=Bearer {account.token}\x01\x01":
        return True
    yield json.dumps({"status": "401", "schemes": "Bearer"}).encode("ascii")
    return False


def _is_proven(account: Account, user: str, password: str) -> bool:
    return user == account.user and hmac.compare_digest(
        password.encode(), account.password.encode()
    )


_TURNS: Mapping[str, Callable[[Account, Bindings], _Turns]] = {
    "PLAIN": _plain,
    "LOGIN": _login,
    "CRAM-MD5": _cram_md5,
    "OAUTHBEARER": _oauthbearer,
    "XOAUTH2": _xoauth2,
    **{name: partial(_scram, name) for name in MECHANISMS if name.startswith("SCRAM-")},
}
