"""What enhanced status codes mean. Pure data, and so longer than other rooms.

The codes are those of RFC 3463 and of IANA's registry of later ones,
https://www.iana.org/assignments/smtp-enhanced-status-codes/ (up to X.7.30); the words are ours.
"""

from dataclasses import dataclass

from tuimail.smtp import EnhancedStatus, Severity


@dataclass(frozen=True, slots=True)
class Registered:
    """`title` is short; `cause` says in a sentence why mail is refused with it; `advice` is what
    its sender can do, empty where that is nothing but to wait or to ask the postmaster."""

    title: str
    cause: str
    advice: str
    rfc: str


SUBJECTS = {
    0: "",
    1: ", about an address",
    2: ", about a mailbox",
    3: ", about the mail system there",
    4: ", about the network, or the way to it",
    5: ", about the dialogue",
    6: ", about what is in the message",
    7: ", about security, or a policy",
}
"""What the second number is about (RFC 3463 §3)."""

CLASSES = {
    Severity.COMPLETED: "success",
    Severity.TRANSIENT: "a failure for now",
    Severity.PERMANENT: "a failure for good",
}
"""The first number (RFC 3463 §2)."""

_CHECK = "Check the address for typing errors, or ask the recipient in another way."
_SENDER = "Check the address that the mail is sent from."
_SHRINK = "Make the message smaller: leave attachments out, or put them where they can be fetched."
_LATER = "Try again later."
_PASSWORD = "Check the user name and the password."  # noqa: S105 - advice
_POSTMASTER = "Ask the postmaster there."
_ASK = "Try again later, or ask the postmaster there."
_SPLIT = "Send to fewer recipients at once."
_AUTHOR = "Send by way of a relay that the sender's domain names in SPF, and that signs with DKIM."
_BUG = "The client and the exchange do not understand each other: look at the lines before."

