"""The TLS side of a connection: the handshake is never refused, its result is judged after it."""

from datetime import UTC, datetime

from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.protocols.tls import TLSMemoryBIOProtocol
from zope.interface import implementer

from tuimail.delivery.demand import Demand
from tuimail.delivery.trust import Trust
from tuimail.smtp import TlsFacts


@implementer(IOpenSSLClientConnectionCreator)
class TlsClient:
    """One handshake, judged by what is demanded of it."""

    def __init__(self, demand: Demand, trust: Trust) -> None:
        self._host = demand.names[0]
        self._trust = trust
        self._connection: SSL.Connection | None = None

    def clientConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> SSL.Connection:  # noqa: ARG002
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        # A certificate that does not verify is a fact to show, and the policy decides on it.
        context.set_verify(SSL.VERIFY_NONE)
        context.set_options(SSL.OP_NO_RENEGOTIATION)
        self._connection = SSL.Connection(context, None)
        if not _is_address(self._host):
            self._connection.set_tlsext_host_name(self._host.rstrip(".").encode("ascii"))
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
            distrust = self._trust.distrust(chain, self._host, datetime.now(UTC))
        except ValueError as error:
            return TlsFacts(version, cipher, "", "", f"its certificate can't be read: {error}")
        return TlsFacts(version, cipher, subject, issuer, distrust)


def handshake_words(error: SSL.Error) -> str:
    """OpenSSL's reasons, in its words."""
    reasons = [entry[-1] for entry in (error.args[0] if error.args else ()) if entry]
    return ", ".join(reason for reason in reasons if reason) or "no reason given"


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
