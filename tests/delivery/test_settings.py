"""How mail is to travel, and under which name."""

import pytest

from tuimail.delivery.identity import identity
from tuimail.delivery.settings import Direct, Relay, Settings
from tuimail.smtp import TlsPolicy


@pytest.mark.parametrize(
    ("text", "relay"),
    [
        ("mail.example.com", Relay("mail.example.com", 25)),
        ("mail.example.com:587", Relay("mail.example.com", 587)),
        ("192.0.2.1:2525", Relay("192.0.2.1", 2525)),
        ("[2001:db8::1]:25", Relay("2001:db8::1", 25)),
        ("[2001:db8::1]", Relay("2001:db8::1", 25)),
        ("2001:db8::1", Relay("2001:db8::1", 25)),
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
    ("settings", "policy"),
    [
        (Settings(), TlsPolicy.OPPORTUNISTIC),
        (Settings(Direct(2525)), TlsPolicy.OPPORTUNISTIC),
        (Settings(Relay("mail.example.com")), TlsPolicy.VERIFY),
        (Settings(Relay("192.0.2.1")), TlsPolicy.VERIFY),
        (Settings(Relay("127.0.0.1")), TlsPolicy.OPPORTUNISTIC),
        (Settings(Relay("::1")), TlsPolicy.OPPORTUNISTIC),
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
