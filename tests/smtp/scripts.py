"""Parts that many dialogues share, in the notation of `play`."""

from dataclasses import dataclass

from tests.smtp.play import mail
from tuimail.smtp import Stage, Transaction

GREETED = """
    S: 220 mx.example.net ESMTP
    C: EHLO client.example
"""
PLAIN = f"""
    {GREETED}
    S: 250 mx.example.net
"""
PIPELINING = f"""
    {GREETED}
    S: 250-mx.example.net
    S: 250 PIPELINING
"""
STARTTLS = f"""
    {GREETED}
    S: 250-mx.example.net
    S: 250 STARTTLS
    C: STARTTLS
"""
HANDSHAKE = f"""
    {STARTTLS}
    S: 220 go ahead
    *: begin tls
"""
MESSAGE = """
    C: Subject: hello
    C:
    C: Hello.
    C: .
"""
SENT = f"""
    C: MAIL FROM:<a@example.com>
    S: 250 ok
    C: RCPT TO:<b@example.net>
    S: 250 ok
    C: DATA
    S: 354 go ahead
    {MESSAGE}
"""
QUIT = """
    C: QUIT
    S: 221 bye
    *: close
"""

SMALL = b"".join(b"%062d\r\n" % number for number in range(1024))
"""64 KiB, the largest message that goes out at once."""
BLOCK = 4 * SMALL
"""256 KiB, what is read from a message at once."""
LARGE = mail(body=2 * BLOCK + BLOCK[:640])
"""Its third block brings the dot."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A dialogue that has come to where the server is to answer, over one or more mails."""

    script: str
    mails: tuple[Transaction, ...] = (mail(),)


STANDING = {
    Stage.GREETING: Standing(""),
    Stage.HELLO: Standing(GREETED),
    Stage.STARTTLS: Standing(STARTTLS),
    Stage.RSET: Standing(
        f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: 550 not you
        C: RSET
        """,
        (mail(), mail()),
    ),
    Stage.MAIL: Standing(
        f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        """
    ),
    Stage.RCPT: Standing(
        f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        """
    ),
    Stage.DATA: Standing(
        f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 250 ok
        C: DATA
        """
    ),
    Stage.BODY: Standing(
        f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 250 ok
        C: DATA
        *: pause
        S: 354 go ahead
        *: blocks 2
        """,
        (LARGE,),
    ),
    Stage.FINAL: Standing(f"{PLAIN} {SENT}"),
    Stage.QUIT: Standing(
        f"""
        {PLAIN}
        {SENT}
        S: 250 ok
        C: QUIT
        """
    ),
}
"""Each stage in which a reply is awaited, and the body's. The handshake awaits none."""
