"""A peer's folder: its certificate, its mailboxes, its log."""

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from trustme import CA, KeyType

DOMAIN = "peer.test"
HOST = f"mx.{DOMAIN}"
USER, PASSWORD = "bob", "geheim-&-lang"
_NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
# The first process dies with `unshare` unless it changes its user, as mail systems do.
_FIRST = ("sh", "-c", '"$@" & wait $!', "peer")
MAILBOXES = (USER, "alice", "böb", *(f"reader{number}" for number in range(17)))
"""The local parts that each peer takes mail for; it refuses all others."""


@dataclass(frozen=True, slots=True)
class Site:
    """`mail` holds a folder for each mailbox, whose new mails are files in its `new`."""

    root: Path

    @property
    def ca_file(self) -> Path:
        return self.root / "ca.pem"

    @property
    def certificate(self) -> Path:
        return self.root / "certificate.pem"

    @property
    def key(self) -> Path:
        return self.root / "key.pem"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def put(self, mailbox: str, name: str, message: bytes) -> None:
        """Delivers a mail, for a server that has no mailboxes of its own."""
        new = self.mail / mailbox / "new"
        new.mkdir(parents=True, exist_ok=True)
        whole = self.mail / mailbox / name
        whole.write_bytes(message)
        whole.rename(new / name)

    def log(self) -> str:
        """All that the peer has written down so far."""
        files = sorted((self.root / "log").iterdir())
        return "\n".join(file.read_text(errors="backslashreplace") for file in files)


@contextmanager
def site(name: str, key_type: KeyType = KeyType.ECDSA) -> Iterator[Site]:
    """A folder with a certificate for HOST, gone at the end."""
    with TemporaryDirectory(prefix=f"tuimail-{name}-", ignore_cleanup_errors=True) as folder:
        here = Site(Path(folder))
        # Mail systems drop root's rights before they read and write here.
        here.root.chmod(0o755)
        here.mail.mkdir()
        here.mail.chmod(0o777)
        (here.root / "log").mkdir(mode=0o777)
        (here.root / "log").chmod(0o777)
        ca = CA()
        issued = ca.issue_cert(HOST, key_type=key_type)
        ca.cert_pem.write_to_path(here.ca_file)
        for blob in issued.cert_chain_pems:
            blob.write_to_path(here.certificate, append=True)
        issued.private_key_pem.write_to_path(here.key)
        here.key.chmod(0o600)
        yield here


@asynccontextmanager
async def running(
    here: Site, *command: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that ends with this context, and even where its tests are killed."""
    with (here.root / "log" / "output").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "KILL", *command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
        )
    try:
        yield process
    finally:
        _end(process)
        await process.wait()


@asynccontextmanager
async def contained(here: Site, *command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process with all that it starts, in namespaces of its own; as root."""
    async with running(here, *_NAMESPACES, *_FIRST, *command) as process:
        yield process


@cache
def uncontained() -> str:
    """Why `contained` does not work on this machine; empty where it does."""
    if os.geteuid() != 0:
        return "needs root"
    tried = subprocess.run((*_NAMESPACES, "true"), capture_output=True, check=False)
    return tried.stderr.decode().strip()


def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    # The first process of a namespace takes all others along; `unshare` itself only waits for it.
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for pid in children or [str(process.pid)]:
        os.kill(int(pid), signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def listening(here: Site, process: asyncio.subprocess.Process, port: int) -> None:
    """Returns when the peer listens. Raises RuntimeError with its log if it never will.

    Servers don't say when they are ready: a first connection tells.
    """
    while process.returncode is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise RuntimeError("the peer did not start:\n" + here.log())


async def port_told(here: Site, process: asyncio.subprocess.Process) -> int:
    """The port that a script of ours writes down as its first line, once it listens."""
    while process.returncode is None:
        told, end, _ = (here.root / "log" / "output").read_text().partition("\n")
        if end and told.isdigit():
            return int(told)
        await asyncio.sleep(0.02)
    raise RuntimeError("the peer did not start:\n" + here.log())
