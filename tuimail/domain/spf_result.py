"""What receivers find when a host sends in a domain's name (RFC 7208 §2.6)."""

from dataclasses import dataclass
from enum import Enum

from tuimail.domain.spf_record import Qualifier


class SpfOutcome(Enum):
    """RFC 7208 §2.6."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


OUTCOMES = {
    Qualifier.PASS: SpfOutcome.PASS,
    Qualifier.FAIL: SpfOutcome.FAIL,
    Qualifier.SOFTFAIL: SpfOutcome.SOFTFAIL,
    Qualifier.NEUTRAL: SpfOutcome.NEUTRAL,
}
MEANINGS = {
    Qualifier.PASS: "lets it send",
    Qualifier.FAIL: "forbids it to send",
    Qualifier.SOFTFAIL: "says that it may rather not send",
    Qualifier.NEUTRAL: "says nothing about it",
}


@dataclass(frozen=True, slots=True)
class SpfResult:
    """`why` is plain words. `term` is the mechanism that matched in the domain's own record, or
    in the one that it redirects to; empty where none did."""

    ip: str
    domain: str
    outcome: SpfOutcome
    why: str
    term: str = ""
    explanation: str = ""
    """The domain's own words for a refusal; foreign text."""
