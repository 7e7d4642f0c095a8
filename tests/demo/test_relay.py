"""A relay that wants to know who sends: AUTH, from the server's side (RFC 4954)."""

import asyncio
import hmac
import ssl
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256

import pytest
import trustme
from OpenSSL import SSL
from scramp import ScramClient, ScramException  # type: ignore[import-untyped]

from tests.demo.telnet import Telnet, telnet
from tests.world import address_of
from tuimail.demo import DemoWorld
from tuimail.demo.bindings import channel_bindings
from tuimail.demo.login import Account
from tuimail.demo.tempers import RELAY

RIGHT = [
    b"\0me\0tutorate",
    b"me\0me\0tutorate",
    b"user=me\x01auth=Bearer tutorate-token\x01\x01",
    b"n,a=me,\x01host=mx.relay.test\x01port=25\x01auth=Bearer tutorate-token\x01\x01",
]


def encoded(octets: bytes) -> str:
    return b64encode(octets).decode()


@asynccontextmanager
async def secured(world: DemoWorld) -> AsyncIterator[Telnet]:
    async with telnet(world, "mx.relay.test") as session:
        await session.hear()
        await session.say("EHLO client.example")
        await session.begin_tls()
        yield session


async def challenge(session: Telnet, line: str) -> bytes:
    """What the relay answers a line with, decoded."""
    reply = await session.say(line)
    assert reply.startswith(b"334 ")
    return b64decode(reply[4:], validate=False)


async def test_nobody_logs_in_without_tls(demo_world: DemoWorld) -> None:
    async with telnet(demo_world, "mx.relay.test") as session:
        await session.hear()
        assert b"AUTH" not in await session.say("EHLO client.example")
        assert (await session.say(f"AUTH PLAIN {encoded(RIGHT[0])}")).startswith(b"538 5.7.11 ")
        assert (await session.say("MAIL FROM:<me@example.com>")).startswith(b"530 5.7.0 ")


async def test_everything_is_refused_before_and_taken_after(demo_world: DemoWorld) -> None:
    async with secured(demo_world) as session:
        assert (await session.say("MAIL FROM:<me@example.com>")).startswith(b"530 5.7.0 ")
        assert (await session.say(f"AUTH plain {encoded(RIGHT[0])}")) == b"235 2.7.0 Welcome\r\n"
        assert b"AUTH" not in await session.say("EHLO client.example")
        for line in ("MAIL FROM:<me@example.com>", "RCPT TO:<bob@example.com>"):
            assert (await session.say(line)).startswith(b"250")
        session.writer.write(b"BDAT 3 LAST\r\na\r\n")
        assert (await session.hear()).startswith(b"250")
    (mail,) = demo_world.received
    assert (mail.user, mail.forward_paths) == ("me", ("bob@example.com",))


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((f"AUTH PLAIN {encoded(RIGHT[0])}",), b"235 2.7.0 "),
        (("AUTH PLAIN", encoded(RIGHT[1])), b"235 2.7.0 "),
        ((f"AUTH PLAIN {encoded(b'you' + RIGHT[1])}",), b"535 5.7.8 "),
        ((f"AUTH PLAIN {encoded(RIGHT[0] + b'!')}",), b"535 5.7.8 "),
        ((f"AUTH PLAIN {encoded(b'me')}",), b"501 5.5.2 "),
        (("AUTH PLAIN =",), b"501 5.5.2 "),
        (("AUTH PLAIN me",), b"501 5.5.2 "),
        (("AUTH PLAIN", "*"), b"501 5.7.0 "),
        (("AUTH PLAIN", encoded(b"\xff\0\xff\0")), b"501 5.5.2 "),
        (("AUTH LOGIN", encoded(b"me"), encoded(b"tutorate")), b"235 2.7.0 "),
        ((f"AUTH LOGIN {encoded(b'me')}", encoded(b"tutorate")), b"235 2.7.0 "),
        (("AUTH LOGIN", encoded(b"you"), encoded(b"tutorate")), b"535 5.7.8 "),
        ((f"AUTH XOAUTH2 {encoded(RIGHT[2])}",), b"235 2.7.0 "),
        ((f"AUTH XOAUTH2 {encoded(RIGHT[2][:-3])}", ""), b"535 5.7.8 "),
        ((f"AUTH OAUTHBEARER {encoded(RIGHT[3])}",), b"235 2.7.0 "),
        ((f"AUTH OAUTHBEARER {encoded(RIGHT[3][:-4])}", "AQ=="), b"535 5.7.8 "),
        (("AUTH GSSAPI",), b"504 5.5.4 "),
        (("AUTH",), b"504 5.5.4 "),
    ],
)
async def test_each_mechanism_that_sends_the_secret(
    demo_world: DemoWorld, lines: tuple[str, ...], code: bytes
) -> None:
    async with secured(demo_world) as session:
        *first, last = lines
        for line in first:
            assert (await session.say(line)).startswith(b"334 ")
        assert (await session.say(last)).startswith(code)
        refused = not code.startswith(b"235")
        reply = await session.say("MAIL FROM:<me@example.com>")
        assert reply.startswith(b"530 " if refused else b"250 ")


