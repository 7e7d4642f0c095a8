"""What a TLS handshake showed, explained."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from tuimail import smtp
from tuimail.transcript.events import Entry, Lane, PolicyFound
from tuimail.transcript.explanation import Detail, Explanation, quoted, sentence

_VERSIONS = {
    "TLSv1.3": ("TLS 1.3", "the newest", "RFC 8446"),
    "TLSv1.2": ("TLS 1.2", "not the newest, and good", "RFC 5246"),
    "TLSv1.1": ("TLS 1.1", "old, and given up", "RFC 8996"),
    "TLSv1": ("TLS 1.0", "old, and given up", "RFC 8996"),
}
_POLICIES = {
    smtp.TlsPolicy.NONE: ("No TLS was asked for.", ""),
    smtp.TlsPolicy.OPPORTUNISTIC: (
        (
            "TLS is used where it is offered, whatever the certificate: it hides the mail from"
            " those who only listen."
        ),
        "RFC 7435",
    ),
    smtp.TlsPolicy.ENCRYPT: (
        "TLS is required, whatever the certificate: nothing goes out in plaintext.",
        "RFC 7435",
    ),
    smtp.TlsPolicy.VERIFY: (
        "TLS is required, with a certificate of somebody we trust, for this name, valid today.",
        "RFC 5280, RFC 9525",
    ),
    smtp.TlsPolicy.DANE: (
        "TLS is required, with a certificate that the domain's signed DNS vouches for (TLSA).",
        "RFC 7672",
    ),
}
_PROOFS = (
    ("PKIX", "Somebody whom we trust vouches for it, it is for this name, and valid today.", ""),
    ("DANE-EE", "The signed DNS names this very certificate, or its key.", "RFC 7672 §3.1.1"),
    ("DANE-TA", "The signed DNS names who vouches for it.", "RFC 7672 §3.1.2"),
)
_CIPHERS = (
    (re.compile("CHACHA20", re.IGNORECASE), "ChaCha20, safe against changes"),
    (re.compile("AES_?256.{0,4}(GCM|CCM)", re.IGNORECASE), "AES of 256 bits, safe against changes"),
    (re.compile("AES_?128.{0,4}(GCM|CCM)", re.IGNORECASE), "AES of 128 bits, safe against changes"),
    (re.compile("AES", re.IGNORECASE), "AES, in an older mode"),
    (re.compile("RC4|DES|NULL|EXP", re.IGNORECASE), "a cipher that protects nobody any more"),
)
_QUANTUM = re.compile("MLKEM|KYBER", re.IGNORECASE)
_MOST_CERTIFICATES = 20
_MOST_NAMES = 10
_LOOK_BACK = 1000


class Certificate(Protocol):
    """One of a chain; the texts are foreign, the times in UTC."""

    @property
    def subject(self) -> str: ...
    @property
    def issuer(self) -> str: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def not_before(self) -> datetime: ...
    @property
    def not_after(self) -> datetime: ...
    @property
    def key(self) -> str: ...


def explained_handshake(
    event: smtp.TlsEstablished, lane: Lane, earlier: Sequence[Entry]
) -> Explanation:
    """`earlier` entries may hold the MTA-STS policy that asked for it."""
    facts = event.facts
    version, *_ = _version(facts)
    meaning = f"From here on the session is encrypted, with {version}."
    policy = event.policy
    if facts.verified:
        cause = f"The certificate proves who the exchange is ({facts.proof or 'verified'})."
    else:
        consequence = "" if policy is None else _consequence(policy)
        cause = f"{sentence(f'The certificate proves nothing: {facts.distrust}')}{consequence}"
    details = tuple(_details(event, lane, earlier))
    return Explanation("TLS", quoted(meaning), quoted(cause), rfc="RFC 3207 §4", details=details)


def _consequence(policy: smtp.TlsPolicy) -> str:
    if policy.authenticates:
        return f" The policy “{policy.value}” does not bear that: no mail goes out here."
    return " No policy asks for more: the mail is safe from those who only listen."


def _version(facts: smtp.TlsFacts) -> tuple[str, str, str]:
    return _VERSIONS.get(facts.version, (facts.version or "TLS", "a version we do not know", ""))


def _details(event: smtp.TlsEstablished, lane: Lane, earlier: Sequence[Entry]) -> Iterator[Detail]:
    facts = event.facts
    version, judged, rfc = _version(facts)
    yield Detail("version", quoted(f"{version}: {judged}."), rfc)
    yield Detail("cipher", quoted(f"{facts.cipher}: {_cipher(facts.cipher)}."))
    exchange: str = getattr(facts, "key_exchange", "")
    if exchange:
        later = ", which a quantum computer does not undo" if _QUANTUM.search(exchange) else ""
        yield Detail("key exchange", quoted(f"{exchange}{later}."))
    yield from _certificates(facts)
    yield from _policy(event.policy, lane, earlier)
    yield _verdict(facts)


def _cipher(cipher: str) -> str:
    return next((words for sign, words in _CIPHERS if sign.search(cipher)), "we do not know it")


def _certificates(facts: smtp.TlsFacts) -> Iterator[Detail]:
    chain: Sequence[Certificate] = getattr(facts, "chain", ())
    if not chain:
        yield Detail(
            "certificate", quoted(f"{facts.subject}, issued by {facts.issuer}."), "RFC 5280"
        )
    for depth, each in enumerate(chain[:_MOST_CERTIFICATES]):
        names = ", ".join(each.names[:_MOST_NAMES])
        more = f" and {len(each.names) - _MOST_NAMES} more" if len(each.names) > _MOST_NAMES else ""
        known_as = f" for {names}{more}," if names else ""
        valid = f"valid from {each.not_before:%Y-%m-%d} to {each.not_after:%Y-%m-%d}"
        yield Detail(
            "certificate" if depth == 0 else f"issuer {depth}",
            quoted(f"{each.subject},{known_as} issued by {each.issuer}, {valid}, key {each.key}."),
            "RFC 5280",
        )


def _policy(
    policy: smtp.TlsPolicy | None, lane: Lane, earlier: Sequence[Entry]
) -> Iterator[Detail]:
    if policy is None:
        return
    meaning, rfc = _POLICIES[policy]
    if policy is smtp.TlsPolicy.VERIFY and _asked_by_sts(lane, earlier):
        yield Detail("policy mta-sts", f"The domain asks for it by MTA-STS. {meaning}", "RFC 8461")
    else:
        yield Detail(f"policy {policy.value}", meaning, rfc)


def _asked_by_sts(lane: Lane, earlier: Sequence[Entry]) -> bool:
    for entry in reversed(earlier[-_LOOK_BACK:]):
        match entry.event:
            case PolicyFound(domain=domain, policy=policy) if domain == lane.domain:
                return policy.mode == "enforce" and policy.matches(lane.exchange)
    return False


def _verdict(facts: smtp.TlsFacts) -> Detail:
    if not facts.verified:
        return Detail("verdict", sentence(f"Not verified: {facts.distrust}"))
    for name, meaning, rfc in _PROOFS:
        if facts.proof.startswith(name):
            return Detail("verdict", quoted(f"Verified by {facts.proof}. {meaning}"), rfc)
    return Detail("verdict", "Verified.")
