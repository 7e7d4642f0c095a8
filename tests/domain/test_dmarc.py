"""What a domain asks of receivers, and where its record is found."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.answers import BROKEN, NO_SUCH_NAME, SILENCE
from tests.domain.inquiring import Known, Zone, answer_from, text, waves_from
from tuimail.domain import Finding, Verdict
from tuimail.domain.dmarc import Alignment, DmarcRecord, Policy, Trial, is_dmarc
from tuimail.domain.dmarc_report import MOST_HOSTS, DmarcReport, Leave, aligned, dmarc_inquiry
from tuimail.domain.dmarc_verdicts import dmarc_findings
from tuimail.domain.tree_walk import walk, walk_names

REJECT = text("v=DMARC1; p=reject")


def report_of(zone: Zone, domain: str = "example.com") -> DmarcReport:
    return answer_from(zone, dmarc_inquiry(domain))[0]


def judged(zone: Zone, domain: str = "example.com") -> Sequence[Finding]:
    return dmarc_findings(report_of(zone, domain))


def only(findings: Sequence[Finding]) -> Finding:
    (finding,) = findings
    assert finding.rule == "I9"
    return finding


@pytest.mark.parametrize(
    ("record", "verdict", "said"),
    [
        ("v=DMARC1; p=none", Verdict.WARN, "pass"),
        ("v=DMARC1; p=quarantine", Verdict.PASS, "aside"),
        ("v=DMARC1;p=REJECT;", Verdict.PASS, "reject"),
        ("v=DMARC1; p=reject; t=y", Verdict.WARN, "for a test (t=y)"),
        ("v=DMARC1; p=reject; t=n", Verdict.PASS, "reject"),
        ("v = DMARC1 ; p = reject", Verdict.PASS, "reject"),
        ("v=DMARC1; sp=reject; p=none", Verdict.WARN, "pass"),
    ],
)
def test_policy(record: str, verdict: Verdict, said: str) -> None:
    """Rule I9: `p=none` is a warning, and so is a policy that is only tested (RFC 9989 §4.7)."""
    finding = only(judged({("_dmarc.example.com", "TXT"): text(record)}))

    assert finding.verdict is verdict
    assert said in finding.why
    assert finding.evidence == f"_dmarc.example.com 300 TXT {record}"
    assert finding.reference == "RFC 9989 §4.7"


def test_no_record() -> None:
    """Rule I9: less is asked than with `p=none`, which is a warning."""
    finding = only(judged({("_dmarc.example.com", "TXT"): text("v=spf1 -all")}))

    assert finding.verdict is Verdict.WARN
    assert "no policy" in finding.why
    assert finding.advice


@pytest.mark.parametrize("failure", [SILENCE, BROKEN])
def test_no_answer_is_not_no_record(failure: Known) -> None:
    """Rule I9: what could not be looked up is unknown, never absent."""
    finding = only(judged({("_dmarc.example.com", "TXT"): failure}))

    assert finding.verdict is Verdict.UNKNOWN


def test_no_answer_above_a_domain_without_a_record() -> None:
    """Rule I9: a parent might speak for it, so nothing is known."""
    zone: Zone = {("_dmarc.example.com", "TXT"): SILENCE, ("_dmarc.com", "TXT"): NO_SUCH_NAME}

    assert only(judged(zone, "mail.example.com")).verdict is Verdict.UNKNOWN


def test_no_answer_between_a_domain_and_its_organization() -> None:
    """Rule I9: the one between might be the organization, and ask for something else."""
    zone: Zone = {("_dmarc.b.example.com", "TXT"): BROKEN, ("_dmarc.example.com", "TXT"): REJECT}

    assert only(judged(zone, "a.b.example.com")).verdict is Verdict.UNKNOWN


def test_no_answer_above_a_domain_with_a_record() -> None:
    """Rule I9: its own record applies, whatever stands above it (RFC 9989 §4.10.1)."""
    zone: Zone = {("_dmarc.example.com", "TXT"): REJECT, ("_dmarc.com", "TXT"): SILENCE}

    assert only(judged(zone)).verdict is Verdict.PASS


def test_more_than_one_record_counts_as_none() -> None:
    """Rule I9: with two records receivers heed neither (RFC 9989 §4.10)."""
    zone: Zone = {("_dmarc.example.com", "TXT"): (REJECT, text("v=DMARC1; p=none"), text("v=x"))}
    several, none = judged(zone)

    assert several.verdict is none.verdict is Verdict.WARN
    assert "2 records at _dmarc.example.com" in several.why
    assert several.evidence.count("\n") == 1
    assert "no policy" in none.why


@pytest.mark.parametrize(
    ("record", "policy", "said"),
    [
        ("v=DMARC1; p=frobnicate", None, "do not heed it"),
        ("v=DMARC1", None, "do not heed it"),
        ("v=DMARC1; p=reject; sp=x", None, "do not heed it"),
        ("v=DMARC1; p=x; rua=mailto:a@example.com", Policy.NONE, "its policy means nothing"),
        ("v=DMARC1; rua=mailto:a@example.com", Policy.NONE, "its policy means nothing"),
        ("v=DMARC1; p=reject; np=x; rua=mailto:a@example.com", Policy.NONE, "means nothing"),
    ],
)
def test_policy_that_means_nothing(record: str, policy: Policy | None, said: str) -> None:
    """Rule I9: it is `none` where reports have an address, and not heeded elsewhere
    (RFC 9989 §4.10.1)."""
    zone: Zone = {("_dmarc.example.com", "TXT"): text(record)}
    finding, fault = judged(zone)

    assert report_of(zone).policy is policy
    assert finding.verdict is fault.verdict is Verdict.WARN
    assert said in finding.why
    assert "pass over" in fault.why


@pytest.mark.parametrize(
    ("extra", "fault"),
    [
        ("adkim=x", "adkim=“x” means nothing"),
        ("aspf=strict", "aspf=“strict” means nothing"),
        ("psd=maybe", "psd=“maybe” means nothing"),
        ("t=1", "t=“1” means nothing"),
        ("fo=9", "fo=“9” means nothing"),
        ("nonsense", "“nonsense” is no “name=value”"),
        ("p=none", "“p” stands in it more than once"),
        ("rua=https://example.com/", "“https://example.com/” in rua is no"),
        ("ruf=mailto:example.com", "“mailto:example.com” in ruf is no"),
        ("rua=mailto:a@[192.0.2.1]", "in rua is no"),
    ],
)
def test_faults(extra: str, fault: str) -> None:
    """Rule I9: what means nothing is passed over, and the rest still counts (RFC 9989 §4.7)."""
    policy, found = judged({("_dmarc.example.com", "TXT"): text(f"v=DMARC1; p=reject; {extra}")})

    assert policy.verdict is Verdict.PASS
    assert found.verdict is Verdict.WARN
    assert fault in found.why


def test_many_faults_are_counted() -> None:
    """Rule I9: a record of nonsense does not fill the pane."""
    nonsense = ";".join(f"x{number}" for number in range(1000))
    findings = judged({("_dmarc.example.com", "TXT"): text(f"v=DMARC1; p=reject;{nonsense}")})

    assert len(findings) == 5
    assert "96 more parts" in findings[-1].why


def test_tags_of_the_old_specification() -> None:
    """Rule I9: `pct` and its like are not read any more, and no fault (RFC 9989 appendix C)."""
    _, finding = judged({("_dmarc.example.com", "TXT"): text("v=DMARC1; p=reject; pct=50; ri=1")})

    assert finding.verdict is Verdict.INFO
    assert "pct and ri" in finding.why


def test_unknown_tags_are_ignored() -> None:
    """Rule I9: unknown tags must be ignored (RFC 9989 §4.7)."""
    record = DmarcRecord.parse("a", "v=DMARC1; p=reject; new=1; adkim=s; aspf=S; t=y")

    assert record.faults == ()
    assert record.dkim is record.spf is Alignment.STRICT
    assert record.trial is Trial.YES


@pytest.mark.parametrize(
    ("written", "is_one"),
    [
        ("v=DMARC1", True),
        ("v=DMARC1;", True),
        ("v\t=\tDMARC1 ; p=none", True),
        ("v=dmarc1; p=none", False),
        ("v=DMARC10; p=none", False),
        ("p=none; v=DMARC1", False),
        ("V=DMARC1; p=none", False),
        ("", False),
    ],
)
def test_which_texts_are_records(*, written: str, is_one: bool) -> None:
    """Rule I9: the version comes first, in these letters (RFC 9989 §4.7)."""
    assert is_dmarc(written) is is_one


# The walk


def test_the_walk_asks_eight_names_at_most() -> None:
    """Rule I9: the example of RFC 9989 §4.10, in one wave."""
    domain = "a.b.c.d.e.f.g.h.i.j.mail.example.com"
    _, waves = waves_from({}, walk(domain))

    assert [[question.name for question in wave] for wave in waves] == [
        [
            "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com",
            "_dmarc.g.h.i.j.mail.example.com",
            "_dmarc.h.i.j.mail.example.com",
            "_dmarc.i.j.mail.example.com",
            "_dmarc.j.mail.example.com",
            "_dmarc.mail.example.com",
            "_dmarc.example.com",
            "_dmarc.com",
        ]
    ]


@pytest.mark.parametrize(("labels", "names"), [(1, 1), (2, 2), (7, 7), (8, 8), (9, 8), (100, 8)])
def test_names_of_a_walk(labels: int, names: int) -> None:
    """Rule I9: every name above it up to seven labels (RFC 9989 §4.10)."""
    domain = ".".join("a" * labels)

    assert len(walk_names(domain)) == names
    assert walk_names(domain)[0] == domain
    assert walk_names(domain)[-1] == "a"


@pytest.mark.parametrize(
    ("zone", "organization"),
    [
        ({}, "a.mail.example.com"),
        ({"mail.example.com": "p=none", "example.com": "p=none"}, "example.com"),
        ({"mail.example.com": "psd=n", "example.com": "p=none"}, "mail.example.com"),
        ({"com": "psd=y"}, "example.com"),
        ({"example.com": "psd=y"}, "mail.example.com"),
        ({"a.mail.example.com": "psd=y", "com": "psd=y"}, "a.mail.example.com"),
        ({"a.mail.example.com": "p=none", "com": "psd=y"}, "example.com"),
        ({"com": "p=none"}, "com"),
    ],
)
def test_organizational_domain(zone: dict[str, str], organization: str) -> None:
    """Rule I9: by tree walk, with the examples of RFC 9989 §4.10.2."""
    records = {(f"_dmarc.{name}", "TXT"): text(f"v=DMARC1; {tags}") for name, tags in zone.items()}
    found, _ = answer_from(records, walk("a.mail.example.com"))

    assert found.organizational_domain == organization


@pytest.mark.parametrize(
    ("parent", "exists", "policy"),
    [
        ("p=reject", True, Policy.REJECT),
        ("p=reject; sp=none", True, Policy.NONE),
        ("p=reject; sp=none", False, Policy.NONE),
        ("p=none; sp=quarantine; np=reject", True, Policy.QUARANTINE),
        ("p=none; sp=quarantine; np=reject", False, Policy.REJECT),
        ("p=none; np=reject", True, Policy.NONE),
    ],
)
def test_policy_of_a_parent(*, parent: str, exists: bool, policy: Policy) -> None:
    """Rule I9: `sp` is for what exists, `np` for what does not (RFC 9989 §4.10.1)."""
    zone: dict[tuple[str, str], Known] = {
        ("_dmarc.example.com", "TXT"): text(f"v=DMARC1; {parent}")
    }
    if exists:
        zone["news.example.com", "A"] = "192.0.2.1"
    report, questions = answer_from(zone, dmarc_inquiry("news.example.com"))

    assert report.policy is policy
    assert len(questions) <= 4
    assert "example.com asks" in dmarc_findings(report)[0].why


def test_a_public_suffix_speaks_for_those_who_do_not() -> None:
    """Rule I9: the suffix comes last, and `np` is its most useful tag (RFC 9989 §4.10.1)."""
    suffix = text("v=DMARC1; p=none; sp=reject; psd=y")
    zone: Zone = {("_dmarc.gov.example", "TXT"): suffix, ("a.gov.example", "A"): "192.0.2.1"}
    own: Zone = {**zone, ("_dmarc.a.gov.example", "TXT"): text("v=DMARC1; p=none")}

    assert report_of(zone, "a.gov.example").policy is Policy.REJECT
    assert report_of(own, "a.gov.example").policy is Policy.NONE


def test_a_record_between_speaks_for_nobody_else() -> None:
    """Rule I9: neither the author's domain, nor the organization's, nor a suffix."""
    between: Zone = {
        ("_dmarc.b.example.com", "TXT"): REJECT,
        ("_dmarc.example.com", "TXT"): text("v=DMARC1; p=none"),
    }

    assert report_of(between, "a.b.example.com").policy is Policy.NONE


# Reports to others


def reporting(uris: str) -> Zone:
    record = text(f"v=DMARC1; p=reject; rua={uris}")
    return {("_dmarc.example.com", "TXT"): record}


LEAVE = ("example.com._report._dmarc.reports.example.net", "TXT")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (text("v=DMARC1"), Verdict.PASS),
        ((text("v=DMARC1; rua=mailto:b@reports.example.net"), text("x")), Verdict.PASS),
        (NO_SUCH_NAME, Verdict.WARN),
        (text("v=spf1"), Verdict.WARN),
        (SILENCE, Verdict.UNKNOWN),
        (BROKEN, Verdict.UNKNOWN),
    ],
)
def test_reports_to_another_organization(answer: Known, verdict: Verdict) -> None:
    """Rule I9: an external `rua` without authorisation is a warning (RFC 9990 §4)."""
    zone = {**reporting("mailto:a@reports.example.net!10m"), LEAVE: answer}
    policy, leave = judged(zone)

    assert policy.verdict is Verdict.PASS
    assert leave.verdict is verdict
    assert leave.check == "DMARC reports"
    assert "reports.example.net" in leave.why


def test_reports_to_oneself_need_nobodys_leave() -> None:
    """Rule I9: the same organization, by its own tree walk (RFC 9990 §4)."""
    zone = reporting("mailto:a@example.com,mailto:b@in.example.com")
    report, questions = answer_from(zone, dmarc_inquiry("example.com"))

    assert {each.host: each.leave for each in report.destinations} == {
        "example.com": Leave.OWN,
        "in.example.com": Leave.OWN,
    }
    assert len(questions) == 6
    assert all("_report._dmarc.example.com" not in question.name for question in questions)


def test_reports_to_another_organization_below() -> None:
    """Rule I9: `psd=n` makes a subdomain an organization of its own (RFC 9989 §4.10.2)."""
    zone: Zone = {
        **reporting("mailto:b@in.example.com"),
        ("_dmarc.in.example.com", "TXT"): text("v=DMARC1; psd=n"),
    }

    assert [each.leave for each in report_of(zone).destinations] == [Leave.LACKING]


def test_reports_to_what_may_be_the_same_organization() -> None:
    """Rule I9: what is above could not be asked, so nobody can say that leave is lacking."""
    zone: Zone = {
        ("_dmarc.mail.example.com", "TXT"): text("v=DMARC1; p=reject; rua=mailto:a@example.com"),
        ("_dmarc.example.com", "TXT"): SILENCE,
    }

    (destination,) = report_of(zone, "mail.example.com").destinations
    assert destination.leave is Leave.UNKNOWN


def test_hosts_for_reports_are_bounded() -> None:
    """Rule I9: a record that names hundreds of hosts costs a handful of questions."""
    zone = reporting(",".join(f"mailto:a@h{number}.example.net" for number in range(500)))
    report, questions = answer_from(zone, dmarc_inquiry("example.com"))
    *_, last = dmarc_findings(report)

    assert len(questions) == 2 + MOST_HOSTS
    assert last.verdict is Verdict.UNKNOWN
    assert "24 more hosts" in last.why


# Alignment


@pytest.mark.parametrize(
    ("identifier", "mode", "is_aligned"),
    [
        ("mail.example.com", Alignment.STRICT, True),
        ("example.com", Alignment.STRICT, False),
        ("example.com", Alignment.RELAXED, True),
        ("b.c.example.com", Alignment.RELAXED, True),
        ("own.example.com", Alignment.RELAXED, False),
        ("example.net", Alignment.RELAXED, False),
        ("com", Alignment.RELAXED, False),
    ],
)
def test_alignment(*, identifier: str, mode: Alignment, is_aligned: bool) -> None:
    """Rule I9: relaxed is the same organization, strict the same domain (RFC 9989 §4.4)."""
    zone: Zone = {
        ("_dmarc.example.com", "TXT"): REJECT,
        ("_dmarc.own.example.com", "TXT"): text("v=DMARC1; p=none; psd=n"),
    }
    report = report_of(zone, "mail.example.com")

    assert answer_from(zone, aligned(report, mode, identifier))[0] is is_aligned


def test_alignment_that_could_not_be_found_out() -> None:
    """Rule I9: with a part of the walk unknown, neither yes nor no."""
    zone: Zone = {("_dmarc.example.com", "TXT"): REJECT, ("_dmarc.b.example.com", "TXT"): SILENCE}
    report = report_of(zone)

    assert answer_from(zone, aligned(report, report.spf, "b.example.com"))[0] is None


@given(st.lists(st.binary(max_size=300), max_size=4), st.sampled_from([b"", b"v=DMARC1;"]))
def test_no_octets_make_it_raise(strings: list[bytes], start: bytes) -> None:
    """Rule I9: whatever stands in a record, it comes to findings."""
    zone: Zone = {("_dmarc.example.com", "TXT"): text(start, *strings)}

    assert judged(zone)


@given(st.text(alphabet="v=DMARC1; prejctnospdyu:mailto@.,!%\x1b\xff", max_size=200))
def test_nothing_like_a_record_makes_it_raise(written: str) -> None:
    """Rule I9: nor does what is nearly one."""
    record = DmarcRecord.parse("example.com", written)

    assert record.policy in Policy


def test_a_record_of_64_kib_is_cut_where_it_is_shown() -> None:
    """Rule I9: hundreds of strings are one text, and a pane holds no 64 KiB."""
    findings = judged({("_dmarc.example.com", "TXT"): text("v=DMARC1; p=none; x=" + "a" * 60_000)})

    assert len(only(findings).evidence) < 1_100
