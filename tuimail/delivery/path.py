"""Certification paths: from a server's certificate to one that is believed (RFC 5280, RFC 6125)."""

from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)


def _signs_certificates(
    _policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None
) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("its key is not for signing certificates")


def _serves(
    _policy: Policy, _certificate: x509.Certificate, usage: x509.ExtendedKeyUsage | None
) -> None:
    if usage is not None and not _SERVER_PURPOSES & set(usage):
        raise ValueError("its key is not for a server")


_SERVER_PURPOSES = {
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
}
# What OpenSSL asks for. The library's own defaults are the web's, and refuse certificates that
# mail servers have.
_CA_POLICY = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _signs_certificates)
    .may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _serves)
)
_LEAF_POLICY = ExtensionPolicy.permit_all().may_be_present(
    x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _serves
)
_NAMED_LEAF_POLICY = _LEAF_POLICY.require_present(
    x509.SubjectAlternativeName, Criticality.AGNOSTIC, None
)


def obstacle(
    chain: Sequence[x509.Certificate],
    anchors: Store,
    names: Sequence[str],
    at: datetime,
) -> str:
    """Why `chain`, the server's own certificate first, does not lead from one of `names` to one
    of `anchors` at the moment `at`; empty where it does.

    `names` are host names or addresses, and one is enough. Raises ValueError for a certificate
    beyond reading.
    """
    leaf = chain[0]
    if at > leaf.not_valid_after_utc:
        return f"it expired on {leaf.not_valid_after_utc:%Y-%m-%d}"
    if at < leaf.not_valid_before_utc:
        return f"it is not valid before {leaf.not_valid_before_utc:%Y-%m-%d}"
    if any(_leads(chain, anchors, name, at) for name in names):
        return ""
    anonymous = _policy(anchors, at, _LEAF_POLICY).build_client_verifier()
    try:
        anonymous.verify(leaf, list(chain[1:]))
    except VerificationError:
        if leaf.issuer == leaf.subject:
            return "it is self-signed"
        return f"no trusted authority issued it (its issuer is {leaf.issuer.rfc4514_string()})"
    return f"it is for {', '.join(names_of(leaf)) or 'nobody'}, not for {' or '.join(names)}"


def address_in(name: str) -> x509.IPAddress | None:
    """The address that stands in the place of a host's name, None for a name."""
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return None


def _leads(
    chain: Sequence[x509.Certificate],
    anchors: Store,
    name: str,
    at: datetime,
) -> bool:
    try:
        subject = address_in(name) or x509.DNSName(name.rstrip("."))
        verifier = _policy(anchors, at, _NAMED_LEAF_POLICY).build_server_verifier(subject)
    except ValueError:
        # A host's name may have an underscore in the DNS; in a certificate it may not.
        return False
    try:
        verifier.verify(chain[0], list(chain[1:]))
    except VerificationError:
        return False
    return True


def _policy(anchors: Store, at: datetime, leaf: ExtensionPolicy) -> PolicyBuilder:
    return (
        PolicyBuilder()
        .store(anchors)
        .time(at)
        .extension_policies(ca_policy=_CA_POLICY, ee_policy=leaf)
    )


def names_of(leaf: x509.Certificate) -> list[str]:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return []
    addresses = names.get_values_for_type(x509.IPAddress)
    return [*names.get_values_for_type(x509.DNSName), *map(str, addresses)]
