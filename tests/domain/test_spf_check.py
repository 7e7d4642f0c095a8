"""Whether a host may send in a domain's name, as receivers find it out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.answers import BROKEN, SILENCE
from tests.domain.inquiring import Known, Zone, answer_from, text, waves_from
from tuimail.domain import Question
from tuimail.domain.spf_check import check_host
from tuimail.domain.spf_result import SpfOutcome, SpfResult

FOUR, SIX = "192.0.2.3", "2001:db8::cb01"

APPENDIX_A: dict[tuple[str, str], Known] = {
    ("example.com", "MX"): ("10 mail-a.example.com.", "20 mail-b.example.com."),
    ("example.com", "A"): ("192.0.2.10", "192.0.2.11"),
    ("amy.example.com", "A"): "192.0.2.65",
    ("bob.example.com", "A"): "192.0.2.66",
    ("mail-a.example.com", "A"): "192.0.2.129",
    ("mail-b.example.com", "A"): "192.0.2.130",
    ("www.example.com", "CNAME"): "example.com.",
    ("example.org", "MX"): "10 mail-c.example.org.",
    ("mail-c.example.org", "A"): "192.0.2.140",
    ("65.2.0.192.in-addr.arpa", "PTR"): "amy.example.com.",
    ("140.2.0.192.in-addr.arpa", "PTR"): "mail-c.example.org.",
    ("10.0.0.10.in-addr.arpa", "PTR"): "bob.example.com.",
}
"""The zone of RFC 7208 appendix A."""


def record(written: str, *others: tuple[str, str]) -> dict[tuple[str, str], Known]:
    """Of example.com, and of others by domain."""
    return {(name, "TXT"): text(each) for name, each in (("example.com", written), *others)}


def checked(
    zone: Zone, ip: str = FOUR, sender: str = "me@example.com", helo: str = "mail.example.com"
) -> SpfResult:
    domain = sender.rpartition("@")[2]
    return answer_from(zone, check_host(ip, domain, sender, helo))[0]


@pytest.mark.parametrize(
    ("written", "passes", "fails"),
    [
        ("v=spf1 +all", ["192.0.2.129", "10.0.0.1"], []),
        ("v=spf1 a -all", ["192.0.2.10", "192.0.2.11"], ["192.0.2.65"]),
        ("v=spf1 a:example.org -all", [], ["192.0.2.10"]),
        ("v=spf1 mx -all", ["192.0.2.129", "192.0.2.130"], ["192.0.2.140"]),
        ("v=spf1 mx:example.org -all", ["192.0.2.140"], ["192.0.2.129"]),
        ("v=spf1 mx mx:example.org -all", ["192.0.2.129", "192.0.2.140"], ["192.0.2.10"]),
        ("v=spf1 mx/30 mx:example.org/30 -all", ["192.0.2.131", "192.0.2.143"], ["192.0.2.132"]),
        ("v=spf1 ptr -all", ["192.0.2.65"], ["192.0.2.140", "10.0.0.10"]),
        ("v=spf1 ip4:192.0.2.128/28 -all", ["192.0.2.129", "192.0.2.140"], ["192.0.2.65"]),
    ],
)
def test_simple_examples(written: str, passes: list[str], fails: list[str]) -> None:
    """Rule I8: RFC 7208 appendix A.1."""
    zone = APPENDIX_A | record(written)

    assert [checked(zone, ip).outcome for ip in passes] == [SpfOutcome.PASS] * len(passes)
    assert [checked(zone, ip).outcome for ip in fails] == [SpfOutcome.FAIL] * len(fails)


def test_one_domain_for_many() -> None:
    """Rule I8: RFC 7208 appendix A.2."""
    zone = APPENDIX_A | record(
        "v=spf1 include:example.org include:example.net -all",
        ("la.example.com", "v=spf1 redirect=example.com"),
        ("example.org", "v=spf1 mx -all"),
        ("example.net", "v=spf1 ip4:198.51.100.0/24 ?all"),
    )

    assert checked(zone, "192.0.2.140", "a@la.example.com").outcome is SpfOutcome.PASS
    assert checked(zone, "198.51.100.7").outcome is SpfOutcome.PASS
    assert checked(zone, "203.0.113.7", "a@la.example.com").outcome is SpfOutcome.FAIL


def test_a_list_of_users_and_addresses() -> None:
    """Rule I8: RFC 7208 appendix A.3 and A.4, with the macros of §7."""
    zone = record("v=spf1 mx -all exists:x.y.z") | {
        ("example.com", "TXT"): text(
            "v=spf1 include:%{d}._spf.%{d2} exists:%{ir}.%{v}.%{l1r-}.lp._spf.%{d2} -all"
        ),
        ("example.com._spf.example.com", "TXT"): text("v=spf1 -all"),
        ("3.2.0.192.in-addr.mary.lp._spf.example.com", "A"): "127.0.0.2",
    }

    assert checked(zone, sender="mary@example.com").outcome is SpfOutcome.PASS
    assert checked(zone, sender="fred@example.com").outcome is SpfOutcome.FAIL


@pytest.mark.parametrize(
    ("ip", "asked"),
    [
        (FOUR, "3.2.0.192.in-addr._spf.example.com"),
        (SIX, "1.0.b.c." + "0." * 20 + "8.b.d.0.1.0.0.2.ip6._spf.example.com"),
    ],
)
def test_an_address_as_a_name(ip: str, asked: str) -> None:
    """Rule I8: RFC 7208 §7.4; `exists` asks for A whatever the address is (§5.7)."""
    zone = record("v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all") | {(asked, "A"): "127.0.0.2"}

    assert checked(zone, ip).outcome is SpfOutcome.PASS


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("v=spf1", SpfOutcome.NEUTRAL),
        ("v=spf1 ip4:198.51.100.0/24", SpfOutcome.NEUTRAL),
        ("v=spf1 ?all", SpfOutcome.NEUTRAL),
        ("v=spf1 ~all", SpfOutcome.SOFTFAIL),
        ("v=spf1 -ip4:192.0.2.0/24 +all", SpfOutcome.FAIL),
        ("v=spf1 ip6:::/0 -all", SpfOutcome.FAIL),
        ("v=spf1 ip6:::ffff:192.0.2.3 -all", SpfOutcome.FAIL),
        ("v=spf1 all -all", SpfOutcome.PASS),
        ("v=spf1 redirect=nowhere.example ip4:192.0.2.3", SpfOutcome.PASS),
        ("v=spf1 ip4:192.0.2.3 -all moo", SpfOutcome.PERMERROR),
        ("v=spf1 redirect=nowhere.example", SpfOutcome.PERMERROR),
        ("v=spf1 include:nowhere.example -all", SpfOutcome.PERMERROR),
        ("v=spf1 include:a...example -all", SpfOutcome.PERMERROR),
        ("v=spf1 a:a...example -all", SpfOutcome.FAIL),
        ("v=spf1 a:%{h}.nowhere.example -all", SpfOutcome.FAIL),
        ("v=spf1 include:example.com -all", SpfOutcome.PERMERROR),
        ("v=spf1 redirect=example.com", SpfOutcome.PERMERROR),
    ],
)
def test_outcomes(written: str, outcome: SpfOutcome) -> None:
    """Rule I8: RFC 7208 §4.6 to §4.8, §5 and §6.1."""
    result = checked(record(written))

    assert result.outcome is outcome
    assert result.why


@pytest.mark.parametrize(
    "sender", ["a@example.org", "a@localhost", "a@a..example", "a@[192.0.2.1]"]
)
def test_nothing_said(sender: str) -> None:
    """Rule I8: no record, or no name that could have one, is none (RFC 7208 §4.3, §4.5)."""
    assert checked(record("v=spf1 -all"), sender=sender).outcome is SpfOutcome.NONE


def test_two_records() -> None:
    """Rule I8: RFC 7208 §4.5."""
    zone: Zone = {("example.com", "TXT"): (text("v=spf1 -all"), text("v=spf1 +all"))}

    assert checked(zone).outcome is SpfOutcome.PERMERROR


def test_a_mapped_address_is_ipv4() -> None:
    """Rule I8: RFC 7208 §5."""
    assert (
        checked(record("v=spf1 ip4:192.0.2.3 -all"), "::ffff:192.0.2.3").outcome is SpfOutcome.PASS
    )


def test_lengths_by_family() -> None:
    """Rule I8: the second length is IPv6's (RFC 7208 §5.6)."""
    zone = record("v=spf1 a/24//32 -all") | {
        ("example.com", "A"): "192.0.2.99",
        ("example.com", "AAAA"): "2001:db8:1::1",
    }

    assert checked(zone, FOUR).outcome is SpfOutcome.PASS
    assert checked(zone, SIX).outcome is SpfOutcome.PASS
    assert checked(zone, "198.51.100.1").outcome is SpfOutcome.FAIL
    assert checked(zone, "2001:db9::1").outcome is SpfOutcome.FAIL


