"""What there is to say about a domain's MTA-STS (RFC 8461)."""

from collections.abc import Iterator, Sequence
from functools import partial

from tuimail.domain.answer import Answer
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.mta_sts import StsMode, StsPolicy, StsRecord, StsStatus, Unfetched
from tuimail.domain.txt import cut, evidence, texts

MOST_EXCHANGES = 8
"""Exchanges outside the policy that are told one by one."""
_RECORD = "RFC 8461 §3.1"
_POLICY = "RFC 8461 §3.3"
_MATCH = "RFC 8461 §4.1"


def sts_findings(
    domain: str,
    answer: Answer,
    policy: StsPolicy | Unfetched | None,
    exchanges: Sequence[str],
) -> tuple[Finding, ...]:
    """Rule I11. `answer` is the one to TXT of `_mta-sts.DOMAIN`; `policy` is None where nobody was
    asked for one. `exchanges` are the MX hosts in A-labels, none where they are not known.

    Whoever announces a policy and has none is without the protection that he believes to have:
    that is a failure, unlike having none.
    """
    return tuple(_findings(domain, answer, policy, exchanges))


def _findings(
    domain: str,
    answer: Answer,
    policy: StsPolicy | Unfetched | None,
    exchanges: Sequence[str],
) -> Iterator[Finding]:
    record = StsRecord.read(answer)
    meant = [text for text in texts(answer) if text.startswith("v=STSv1")]
    shown = evidence(answer, *meant)
    finding = partial(Finding, "I11", "MTA-STS", domain, evidence=shown, reference=_RECORD)
    match record.status, policy:
        case StsStatus.UNKNOWN, _:
            yield finding(Verdict.UNKNOWN, record.why, advice="Ask again later.")
        case StsStatus.ABSENT, _:
            yield finding(Verdict.INFO, record.why)
        case StsStatus.INVALID, _:
            advice = "Publish one record “v=STSv1; id=…”, with a new id for each policy."
            yield finding(Verdict.FAIL, record.why, advice=advice)
        case _, StsPolicy():
            yield from _judged(domain, policy, exchanges, shown)
        case _, Unfetched(why=why, is_answer=True):
            why = f"it announces a policy and gives none: {why}"
            advice = f"Serve it at https://mta-sts.{domain}/.well-known/mta-sts.txt."
            yield finding(Verdict.FAIL, why, reference=_POLICY, advice=advice)
        case _, Unfetched(why=why):
            why = f"its policy could not be had: {why}"
            yield finding(Verdict.UNKNOWN, why, reference=_POLICY, advice="Ask again later.")
        case _, None:
            why = "it announces a policy, which its policy host was not asked for"
            advice = "Ask again about the domain itself: then its policy host is asked too."
            yield finding(Verdict.UNKNOWN, why, reference=_POLICY, advice=advice)


def _judged(
    domain: str, policy: StsPolicy, exchanges: Sequence[str], record: str
) -> Iterator[Finding]:
    shown = cut("\n".join((record, *(f"{key}: {value}" for key, value in policy.fields))))
    finding = partial(Finding, "I11", "MTA-STS", domain, evidence=shown, reference="RFC 8461 §5")
    outside = [exchange for exchange in exchanges if not policy.matches(exchange)]
    named = ", and names each of its exchanges" if exchanges and not outside else ""
    match policy.mode:
        case StsMode.NONE:
            yield finding(Verdict.INFO, "its policy says that it has given MTA-STS up")
            return
        case StsMode.TESTING:
            why = f"its policy is only a test: mail goes to exchanges that fail it too{named}"
            advice = "Change its mode to enforce once the reports look well."
            yield finding(Verdict.WARN, why, advice=advice)
        case StsMode.ENFORCE if not outside:
            why = f"its policy keeps mail from exchanges that can’t prove who they are{named}"
            yield finding(Verdict.PASS, why)
    enforced = policy.mode is StsMode.ENFORCE
    verdict = Verdict.FAIL if enforced else Verdict.WARN
    outcome = "gets no mail from senders who heed it" if enforced else "would get no mail by it"
    for exchange in outside[:MOST_EXCHANGES]:
        why = f"the policy does not name it, and it {outcome}"
        advice = "Name it in the policy (mx), and change the id of the record."
        yield Finding("I11", "MTA-STS", exchange, verdict, why, shown, _MATCH, advice)
    if len(outside) > MOST_EXCHANGES:
        why = f"the policy does not name {len(outside) - MOST_EXCHANGES} more of its exchanges"
        yield Finding("I11", "MTA-STS", domain, verdict, why, shown, _MATCH)
