"""The ways to a server other than the straight one: a proxy, a UNIX socket, another's name."""

import asyncio
import builtins
import socket
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.conftest import addresses, message
from tests.delivery.scripted import Script, Side, scripted
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Family, Relay, Route, Settings, Socks, UnixSocket
from tuimail.smtp import Credentials, Protocol, ProxyHeader, TlsPolicy
from tuimail.transcript import RecipientOutcome, Status, Transcript

HERE = Settings(identity="client.example", tls=TlsPolicy.NONE, timeout=5.0)


async def send(
    reactor: AsyncioSelectorReactor,
    route: Route,
    settings: Settings = HERE,
    transcript: Transcript | None = None,
) -> RecipientOutcome:
    courier = Courier(reactor, replace(settings, route=route), transcript or Transcript())
    with message() as content:
        mail = Mail(content, "me@example.com", addresses("bob@example.net"))
        outcome = await courier.send(mail)
    await courier.close()
    (recipient,) = outcome.recipients
    return recipient


async def takes(side: Side) -> None:
    await side.say("220 mx")
    await side.take_mail()


async def test_a_unix_socket(reactor: AsyncioSelectorReactor, tmp_path: Path) -> None:
    """A server on this machine; its path is its name."""
    path = tmp_path / "smtp"
    transcript = Transcript()
    async with scripted(takes, at=path):
        outcome = await send(reactor, UnixSocket(path), transcript=transcript)
    assert outcome.status is Status.DELIVERED
    assert outcome.exchange == f"unix:{path}"
    assert transcript.lines[0].text == f"connecting to unix:{path}"


async def test_a_unix_socket_that_is_not_there(
    reactor: AsyncioSelectorReactor, tmp_path: Path
) -> None:
    outcome = await send(reactor, UnixSocket(tmp_path / "smtp"))
    assert outcome.status is Status.DEFERRED
    assert outcome.reply == f"unix:{tmp_path}/smtp can't be reached: no such file or directory"


async def test_lmtp_over_a_unix_socket(reactor: AsyncioSelectorReactor, tmp_path: Path) -> None:
    """Rule R35: what a mail store on the same machine listens to."""
    heard: list[str] = []

    async def stores(side: Side) -> None:
        await side.say("220 store")
        heard.append(await side.hear())
        await side.say("250 store")
        while await side.hear() != "DATA":
            await side.say("250 ok")
        await side.say("354 go")
        await side.hear_message()
        await side.say("250 stored")
        await side.gone()

    async with scripted(stores, at=tmp_path / "lmtp"):
        settings = replace(HERE, protocol=Protocol.LMTP)
        outcome = await send(reactor, UnixSocket(tmp_path / "lmtp"), settings)
    assert outcome.status is Status.DELIVERED
    assert heard == ["LHLO client.example"]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("v1", b"PROXY TCP4 127.0.0.1 127.0.0.1 %(source)d %(port)d\r\n"),
        ("v1:192.0.2.7:4711", b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 %(port)d\r\n"),
    ],
)
async def test_a_proxy_header_is_said_first(
    reactor: AsyncioSelectorReactor, header: str, said: bytes
) -> None:
    """Before the server has said anything, as it waits for that."""
    heard: list[bytes] = []
    peers: list[int] = []

    async def behind_a_proxy(side: Side) -> None:
        heard.append(f"{await side.hear()}\r\n".encode())
        peers.append(side.peer[1])
        await takes(side)

    async with scripted(behind_a_proxy) as server:
        settings = replace(HERE, proxy_header=ProxyHeader.parse(header))
        outcome = await send(reactor, Relay("127.0.0.1", server.port), settings)
    assert outcome.status is Status.DELIVERED
    assert heard == [said % {b"source": peers[0], b"port": server.port}]


