"""What is known of a domain's mail, one thing at a time."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """From the best to the gravest."""

    PASS = "pass"
    INFO = "info"
    UNKNOWN = "unknown"
    """The answer could not be had: neither an absence, nor the domain's fault."""
    WARN = "warn"
    FAIL = "fail"

    @property
    def gravity(self) -> int:
        return list(Verdict).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """`why` is one sentence, `evidence` the record or reply that it rests on: both may hold
    foreign text. `subject` is the domain, exchange or address that it is about."""

    rule: str
    """As the rules number them: `I8`."""
    check: str
    """What was looked at, as its field calls it: `SPF`."""
    subject: str
    verdict: Verdict
    why: str
    evidence: str = ""
    reference: str = ""
    """Where the rule comes from: `RFC 7208 §4.6.4`."""
    advice: str = ""
    """What to do about it, in one sentence; empty where nothing is to be done."""
