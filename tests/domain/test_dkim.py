"""Keys as domains publish them, and as they should not."""

import base64
from collections.abc import Sequence
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as elliptic_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.answers import BROKEN, NO_SUCH_NAME, SILENCE
from tests.domain.inquiring import Known, Zone, answer_from, text, waves_from
from tuimail.domain import Finding, Verdict
from tuimail.domain.dkim import MOST_SELECTORS, dkim_inquiry, rsa_bits
from tuimail.domain.dkim_verdicts import dkim_findings

NAME = ("s1._domainkey.example.com", "TXT")
FORMS = [PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1]
ED25519 = base64.b64encode(bytes(range(32))).decode()


def public_key(bits: int, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> bytes:
    """A modulus of so many bits, which nobody can factor sooner than anybody else."""
    numbers = RSAPublicNumbers(65537, (1 << (bits - 1)) + 1)
    return numbers.public_key().public_bytes(Encoding.DER, form)


def rsa(bits: int, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> str:
    return base64.b64encode(public_key(bits, form)).decode()


def judged(zone: Zone, *selectors: str) -> Sequence[Finding]:
    report, _ = answer_from(zone, dkim_inquiry("example.com", selectors))
    return dkim_findings(report)


def of_key(known: Known) -> Finding:
    (finding,) = judged({NAME: known}, "s1")
    assert (finding.rule, finding.subject) == ("I10", "example.com")
    return finding


@pytest.mark.parametrize(
    ("zone", "verdict", "said"),
    [
        ({("_domainkey.example.com", "TXT"): NO_SUCH_NAME}, Verdict.INFO, "no selectors"),
        ({("_domainkey.example.com", "TXT"): ()}, Verdict.INFO, "may have selectors"),
        ({NAME: text("p=")}, Verdict.INFO, "may have selectors"),
        ({("_domainkey.example.com", "TXT"): SILENCE}, Verdict.UNKNOWN, "no answer"),
        ({("_domainkey.example.com", "TXT"): BROKEN}, Verdict.UNKNOWN, "SERVFAIL"),
    ],
)
def test_no_selector_known_is_no_red_mark(zone: Zone, verdict: Verdict, said: str) -> None:
    """Rule I10: NXDOMAIN means no selectors, NOERROR that there may be some."""
    (finding,) = judged(zone)

    assert finding.verdict is verdict
    assert said in finding.why


@pytest.mark.parametrize(
    ("bits", "verdict"),
    [
        (512, Verdict.FAIL),
        (1023, Verdict.FAIL),
        (1024, Verdict.WARN),
        (2047, Verdict.WARN),
        (2048, Verdict.PASS),
        (4096, Verdict.PASS),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_rsa(bits: int, verdict: Verdict, form: PublicFormat) -> None:
    """Rule I10: under 1024 bits fail, under 2048 warn (RFC 8301 §3.2)."""
    finding = of_key(text(f"v=DKIM1; k=rsa; p={rsa(bits, form)}"))

    assert finding.verdict is verdict
    assert f"{bits} bits" in finding.why
    assert finding.reference == "RFC 8301 §3.2"


@pytest.mark.parametrize(
    ("record", "verdict", "said"),
    [
        (f"v=DKIM1; k=ed25519; p={ED25519}", Verdict.PASS, "Ed25519"),
        (f"p={rsa(2048)}", Verdict.PASS, "2048"),
        (f"v=DKIM1; h=sha1:sha256; s=email; t=s; p={rsa(2048)}", Verdict.PASS, "2048"),
        (f"v=DKIM1; h = sha256 ; s= * ; n=note; p= {rsa(2048, FORMS[1])};", Verdict.PASS, "2048"),
        (f"p={rsa(2048)[:9]} 	{rsa(2048)[9:]}; x=1", Verdict.PASS, "2048"),
        (f"v=DKIM1; t=y:s; p={rsa(2048)}", Verdict.WARN, "t=y"),
        ("v=DKIM1; p=", Verdict.WARN, "revoked"),
        ("p= ", Verdict.WARN, "revoked"),
        ("v=DKIM1", Verdict.FAIL, "no key (p)"),
        ("", Verdict.FAIL, "no key (p)"),
        (f"v=DKIM2; p={rsa(2048)}", Verdict.FAIL, "no “v=DKIM1”"),
        (f"p={rsa(2048)}; v=DKIM1", Verdict.FAIL, "does not begin"),
        (f"v=DKIM1; k=dsa; p={rsa(2048)}", Verdict.FAIL, "“dsa”"),
        (f"v=DKIM1; h=sha1; p={rsa(2048)}", Verdict.FAIL, "SHA-256"),
        (f"v=DKIM1; s=tlsrpt; p={rsa(2048)}", Verdict.FAIL, "not for mail"),
        (f"v=DKIM1; p={rsa(2048)}; p=", Verdict.FAIL, "more than once"),
        (f"v=DKIM1; oops; p={rsa(2048)}", Verdict.FAIL, "“oops”"),
        ("v=DKIM1; p=§§§", Verdict.FAIL, "no base64"),
        ("v=DKIM1; p=abc", Verdict.FAIL, "no base64"),
        (f"v=DKIM1; p={ED25519}", Verdict.FAIL, "no RSA key"),
        (f"v=DKIM1; p={rsa(2048)[:64]}", Verdict.FAIL, "no RSA key"),
        (f"v=DKIM1; k=ed25519; p={rsa(2048)}", Verdict.FAIL, "octets in place of 32"),
    ],
)
def test_key_records(record: str, verdict: Verdict, said: str) -> None:
    """Rule I10: an empty `p=` is revoked, and a verifier takes no malformed record
    (RFC 6376 §3.6.1)."""
    finding = of_key(text(record))

    assert finding.verdict is verdict
    assert said in finding.why
    assert finding.evidence.startswith("s1._domainkey.example.com 300 TXT")


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        (NO_SUCH_NAME, Verdict.WARN),
        ((), Verdict.WARN),
        (SILENCE, Verdict.UNKNOWN),
        (BROKEN, Verdict.UNKNOWN),
    ],
)
def test_a_selector_without_a_key(known: Known, verdict: Verdict) -> None:
    """Rule I10: what could not be looked up is unknown, never absent."""
    assert of_key(known).verdict is verdict


def test_several_records_for_a_selector() -> None:
    """Rule I10: with two it is chance which one a verifier takes (RFC 6376 §3.6.2.2)."""
    key, several = judged({NAME: (text("v=spf1 -all"), text(f"p={rsa(2048)}"))}, "s1")

    assert key.verdict is Verdict.PASS
    assert several.verdict is Verdict.WARN
    assert "2 records" in several.why


def test_a_key_is_seen_though_what_is_above_does_not_exist() -> None:
    """Rule I10: nameservers that deny empty non-terminals are no proof against a key."""
    zone: Zone = {("_domainkey.example.com", "TXT"): NO_SUCH_NAME, NAME: text(f"p={rsa(2048)}")}

    assert [finding.verdict for finding in judged(zone, "s1")] == [Verdict.PASS]


def test_selectors_are_bounded_and_asked_side_by_side() -> None:
    """Rule I10: one wave, each selector once, and not hundreds of them."""
    selectors = ("a", "a", *(f"s{number}" for number in range(100)))
    report, waves = waves_from({}, dkim_inquiry("example.com", selectors))

    assert [len(wave) for wave in waves] == [1 + MOST_SELECTORS]
    assert report.passed_over == 101 - MOST_SELECTORS
    assert f"{report.passed_over} more selectors" in dkim_findings(report)[-1].why


@given(st.integers(512, 8192), st.sampled_from(FORMS))
def test_bits_are_what_cryptography_says(bits: int, form: PublicFormat) -> None:
    """Rule I10: the length is the modulus's, in either form."""
    assert rsa_bits(public_key(bits, form)) == bits


def elliptic() -> bytes:
    key = elliptic_key(SECP256R1()).public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def for_pss_alone() -> bytes:
    """An RSA key, which signs by RSASSA-PSS only (RFC 4055 §1.2); DKIM does not."""
    rsa_encryption = bytes.fromhex("2a864886f70d010101")
    return public_key(2048).replace(rsa_encryption, rsa_encryption[:-1] + b"\x0a")


@pytest.mark.parametrize("der", [elliptic(), for_pss_alone()], ids=["elliptic", "RSASSA-PSS"])
def test_a_key_of_another_algorithm(der: bytes) -> None:
    """Rule I10: a SubjectPublicKeyInfo says what its key is for."""
    with pytest.raises(ValueError, match="no RSA key"):
        rsa_bits(der)


@given(st.binary(max_size=64), st.integers(0, 300))
def test_no_der_makes_it_raise_anything_else(noise: bytes, at: int) -> None:
    """Rule I10: cut, changed or foreign DER is no RSA key, and nothing worse."""
    key = public_key(2048)
    for der in (noise, key[:at], key[:at] + noise + key[at:], b"0" + noise):
        with suppress(ValueError):
            assert rsa_bits(der) > 0


@given(st.lists(st.binary(max_size=300), max_size=4), st.sampled_from([b"", b"v=DKIM1; p="]))
def test_no_octets_make_it_raise(strings: list[bytes], start: bytes) -> None:
    """Rule I10: whatever stands in a record, it comes to a finding."""
    assert judged({NAME: text(start, *strings)}, "s1")


@given(st.text(alphabet="v=DKIM1; p=khst:rsaed25519*y\x1b\xff", max_size=200))
def test_nothing_like_a_key_makes_it_raise(written: str) -> None:
    """Rule I10: nor does what is nearly one."""
    (key,) = answer_from({NAME: text(written)}, dkim_inquiry("example.com", ("s1",)))[0].keys

    assert key.texts == (written,)
