"""A bearer token, as an authorization server signs it (RFC 6750, RFC 7519)."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode

from tests.peers.site import USER

KEY = b"a key of 32 octets, for a test .."


def base64url(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")


def _signed() -> str:
    claims = {"sub": USER, "azp": "default", "iat": 0, "exp": 4_000_000_000}
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    text = ".".join(base64url(json.dumps(part).encode()) for part in parts)
    return f"{text}.{base64url(hmac.digest(KEY, text.encode(), hashlib.sha256))}"


TOKEN = _signed()
"""Says that its bearer is USER."""
