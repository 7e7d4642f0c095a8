"""What a handshake showed, as people write it."""

import pytest

from tuimail.smtp import TlsFacts


@pytest.mark.parametrize(
    ("version", "protocol"),
    [
        ("TLSv1.3", "TLS 1.3"),
        ("TLSv1.1", "TLS 1.1"),
        ("TLSv1", "TLS 1.0"),
        ("SSLv3", "SSL 3.0"),
        ("TLSv2", "TLS 2"),
        ("", ""),
    ],
)
def test_protocols(version: str, protocol: str) -> None:
    assert TlsFacts(version, "", "", "", "").protocol == protocol
