"""What refusals are explained by."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transcript.refusals import refusals
from tuimail.safetext import visible
from tuimail.smtp import Command, Reply, ReplyReceived
from tuimail.transcript import Entry, Lane
from tuimail.transcript.explaining import explained
from tuimail.transcript.explanation import Explanation
from tuimail.transcript.providers import guessed, provider
from tuimail.transcript.refusals import GAP, SIGNS

LANE = Lane(2, "example.net", "mx1.example.net", "192.0.2.10", 25)
ASKED = {
    "connecting": None,
    "EHLO": Command.ehlo("client.example"),
    "STARTTLS": Command.starttls(),
    "AUTH": Command.parse("AUTH PLAIN x"),
    "XCLIENT": Command.xclient(["ADDR=192.0.2.1"]),
    "MAIL": Command.mail("a@example.com"),
    "RCPT": Command.rcpt("b@example.net"),
    "DATA": Command.data(),
    "BDAT": Command.bdat(5),
    ".": Command.end_of_data(),
    "RSET": Command.rset(),
    "VRFY": Command.parse("VRFY b"),
    "QUIT": Command.quit(),
    "odd": Command.parse("FOO"),
}


def explanation(code: int, *lines: str, asked: str = "RCPT") -> Explanation:
    command = ASKED[asked] if asked in ASKED else Command.parse(asked)
    return explained(Entry(LANE, ReplyReceived(0.0, Reply(code, lines), command)))


@pytest.mark.parametrize("asked", ASKED)
def test_every_refusal_of_the_fault_worlds_has_its_cause_named(asked: str) -> None:
    found = refusals()
    assert len(found) > 60
    for reply in found:
        told = explained(Entry(LANE, ReplyReceived(0.0, reply, ASKED[asked])))
        assert told.cause or told.guess, reply
        assert "does not say why" not in told.cause, reply
        assert told.meaning
        assert told.rfc
        assert visible(told.text) == told.text


@pytest.mark.parametrize(
    ("asked", "code", "text", "cause"),
    [
        ("RCPT", 550, "5.1.1 No such user here", "There is no such mailbox."),
        ("RCPT", 550, "no such user", "sound like an unknown recipient"),
        ("RCPT", 451, "4.7.1 Greylisted, try again in 4.2 s", "sound like greylisting"),
        ("RCPT", 550, "5.7.1 Relaying denied", "takes mail for its own domains alone"),
        ("RCPT", 452, "4.5.3 Too many recipients in one transaction", "more recipients than"),
        ("RCPT", 552, "5.3.4 too much", "larger than the exchange takes"),
        ("RCPT", 553, "5.6.7 A non-ASCII address needs SMTPUTF8", "letters beyond ASCII"),
        ("MAIL", 552, "5.3.4 Message too big", "larger than the exchange takes"),
        ("MAIL", 421, "4.7.0 Too many mails in one session", "a new connection after so many"),
        ("MAIL", 530, "5.7.0 Authentication required", "only from those who have logged in"),
        ("MAIL", 530, "Must issue a STARTTLS command first", "takes nothing in plaintext"),
        ("MAIL", 555, "5.5.4 Parameter not recognised", "does not know or allow"),
        ("AUTH", 535, "5.7.8 Authentication credentials invalid", "name or the password is wrong"),
        ("AUTH", 538, "5.7.11 Encryption required", "wants TLS first"),
        ("AUTH", 504, "Mechanism not recognised", "does not know this mechanism"),
        ("AUTH", 550, "no", "forbids this login"),
        ("DATA", 554, "5.5.1 No valid recipients", "nobody to take the mail for"),
        (".", 452, "4.2.2 Mailbox full", "The mailbox is full."),
        (".", 554, "spam", "sound like a spam filter"),
        (".", 554, "no", "does not like what is in the message"),
        ("connecting", 554, "no", "does not want to hear from the address"),
        ("connecting", 421, "4.7.0 too many connections", "sound like a rate limit"),
        ("EHLO", 500, "what?", "the SMTP of old, which has HELO alone"),
        ("EHLO", 500, "5.5.1 This is LMTP: say LHLO", "another protocol, as LMTP"),
        ("RCPT", 503, "5.5.1 Bad sequence of commands", "MAIL is missing, or was refused"),
        (".", 503, "5.5.1 Bad sequence of commands", "RCPT is missing, or each was refused"),
        ("STARTTLS", 550, "no", "forbids it; it does not say which"),
        ("HELP", 450, "no", "puts us off for a while, or something is out of order"),
        ("NOOP", 354, "go", "against the rules"),
        ("VRFY bob", 550, "no", "There is no such mailbox"),
        ("STARTTLS", 503, "5.5.1 no", "not allowed at this place"),
        ("STARTTLS", 454, "not now", "out of order there"),
        ("MAIL", 450, "4.3.0 Error: command failed", "wrong with the mail system there"),
        ("RCPT", 450, "4.7.1 not now", "A policy of the exchange forbids it."),
        ("RCPT", 450, "4.7.25 Client host rejected", "leads back to it (PTR)"),
    ],
)
def test_the_cause_in_words(asked: str, code: int, text: str, cause: str) -> None:
    assert cause in explanation(code, text, asked=asked).text


def test_the_same_code_means_something_else_in_answer_to_something_else() -> None:
    texts = {explanation(550, "no", asked=asked).text for asked in ASKED}
    assert len(texts) > 8


@pytest.mark.parametrize(
    ("text", "name", "source"),
    [
        (
            (
                "Our system has detected an unusual rate of unsolicited mail originating from your"
                " IP address. - gsmtp"
            ),
            "a rate limit on unsolicited mail",
            "Gmail",
        ),
        (
            "This mail has been blocked because the sender is unauthenticated. - gsmtp",
            "a refusal of unauthenticated mail",
            "Gmail",
        ),
        (
            (
                "Unauthenticated email from example.com is not accepted due to domain's DMARC"
                " policy. - gsmtp"
            ),
            "a refusal by DMARC",
            "Gmail",
        ),
        (
            "The email account that you tried to reach does not exist. - gsmtp",
            "an unknown recipient",
            "Gmail",
        ),
        (
            "The recipient's inbox is out of storage space and inactive. - gsmtp",
            "a full mailbox",
            "Gmail",
        ),
        (
            (
                "Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your"
                " Internet service provider since part of their network is on our block list"
                " (S3140). [x.protection.outlook.com]"
            ),
            "Microsoft's own blocklist",
            "Outlook",
        ),
        (
            "Recipient address rejected: Access denied. AS(201806281) [x.protection.outlook.com]",
            "a recipient that Outlook does not know, or shields",
            "Outlook",
        ),
        (
            (
                "[TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or"
                " user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes"
            ),
            "throttling",
            "Yahoo",
        ),
        (
            (
                "Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org;"
                " https://www.spamhaus.org/query/ip/192.0.2.1"
            ),
            "the blocklist Spamhaus",
            "",
        ),
        ("blocked, see https://www.spamhaus.org/query/pbl", "the blocklist Spamhaus PBL", ""),
        ("blocked using b.barracudacentral.org", "the blocklist Barracuda", "Barracuda"),
        ("Message rejected due to SPF policy", "a refusal by SPF", ""),
        ("DKIM signature did not verify", "a refusal by DKIM", ""),
        ("Client host rejected: cannot find your reverse hostname", "a missing PTR record", ""),
        ("<x>: Helo command rejected: need fully-qualified hostname", "a refused hello", ""),
        ("quota exceeded (mailbox for user is full)", "a full mailbox", ""),
        ("Message size exceeds fixed limit", "a message that is too big", ""),
        ("This message contains a virus", "a virus scanner", ""),
        ("Rejected: content looks like unsolicited mail", "a spam filter", ""),
        ("Too many hops", "a mail loop", ""),
        (
            "Application-specific password required - gsmtp",
            "an account with two-factor login",
            "Gmail",
        ),
    ],
)
def test_well_known_words(text: str, name: str, source: str) -> None:
    guess = guessed(text)
    assert guess is not None
    assert (guess.name, provider(text)) == (name, source)


def test_a_guess_is_called_one() -> None:
    told = explanation(550, "5.7.1 blocked using zen.spamhaus.org")
    assert told.guess.startswith("A guess: its words sound like the blocklist Spamhaus.")
    told = explanation(421, "4.7.0 throttled. - gsmtp")
    assert told.guess.startswith("A guess: Gmail's words sound like a rate limit.")


def test_a_guess_that_repeats_the_status_is_left_out() -> None:
    told = explanation(552, "5.2.2 Mailbox full")
    assert (told.cause, told.guess) == ("The mailbox is full.", "")


def test_words_of_success_are_not_guessed_at() -> None:
    assert explanation(250, "2.1.5 not greylisted, no spam").guess == ""


def test_words_about_a_command_are_not_taken_for_words_about_a_mailbox() -> None:
    assert explanation(500, "5.5.1 This command does not exist").guess == ""
    assert explanation(550, "5.7.1 This mailbox does not exist").guess != ""


def test_only_the_beginning_of_a_long_reply_is_looked_at() -> None:
    assert guessed("x" * 1000 + " greylisted") is not None
    assert guessed("x" * 3000 + " greylisted") is None


def test_every_sign_can_be_found() -> None:
    """No sign is hidden by one before it, and none is written as it can't be found."""
    for sign in SIGNS:
        assert any(guessed(text.replace(GAP, " x ")) == sign.guess for text in sign.texts), sign
        for text in sign.texts:
            assert text == text.lower()
            assert guessed(text.replace(GAP, " x ")) is not None


hostile = st.text(max_size=300) | st.sampled_from(
    ["a" * 60_000, " " * 60_000, "user " * 12_000, "spf dkim " * 7_000, "mailbox…" * 8_000]
)


@settings(deadline=None)
@given(hostile, st.sampled_from(sorted(ASKED)), st.integers(400, 599))
def test_a_guess_takes_no_longer_than_its_length(text: str, asked: str, code: int) -> None:
    """R15's longest reply is 64 KiB."""
    begun = time.process_time()
    explanation(code, text, asked=asked)
    assert time.process_time() - begun < 0.1
