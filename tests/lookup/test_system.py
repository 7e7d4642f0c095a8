"""The system's nameservers, and whether they are to be believed."""

from pathlib import Path

import dns.resolver
import pytest

from tuimail.lookup import Credit, Nameserver
from tuimail.lookup.system import system_nameservers


@pytest.fixture
def resolv_conf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    configuration = tmp_path / "resolv.conf"
    read = dns.resolver.BaseResolver.read_resolv_conf
    monkeypatch.setattr(
        "dns.resolver.BaseResolver.read_resolv_conf", lambda self, _: read(self, configuration)
    )
    monkeypatch.setattr("tuimail.lookup.system.RESOLV_CONF", configuration)
    return configuration


@pytest.mark.parametrize(
    ("options", "credit"),
    [
        ("", Credit.ON_LOOPBACK),
        ("options edns0 trust-ad", Credit.GIVEN),
        ("options\ttrust-ad\toption-of-the-future", Credit.GIVEN),
        ("options edns0\noptions trust-ad", Credit.GIVEN),
        ("# options trust-ad", Credit.ON_LOOPBACK),
        ("options no-trust-ad", Credit.ON_LOOPBACK),
        ("search trust-ad", Credit.ON_LOOPBACK),
    ],
)
def test_trust_ad_is_the_word_of_the_user(resolv_conf: Path, options: str, credit: Credit) -> None:
    """Rule R20: `options trust-ad` of resolv.conf(5)."""
    text = f"nameserver 192.0.2.1\n{options}\n\nnameserver 127.0.0.53\n"
    resolv_conf.write_text(text)

    assert system_nameservers() == (
        Nameserver("192.0.2.1", 53, credit),
        Nameserver("127.0.0.53", 53, credit),
    )


def test_a_system_that_names_none(resolv_conf: Path) -> None:
    assert not resolv_conf.exists()
    assert system_nameservers() == ()
