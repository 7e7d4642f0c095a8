"""OpenSMTPD, of Debian's opensmtpd."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.peers import overlay
from tests.peers.peer import Kind, Peer
from tests.peers.site import DOMAIN, HOST, MAILBOXES, PASSWORD, USER, free_port, listening, site

_READER = "reader"
_USERS = ("opensmtpd", "opensmtpq", _READER)
_CONFIGURATION = """\
pki {host} cert "{root}/certificate.pem"
pki {host} key "{root}/key.pem"
table mailboxes {{ {mailboxes} }}
table credentials file:{root}/credentials
smtp max-message-size "50M"
listen on 127.0.0.1 port {port} tls pki {host} hostname {host} auth-optional <credentials>
action deliver maildir "{root}/mail/%{{rcpt.user}}" virtual <mailboxes>
match from any for domain "{domain}" action deliver
"""
_COMMAND = (
    # As the package's installation does it.
    "sh -c 'mkdir /var/spool/smtpd && chmod 711 /var/spool/smtpd"
    " && chgrp opensmtpq /usr/sbin/smtpctl && chmod g+s /usr/sbin/smtpctl"
    ' && printf "{user} %s" "$(smtpctl encrypt "{password}")" >{root}/credentials'
    " && exec smtpd -d -f {root}/smtpd.conf'"
)


def missing() -> str:
    return overlay.missing("opensmtpd", "usr/sbin/smtpd")


@asynccontextmanager
async def opensmtpd() -> AsyncIterator[Peer]:
    port = free_port()
    with site("opensmtpd") as here:
        mailboxes = ", ".join(f'"{name}" = {_READER}' for name in MAILBOXES if name.isascii())
        here.write(
            "smtpd.conf",
            _CONFIGURATION.format(
                host=HOST, domain=DOMAIN, port=port, root=here.root, mailboxes=mailboxes
            ),
        )
        command = _COMMAND.format(root=here.root, user=USER, password=PASSWORD)
        async with overlay.overlaid(here, "opensmtpd", _USERS, command) as process:
            await listening(here, process, port)
            yield Peer(port, here)


OPENSMTPD = Kind(
    "opensmtpd",
    opensmtpd,
    frozenset({"8BITMIME", "DSN", "ENHANCEDSTATUSCODES", "SIZE", "STARTTLS", "PLAIN", "LOGIN"}),
    needs=("opensmtpd",),
)
