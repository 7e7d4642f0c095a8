"""Whether signatures protect what the DNS says of a domain."""

from dataclasses import replace

import pytest

from tests.domain.answers import NO_SUCH_NAME, SILENCE, found, lacking
from tuimail.domain import (
    Answer,
    AnswerStatus,
    Checking,
    Finding,
    Question,
    Verdict,
    dnssec_findings,
    dnssec_inquiry,
)

DOMAIN = "example.net"
MX = Question(DOMAIN, "MX")
ROOT = Question(".", "NS")
PLAIN = found(DOMAIN, "MX", "10 mx.example.net.")
NO_DATA = lacking(DOMAIN, "MX", AnswerStatus.NO_DATA)
SERVFAIL = replace(lacking(DOMAIN, "MX", AnswerStatus.FAILED), servfail=True)
REFUSED = lacking(DOMAIN, "MX", AnswerStatus.FAILED)
SIGNED_ROOT = replace(found(".", "NS", "a.root-servers.net."), authentic=True)
PLAIN_ROOT = found(".", "NS", "a.root-servers.net.")
NO_ROOT = lacking(".", "NS", SILENCE)


def inspect(
    answer: Answer, root: Answer = SIGNED_ROOT, unchecked: Answer | None = None
) -> tuple[Finding, ...]:
    """`unchecked` is the answer with CD; without one, that must not be asked for."""
    inquiry = dnssec_inquiry(DOMAIN)
    assert next(inquiry) == (MX, ROOT)
    try:
        questions = inquiry.send((answer, root))
        assert questions == (replace(MX, checking=Checking.DISABLED),)
        assert unchecked is not None
        inquiry.send((unchecked,))
    except StopIteration as end:
        return dnssec_findings(end.value)
    raise AssertionError("it asks on and on")


@pytest.mark.parametrize("answer", [PLAIN, NO_DATA])
def test_secure(answer: Answer) -> None:
    """Rule I13: AD from a validating resolver, be it about an absence."""
    (finding,) = inspect(replace(answer, authentic=True))
    assert (finding.rule, finding.subject, finding.verdict) == ("I13", DOMAIN, Verdict.PASS)


def test_the_answer_shows_by_itself_that_the_resolver_validates() -> None:
    """Rule I13."""
    (finding,) = inspect(replace(PLAIN, authentic=True), NO_ROOT)
    assert finding.verdict is Verdict.PASS


@pytest.mark.parametrize("answer", [PLAIN, NO_DATA])
def test_insecure(answer: Answer) -> None:
    """Rule I13: no AD from a resolver that validates is for information."""
    (finding,) = inspect(answer)
    assert finding.verdict is Verdict.INFO


@pytest.mark.parametrize("root", [PLAIN_ROOT, NO_ROOT])
def test_a_resolver_that_does_not_validate(root: Answer) -> None:
    """Rule I13: unknown, not insecure."""
    (finding,) = inspect(PLAIN, root)
    assert finding.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("unchecked", [PLAIN, NO_DATA, lacking(DOMAIN, "MX", NO_SUCH_NAME)])
def test_a_failure_that_cd_cures(unchecked: Answer) -> None:
    """Rule I13: SERVFAIL that CD cures fails."""
    (finding,) = inspect(SERVFAIL, unchecked=unchecked)
    assert finding.verdict is Verdict.FAIL


@pytest.mark.parametrize("unchecked", [SERVFAIL, lacking(DOMAIN, "MX", SILENCE)])
def test_a_failure_that_cd_does_not_cure(unchecked: Answer) -> None:
    """Rule I13: that has other reasons, and is unknown."""
    (finding,) = inspect(SERVFAIL, unchecked=unchecked)
    assert finding.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("code", [6, 7, 8, 9, 10, 11, 12])
def test_a_bogus_answer_by_its_extended_error(code: int) -> None:
    """Rule I13: a bogus EDE fails, without another question."""
    (finding,) = inspect(replace(SERVFAIL, extended=(22, code)))
    assert finding.verdict is Verdict.FAIL


@pytest.mark.parametrize("code", [0, 5, 13, 22, 23])
def test_other_extended_errors(code: int) -> None:
    """Rule I13: a nameserver that can't be reached is no bogus zone."""
    (finding,) = inspect(replace(SERVFAIL, extended=(code,)), unchecked=SERVFAIL)
    assert finding.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("answer", [REFUSED, lacking(DOMAIN, "MX", SILENCE)])
def test_no_answer(answer: Answer) -> None:
    """Rule I13: unknown, and CD would not help."""
    (finding,) = inspect(answer)
    assert finding.verdict is Verdict.UNKNOWN


def test_no_such_domain() -> None:
    """Rule I13: rule I1 says so."""
    assert inspect(lacking(DOMAIN, "MX", NO_SUCH_NAME)) == ()
