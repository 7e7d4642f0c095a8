"""Where a session stands, and how long it may stand there."""

from enum import Enum


class Stage(Enum):
    """A step that ends with the server's answer.

    `words` complete "while …"; `seconds` is the limit to the answer's end, from RFC 5321 §4.5.3.2
    and, where that is silent, from Postfix's client.
    """

    CONNECT = ("connecting", 30.0)
    GREETING = ("waiting for the greeting", 300.0)
    HELLO = ("waiting for the reply to the hello", 300.0)
    STARTTLS = ("waiting for the reply to STARTTLS", 300.0)
    HANDSHAKE = ("shaking hands for TLS", 30.0)
    XCLIENT = ("waiting for the reply to XCLIENT", 300.0)
    AUTH = ("authenticating", 300.0)
    RSET = ("waiting for the reply to RSET", 20.0)
    MAIL = ("waiting for the reply to MAIL", 300.0)
    RCPT = ("waiting for the reply to RCPT", 300.0)
    DATA = ("waiting for the reply to DATA", 120.0)
    BODY = ("sending a block of the message", 180.0)
    FINAL = ("waiting for the final reply", 600.0)
    TYPED = ("waiting for the reply to what was typed", 300.0)
    QUIT = ("waiting for the reply to QUIT", 5.0)  # Nothing depends on it.

    def __init__(self, words: str, seconds: float) -> None:
        self.words = words
        self.seconds = seconds

    def limit(self, cap: float | None) -> float:
        """Seconds, at most `cap`. The final reply keeps its own: giving up sooner duplicates mail
        (RFC 1047)."""
        return self.seconds if cap is None or self is Stage.FINAL else min(self.seconds, cap)
