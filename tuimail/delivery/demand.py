"""What TLS with one exchange has to give, and who says so; or why it gets no mail."""

from dataclasses import dataclass, replace

from tuimail.domain import Tlsa
from tuimail.smtp import TlsPolicy


@dataclass(frozen=True, slots=True)
class Demand:
    """`names` are the identities that the certificate may bear, the first one goes into SNI:
    names in A-labels, or one address."""

    policy: TlsPolicy
    names: tuple[str, ...]
    source: str
    """Who asks for it: `dane`, `mta-sts`, `requiretls`, or the policy's own value where the user
    does."""
    tlsa: tuple[Tlsa, ...] = ()
    """Under `dane`, what the certificate is matched with."""
    why: str = ""
    """In plain words, for the transcript; empty where there is nothing to tell."""

    def asks_as(self, other: "Demand") -> bool:
        """Whether both ask for the same, in whatever words."""
        return self == other or self == replace(other, why=self.why)


@dataclass(frozen=True, slots=True)
class Excluded:
    """TLS with this exchange can't give what is asked for: the next one, else deferred.

    `why` goes on from the exchange's name, in plain words.
    """

    why: str
    enhanced: str = "4.7.5"  # RFC 3463 §3.8: a cryptographic failure
