"""Debian's Postfix as a peer: a whole mail system on loopback, and smtp-sink.

Both end with the test that started them. Postfix needs root, as its master process does.
"""

import asyncio
import os
import pwd
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.peers.dovecot import MECHANISMS, dovecot
from tests.peers.peer import Kind, Peer
from tests.peers.site import (
    DOMAIN,
    HOST,
    MAILBOXES,
    contained,
    free_port,
    listening,
    site,
    uncontained,
)

__all__ = ["DOMAIN", "HOST"]

DAEMONS = Path("/usr/lib/postfix/sbin")
SMTPD = "127.0.0.1:{port} inet n - n - - smtpd\n"
POSTSCREEN = """\
127.0.0.1:{port} inet n - n - 1 postscreen
smtpd     pass - - n - - smtpd
"""

_MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
daemon_directory = {daemons}
maillog_file = /dev/stdout
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = {host}
mydestination =
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = inline:{{ {mailboxes} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
message_size_limit = 50000000
smtpd_recipient_restrictions = reject_unauth_destination
# Twenty recipients with three refused are a test, and no attack.
smtpd_soft_error_limit = 100
smtpd_error_sleep_time = 0
smtpd_tls_chain_files = {root}/key.pem, {root}/certificate.pem
smtpd_tls_security_level = may
smtpd_tls_received_header = yes
"""
_MASTER_CF = """\
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
smtp      unix - - n - - smtp
verify    unix - - n - 1 verify
proxymap  unix - - n - - proxymap
anvil     unix - - n - 1 anvil
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
virtual   unix - n n - - virtual
postlog   unix-dgram n - n - 1 postlogd
"""


def missing() -> str:
    """Why Postfix can't be a peer on this machine; empty where it can."""
    if shutil.which("smtp-sink") is None or not (DAEMONS / "smtpd").exists():
        return "needs Debian's postfix: apt-get install postfix"
    return uncontained()


@asynccontextmanager
async def postfix(*main: str, service: str = SMTPD) -> AsyncIterator[Peer]:
    """Postfix with these lines of main.cf besides its own, or in their place, and this way in."""
    port = free_port()
    user = pwd.getpwnam("postfix")
    with site("postfix") as here:
        for name in ("queue", "data"):
            (here.root / name).mkdir()
        for path in (here.root / "data", here.mail):
            os.chown(path, user.pw_uid, user.pw_gid)
        configuration = _MAIN_CF.format(
            root=here.root,
            daemons=DAEMONS,
            host=HOST,
            domain=DOMAIN,
            mailboxes=", ".join(f"{name}@{DOMAIN}={name}/" for name in MAILBOXES),
            uid=user.pw_uid,
            gid=user.pw_gid,
        )
        here.write("etc/main.cf", configuration + "".join(f"{line}\n" for line in main))
        here.write("etc/master.cf", service.format(port=port) + _MASTER_CF)
        folder = str(here.root / "etc")
        async with contained(here, "postfix", "-c", folder, "start-fg") as process:
            await listening(here, process, port)
            yield Peer(port, here)


@asynccontextmanager
async def _submission() -> AsyncIterator[Peer]:
    """Postfix that asks Dovecot who somebody is."""
    async with dovecot() as directory:
        socket = directory.site.root / "auth"
        async with postfix(
            "smtpd_sasl_auth_enable = yes",
            "smtpd_sasl_type = dovecot",
            f"smtpd_sasl_path = {socket}",
        ) as peer:
            yield peer


_EXTENSIONS = frozenset(
    {
        *("8BITMIME", "CHUNKING", "DSN", "ENHANCEDSTATUSCODES", "PIPELINING", "SIZE"),
        *("SMTPUTF8", "STARTTLS"),
    }
)
POSTFIX = Kind("postfix", postfix, _EXTENSIONS, needs=("postfix",))
POSTFIX_SUBMISSION = Kind(
    "postfix-submission",
    _submission,
    _EXTENSIONS | set(MECHANISMS),
    needs=("postfix", "dovecot"),
)
POSTFIX_DATA = Kind(
    "postfix-without-chunking",
    lambda: postfix("smtpd_discard_ehlo_keywords = chunking"),
    _EXTENSIONS - {"CHUNKING"},
    needs=("postfix",),
)


@dataclass(frozen=True, slots=True)
class Sink:
    port: int
    _folder: Path

    @property
    def taken(self) -> list[bytes]:
        """The messages, with CRLF, after smtp-sink's own X- and Received fields and before the
        empty line that it ends each file with."""
        files = sorted(self._folder.iterdir())
        return [_taken(file.read_bytes()).replace(b"\n", b"\r\n") for file in files]


def _taken(dump: bytes) -> bytes:
    lines = dump.splitlines(keepends=True)
    own = next(place for place, line in enumerate(lines) if line.startswith(b"Received:"))
    first = next(place for place in range(own + 1, len(lines)) if lines[place][:1] != b"\t")
    return b"".join(lines[first:]).removesuffix(b"\n")


@asynccontextmanager
async def smtp_sink(*arguments: str) -> AsyncIterator[Sink]:
    """smtp-sink with these arguments before its address."""
    with TemporaryDirectory(prefix="tuimail-sink-") as folder:
        if os.geteuid() == 0:
            Path(folder).chmod(0o777)
        async with forgetful_sink("-d", f"{folder}/%M.", *arguments) as port:
            yield Sink(port, Path(folder))


@asynccontextmanager
async def forgetful_sink(*arguments: str) -> AsyncIterator[int]:
    """The port of an smtp-sink that keeps nothing of what it takes."""
    port = free_port()
    user: Sequence[str] = ("-u", "nobody") if os.geteuid() == 0 else ()
    process = await asyncio.create_subprocess_exec(
        "smtp-sink", *user, *arguments, f"127.0.0.1:{port}", "64"
    )
    try:
        await _listening(port)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def _listening(port: int) -> None:
    """smtp-sink does not say when it is ready: a first connection tells."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return
