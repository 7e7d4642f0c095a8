"""The handshake: what is offered, what it shows, and what is made of it."""

import hashlib
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from OpenSSL import SSL

from tests.delivery.authority import AUTHORITY, LAST_YEAR, Holder, named
from tests.delivery.handshake import Server
from tuimail.delivery.demand import Demand
from tuimail.delivery.settings import ClientCertificate
from tuimail.delivery.tls import Tls, TlsClient
from tuimail.smtp import TlsPolicy

HOST = "mx.example.net"
ROOT = Holder.make("root", AUTHORITY)
LEAF = Holder.make("leaf", named(HOST), issuer=ROOT)
TLS1_2 = (SSL.TLS1_2_VERSION, SSL.TLS1_2_VERSION)


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    return ROOT.write(tmp_path / "root.pem")


@pytest.fixture
def tls(ca_file: Path) -> Tls:
    return Tls(ca_file)


def client(tls: Tls, policy: TlsPolicy = TlsPolicy.VERIFY, *names: str) -> TlsClient:
    return tls.client(Demand(policy, names or (HOST,), policy.value))


@pytest.mark.parametrize(
    "policy", [TlsPolicy.OPPORTUNISTIC, TlsPolicy.ENCRYPT, TlsPolicy.VERIFY], ids=str
)
def test_a_certificate_that_verifies(tls: Tls, tmp_path: Path, policy: TlsPolicy) -> None:
    """Rule R20: whatever is demanded, it is told by what a certificate verifies."""
    shaking = client(tls, policy)
    Server(LEAF, tmp_path).shake_hands(shaking)
    facts = shaking.facts()
    assert (facts.version, facts.verified, facts.proof) == ("TLSv1.3", True, "PKIX")
    assert (facts.subject, facts.issuer) == ("CN=leaf", "CN=root")


@pytest.mark.parametrize("policy", [policy for policy in TlsPolicy if policy.required], ids=str)
def test_a_handshake_is_not_refused_for_a_certificate(
    tls: Tls, tmp_path: Path, policy: TlsPolicy
) -> None:
    """Rule R20: one handshake, judged afterwards: the reason is there to be told."""
    expired = Holder.make("leaf", named("elsewhere.example"), not_after=LAST_YEAR)
    shaking = client(tls, policy)
    Server(expired, tmp_path).shake_hands(shaking)
    facts = shaking.facts()
    assert facts.distrust
    assert facts.proof == ""


def test_dane_is_judged_by_its_records(tls: Tls, tmp_path: Path) -> None:
    """Rule R22: no authority is asked, and none helps."""
    stranger = Holder.make("stranger", named("elsewhere.example"))
    for holder, record, proof in (
        (stranger, stranger.tlsa(3, 1, 1), f"DANE-EE, TLSA {stranger.tlsa(3, 1, 1)}"),
        (LEAF, ROOT.tlsa(2, 0, 1), f"DANE-TA, TLSA {ROOT.tlsa(2, 0, 1)}"),
        (LEAF, stranger.tlsa(3, 1, 1), ""),
    ):
        shaking = tls.client(Demand(TlsPolicy.DANE, (HOST,), "dane", (record,)))
        Server(holder, tmp_path).shake_hands(shaking)
        assert shaking.facts().proof == proof


@pytest.mark.parametrize(
    ("names", "heard"),
    [
        (("host.example.org", "example.net"), "host.example.org"),
        (("mx.example.net.",), "mx.example.net"),
        (("192.0.2.1",), ""),
        (("2001:db8::1",), ""),
    ],
)
def test_sni_is_the_first_name(
    tls: Tls, tmp_path: Path, names: tuple[str, ...], heard: str
) -> None:
    """Rule R22: with DANE, that is the TLSA base domain; an address is never sent (RFC 6066 §3)."""
    server = Server(LEAF, tmp_path)
    server.shake_hands(client(tls, TlsPolicy.DANE, *names))
    assert server.heard == [heard]


def test_tls_1_3_is_bound_by_its_exporter(tls: Tls, tmp_path: Path) -> None:
    """RFC 9266 §2; a binding is a secret of this connection, and is not in its repr."""
    shaking = client(tls)
    connection = Server(LEAF, tmp_path).shake_hands(shaking)
    facts = shaking.facts()
    exported = connection.export_keying_material(b"EXPORTER-Channel-Binding", 32, b"")
    assert dict(facts.bindings) == {"tls-exporter": exported}
    assert len(exported) == 32
    assert "bindings" not in repr(facts)


