"""What a TLSA record says of a certificate, and whether it says anything."""

import hashlib

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.answers import found
from tuimail.domain import Tlsa, tlsa_records, to_match
from tuimail.domain.certificate import is_certificate, is_public_key, public_key

SHA256 = b"\x01" * 32
SHA512 = b"\x02" * 64


@pytest.fixture(scope="module", params=[trustme.KeyType.ECDSA, trustme.KeyType.RSA])
def certificate(request: pytest.FixtureRequest) -> x509.Certificate:
    leaf = trustme.CA().issue_cert("mx.example.net", key_type=request.param)
    return x509.load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes())


def whole(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def key(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def test_a_key_as_the_certificate_has_it(certificate: x509.Certificate) -> None:
    assert public_key(whole(certificate)) == key(certificate)
    assert is_certificate(whole(certificate))
    assert is_public_key(key(certificate))
    assert not is_certificate(key(certificate))
    assert not is_public_key(whole(certificate))


@given(st.data())
def test_no_octets_are_too_much(certificate: x509.Certificate, data: st.DataObject) -> None:
    """Cut anywhere, or with any octet changed, it is a certificate or it is none."""
    der = bytearray(whole(certificate))
    der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(der[: data.draw(st.integers(0, len(der)))])
    for octets in (bytes(der), cut):
        if is_certificate(octets):
            assert is_public_key(public_key(octets))


@given(st.binary(max_size=40))
def test_any_octets(octets: bytes) -> None:
    assert not is_certificate(octets)


@pytest.mark.parametrize("usage", [2, 3])
@pytest.mark.parametrize("matching", [0, 1, 2])
@pytest.mark.parametrize("selector", [0, 1])
def test_selectors_and_matching_types(
    certificate: x509.Certificate, usage: int, selector: int, matching: int
) -> None:
    """Rule R21: the certificate or its key, whole or digested (RFC 6698 §2.1)."""
    selected = key(certificate) if selector else whole(certificate)
    digests = [selected, hashlib.sha256(selected).digest(), hashlib.sha512(selected).digest()]
    record = Tlsa(usage, selector, matching, digests[matching])
    other = trustme.CA().issue_cert("mx.example.net")
    stranger = x509.load_pem_x509_certificate(other.cert_chain_pems[0].bytes())

    assert record.usable
    assert record.matches(whole(certificate))
    assert not record.matches(whole(stranger))


@pytest.mark.parametrize(
    "record",
    [
        Tlsa(0, 1, 1, SHA256),
        Tlsa(1, 1, 1, SHA256),
        Tlsa(4, 1, 1, SHA256),
        Tlsa(255, 1, 1, SHA256),
        Tlsa(3, 2, 1, SHA256),
        Tlsa(3, 1, 3, SHA256),
        Tlsa(3, 1, 1, SHA256[1:]),
        Tlsa(3, 1, 1, SHA512),
        Tlsa(3, 1, 2, SHA256),
        Tlsa(3, 1, 1, b""),
        Tlsa(2, 0, 0, b"no certificate"),
        Tlsa(2, 1, 0, b"no key"),
    ],
    ids=str,
)
def test_what_mail_can_not_go_by(record: Tlsa) -> None:
    """Rule R21: usages 0 and 1, unknown numbers, digests of another length, broken data."""
    assert not record.usable
    assert to_match([record]) == ()


def test_the_stronger_digest_counts() -> None:
    """RFC 7671 §9: of the same usage and selector; what is whole counts too."""
    weak, strong = Tlsa(3, 1, 1, SHA256), Tlsa(3, 1, 2, SHA512)
    of_authority, unusable = Tlsa(2, 1, 1, SHA256), Tlsa(3, 1, 2, SHA256)

    assert to_match([weak, strong]) == (strong,)
    assert to_match([weak, of_authority, strong]) == (of_authority, strong)
    assert to_match([weak, unusable]) == (weak,)


def test_whole_keys_count_beside_digests(certificate: x509.Certificate) -> None:
    """RFC 7671 §9."""
    full, digest = Tlsa(3, 1, 0, key(certificate)), Tlsa(3, 1, 1, SHA256)
    assert to_match([full, digest]) == (full, digest)


def test_records_of_an_answer() -> None:
    answer = found("_25._tcp.mx.example.net", "TLSA", f"3 1 1 {SHA256.hex()}", "2 0 9 00ff")
    assert tlsa_records(answer) == (Tlsa(3, 1, 1, SHA256), Tlsa(2, 0, 9, b"\x00\xff"))


def test_as_people_read_it() -> None:
    assert str(Tlsa(3, 1, 1, SHA256)) == "3 1 1 0101010101010101…"
    assert str(Tlsa(3, 1, 1, b"\xff")) == "3 1 1 ff"
    assert Tlsa(2, 0, 1, SHA256).usage_name == "DANE-TA"
    assert Tlsa(9, 0, 1, SHA256).usage_name == "9"
