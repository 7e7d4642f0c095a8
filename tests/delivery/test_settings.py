"""How mail is to travel, and under which name."""

from pathlib import Path

import pytest

from tuimail.delivery.identity import identity
from tuimail.delivery.settings import (
    Direct,
    Family,
    Relay,
    Route,
    Settings,
    Socks,
    UnixSocket,
    parse_server,
)
from tuimail.smtp import Credentials, Protocol, TlsPolicy, TlsStart


@pytest.mark.parametrize(
    ("text", "relay"),
    [
        ("mail.example.com", Relay("mail.example.com")),
        ("mail.example.com:587", Relay("mail.example.com", 587)),
        ("192.0.2.1:2525", Relay("192.0.2.1", 2525)),
        ("[2001:db8::1]:25", Relay("2001:db8::1", 25)),
        ("[2001:db8::1]", Relay("2001:db8::1")),
        ("2001:db8::1", Relay("2001:db8::1")),
    ],
)
def test_a_relay_as_people_write_it(text: str, relay: Relay) -> None:
    assert Relay.parse(text) == relay


@pytest.mark.parametrize(
    "text",
    ["", ":25", "host:0", "host:65536", "host:x", "a b", "[::1]:²", "a..b", "a:1\x1b[2J"],
)
def test_what_names_no_relay(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        Relay.parse(text)


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("mail.example.com:587", Relay("mail.example.com", 587)),
        ("unix:/run/dovecot/lmtp", UnixSocket(Path("/run/dovecot/lmtp"))),
    ],
)
def test_a_server_as_people_write_it(text: str, route: Route) -> None:
    assert parse_server(text) == route


@pytest.mark.parametrize("text", ["unix:", "unix:lmtp", "unix:/a\0b", "unix:/" + "é" * 54, "a b"])
def test_what_names_no_server(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        parse_server(text)


@pytest.mark.parametrize(
    ("settings", "family"),
    [
        (Settings(), Family.ANY),
        (Settings(family=Family.IPV6), Family.IPV6),
        (Settings(source_address="192.0.2.1"), Family.IPV4),
        (Settings(source_address="2001:db8::1"), Family.IPV6),
        (Settings(source_address="192.0.2.1", socks=Socks("proxy")), Family.ANY),
    ],
)
def test_which_addresses_are_tried(settings: Settings, family: Family) -> None:
    """A source address reaches its own family, and a proxy has addresses of its own."""
    assert settings.tried is family


LOGIN = Credentials("me", "secret")


@pytest.mark.parametrize(
    ("settings", "port"),
    [
        (Settings(), 25),
        (Settings(Direct(2525)), 2525),
        (Settings(Direct(), credentials=LOGIN), 25),
        (Settings(Relay("mail.example.com")), 25),
        (Settings(Relay("mail.example.com", 26), protocol=Protocol.LMTP), 26),
        (Settings(Relay("mail.example.com"), credentials=LOGIN), 587),
        (Settings(Relay("mail.example.com"), tls_start=TlsStart.IMPLICIT), 465),
        (
            Settings(Relay("mail.example.com"), tls_start=TlsStart.IMPLICIT, credentials=LOGIN),
            465,
        ),
        (Settings(Relay("mail.example.com"), protocol=Protocol.LMTP), 24),
    ],
)
def test_the_port_where_none_is_given(settings: Settings, port: int) -> None:
    """Mail is submitted on 587, with TLS from the start on 465, LMTP has 24, all else is 25."""
    assert settings.port == port


@pytest.mark.parametrize(
    ("text", "socks"),
    [
        ("proxy.example.com", Socks("proxy.example.com", 1080)),
        ("127.0.0.1:9050", Socks("127.0.0.1", 9050)),
        ("[::1]:9050", Socks("::1", 9050)),
        ("me:p@ss:word@proxy:9050", Socks("proxy", 9050, "me", "p@ss:word")),
    ],
)
def test_a_proxy_as_people_write_it(text: str, socks: Socks) -> None:
    assert Socks.parse(text) == socks


@pytest.mark.parametrize(
    "text", ["", ":1", "proxy:0", "me@proxy", ":hidden@proxy", "me:hidden@", f"me:{'x' * 256}@p"]
)
def test_what_names_no_proxy(text: str) -> None:
    """Rule R39: the password is not in the complaint."""
    with pytest.raises(ValueError, match=r"prox|names no server|is no port") as error:
        Socks.parse(text)
    assert "hidden" not in str(error.value)


def test_the_password_of_a_proxy_is_not_shown() -> None:
    """Rule R39: no secret in a `repr`."""
    assert "hidden" not in repr(Settings(socks=Socks("proxy", 1080, "me", "hidden")))


@pytest.mark.parametrize("address", ["mail.example.com", "192.0.2.256", ""])
def test_a_source_address_is_an_address(address: str) -> None:
    with pytest.raises(ValueError, match="is no address of this host"):
        Settings(source_address=address)


def test_a_source_address_reaches_its_own_family() -> None:
    Settings(source_address="::ffff:192.0.2.1", family=Family.IPV4)
    with pytest.raises(ValueError, match="no IPv6 address can be reached"):
        Settings(source_address="192.0.2.1", family=Family.IPV6)


@pytest.mark.parametrize(
    ("settings", "policy"),
    [
        (Settings(), TlsPolicy.OPPORTUNISTIC),
        (Settings(Direct(2525)), TlsPolicy.OPPORTUNISTIC),
        (Settings(Relay("mail.example.com")), TlsPolicy.VERIFY),
        (Settings(Relay("192.0.2.1")), TlsPolicy.VERIFY),
        (Settings(Relay("127.0.0.1")), TlsPolicy.OPPORTUNISTIC),
        (Settings(Relay("::1")), TlsPolicy.OPPORTUNISTIC),
        (Settings(Relay("::ffff:127.0.0.1")), TlsPolicy.OPPORTUNISTIC),
        (Settings(UnixSocket(Path("/run/lmtp"))), TlsPolicy.OPPORTUNISTIC),
        (Settings(Relay("localhost")), TlsPolicy.OPPORTUNISTIC),
        (Settings(Relay("localhost.example.com")), TlsPolicy.VERIFY),
        (Settings(Relay("mail.example.com"), TlsPolicy.NONE), TlsPolicy.NONE),
    ],
)
def test_a_relay_has_to_prove_itself(settings: Settings, policy: TlsPolicy) -> None:
    """Rule R20: `verify` for a relay, opportunistic for an exchange and on loopback."""
    assert settings.policy is policy


@pytest.mark.parametrize(
    ("hostname", "ip", "said"),
    [
        ("client.example.com", "192.0.2.1", "client.example.com"),
        ("client.example.com.", "192.0.2.1", "client.example.com"),
        ("laptop", "192.0.2.1", "[192.0.2.1]"),
        ("laptop", "2001:db8::1", "[IPv6:2001:db8::1]"),
        ("laptop", "fe80::1%eth0", "[IPv6:fe80::1]"),
        ("localhost", "127.0.0.1", "[127.0.0.1]"),
        ("localhost.localdomain", "192.0.2.1", "[192.0.2.1]"),
    ],
)
def test_what_a_client_calls_itself(hostname: str, ip: str, said: str) -> None:
    """Rule R13: the host's full name, else the address literal, never `localhost`."""
    assert identity(hostname, ip) == said