def test_tls_1_2_is_bound_by_the_certificate(tls: Tls, tmp_path: Path) -> None:
    """RFC 5929 §4.1: the certificate's digest by the hash function of its signature."""
    shaking = client(tls)
    Server(LEAF, tmp_path, versions=TLS1_2).shake_hands(shaking)
    facts = shaking.facts()
    assert facts.version == "TLSv1.2"
    digest = hashlib.sha256(LEAF.octets).digest()
    assert dict(facts.bindings) == {"tls-server-end-point": digest}


def test_a_signature_without_a_hash_function_binds_nothing(tls: Tls, tmp_path: Path) -> None:
    """RFC 5929 §4.1 defines no digest for Ed25519."""
    key = ed25519.Ed25519PrivateKey.generate()
    issuer = Holder.make("root", AUTHORITY, key=key)
    shaking = client(tls)
    server = Server(Holder.make("leaf", named(HOST), issuer=issuer), tmp_path, versions=TLS1_2)
    server.shake_hands(shaking)
    assert dict(shaking.facts().bindings) == {}


@pytest.mark.parametrize("version", [SSL.TLS1_VERSION, SSL.TLS1_1_VERSION])
def test_old_versions_where_plaintext_would_do_too(tls: Tls, tmp_path: Path, version: int) -> None:
    """Rule R20: any encryption is better than none, and a policy that requires TLS asks for more
    (RFC 8996)."""
    server = Server(LEAF, tmp_path, versions=(version, version))
    shaking = client(tls, TlsPolicy.OPPORTUNISTIC)
    server.shake_hands(shaking)
    assert shaking.facts().version in ("TLSv1", "TLSv1.1")
    for policy in (TlsPolicy.ENCRYPT, TlsPolicy.VERIFY, TlsPolicy.DANE):
        with pytest.raises(SSL.Error):
            server.shake_hands(client(tls, policy))


def test_facts_come_after_the_handshake(tls: Tls) -> None:
    with pytest.raises(RuntimeError):
        client(tls).facts()


# Client certificates


@pytest.fixture
def own(tmp_path: Path) -> ClientCertificate:
    holder = Holder.make("client", issuer=ROOT)
    return ClientCertificate(
        holder.write(tmp_path / "chain.pem"), holder.write(tmp_path / "key.pem")
    )


@pytest.mark.parametrize("policy", [TlsPolicy.OPPORTUNISTIC, TlsPolicy.VERIFY], ids=str)
def test_a_client_certificate_is_shown(
    tmp_path: Path, ca_file: Path, own: ClientCertificate, policy: TlsPolicy
) -> None:
    server = Server(LEAF, tmp_path)
    server.shake_hands(client(Tls(ca_file, own), policy))
    (shown,) = server.clients
    assert shown.subject.rfc4514_string() == "CN=client"


def test_none_is_shown_where_none_is_given(tmp_path: Path, tls: Tls) -> None:
    server = Server(LEAF, tmp_path)
    server.shake_hands(client(tls))
    assert server.clients == []


@pytest.mark.parametrize("missing", ["chain", "key"])
def test_a_client_certificate_that_is_not_there(own: ClientCertificate, missing: str) -> None:
    path: Path = getattr(own, missing)
    path.unlink()
    with pytest.raises(OSError, match="No such file") as caught:
        Tls(None, own)
    assert caught.value.filename == str(path)


def test_client_certificates_that_make_no_sense(own: ClientCertificate, tmp_path: Path) -> None:
    """One clear line, at once, and no word of the key; never a question on the terminal."""
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    other = Holder.make("other").write(tmp_path / "other.pem")
    secret = BestAvailableEncryption(b"passphrase")
    locked = tmp_path / "locked.pem"
    pem = LEAF.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret)
    locked.write_bytes(pem)
    key = tmp_path / "bare.pem"
    key.write_bytes(LEAF.key_pem())
    for chain, private, complaint in (
        (empty, own.key, f"{empty} holds no certificate in PEM form"),
        (key, own.key, f"{key} holds no certificate in PEM form"),
        (own.chain, empty, f"{empty} holds no private key in PEM form"),
        (own.chain, locked, f"the key in {locked} is under a passphrase"),
        (own.chain, other, f"the key in {other} is not that of the certificate in {own.chain}"),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(complaint)}$"):
            Tls(None, ClientCertificate(chain, private))
