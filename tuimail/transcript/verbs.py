"""What each command asks for. Pure data, and which of its entries a command is."""

from dataclasses import dataclass
from enum import Enum

from tuimail import smtp


class Asked(Enum):
    """What a reply may answer. Two commands that are answered alike are one."""

    GREETING = "connecting"
    HELLO = "the hello"
    STARTTLS = "STARTTLS"
    AUTH = "logging in"
    XCLIENT = "XCLIENT"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    CHUNK = "a chunk of the message"
    FINAL = "the message"
    RSET = "RSET"
    VRFY = "VRFY"
    EXPN = "EXPN"
    HELP = "HELP"
    NOOP = "NOOP"
    QUIT = "QUIT"
    OTHER = "this command"


@dataclass(frozen=True, slots=True)
class Verb:
    meaning: str
    rfc: str
    asked: Asked


VERBS = {
    "EHLO": Verb(
        "Says who we are, and asks what the exchange can do beyond plain SMTP.",
        "RFC 5321 §4.1.1.1",
        Asked.HELLO,
    ),
    "HELO": Verb(
        "Says who we are, in the way of old: no extensions can be used after it.",
        "RFC 5321 §4.1.1.1",
        Asked.HELLO,
    ),
    "LHLO": Verb(
        "Says who we are in LMTP, where each recipient gets a final reply of its own.",
        "RFC 2033 §4.1",
        Asked.HELLO,
    ),
    "STARTTLS": Verb(
        "Asks to encrypt the rest of the session. What was said before is forgotten then.",
        "RFC 3207 §4",
        Asked.STARTTLS,
    ),
    "AUTH": Verb("Logs in.", "RFC 4954 §4", Asked.AUTH),
    "XCLIENT": Verb(
        "Says for whom we speak: the exchange treats the session as that client's.",
        "Postfix's XCLIENT",
        Asked.XCLIENT,
    ),
    "MAIL": Verb("Begins a mail.", "RFC 5321 §4.1.1.2", Asked.MAIL),
    "RCPT": Verb("Names a recipient.", "RFC 5321 §4.1.1.3", Asked.RCPT),
    "DATA": Verb(
        "Asks to send the message now. It ends with a dot on a line of its own.",
        "RFC 5321 §4.1.1.4",
        Asked.DATA,
    ),
    "BDAT": Verb("Sends a counted chunk of the message.", "RFC 3030 §2", Asked.CHUNK),
    ".": Verb(
        "A dot on a line of its own ends the message. With the reply to it, the exchange takes"
        " responsibility or refuses.",
        "RFC 5321 §4.1.1.4",
        Asked.FINAL,
    ),
    "RSET": Verb(
        "Takes back the mail that was begun; the session goes on.", "RFC 5321 §4.1.1.5", Asked.RSET
    ),
    "VRFY": Verb(
        "Asks whether a mailbox exists. Most exchanges do not tell.",
        "RFC 5321 §4.1.1.6",
        Asked.VRFY,
    ),
    "EXPN": Verb(
        "Asks for the members of a mailing list. Most exchanges do not tell.",
        "RFC 5321 §4.1.1.7",
        Asked.EXPN,
    ),
    "HELP": Verb("Asks for help.", "RFC 5321 §4.1.1.8", Asked.HELP),
    "NOOP": Verb("Asks for nothing but a reply.", "RFC 5321 §4.1.1.9", Asked.NOOP),
    "QUIT": Verb(
        "Ends the session. What was taken before is not touched by it.",
        "RFC 5321 §4.1.1.10",
        Asked.QUIT,
    ),
    "ETRN": Verb("Asks for the mail that waits for a domain.", "RFC 1985 §5", Asked.OTHER),
    "ATRN": Verb("Asks to turn the roles, once logged in.", "RFC 2645 §5", Asked.OTHER),
    "TURN": Verb("Asks to turn the roles, as nobody does any more.", "RFC 821 §3.8", Asked.OTHER),
    "BURL": Verb("Has a part of the message fetched from a URL.", "RFC 4468 §3", Asked.CHUNK),
    "XFORWARD": Verb(
        "Says where a mail came from, for the logs.", "Postfix's XFORWARD", Asked.OTHER
    ),
}
UNKNOWN = Verb("Not a command that SMTP knows.", "RFC 5321 §4.1.1", Asked.OTHER)
RESPONSE = Verb(
    "What the exchange asked for to log in. It is secret, and is shown nowhere.",
    "RFC 4954 §4",
    Asked.AUTH,
)
CANCELLATION = Verb("Breaks off the login: no response comes.", "RFC 4954 §4", Asked.AUTH)

MECHANISMS = {
    "PLAIN": ("the user name and the password, as they are", "RFC 4616"),
    "LOGIN": ("the user name and then the password, as they are: older than PLAIN", "no RFC"),
    "CRAM-MD5": ("a digest of the password, by a method that is weak today", "RFC 2195"),
    "DIGEST-MD5": ("a digest of the password, by a method given up long ago", "RFC 6331"),
    "SCRAM-SHA-1": ("a proof of the password, which never goes over the wire", "RFC 5802"),
    "SCRAM-SHA-256": ("a proof of the password, which never goes over the wire", "RFC 7677"),
    "SCRAM-SHA-1-PLUS": ("a proof of the password that is bound to this TLS session", "RFC 5802"),
    "SCRAM-SHA-256-PLUS": ("a proof of the password that is bound to this TLS session", "RFC 7677"),
    "XOAUTH2": ("an access token in place of a password", "Google's and Microsoft's"),
    "OAUTHBEARER": ("an access token in place of a password", "RFC 7628"),
    "EXTERNAL": ("what the connection proves already, as by a client certificate", "RFC 4422"),
    "ANONYMOUS": ("nothing", "RFC 4505"),
    "GSSAPI": ("a Kerberos ticket", "RFC 4752"),
    "NTLM": ("a Windows login, by a method that is weak today", "Microsoft"),
}
"""What is proven by, and where it is described."""


def verb_of(command: smtp.Command) -> Verb:
    match command.verb:
        case "…":
            return RESPONSE
        case "*":
            return CANCELLATION
        case name:
            return VERBS.get(name, UNKNOWN)


def asked_by(command: smtp.Command | None) -> Asked:
    """What a reply to it is about; None is the greeting's, or nobody's."""
    if command is None:
        return Asked.GREETING
    if command.verb == "BDAT" and command.shown.upper().rstrip().endswith(" LAST"):
        return Asked.FINAL
    return verb_of(command).asked
