"""What is said of who may send in a domain's name, and what has to be asked for it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.answers import BROKEN, NO_SUCH_NAME, SILENCE
from tests.domain.inquiring import Known, Zone, answer_from, text, waves_from
from tuimail.domain import Finding, Question, Verdict
from tuimail.domain.spf_lines import tree_lines
from tuimail.domain.spf_tree import (
    MOST_QUESTIONS,
    MOST_QUESTIONS_WITHIN,
    SpfReport,
    spf_inquiry,
)
from tuimail.domain.spf_verdicts import MOST_TOLD, spf_findings

ADDRESS = "192.0.2.1"


def zone_of(records: dict[str, str], **others: Known) -> dict[tuple[str, str], Known]:
    """SPF records by domain. Every name that ends in `host` has an address."""
    zone: dict[tuple[str, str], Known] = {}
    for domain, record in records.items():
        zone[domain, "TXT"] = text(record)
        for term in record.split():
            name = term.rpartition(":")[2]
            if name.endswith("host"):
                zone[name, "A"] = ADDRESS
    return zone | {("example.com", rdtype): known for rdtype, known in others.items()}


def report_of(zone: Zone, domain: str = "example.com") -> SpfReport:
    return answer_from(zone, spf_inquiry(domain))[0]


def judged(zone: Zone) -> Sequence[Finding]:
    findings = spf_findings(report_of(zone))
    assert all(finding.rule == "I8" for finding in findings)
    assert all(finding.advice for finding in findings if finding.verdict is not Verdict.PASS)
    return findings


def grave(zone: Zone) -> Finding:
    """The only finding that is no pass."""
    (finding,) = (each for each in judged(zone) if each.verdict is not Verdict.PASS)
    return finding


@pytest.mark.parametrize(
    ("record", "verdict", "said"),
    [
        ("v=spf1 mx -all", Verdict.PASS, "refuse"),
        ("v=spf1 mx ~all", Verdict.PASS, "suspect"),
        ("v=spf1 mx ?all", Verdict.WARN, "says nothing about mail from elsewhere (?all)"),
        ("v=spf1 mx", Verdict.WARN, "neither “all” nor “redirect=”"),
        ("v=spf1", Verdict.WARN, "neither “all” nor “redirect=”"),
        ("v=spf1 mx +all", Verdict.FAIL, "everybody send in its name (+all)"),
        ("v=spf1 mx all", Verdict.FAIL, "everybody send in its name (+all)"),
        ("v=spf1 ip4:192.0.2.0/0 -all", Verdict.FAIL, "(ip4:192.0.2.0/0)"),
    ],
)
def test_mail_from_elsewhere(record: str, verdict: Verdict, said: str) -> None:
    """Rule I8: `+all` fails; `?all`, and neither `all` nor `redirect=`, are warnings."""
    first, limit = judged(zone_of({"example.com": record}, MX="10 mx.example.com."))

    assert first.verdict is verdict
    assert said in first.why
    assert first.evidence == f"example.com 300 TXT {record}"
    assert limit.verdict is Verdict.PASS


def test_what_it_redirects_to_decides() -> None:
    """Rule I8: the `all` of the record that applies in the end (RFC 7208 §6.1)."""
    zone = zone_of(
        {"example.com": "v=spf1 a:mail.host redirect=_spf.example", "_spf.example": "v=spf1 ?all"}
    )
    finding = grave(zone)

    assert finding.verdict is Verdict.WARN
    assert finding.evidence == "_spf.example 300 TXT v=spf1 ?all"


def test_an_include_that_lets_everybody_pass() -> None:
    """Rule I8: it is like `+all` of one's own; what is not for passing does no harm."""
    records = {
        "example.com": "v=spf1 include:a.example -all",
        "a.example": "v=spf1 include:b.example -all",
        "b.example": "v=spf1 +all",
    }

    assert "(include:a.example)" in grave(zone_of(records)).why

    records["example.com"] = "v=spf1 ?include:a.example -all"

    assert all(finding.verdict is Verdict.PASS for finding in judged(zone_of(records)))


