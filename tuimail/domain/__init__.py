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
from tuimail.domain.inquiry import Inquiry, Question, side_by_side
from tuimail.domain.mta_sts import (
    StsMode,
    StsPolicy,
    StsPolicyError,
    StsRecord,
    StsStatus,
    Unfetched,
)
from tuimail.domain.name import DomainError, a_labels, domain_meant, literal_address
from tuimail.domain.sending import Sender, SendingReport, sending_inquiry
from tuimail.domain.sending_verdicts import sending_findings
from tuimail.domain.spf_check import check_host
from tuimail.domain.spf_lines import tree_lines
from tuimail.domain.spf_result import SpfOutcome, SpfResult
from tuimail.domain.spf_tree import SpfNode, SpfReport, spf_inquiry
from tuimail.domain.spf_verdicts import spf_findings
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
    "Inquiry",
    "KeyStatus",
    "ListReport",
    "Listing",
    "NoTlsa",
    "Policy",
    "Question",
    "Sender",
    "SendingReport",
    "Shuffle",
    "SpfNode",
    "SpfOutcome",
    "SpfReport",
    "SpfResult",
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
    "addresses_to_try",
    "aligned",
    "bimi_findings",
    "bimi_inquiry",
    "caa_findings",
    "caa_inquiry",
    "check_host",
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
    "implicit",
    "literal",
    "literal_address",
    "relay",
    "sending_findings",
    "sending_inquiry",
    "settled_by_mx",
    "side_by_side",
    "spf_findings",
    "spf_inquiry",
    "sts_findings",
    "tls_rpt_findings",
    "tls_rpt_inquiry",
    "tlsa_records",
    "to_match",
    "tree_lines",
    "with_addresses",
]
