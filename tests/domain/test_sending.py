"""What receivers make of mail, before it is sent."""

import base64
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.domain.answers import BROKEN, SILENCE
from tests.domain.inquiring import Known, answer_from, text, waves_from
from tuimail.domain import Finding, Verdict
from tuimail.domain.sending import Sender, SendingReport, Vouched, sending_inquiry
from tuimail.domain.sending_verdicts import sending_findings

OURS, THEIRS = "192.0.2.1", "198.51.100.1"
ED25519 = base64.b64encode(bytes(range(32))).decode()
ZONE: dict[tuple[str, str], Known] = {
    ("example.com", "TXT"): text("v=spf1 ip4:192.0.2.1 -all"),
    ("s1._domainkey.example.com", "TXT"): text(f"v=DKIM1; k=ed25519; p={ED25519}"),
    ("revoked._domainkey.example.com", "TXT"): text("v=DKIM1; p="),
    ("_dmarc.example.com", "TXT"): text("v=DMARC1; p=reject"),
}
ME = Sender("example.com", (OURS,), ("s1",))


def report_of(sender: Sender, **changed: Known) -> SendingReport:
    """`spf`, `key` and `dmarc` change the record of example.com."""
    names = {
        "spf": "example.com",
        "key": "s1._domainkey.example.com",
        "dmarc": "_dmarc.example.com",
    }
    zone = ZONE | {(names[kind], "TXT"): known for kind, known in changed.items()}
    return answer_from(zone, sending_inquiry(sender))[0]


def judged(sender: Sender, **changed: Known) -> Sequence[Finding]:
    return sending_findings(report_of(sender, **changed))


def dmarc_of(sender: Sender, **changed: Known) -> Finding:
    """The only finding on whether DMARC would pass."""
    (finding,) = (each for each in judged(sender, **changed) if each.rule == "I9")
    assert finding.verdict is Verdict.PASS or finding.advice
    return finding


def test_all_is_well() -> None:
    """Rules I8, I9 and I10: SPF for the address, the key of the selector, and DMARC."""
    spf, dkim, dmarc = judged(ME)

    assert {spf.verdict, dkim.verdict, dmarc.verdict} == {Verdict.PASS}
    assert (spf.rule, dkim.rule, dmarc.rule) == ("I8", "I10", "I9")
    assert spf.subject == OURS
    assert spf.why == "pass for mail of example.com: ip4:192.0.2.1 lets it send"
    assert dmarc.why == ("mail from 192.0.2.1 would pass: SPF and DKIM vouch for example.com")


@pytest.mark.parametrize(
    ("record", "verdict", "advice"),
    [
        (text("v=spf1 -all"), Verdict.FAIL, "Add ip4:192.0.2.1"),
        (text("v=spf1 ~all"), Verdict.WARN, "Add ip4:192.0.2.1"),
        (text("v=spf1 ?all"), Verdict.WARN, "Add ip4:192.0.2.1"),
        ((), Verdict.WARN, "Add ip4:192.0.2.1"),
        (text("v=spf1 oops"), Verdict.FAIL, "Mend the record"),
        (SILENCE, Verdict.UNKNOWN, "Ask again"),
    ],
)
def test_spf_of_an_address(record: Known, verdict: Verdict, advice: str) -> None:
    """Rule I8: what SPF says of it, and what to do; DKIM is enough for DMARC."""
    spf, _, dmarc = judged(ME, spf=record)

    assert spf.verdict is verdict
    assert spf.advice.startswith(advice)
    assert dmarc.verdict is Verdict.PASS
    assert "DKIM vouches" in dmarc.why


def test_words_for_a_refusal() -> None:
    """Rule I8: what receivers may quote is evidence."""
    zone = ZONE | {
        ("example.com", "TXT"): text("v=spf1 -all exp=why.example.com"),
        ("why.example.com", "TXT"): text("%{i} is none of ours"),
    }
    report, _ = answer_from(zone, sending_inquiry(ME))

    assert sending_findings(report)[0].evidence == "192.0.2.1 is none of ours"


def test_each_address() -> None:
    """Rule I9: without DKIM it depends on the address."""
    spf, other, dmarc, lost = judged(Sender("example.com", (OURS, THEIRS)))

    assert (spf.verdict, other.verdict) == (Verdict.PASS, Verdict.FAIL)
    assert (dmarc.verdict, lost.verdict) == (Verdict.PASS, Verdict.FAIL)
    assert (dmarc.subject, lost.subject) == (OURS, THEIRS)
    assert "SPF alone" in dmarc.why
    assert "Sign the mail" in dmarc.advice
    assert lost.why.startswith(
        "mail from 198.51.100.1 would not pass, and receivers are asked to reject it (p=reject): "
        "neither SPF nor DKIM vouches for example.com (SPF fail: -all forbids it to send; DKIM no "
        "selector is known)"
    )


@pytest.mark.parametrize(
    ("record", "verdict", "said"),
    [
        (text("v=DMARC1; p=reject"), Verdict.FAIL, "reject it"),
        (text("v=DMARC1; p=quarantine"), Verdict.FAIL, "put it aside"),
        (text("v=DMARC1; p=reject; t=y"), Verdict.WARN, "reject it"),
        (text("v=DMARC1; p=none"), Verdict.WARN, "let it pass all the same"),
        ((), Verdict.WARN, "comes from anybody"),
        (SILENCE, Verdict.UNKNOWN, "would pass is not known: _dmarc.example.com"),
    ],
)
def test_what_receivers_are_asked(record: Known, verdict: Verdict, said: str) -> None:
    """Rule I9: how grave it is that DMARC fails depends on the policy."""
    finding = dmarc_of(Sender("example.com", (THEIRS,)), dmarc=record)

    assert finding.verdict is verdict
    assert said in finding.why


