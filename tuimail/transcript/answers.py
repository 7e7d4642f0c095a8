"""What the server says, explained."""

from collections.abc import Iterator

from tuimail import smtp
from tuimail.smtp import Severity
from tuimail.transcript import enhanced
from tuimail.transcript.codes import (
    ABOUT_MAILBOXES,
    CODES,
    FIRST_DIGIT,
    PARTICULARS,
    SECOND_DIGIT,
    WITHOUT_MAILBOX,
    Code,
)
from tuimail.transcript.effects import ANY_EFFECT, EFFECTS, LMTP_EFFECTS, OUT_OF_ORDER, SECTIONS
from tuimail.transcript.explanation import Detail, Explanation, quoted
from tuimail.transcript.extensions import offered
from tuimail.transcript.providers import guessed, provider
from tuimail.transcript.refusals import Guess
from tuimail.transcript.verbs import Asked, asked_by

_REFUSALS = (Severity.TRANSIENT, Severity.PERMANENT)
_MOST_EXTENSIONS = 200
_DIGITS = "RFC 5321 §4.2.1"
_SYNTAX = range(500, 505)
"""Codes about the command itself: words as “does not exist” are about it, too."""
_VAGUE = (".5.0", ".5.1", ".5.2")
"""Statuses of the dialogue itself, which say less than what the code means in answer to what."""
_FORWARDED = {
    251: "The exchange takes this recipient, and will forward the mail.",
    252: "The exchange can't tell whether the mailbox exists, and takes the mail all the same.",
}


def explained_reply(
    reply: smtp.Reply, command: smtp.Command | None, recipient: str | None = None
) -> Explanation:
    """`command` is what it answers; `recipient` whom it decides on in LMTP, None elsewhere."""
    asked = asked_by(command)
    status = reply.enhanced
    subject = f"{reply.code:03d} {status or ''}".rstrip()
    details = tuple(_details(reply, command, asked))
    if reply.severity is None:
        meaning = "No reply of SMTP begins with this digit: the exchange breaks the rules."
        return Explanation(subject, meaning, rfc=_DIGITS, details=details)
    section = SECTIONS[asked]
    if recipient is None:
        meaning = _effect(reply, command, asked)
    else:
        meaning, section = _lmtp_effect(reply.severity, recipient), "RFC 2033 §4.2"
    if reply.severity not in _REFUSALS:
        return Explanation(subject, meaning, rfc=section, details=details)
    guess = _guess(reply)
    cause, advice, rfc = _cause(reply, asked)
    told = guess is None or _says_the_same(status, guess)
    if guess is not None and not told:
        # A vague code and a vague field add nothing to words that speak.
        telling = status is not None and enhanced.is_telling(status)
        cause, advice = cause if telling else "", guess.advice
    return Explanation(
        subject,
        meaning,
        cause,
        "" if guess is None or told else _guess_words(guess, reply),
        advice,
        rfc,
        details,
    )


def _effect(reply: smtp.Reply, command: smtp.Command | None, asked: Asked) -> str:
    severity = reply.severity
    if severity is None:
        return ""
    if reply.code == 421:
        what = "" if asked in (Asked.GREETING, Asked.QUIT) else f", in answer to {asked.value}"
        return f"The exchange ends the session{what}. What was not taken yet is tried elsewhere."
    if reply.code == 503 and asked in OUT_OF_ORDER:
        return OUT_OF_ORDER[asked]
    if asked in (Asked.RCPT, Asked.VRFY) and reply.code in _FORWARDED:
        return _FORWARDED[reply.code]
    if asked is Asked.HELLO and severity is Severity.COMPLETED:
        return _greeting(reply, command)
    return EFFECTS.get((asked, severity), ANY_EFFECT[severity])


def _lmtp_effect(severity: Severity, recipient: str) -> str:
    whom = quoted(recipient) or "one recipient"
    return f"{LMTP_EFFECTS[severity].format(whom=whom)} In LMTP each recipient has such a reply."


def _greeting(reply: smtp.Reply, command: smtp.Command | None) -> str:
    if len(reply.lines) - 1 > _MOST_EXTENSIONS:
        return f"The exchange greets back, and offers more than {_MOST_EXTENSIONS} extensions."
    count = sum(offered(line) is not None for line in reply.lines[1:])
    if count:
        plural = "extension" if count == 1 else "extensions"
        return f"The exchange greets back, and offers {count} {plural}."
    if command is not None and command.verb == "HELO":
        return "The exchange greets back. In answer to HELO no extensions are named."
    return "The exchange greets back, and offers no extensions."


