"""What TLSA records say of a chain, without a connection."""

from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.delivery.authority import AUTHORITY, LAST_YEAR, Holder, Key, named
from tuimail.delivery.dane import judge
from tuimail.domain import Tlsa

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HOST = "mx.example.net"
DOMAIN = "example.net"
NAMES = (HOST, DOMAIN)

ROOT = Holder.make("root", AUTHORITY)
INTERMEDIATE = Holder.make("intermediate", AUTHORITY, issuer=ROOT)
LEAF = Holder.make("leaf", named(HOST), issuer=INTERMEDIATE)
SHOWN = [LEAF.certificate, INTERMEDIATE.certificate]
STRANGER = Holder.make("stranger", named(HOST))


def distrust(
    tlsa: Tlsa | list[Tlsa],
    shown: list[x509.Certificate] = SHOWN,
    names: tuple[str, ...] = NAMES,
) -> str:
    verdict = judge(shown, tlsa if isinstance(tlsa, list) else [tlsa], names, NOW)
    assert bool(verdict.distrust) is not bool(verdict.proof)
    return verdict.distrust


@pytest.mark.parametrize("matching", [0, 1, 2])
@pytest.mark.parametrize("selector", [0, 1])
def test_dane_ee(selector: int, matching: int) -> None:
    """Rule R22: the server's own certificate, or its key, whole or digested."""
    record = LEAF.tlsa(3, selector, matching)
    verdict = judge(SHOWN, [record], NAMES, NOW)
    assert verdict.distrust == ""
    assert verdict.proof == f"DANE-EE, TLSA {record}"
    assert distrust(STRANGER.tlsa(3, selector, matching)) == f"no TLSA record of {HOST} matches it"


def test_dane_ee_ignores_name_and_dates() -> None:
    """Rule R22: expired, self-signed, for somebody else, not even a server's."""
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    odd = Holder.make("odd", named("elsewhere.example"), usage, not_after=LAST_YEAR)
    assert distrust(odd.tlsa(3, 1, 1), [odd.certificate]) == ""


def test_dane_ee_means_the_server_s_own_certificate() -> None:
    """Rule R22: its issuer's is none of its own."""
    assert distrust(INTERMEDIATE.tlsa(3, 1, 1)) == f"no TLSA record of {HOST} matches it"


def test_dane_ta_means_an_issuer_s_certificate() -> None:
    """Rule R22: DANE-TA is matched above the server's own (RFC 7671 §5.2)."""
    assert distrust(LEAF.tlsa(2, 1, 1)) == f"no TLSA record of {HOST} matches it"


@pytest.mark.parametrize("matching", [0, 1, 2])
@pytest.mark.parametrize("selector", [0, 1])
def test_dane_ta_in_the_chain(selector: int, matching: int) -> None:
    """Rule R22: an authority that the server shows, an intermediate one too."""
    record = INTERMEDIATE.tlsa(2, selector, matching)
    verdict = judge(SHOWN, [record], NAMES, NOW)
    assert verdict.distrust == ""
    assert verdict.proof == f"DANE-TA, TLSA {record}"
    assert distrust(ROOT.tlsa(2, selector, matching), LEAF.chain) == ""


@pytest.mark.parametrize(("selector", "matching"), [(0, 0), (1, 0)])
def test_dane_ta_in_the_record_alone(selector: int, matching: int) -> None:
    """Rule R22: a whole certificate or key needs not be shown (RFC 7671 §5.2.2, §5.2.3)."""
    assert distrust(ROOT.tlsa(2, selector, matching)) == ""
    assert distrust(INTERMEDIATE.tlsa(2, selector, matching), [LEAF.certificate]) == ""
    assert distrust(ROOT.tlsa(2, selector, matching), [LEAF.certificate]) != ""
    assert distrust(STRANGER.tlsa(2, selector, matching)) != ""


@pytest.mark.parametrize(("selector", "matching"), [(0, 1), (0, 2), (1, 1), (1, 2)])
def test_dane_ta_digested_has_to_be_shown(selector: int, matching: int) -> None:
    """Rule R22: nobody can tell a certificate from its digest."""
    assert distrust(ROOT.tlsa(2, selector, matching)) == f"no TLSA record of {HOST} matches it"


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=lambda key: type(key).__name__,
)
def test_a_bare_key_of_every_kind(key: Key) -> None:
    """Rule R22: 2 1 0, without the certificate that bears the key."""
    root = Holder.make("root", AUTHORITY, key=key)
    leaf = Holder.make("leaf", named(HOST), issuer=root)
    assert distrust(root.tlsa(2, 1, 0), [leaf.certificate]) == ""
    assert distrust(root.tlsa(2, 1, 0), [STRANGER.certificate]) != ""