def test_no_record() -> None:
    """Rule I8: a warning, since `?all` is one and says no less."""
    finding = grave({("example.com", "TXT"): text("hello")})

    assert finding.verdict is Verdict.WARN
    assert "no record" in finding.why


@pytest.mark.parametrize("failure", [SILENCE, BROKEN])
def test_no_answer_is_not_no_record(failure: Known) -> None:
    """Rule I8: what could not be looked up is unknown, never absent."""
    finding = grave({("example.com", "TXT"): failure})

    assert finding.verdict is Verdict.UNKNOWN
    assert finding.why.endswith(("no answer within 10 s", "SERVFAIL"))


def test_more_than_one_record() -> None:
    """Rule I8: receivers heed neither (RFC 7208 §4.5)."""
    zone: Zone = {("example.com", "TXT"): (text("v=spf1 -all"), text("v=SPF1 +all"), text("x"))}
    finding = grave(zone)

    assert finding.verdict is Verdict.FAIL
    assert "2 records" in finding.why
    assert finding.evidence.count("\n") == 1


def test_an_error_and_its_term() -> None:
    """Rule I8: receivers give up on the whole record (RFC 7208 §4.6)."""
    finding = grave(zone_of({"example.com": "v=spf1 a:mail.host ipv4:192.0.2.1 -all"}))

    assert finding.verdict is Verdict.FAIL
    assert "“ipv4:192.0.2.1”" in finding.why
    assert "no mechanism “ipv4”" in finding.why


def test_an_error_further_down() -> None:
    """Rule I8: it is said in whose record, and once, however often that is included."""
    zone = zone_of(
        {
            "example.com": "v=spf1 include:a.example include:a.example -all",
            "a.example": "v=spf1 ip4:1.2.3 ptr.x -all",
        }
    )
    finding = grave(zone)

    assert finding.verdict is Verdict.FAIL
    assert "a.example has an error at “ip4:1.2.3”" in finding.why
    assert finding.why.endswith("(and 1 more)")


@pytest.mark.parametrize("term", ["include:a.example", "redirect=a.example"])
@pytest.mark.parametrize("there", [NO_SUCH_NAME, (), text("hello")])
def test_a_term_without_a_record(term: str, there: Known) -> None:
    """Rule I8: receivers give up (RFC 7208 §5.2, §6.1), whether or not the name exists."""
    zone = zone_of({"example.com": f"v=spf1 {term}"})
    zone["a.example", "TXT"] = there
    findings = [each for each in judged(zone) if each.verdict is Verdict.FAIL]

    assert [f"{term} names a domain without a record" in each.why for each in findings] == [True]


def test_a_term_with_several_records() -> None:
    """Rule I8: RFC 7208 §4.5 applies to them as well."""
    zone = zone_of({"example.com": "v=spf1 include:a.example -all"})
    several: Zone = {("a.example", "TXT"): (text("v=spf1 -all"), text("v=spf1"))}

    assert "include:a.example has 2 records" in grave({**zone, **several}).why


@pytest.mark.parametrize(
    "records",
    [
        {"example.com": "v=spf1 include:example.com -all"},
        {"example.com": "v=spf1 redirect=EXAMPLE.com."},
        {
            "example.com": "v=spf1 include:a.example -all",
            "a.example": "v=spf1 redirect=example.com",
        },
        {"example.com": "v=spf1 include:%{o} -all"},
    ],
)
def test_a_record_that_includes_itself(records: dict[str, str]) -> None:
    """Rule I8: nobody gets to the end of it, and each record is asked for once."""
    report, asked = answer_from(zone_of(records), spf_inquiry("example.com"))
    failures = [each for each in spf_findings(report) if each.verdict is Verdict.FAIL]

    assert ["leads back to itself" in each.why for each in failures] == [True]
    assert len(asked) == len(records)


