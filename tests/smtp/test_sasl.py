"""What each mechanism says, which one is taken, and what a server can't get away with."""

import subprocess
import sys
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scramp import ScramException, ScramMechanism  # type: ignore[import-untyped]
from scramp.core import CbName  # type: ignore[import-untyped]

from tuimail.smtp import Credentials, Mechanism, SaslError, mechanisms
from tuimail.smtp.sasl import NAMES
from tuimail.smtp.sasl.scram import MOST_ITERATIONS, Scram

SECRET = "tanstaaftanstaaf"
TIM = Credentials("tim", SECRET)
EXPORTER = MappingProxyType({"tls-exporter": b"e" * 32})
BOTH = MappingProxyType({"tls-server-end-point": b"s" * 32, **EXPORTER})
SCRAMS = tuple(name for name in NAMES if name.startswith("SCRAM"))
TOKENS = ("XOAUTH2", "OAUTHBEARER")


def chosen(
    credentials: Credentials,
    *offered: str,
    bindings: Mapping[str, bytes] = MappingProxyType({}),
) -> tuple[Mechanism, ...]:
    return mechanisms(credentials, offered, bindings=bindings, host="mail.example.com", port=587)


def named(
    name: str,
    user: str = "tim",
    secret: str = SECRET,
    bindings: Mapping[str, bytes] = EXPORTER,
    offered: Iterable[str] = NAMES,
) -> Mechanism:
    (mechanism,) = chosen(Credentials(user, secret, name), *offered, bindings=bindings)
    assert mechanism.name == name
    return mechanism


def computed(response: bytes | Callable[[], bytes]) -> bytes:
    return response() if callable(response) else response


# What each one says.


def test_plain() -> None:
    """RFC 4616 §4, its first example."""
    assert named("PLAIN").begin() == b"\0tim\0tanstaaftanstaaf"


def test_plain_in_utf_8() -> None:
    assert named("PLAIN", "zoë", "пароль😀").begin() == "\0zoë\0пароль😀".encode()


def test_login() -> None:
    login = named("LOGIN")
    assert login.begin() is None
    assert login.respond(b"Username:") == b"tim"
    assert login.respond(b"") == SECRET.encode()


def test_cram_md5() -> None:
    """RFC 2195 §2, the example."""
    cram = named("CRAM-MD5")
    assert cram.begin() is None
    assert (
        cram.respond(b"<1896.697170952@postoffice.reston.mci.net>")
        == b"tim b913a602c7eda7a495b4e6e7334d3890"
    )


def test_cram_md5_with_nothing_to_digest() -> None:
    with pytest.raises(SaslError, match="empty challenge"):
        named("CRAM-MD5").respond(b"")


@pytest.mark.parametrize(
    ("name", "client_first", "server_first", "client_final", "server_final"),
    [
        (
            "SCRAM-SHA-1",  # RFC 5802 §5
            "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        ),
        (
            "SCRAM-SHA-256",  # RFC 7677 §3
            "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            (
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
            ),
            (
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
            ),
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        ),
    ],
)
def test_scram(
    name: str, client_first: str, server_first: str, client_final: str, server_final: str
) -> None:
    nonce = client_first.partition("r=")[2]
    scram = Scram(name, Credentials("user", "pencil"), None, nonce)
    assert scram.begin() == client_first.encode()
    compute = scram.respond(server_first.encode())
    assert callable(compute), "it takes long, and is for the caller to run elsewhere"
    assert compute() == client_final.encode()
    with pytest.raises(SaslError, match="without proving itself"):
        scram.succeeded()
    assert scram.respond(server_final.encode()) == b""
    scram.succeeded()


def test_xoauth2() -> None:
    """https://developers.google.com/workspace/gmail/imap/xoauth2-protocol"""
    xoauth2 = named(
        "XOAUTH2", "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"
    )
    assert b64encode(xoauth2.begin() or b"") == (
        b"dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52"
        b"YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
    )
    assert xoauth2.respond(b'{"status":"401"}') == b""


def test_oauthbearer() -> None:
    """RFC 7628 §4.1, the example but for its host and port; §4.3, the one that fails."""
    bearer = named("OAUTHBEARER", "user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==")
    assert bearer.begin() == (
        b"n,a=user@example.com,\x01host=mail.example.com\x01port=587\x01"
        b"auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"
    )
    assert bearer.respond(b'{"status":"invalid_token","scope":"example_scope"}') == b"\x01"


def test_a_user_name_with_what_delimits_it() -> None:
    """RFC 5801 §4, RFC 5802 §5.1."""
    assert (named("OAUTHBEARER", "a=b,c").begin() or b"").startswith(b"n,a=a=3Db=2Cc,\x01")
    assert (named("SCRAM-SHA-256", "a=b,c").begin() or b"").startswith(b"n,,n=a=3Db=2Cc,r=")


