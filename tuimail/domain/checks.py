"""All that the DNS alone tells of a domain, beside where it takes its mail."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from tuimail.domain.bimi import bimi_findings, bimi_inquiry
from tuimail.domain.caa import caa_findings, caa_inquiry
from tuimail.domain.dkim import dkim_inquiry
from tuimail.domain.dkim_verdicts import dkim_findings
from tuimail.domain.dmarc_report import dmarc_inquiry
from tuimail.domain.dmarc_verdicts import dmarc_findings
from tuimail.domain.dnssec import dnssec_findings, dnssec_inquiry
from tuimail.domain.finding import Finding
from tuimail.domain.inquiry import Inquiry
from tuimail.domain.sending import Sender, sending_inquiry
from tuimail.domain.sending_verdicts import sending_findings
from tuimail.domain.spf_tree import spf_inquiry
from tuimail.domain.spf_verdicts import spf_findings
from tuimail.domain.tls_rpt import tls_rpt_findings, tls_rpt_inquiry

T = TypeVar("T")
Findings = tuple[Finding, ...]


def checks(
    domain: str, selectors: Sequence[str] = (), sender: Sender | None = None
) -> Iterator[Inquiry[Findings]]:
    """Rules I8, I9, I10, I12, I13, I15, I16, each as an inquiry of its own; and what receivers make
    of the mail of `sender`, where there is one. `domain` and `selectors` in A-labels."""
    yield _said(spf_inquiry(domain), spf_findings)
    yield _said(dmarc_inquiry(domain), dmarc_findings)
    yield _said(dkim_inquiry(domain, selectors), dkim_findings)
    yield _said(tls_rpt_inquiry(domain), tls_rpt_findings)
    yield _said(dnssec_inquiry(domain), dnssec_findings)
    yield _said(bimi_inquiry(domain), bimi_findings)
    yield _said(caa_inquiry(domain), caa_findings)
    if sender is not None:
        yield _said(sending_inquiry(sender), sending_findings)


def _said(inquiry: Inquiry[T], findings: Callable[[T], Findings]) -> Inquiry[Findings]:
    return findings((yield from inquiry))