@pytest.mark.parametrize(
    ("below", "outcome"),
    [
        ("v=spf1 +all", SpfOutcome.PASS),
        ("v=spf1 -all", SpfOutcome.SOFTFAIL),
        ("v=spf1 ~all", SpfOutcome.SOFTFAIL),
        ("v=spf1 ?all", SpfOutcome.SOFTFAIL),
        ("v=spf1", SpfOutcome.SOFTFAIL),
        ("v=spf1 oops", SpfOutcome.PERMERROR),
    ],
)
def test_include(below: str, outcome: SpfOutcome) -> None:
    """Rule I8: only what passes there matches (RFC 7208 §5.2)."""
    zone = record("v=spf1 include:a.example ~all", ("a.example", below))

    assert checked(zone).outcome is outcome


@pytest.mark.parametrize(
    "term",
    ["include:a.example", "redirect=a.example", "a:a.example", "mx:a.example", "exists:a.example"],
)
@pytest.mark.parametrize("failure", [SILENCE, BROKEN])
def test_an_answer_that_could_not_be_had(term: str, failure: Known) -> None:
    """Rule I8: a temporary error, never “no” (RFC 7208 §2.6.6)."""
    zone = record(f"v=spf1 {term}")
    zone |= dict.fromkeys([("a.example", rdtype) for rdtype in ("TXT", "A", "MX")], failure)
    result = checked(zone)

    assert result.outcome is SpfOutcome.TEMPERROR
    assert result.why.startswith("a.example could not be looked up: ")
    assert checked(zone, sender="me@a.example").outcome is SpfOutcome.TEMPERROR


