"""What DNS records mean for mail."""

from tuimail.domain.answer import Answer, AnswerStatus
from tuimail.domain.bimi import BimiReport, bimi_findings, bimi_inquiry
from tuimail.domain.caa import CaaReport, caa_findings, caa_inquiry
from tuimail.domain.dkim import DkimKey, DkimReport, KeyStatus, dkim_inquiry
from tuimail.domain.dkim_verdicts import dkim_findings
from tuimail.domain.dmarc import Alignment, DmarcRecord, Policy
from tuimail.domain.dmarc_report import DmarcReport, aligned, dmarc_inquiry
from tuimail.domain.dmarc_verdicts import dmarc_findings
from tuimail.domain.dnsbl import Listing, ListReport, dnsbl_findings, dnsbl_inquiry
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
from tuimail.domain.sts_verdicts import sts_findings
from tuimail.domain.tls_rpt import TlsRptReport, tls_rpt_findings, tls_rpt_inquiry
from tuimail.domain.tlsa import (
    NoTlsa,
    Tlsa,
    TlsaFound,
    TlsaLookUp,
    TlsaUnknown,
    tlsa_records,
    to_match,
)
from tuimail.domain.tree_walk import TreeWalk

__all__ = [
    "Acceptance",
    "Alignment",
    "Answer",
    "AnswerStatus",
    "BimiReport",
    "CaaReport",
    "DkimKey",
    "DkimReport",
    "DmarcRecord",
    "DmarcReport",
    "DomainError",
    "Exchange",
    "Exchanges",
    "Finding",
    "HostReport",
    "Inquiry",
    "KeyStatus",
    "ListReport",
    "Listing",
    "NoTlsa",
    "Policy",
    "Question",
    "Report",
    "Shuffle",
    "StsMode",
    "StsPolicy",
    "StsPolicyError",
    "StsRecord",
    "StsStatus",
    "TlsRptReport",
    "Tlsa",
    "TlsaFound",
    "TlsaLookUp",
    "TlsaUnknown",
    "TreeWalk",
    "Unfetched",
    "Verdict",
    "a_labels",
    "address_findings",
    "addresses_to_try",
    "aligned",
    "bimi_findings",
    "bimi_inquiry",
    "caa_findings",
    "caa_inquiry",
    "dkim_findings",
    "dkim_inquiry",
    "dmarc_findings",
    "dmarc_inquiry",
    "dnsbl_findings",
    "dnsbl_inquiry",
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
    "sts_findings",
    "tls_rpt_findings",
    "tls_rpt_inquiry",
    "tlsa_records",
    "to_match",
    "with_addresses",
    "worst_first",
]