def _cause(reply: smtp.Reply, asked: Asked) -> tuple[str, str, str]:
    """With advice and section: the enhanced status's, else those of the code in answer to this."""
    status = reply.enhanced
    known = None if status is None else enhanced.registered(status)
    code = _code(reply, asked)
    vague = status is not None and str(status)[1:] in _VAGUE and (asked, reply.code) in PARTICULARS
    if status is not None and known is not None and status.subject and not vague:
        return known.cause, known.advice or code.advice, known.rfc
    return code.cause, code.advice, code.rfc


def _code(reply: smtp.Reply, asked: Asked) -> Code:
    particular = PARTICULARS.get((asked, reply.code))
    if particular is not None:
        return particular
    known = _known(reply, asked)
    if known is not None and known.cause:
        return known
    about = SECOND_DIGIT.get(reply.code // 10 % 10)
    only = f", only that it is {about}" if about is not None else ""
    return Code("not a code that RFC 5321 names", f"It does not say why{only}.", "", _DIGITS)


def _known(reply: smtp.Reply, asked: Asked) -> Code | None:
    if asked not in ABOUT_MAILBOXES and reply.code in WITHOUT_MAILBOX:
        return WITHOUT_MAILBOX[reply.code]
    return CODES.get(reply.code)


# What the words sound like


def _guess(reply: smtp.Reply) -> Guess | None:
    return None if reply.code in _SYNTAX else guessed(reply.text)


def _says_the_same(status: smtp.EnhancedStatus | None, guess: Guess) -> bool:
    return status is not None and f"{status.subject}.{status.detail}" in guess.statuses


def _guess_words(guess: Guess, reply: smtp.Reply) -> str:
    source = guess.source or provider(reply.text)
    whose = f"{source}'s words" if source else "its words"
    return f"A guess: {whose} sound like {guess.name}. {guess.cause}"


# What unfolds


def _details(reply: smtp.Reply, command: smtp.Command | None, asked: Asked) -> Iterator[Detail]:
    hello = command is not None and command.verb in ("EHLO", "LHLO")
    if hello and reply.severity is Severity.COMPLETED:
        yield from _extensions(reply)
    yield from _digits(reply, asked)
    status = reply.enhanced
    if status is not None:
        yield _status(status)
    if reply.severity in _REFUSALS and (guess := _guess(reply)) is not None:
        yield Detail("a guess", _guess_words(guess, reply))


def _digits(reply: smtp.Reply, asked: Asked) -> Iterator[Detail]:
    digits = f"{reply.code:03d}"
    if reply.severity is not None:
        yield Detail(f"{digits[0]}··", _capital(f"{FIRST_DIGIT[reply.severity]}."), _DIGITS)
    second = SECOND_DIGIT.get(int(digits[1]))
    if second is not None:
        yield Detail(f"·{digits[1]}·", f"It is {second}.", _DIGITS)
    code = PARTICULARS.get((asked, reply.code)) or _known(reply, asked)
    if code is not None:
        yield Detail(digits, _capital(f"{code.title}."), code.rfc)


def _status(status: smtp.EnhancedStatus) -> Detail:
    known = enhanced.registered(status)
    of = enhanced.CLASSES.get(status.severity, "")
    about = enhanced.SUBJECTS.get(status.subject, ", about something that no RFC names")
    if known is None:
        return Detail(str(status), _capital(f"{of}{about}; not registered."), "RFC 3463 §2")
    return Detail(str(status), _capital(f"{known.title}: {of}{about}."), known.rfc)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _extensions(reply: smtp.Reply) -> Iterator[Detail]:
    yield Detail(quoted(reply.lines[0]), "What the exchange calls itself.", "RFC 5321 §4.1.1.1")
    for line in reply.lines[1 : 1 + _MOST_EXTENSIONS]:
        offer = offered(line)
        if offer is not None:
            name = f"{offer.keyword} {offer.parameters}".rstrip()
            yield Detail(name, offer.meaning, offer.rfc)
    more = len(reply.lines) - 1 - _MOST_EXTENSIONS
    if more > 0:
        yield Detail("…", f"And {more:,} more, which no honest exchange has.")