async def test_a_proxy_header_on_a_unix_socket(
    reactor: AsyncioSelectorReactor, tmp_path: Path
) -> None:
    """It has no addresses: LOCAL."""
    heard: list[bytes] = []

    async def behind_a_proxy(side: Side) -> None:
        heard.append(await side.octets(16))
        await takes(side)

    async with scripted(behind_a_proxy, at=tmp_path / "smtp"):
        settings = replace(HERE, proxy_header=ProxyHeader.parse("v2"))
        outcome = await send(reactor, UnixSocket(tmp_path / "smtp"), settings)
    assert outcome.status is Status.DELIVERED
    assert heard == [b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"]


async def test_the_source_address(reactor: AsyncioSelectorReactor) -> None:
    peers: list[str] = []

    async def looks(side: Side) -> None:
        peers.append(side.peer[0])
        await takes(side)

    async with scripted(looks) as server:
        settings = replace(HERE, source_address="127.0.0.9")
        outcome = await send(reactor, Relay("127.0.0.1", server.port), settings)
    assert outcome.status is Status.DELIVERED
    assert peers == ["127.0.0.9"]


def test_a_source_address_of_another_host(reactor: AsyncioSelectorReactor) -> None:
    """One clear line, before anything is sent."""
    with pytest.raises(ValueError, match=r"can't connect from .*: cannot assign"):
        Courier(reactor, replace(HERE, source_address="192.0.2.1"), Transcript())


async def test_an_ipv4_address_in_ipv6_clothes(reactor: AsyncioSelectorReactor) -> None:
    """Rule R6: it is an IPv4 address, also where this host has no IPv6."""
    async with scripted(takes) as server:
        settings = replace(HERE, family=Family.IPV4)
        outcome = await send(reactor, Relay("::ffff:127.0.0.1", server.port), settings)
    assert outcome.status is Status.DELIVERED


async def test_a_family_that_the_server_does_not_have(reactor: AsyncioSelectorReactor) -> None:
    settings = replace(HERE, family=Family.IPV6)
    outcome = await send(reactor, Relay("127.0.0.1", 9), settings)
    assert (outcome.status, outcome.enhanced) == (Status.DEFERRED, "4.4.4")
    assert outcome.reply == "127.0.0.1 is not tried at 127.0.0.1, which is no IPv6 address"


# SOCKS5 (RFC 1928): what a proxy says, octet for octet

OK = b"\x05\x00\x00\x01\x7f\x00\x00\x01\x04\x00"


def proxy(asked: list[bytes], *, reply: bytes = OK, login: bytes = b"") -> Script:
    """A proxy that is the server itself behind its reply."""

    async def script(side: Side) -> None:
        head = await side.octets(2)
        methods = await side.octets(head[1])
        if login:
            assert 2 in methods
            await side.send_raw(b"\x05\x02")
            asked.append(await side.octets(len(login)))
            await side.send_raw(b"\x01\x00" if asked[-1] == login else b"\x01\x01")
        else:
            await side.send_raw(b"\x05\x00")
        request = await side.octets(4)
        asked.append(request + await side.octets({1: 4, 4: 16}[request[3]] + 2))
        # The greeting rides with the reply: it is not the proxy's any more.
        await side.send_raw(reply + b"220 mx\r\n")
        await side.take_mail()

    return script


def through(port: int, login: str = "") -> Settings:
    return replace(HERE, socks=Socks.parse(f"{login}127.0.0.1:{port}"))


@pytest.mark.parametrize(
    ("ip", "request_head"),
    [
        ("192.0.2.5", b"\x05\x01\x00\x01" + socket.inet_aton("192.0.2.5")),
        ("2001:db8::5", b"\x05\x01\x00\x04" + socket.inet_pton(socket.AF_INET6, "2001:db8::5")),
    ],
)
async def test_through_a_socks_proxy(
    reactor: AsyncioSelectorReactor, ip: str, request_head: bytes
) -> None:
    """The proxy gets an address: names are looked up here."""
    asked: list[bytes] = []
    async with scripted(proxy(asked)) as server:
        outcome = await send(reactor, Relay(ip, 2525), through(server.port))
    assert outcome.status is Status.DELIVERED
    assert (outcome.exchange, outcome.ip) == (ip, ip)
    assert asked == [request_head + struct.pack("!H", 2525)]


async def test_a_reply_of_the_proxy_that_has_a_name(reactor: AsyncioSelectorReactor) -> None:
    """RFC 1928 §6: the bound address may be a domain name."""
    reply = b"\x05\x00\x00\x03\x05proxy\x04\x00"
    async with scripted(proxy([], reply=reply)) as server:
        outcome = await send(reactor, Relay("192.0.2.5", 25), through(server.port))
    assert outcome.status is Status.DELIVERED


async def test_a_proxy_with_user_and_password(reactor: AsyncioSelectorReactor) -> None:
    """RFC 1929, and rule R39: the transcript does not have the password."""
    transcript = Transcript()
    login = b"\x01\x02me\x06hidden"
    asked: list[bytes] = []
    async with scripted(proxy(asked, login=login)) as server:
        settings = through(server.port, "me:hidden@")
        outcome = await send(reactor, Relay("192.0.2.5", 25), settings, transcript)
    assert outcome.status is Status.DELIVERED
    assert asked[0] == login
    assert "hidden" not in repr((transcript.entries, outcome))


async def test_a_proxy_that_refuses_the_password(reactor: AsyncioSelectorReactor) -> None:
    async with scripted(proxy([], login=b"\x01\x02me\x06hidden")) as server:
        settings = through(server.port, "me:wrong!@")
        outcome = await send(reactor, Relay("192.0.2.5", 25), settings)
    assert outcome.status is Status.DEFERRED
    assert outcome.reply.endswith("the SOCKS proxy refused user and password")


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (b"\x05\x05\x00\x01" + bytes(6), "says that the connection was refused"),
        (b"\x05\x02\x00\x01" + bytes(6), "says that its rules forbid this"),
        (b"\x05\x99\x00\x01" + bytes(6), "does not speak SOCKS5"),
        (b"\x05\x00\x00\x09" + bytes(6), "does not speak SOCKS5"),
        (b"HTTP/1.1 400 Bad", "does not speak SOCKS5"),
    ],
)
async def test_a_proxy_that_does_not_connect(
    reactor: AsyncioSelectorReactor, reply: bytes, why: str
) -> None:
    """Rule R7: it is one address that can't be reached."""
    async with scripted(proxy([], reply=reply)) as server:
        outcome = await send(reactor, Relay("192.0.2.5", 25), through(server.port))
    assert outcome.status is Status.DEFERRED
    assert outcome.reply == f"192.0.2.5 [192.0.2.5]:25 can't be reached: the SOCKS proxy {why}"