def test_an_exchange_that_could_not_be_had() -> None:
    """Rule I8: it does no harm where another one is the host (RFC 7208 §5.4)."""
    zone = record("v=spf1 mx -all") | {
        ("example.com", "MX"): ("10 a.example.", "20 b.example."),
        ("a.example", "A"): SILENCE,
        ("b.example", "A"): FOUR,
    }

    assert checked(zone).outcome is SpfOutcome.PASS
    assert checked(zone, "192.0.2.4").outcome is SpfOutcome.TEMPERROR


def test_what_is_met_first_decides() -> None:
    """Rule I8: what was asked ahead and failed is no error where receivers do not get there."""
    zone = record("v=spf1 ip4:192.0.2.3 a:a.example -all") | {("a.example", "A"): SILENCE}

    assert checked(zone).outcome is SpfOutcome.PASS
    assert checked(zone, "192.0.2.4").outcome is SpfOutcome.TEMPERROR


def test_ten_terms_and_eleven() -> None:
    """Rule I8: RFC 7208 §4.6.4; an include counts, and what it includes."""
    zone = record(
        "v=spf1 a:a.example include:b.example ip4:192.0.2.3 a:a.example ip4:192.0.2.4 -all",
        ("b.example", "v=spf1" + " a:a.example" * 8),
    ) | {("a.example", "A"): "192.0.2.99"}

    assert checked(zone, "192.0.2.3").outcome is SpfOutcome.PASS

    over = checked(zone, "192.0.2.4")

    assert over.outcome is SpfOutcome.PERMERROR
    assert over.why == "a:a.example is one DNS look-up too many: 10 are allowed"


