"""The certificate authorities that are believed, and what that makes of a certificate."""

import re
import ssl
import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import Store

from tuimail.delivery.path import obstacle
from tuimail.delivery.verdict import Verdict

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class Trust:
    """The authorities of a PEM file, or the system's."""

    def __init__(self, ca_file: Path | None = None) -> None:
        """Raises OSError where `ca_file` can't be read, ValueError where it has no certificate."""
        self._given = list(_certificates(ca_file)) if ca_file is not None else None
        if self._given == []:
            raise ValueError(f"{ca_file} holds no certificate in PEM form")
        self._reading = Lock()

    def anchors(self) -> Store | None:
        """None where nobody is known. The system's take 10 ms to read, the first time. Any thread
        may ask."""
        with self._reading:
            return self._store

    @cached_property
    def _store(self) -> Store | None:
        roots = _system_roots() if self._given is None else self._given
        return Store(roots) if roots else None

    def judge(
        self, chain: Sequence[x509.Certificate], names: Sequence[str], at: datetime
    ) -> Verdict:
        """Whether `chain`, the server's own certificate first, vouches for one of `names` at the
        moment `at`. Raises ValueError for a certificate beyond reading."""
        if not chain:
            return Verdict("the server showed no certificate")
        anchors = self.anchors()
        if anchors is None:
            return Verdict("no certificate authority is known here")
        distrust = obstacle(chain, anchors, names, at)
        return Verdict(distrust, "" if distrust else "PKIX")


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
