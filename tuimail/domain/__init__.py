"""What DNS records mean for mail."""

from tuimail.domain.answer import Answer, AnswerStatus
from tuimail.domain.exchanges import (
    Acceptance,
    Exchange,
    Exchanges,
    Shuffle,
    addresses_to_try,
    exchanges_named,
    explicit,
    given,
    implicit,
    literal,
    relay,
    settled_by_mx,
    with_addresses,
)
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.inquiry import Inquiry, Question
from tuimail.domain.mta_sts import (
    StsMode,
    StsPolicy,
    StsPolicyError,
    StsRecord,
    StsStatus,
    Unfetched,
)
from tuimail.domain.name import DomainError, a_labels, domain_meant, literal_address
from tuimail.domain.tlsa import (
    NoTlsa,
    Tlsa,
    TlsaFound,
    TlsaLookUp,
    TlsaUnknown,
    tlsa_records,
    to_match,
)

__all__ = [
    "Acceptance",
    "Answer",
    "AnswerStatus",
    "DomainError",
    "Exchange",
    "Exchanges",
    "Finding",
    "Inquiry",
    "NoTlsa",
    "Question",
    "Shuffle",
    "StsMode",
    "StsPolicy",
    "StsPolicyError",
    "StsRecord",
    "StsStatus",
    "Tlsa",
    "TlsaFound",
    "TlsaLookUp",
    "TlsaUnknown",
    "Unfetched",
    "Verdict",
    "a_labels",
    "addresses_to_try",
    "domain_meant",
    "exchanges_named",
    "explicit",
    "given",
    "implicit",
    "literal",
    "literal_address",
    "relay",
    "settled_by_mx",
    "tlsa_records",
    "to_match",
    "with_addresses",
]