def test_void_look_ups() -> None:
    """Rule I8: two are allowed (RFC 7208 §4.6.4)."""
    two = record("v=spf1 a:x.example exists:y.example ?all")
    three = record("v=spf1 a:x.example exists:y.example mx ?all")

    assert checked(two).outcome is SpfOutcome.NEUTRAL
    assert checked(three).outcome is SpfOutcome.PERMERROR


@pytest.mark.parametrize(("count", "outcome"), [(10, SpfOutcome.PASS), (11, SpfOutcome.PERMERROR)])
def test_exchanges(count: int, outcome: SpfOutcome) -> None:
    """Rule I8: ten for one `mx` (RFC 7208 §4.6.4)."""
    zone = record("v=spf1 mx -all") | {
        ("example.com", "MX"): [f"{number} mx{number}.example.com." for number in range(count)],
        ("mx0.example.com", "A"): FOUR,
    }

    assert checked(zone).outcome is outcome


def test_pointers() -> None:
    """Rule I8: names count that lead back, up to ten of them (RFC 7208 §5.5)."""
    back = [f"n{number}.example.com" for number in range(10)]
    zone = record("v=spf1 ptr:example.net -all") | {
        ("3.2.0.192.in-addr.arpa", "PTR"): [f"{name}." for name in (*back, "mail.Example.net")],
        ("mail.example.net", "A"): FOUR,
    }

    assert checked(zone).outcome is SpfOutcome.FAIL

    zone["3.2.0.192.in-addr.arpa", "PTR"] = ["forged.example.net.", "mail.Example.net."]

    assert checked(zone).outcome is SpfOutcome.PASS

    zone["mail.example.net", "A"] = SILENCE

    assert checked(zone).outcome is SpfOutcome.FAIL


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), "unknown"),
        (("mail.example.net.",), "mail.example.net"),
        (("mail.example.net.", "a.example.com.", "example.com."), "example.com"),
        (("mail.example.net.", "a.example.com."), "a.example.com"),
    ],
)
def test_the_host_s_own_name(names: tuple[str, ...], said: str) -> None:
    """Rule I8: the macro `p` has the domain itself, one below it, or any (RFC 7208 §7.3)."""
    zone = record("v=spf1 exists:%{p}.x -all") | {
        ("3.2.0.192.in-addr.arpa", "PTR"): names,
        (f"{said}.x", "A"): "127.0.0.2",
    }
    zone |= {(name.removesuffix("."), "A"): FOUR for name in names}

    assert checked(zone).outcome is SpfOutcome.PASS


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (
            text("See http://%{d}/why?s=%{S}&i=%{C}."),
            "See http://example.com/why?s=me%40example.com&i=192.0.2.3.",
        ),
        (
            text("%{i} is no host of %{o}%%, said %{r}"),
            "192.0.2.3 is no host of example.com%, said unknown",
        ),
        (text("The %{x}-files."), ""),
        ((text("one"), text("two")), ""),
        (text(b"\xef\xbb\xbfno"), ""),
        ((), ""),
        (SILENCE, ""),
    ],
)
def test_explanation(there: Known, said: str) -> None:
    """Rule I8: the domain's words, unless anything is amiss with them (RFC 7208 §6.2)."""
    zone = record("v=spf1 -all exp=why.%{d}") | {("why.example.com", "TXT"): there}
    result = checked(zone)

    assert result.outcome is SpfOutcome.FAIL
    assert result.explanation == said


