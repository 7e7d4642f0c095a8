"""A transcript's entries in plain words."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimail import smtp
from tuimail.domain import StsMode, StsPolicy
from tuimail.safetext import visible
from tuimail.smtp import (
    BodySent,
    CertificateFacts,
    Command,
    CommandSent,
    EnhancedStatus,
    Failure,
    FailureKind,
    Reply,
    ReplyReceived,
    SessionFailed,
    Severity,
    TlsEstablished,
    TlsFacts,
    TlsPolicy,
)
from tuimail.transcript import (
    Advice,
    Concluded,
    Connected,
    Connecting,
    Entry,
    Event,
    FellBack,
    Lane,
    LookedUp,
    NoExchange,
    NoPolicy,
    NotConnected,
    Noted,
    NotNeeded,
    Outcome,
    PassedOver,
    PolicyFound,
    RecipientOutcome,
    Status,
)
from tuimail.transcript.enhanced import REGISTRY, SUBJECTS, is_telling, registered
from tuimail.transcript.explaining import explained
from tuimail.transcript.explanation import Explanation
from tuimail.transcript.extensions import REGISTRY as EXTENSIONS
from tuimail.transcript.extensions import offered
from tuimail.transcript.verbs import MECHANISMS, VERBS

LANE = Lane(2, "example.net", "mx1.example.net", "192.0.2.10", 25)
TLS = TlsFacts(
    "TLSv1.3", "TLS_AES_256_GCM_SHA384", "CN=mx1.example.net", "CN=Root", "", "DANE-EE 3 1 1 a0…"
)
UNPROVEN = TlsFacts("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256", "CN=x", "CN=x", "it is self-signed")


def of(event: Event, *earlier: Event) -> Explanation:
    return explained(Entry(LANE, event), [Entry(LANE, each) for each in earlier])


def said(line: str) -> Explanation:
    return of(CommandSent(0.0, Command.parse(line)))


def heard(code: int, *lines: str, to: str | None = None) -> Explanation:
    command = Command.parse(to) if to is not None else None
    return of(ReplyReceived(0.0, Reply(code, lines), command))


def unfolded(told: Explanation) -> dict[str, str]:
    return {detail.name: detail.meaning for detail in told.details}


# Commands


@pytest.mark.parametrize(
    ("line", "meaning", "rfc"),
    [
        ("EHLO client.example", "that we are client.example", "RFC 5321 §4.1.1.1"),
        ("MAIL FROM:<a@example.com>", "a mail from a@example.com", "RFC 5321 §4.1.1.2"),
        ("MAIL FROM:<>", "nothing is to be returned to", "RFC 5321 §4.1.1.2"),
        ('RCPT TO:<"a> b"@example.net>', '"a> b"@example.net', "RFC 5321 §4.1.1.3"),
        ("BDAT 86400 LAST", "the last chunk of the message, 86 kB", "RFC 3030 §2"),
        ("BDAT 5", "more follows", "RFC 3030 §2"),
        ("AUTH SCRAM-SHA-256 abc", "never goes over the wire", "RFC 4954 §4"),
        (".", "ends the message", "RFC 5321 §4.1.1.4"),
        ("*", "Breaks off the login", "RFC 4954 §4"),
        ("FOO bar", "Not a command that SMTP knows", "RFC 5321 §4.1.1"),
    ],
)
def test_a_command_in_plain_words(line: str, meaning: str, rfc: str) -> None:
    told = said(line)
    assert meaning in told.meaning
    assert told.rfc == rfc


def test_every_command_has_its_section() -> None:
    for verb in VERBS:
        told = said(f"{verb} x")
        assert told.meaning.endswith(".")
        assert told.rfc
    assert {"EHLO", "HELO", "LHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BDAT", "RSET",
            "VRFY", "EXPN", "NOOP", "HELP", "QUIT", "XCLIENT"} <= VERBS.keys()  # fmt: skip


def test_the_parameters_of_mail() -> None:
    told = unfolded(
        said(
            "MAIL FROM:<a@example.com> SIZE=337920 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ+2B1"
            " REQUIRETLS AUTH=<> FOO=bar"
        )
    )
    assert told == {
        "SIZE=337920": (
            "The message is 338 kB large: an exchange with a lower limit can refuse it before it is"
            " sent."
        ),
        "BODY=8BITMIME": "The message has octets beyond ASCII, which must arrive as they are.",
        "SMTPUTF8": "An address or a header has letters beyond ASCII, on the whole way.",
        "RET=HDRS": "A report of failure is to bring the headers back, not the whole message.",
        "ENVID=QQ+2B1": "Each report about this mail is to name it “QQ+1”.",
        "REQUIRETLS": "The mail may travel over proven TLS only, up to its recipient.",
        "AUTH=<>": "Who wrote the mail has not been proven to us.",
        "FOO=bar": "We do not know this parameter.",
    }


def test_the_parameters_of_rcpt() -> None:
    told = unfolded(
        said("RCPT TO:<b@example.net> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+2Bc@example.net")
    )
    assert told == {
        "NOTIFY=SUCCESS,FAILURE": "A report is wanted once it is delivered and when it fails.",
        "ORCPT=rfc822;b+2Bc@example.net": (
            "The sender wrote to b+c@example.net: reports are to name that address."
        ),
    }
    told = unfolded(said("RCPT TO:<b@example.net> NOTIFY=NEVER"))
    assert told["NOTIFY=NEVER"] == "No report is wanted, whatever becomes of it."


def test_the_attributes_of_xclient() -> None:
    told = unfolded(said("XCLIENT ADDR=192.0.2.7 NAME=mail.example.com"))
    assert told["ADDR=192.0.2.7"] == "The client's address is 192.0.2.7."


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_login_is_explained_and_not_shown(mechanism: str) -> None:
    """Rule R39: what AUTH is given appears nowhere."""
    told = said(f"AUTH {mechanism} c2VjcmV0")
    assert "c2VjcmV0" not in repr(told)
    assert MECHANISMS[mechanism][0] in told.meaning
    response = of(CommandSent(0.0, Command.auth_response(b"secret")))
    assert "secret" in response.meaning
    assert "c2VjcmV0" not in repr(response)


# Replies


def test_a_recipient_that_is_taken() -> None:
    told = heard(250, "2.1.5 Recipient ok", to="RCPT TO:<b@example.net>")
    assert f"{told.subject}  {told.text}" == (
        "250 2.1.5  The exchange takes this recipient. It takes responsibility for the mail at the"
        " final reply. RFC 5321 §3.3"
    )


def test_a_mail_that_is_taken() -> None:
    told = heard(250, "2.0.0 queued", to=".")
    assert "takes responsibility" in told.text
    assert told.rfc == "RFC 5321 §4.2.5"
    last = heard(250, "2.0.0 queued", to="BDAT 5 LAST")
    assert last.text == told.text


def test_the_digits_one_by_one() -> None:
    told = unfolded(heard(452, "4.3.1 full", to="RCPT TO:<b@example.net>"))
    assert told["4··"] == "Not now: the same may go well later."
    assert told["·5·"] == "It is about the mail system."
    assert told["452"] == "Too many recipients, or no room."
    assert told["4.3.1"] == "Mail system full: a failure for now, about the mail system there."


def test_a_status_that_nobody_registered() -> None:
    told = heard(550, "5.9.77 odd", to="MAIL FROM:<>")
    assert "not registered" in unfolded(told)["5.9.77"]
    assert told.cause


def test_a_digit_that_smtp_does_not_know() -> None:
    told = heard(699, "what")
    assert "breaks the rules" in told.meaning


def test_the_registry_is_whole() -> None:
    """RFC 3463 §3, and IANA's registry up to X.7.30."""
    last = {0: 0, 1: 10, 2: 4, 3: 6, 4: 7, 5: 6, 6: 10, 7: 30}
    assert REGISTRY.keys() == {
        (subject, detail) for subject, most in last.items() for detail in range(most + 1)
    }
    assert SUBJECTS.keys() == last.keys()
    for key, each in REGISTRY.items():
        assert each.cause.endswith("."), key
        assert each.rfc.startswith(("RFC ", "IANA")), key
        assert registered(EnhancedStatus(Severity.PERMANENT, *key)) is each
    assert not is_telling(EnhancedStatus(Severity.PERMANENT, 7, 1))


