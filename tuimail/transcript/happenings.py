"""What happens besides commands and replies, explained."""

from tuimail import smtp
from tuimail.transcript.events import (
    Advice,
    Concluded,
    Connected,
    Connecting,
    Event,
    FellBack,
    Lane,
    LookedUp,
    NoExchange,
    NoPolicy,
    NotConnected,
    Noted,
    NotNeeded,
    Opaque,
    PassedOver,
    PolicyFound,
)
from tuimail.transcript.explanation import Explanation, quoted, sentence
from tuimail.transcript.outcome import Outcome, Status
from tuimail.transcript.quantity import duration, octets

_RECORDS = {
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
_MODES = {
    "enforce": "Mail goes out over verified TLS only, to exchanges that it names.",
    "testing": "It asks for verified TLS and nothing is held back: failures are only to be told.",
    "none": "It asks for nothing, as a domain does that gives MTA-STS up.",
}
_FAILURES = {
    smtp.FailureKind.GREETING: (
        "The exchange wants no session: the next address or exchange is tried.",
        "RFC 5321 §3.1",
    ),
    smtp.FailureKind.HELLO: (
        "Without a hello there is no mail: the next address or exchange is tried.",
        "RFC 5321 §4.1.1.1",
    ),
    smtp.FailureKind.CLOSING: (
        "The exchange ended the session on its own. What it had taken before stays taken.",
        "RFC 5321 §3.8",
    ),
    smtp.FailureKind.NO_TLS: (
        "TLS is asked for, and was not to be had: nothing goes out in plaintext.",
        "RFC 3207 §4.1",
    ),
    smtp.FailureKind.HANDSHAKE: (
        "Both sides could not agree on TLS. Nothing more is said on this connection.",
        "RFC 3207 §4.1",
    ),
    smtp.FailureKind.UNVERIFIED: (
        "Somebody else could stand in the exchange's place: no mail goes out here.",
        "RFC 3207 §4.1",
    ),
    smtp.FailureKind.TIMEOUT: (
        "The exchange was waited for as long as the RFC asks, or as long as was said.",
        "RFC 5321 §4.5.3.2",
    ),
    smtp.FailureKind.LOST: (
        (
            "The connection is gone. What was not answered counts as not taken, but for a message"
            " whose end was out already."
        ),
        "RFC 5321 §3.8",
    ),
    smtp.FailureKind.PROTOCOL: (
        "The exchange said what no server may say, so nothing else of it is believed.",
        "RFC 5321 §4.2",
    ),
    smtp.FailureKind.INTERRUPTED: (
        "The exchange answered in the midst of the message, so it can't have it.",
        "RFC 5321 §4.1.1.4",
    ),
    smtp.FailureKind.UNREADABLE: ("The message could not be read on our side.", ""),
    smtp.FailureKind.CANCELLED: ("It was stopped here, as somebody asked.", ""),
    smtp.FailureKind.EXPOSED: (
        "A password is sent only to whom has proven who it is, over TLS.",
        "RFC 4954 §14",
    ),
    smtp.FailureKind.AUTH: (
        "There is no login, so no mail; nothing else is tried with this password.",
        "RFC 4954 §6",
    ),
    smtp.FailureKind.XCLIENT: (
        "The exchange does not let us speak for another client.",
        "Postfix's XCLIENT",
    ),
    smtp.FailureKind.SPENT: (
        "It said beforehand how many mails it takes in a session: the rest gets another one.",
        "RFC 9422 §4",
    ),
    smtp.FailureKind.SKIPPED: ("What would have carried the message was not said.", ""),
}
_ADVICE = {
    smtp.FailureKind.NO_TLS: "Try another exchange, or a policy that asks for less.",
    smtp.FailureKind.HANDSHAKE: "The line before may say which versions or certificates differ.",
    smtp.FailureKind.UNVERIFIED: "Tell the postmaster there.",
    smtp.FailureKind.TIMEOUT: "Try again later.",
    smtp.FailureKind.LOST: "Try again later.",
    smtp.FailureKind.PROTOCOL: "Try again later, and tell the postmaster there.",
    smtp.FailureKind.UNREADABLE: "Look whether the file is still there.",
    smtp.FailureKind.EXPOSED: "Use TLS with a certificate that verifies, or a relay that has one.",
    smtp.FailureKind.AUTH: "Check the user name and the password, and where they are sent.",
}
_STATUSES = {
    Status.DELIVERED: "Every recipient's exchange has taken responsibility for the mail.",
    Status.DEFERRED: "For somebody it is not delivered, and may be later: it is to be sent again.",
    Status.FAILED: "For somebody it failed for good: sending the same again would not help.",
    Status.UNKNOWN: "Somebody may or may not have it: whoever sends again may send it twice.",
    Status.STOPPED: "It ended where it was to end, and all went well so far.",
}


def explained_happening(event: Event, lane: Lane) -> Explanation:
    match event:
        case smtp.BodySent(octets=sent, size=size):
            return _body(sent, size)
        case smtp.SessionFailed(failure=failure):
            return _failure(failure, lane)
        case smtp.Settled(dispositions=dispositions):
            count = len(dispositions)
            plural = "recipient" if count == 1 else "recipients"
            return Explanation("settled", f"This mail is decided for its {count} {plural} here.")
        case Opaque(kind=kind):
            return Explanation(
                kind, "A newer tuimail recorded it, and it means nothing to this one."
            )
        case LookedUp(question=question, finding=finding):
            return _look_up(question, finding)
        case NoExchange(why=why):
            return Explanation(
                "no exchange",
                "There is nobody to give the mail to.",
                sentence(why),
                advice="Check what stands behind the @.",
                rfc="RFC 5321 §5.1",
            )
        case PolicyFound():
            return _policy(event)
        case NoPolicy(why=why):
            return Explanation(
                "MTA-STS",
                "The domain speaks of an MTA-STS policy, and it could not be had; one kept from"
                " before may hold.",
                sentence(why),
                rfc="RFC 8461 §3.3",
            )
        case PassedOver(exchange=exchange, why=why):
            return Explanation(
                "passed over",
                quoted(f"{exchange} gets no mail, and the next is tried."),
                sentence(f"It {why}"),
                rfc="RFC 5321 §5.1",
            )
        case Noted(text=text):
            return Explanation("good to know", sentence(text))
        case Connecting() | Connected() | NotConnected() | NotNeeded():
            return _connection(event, lane)
        case FellBack(to=to):
            return Explanation(
                "falling back",
                sentence(f"The way before failed, so another is tried: {to}"),
                rfc="RFC 5321 §5.1",
            )
        case Advice(text=text):
            return Explanation("advice", "What can be done about it.", advice=quoted(text))
        case Concluded(outcome=outcome):
            return _outcome(outcome)
        case smtp.CommandSent() | smtp.ReplyReceived() | smtp.TlsEstablished():
            raise ValueError("it has a room of its own")


def _body(sent: int, size: int) -> Explanation:
    out = "is out" if sent >= size else f"is on its way, {octets(sent)} of it so far"
    return Explanation(
        "message",
        f"The message of {octets(size)} {out}. It ends with the dot, or with the last chunk.",
        rfc="RFC 5321 §4.1.1.4",
    )


def _failure(failure: smtp.Failure, lane: Lane) -> Explanation:
    meaning, rfc = _FAILURES[failure.kind]
    return Explanation(
        "session failed",
        meaning,
        sentence(f"{lane.exchange} {failure.why}"),
        advice=_ADVICE.get(failure.kind, ""),
        rfc=rfc,
    )


def _look_up(question: str, finding: str) -> Explanation:
    kind, _, name = question.partition(" ")
    asks, rfc = _RECORDS.get(kind, ("a record", "RFC 1035"))
    return Explanation(
        "DNS",
        quoted(f"The DNS was asked for {kind} of {name}: {asks}."),
        sentence(f"It says: {finding}"),
        rfc=rfc,
    )


def _policy(found: PolicyFound) -> Explanation:
    mode = str(found.policy.mode)
    left = found.policy.max_age - found.age
    named = ", ".join(found.policy.mx) or "no exchange"
    return Explanation(
        "MTA-STS",
        quoted(f"The domain has an MTA-STS policy, {mode}. {_MODES.get(mode, '')}".rstrip()),
        quoted(f"It names {named}, and holds for {duration(left)} more."),
        rfc="RFC 8461 §3.2",
    )


def _connection(
    event: Connecting | Connected | NotConnected | NotNeeded, lane: Lane
) -> Explanation:
    endpoint, rfc = lane.endpoint, "RFC 5321 §3.1"
    match event:
        case Connecting():
            return Explanation("TCP", quoted(f"A connection to {endpoint} is asked for."), rfc=rfc)
        case Connected():
            meaning = "The connection stands. The exchange speaks first: its greeting is next."
            return Explanation("TCP", meaning, rfc=rfc)
        case NotConnected(why=why):
            return Explanation(
                "TCP",
                "There is no connection: another address or exchange is tried.",
                sentence(f"{endpoint} can't be reached: {why}"),
                advice="Where no exchange can be reached, the network may block the port.",
                rfc="RFC 5321 §5.1",
            )
        case NotNeeded(why=why):
            return Explanation(
                "TCP", "This attempt was given up.", sentence(why), rfc="RFC 8305 §5"
            )


def _outcome(outcome: Outcome) -> Explanation:
    return Explanation(
        str(outcome.status.value),
        quoted(outcome.sentence),
        _STATUSES[outcome.status],
        rfc="RFC 5321 §4.2.5",
    )
