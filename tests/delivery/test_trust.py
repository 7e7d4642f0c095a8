"""Whether a certificate vouches for a name, and why not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from cryptography import x509

from tuimail.delivery.trust import Trust

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HOST = "mx1.example.net"


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trust(ca: trustme.CA, tmp_path: Path) -> Trust:
    file = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(file)
    return Trust(file)


def chain(*certificates: trustme.LeafCert) -> list[x509.Certificate]:
    return [
        x509.load_pem_x509_certificate(pem.bytes())
        for certificate in certificates
        for pem in certificate.cert_chain_pems
    ]


@pytest.mark.parametrize(
    ("name", "host"),
    [
        (HOST, HOST),
        (HOST, f"{HOST}."),
        ("*.example.net", HOST),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_a_certificate_for_the_host(trust: Trust, ca: trustme.CA, name: str, host: str) -> None:
    assert trust.distrust(chain(ca.issue_cert(name)), host, datetime.now(UTC)) == ""


def test_an_intermediate_authority(ca: trustme.CA, trust: Trust) -> None:
    leaf = ca.create_child_ca().issue_cert(HOST)
    assert trust.distrust(chain(leaf), HOST, datetime.now(UTC)) == ""


@pytest.mark.parametrize("name", ["mx2.example.net", "*.net", "example.net", "192.0.2.1"])
def test_another_name(trust: Trust, ca: trustme.CA, name: str) -> None:
    """Rule R20: `verify` asks for the name."""
    why = trust.distrust(chain(ca.issue_cert(name)), HOST, datetime.now(UTC))
    assert why == f"it is for {name}, not for {HOST}"


def test_an_authority_nobody_knows(trust: Trust) -> None:
    """Rule R20: `verify` asks for the chain."""
    why = trust.distrust(chain(trustme.CA().issue_cert(HOST)), HOST, datetime.now(UTC))
    assert why.startswith("no trusted authority issued it")


def test_dates(trust: Trust, ca: trustme.CA) -> None:
    """Rule R20: `verify` asks for the dates."""
    expired = ca.issue_cert(HOST, not_after=datetime(2020, 1, 1, tzinfo=UTC))
    assert trust.distrust(chain(expired), HOST, NOW) == "it expired on 2020-01-01"
    early = datetime(1999, 1, 1, tzinfo=UTC)
    assert "not valid before" in trust.distrust(chain(ca.issue_cert(HOST)), HOST, early)


def test_no_certificate(trust: Trust) -> None:
    assert trust.distrust([], HOST, NOW) == "the server showed no certificate"


def test_files_that_give_no_authority(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Trust(tmp_path / "missing.pem")
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    with pytest.raises(ValueError, match="holds no certificate"):
        Trust(empty)
