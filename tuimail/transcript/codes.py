"""What the digits of replies mean, and whole codes, in answer to what. Pure data."""

from dataclasses import dataclass

from tuimail.smtp import Severity
from tuimail.transcript.verbs import Asked

FIRST_DIGIT = {
    Severity.COMPLETED: "done",
    Severity.CONTINUE: "so far so good, and more is wanted",
    Severity.TRANSIENT: "not now: the same may go well later",
    Severity.PERMANENT: "no: the same would be refused again",
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
