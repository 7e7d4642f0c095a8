"""The demo world's certificate authority, which lives as long as the world does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import trustme
from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from twisted.protocols.tls import TLSMemoryBIOProtocol
from zope.interface import implementer

from tuimail.demo.domains import DemoExchange
from tuimail.demo.tempers import Certificate, Temper

_VALIDITY = {
    Certificate.GOOD: (None, None),
    Certificate.EXPIRED: (datetime(2019, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)),
}
"""Not before, not after; None leaves it to trustme: from long ago until long from now."""


@implementer(IOpenSSLServerConnectionCreator)
class ServerTls:
    """How a server does TLS: 1.2 or newer, with its own certificate."""

    def __init__(self, context: SSL.Context) -> None:
        self._context = context

    def serverConnectionForTLS(self, _protocol: TLSMemoryBIOProtocol) -> SSL.Connection:
        return SSL.Connection(self._context, None)


@dataclass(frozen=True, slots=True)
class Certificates:
    """The authority's own certificate, and how each server does TLS, by its name."""

    ca_pem: bytes
    tls: Mapping[str, ServerTls]


def issue(exchanges: Iterable[DemoExchange], policy_hosts: Iterable[str]) -> Certificates:
    """A new authority, and a certificate for each exchange whose temper has one, and for each
    policy host."""
    authority = trustme.CA(organization_name="tuimail demo world")
    return Certificates(
        ca_pem=authority.cert_pem.bytes(),
        tls={
            exchange.name: ServerTls(_context(authority, exchange.name, temper.certificate))
            for exchange in exchanges
            if isinstance(temper := exchange.temper, Temper)
            and temper.certificate is not Certificate.NONE
        }
        | {name: ServerTls(_context(authority, name, Certificate.GOOD)) for name in policy_hosts},
    )


def _context(authority: trustme.CA, name: str, certificate: Certificate) -> SSL.Context:
    not_before, not_after = _VALIDITY[certificate]
    leaf = authority.issue_cert(
        name,
        common_name=name,
        organization_name="tuimail demo world",
        not_before=not_before,
        not_after=not_after,
    )
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    # Through a file, because what pyOpenSSL takes as an object has changed over the years.
    with leaf.private_key_and_cert_chain_pem.tempfile() as path:
        context.use_certificate_chain_file(path)
        context.use_privatekey_file(path)
    return context
