"""Whether a certificate vouches for a name, and why not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.delivery.authority import AUTHORITY, Holder, named
from tuimail.delivery.trust import Trust
from tuimail.delivery.verdict import Verdict

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


def distrust(
    trust: Trust, shown: list[x509.Certificate], host: str = HOST, at: datetime | None = None
) -> str:
    return trust.judge(shown, (host,), at or datetime.now(UTC)).distrust


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
    assert distrust(trust, chain(ca.issue_cert(name)), host) == ""


def test_an_intermediate_authority(ca: trustme.CA, trust: Trust) -> None:
    leaf = ca.create_child_ca().issue_cert(HOST)
    assert distrust(trust, chain(leaf)) == ""


@pytest.mark.parametrize("name", ["mx2.example.net", "*.net", "example.net", "192.0.2.1"])
def test_another_name(trust: Trust, ca: trustme.CA, name: str) -> None:
    """Rule R20: `verify` asks for the name."""
    why = distrust(trust, chain(ca.issue_cert(name)))
    assert why == f"it is for {name}, not for {HOST}"


def test_an_authority_nobody_knows(trust: Trust) -> None:
    """Rule R20: `verify` asks for the chain."""
    why = distrust(trust, chain(trustme.CA().issue_cert(HOST)))
    assert why.startswith("no trusted authority issued it")


def test_dates(trust: Trust, ca: trustme.CA) -> None:
    """Rule R20: `verify` asks for the dates."""
    expired = ca.issue_cert(HOST, not_after=datetime(2020, 1, 1, tzinfo=UTC))
    assert distrust(trust, chain(expired), at=NOW) == "it expired on 2020-01-01"
    early = datetime(1999, 1, 1, tzinfo=UTC)
    assert "not valid before" in distrust(trust, chain(ca.issue_cert(HOST)), at=early)


def test_a_key_for_other_purposes(tmp_path: Path) -> None:
    """Rule R20: as OpenSSL has it, an issuer may sign certificates and a server may serve."""
    root = Holder.make("root", AUTHORITY)
    root.write(tmp_path / "root.pem")
    trust = Trust(tmp_path / "root.pem")
    clients = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH])
    signs_mail_alone = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    good = Holder.make("leaf", named(HOST), both, issuer=root)
    for client in (
        Holder.make("leaf", named(HOST), clients, issuer=root),
        Holder.make("leaf", named(HOST), issuer=Holder.make("ca", AUTHORITY, clients, issuer=root)),
        Holder.make(
            "leaf", named(HOST), issuer=Holder.make("ca", AUTHORITY, signs_mail_alone, issuer=root)
        ),
        Holder.make(
            "leaf", named(HOST), issuer=Holder.make("nobody", named("a.example"), issuer=root)
        ),
    ):
        assert distrust(trust, client.chain) != ""
    assert distrust(trust, good.chain) == ""


def test_what_it_verifies_by(trust: Trust, ca: trustme.CA) -> None:
    now = datetime.now(UTC)
    shown = chain(ca.issue_cert("mx2.example.net"))
    assert trust.judge(shown, (HOST, "mx2.example.net"), now) == Verdict(proof="PKIX")
    assert trust.judge(shown, (HOST,), now).proof == ""


def test_a_name_that_no_certificate_can_bear(trust: Trust, ca: trustme.CA) -> None:
    """The DNS has hosts with an underscore."""
    why = distrust(trust, chain(ca.issue_cert(HOST)), "mx_1.example.net")
    assert why == f"it is for {HOST}, not for mx_1.example.net"


def test_a_certificate_without_names(tmp_path: Path) -> None:
    """Rule R20: the common name is no place for a host's (RFC 6125 §6.4.4)."""
    root = Holder.make("root", AUTHORITY)
    root.write(tmp_path / "root.pem")
    leaf = Holder.make(HOST, issuer=root)
    why = distrust(Trust(tmp_path / "root.pem"), leaf.chain)
    assert why == f"it is for nobody, not for {HOST}"


def test_no_certificate(trust: Trust) -> None:
    assert distrust(trust, []) == "the server showed no certificate"


def test_files_that_give_no_authority(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Trust(tmp_path / "missing.pem")
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    with pytest.raises(ValueError, match="holds no certificate"):
        Trust(empty)
