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
from tuimail.transcript.meanings import (
    ASK,
    DOUBTFUL,
    FAILURES,
    MODES,
    NO_ANSWER,
    NOTES,
    OBSTACLES,
    RECORDS,
    STATUS_OF_ONE,
    STATUSES,
)
from tuimail.transcript.outcome import Outcome
from tuimail.transcript.quantity import duration, octets


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
                advice=NO_ANSWER if "could not be" in why else "Check what stands behind the @.",
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
                quoted(f"{exchange} gets no mail; the next is tried, if there is one."),
                sentence(f"It {why}"),
                rfc="RFC 5321 §5.1",
            )
        case Noted(text=text):
            return _note(text)
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


def _note(text: str) -> Explanation:
    known = next((note for word, note in NOTES if word in text), None)
    if known is None:
        return Explanation("good to know", sentence(text))
    return Explanation("good to know", known.words, sentence(text), rfc=known.rfc)


def _failure(failure: smtp.Failure, lane: Lane) -> Explanation:
    known = FAILURES[failure.kind]
    # While it waited for the final reply, the message may have been there.
    doubtful = failure.kind in DOUBTFUL and smtp.Stage.FINAL.words in failure.why
    return Explanation(
        "session failed",
        known.words,
        sentence(f"{lane.exchange} {failure.why}"),
        advice=ASK if doubtful else known.advice,
        rfc=known.rfc,
    )


def _look_up(question: str, finding: str) -> Explanation:
    kind, _, name = question.partition(" ")
    asks, rfc = RECORDS.get(kind, ("a record", "RFC 1035"))
    return Explanation(
        "DNS",
        quoted(f"The DNS was asked for {kind} of {name}: {asks}."),
        sentence(f"What came of it: {finding}"),
        rfc=rfc,
    )


def _policy(found: PolicyFound) -> Explanation:
    mode = str(found.policy.mode)
    left = found.policy.max_age - found.age
    named = ", ".join(found.policy.mx) or "no exchange"
    return Explanation(
        "MTA-STS",
        quoted(f"The domain has an MTA-STS policy, {mode}. {MODES.get(mode, '')}".rstrip()),
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
                "There is no connection: another address or exchange is tried, if there is one.",
                sentence(f"{endpoint} can't be reached: {why}"),
                advice=next((says for word, says in OBSTACLES if word in why), ""),
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
        (STATUS_OF_ONE if len(outcome.recipients) == 1 else STATUSES)[outcome.status],
        rfc="RFC 5321 §4.2.5",
    )
