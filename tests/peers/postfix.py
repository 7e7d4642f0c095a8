"""Debian's Postfix as a peer: a whole mail system on loopback, and smtp-sink.

Both end with the test that started them. Postfix needs root, as its master process does.
"""

import asyncio
import os
import pwd
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import trustme

DAEMONS = Path("/usr/lib/postfix/sbin")
DOMAIN = "postfix.test"
HOST = f"mx.{DOMAIN}"

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
virtual_mailbox_maps = inline:{{ bob@{domain}=bob/ }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
message_size_limit = 50000000
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_tls_chain_files = {root}/chain.pem
smtpd_tls_security_level = may
smtpd_tls_received_header = yes
"""
_MASTER_CF = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
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
    if os.geteuid() != 0:
        return "needs root to start Postfix's master"
    return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Postfix:
    port: int
    ca_file: Path
    log: list[str]
    _mail: Path

    async def delivered(self) -> bytes:
        """Waits for a mail to bob, and takes it out with the line ends it had on the wire."""
        new = self._mail / "bob" / "new"
        while not (new.is_dir() and any(new.iterdir())):
            await asyncio.sleep(0.02)
        (file,) = new.iterdir()
        delivered = file.read_bytes().replace(b"\n", b"\r\n")
        file.unlink()
        return delivered


@asynccontextmanager
async def postfix() -> AsyncIterator[Postfix]:
    port, ca, log = free_port(), trustme.CA(), list[str]()
    user = pwd.getpwnam("postfix")
    with TemporaryDirectory(prefix="tuimail-postfix-") as folder:
        root = Path(folder)
        # Postfix's daemons are another user's.
        root.chmod(0o755)
        for name in ("etc", "queue", "data", "mail"):
            (root / name).mkdir()
        for name in ("data", "mail"):
            os.chown(root / name, user.pw_uid, user.pw_gid)
        ca.cert_pem.write_to_path(root / "ca.pem")
        ca.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(root / "chain.pem")
        (root / "etc/main.cf").write_text(
            _MAIN_CF.format(
                root=root,
                daemons=DAEMONS,
                host=HOST,
                domain=DOMAIN,
                uid=user.pw_uid,
                gid=user.pw_gid,
            )
        )
        (root / "etc/master.cf").write_text(_MASTER_CF.format(port=port))
        process = await asyncio.create_subprocess_exec(
            "postfix",
            "-c",
            str(root / "etc"),
            "start-fg",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        await _started(process, log)
        drain = asyncio.create_task(_drain(process, log))
        try:
            yield Postfix(port, root / "ca.pem", log, root / "mail")
        finally:
            # `postfix` only waits for its master, whose end takes all daemons along.
            os.kill(int((root / "queue/pid/master.pid").read_text()), signal.SIGTERM)
            await process.wait()
            await drain


async def _started(process: asyncio.subprocess.Process, log: list[str]) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        log.append(line.decode())
        if "daemon started" in log[-1]:
            return
    raise RuntimeError("Postfix did not start:\n" + "".join(log))


async def _drain(process: asyncio.subprocess.Process, log: list[str]) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        log.append(line.decode())


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
    port = free_port()
    with TemporaryDirectory(prefix="tuimail-sink-") as folder:
        user: Sequence[str] = ()
        if os.geteuid() == 0:
            Path(folder).chmod(0o777)
            user = ("-u", "nobody")
        process = await asyncio.create_subprocess_exec(
            "smtp-sink", *user, "-d", f"{folder}/%M.", *arguments, f"127.0.0.1:{port}", "16"
        )
        try:
            await _listening(port)
            yield Sink(port, Path(folder))
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