def test_no_policy_to_pass() -> None:
    """Rule I9: without one there is nothing to pass or to fail."""
    assert dmarc_of(Sender("example.com", (OURS,)), dmarc=()).verdict is Verdict.INFO


@pytest.mark.parametrize(
    ("key", "vouched"),
    [
        (text(f"k=ed25519; p={ED25519}"), Vouched.YES),
        (text("v=DKIM1; p="), Vouched.NO),
        (text("nonsense"), Vouched.NO),
        ((), Vouched.NO),
        (SILENCE, Vouched.UNKNOWN),
        (BROKEN, Vouched.UNKNOWN),
    ],
)
def test_keys(key: Known, vouched: Vouched) -> None:
    """Rule I10: a key that verifiers take vouches, and no answer is no “no”."""
    sender = Sender("example.com", (THEIRS,), ("s1",))
    verdicts = {
        Vouched.YES: Verdict.PASS,
        Vouched.NO: Verdict.FAIL,
        Vouched.UNKNOWN: Verdict.UNKNOWN,
    }

    assert report_of(sender, key=key).by_dkim().vouched is vouched
    assert dmarc_of(sender, key=key).verdict is verdicts[vouched]


def test_a_short_key() -> None:
    """Rule I10: verifiers take no RSA key of 512 bits (RFC 8301 §3.2)."""
    number = b"\x02\x41\x00" + b"\xff" * 64
    der = b"\x30\x48" + number + b"\x02\x03\x01\x00\x01"
    key = text(f"k=rsa; p={base64.b64encode(der).decode()}")

    assert report_of(ME, key=key).by_dkim().vouched is Vouched.NO


def test_one_good_key_is_enough() -> None:
    """Rule I10: whatever became of other selectors."""
    sender = replace(ME, selectors=("revoked", "s1", "none"))

    assert report_of(sender).by_dkim().vouched is Vouched.YES


@pytest.mark.parametrize(
    ("dmarc", "holds"),
    [("v=DMARC1; p=reject", Verdict.PASS), ("v=DMARC1; p=reject; aspf=s; adkim=s", Verdict.FAIL)],
)
def test_domains_of_one_organization(dmarc: str, holds: Verdict) -> None:
    """Rule I9: a bounce or signing domain below it is enough, unless it has to be the same."""
    zone = ZONE | {
        ("_dmarc.example.com", "TXT"): text(dmarc),
        ("bounce.example.com", "TXT"): text("v=spf1 ip4:192.0.2.1 -all"),
        ("s1._domainkey.sign.example.com", "TXT"): text(f"k=ed25519; p={ED25519}"),
    }
    bounced = Sender("example.com", (OURS,), reverse_path="b@bounce.example.com")
    signed = Sender("example.com", (THEIRS,), ("s1",), signer="sign.example.com")

    for sender in (bounced, signed):
        report, _ = answer_from(zone, sending_inquiry(sender))
        assert sending_findings(report)[-1].verdict is holds


def test_a_foreign_bounce_domain() -> None:
    """Rule I9: SPF passes for it, and vouches for nobody else."""
    zone = ZONE | {("relay.example.net", "TXT"): text("v=spf1 +all")}
    sender = Sender("example.com", (OURS,), reverse_path="b@Relay.example.net")
    report, _ = answer_from(zone, sending_inquiry(sender))
    spf, dmarc = sending_findings(report)

    assert spf.verdict is Verdict.PASS
    assert dmarc.verdict is Verdict.FAIL
    assert "for relay.example.net, which does not vouch for example.com" in dmarc.why


def test_an_organization_that_is_not_known() -> None:
    """Rule I9: then nobody knows whether SPF vouches."""
    zone = ZONE | {
        ("relay.example.net", "TXT"): text("v=spf1 +all"),
        ("_dmarc.relay.example.net", "TXT"): SILENCE,
    }
    sender = Sender("example.com", (OURS,), reverse_path="b@relay.example.net")
    report, _ = answer_from(zone, sending_inquiry(sender))

    assert report.by_spf(report.results[0]).vouched is Vouched.UNKNOWN
    assert sending_findings(report)[-1].verdict is Verdict.UNKNOWN


def test_no_address_known() -> None:
    """Rule I9: with a key it does not matter, without one nothing is known."""
    assert dmarc_of(Sender("example.com", selectors=("s1",))).verdict is Verdict.PASS

    finding = dmarc_of(Sender("example.com"))

    assert finding.verdict is Verdict.UNKNOWN
    assert "no sending address is known" in finding.why
    assert finding.advice == "Say from which address it is sent."


def test_all_is_asked_side_by_side() -> None:
    """Rules I8, I9 and I10: the first round trip holds all that follows from the sender."""
    _, waves = waves_from(ZONE, sending_inquiry(ME))

    assert {question.name for question in waves[0]} == {
        "example.com",
        "_domainkey.example.com",
        "s1._domainkey.example.com",
        "_dmarc.example.com",
        "_dmarc.com",
    }
    assert len(waves) == 1


def test_no_address_at_all() -> None:
    """Rule I8: that is the caller's mistake."""
    with pytest.raises(ValueError, match="nonsense"):
        answer_from(ZONE, sending_inquiry(Sender("example.com", ("nonsense",))))
