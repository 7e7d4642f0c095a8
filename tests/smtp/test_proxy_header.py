"""HAProxy's PROXY protocol, versions 1 and 2."""

import pytest

from tuimail.smtp import ProxyHeader, ProxyVersion, SocketAddress

TEXT, BINARY = ProxyHeader(ProxyVersion.TEXT), ProxyHeader(ProxyVersion.BINARY)
SIGNATURE = bytes.fromhex("0d0a0d0a000d0a515549540a")
V4 = SocketAddress("192.0.2.1", 4711), SocketAddress("198.51.100.2", 25)
V6 = SocketAddress("2001:db8::1", 4711), SocketAddress("2001:db8::2", 25)
LONGEST = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("v1", TEXT),
        ("v2", BINARY),
        ("v1:192.0.2.1:4711", ProxyHeader(ProxyVersion.TEXT, V4[0])),
        ("v2:[2001:db8::1]:4711", ProxyHeader(ProxyVersion.BINARY, V6[0])),
    ],
)
def test_as_people_write_it(text: str, header: ProxyHeader) -> None:
    assert ProxyHeader.parse(text) == header


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v3",
        "v2:",
        "v2:192.0.2.1",
        "v2:host:1",
        "v1:2001:db8::1:1",
        "v1:192.0.2.1:65536",
        "v1\n",
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="is no PROXY header: write v1, v2 or"):
        ProxyHeader.parse(text)


@pytest.mark.parametrize(
    ("ends", "line"),
    [
        (V4, b"PROXY TCP4 192.0.2.1 198.51.100.2 4711 25\r\n"),
        (V6, b"PROXY TCP6 2001:db8::1 2001:db8::2 4711 25\r\n"),
        ((V4[0], None), b"PROXY UNKNOWN\r\n"),
        ((None, None), b"PROXY UNKNOWN\r\n"),
    ],
)
def test_text(ends: tuple[SocketAddress, SocketAddress], line: bytes) -> None:
    """Section 2.1: a socket without addresses is UNKNOWN."""
    assert TEXT.encode(*ends) == line


def test_a_line_has_at_most_107_octets() -> None:
    """Section 2.1: receivers have no room for more."""
    end = SocketAddress(LONGEST, 65535)
    assert len(TEXT.encode(end, end)) <= 107


@pytest.mark.parametrize(
    ("ends", "rest"),
    [
        (V4, "21 11 000c c0000201 c6336402 1267 0019"),
        (
            V6,
            f"21 21 0024 20010db8{0:022}01 20010db8{0:022}02 1267 0019",
        ),
        ((None, None), "20 00 0000"),
    ],
)
def test_binary(ends: tuple[SocketAddress, SocketAddress], rest: str) -> None:
    """Section 2.2: signature, version and command, family, length, addresses; LOCAL has none."""
    assert BINARY.encode(*ends) == SIGNATURE + bytes.fromhex(rest)


def test_the_source_that_was_given_stands() -> None:
    header = ProxyHeader.parse("v1:203.0.113.9:99")
    assert header.encode(*V4) == b"PROXY TCP4 203.0.113.9 198.51.100.2 99 25\r\n"


def test_both_ends_are_of_one_family() -> None:
    """A header has one family for both: an IPv4 address beside an IPv6 one is mapped."""
    assert TEXT.encode(V4[0], V6[1]) == b"PROXY TCP6 ::ffff:c000:201 2001:db8::2 4711 25\r\n"
    mapped = SocketAddress("::ffff:192.0.2.1", 4711)
    assert TEXT.encode(mapped, V4[1]) == TEXT.encode(*V4)


def test_a_zone_stays_at_home() -> None:
    zoned = SocketAddress("fe80::1%eth0", 1), SocketAddress("fe80::2%eth0", 2)
    assert TEXT.encode(*zoned) == b"PROXY TCP6 fe80::1 fe80::2 1 2\r\n"