@pytest.mark.parametrize(("password", "code"), [("tutorate", b"235 "), ("Tutorate", b"535 ")])
async def test_cram_md5(demo_world: DemoWorld, password: str, code: bytes) -> None:
    """RFC 2195; a challenge is never used twice."""
    async with secured(demo_world) as session:
        asked = await challenge(session, "AUTH CRAM-MD5")
        assert (await session.say("*")).startswith(b"501 5.7.0 ")
        other = await challenge(session, "AUTH CRAM-MD5")
        assert asked != other
        digest = hmac.new(password.encode(), other, "md5").hexdigest()
        assert (await session.say(encoded(f"me {digest}".encode()))).startswith(code)


async def scram(session: Telnet, client: ScramClient, name: str) -> bytes:
    """Up to the last reply; raises ScramException where the relay can't prove itself."""
    first = await challenge(session, f"AUTH {name} {encoded(client.get_client_first().encode())}")
    client.set_server_first(first.decode())
    reply = await session.say(encoded(client.get_client_final().encode()))
    if reply.startswith(b"334 "):
        client.set_server_final(b64decode(reply[4:]).decode())
        reply = await session.say("")
    return reply


def end_point(session: Telnet) -> tuple[str, bytes]:
    """RFC 5929 §4, for a certificate signed with SHA-256."""
    tls = session.writer.get_extra_info("ssl_object")
    assert isinstance(tls, ssl.SSLObject)
    certificate = tls.getpeercert(binary_form=True)
    assert certificate is not None
    return "tls-server-end-point", sha256(certificate).digest()


@pytest.mark.parametrize("name", ["SCRAM-SHA-1", "SCRAM-SHA-256"])
@pytest.mark.parametrize(
    ("user", "password", "code"),
    [("me", "tutorate", b"235 "), ("me", "x", b"535 "), ("you", "tutorate", b"535 ")],
)
async def test_scram(
    demo_world: DemoWorld, name: str, user: str, password: str, code: bytes
) -> None:
    """RFC 7677: the relay proves itself as well."""
    async with secured(demo_world) as session:
        client = ScramClient([name], user, password)
        if user == "me":
            assert (await scram(session, client, name)).startswith(code)
        else:
            first = encoded(client.get_client_first().encode())
            assert (await session.say(f"AUTH {name} {first}")).startswith(code)


@pytest.mark.parametrize("name", ["SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"])
async def test_scram_bound_to_the_connection(demo_world: DemoWorld, name: str) -> None:
    """RFC 5802 §6: another connection's binding fails, and so does a kind that nobody knows."""
    async with secured(demo_world) as session:
        kind, octets = end_point(session)
        client = ScramClient([name], "me", "tutorate", channel_binding=(kind, bytes(32)))
        assert (await scram(session, client, name)).startswith(b"535 ")
        for first in (b"p=tls-unheard-of,,n=me,r=abc", b"n,,n=me,r=abc", b"y,,n=me,r=abc"):
            assert (await session.say(f"AUTH {name} {encoded(first)}")).startswith(b"535 ")
        client = ScramClient([name], "me", "tutorate", channel_binding=(kind, octets))
        assert (await scram(session, client, name)).startswith(b"235 ")