async def test_a_proxy_that_wants_something_else(reactor: AsyncioSelectorReactor) -> None:
    async def wants_a_password(side: Side) -> None:
        await side.octets(3)
        await side.send_raw(b"\x05\xff")
        await side.gone()

    async with scripted(wants_a_password) as server:
        outcome = await send(reactor, Relay("192.0.2.5", 25), through(server.port))
    assert outcome.reply.endswith("the SOCKS proxy asks for other credentials")


async def test_a_proxy_that_hangs_up(reactor: AsyncioSelectorReactor) -> None:
    async def hangs_up(side: Side) -> None:
        side.drop()

    async with scripted(hangs_up) as server:
        outcome = await send(reactor, Relay("192.0.2.5", 25), through(server.port))
    assert outcome.reply.endswith("the SOCKS proxy closed the connection")


async def test_a_silent_proxy(reactor: AsyncioSelectorReactor) -> None:
    """Rule R36: the limit holds for the proxy and what is behind it together."""

    async def says_nothing(side: Side) -> None:
        await side.gone()

    async with scripted(says_nothing) as server:
        settings = replace(through(server.port), timeout=0.1)
        outcome = await send(reactor, Relay("192.0.2.5", 25), settings)
    assert outcome.reply.endswith("no answer within 0.1 s")


async def test_a_proxy_that_is_not_there(reactor: AsyncioSelectorReactor) -> None:
    outcome = await send(reactor, Relay("192.0.2.5", 25), through(9))
    assert outcome.reply == (
        "192.0.2.5 [192.0.2.5]:25 can't be reached: the SOCKS proxy 127.0.0.1:9: the connection"
        " was refused"
    )


async def test_the_loopback_of_a_proxy_is_another_host(reactor: AsyncioSelectorReactor) -> None:
    """Rule R19: credentials go in plaintext to this machine alone."""
    heard: list[str] = []

    async def offers(side: Side) -> None:
        await side.octets(3)
        await side.send_raw(b"\x05\x00")
        await side.octets(10)
        await side.send_raw(OK)
        await side.say("220 mx")
        await side.hear()
        await side.say("250-mx", "250 AUTH PLAIN")
        heard.append(await side.hear())
        await side.say("221 bye")

    async with scripted(offers) as server:
        settings = replace(through(server.port), credentials=Credentials("me", "hidden"))
        outcome = await send(reactor, Relay("127.0.0.1", 25), settings)
    assert outcome.status is Status.DEFERRED
    assert heard == ["QUIT"]


async def test_a_proxy_header_goes_to_the_server_not_to_the_proxy(
    reactor: AsyncioSelectorReactor,
) -> None:
    heard: list[str] = []

    async def script(side: Side) -> None:
        await side.octets(3)
        await side.send_raw(b"\x05\x00")
        await side.octets(10)
        await side.send_raw(OK)
        heard.append(await side.hear())
        await takes(side)

    async with scripted(script) as server:
        header = ProxyHeader.parse("v1:192.0.2.7:4711")
        settings = replace(through(server.port), proxy_header=header)
        outcome = await send(reactor, Relay("192.0.2.5", 25), settings)
    assert outcome.status is Status.DELIVERED
    assert heard == ["PROXY TCP4 192.0.2.7 192.0.2.5 4711 25"]


async def test_the_package_for_socks_is_missing(
    reactor: AsyncioSelectorReactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clear line, before anything is sent."""
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == "socksio":
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ValueError, match=r"pip install 'tuimail\[socks\]'"):
        Courier(reactor, through(9), Transcript())
    await asyncio.sleep(0)