# EHLO


def test_ehlo_unfolds_into_extensions() -> None:
    told = heard(
        250,
        "mx1.example.net greets client.example",
        "SIZE 26214400",
        "auth PLAIN LOGIN",
        "LIMITS RCPTMAX=100 MAILMAX=10",
        "XYZZY 1",
        "",
        "STARTTLS",
        to="EHLO client.example",
    )
    assert told.meaning == "The exchange greets back, and offers 5 extensions."
    assert unfolded(told) == {
        **unfolded(told),
        "SIZE 26214400": (
            "MAIL says how large the message is, so none is sent in vain. At most 26 MB here."
        ),
        "auth PLAIN LOGIN": "One can log in. Here with PLAIN, LOGIN.",
        "LIMITS RCPTMAX=100 MAILMAX=10": (
            "It says beforehand how much it takes at once. At most 100 recipients in a mail, 10"
            " mails in a session."
        ),
        "XYZZY 1": "We do not know it, and leave it alone.",
        "STARTTLS": "The rest of the session can be encrypted.",
    }
    assert {d.name: d.rfc for d in told.details}["STARTTLS"] == "RFC 3207"


def test_helo_names_no_extensions() -> None:
    told = heard(250, "mx1", to="HELO client.example")
    assert "no extensions are named" in told.meaning


