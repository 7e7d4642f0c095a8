"""Dovecot, of Debian's dovecot-core and dovecot-lmtpd: mailboxes by LMTP, and Postfix's word on
who somebody is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.peers import overlay
from tests.peers.bearer import KEY, base64url
from tests.peers.peer import Kind, Peer
from tests.peers.site import HOST, MAILBOXES, PASSWORD, Site, free_port, listening, site
from tuimail.smtp import Protocol

MECHANISMS = (
    *("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"),
    *("XOAUTH2", "OAUTHBEARER"),
)
_READER = "reader"
_USERS = ("dovecot", "dovenull", _READER)
_CONFIGURATION = """\
base_dir = {root}/run
state_dir = {root}/state
hostname = {host}
log_path = /dev/stderr
protocols = lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{root}/certificate.pem
ssl_key = <{root}/key.pem
mail_location = maildir:{root}/mail/%n
auth_username_format = %n
auth_failure_delay = 0
auth_mechanisms = {mechanisms}
passdb {{
  driver = passwd-file
  args = {root}/passwords
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {root}/oauth2.conf
}}
userdb {{
  driver = passwd-file
  args = {root}/passwords
  default_fields = uid={reader} gid={reader} home={root}/mail
}}
service lmtp {{
  inet_listener lmtp {{
    port = {port}
  }}
  unix_listener {socket} {{
    mode = 0666
  }}
}}
# No waiting for whoever got a password wrong before.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener {root}/auth {{
    mode = 0666
  }}
}}
"""
_OAUTH2 = """\
introspection_mode = local
username_attribute = sub
local_validation_key_dict = fs:posix:prefix={root}/keys/
"""


def missing() -> str:
    return overlay.missing("dovecot", "usr/sbin/dovecot")


@asynccontextmanager
async def dovecot() -> AsyncIterator[Peer]:
    port = free_port()
    with site("dovecot") as here:
        socket = here.root / "lmtp"
        file = _configure(here, port, socket)
        command = f"dovecot -F -c {file}"
        async with overlay.overlaid(here, "dovecot", _USERS, command) as process:
            await listening(here, process, port)
            yield Peer(port, here, socket=socket)


def _configure(here: Site, port: int, socket: Path) -> Path:
    lines = [f"{name}:{{PLAIN}}{PASSWORD}::::::\n" for name in MAILBOXES]
    here.write("passwords", "".join(lines))
    here.write("oauth2.conf", _OAUTH2.format(root=here.root))
    here.write("keys/default/HS256/default", base64url(KEY))
    mechanisms = " ".join(MECHANISMS).lower()
    configuration = _CONFIGURATION.format(
        host=HOST, root=here.root, port=port, socket=socket, mechanisms=mechanisms, reader=_READER
    )
    return here.write("dovecot.conf", configuration)


DOVECOT = Kind(
    "dovecot",
    dovecot,
    frozenset({"8BITMIME", "CHUNKING", "ENHANCEDSTATUSCODES", "PIPELINING", "STARTTLS"}),
    Protocol.LMTP,
    needs=("dovecot",),
)
