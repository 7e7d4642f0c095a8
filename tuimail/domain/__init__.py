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
from tuimail.domain.host import HostReport, host_inquiry, reverse_inquiry
from tuimail.domain.inquiry import Inquiry, Question
from tuimail.domain.mta_sts import (
    StsMode,
    StsPolicy,
    StsPolicyError,
    StsRecord,
    StsStatus,
    Unfetched,
)
from tuimail.domain.mx import address_findings, mx_findings
from tuimail.domain.name import DomainError, a_labels, domain_meant, literal_address
from tuimail.domain.report import Report, worst_first
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
    "HostReport",
    "Inquiry",
    "NoTlsa",
    "Question",
    "Report",
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
    "address_findings",
    "addresses_to_try",
    "domain_meant",
    "exchanges_named",
    "explicit",
    "given",
    "host_inquiry",
    "implicit",
    "literal",
    "literal_address",
    "mx_findings",
    "relay",
    "reverse_inquiry",
    "settled_by_mx",
    "tlsa_records",
    "to_match",
    "with_addresses",
    "worst_first",
]
