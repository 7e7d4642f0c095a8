"""What happenings mean for the mail. Pure data."""

from dataclasses import dataclass

from tuimail import smtp
from tuimail.transcript.outcome import Status


@dataclass(frozen=True, slots=True)
class Meaning:
    """What it means for the mail, where that is written, and what the sender can do."""

    words: str
    rfc: str = ""
    advice: str = ""


RECORDS = {
    "MX": ("which exchanges take the domain's mail, the lowest number first", "RFC 5321 §5.1"),
    "A": ("the IPv4 addresses of a host", "RFC 1035 §3.4.1"),
    "AAAA": ("the IPv6 addresses of a host", "RFC 3596 §2.1"),
    "TLSA": ("which certificate or key a host shows, for DANE", "RFC 7672 §2.2"),
    "TXT": (
        "what a domain says of itself, as who may send in its name, or that it has a policy",
        "RFC 1035 §3.3.14",
    ),
    "CNAME": ("what a name stands for", "RFC 1035 §3.3.1"),
    "PTR": ("the name of an address", "RFC 1035 §3.3.12"),
    "CAA": ("who may issue certificates for a domain", "RFC 8659 §4"),
    "NS": ("which nameservers know a domain", "RFC 1035 §3.3.11"),
}
MODES = {
    "enforce": "Mail goes out over verified TLS only, to exchanges that it names.",
    "testing": "It asks for verified TLS and nothing is held back: failures are only to be told.",
    "none": "It asks for nothing, as a domain does that gives MTA-STS up.",
}
FAILURES = {
    smtp.FailureKind.GREETING: Meaning(
        "The exchange wants no session: another address or exchange is tried, if there is one.",
        "RFC 5321 §3.1",
    ),
    smtp.FailureKind.HELLO: Meaning(
        "Without a hello there is no mail: another address or exchange is tried, if there is one.",
        "RFC 5321 §4.1.1.1",
    ),
    smtp.FailureKind.CLOSING: Meaning(
        "The exchange ended the session on its own. What it had taken before stays taken.",
        "RFC 5321 §3.8",
    ),
    smtp.FailureKind.NO_TLS: Meaning(
        "TLS is asked for, and was not to be had: nothing goes out in plaintext.",
        "RFC 3207 §4.1",
        "Tell the postmaster there. A policy that asks for less lets the mail go out in plaintext.",
    ),
    smtp.FailureKind.HANDSHAKE: Meaning(
        "Both sides could not agree on TLS. Nothing more is said on this connection.",
        "RFC 3207 §4.1",
        "The line before may say which versions or certificates differ.",
    ),
    smtp.FailureKind.UNVERIFIED: Meaning(
        "Somebody else could stand in the exchange's place: no mail goes out here.",
        "RFC 3207 §4.1",
        "Tell the postmaster there.",
    ),
    smtp.FailureKind.TIMEOUT: Meaning(
        "The exchange was waited for as long as the RFC asks, or as long as was said.",
        "RFC 5321 §4.5.3.2",
        "Try again later.",
    ),
    smtp.FailureKind.LOST: Meaning(
        "The connection is gone. What was not answered counts as not taken, but for a message"
        " whose end was out already.",
        "RFC 5321 §3.8",
        "Try again later.",
    ),
    smtp.FailureKind.PROTOCOL: Meaning(
        "The exchange said what no server may say, so nothing else of it is believed.",
        "RFC 5321 §4.2",
        "Try again later, and tell the postmaster there.",
    ),
    smtp.FailureKind.INTERRUPTED: Meaning(
        "The exchange answered in the midst of the message, so it can't have it.",
        "RFC 5321 §4.1.1.4",
    ),
    smtp.FailureKind.UNREADABLE: Meaning(
        "The message could not be read on our side.",
        advice="Look whether the file is still there.",
    ),
    smtp.FailureKind.CANCELLED: Meaning("It was stopped here, as somebody asked."),
    smtp.FailureKind.EXPOSED: Meaning(
        "A password is sent only to whom has proven who it is, over TLS.",
        "RFC 4954 §14",
        "Use TLS with a certificate that verifies, or a relay that has one.",
    ),
    smtp.FailureKind.AUTH: Meaning(
        "There is no login, so no mail; nothing else is tried with this password.",
        "RFC 4954 §6",
        "Check the user name and the password, and where they are sent.",
    ),
    smtp.FailureKind.XCLIENT: Meaning(
        "The exchange does not let us speak for another client.",
        "Postfix's XCLIENT",
    ),
    smtp.FailureKind.SPENT: Meaning(
        "It said beforehand how many mails it takes in a session: the rest gets another one.",
        "RFC 9422 §4",
    ),
    smtp.FailureKind.SKIPPED: Meaning("What would have carried the message was not said."),
}
DOUBTFUL = (smtp.FailureKind.LOST, smtp.FailureKind.TIMEOUT, smtp.FailureKind.CANCELLED)
ASK = "The exchange may have the message: ask the recipient before it is sent again."
NO_ANSWER = "Try again later: the DNS did not answer, which says nothing of the address."
OBSTACLES = (
    ("refused", "The host is there, and nothing listens on that port, or a firewall says no."),
    (
        "no answer",
        "Where no exchange answers, the network may block the port; a relay is the way round it.",
    ),
)
NOTES = (
    (
        "DANE asks for",
        Meaning(
            "The signed DNS says which certificate or key it shows: with another, no mail goes"
            " there.",
            "RFC 7672 §2.2",
        ),
    ),
    (
        "MTA-STS policy",
        Meaning("Without TLS that verifies no mail goes there.", "RFC 8461 §5"),
    ),
    (
        "REQUIRETLS",
        Meaning("Without TLS that proves who it is no mail goes there.", "RFC 8689 §4.2.1"),
    ),
    (
        "lacks 8BITMIME",
        Meaning(
            "The message has octets beyond ASCII, which it does not take: it is sent anew, in"
            " another encoding.",
            "RFC 6152 §3",
        ),
    ),
    ("left out:", Meaning("In step mode it was left out: the exchange never heard it.")),
    (
        "is open",
        Meaning("No new connection is needed: the mail goes out behind the one before."),
    ),
    (
        "others first",
        Meaning("It comes last, so that the mail does not wait for it again.", "RFC 5321 §4.5.4.1"),
    ),
)
"""By words that stand in what tuimail notes."""
STATUSES = {
    Status.DELIVERED: "Every recipient's exchange has taken responsibility for the mail.",
    Status.DEFERRED: "For somebody it is not delivered, and may be later: it is to be sent again.",
    Status.FAILED: "For somebody it failed for good: sending the same again would not help.",
    Status.UNKNOWN: "Somebody may or may not have it: whoever sends again may send it twice.",
    Status.STOPPED: "It ended where it was to end, and all went well so far.",
}
STATUS_OF_ONE = {
    Status.DELIVERED: "The exchange has taken responsibility for the mail.",
    Status.DEFERRED: "It may be delivered later: it is to be sent again.",
    Status.FAILED: "It failed for good: sending the same again would not help.",
    Status.UNKNOWN: "The recipient may or may not have it: ask before it is sent again.",
    Status.STOPPED: STATUSES[Status.STOPPED],
}
"""Of a mail with one recipient."""
