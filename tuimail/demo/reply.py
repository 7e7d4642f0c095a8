"""The replies that exchanges share, whatever their temper."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """One line of text under a code (RFC 5321 §4.2) and its enhanced code (RFC 3463)."""

    code: int
    enhanced: str
    text: str

    @property
    def short(self) -> str:
        """The line for a client that was not promised enhanced codes, or a 3xx that has none."""
        return f"{self.code} {self.text}"

    @property
    def long(self) -> str:
        """The line under ENHANCEDSTATUSCODES (RFC 2034)."""
        return f"{self.code} {self.enhanced} {self.text}" if self.enhanced else self.short


OK = Reply(250, "2.0.0", "Ok")
SENDER_OK = Reply(250, "2.1.0", "Sender ok")
RECIPIENT_OK = Reply(250, "2.1.5", "Recipient ok")
GO_AHEAD = Reply(354, "", "Go ahead, end with a dot on a line of its own")
READY_FOR_TLS = Reply(220, "2.0.0", "Ready to start TLS")
AUTHENTICATED = Reply(235, "2.7.0", "Welcome")
CANNOT_VERIFY = Reply(252, "2.5.0", "Cannot verify, but will take the mail")
HELP = Reply(214, "2.0.0", "This is a demonstration, RFC 5321 is the manual")
GOODBYE = Reply(221, "2.0.0", "Goodbye")

TOO_MANY_MAILS = Reply(421, "4.7.0", "Too many mails in one session")
TOO_MANY_RECIPIENTS = Reply(452, "4.5.3", "Too many recipients in one transaction")

LINE_TOO_LONG = Reply(500, "5.5.2", "Line too long")
UNREADABLE = Reply(500, "5.5.2", "A command is one line of printable ASCII or UTF-8")
UNKNOWN_COMMAND = Reply(500, "5.5.1", "Command not recognised")
SPEAKS_LMTP = Reply(500, "5.5.1", "This is LMTP: say LHLO")
BAD_ARGUMENT = Reply(501, "5.5.4", "Syntax error in the command's arguments")
AUTH_CANCELLED = Reply(501, "5.7.0", "Authentication cancelled")
AUTH_UNREADABLE = Reply(501, "5.5.2", "That is no base64, or not what the mechanism asks for")
NOT_IMPLEMENTED = Reply(502, "5.5.1", "Command not implemented")
OUT_OF_ORDER = Reply(503, "5.5.1", "Bad sequence of commands")
NEEDS_RSET = Reply(503, "5.5.1", "This transaction went wrong, RSET is due")
UNKNOWN_MECHANISM = Reply(504, "5.5.4", "Mechanism not recognised")
AUTH_REQUIRED = Reply(530, "5.7.0", "Authentication required")
AUTH_FAILED = Reply(535, "5.7.8", "Authentication credentials invalid")
ENCRYPTION_REQUIRED = Reply(538, "5.7.11", "Encryption required for authentication")
NO_SUCH_USER = Reply(550, "5.1.1", "No such user here")
NO_RELAYING = Reply(550, "5.7.1", "Relaying denied")
TOO_BIG = Reply(552, "5.3.4", "Message too big")
NEEDS_SMTPUTF8 = Reply(553, "5.6.7", "A non-ASCII address needs SMTPUTF8")
NO_RECIPIENTS = Reply(554, "5.5.1", "No valid recipients")
BAD_PARAMETER = Reply(555, "5.5.4", "Parameter not recognised")