TEN = "a:1.host a:2.host a:3.host a:4.host a:5.host a:6.host a:7.host a:8.host a:9.host a:10.host"


def test_ten_look_ups() -> None:
    """Rule I8: as many as are allowed; `exp`, `ip4` and what comes after `all` ask for nothing."""
    record = f"v=spf1 {TEN} ip4:192.0.2.1 exp=why.example -all a:11.host"
    findings = judged(zone_of({"example.com": record}))

    assert [finding.verdict for finding in findings] == [Verdict.PASS, Verdict.PASS]
    assert "10 of 10" in findings[1].why


def test_the_term_that_crosses_the_limit() -> None:
    """Rule I8: it is named, with the record in which it stands, in the order of evaluation."""
    zone = zone_of(
        {
            "example.com": "v=spf1 include:a.example mx include:d.example -all",
            "a.example": "v=spf1 include:b.example a:1.host a:2.host -all",
            "b.example": "v=spf1 a:3.host a:4.host a:5.host include:c.example -all",
            "c.example": "v=spf1 a:6.host a:7.host a:9.host -all",
            "d.example": "v=spf1 a:8.host -all",
        },
        MX="10 mx.example.com.",
    )
    finding = grave(zone)

    assert finding.verdict is Verdict.FAIL
    assert finding.why == (
        "it needs 14 DNS look-ups, 10 are allowed: a:2.host, in the record of a.example, "
        "is one too many"
    )
    assert finding.reference == "RFC 7208 §4.6.4"
    assert finding.evidence.splitlines() == [
        "example.com              14",
        "  include:a.example      11",
        "    include:b.example     8",
        "      a:3.host            1",
        "      a:4.host            1",
        "      a:5.host            1",
        "      include:c.example   4",
        "        a:6.host          1",
        "        a:7.host          1",
        "        a:9.host          1",
        "    a:1.host              1",
        "    a:2.host              1  the term after the first 10",
        "  mx                      1",
        "  include:d.example       2",
        "    a:8.host              1",
    ]


def test_an_include_counts_each_time() -> None:
    """Rule I8: receivers evaluate it again (RFC 7208 §4.6.4), though it is asked for once."""
    zone = zone_of(
        {
            "example.com": "v=spf1 include:a.example include:b.example -all",
            "a.example": f"v=spf1 {TEN[:44]} include:b.example -all",
            "b.example": "v=spf1 a:x.host a:y.host -all",
        }
    )
    report, asked = answer_from(zone, spf_inquiry("example.com"))

    assert report.root.count == 2 + 5 + 1 + 2 + 2
    assert len(set(asked)) == len(asked) == 1 + 2 + 5 + 2


def test_levels_are_asked_side_by_side() -> None:
    """Rule I8: the depth of the tree costs round trips, not its width."""
    zone = zone_of(
        {
            "example.com": "v=spf1 a mx include:a.example include:b.example exists:%{o}.host -all",
            "a.example": "v=spf1 include:c.example exists:%{i}.host ptr -all",
            "b.example": "v=spf1 redirect=d.example",
            "c.example": "v=spf1 -all",
            "d.example": "v=spf1 -all",
        },
        A=ADDRESS,
        MX="10 mx.example.com.",
    )
    _, waves = waves_from(zone, spf_inquiry("example.com"))

    assert waves == (
        (Question("example.com", "TXT"),),
        (
            Question("example.com", "A"),
            Question("example.com", "MX"),
            Question("a.example", "TXT"),
            Question("b.example", "TXT"),
            Question("example.com.host", "A"),
        ),
        (Question("c.example", "TXT"), Question("d.example", "TXT")),
    )