def test_every_extension_has_its_source() -> None:
    for keyword, extension in EXTENSIONS.items():
        assert extension.rfc
        assert extension.meaning.endswith(".")
        offer = offered(f"{keyword} 1")
        assert offer is not None
        assert offer.meaning.startswith(extension.meaning)


def test_old_servers_write_auth_otherwise() -> None:
    """Rule R12: `AUTH=PLAIN` counts as `AUTH PLAIN`."""
    offer = offered("AUTH=PLAIN LOGIN")
    assert offer is not None
    assert (offer.keyword, offer.parameters) == ("AUTH", "PLAIN LOGIN")


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_extension_is_too_odd(line: str) -> None:
    offer = offered(line)
    assert (offer is None) == (not line[:200].split())
    if offer is not None:
        shown = f"{offer.keyword}{offer.parameters}{offer.meaning}"
        assert visible(shown) == shown


# TLS


def test_tls_unfolds() -> None:
    told = of(TlsEstablished(0.0, TLS, TlsPolicy.DANE))
    assert told.meaning == "From here on the session is encrypted, with TLS 1.3."
    assert told.cause == "The certificate proves who the exchange is (DANE-EE 3 1 1 a0…)."
    parts = unfolded(told)
    assert list(parts) == ["version", "cipher", "certificate", "policy dane", "verdict"]
    assert parts["version"] == "TLS 1.3: the newest."
    assert parts["certificate"] == "CN=mx1.example.net, issued by CN=Root."
    assert parts["verdict"].startswith("Verified by DANE-EE 3 1 1 a0…. The signed DNS names")


@pytest.mark.parametrize(
    ("policy", "consequence"),
    [
        (TlsPolicy.OPPORTUNISTIC, "No policy asks for more"),
        (TlsPolicy.VERIFY, "The policy “verify” does not bear that: no mail goes out here."),
        (None, "it is self-signed."),
    ],
)
def test_a_certificate_that_proves_nothing(policy: TlsPolicy | None, consequence: str) -> None:
    told = of(TlsEstablished(0.0, UNPROVEN, policy))
    assert "The certificate proves nothing: it is self-signed." in told.cause
    assert consequence in told.cause
    assert unfolded(told)["verdict"] == "Not verified: it is self-signed."


@pytest.mark.parametrize(
    ("mode", "mx", "asked"),
    [
        (StsMode.ENFORCE, "*.example.net", "policy mta-sts"),
        (StsMode.TESTING, "*.example.net", "policy verify"),
        (StsMode.ENFORCE, "elsewhere.example", "policy verify"),
    ],
)
def test_the_policy_that_mta_sts_asked_for(mode: StsMode, mx: str, asked: str) -> None:
    found = PolicyFound(0.0, "example.net", StsPolicy(mode, (mx,), 604800), 0.0)
    told = of(TlsEstablished(1.0, TLS, TlsPolicy.VERIFY), found)
    assert asked in unfolded(told)


def certificate(subject: str, issuer: str, *names: str) -> CertificateFacts:
    begin, end = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)
    return CertificateFacts(subject, issuer, names, begin, end, "EC secp256r1", b"")


def test_tls_unfolds_its_chain_where_it_is_known() -> None:
    facts = TlsFacts(
        "TLSv1.3",
        "TLS_CHACHA20_POLY1305_SHA256",
        "CN=x",
        "CN=y",
        "",
        "PKIX",
        "X25519MLKEM768",
        (
            certificate("CN=mx1.example.net", "CN=R3", "mx1.example.net", "mx2.example.net"),
            certificate("CN=R3", "CN=X1"),
        ),
    )
    parts = unfolded(of(TlsEstablished(0.0, facts)))
    assert parts["key exchange"] == "X25519MLKEM768, which a quantum computer does not undo."
    assert parts["certificate"] == (
        "CN=mx1.example.net, for mx1.example.net, mx2.example.net, issued by CN=R3, valid from"
        " 2026-01-02 to 2026-04-02, key EC secp256r1."
    )
    assert parts["issuer 1"].startswith("CN=R3, issued by CN=X1, valid")


# What else happens


def test_every_kind_of_failure() -> None:
    for kind in FailureKind:
        told = of(SessionFailed(0.0, Failure(kind, "did it")))
        assert told.meaning.endswith(".")
        assert told.cause == "mx1.example.net did it."


OUTCOME = Outcome(
    "<1@example.com>",
    (RecipientOutcome("b@example.net", Status.FAILED, 550, "5.1.1", "no", "mx", "::1", None),),
    1.0,
)