def test_a_bare_key_under_pss() -> None:
    key = rsa.generate_private_key(65537, 2048)
    root = Holder.make("root", AUTHORITY, key=key)
    scheme = padding.PSS(padding.MGF1(SHA256()), 32)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(root.certificate.subject)
        .public_key(STRANGER.key.public_key())
        .serial_number(1)
        .not_valid_before(LAST_YEAR)
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(named(HOST), critical=True)
    )
    leaf = builder.sign(key, SHA256(), rsa_padding=scheme)
    assert distrust(root.tlsa(2, 1, 0), [leaf]) == ""


def test_a_chain_that_only_names_the_authority() -> None:
    """Rule R22: DANE-TA asks for signatures up to the authority, not for its company."""
    impostor = Holder.make("leaf", named(HOST), issuer=Holder.make("intermediate", AUTHORITY))
    shown = [impostor.certificate, INTERMEDIATE.certificate]
    for record in (INTERMEDIATE.tlsa(2, 1, 1), INTERMEDIATE.tlsa(2, 0, 0)):
        assert distrust(record, shown).startswith("no trusted authority issued it")


def test_a_certificate_that_may_not_issue_others() -> None:
    """Rule R22: whoever holds a leaf under the authority can't make himself another."""
    customer = Holder.make("customer", named("customer.example"), issuer=ROOT)
    forged = Holder.make("forged", named(HOST), issuer=customer)
    assert distrust(ROOT.tlsa(2, 1, 1), forged.chain) != ""
    assert distrust(ROOT.tlsa(2, 1, 0), forged.chain[:2]) != ""


def test_dane_ta_checks_dates() -> None:
    """Rule R22: of the server's certificate and of the authority's."""
    expired = Holder.make("leaf", named(HOST), issuer=ROOT, not_after=LAST_YEAR)
    assert distrust(ROOT.tlsa(2, 1, 1), expired.chain) == "it expired on 2025-01-01"
    old = Holder.make("old", AUTHORITY, not_after=LAST_YEAR)
    leaf = Holder.make("leaf", named(HOST), issuer=old)
    assert distrust(old.tlsa(2, 1, 1), leaf.chain) != ""


@pytest.mark.parametrize("name", [HOST, DOMAIN, "*.example.net", "MX.EXAMPLE.NET"])
def test_dane_ta_accepts_base_domain_and_recipient_domain(name: str) -> None:
    """Rule R22: the TLSA base domain's name or the recipient domain's (RFC 7672 §3.2.2)."""
    leaf = Holder.make("leaf", named(name), issuer=ROOT)
    assert distrust(ROOT.tlsa(2, 1, 1), leaf.chain) == ""


@pytest.mark.parametrize(
    "names",
    [
        named("mx2.example.net"),
        named("*.mx.example.net"),
        named("*.example.org"),
        named(x509.IPAddress(ip_address("192.0.2.1"))),
        named(x509.RFC822Name("bob@example.net")),
    ],
    ids=str,
)
def test_dane_ta_checks_the_name(names: x509.SubjectAlternativeName) -> None:
    """Rule R22: an authority's word is for the name alone that it gave it for."""
    leaf = Holder.make(HOST, names, issuer=ROOT)
    why = distrust(ROOT.tlsa(2, 1, 1), leaf.chain)
    assert why.startswith("it is for ")
    assert why.endswith(f"not for {HOST} or {DOMAIN}")


def test_dane_ta_without_a_name() -> None:
    """Rule R22: the common name is no place for it (RFC 6125 §6.4.4)."""
    leaf = Holder.make(HOST, issuer=ROOT)
    assert distrust(ROOT.tlsa(2, 1, 1), leaf.chain).startswith("it is for nobody")


def test_one_record_that_matches_is_enough() -> None:
    """Rule R22: around a change of keys there are two."""
    for records in (
        [STRANGER.tlsa(3, 1, 1), LEAF.tlsa(3, 1, 1)],
        [STRANGER.tlsa(2, 0, 0), INTERMEDIATE.tlsa(2, 1, 1)],
        [INTERMEDIATE.tlsa(2, 1, 1), STRANGER.tlsa(3, 1, 1)],
    ):
        assert distrust(records) == ""


def test_an_expired_certificate_under_both_usages() -> None:
    """Rule R22: DANE-EE does not ask what DANE-TA asks."""
    expired = Holder.make("leaf", named(HOST), issuer=ROOT, not_after=LAST_YEAR)
    assert distrust([ROOT.tlsa(2, 1, 1), expired.tlsa(3, 1, 1)], expired.chain) == ""


def test_an_association_that_only_looks_like_a_certificate() -> None:
    """One record beyond reading leaves the others as they are."""
    der = bytearray(ROOT.octets)
    der[20:40] = b"\x00" * 20
    broken = Tlsa(2, 0, 0, bytes(der))
    key = ROOT.tlsa(2, 1, 0).association
    no_point = Tlsa(2, 1, 0, key[:-64] + b"\xff" * 64)
    assert distrust([broken, no_point, LEAF.tlsa(3, 1, 1)]) == ""
    assert distrust([broken, no_point]) == f"no TLSA record of {HOST} matches it"


def test_no_certificate() -> None:
    assert distrust(LEAF.tlsa(3, 1, 1), []) == "the server showed no certificate"
