"""What DNS records mean for mail."""

from tuimail.domain.answer import Answer, AnswerStatus
from tuimail.domain.bimi import BimiReport, bimi_findings, bimi_inquiry
from tuimail.domain.caa import CaaReport, caa_findings, caa_inquiry
from tuimail.domain.dane import DaneReport, dane_findings, dane_inquiry
from tuimail.domain.dkim import DkimKey, DkimReport, KeyStatus, dkim_inquiry
from tuimail.domain.dkim_verdicts import dkim_findings
from tuimail.domain.dmarc import Alignment, DmarcRecord, Policy
from tuimail.domain.dmarc_report import DmarcReport, aligned, dmarc_inquiry
from tuimail.domain.dmarc_verdicts import dmarc_findings
from tuimail.domain.dnsbl import Listing, ListReport, dnsbl_findings, dnsbl_inquiry
from tuimail.domain.dnssec import DnssecReport, dnssec_findings, dnssec_inquiry
from tuimail.domain.exchanges import (
    MOST_ADDRESSES,
    Acceptance,
    Exchange,
    Exchanges,
    Shuffle,
    addresses_to_try,
    exchange_names,
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
from tuimail.domain.host import Horizon, HostReport, host_inquiry, reverse_inquiry
from tuimail.domain.inquiry import Checking, Inquiry, Question, knowing, side_by_side
from tuimail.domain.mta_sts import (
    StsMode,
    StsPolicy,
    StsPolicyError,
    StsRecord,
    StsStatus,
    Unfetched,
)
from tuimail.domain.mx import address_findings, mx_findings
from tuimail.domain.name import DomainError, a_labels, domain_meant, inspectable, literal_address
from tuimail.domain.probe import Probe, Reached, RelayTrial, family_findings, seen_findings
from tuimail.domain.probe_verdicts import judged_findings
from tuimail.domain.report import Report, worst_first
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
from tuimail.domain.tlsa_inquiry import tlsa_inquiry, tlsa_question
from tuimail.domain.tree_walk import TreeWalk

__all__ = [
    "MOST_ADDRESSES",
    "Acceptance",
    "Alignment",
    "Answer",
    "AnswerStatus",
    "BimiReport",
    "CaaReport",
    "Checking",
    "DaneReport",
    "DkimKey",
    "DkimReport",
    "DmarcRecord",
    "DmarcReport",
    "DnssecReport",
    "DomainError",
    "Exchange",
    "Exchanges",
    "Finding",
    "Horizon",
    "HostReport",
    "Inquiry",
    "KeyStatus",
    "ListReport",
    "Listing",
    "NoTlsa",
    "Policy",
    "Probe",
    "Question",
    "Reached",
    "RelayTrial",
    "Report",
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
    "address_findings",
    "addresses_to_try",
    "aligned",
    "bimi_findings",
    "bimi_inquiry",
    "caa_findings",
    "caa_inquiry",
    "check_host",
    "dane_findings",
    "dane_inquiry",
    "dkim_findings",
    "dkim_inquiry",
    "dmarc_findings",
    "dmarc_inquiry",
    "dnsbl_findings",
    "dnsbl_inquiry",
    "dnssec_findings",
    "dnssec_inquiry",
    "domain_meant",
    "exchange_names",
    "exchanges_named",
    "explicit",
    "family_findings",
    "given",
    "host_inquiry",
    "implicit",
    "inspectable",
    "judged_findings",
    "knowing",
    "literal",
    "literal_address",
    "mx_findings",
    "relay",
    "reverse_inquiry",
    "seen_findings",
    "sending_findings",
    "sending_inquiry",
    "settled_by_mx",
    "side_by_side",
    "spf_findings",
    "spf_inquiry",
    "sts_findings",
    "tls_rpt_findings",
    "tls_rpt_inquiry",
    "tlsa_inquiry",
    "tlsa_question",
    "tlsa_records",
    "to_match",
    "tree_lines",
    "with_addresses",
    "worst_first",
]
