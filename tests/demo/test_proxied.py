"""An exchange behind a load balancer, which says whose connection it is."""

import pytest

from tests.demo.telnet import telnet
from tuimail.demo import DemoWorld
from tuimail.demo.proxied import ProxyHeaderError, read_proxy_header

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
V4 = bytes([192, 0, 2, 1, 127, 0, 0, 1]) + b"\x12\x67\x00\x19"
V6 = bytes.fromhex("20010db8" + "0" * 22 + "01") + bytes(16) + b"\x12\x67\x00\x19"
HEADERS = [
    (b"PROXY TCP4 192.0.2.1 127.0.0.1 4711 25\r\n", "192.0.2.1"),
    (b"PROXY TCP6 2001:db8::1 ::1 4711 25\r\n", "2001:db8::1"),
    (b"PROXY UNKNOWN\r\n", None),
    (b"PROXY UNKNOWN whatever it says\r\n", None),
    (SIGNATURE + b"\x21\x11\x00\x0c" + V4, "192.0.2.1"),
    (SIGNATURE + b"\x21\x11\x00\x10" + V4 + b"\x04\x00\x01a", "192.0.2.1"),
    (SIGNATURE + b"\x21\x21\x00\x24" + V6, "2001:db8::1"),
    (SIGNATURE + b"\x20\x00\x00\x00", None),
]


@pytest.mark.parametrize(("header", "client"), HEADERS)
def test_a_header_at_every_cut(header: bytes, client: str | None) -> None:
    for length in range(len(header)):
        assert read_proxy_header(header[:length]) is None
    assert read_proxy_header(header + b"EHLO x\r\n") == (client, b"EHLO x\r\n")


@pytest.mark.parametrize(
    "octets",
    [
        b"EHLO client.example\r\n",
        b"PROXY TCP4 192.0.2.1 127.0.0.1 4711\r\n",
        b"PROXY TCP4 192.0.2.256 127.0.0.1 4711 25\r\n",
        b"PROXY TCP4 192.0.2.1 ::1 4711 25\r\n",
        b"PROXY UNKNOWN " + b"x" * 200,
        SIGNATURE + b"\x11\x11\x00\x0c" + V4,
        SIGNATURE + b"\x21\x31\x00\x0c" + V4,
        SIGNATURE + b"\x21\x11\x00\x04" + V4[:4],
    ],
)
async def test_what_is_no_header_is_hung_up_on(demo_world: DemoWorld, octets: bytes) -> None:
    with pytest.raises(ProxyHeaderError):
        read_proxy_header(octets)
    async with telnet(demo_world, "mx.proxy.test") as session:
        session.writer.write(octets)
        assert await session.hear() == b""


async def test_the_greeting_comes_after_the_header(demo_world: DemoWorld) -> None:
    async with telnet(demo_world, "mx.proxy.test") as session:
        session.writer.write(HEADERS[0][0] + b"EHLO client.example\r\n")
        assert await session.hear() == b"220 mx.proxy.test ESMTP tuimail demo, for 192.0.2.1\r\n"
        assert (await session.hear()).startswith(b"250-mx.proxy.test ")
        session.send("MAIL FROM:<me@example.com>", "RCPT TO:<bob@proxy.test>", "DATA", "a", ".")
        assert [(await session.hear())[:3] for _ in range(4)] == [b"250", b"250", b"354", b"250"]
    assert [mail.client for mail in demo_world.received] == ["192.0.2.1"]
