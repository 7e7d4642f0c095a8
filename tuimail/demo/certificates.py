"""The demo world's certificate authority, which lives as long as the world does."""

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import trustme
from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from twisted.protocols.tls import TLSMemoryBIOProtocol
from zope.interface import implementer

from tuimail.demo.domains import DemoExchange, Vouched
from tuimail.demo.tempers import Certificate, Temper
from tuimail.domain.certificate import public_key

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
    tlsa: Mapping[str, str]
    """What the DNS vouches for, as in a zone file, by the exchange's name."""


def issue(exchanges: Iterable[DemoExchange], policy_hosts: Iterable[str]) -> Certificates:
    """A new authority, and a certificate for each exchange whose temper has one, and for each
    policy host."""
    authority = trustme.CA(organization_name="tuimail demo world")
    tls, tlsa = {}, {}
    for exchange in exchanges:
        temper = exchange.temper
        if isinstance(temper, Temper) and temper.certificate is not Certificate.NONE:
            leaf = _leaf(authority, exchange.name, temper.certificate)
            tls[exchange.name] = ServerTls(_context(leaf))
            match exchange.vouched:
                case Vouched.ITS_KEY:
                    tlsa[exchange.name] = _association(leaf)
                case Vouched.OLD_KEY:
                    old = _leaf(authority, exchange.name, temper.certificate)
                    tlsa[exchange.name] = _association(old)
    for name in policy_hosts:
        tls[name] = ServerTls(_context(_leaf(authority, name, Certificate.GOOD)))
    return Certificates(authority.cert_pem.bytes(), tls, tlsa)


def _leaf(authority: trustme.CA, name: str, certificate: Certificate) -> trustme.LeafCert:
    not_before, not_after = _VALIDITY[certificate]
    return authority.issue_cert(
        name,
        common_name=name,
        organization_name="tuimail demo world",
        not_before=not_before,
        not_after=not_after,
    )


def _association(leaf: trustme.LeafCert) -> str:
    """A TLSA record for its key: DANE-EE, as RFC 7672 §3.1 recommends."""
    der = ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode())
    return f"3 1 1 {sha256(public_key(der)).hexdigest()}"


def _context(leaf: trustme.LeafCert) -> SSL.Context:
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    # Through a file, because what pyOpenSSL takes as an object has changed over the years.
    with leaf.private_key_and_cert_chain_pem.tempfile() as path:
        context.use_certificate_chain_file(path)
        context.use_privatekey_file(path)
    return context
