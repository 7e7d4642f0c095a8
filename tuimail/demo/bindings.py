"""What a TLS connection has that a login can be bound to (RFC 5929 §4, RFC 9266)."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.hashes import SHA256
from OpenSSL import SSL

_EXPORTER = b"EXPORTER-Channel-Binding"
_OCTETS = 32


def channel_bindings(connection: SSL.Connection) -> Mapping[str, bytes]:
    """By their registered names, on the server's side of a handshake that is over."""
    certificate = connection.get_certificate()
    bindings = {}
    if certificate is not None:
        # trustme signs with SHA-256, which is also what RFC 5929 takes in place of weaker hashes.
        bindings["tls-server-end-point"] = certificate.to_cryptography().fingerprint(SHA256())
    if connection.get_protocol_version_name() == "TLSv1.3":
        bindings["tls-exporter"] = connection.export_keying_material(_EXPORTER, _OCTETS, b"")
    return bindings