@pytest.mark.parametrize("name", TOKENS)
def test_a_mechanism_that_takes_a_token_has_to_be_named(name: str) -> None:
    assert named(name).name == name
    with pytest.raises(SaslError, match=f"with a password that can be used here, only {name}"):
        chosen(TIM, name)


# Which one is taken.


@pytest.mark.parametrize(
    ("offered", "bindings", "names"),
    [
        (("LOGIN", "PLAIN"), {}, ("PLAIN", "LOGIN")),
        (("plain", "Cram-MD5", "GSSAPI", "XOAUTH2"), {}, ("CRAM-MD5", "PLAIN")),
        (SCRAMS, {}, ("SCRAM-SHA-256", "SCRAM-SHA-1")),
        (SCRAMS, {"tls-unique": b"u", "tls-exporter": b""}, ("SCRAM-SHA-256", "SCRAM-SHA-1")),
        (reversed(NAMES), BOTH, NAMES[:7]),
    ],
)
def test_best_first(
    offered: Iterable[str], bindings: Mapping[str, bytes], names: tuple[str, ...]
) -> None:
    found = chosen(TIM, *offered, bindings=bindings)
    assert tuple(mechanism.name for mechanism in found) == names


@pytest.mark.parametrize(
    ("mechanism", "offered", "complaint"),
    [
        (None, (), "it offers no way to log in"),
        ("PLAIN", (), "it offers no way to log in"),
        (None, ("GSSAPI", "NTLM"), "it offers no way .* a password .*, only GSSAPI, NTLM"),
        (None, ("SCRAM-SHA-256-PLUS",), "it offers no way .*, only SCRAM-SHA-256-PLUS"),
        ("PLAIN", ("LOGIN", "CRAM-MD5"), "it does not offer PLAIN, only LOGIN, CRAM-MD5"),
        ("GSSAPI", ("GSSAPI",), "it offers GSSAPI, which is not spoken here"),
        ("SCRAM-SHA-1-PLUS", ("SCRAM-SHA-1-PLUS",), "it offers .*, but .* nothing to bind it to"),
        (None, ("\x1b[2J\u202e",), r"it offers no way .*, only \\x1b\[2J\\u202e"),
        (None, ("X" * 5000, "Y" * 5000), "it offers no way .*, only …"),
    ],
)
def test_none_fits(mechanism: str | None, offered: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(SaslError, match=f"^{complaint}$") as caught:
        chosen(Credentials("tim", SECRET, mechanism), *offered)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("user", "secret", "complaint"),
    [
        ("", SECRET, "the user name is empty"),
        ("tim", "", "the password or token is empty"),
        ("t\0m", SECRET, "the user name holds a NUL"),
        ("tim", "tan\0staaf", "the password or token holds a NUL"),
        ("tim", "tan\udcff", "the password or token is no text"),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_what_no_mechanism_can_carry(name: str, user: str, secret: str, complaint: str) -> None:
    """Rule R39: an encoder's error would show what it can't encode."""
    with pytest.raises(SaslError, match=complaint) as caught:
        named(name, user, secret)
    assert (caught.value.__context__, caught.value.__cause__) == (None, None)


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize(
    ("user", "token"), [("a\x01b", "x"), ("a", "x\x01auth=y"), ("a", "to ken")]
)
def test_what_would_be_another_field(name: str, user: str, token: str) -> None:
    with pytest.raises(SaslError, match="can't be given"):
        named(name, user, token)


def test_a_password_that_scram_can_not_have() -> None:
    """RFC 4013: an unassigned code point; the others still take it."""
    credentials = Credentials("tim", "correct 😀")
    assert [found.name for found in chosen(credentials, *NAMES)] == ["CRAM-MD5", "PLAIN", "LOGIN"]
    with pytest.raises(SaslError, match=r"can't be given .* SCRAM-SHA-256: unassigned"):
        chosen(credentials, *SCRAMS)


# SCRAM with a server of another's making.


class Server:
    """scramp's, which knows Zoë by the password `IX`."""

    def __init__(self, name: str, binding: tuple[str, bytes] | None = None) -> None:
        mechanism = ScramMechanism(name)
        known = mechanism.make_auth_info("IX")
        self._server = mechanism.make_server({"zoë": known}.get, channel_binding=binding)

    def first(self, client: Mechanism) -> bytes:
        self._server.set_client_first((client.begin() or b"").decode())
        first: str = self._server.get_server_first()
        return first.encode()

    def final(self, response: bytes) -> bytes:
        self._server.set_client_final(response.decode())
        final: str = self._server.get_server_final()
        return final.encode()

    def converse(self, client: Mechanism) -> None:
        final = self.final(computed(client.respond(self.first(client))))
        assert client.respond(final) == b""
        client.succeeded()


@pytest.fixture
def _exporter_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """scramp's server refuses the name of a binding that it can't make itself."""
    monkeypatch.setattr(CbName, "SUPPORTED_TYPES", frozenset(BOTH))
    monkeypatch.setattr(CbName, "UNSUPPORTED_TYPES", frozenset())


@pytest.mark.parametrize("name", SCRAMS[2:])
@pytest.mark.parametrize(
    ("user", "secret"), [("zoë", "IX"), ("zoe\u0308", "I\xadX"), ("zoë", "\u2168")]
)
def test_scram_with_a_server(name: str, user: str, secret: str) -> None:
    """As SASLprep has user and password (RFC 4013 §3)."""
    Server(name).converse(named(name, user, secret))


@pytest.mark.usefixtures("_exporter_known")
@pytest.mark.parametrize("name", SCRAMS[:2])
@pytest.mark.parametrize(
    ("bindings", "bound_to"),
    [
        ({"tls-server-end-point": b"s" * 32}, "tls-server-end-point"),
        (EXPORTER, "tls-exporter"),
        (BOTH, "tls-exporter"),
    ],
)
def test_scram_bound_to_its_connection(
    name: str, bindings: Mapping[str, bytes], bound_to: str
) -> None:
    """RFC 9266 for TLS 1.3, RFC 5929 below."""
    client = named(name, "zoë", "IX", bindings)
    Server(name, (bound_to, BOTH[bound_to])).converse(client)


@pytest.mark.parametrize("name", SCRAMS[:2])
def test_scram_on_another_connection(name: str) -> None:
    """Somebody in the middle has another TLS connection to the server than we have to them."""
    there = Server(name, ("tls-server-end-point", b"S" * 32))
    client = named(name, "zoë", "IX", {"tls-server-end-point": b"s" * 32})
    response = computed(client.respond(there.first(client)))
    with pytest.raises(ScramException, match="channel-bindings-dont-match"):
        there.final(response)


@pytest.mark.parametrize(
    ("name", "offered", "bindings", "header"),
    [
        ("SCRAM-SHA-256-PLUS", SCRAMS, EXPORTER, b"p=tls-exporter,,"),
        ("SCRAM-SHA-1-PLUS", SCRAMS, EXPORTER, b"p=tls-exporter,,"),
        ("SCRAM-SHA-256", ("SCRAM-SHA-256",), EXPORTER, b"y,,"),
        ("SCRAM-SHA-256", SCRAMS, EXPORTER, b"n,,"),
        ("SCRAM-SHA-256", ("SCRAM-SHA-256", "SCRAM-SHA-1-PLUS"), EXPORTER, b"n,,"),
        ("SCRAM-SHA-256", SCRAMS, {}, b"n,,"),
        ("SCRAM-SHA-256", ("SCRAM-SHA-256",), {}, b"n,,"),
    ],
)
def test_what_the_server_is_told_of_channel_binding(
    name: str, offered: tuple[str, ...], bindings: Mapping[str, bytes], header: bytes
) -> None:
    """RFC 5802 §6: `y` where it seems to have none and we do, so that it sees a stripped offer."""
    client = named(name, bindings=bindings, offered=offered)
    assert (client.begin() or b"").startswith(header + b"n=tim,r=")


def test_an_offer_that_somebody_stripped() -> None:
    """RFC 5802 §6: the server has -PLUS, and hears that we have not seen it."""
    client = named("SCRAM-SHA-256", "zoë", "IX", offered=("SCRAM-SHA-256",))
    with pytest.raises(ScramException, match="server-does-support-channel-binding"):
        Server("SCRAM-SHA-256", ("tls-server-end-point", b"s")).first(client)


def test_nonces_differ() -> None:
    assert named("SCRAM-SHA-256").begin() != named("SCRAM-SHA-256").begin()


# What a server can't get away with.

NONCE = "rOprNGfwEbeRWgbNEkqO"
GOOD = "r=rOprNGfwEbeRWgbNEkqOxyz,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"


def begun() -> Scram:
    scram = Scram("SCRAM-SHA-256", Credentials("user", SECRET), None, NONCE)
    scram.begin()
    return scram


@pytest.mark.parametrize(
    ("challenge", "complaint"),
    [
        ("r=rOprNGfwEbeRWgbNEkqp,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "nonce doesn't match"),
        ("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "nonce must be longer"),
        (GOOD.replace("i=4096", f"i={MOST_ITERATIONS + 1}"), "asks for 2000001 iterations"),
        (GOOD.replace("i=4096", f"i={'9' * 5000}"), "does not allow"),
        (GOOD.replace("i=4096", "i=1"), "must not be < 4096"),
        (GOOD.replace("i=4096", "i=-1"), "digits"),
        (GOOD.replace("W22Z", "W22"), "base 64"),
        (f"m=ext,{GOOD}", "extensions-not-supported"),
        (f"{GOOD},i=4096", "Duplicate"),
        ("e=unknown-user", "returned an error: unknown-user"),
        ("", "Malformed"),
    ],
)
def test_a_first_message_that_is_wrong(challenge: str, complaint: str) -> None:
    scram = begun()
    with pytest.raises(SaslError, match=complaint):
        scram.respond(challenge.encode())
    with pytest.raises(SaslError):
        scram.respond(GOOD.encode())


def test_the_most_iterations_there_may_be() -> None:
    assert callable(begun().respond(GOOD.replace("4096", str(MOST_ITERATIONS)).encode()))


@pytest.mark.parametrize(
    ("challenge", "complaint"),
    [
        ("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "signature doesn't match"),
        ("v=AAAA", "signature doesn't match"),
        ("v=!", "base 64"),
        ("e=invalid-proof", "returned an error: invalid-proof"),
        ("e=\x1b[2J", "returned an invalid error"),
        ("", "Malformed"),
    ],
)
def test_a_server_that_does_not_know_the_password(challenge: str, complaint: str) -> None:
    scram = begun()
    computed(scram.respond(GOOD.encode()))
    with pytest.raises(SaslError, match=f"^it did not prove .*{complaint}"):
        scram.respond(challenge.encode())
    with pytest.raises(SaslError, match="without proving itself"):
        scram.succeeded()


def test_a_proof_before_ours_is_no_proof() -> None:
    """The challenge after the first one, before what it asked for was computed."""
    scram = begun()
    scram.respond(GOOD.encode())
    with pytest.raises(SaslError):
        scram.respond(b"v=AAAA")


@pytest.mark.parametrize("name", NAMES)
def test_a_server_that_never_has_enough(name: str) -> None:
    mechanism = named(name)
    mechanism.begin()
    with pytest.raises(SaslError):
        [computed(mechanism.respond(b"again")) for _ in range(3)]


CHALLENGES = st.lists(
    st.binary()
    | st.text().map(str.encode)
    | st.from_regex(rf"[a-z]=({NONCE})?[!-~]*(,[a-z]=[!-~]*){{0,3}}", fullmatch=True).map(
        str.encode
    )
    | st.just(GOOD.encode())
    | st.builds(
        lambda at, cut: GOOD[:at].encode() + cut + GOOD[at:].encode(),
        st.integers(0, len(GOOD)),
        st.binary(max_size=3),
    ),
    max_size=4,
)


@given(st.sampled_from(NAMES), CHALLENGES)
def test_no_challenge_does_worse_than_a_sasl_error(name: str, challenges: list[bytes]) -> None:
    """Rule R39 too: what is raised shows no secret."""
    mechanism = Scram(name, TIM, ("tls-exporter", b"e"), NONCE) if name in SCRAMS else named(name)
    mechanism.begin()

    def converse() -> None:
        for challenge in challenges:
            computed(mechanism.respond(challenge))
        mechanism.succeeded()

    # A server that knows no password can't prove that it does.
    expected = pytest.raises(SaslError) if name in SCRAMS else suppress(SaslError)
    with expected as caught:
        converse()
    if caught is not None:
        assert SECRET not in "".join(traceback.format_exception(caught.value))
        assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", NAMES)
def test_no_repr_shows_a_secret(name: str) -> None:
    """Rule R39: not even that of what a mechanism holds, as a debugger or a crash report has it."""
    mechanism = named(name)
    mechanism.begin()
    seen = [TIM, mechanism, *vars(mechanism).values()]
    assert SECRET not in "".join(map(repr, seen))


def test_scramp_is_imported_where_it_is_needed() -> None:
    """It takes longer to import than all of the dialogue."""
    program = (
        "import sys\n"
        "from tuimail.smtp import Credentials, mechanisms\n"
        "mechanisms(Credentials('u', 's'), ['PLAIN'], bindings={}, host='', port=25)\n"
        "print('scramp' in sys.modules)\n"
        "mechanisms(Credentials('u', 's'), ['SCRAM-SHA-1'], bindings={}, host='', port=25)\n"
        "print('scramp' in sys.modules)\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert finished.stdout.split() == ["False", "True"]
