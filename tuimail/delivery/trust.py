"""Whether a certificate chain vouches for a name (RFC 5280, RFC 6125)."""

import re
import ssl
import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_CA_POLICY = ExtensionPolicy.permit_all().require_present(
    x509.BasicConstraints, Criticality.AGNOSTIC, None
)
_LEAF_POLICY = ExtensionPolicy.permit_all().require_present(
    x509.SubjectAlternativeName, Criticality.AGNOSTIC, None
)
"""What OpenSSL asks for. The library's own defaults are the web's, and refuse certificates that
mail servers have."""


class Trust:
    """The authorities that are believed: those of a PEM file, or the system's."""

    def __init__(self, ca_file: Path | None = None) -> None:
        """Raises OSError where `ca_file` can't be read, ValueError where it has no certificate."""
        self._given = list(_certificates(ca_file)) if ca_file is not None else None
        if self._given == []:
            raise ValueError(f"{ca_file} holds no certificate in PEM form")

    @cached_property
    def _roots(self) -> list[x509.Certificate]:
        return _system_roots() if self._given is None else self._given

    def distrust(self, chain: Sequence[x509.Certificate], host: str, at: datetime) -> str:
        """Why `chain`, the server's own certificate first, does not vouch for `host` at the
        moment `at`; empty where it does. Raises ValueError for a certificate beyond reading."""
        if not chain:
            return "the server showed no certificate"
        leaf = chain[0]
        if at > leaf.not_valid_after_utc:
            return f"it expired on {leaf.not_valid_after_utc:%Y-%m-%d}"
        if at < leaf.not_valid_before_utc:
            return f"it is not valid before {leaf.not_valid_before_utc:%Y-%m-%d}"
        if not self._roots:
            return "no certificate authority is known here"
        policy = (
            PolicyBuilder()
            .store(Store(self._roots))
            .time(at)
            .extension_policies(ca_policy=_CA_POLICY, ee_policy=_LEAF_POLICY)
        )
        try:
            policy.build_server_verifier(_subject(host)).verify(leaf, list(chain[1:]))
        except VerificationError:
            return self._reason(policy, chain, host)
        return ""

    @staticmethod
    def _reason(policy: PolicyBuilder, chain: Sequence[x509.Certificate], host: str) -> str:
        leaf = chain[0]
        try:
            policy.build_client_verifier().verify(leaf, list(chain[1:]))
        except VerificationError:
            if leaf.issuer == leaf.subject:
                return "it is self-signed"
            return f"no trusted authority issued it (its issuer is {leaf.issuer.rfc4514_string()})"
        return f"it is for {', '.join(_names(leaf)) or 'nobody'}, not for {host}"


def _subject(host: str) -> x509.DNSName | x509.IPAddress:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host.rstrip("."))


def _names(leaf: x509.Certificate) -> list[str]:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return []
    addresses = names.get_values_for_type(x509.IPAddress)
    return [*names.get_values_for_type(x509.DNSName), *map(str, addresses)]


def _system_roots() -> list[x509.Certificate]:
    paths = ssl.get_default_verify_paths()
    for file in (paths.cafile, paths.openssl_cafile):
        if file and Path(file).is_file():
            return list(_certificates(Path(file)))
    for folder in (paths.capath, paths.openssl_capath):
        if folder and Path(folder).is_dir():
            files = {file.resolve() for file in Path(folder).iterdir() if file.is_file()}
            return [root for file in sorted(files) for root in _certificates(file)]
    return []


def _certificates(file: Path) -> Iterator[x509.Certificate]:
    """Those in a PEM file that can be read; some systems ship roots that break RFC 5280."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        for pem in _PEM.findall(file.read_bytes()):
            try:
                yield x509.load_pem_x509_certificate(pem)
            except ValueError:
                continue
