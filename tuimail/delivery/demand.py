"""What TLS with one exchange has to give, and who says so."""

from dataclasses import dataclass

from tuimail.domain import Tlsa
from tuimail.smtp import TlsPolicy


@dataclass(frozen=True, slots=True)
class Demand:
    """`names` are the identities that the certificate may bear, the first one goes into SNI:
    names in A-labels, or one address."""

    policy: TlsPolicy
    names: tuple[str, ...]
    source: str
    """Who asks for it: `dane`, `mta-sts`, or the policy's own value where the user does."""
    tlsa: tuple[Tlsa, ...] = ()
    """Under `dane`, what the certificate is matched with."""
    why: str = ""
    """In plain words, for the transcript; empty where there is nothing to tell."""
