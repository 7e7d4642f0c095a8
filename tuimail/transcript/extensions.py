"""What a server's extensions are. Pure data.

The keywords are those of IANA's registry, https://www.iana.org/assignments/smtp/ (SMTP Service
Extensions), and some that are not registered and often seen; the words are ours.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tuimail.safetext import visible
from tuimail.transcript.quantity import octets

_LONGEST_NUMBER = 20
_MOST_PARAMETERS = 40
_LONGEST = 200
_UNNAMED = "not registered"


@dataclass(frozen=True, slots=True)
class Extension:
    """`meaning` is what it is for the mail at hand; `rfc` is where it comes from."""

    meaning: str
    rfc: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the reply to EHLO. `keyword`, `parameters` and `meaning` are safe to show."""

    keyword: str
    parameters: str
    meaning: str
    rfc: str


REGISTRY = {
    "8BITMIME": Extension("Messages with octets beyond ASCII need not be re-encoded.", "RFC 6152"),
    "ATRN": Extension("The roles may be turned, for whoever has logged in.", "RFC 2645"),
    "AUTH": Extension("One can log in.", "RFC 4954"),
    "BINARYMIME": Extension("Messages may be binary, sent with BDAT.", "RFC 3030"),
    "BURL": Extension("Parts of a message can be fetched from an IMAP server.", "RFC 4468"),
    "CHECKPOINT": Extension("A message that was cut off can be taken up again.", "RFC 1845"),
    "CHUNKING": Extension(
        "The message goes out in counted chunks (BDAT): no dots to be doubled, fewer round trips.",
        "RFC 3030",
    ),
    "CONNEG": Extension("What a recipient's device can show may be asked for.", "RFC 4141"),
    "CONPERM": Extension("A message may say whether it may be converted.", "RFC 4141"),
    "DELIVERBY": Extension("A mail can say until when it has to be there.", "RFC 2852"),
    "DSN": Extension(
        "The sender can say which reports of the delivery are wanted (NOTIFY, RET, ENVID).",
        "RFC 3461",
    ),
    "ENHANCEDSTATUSCODES": Extension(
        "Replies carry a finer code, as 5.1.1, which says what is wrong.", "RFC 2034"
    ),
    "ETRN": Extension("A host can ask for the mail that waits for it.", "RFC 1985"),
    "EXPN": Extension("One can ask for the members of a mailing list.", "RFC 5321 §4.1.1.7"),
    "FUTURERELEASE": Extension("A mail can be left to be sent on later.", "RFC 4865"),
    "HELP": Extension("There is a help text.", "RFC 5321 §4.1.1.8"),
    "LIMITS": Extension("It says beforehand how much it takes at once.", "RFC 9422"),
    "MT-PRIORITY": Extension("A mail can say how urgent it is.", "RFC 6710"),
    "MTRK": Extension("Where a message has gone can be asked for later.", "RFC 3885"),
    "NO-SOLICITING": Extension("Says what kinds of advertising are not wanted.", "RFC 3865"),
    "PIPELINING": Extension(
        "MAIL, RCPT and DATA go out at once, without waiting for each reply.", "RFC 2920"
    ),
    "REQUIRETLS": Extension(
        "A mail can ask to travel over proven TLS only, up to its recipient.", "RFC 8689"
    ),
    "RRVS": Extension(
        "A mail can ask that the mailbox still belong to whom it did at some date.", "RFC 7293"
    ),
    "SAML": Extension("An old way to show mail on a terminal.", "RFC 821"),
    "SEND": Extension("An old way to show mail on a terminal.", "RFC 821"),
    "SIZE": Extension("MAIL says how large the message is, so none is sent in vain.", "RFC 1870"),
    "SMTPUTF8": Extension("Addresses and headers may have letters of every script.", "RFC 6531"),
    "SOML": Extension("An old way to show mail on a terminal.", "RFC 821"),
    "STARTTLS": Extension("The rest of the session can be encrypted.", "RFC 3207"),
    "SUBMITTER": Extension("MAIL can say who is responsible for the message.", "RFC 4405"),
    "TURN": Extension("An old way to turn the roles, which nobody should use.", "RFC 821"),
    "UTF8SMTP": Extension("A forerunner of SMTPUTF8, of no use any more.", "RFC 5336"),
    "VERB": Extension("It can tell more of what it does.", _UNNAMED),
    "VRFY": Extension("One can ask whether a mailbox exists.", "RFC 5321 §4.1.1.6"),
    "X-ANONYMOUSTLS": Extension("TLS among the servers of one Exchange organisation.", "Microsoft"),
    "X-EXPS": Extension("Microsoft's ways to log in among Exchange servers.", "Microsoft"),
    "X-EXCH50": Extension("What Exchange servers tell each other of a message.", "Microsoft"),
    "XCLIENT": Extension(
        "We may say whom we speak for: a proxy or a test, which it believes.", "Postfix"
    ),
    "XFORWARD": Extension("A proxy may say where a mail came from, for the logs.", "Postfix"),
    "XRDST": Extension("A message can name the database of an Exchange server.", "Microsoft"),
}


def offered(line: str) -> Offer | None:
    """Reads one line of the reply to EHLO, foreign as it is; None for an empty one."""
    words = line[:_LONGEST].split()
    if not words:
        return None
    keyword, parameters = words[0], words[1 : 1 + _MOST_PARAMETERS]
    if keyword.upper().startswith("AUTH="):
        # As old servers write it.
        keyword, parameters = "AUTH", [keyword[5:], *parameters]
    known = REGISTRY.get(keyword.upper())
    if known is None:
        meaning, rfc = "We do not know it, and leave it alone.", _UNNAMED
    else:
        here = _HERE.get(keyword.upper())
        more = f" {here(parameters)}" if here is not None else ""
        meaning, rfc = f"{known.meaning}{more}".rstrip(), known.rfc
    return Offer(visible(keyword), visible(" ".join(parameters)), visible(meaning), rfc)


def _size(parameters: list[str]) -> str:
    match parameters:
        case [digits] if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER:
            limit = int(digits)
            return f"At most {octets(limit)} here." if limit else "There is no fixed limit here."
        case _:
            return "It does not say how large one may be."


def _mechanisms(parameters: list[str]) -> str:
    return f"Here with {', '.join(parameters)}." if parameters else "It names no way to do so."


def _deliver_by(parameters: list[str]) -> str:
    return f"Not sooner than {parameters[0]} seconds." if parameters else ""


_LIMITS = {
    "RCPTMAX": "recipients in a mail",
    "MAILMAX": "mails in a session",
    "RCPTDOMAINMAX": "recipient domains in a mail",
}


def _limits(parameters: list[str]) -> str:
    said = []
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if words := _LIMITS.get(name.upper()):
            said.append(f"{value} {words}")
    return f"At most {', '.join(said)}." if said else ""


_HERE: dict[str, Callable[[list[str]], str]] = {
    "SIZE": _size,
    "AUTH": _mechanisms,
    "DELIVERBY": _deliver_by,
    "LIMITS": _limits,
}
"""What the parameters add."""
