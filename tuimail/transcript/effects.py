"""What replies do to the mail. Pure data: by what was asked and the first digit."""

from tuimail.smtp import Severity
from tuimail.transcript.verbs import Asked

DONE, GO_ON, NOT_NOW, NEVER = (
    Severity.COMPLETED,
    Severity.CONTINUE,
    Severity.TRANSIENT,
    Severity.PERMANENT,
)
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
