"""The TLS side of a connection: the handshake is never refused, its result is judged after it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import MD5, SHA1, SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.protocols.tls import TLSMemoryBIOProtocol
from zope.interface import implementer

from tuimail.delivery import dane
from tuimail.delivery.certificate_facts import facts_of
from tuimail.delivery.client_certificate import present
from tuimail.delivery.demand import Demand
from tuimail.delivery.path import address_in
from tuimail.delivery.settings import ClientCertificate
from tuimail.delivery.trust import Trust
from tuimail.delivery.verdict import Verdict
from tuimail.domain import Tlsa
from tuimail.smtp import TlsFacts, TlsPolicy

_EXPORTER = b"EXPORTER-Channel-Binding"  # RFC 9266 §2
_EXPORTED = 32
"""Octets, RFC 9266 §2."""


class Tls:
    """How all connections do TLS: who is believed, and who we say we are."""

    def __init__(
        self, ca_file: Path | None = None, client_certificate: ClientCertificate | None = None
    ) -> None:
        """Raises OSError for a file that can't be read, ValueError for one that makes no sense."""
        self._trust = Trust(ca_file)
        self._certificate = client_certificate
        if client_certificate is not None:
            for policy in (TlsPolicy.ENCRYPT, TlsPolicy.OPPORTUNISTIC):
                self._context_for(policy)

    def client(self, demand: Demand) -> "TlsClient":
        """For one connection."""
        return TlsClient(demand, self._trust, self._context_for)

    # Contexts are made when the first server offers TLS: one takes longer than a mail without it.

    def _context_for(self, policy: TlsPolicy) -> SSL.Context:
        return self._required if policy.required else self._optional

    @cached_property
    def _required(self) -> SSL.Context:
        return self._presenting(SSL.TLS1_2_VERSION)  # RFC 8996

    @cached_property
    def _optional(self) -> SSL.Context:
        # Where plaintext would do too, any encryption is better (RFC 7435 §3); this is the oldest
        # that Postfix offers. OpenSSL has it at security level 0 alone, for its SHA-1.
        context = self._presenting(SSL.TLS1_VERSION)
        context.set_cipher_list(b"DEFAULT:@SECLEVEL=0")
        return context

    def _presenting(self, oldest: int) -> SSL.Context:
        context = _context()
        context.set_min_proto_version(oldest)
        if self._certificate is not None:
            present(self._certificate, context)
        return context


@implementer(IOpenSSLClientConnectionCreator)
class TlsClient:
    """One handshake, judged by what is demanded of it."""

    def __init__(
        self, demand: Demand, trust: Trust, context_for: Callable[[TlsPolicy], SSL.Context]
    ) -> None:
        self._demand = demand
        self._trust = trust
        self._context_for = context_for
        self._connection: SSL.Connection | None = None

    def prepare(self) -> None:
        """What a handshake will need, and its verdict: that takes 20 ms, the first time. Any
        thread may do it, and none has to."""
        self._context_for(self._demand.policy)
        self._trust.anchors()

    def clientConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> SSL.Connection:  # noqa: ARG002
        self._connection = _Connection(self._context_for(self._demand.policy), None)
        host = self._demand.names[0]
        if address_in(host) is None:  # RFC 6066 §3: no address in SNI.
            self._connection.set_tlsext_host_name(host.rstrip(".").encode("ascii"))
        self._connection.set_connect_state()
        return self._connection

    def facts(self) -> TlsFacts:
        """What the handshake showed. Call it once, after the handshake."""
        if self._connection is None:
            raise RuntimeError("no handshake yet")
        version = self._connection.get_protocol_version_name()
        cipher = self._connection.get_cipher_name() or "no cipher"
        try:
            chain = self._connection.get_peer_cert_chain(as_cryptography=True) or []
            subject = chain[0].subject.rfc4514_string() if chain else ""
            issuer = chain[0].issuer.rfc4514_string() if chain else ""
            verdict = self._judge(chain)
            bindings = _bindings(self._connection, chain)
        except (ValueError, UnsupportedAlgorithm) as error:
            return TlsFacts(version, cipher, "", "", f"its certificate can't be read: {error}")
        return TlsFacts(
            version,
            cipher,
            subject,
            issuer,
            verdict.distrust,
            verdict.proof,
            self._connection.get_group_name() or "",
            facts_of(chain),
            bindings,
        )

    def judged_by(self, tlsa: Sequence[Tlsa], names: Sequence[str]) -> Verdict:
        """What the certificate that was shown is worth by these TLSA records, whatever was
        demanded. Raises ValueError for one beyond reading."""
        shown = (
            self._connection.get_peer_cert_chain(as_cryptography=True) if self._connection else ()
        )
        return dane.judge(shown or (), tlsa, names, datetime.now(UTC))

    def _judge(self, chain: Sequence[x509.Certificate]) -> Verdict:
        now, demand = datetime.now(UTC), self._demand
        if demand.policy is TlsPolicy.DANE:
            return dane.judge(chain, demand.tlsa, demand.names, now)
        return self._trust.judge(chain, demand.names, now)


class _Connection(SSL.Connection):
    def do_handshake(self) -> None:
        try:
            super().do_handshake()
        except SSL.ZeroReturnError as farewell:
            # Twisted, as of 26.10, looks for a reason in each error, and fails where there is none.
            raise SSL.Error([("", "", "the server ended it")]) from farewell


def handshake_words(error: SSL.Error) -> str:
    """OpenSSL's reasons, in its words."""
    reasons = [entry[-1] for entry in (error.args[0] if error.args else ()) if entry]
    return ", ".join(reason for reason in reasons if reason) or "no reason given"


def _context() -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    # A certificate that does not verify is a fact to show, and the policy decides on it.
    context.set_verify(SSL.VERIFY_NONE)
    context.set_options(SSL.OP_NO_RENEGOTIATION)
    return context


def _bindings(connection: SSL.Connection, chain: Sequence[x509.Certificate]) -> Mapping[str, bytes]:
    """What binds an authentication to this connection, by its registered name."""
    if connection.get_protocol_version() == SSL.TLS1_3_VERSION:
        exported = connection.export_keying_material(_EXPORTER, _EXPORTED)
        return MappingProxyType({"tls-exporter": exported})
    digest = chain[0].signature_hash_algorithm if chain else None
    if digest is None:
        # RFC 5929 §4.1 defines none for a signature without a hash function of its own.
        return MappingProxyType({})
    end_point = Hash(SHA256() if isinstance(digest, MD5 | SHA1) else digest)
    end_point.update(chain[0].public_bytes(Encoding.DER))
    return MappingProxyType({"tls-server-end-point": end_point.finalize()})
