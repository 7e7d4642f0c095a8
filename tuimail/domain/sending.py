"""What receivers make of mail that somebody sends, before he sends it."""

from dataclasses import dataclass
from enum import Enum

from tuimail.domain.dkim import SHORTEST_RSA, DkimKey, DkimReport, KeyStatus, dkim_inquiry
from tuimail.domain.dmarc_report import DmarcReport, aligned, dmarc_inquiry
from tuimail.domain.inquiry import Inquiry, side_by_side
from tuimail.domain.spf_check import check_host
from tuimail.domain.spf_mail import UNSAID
from tuimail.domain.spf_result import SpfOutcome, SpfResult


@dataclass(frozen=True, slots=True)
class Sender:
    """`domain` is that of From, in A-labels like all domains here."""

    domain: str
    addresses: tuple[str, ...] = ()
    """From which receivers see the mail come, as far as they are known."""
    selectors: tuple[str, ...] = ()
    """Of the keys that the mail is signed with."""
    reverse_path: str = ""
    """An address; empty is one of `domain`."""
    signer: str = ""
    """The domain in the signature (`d=`); empty is `domain`."""
    helo: str = UNSAID

    @property
    def bounce_domain(self) -> str:
        """The one that SPF is about."""
        return self.reverse_path.rpartition("@")[2].lower() or self.domain

    @property
    def signing_domain(self) -> str:
        return self.signer or self.domain


class Vouched(Enum):
    """Whether something vouches for the domain in From."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """It could not be found out."""


_ALIGNED = {True: Vouched.YES, False: Vouched.NO, None: Vouched.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Voucher:
    """What SPF or DKIM comes to. `why` is plain words, foreign ones among them."""

    vouched: Vouched
    why: str


@dataclass(frozen=True, slots=True)
class SendingReport:
    """Alignment is that of the bounce domain and of the signing domain."""

    sender: Sender
    results: tuple[SpfResult, ...]
    """One for each address."""
    dkim: DkimReport
    dmarc: DmarcReport
    spf_aligned: Vouched
    dkim_aligned: Vouched

    def by_spf(self, result: SpfResult) -> Voucher:
        """For mail from one of the addresses (RFC 9989 §4.4.2)."""
        if result.outcome is SpfOutcome.TEMPERROR:
            return Voucher(Vouched.UNKNOWN, result.why)
        if result.outcome is not SpfOutcome.PASS:
            return Voucher(Vouched.NO, f"{result.outcome.value}: {result.why}")
        return self._aligned(self.spf_aligned, result.domain)

    def by_dkim(self) -> Voucher:
        """Supposing that the signature is good (RFC 9989 §4.4.1)."""
        keys = self.dkim.keys
        if any(map(_is_taken, keys)):
            return self._aligned(self.dkim_aligned, self.sender.signing_domain)
        unknown = [key for key in keys if key.status is KeyStatus.UNKNOWN]
        if unknown:
            why = f"the key of {unknown[0].selector} could not be looked up: {unknown[0].why}"
            return Voucher(Vouched.UNKNOWN, why)
        named = ", ".join(key.selector for key in keys)
        return Voucher(Vouched.NO, f"no key of {named} counts" if keys else "no selector is known")

    def _aligned(self, aligned: Vouched, identifier: str) -> Voucher:
        domain = self.sender.domain
        if aligned is Vouched.UNKNOWN:
            why = f"whether {identifier} and {domain} are of one organization is not known"
        elif aligned is Vouched.YES:
            why = f"for {identifier}"
        else:
            why = f"for {identifier}, which does not vouch for {domain}"
        return Voucher(aligned, why)


def sending_inquiry(sender: Sender) -> Inquiry[SendingReport]:
    """Rules I8, I9 and I10, as receivers go by them. Raises ValueError for what is no address."""
    domain = sender.bounce_domain
    path = sender.reverse_path or f"postmaster@{domain}"
    results, keys, policy = yield from side_by_side(
        side_by_side(*(check_host(ip, domain, path, sender.helo) for ip in sender.addresses)),
        dkim_inquiry(sender.signing_domain, sender.selectors),
        dmarc_inquiry(sender.domain),
    )
    by_spf, by_dkim = yield from side_by_side(
        aligned(policy, policy.spf, domain),
        aligned(policy, policy.dkim, sender.signing_domain),
    )
    return SendingReport(sender, results, keys, policy, _ALIGNED[by_spf], _ALIGNED[by_dkim])


def _is_taken(key: DkimKey) -> bool:
    """Whether verifiers go by it (RFC 8301 §3.2)."""
    too_short = key.algorithm == "rsa" and key.bits < SHORTEST_RSA
    return key.status is KeyStatus.FOUND and not too_short