def test_void_look_ups() -> None:
    """Rule I8: two are allowed (RFC 7208 §4.6.4); the domain's own record is none of them."""
    zone: dict[tuple[str, str], Known] = {
        ("example.com", "TXT"): text("v=spf1 a:x.example mx exists:y.example -all"),
        ("y.example", "A"): ADDRESS,
    }
    report = report_of(zone)

    assert [node.term.text for node in report.void if node.term] == ["a:x.example", "mx"]
    assert all(finding.verdict is Verdict.PASS for finding in judged(zone))

    del zone["y.example", "A"]
    finding = grave(zone)

    assert finding.verdict is Verdict.FAIL
    assert "3 of its DNS look-ups find nothing" in finding.why
    assert finding.why.endswith("a:x.example, mx, exists:y.example")


def test_void_look_ups_that_could_not_be_had() -> None:
    """Rule I8: with them there may be too many, which is unknown."""
    zone: Zone = {
        ("example.com", "TXT"): text("v=spf1 a:x.example mx a:y.example -all"),
        ("y.example", "A"): SILENCE,
    }
    finding = grave(zone)

    assert finding.verdict is Verdict.UNKNOWN
    assert "a:y.example could not be looked up" in finding.why


def test_an_include_that_could_not_be_had() -> None:
    """Rule I8: then the number of look-ups is unknown, unless it is too high without it."""
    record = "v=spf1 include:a.example {} -all"
    silence: dict[tuple[str, str], Known] = {("a.example", "TXT"): SILENCE}
    few = zone_of({"example.com": record.format("a:1.host")}) | silence
    many = zone_of({"example.com": record.format(TEN)}) | silence

    _, missing, limit = judged(few)
    assert missing.verdict is limit.verdict is Verdict.UNKNOWN
    assert "include:a.example could not be looked up: no answer" in missing.why
    assert "at least 2" in limit.why

    _, missing, limit = judged(many)
    assert missing.verdict is Verdict.UNKNOWN
    assert limit.verdict is Verdict.FAIL
    assert "at least 11" in limit.why


def test_a_redirect_that_could_not_be_had() -> None:
    """Rule I8: what it says about mail from elsewhere is unknown, and not found wanting."""
    zone = zone_of({"example.com": "v=spf1 redirect=a.example"})
    zone["a.example", "TXT"] = SILENCE

    assert {finding.verdict for finding in judged(zone)} == {Verdict.UNKNOWN}


def test_ptr() -> None:
    """Rule I8: a warning (RFC 7208 §5.5), and a look-up that depends on the mail."""
    zone = zone_of({"example.com": "v=spf1 ptr -all"})
    finding = grave(zone)

    assert finding.verdict is Verdict.WARN
    assert finding.reference == "RFC 7208 §5.5"
    assert tree_lines(report_of(zone)) == (
        "example.com  1",
        "  ptr        1  depends on the mail",
    )


def test_more_exchanges_than_receivers_look_at() -> None:
    """Rule I8: ten for one `mx` (RFC 7208 §4.6.4)."""
    exchanges = [f"{number} mx{number}.example.com." for number in range(11)]
    zone = zone_of({"example.com": "v=spf1 mx -all"}, MX=exchanges)

    assert "mx means 11 exchanges" in grave(zone).why

    zone = zone_of({"example.com": "v=spf1 mx -all"}, MX=exchanges[:10])

    assert all(finding.verdict is Verdict.PASS for finding in judged(zone))


def test_a_name_that_is_none() -> None:
    """Rule I8: it is not asked for, and an include of it is an error (RFC 7208 §4.8)."""
    zone = zone_of({"example.com": "v=spf1 a:x..example include:y..example -all"})
    report, asked = answer_from(zone, spf_inquiry("example.com"))

    assert asked == (Question("example.com", "TXT"),)
    assert "include:y..example is no name" in grave(zone).why
    assert report.root.count == 2