async def test_an_offer_without_plus_was_tampered_with(demo_world: DemoWorld) -> None:
    """RFC 5802 §6: the client could bind, and was not offered it; the relay knows better."""
    async with secured(demo_world) as session:
        client = ScramClient(
            ["SCRAM-SHA-256"], "me", "tutorate", channel_binding=end_point(session)
        )
        first = client.get_client_first()
        assert first.startswith("y,")
        assert (await session.say(f"AUTH SCRAM-SHA-256 {encoded(first.encode())}")).startswith(
            b"535 "
        )


async def test_a_wrong_proof_raises(demo_world: DemoWorld) -> None:
    """The test's own client would notice a relay that does not know the password."""
    async with secured(demo_world) as session:
        client = ScramClient(["SCRAM-SHA-256"], "me", "tutorate")
        first = encoded(client.get_client_first().encode())
        client.set_server_first((await challenge(session, f"AUTH SCRAM-SHA-256 {first}")).decode())
        await session.say(encoded(client.get_client_final().encode()))
        with pytest.raises(ScramException):
            client.set_server_final(f"v={encoded(bytes(32))}")


async def test_logging_in_twice_or_in_the_midst(demo_world: DemoWorld) -> None:
    async with secured(demo_world) as session:
        for line in (f"AUTH PLAIN {encoded(RIGHT[0])}", "MAIL FROM:<me@example.com>"):
            assert (await session.say(line)).startswith(b"2")
        for line in ("AUTH PLAIN", "RSET", "AUTH PLAIN"):
            reply = await session.say(line)
        assert reply.startswith(b"503 5.5.1 ")


async def test_tls_before_the_greeting(demo_world: DemoWorld) -> None:
    """RFC 8314 §3.3"""
    context = ssl._create_unverified_context()  # noqa: S323 - not what is tested
    reader, writer = await asyncio.open_connection(
        address_of("smtps.relay.test"), demo_world.smtp_port, ssl=context
    )
    session = Telnet(reader, writer)
    assert await session.hear() == b"220 smtps.relay.test ESMTP tuimail demo\r\n"
    assert b"AUTH" in (offered := await session.say("EHLO client.example"))
    assert b"STARTTLS" not in offered
    assert (await session.say("STARTTLS")).startswith(b"503 ")
    assert (await session.say(f"AUTH PLAIN {encoded(RIGHT[0])}")).startswith(b"235 ")
    writer.transport.abort()


@pytest.mark.parametrize(
    ("version", "kinds"),
    [
        (SSL.TLS1_2_VERSION, {"tls-server-end-point"}),
        (SSL.TLS1_3_VERSION, {"tls-server-end-point", "tls-exporter"}),
    ],
)
def test_both_sides_have_the_same_bindings(version: int, kinds: set[str]) -> None:
    """RFC 9266, RFC 5929: between two ends that a client and a server would have."""
    leaf = trustme.CA().issue_cert("mx.relay.test")
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(version)
    context.set_max_proto_version(version)
    with leaf.private_key_and_cert_chain_pem.tempfile() as path:
        context.use_certificate_chain_file(path)
        context.use_privatekey_file(path)
    server, client = SSL.Connection(context), SSL.Connection(SSL.Context(SSL.TLS_METHOD))
    server.set_accept_state()
    client.set_connect_state()
    for _ in range(6):
        for end, other in ((client, server), (server, client)):
            with suppress(SSL.WantReadError):
                end.do_handshake()
            with suppress(SSL.WantReadError):
                other.bio_write(end.bio_read(65536))
    bindings = channel_bindings(server)
    assert bindings.keys() == kinds
    pem = leaf.cert_chain_pems[0].bytes().decode()
    digest = sha256(ssl.PEM_cert_to_DER_cert(pem)).digest()
    assert bindings["tls-server-end-point"] == digest
    if "tls-exporter" in kinds:
        exported = client.export_keying_material(b"EXPORTER-Channel-Binding", 32, b"")
        assert bindings["tls-exporter"] == exported


def test_an_account_does_not_show_its_secrets() -> None:
    """Rule R39"""
    assert isinstance(RELAY.account, Account)
    assert "tutorate" not in repr(RELAY)
