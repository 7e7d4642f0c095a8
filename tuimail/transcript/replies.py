"""What replies mean. Pure data: by what was asked and the first digit, and by the whole code."""

from dataclasses import dataclass

from tuimail.smtp import Severity
from tuimail.transcript.verbs import Asked

DONE, GO_ON, NOT_NOW, NEVER = (
    Severity.COMPLETED,
    Severity.CONTINUE,
    Severity.TRANSIENT,
    Severity.PERMANENT,
)

FIRST_DIGIT = {
    DONE: "done",
    GO_ON: "so far so good, and more is wanted",
    NOT_NOW: "not now: the same may go well later",
    NEVER: "no: the same would be refused again",
}
SECOND_DIGIT = {
    0: "about the syntax",
    1: "information that was asked for",
    2: "about the connection",
    3: "about logging in",
    4: "of no fixed meaning",
    5: "about the mail system",
}
"""RFC 5321 §4.2.1; the 3 is RFC 4954's."""

EFFECTS: dict[tuple[Asked, Severity], str] = {
    (Asked.GREETING, DONE): "The exchange is ready, and says its name.",
    (Asked.GREETING, NOT_NOW): "The exchange takes no session from here now.",
    (Asked.GREETING, NEVER): "The exchange takes no session from here. Another exchange may.",
    (Asked.HELLO, DONE): "The exchange greets back.",
    (Asked.HELLO, NOT_NOW): "The exchange does not go on with us now.",
    (Asked.HELLO, NEVER): "The exchange refuses this hello.",
    (Asked.STARTTLS, DONE): "The exchange is ready: the TLS handshake begins.",
    (Asked.STARTTLS, NOT_NOW): "There is no TLS now, though it was offered.",
    (Asked.STARTTLS, NEVER): "The exchange refuses TLS, though it was offered.",
    (Asked.AUTH, DONE): "We are logged in.",
    (Asked.AUTH, GO_ON): "The exchange asks for the next part of the login; it is shown nowhere.",
    (Asked.AUTH, NOT_NOW): "The login can't be checked now.",
    (Asked.AUTH, NEVER): "The login is refused.",
    (Asked.XCLIENT, DONE): "The exchange believes us, and begins anew as with that client.",
    (Asked.XCLIENT, NOT_NOW): "The exchange does not believe us now.",
    (Asked.XCLIENT, NEVER): "The exchange does not let us speak for others.",
    (Asked.MAIL, DONE): "The exchange takes this sender.",
    (Asked.MAIL, NOT_NOW): "The exchange takes no mail of this sender now.",
    (Asked.MAIL, NEVER): "The exchange takes no mail of this sender.",
    (Asked.RCPT, DONE): (
        "The exchange takes this recipient. It takes responsibility for the mail at the final"
        " reply."
    ),
    (Asked.RCPT, NOT_NOW): "The exchange does not take this recipient now.",
    (Asked.RCPT, NEVER): "The exchange refuses this recipient for good.",
    (
        Asked.DATA,
        DONE,
    ): "The exchange should have asked for the message: this is against the rules.",
    (Asked.DATA, GO_ON): "The exchange waits for the message.",
    (Asked.DATA, NOT_NOW): "The exchange does not want the message now.",
    (Asked.DATA, NEVER): "The exchange does not want the message.",
    (Asked.CHUNK, DONE): "The exchange has this chunk.",
    (Asked.CHUNK, NOT_NOW): "The exchange does not take the message now; the rest is not sent.",
    (Asked.CHUNK, NEVER): "The exchange refuses the message; the rest is not sent.",
    (Asked.FINAL, DONE): (
        "The exchange has the message, and takes responsibility: it delivers it or reports back."
    ),
    (Asked.FINAL, NOT_NOW): "The exchange does not take the message now.",
    (Asked.FINAL, NEVER): "The exchange refuses the message for good.",
    (Asked.RSET, DONE): "The mail that was begun is taken back.",
    (Asked.VRFY, DONE): "The exchange answers for the mailbox.",
    (Asked.VRFY, NEVER): "The exchange does not tell, or there is no such mailbox.",
    (Asked.EXPN, DONE): "The exchange names the members.",
    (Asked.EXPN, NEVER): "The exchange does not tell, or there is no such list.",
    (Asked.HELP, DONE): "The exchange explains itself.",
    (Asked.NOOP, DONE): "The exchange is there.",
    (Asked.QUIT, DONE): "The exchange says goodbye.",
    (Asked.QUIT, NOT_NOW): "The exchange closes less politely than it should: it changes nothing.",
    (Asked.QUIT, NEVER): "The exchange refuses to say goodbye: it changes nothing.",
}
LMTP_EFFECTS = {
    DONE: "The exchange has delivered the message to {whom}.",
    GO_ON: "The exchange should have decided on {whom}: this is against the rules.",
    NOT_NOW: "The exchange does not deliver the message to {whom} now.",
    NEVER: "The exchange refuses the message to {whom} for good.",
}
OUT_OF_ORDER = {
    Asked.RCPT: "The exchange takes no recipient, as no mail is begun.",
    Asked.DATA: "The exchange wants no message, as there is nobody to take it for.",
    Asked.CHUNK: "The exchange takes no chunk, as there is nobody to take it for.",
    Asked.FINAL: "The exchange takes no message, as there is nobody to take it for.",
}
"""What 503 is an answer to, where the command went out before the reply to one before was there."""
ANY_EFFECT = {
    DONE: "The exchange has done it.",
    GO_ON: "The exchange waits for more, where there is no more: this is against the rules.",
    NOT_NOW: "The exchange does not do it now.",
    NEVER: "The exchange refuses.",
}
SECTIONS = {
    Asked.GREETING: "RFC 5321 §3.1",
    Asked.HELLO: "RFC 5321 §4.1.1.1",
    Asked.STARTTLS: "RFC 3207 §4",
    Asked.AUTH: "RFC 4954 §4",
    Asked.XCLIENT: "Postfix's XCLIENT",
    Asked.MAIL: "RFC 5321 §3.3",
    Asked.RCPT: "RFC 5321 §3.3",
    Asked.DATA: "RFC 5321 §3.3",
    Asked.CHUNK: "RFC 3030 §2",
    Asked.FINAL: "RFC 5321 §4.2.5",
    Asked.RSET: "RFC 5321 §4.1.1.5",
    Asked.VRFY: "RFC 5321 §3.5",
    Asked.EXPN: "RFC 5321 §3.5",
    Asked.HELP: "RFC 5321 §4.1.1.8",
    Asked.NOOP: "RFC 5321 §4.1.1.9",
    Asked.QUIT: "RFC 5321 §4.1.1.10",
    Asked.OTHER: "RFC 5321 §4.2",
}