def test_questions_are_bounded_and_the_crossing_term_is_known_all_the_same() -> None:
    """Rule I8: those that are evaluated first are asked for first."""
    broad = " ".join(f"include:{number}.example" for number in range(100))
    records = {"example.com": f"v=spf1 {broad} -all"}
    records |= {f"{number}.example": "v=spf1 include:deep.example -all" for number in range(100)}
    records |= {"deep.example": "v=spf1 include:deeper.example a:x.host -all"}
    records |= {"deeper.example": "v=spf1 a:y.host -all"}
    report, asked = answer_from(zone_of(records), spf_inquiry("example.com"))

    assert MOST_QUESTIONS <= len(asked) <= MOST_QUESTIONS_WITHIN
    assert report.root.count >= 100
    # include:0, deep, deeper, y, x; include:1, deep, deeper, y, x; include:2
    assert report.crossing is not None
    assert report.crossing.domain == "2.example"
    assert not report.is_exact
    assert "… and 68 more" in "\n".join(tree_lines(report))


def test_includes_that_double_at_each_level() -> None:
    """Rule I8: twelve records that would be four thousand includes."""
    records = {
        f"{level}.example": f"v=spf1 include:{level + 1}.example include:{level + 1}.example -all"
        for level in range(12)
    }
    records["12.example"] = "v=spf1 -all"
    report, asked = answer_from(zone_of(records), spf_inquiry("0.example"))

    assert len(asked) <= MOST_QUESTIONS
    assert len(tuple(report.root.walk())) <= 256
    assert report.crossing is not None


def test_records_without_end() -> None:
    """Rule I8: reading stops before it stops everything else, and what was not read is unknown."""
    fat = "v=spf1" + " ip4:192.0.2.1" * 250 + " -all"
    names = [f"{number}.example" for number in range(6)]
    records = {"example.com": "v=spf1 " + " ".join(f"include:{name}" for name in names) + " -all"}
    finding = grave(zone_of(records | dict.fromkeys(names, fat)))

    assert finding.verdict is Verdict.UNKNOWN
    assert finding.why == "it needs at least 6 DNS look-ups, perhaps too many"
    assert finding.evidence.splitlines()[-1].split(maxsplit=2)[2] == "was not looked at"


def test_errors_without_end() -> None:
    """Rule I8: what is like many others is counted."""
    names = [f"a{number}.example" for number in range(20)]
    records = {"example.com": "v=spf1 " + " ".join(f"include:{name}" for name in names) + " -all"}
    records |= dict.fromkeys(names, "v=spf1 nonsense -all")
    alike = [each for each in spf_findings(report_of(zone_of(records))) if "error" in each.why]

    assert len(alike) == MOST_TOLD


NAMES = ["example.com", "a.example", "b.example", "c.example"]
TERM = st.sampled_from(
    [f"{kind}{name}" for kind in ("include:", "redirect=", "a:", "mx:") for name in NAMES]
    + ["-all", "?all", "ptr", "exists:%{i}.x", "include:%{o}", "mx", "ip4:192.0.2.1", "oops", ""]
)
RECORD = st.lists(TERM, max_size=12).map(lambda terms: " ".join(("v=spf1", *terms)))
ANSWER = st.one_of(
    RECORD.map(text),
    st.lists(RECORD.map(text), max_size=3).map(tuple),
    st.binary(max_size=60).map(lambda octets: text(b"v=spf1 " + octets)),
    st.sampled_from([SILENCE, BROKEN, NO_SUCH_NAME]),
)


@given(st.lists(ANSWER, min_size=4, max_size=4))
def test_no_records_raise_or_go_on_for_ever(answers: list[Known]) -> None:
    """Rule I8: whatever records say, and however they include each other."""
    zone: Zone = {(name, "TXT"): answer for name, answer in zip(NAMES, answers, strict=True)}
    report, asked = answer_from(zone, spf_inquiry("example.com"))

    assert len(asked) <= MOST_QUESTIONS_WITHIN
    assert spf_findings(report)
    assert all(line.isprintable() for line in tree_lines(report))