REGISTRY: dict[tuple[int, int], Registered] = {
    (0, 0): Registered(
        "other or undefined status",
        "It does not say why.",
        "",
        "RFC 3463 §3.1",
    ),
    (1, 0): Registered(
        "other address status",
        "Something is wrong with an address.",
        _CHECK,
        "RFC 3463 §3.2",
    ),
    (1, 1): Registered(
        "bad destination mailbox address",
        "There is no such mailbox.",
        _CHECK,
        "RFC 3463 §3.2",
    ),
    (1, 2): Registered(
        "bad destination system address",
        "There is no such domain, or it takes no mail.",
        "Check what stands behind the @.",
        "RFC 3463 §3.2",
    ),
    (1, 3): Registered(
        "bad destination mailbox address syntax",
        "The recipient's address is not written as addresses are.",
        _CHECK,
        "RFC 3463 §3.2",
    ),
    (1, 4): Registered(
        "destination mailbox address ambiguous",
        "More than one mailbox goes by this address.",
        "Write the address in full.",
        "RFC 3463 §3.2",
    ),
    (1, 5): Registered(
        "destination address valid",
        "The recipient's address is valid.",
        "",
        "RFC 3463 §3.2",
    ),
    (1, 6): Registered(
        "destination mailbox has moved, no forwarding address",
        "The mailbox has moved, and nobody knows where to.",
        "Ask the recipient for the new address.",
        "RFC 3463 §3.2",
    ),
    (1, 7): Registered(
        "bad sender's mailbox address syntax",
        "The sender's address is not written as addresses are.",
        _SENDER,
        "RFC 3463 §3.2",
    ),
    (1, 8): Registered(
        "bad sender's system address",
        "The sender's domain does not exist, or no mail can be returned to it.",
        "Check that the domain of the sender's address has an MX or an address in the DNS.",
        "RFC 3463 §3.2",
    ),
    (1, 9): Registered(
        "message relayed to non-compliant mailer",
        "The message went on to a system that does not speak as is asked here.",
        "",
        "RFC 3886 §4",
    ),
    (1, 10): Registered(
        "recipient address has null MX",
        "The recipient's domain takes no mail, as its null MX says.",
        "Check what stands behind the @.",
        "RFC 7505 §4.2",
    ),
    (2, 0): Registered(
        "other or undefined mailbox status",
        "Something is wrong with the mailbox.",
        "",
        "RFC 3463 §3.3",
    ),
    (2, 1): Registered(
        "mailbox disabled, not accepting messages",
        "The mailbox exists, and is switched off.",
        "Ask the recipient in another way.",
        "RFC 3463 §3.3",
    ),
    (2, 2): Registered(
        "mailbox full",
        "The mailbox is full.",
        "Tell the recipient in another way, and try again once there is room.",
        "RFC 3463 §3.3",
    ),
    (2, 3): Registered(
        "message length exceeds administrative limit",
        "The message is larger than this mailbox may take.",
        _SHRINK,
        "RFC 3463 §3.3",
    ),
    (2, 4): Registered(
        "mailing list expansion problem",
        "The address is a mailing list, and its members could not be found.",
        "Tell the list's owner.",
        "RFC 3463 §3.3",
    ),
    (3, 0): Registered(
        "other or undefined mail system status",
        "Something is wrong with the mail system there; it does not say what.",
        _ASK,
        "RFC 3463 §3.4",
    ),
    (3, 1): Registered(
        "mail system full",
        "The exchange has no room left for mail.",
        _LATER,
        "RFC 3463 §3.4",
    ),
    (3, 2): Registered(
        "system not accepting network messages",
        "The exchange takes no mail at the moment: it is shutting down, busy or being repaired.",
        _LATER,
        "RFC 3463 §3.4",
    ),
    (3, 3): Registered(
        "system not capable of selected features",
        "The exchange can't do something that the mail asks for.",
        "Send without what was asked for beyond plain mail.",
        "RFC 3463 §3.4",
    ),
    (3, 4): Registered(
        "message too big for system",
        "The message is larger than the exchange takes.",
        _SHRINK,
        "RFC 3463 §3.4",
    ),
    (3, 5): Registered(
        "system incorrectly configured",
        "The exchange is set up wrongly.",
        _POSTMASTER,
        "RFC 3463 §3.4",
    ),
    (3, 6): Registered(
        "requested priority was changed",
        "The exchange gives the message another priority than it asked for.",
        "",
        "RFC 6710 §7",
    ),
    (4, 0): Registered(
        "other or undefined network or routing status",
        "Something is wrong with the network; it does not say what.",
        _ASK,
        "RFC 3463 §3.5",
    ),
    (4, 1): Registered(
        "no answer from host",
        "The host that the exchange would give the mail to does not answer.",
        _LATER,
        "RFC 3463 §3.5",
    ),
    (4, 2): Registered(
        "bad connection",
        "The connection broke, or took too long.",
        _LATER,
        "RFC 3463 §3.5",
    ),
    (4, 3): Registered(
        "directory server failure",
        "A server that the exchange has to ask, as the DNS or a directory, did not answer it.",
        _LATER,
        "RFC 3463 §3.5",
    ),
    (4, 4): Registered(
        "unable to route",
        "The exchange knows no way to the recipient's domain.",
        "Check what stands behind the @.",
        "RFC 3463 §3.5",
    ),
    (4, 5): Registered(
        "mail system congestion",
        "The exchange has more mail than it can deal with.",
        _LATER,
        "RFC 3463 §3.5",
    ),
    (4, 6): Registered(
        "routing loop detected",
        "The message goes round in circles between servers.",
        "Look for a forwarding that leads back to where it began.",
        "RFC 3463 §3.5",
    ),
    (4, 7): Registered(
        "delivery time expired",
        "The message was under way for too long.",
        "Send it again.",
        "RFC 3463 §3.5",
    ),
    (5, 0): Registered(
        "other or undefined protocol status",
        "Something went wrong in the dialogue; it does not say what.",
        _ASK,
        "RFC 3463 §3.6",
    ),
    (5, 1): Registered(
        "invalid command",
        "The command is unknown, or is not allowed at this place of the dialogue.",
        _BUG,
        "RFC 3463 §3.6",
    ),
    (5, 2): Registered(
        "syntax error",
        "The command could not be read.",
        _BUG,
        "RFC 3463 §3.6",
    ),
    (5, 3): Registered(
        "too many recipients",
        "These are more recipients than the exchange takes at once.",
        _SPLIT,
        "RFC 3463 §3.6",
    ),
    (5, 4): Registered(
        "invalid command arguments",
        "The command has an argument that the exchange does not know or allow.",
        _BUG,
        "RFC 3463 §3.6",
    ),
    (5, 5): Registered(
        "wrong protocol version",
        "The exchange speaks another version of the protocol.",
        "",
        "RFC 3463 §3.6",
    ),
    (5, 6): Registered(
        "authentication exchange line is too long",
        "What was sent to log in is longer than the exchange can read.",
        "Log in with another mechanism.",
        "RFC 4954 §6",
    ),
    (6, 0): Registered(
        "other or undefined media error",
        "Something in the message could not be dealt with; it does not say what.",
        _ASK,
        "RFC 3463 §3.7",
    ),
    (6, 1): Registered(
        "media not supported",
        "The message has contents of a kind that can't be taken there.",
        "Send them in another format.",
        "RFC 3463 §3.7",
    ),
    (6, 2): Registered(
        "conversion required and prohibited",
        "The message would have to be converted, which it forbids.",
        "Allow it, or send in another format.",
        "RFC 3463 §3.7",
    ),
    (6, 3): Registered(
        "conversion required but not supported",
        "The message would have to be converted, which the exchange can't.",
        "Send it as 7-bit text.",
        "RFC 3463 §3.7",
    ),
    (6, 4): Registered(
        "conversion with loss performed",
        "The message was converted, and something was lost.",
        "Ask the recipient whether what matters has arrived.",
        "RFC 3463 §3.7",
    ),
    (6, 5): Registered(
        "conversion failed",
        "The message had to be converted, and that failed.",
        "Send it in another format.",
        "RFC 3463 §3.7",
    ),
    (6, 6): Registered(
        "message content not available",
        "What the message points to could not be fetched.",
        "Attach it instead.",
        "RFC 4468 §5",
    ),
    (6, 7): Registered(
        "non-ASCII addresses not permitted for that sender or recipient",
        "An address has letters beyond ASCII, which is not allowed there.",
        "Use an address of plain letters, if there is one.",
        "RFC 6531 §3.5",
    ),
    (6, 8): Registered(
        "UTF-8 string reply is required, but not permitted",
        "The exchange would have to answer in letters beyond ASCII, and was not told it may.",
        "",
        "RFC 6531 §3.5",
    ),
    (6, 9): Registered(
        "UTF-8 header message cannot be transferred",
        "A header has letters beyond ASCII, which a recipient's system can't take.",
        "Use plain letters in the addresses, if they have such.",
        "RFC 6531 §3.5",
    ),
    (6, 10): Registered(
        "UTF-8 string reply is required (deprecated, as X.6.8)",
        "The exchange would have to answer in letters beyond ASCII, and was not told it may.",
        "",
        "RFC 5337 §5",
    ),
    (7, 0): Registered(
        "other or undefined security status",
        "A rule of the exchange forbids it; it does not say which.",
        "",
        "RFC 3463 §3.8",
    ),
    (7, 1): Registered(
        "delivery not authorized, message refused",
        "A policy of the exchange forbids it.",
        "",
        "RFC 3463 §3.8",
    ),
    (7, 2): Registered(
        "mailing list expansion prohibited",
        "The sender may not write to this mailing list.",
        "Ask the list's owner to be let in.",
        "RFC 3463 §3.8",
    ),
    (7, 3): Registered(
        "security conversion required but not possible",
        "The message would have to be protected in another way, which can't be done.",
        "",
        "RFC 3463 §3.8",
    ),
    (7, 4): Registered(
        "security features not supported",
        "The message asks for protection that the exchange does not know.",
        "",
        "RFC 3463 §3.8",
    ),
    (7, 5): Registered(
        "cryptographic failure",
        "The exchange could not decrypt or check something, or TLS was not to be had.",
        "",
        "RFC 3463 §3.8",
    ),
    (7, 6): Registered(
        "cryptographic algorithm not supported",
        "The exchange does not know the way in which something is encrypted or signed.",
        "",
        "RFC 3463 §3.8",
    ),
    (7, 7): Registered(
        "message integrity failure",
        "The message was changed on its way, or looks so.",
        "Send it again.",
        "RFC 3463 §3.8",
    ),
    (7, 8): Registered(
        "authentication credentials invalid",
        "The user name or the password is wrong.",
        _PASSWORD,
        "RFC 4954 §6",
    ),
    (7, 9): Registered(
        "authentication mechanism is too weak",
        "The exchange does not let this user log in with such a weak mechanism.",
        "Choose a stronger mechanism.",
        "RFC 4954 §6",
    ),
    (7, 10): Registered(
        "encryption needed",
        "The exchange wants TLS first.",
        "Let TLS be used.",
        "RFC 5248 §2.4",
    ),
    (7, 11): Registered(
        "encryption required for requested authentication mechanism",
        "This mechanism would show the password, so the exchange wants TLS first.",
        "Let TLS be used.",
        "RFC 4954 §6",
    ),
    (7, 12): Registered(
        "a password transition is needed",
        "The exchange has to hear the password once by another mechanism.",
        "Log in once with the mechanism PLAIN, over TLS.",
        "RFC 4954 §6",
    ),
    (7, 13): Registered(
        "user account disabled",
        "The account is switched off.",
        "Ask whoever runs the server.",
        "RFC 5248 §2.4",
    ),
    (7, 14): Registered(
        "trust relationship required",
        "The exchange would have to be trusted by another server, and is not.",
        "",
        "RFC 4468 §5",
    ),
    (7, 15): Registered(
        "priority level is too low",
        "The exchange takes only messages of a higher priority now.",
        _LATER,
        "RFC 6710 §7",
    ),
    (7, 16): Registered(
        "message is too big for the specified priority",
        "The message is too large for the priority that it asks for.",
        _SHRINK,
        "RFC 6710 §7",
    ),
    (7, 17): Registered(
        "mailbox owner has changed",
        "The mailbox belongs to somebody else than it did.",
        "Ask the recipient for the new address.",
        "RFC 7293 §10",
    ),
    (7, 18): Registered(
        "domain owner has changed",
        "The recipient's domain belongs to somebody else than it did.",
        "Ask the recipient for the new address.",
        "RFC 7293 §10",
    ),
    (7, 19): Registered(
        "RRVS test cannot be completed",
        "The exchange can't tell whether the mailbox still belongs to whom it did.",
        "Send without asking for that.",
        "RFC 7293 §10",
    ),
    (7, 20): Registered(
        "no passing DKIM signature found",
        "The message has no DKIM signature that holds.",
        "Send by way of a relay that signs for the sender's domain.",
        "RFC 7372 §3.1",
    ),
    (7, 21): Registered(
        "no acceptable DKIM signature found",
        "The message has a DKIM signature that holds, but none that the exchange accepts.",
        "Send by way of a relay that signs for the sender's domain.",
        "RFC 7372 §3.1",
    ),
    (7, 22): Registered(
        "no valid author-matched DKIM signature found",
        "No DKIM signature is of the author's domain.",
        "Send by way of a relay that signs for the sender's domain.",
        "RFC 7372 §3.1",
    ),
    (7, 23): Registered(
        "SPF validation failed",
        "The sender's domain does not let this host send its mail, as its SPF record says.",
        _AUTHOR,
        "RFC 7372 §3.2",
    ),
    (7, 24): Registered(
        "SPF validation error",
        "The SPF record of the sender's domain could not be evaluated.",
        "Look for errors in the SPF record of the sender's domain.",
        "RFC 7372 §3.2",
    ),
    (7, 25): Registered(
        "reverse DNS validation failed",
        "The address that we connect from has no name in the DNS that leads back to it (PTR).",
        "Have the network's owner set a PTR record, or send by way of a relay.",
        "RFC 7372 §3.3",
    ),
    (7, 26): Registered(
        "multiple authentication checks failed",
        "Neither SPF nor DKIM proves that the mail is the sender's.",
        _AUTHOR,
        "RFC 7372 §3.4",
    ),
    (7, 27): Registered(
        "sender address has null MX",
        "The sender's domain takes no mail, so nothing could be returned to it.",
        _SENDER,
        "RFC 7505 §4.2",
    ),
    (7, 28): Registered(
        "mail flood detected",
        "More mail comes from here than the exchange takes.",
        "Send less at once, and try again later.",
        "IANA, X.7.28",
    ),
    (7, 29): Registered(
        "ARC validation failure",
        "The seals of those who forwarded the message (ARC) do not hold.",
        "",
        "RFC 8617 §9",
    ),
    (7, 30): Registered(
        "REQUIRETLS support required",
        "The message is to travel over proven TLS alone, and there is none on its further way.",
        "Send without REQUIRETLS, if that may be.",
        "RFC 8689 §5",
    ),
}

_VAGUE = frozenset({(7, 1)})


def registered(status: EnhancedStatus) -> Registered | None:
    """None for a code that is not registered."""
    return REGISTRY.get((status.subject, status.detail))


def is_telling(status: EnhancedStatus) -> bool:
    """Whether it gives the cause, and not only the field in which that lies."""
    key = status.subject, status.detail
    return key in REGISTRY and status.detail != 0 and key not in _VAGUE