@dataclass(frozen=True, slots=True)
class Code:
    """`cause` is a sentence for when nothing finer is known, empty for good news."""

    title: str
    cause: str = ""
    advice: str = ""
    rfc: str = "RFC 5321 §4.2.3"


_LATER = "Try again later."
_BUG = "The client and the exchange do not understand each other: look at the lines before."
CODES = {
    211: Code("system status, or help"),
    214: Code("help"),
    220: Code("ready"),
    221: Code("closing the connection"),
    235: Code("logged in", rfc="RFC 4954 §6"),
    250: Code("done"),
    251: Code("not here, will forward", rfc="RFC 5321 §3.4"),
    252: Code("can't verify, will try", rfc="RFC 5321 §3.5.3"),
    334: Code("go on with the login", rfc="RFC 4954 §6"),
    354: Code("send the message"),
    421: Code(
        "closing the connection",
        "The exchange is shutting down, too busy, or done with us.",
        _LATER,
        "RFC 5321 §3.8",
    ),
    422: Code("mailbox over its limit", "The mailbox may have no room left.", _LATER, "no RFC"),
    432: Code(
        "a password transition is needed",
        "The exchange has to hear the password once by another mechanism.",
        "Log in once with the mechanism PLAIN, over TLS.",
        "RFC 4954 §6",
    ),
    450: Code(
        "mailbox unavailable for now",
        "The mailbox is busy, or a policy puts us off for a while.",
        _LATER,
    ),
    451: Code("local error", "Something went wrong in the exchange, or it puts us off.", _LATER),
    452: Code(
        "no room", "The exchange has no room left, or these are too many recipients.", _LATER
    ),
    454: Code(
        "TLS or login not available for now",
        "TLS, or what checks logins, is out of order there.",
        _LATER,
        "RFC 3207 §4, RFC 4954 §6",
    ),
    455: Code(
        "can't do what the parameters ask for",
        "The exchange can't do now what a parameter of the command asks for.",
        _LATER,
    ),
    500: Code("not a command", "The exchange does not know this command, or can't read it.", _BUG),
    501: Code(
        "bad argument", "The exchange can't read what stands behind the command's name.", _BUG
    ),
    502: Code("not implemented", "The exchange knows this command, and does not do it."),
    503: Code("out of order", "The command came where the exchange did not expect it.", _BUG),
    504: Code(
        "parameter not implemented", "The exchange does not know a parameter of the command."
    ),
    521: Code(
        "takes no mail",
        "This host takes no mail at all.",
        "Check what stands behind the @.",
        "RFC 7504 §3",
    ),
    523: Code("too large", "The message is larger than may be.", "", "no RFC"),
    530: Code(
        "login or TLS required",
        "The exchange wants TLS, or a login, before anything else.",
        "Let TLS be used, and log in where it is a relay.",
        "RFC 3207 §4, RFC 4954 §6",
    ),
    534: Code(
        "mechanism too weak",
        "The exchange does not let this user log in with such a weak mechanism.",
        "Choose a stronger mechanism.",
        "RFC 4954 §6",
    ),
    535: Code(
        "login refused",
        "The user name or the password is wrong.",
        "Check the user name and the password.",
        "RFC 4954 §6",
    ),
    538: Code(
        "encryption required",
        "This mechanism would show the password, so the exchange wants TLS first.",
        "Let TLS be used.",
        "RFC 4954 §6",
    ),
    550: Code(
        "refused",
        "There is no such mailbox, or a policy of the exchange forbids it; it does not say which.",
        "Check the address, and ask the recipient in another way.",
    ),
    551: Code(
        "not here",
        "The recipient is elsewhere, perhaps at the address that the reply names.",
        "Look for the new address in the reply.",
        "RFC 5321 §3.4",
    ),
    552: Code(
        "over a limit",
        "The message is too large, or the mailbox has no room left.",
        "Make the message smaller, or tell the recipient in another way.",
    ),
    553: Code(
        "address not allowed",
        "The address is not written as the exchange allows.",
        "Check the address for typing errors.",
    ),
    554: Code(
        "failed",
        "A policy of the exchange forbids it, or something went wrong that it does not name.",
        "Ask the postmaster there, in another way.",
    ),
    555: Code(
        "parameter not recognised",
        "The exchange does not know a parameter of MAIL or RCPT.",
        _BUG,
    ),
    556: Code(
        "domain takes no mail",
        "The recipient's domain takes no mail.",
        "Check what stands behind the @.",
        "RFC 7504 §3",
    ),
}