def test_whose_explanation() -> None:
    """Rule I8: a redirect brings its own, an include none (RFC 7208 §6.2)."""
    zone = record(
        "v=spf1 include:b.example redirect=a.example exp=c.example",
        ("a.example", "v=spf1 -all exp=d.example"),
        ("b.example", "v=spf1 -all exp=c.example"),
        ("c.example", "wrong"),
        ("d.example", "right"),
    )

    assert checked(zone).explanation == "right"


def test_a_bounce() -> None:
    """Rule I8: its sender is postmaster at the host's own name (RFC 7208 §2.4)."""
    zone = record("v=spf1 exists:%{l}.%{o}.x -all") | {("postmaster.example.com.x", "A"): FOUR}

    assert answer_from(zone, check_host(FOUR, "example.com"))[0].outcome is SpfOutcome.PASS


@pytest.mark.parametrize(
    ("ip", "term", "why"),
    [
        ("192.0.2.1", "ip4:192.0.2.1", "ip4:192.0.2.1 lets it send"),
        (
            "192.0.2.2",
            "include:a.example",
            "include:a.example (include:b.example (ip4:192.0.2.2)) lets it send",
        ),
        ("192.0.2.4", "-all", "-all forbids it to send"),
    ],
)
def test_why(ip: str, term: str, why: str) -> None:
    """Rule I8: in plain words, with all terms on the way to the one that matched."""
    zone = record(
        "v=spf1 ip4:192.0.2.1 include:a.example -all",
        ("a.example", "v=spf1 include:b.example -all"),
        ("b.example", "v=spf1 ip4:192.0.2.2 -all"),
    )
    result = checked(zone, ip)

    assert (result.term, result.why) == (term, why)


def test_a_record_is_asked_for_at_once() -> None:
    """Rule I8: its terms side by side, and no name twice."""
    zone = record(
        "v=spf1 a mx a include:a.example exists:%{l}.x ptr -all",
        ("a.example", "v=spf1 a:b.example"),
    ) | {("example.com", "MX"): "10 mx.example.com.", ("b.example", "A"): "192.0.2.9"}
    _, waves = waves_from(zone, check_host(FOUR, "example.com", "me@example.com"))

    assert waves[:2] == (
        (Question("example.com", "TXT"),),
        (
            Question("example.com", "A"),
            Question("example.com", "MX"),
            Question("a.example", "TXT"),
            Question("me.x", "A"),
        ),
    )
    asked = [question for wave in waves for question in wave]
    assert len(set(asked)) == len(asked)


NAMES = ["example.com", "a.example", "b.example"]
TERM = st.sampled_from(
    [f"{kind}{name}" for kind in ("include:", "redirect=", "a:", "mx:") for name in NAMES]
    + ["-all", "?all", "ptr", "exists:%{l}.%{p}.x", "a:%{h}", "mx", "exp=%{S}.x", "oops", ""]
)
RECORD = st.lists(TERM, max_size=12).map(lambda terms: text(" ".join(("v=spf1", *terms))))
SENDER = st.text(max_size=40).map(lambda local: f"{local}@example.com")


@given(
    st.lists(RECORD, min_size=3, max_size=3),
    SENDER,
    st.text(max_size=40),
    st.sampled_from([FOUR, SIX]),
    st.sampled_from([SILENCE, BROKEN, FOUR, ()]),
)
def test_nothing_raises_or_goes_on_for_ever(
    records: list[Known], sender: str, helo: str, ip: str, address: Known
) -> None:
    """Rule I8: whatever records say and mail pretends."""
    zone: dict[tuple[str, str], Known] = {
        (name, "TXT"): record for name, record in zip(NAMES, records, strict=True)
    }
    zone |= {("a.example", "A"): address, ("b.example", "MX"): "0 ."}
    result, asked = answer_from(zone, check_host(ip, "example.com", sender, helo))

    assert result.why
    assert len(asked) < 60


def test_no_address() -> None:
    """Rule I8: that is the caller's mistake."""
    with pytest.raises(ValueError, match="nonsense"):
        answer_from({}, check_host("nonsense", "example.com"))