@pytest.mark.parametrize(
    ("event", "words", "rfc"),
    [
        (LookedUp(0.0, "MX example.net", "mx1 (10)"), "which exchanges take", "RFC 5321 §5.1"),
        (LookedUp(0.0, "TLSA _25._tcp.x", "3 1 1 a"), "What came of it: 3 1 1 a.", "RFC 7672 §2.2"),
        (LookedUp(0.0, "CAA x", "y"), "who may issue", "RFC 8659 §4"),
        (LookedUp(0.0, "FOO x", "y"), "a record", "RFC 1035"),
        (NoExchange(0.0, "it takes no mail"), "it takes no mail", "RFC 5321 §5.1"),
        (NoPolicy(0.0, "example.net", "its host is gone"), "its host is gone", "RFC 8461 §3.3"),
        (PassedOver(0.0, "mx3", "is not named"), "It is not named.", "RFC 5321 §5.1"),
        (Noted(0.0, "the connection is open"), "the connection is open.", ""),
        (Connecting(0.0), "mx1.example.net [192.0.2.10]:25", "RFC 5321 §3.1"),
        (Connected(0.0), "The exchange speaks first", "RFC 5321 §3.1"),
        (NotConnected(0.0, "no answer"), "no answer", "RFC 5321 §5.1"),
        (NotNeeded(0.0, "another answered"), "another answered", "RFC 8305 §5"),
        (FellBack(0.0, "mx2"), "another is tried: mx2", "RFC 5321 §5.1"),
        (Advice(0.0, "Offer a relay."), "Offer a relay.", ""),
        (BodySent(0.0, 500, 1000), "500 B of it so far", "RFC 5321 §4.1.1.4"),
        (BodySent(0.0, 1000, 1000), "The message of 1.0 kB is out.", "RFC 5321 §4.1.1.4"),
        (Concluded(0.0, OUTCOME), "failed for good", "RFC 5321 §4.2.5"),
    ],
)
def test_what_happens_besides(event: Event, words: str, rfc: str) -> None:
    told = of(event)
    assert words in told.text
    assert told.rfc == rfc


def test_a_policy_of_mta_sts() -> None:
    policy = StsPolicy(StsMode.ENFORCE, ("mx.example.net",), 604800)
    told = of(PolicyFound(0.0, "example.net", policy, 0.0))
    assert "It names mx.example.net, and holds for 7 days more." in told.text


# Whatever it is


foreign = st.text(max_size=60)
replies = st.builds(
    Reply,
    st.integers(0, 999),
    st.lists(foreign | st.sampled_from(["5.1.1 x", "4.999.999 x", "SIZE 1"]), min_size=1).map(
        tuple
    ),
)
spoken = st.builds(
    lambda verb, rest: Command(b"", f"{verb} {rest}"),
    st.sampled_from([*VERBS, "…", "*", "", "AUTH PLAIN", "MAIL FROM:<a> SIZE="]),
    foreign,
)
facts = st.builds(TlsFacts, foreign, foreign, foreign, foreign, foreign, foreign)
failures = st.builds(Failure, st.sampled_from(FailureKind), foreign)
everything: st.SearchStrategy[Event] = st.one_of(
    st.builds(CommandSent, st.just(0.0), spoken),
    st.builds(ReplyReceived, st.just(0.0), replies, st.none() | spoken),
    st.builds(TlsEstablished, st.just(0.0), facts, st.none() | st.sampled_from(TlsPolicy)),
    st.builds(SessionFailed, st.just(0.0), failures),
    st.builds(BodySent, st.just(0.0), st.integers(0, 10**12), st.integers(0, 10**12)),
    st.builds(smtp.Settled, st.just(0.0), st.none(), st.just(())),
    st.builds(LookedUp, st.just(0.0), foreign, foreign),
    st.builds(NoExchange, st.just(0.0), foreign),
    st.builds(NoPolicy, st.just(0.0), foreign, foreign),
    st.builds(PassedOver, st.just(0.0), foreign, foreign),
    st.builds(NotConnected, st.just(0.0), foreign),
    st.builds(NotNeeded, st.just(0.0), foreign),
    st.builds(Noted, st.just(0.0), foreign),
    st.builds(FellBack, st.just(0.0), foreign),
    st.builds(Advice, st.just(0.0), foreign),
)


@settings(deadline=None)
@given(everything)
def test_no_entry_is_too_odd_to_be_explained(event: Event) -> None:
    """Rule R15: nothing foreign is obeyed by a terminal."""
    told = of(event)
    parts = [told.subject, told.text, *(f"{d.name}{d.meaning}{d.rfc}" for d in told.details)]
    assert [visible(part) for part in parts] == parts
    assert told.meaning
    assert told.subject


@settings(deadline=None)
@given(everything)
def test_an_explanation_stays_short(event: Event) -> None:
    assert len(of(event).text) < 2000