ABOUT_MAILBOXES = (Asked.RCPT, Asked.VRFY, Asked.EXPN)
WITHOUT_MAILBOX = {
    450: Code(
        "not now",
        "A policy of the exchange puts us off for a while, or something is out of order there.",
        _LATER,
    ),
    550: Code(
        "refused",
        "A policy of the exchange forbids it; it does not say which.",
        "Ask whoever runs the server.",
    ),
}
"""What is said of a mailbox in answer to `ABOUT_MAILBOXES`, and of none in answer to the rest."""
_CONTENT = Code(
    "refused",
    "The exchange does not like what is in the message, or whom it comes from.",
    "Look at links, attachments and wording; ask the recipient in another way.",
)
_NOBODY = Code(
    "out of order",
    "No recipient was taken before: RCPT is missing, or each was refused while this went out.",
    "Look at the replies to MAIL and RCPT.",
    "RFC 2920 §3.1",
)
_OTHER_HELLO = Code(
    "hello unknown",
    "It speaks the SMTP of old, which has HELO alone, or another protocol, as LMTP.",
    "To an LMTP server, send with --server and --lmtp.",
    "RFC 5321 §4.1.4",
)
_LOGIN = Code(
    "refused",
    "A policy of the exchange forbids this login.",
    "Ask whoever runs the server.",
    "RFC 4954 §6",
)
PARTICULARS: dict[tuple[Asked, int], Code] = {
    (Asked.GREETING, 554): Code(
        "no service here",
        "The host is no mail exchange, or does not want to hear from the address we connect from.",
        "From a home or an office, send by way of your provider's relay.",
        "RFC 5321 §3.1",
    ),
    (Asked.GREETING, 550): Code(
        "refused",
        "The exchange does not want to hear from the address that we connect from.",
        "From a home or an office, send by way of your provider's relay.",
        "RFC 5321 §3.1",
    ),
    (Asked.MAIL, 450): Code(
        "not now", "A policy puts this sender, or us, off for a while.", _LATER
    ),
    (Asked.MAIL, 550): Code(
        "refused",
        "A policy of the exchange forbids mail from this sender, or from here.",
        "Check the address that the mail is sent from; from a home, send by way of a relay.",
    ),
    (Asked.MAIL, 552): Code(
        "too large",
        "The message is larger than the exchange takes, as SIZE said beforehand.",
        "Make the message smaller.",
        "RFC 1870 §6.1",
    ),
    (Asked.RCPT, 452): Code(
        "too many recipients, or no room",
        "These are more recipients than the exchange takes at once, or it has no room left.",
        "Nothing: the rest is sent in another mail.",
        "RFC 5321 §4.5.3.1.10",
    ),
    (Asked.RCPT, 552): Code(
        "too many recipients",
        "These are more recipients than the exchange takes at once: it means 452.",
        "Nothing: the rest is sent in another mail.",
        "RFC 5321 §4.5.3.1.10",
    ),
    (Asked.HELLO, 500): _OTHER_HELLO,
    (Asked.HELLO, 502): _OTHER_HELLO,
    (Asked.RCPT, 503): Code(
        "out of order",
        "No sender was taken before: MAIL is missing, or was refused while this went out.",
        "Look at the reply to MAIL.",
        "RFC 2920 §3.1",
    ),
    (Asked.DATA, 503): _NOBODY,
    (Asked.CHUNK, 503): _NOBODY,
    (Asked.FINAL, 503): _NOBODY,
    (Asked.DATA, 550): Code(
        "refused",
        "A policy of the exchange forbids a message from this sender, or from here.",
        "Ask the recipient, or the postmaster there, in another way.",
    ),
    (Asked.DATA, 554): Code(
        "failed",
        "No recipient was taken before, or a policy of the exchange forbids the message.",
        "Look at the replies to RCPT.",
        "RFC 5321 §3.3",
    ),
    (Asked.CHUNK, 550): _CONTENT,
    (Asked.CHUNK, 554): _CONTENT,
    (Asked.FINAL, 550): _CONTENT,
    (Asked.FINAL, 554): _CONTENT,
    (Asked.FINAL, 552): Code(
        "too large",
        "The message is too large, or the mailbox has no room left.",
        "Make the message smaller, or tell the recipient in another way.",
    ),
    (Asked.HELLO, 550): Code(
        "refused",
        "The exchange does not like the name that we gave.",
        "Give a full host name that is in the DNS, with --hello.",
        "RFC 5321 §4.1.4",
    ),
    (Asked.AUTH, 550): _LOGIN,
    (Asked.AUTH, 554): _LOGIN,
    (Asked.XCLIENT, 550): Code(
        "refused",
        "The exchange does not trust the address that we connect from to speak for others.",
        "Have it named where the exchange lists its proxies.",
        "Postfix's XCLIENT",
    ),
    (Asked.AUTH, 501): Code(
        "login broken off", "The login was broken off, or could not be read.", "", "RFC 4954 §4"
    ),
    (Asked.AUTH, 504): Code(
        "mechanism unknown",
        "The exchange does not know this mechanism, though it may have offered it.",
        "Choose another mechanism.",
        "RFC 4954 §4",
    ),
}
"""Where a code means something of its own in answer to something."""
