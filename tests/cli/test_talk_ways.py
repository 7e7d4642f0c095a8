"""The ways to a server that `tuimail talk` knows besides the straight one."""

import socket
from pathlib import Path

import pytest

from tests.cli.command import Finished, tuimail
from tests.delivery.scripted import Side, scripted
from tests.delivery.test_ways import proxy

HELLO, LHLO = "EHLO client.example", "LHLO client.example"
MAIL = ("MAIL FROM:<me@example.com>", "RCPT TO:<bob@example.net>", "DATA", "hi", ".")


async def talk(host: str, *arguments: str, lines: tuple[str, ...] = (HELLO,)) -> Finished:
    return await tuimail("talk", host, *arguments, stdin="".join(f"{e}\n" for e in lines).encode())


def said(finished: Finished) -> list[str]:
    """The dialogue without its times; nothing else was complained of."""
    assert finished.err == ""
    return [line[12:] for line in finished.out.splitlines()]


async def takes(side: Side) -> None:
    await side.say("220 mx")
    await side.take_mail()


async def greets(side: Side) -> None:
    await side.say("220 mx")
    while await side.hear() != "QUIT":
        await side.say("250 ok")
    await side.say("221 bye")


async def test_a_unix_socket(tmp_path: Path) -> None:
    path = tmp_path / "smtp"
    async with scripted(takes, at=path):
        finished = await talk(f"unix:{path}", lines=(HELLO, *MAIL))
    lines = said(finished)
    assert finished.code == 0
    assert lines[0] == f"· connecting to unix:{path}"
    assert lines[-3:] == ["← 250 taken", "→ QUIT", "← 221 bye"]


async def test_a_unix_socket_that_is_not_there(tmp_path: Path) -> None:
    finished = await talk(f"unix:{tmp_path}/smtp")
    assert finished.code == 75
    assert said(finished)[1] == (
        f"✗ unix:{tmp_path}/smtp can't be reached: no such file or directory"
    )


async def test_lmtp_over_a_unix_socket(tmp_path: Path) -> None:
    """Rule R35: one dot, and a reply for each of two recipients."""

    async def stores(side: Side) -> None:
        await side.say("220 store")
        assert await side.hear() == LHLO
        await side.say("250 store")
        while await side.hear() != "DATA":
            await side.say("250 ok")
        await side.say("354 go")
        await side.hear_message()
        await side.say("250 stored for ann", "452 4.2.2 full, bob")
        await side.hear()
        await side.say("221 bye")

    ann = "RCPT TO:<ann@example.net>"
    async with scripted(stores, at=tmp_path / "lmtp"):
        finished = await talk(
            *(f"unix:{tmp_path}/lmtp", "--lmtp"), lines=(LHLO, MAIL[0], ann, *MAIL[1:])
        )
    lines = said(finished)
    assert finished.code == 75
    end = lines.index("→ .")
    assert lines[end + 1 : end + 4] == ["← 250 stored for ann", "← 452 4.2.2 full, bob", "→ QUIT"]


async def test_through_a_socks_proxy() -> None:
    asked: list[bytes] = []
    async with scripted(proxy(asked)) as server:
        finished = await talk(
            *("192.0.2.5:2525", "--socks", f"127.0.0.1:{server.port}"), lines=(HELLO, *MAIL)
        )
    assert finished.code == 0
    assert "← 250 taken" in said(finished)
    assert asked == [b"\x05\x01\x00\x01\xc0\x00\x02\x05\x09\xdd"]


async def test_a_proxy_header_goes_first() -> None:
    heard: list[str] = []

    async def behind(side: Side) -> None:
        heard.append(await side.hear())
        await greets(side)

    async with scripted(behind) as server:
        finished = await talk(f"127.0.0.1:{server.port}", "--proxy-header", "v1:192.0.2.7:4711")
    assert finished.code == 0
    assert heard == [f"PROXY TCP4 192.0.2.7 127.0.0.1 4711 {server.port}"]


async def test_the_source_address() -> None:
    peers: list[str] = []

    async def looks(side: Side) -> None:
        peers.append(side.peer[0])
        await greets(side)

    async with scripted(looks) as server:
        finished = await talk(f"127.0.0.1:{server.port}", "--source-address", "127.0.0.9")
    assert finished.code == 0
    assert peers == ["127.0.0.9"]


async def test_a_source_address_of_another_host() -> None:
    finished = await talk("127.0.0.1:9", "--source-address", "192.0.2.1")
    assert finished.code != 0
    assert finished.out == ""
    assert "can't connect from 192.0.2.1" in finished.err


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    ("family", "address", "host"),
    [
        ("-4", "127.0.0.1", "127.0.0.1"),
        pytest.param(
            *("-6", "::1", "[::1]"),
            marks=pytest.mark.skipif(not _has_ipv6(), reason="this host has no IPv6"),
        ),
    ],
)
async def test_a_family(family: str, address: str, host: str) -> None:
    async with scripted(greets, at=address) as server:
        finished = await talk(f"{host}:{server.port}", family)
    assert finished.code == 0
    assert "← 220 mx" in said(finished)


@pytest.mark.parametrize(
    ("family", "host", "why"),
    [
        ("-6", "127.0.0.1:9", "127.0.0.1, which is no IPv6 address"),
        ("-4", "[::1]:9", "::1, which is no IPv4 address"),
    ],
)
async def test_a_family_that_the_server_does_not_have(family: str, host: str, why: str) -> None:
    finished = await talk(host, family)
    assert finished.code == 75
    assert any(why in line for line in said(finished))
