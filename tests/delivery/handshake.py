"""Handshakes in memory: a TLS client of ours and a server, no socket between."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from cryptography import x509
from OpenSSL import SSL
from twisted.protocols.tls import TLSMemoryBIOProtocol

from tests.delivery.authority import Holder
from tuimail.delivery.tls import TlsClient

CHUNK = 65536
MOST_FLIGHTS = 10


@dataclass(slots=True)
class Server:
    """What a server shows and takes; `versions` are the oldest and the newest."""

    holder: Holder
    folder: Path
    shown: Sequence[x509.Certificate] | None = None
    versions: tuple[int, int] = (SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION)
    heard: list[str] = field(default_factory=list)
    """The names in SNI, empty where a client sent none."""
    clients: list[x509.Certificate] = field(default_factory=list)
    """The certificates that clients showed."""

    def shake_hands(self, client: TlsClient) -> SSL.Connection:
        """The client's side, after the handshake. Raises SSL.Error where it fails."""
        # What is asked for is ours to decide, whoever asks.
        ours = client.clientConnectionForTLS(cast("TLSMemoryBIOProtocol", None))
        theirs = SSL.Connection(self._context(), None)
        theirs.set_accept_state()
        for _ in range(MOST_FLIGHTS):
            for one, other in ((ours, theirs), (theirs, ours)):
                with suppress(SSL.WantReadError):
                    one.do_handshake()
                with suppress(SSL.WantReadError):
                    other.bio_write(one.bio_read(CHUNK))
        shown = theirs.get_peer_certificate(as_cryptography=True)
        if shown is not None:
            self.clients.append(shown)
        return ours

    def _context(self) -> SSL.Context:
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_cipher_list(b"DEFAULT:@SECLEVEL=0")
        context.set_min_proto_version(self.versions[0])
        context.set_max_proto_version(self.versions[1])
        path = str(self.holder.write(self.folder / "server.pem", self.shown))
        context.use_certificate_chain_file(path)
        context.use_privatekey_file(path)
        context.set_tlsext_servername_callback(
            lambda connection: self.heard.append((connection.get_servername() or b"").decode())
        )
        context.set_verify(SSL.VERIFY_PEER, lambda *_arguments: True)
        return context
