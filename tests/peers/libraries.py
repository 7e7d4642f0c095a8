"""Libraries that a mail server is made with, each run by a script of ours in a process of its own:
nodemailer's smtp-server, aiosmtpd, and Twisted's ESMTP."""

import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from tests.peers import overlay
from tests.peers.bearer import TOKEN
from tests.peers.peer import Kind, Peer
from tests.peers.site import (
    DOMAIN,
    HOST,
    MAILBOXES,
    PASSWORD,
    USER,
    Site,
    port_told,
    running,
    site,
)
from tuimail.smtp import Protocol

_MODULES = overlay.FOLDER / "nodemailer" / "node_modules"
_NODE_SCRIPT = Path(__file__).with_name("smtp_server.cjs")


def missing_nodemailer() -> str:
    if shutil.which("node") is None:
        return "needs Node.js: apt-get install nodejs npm"
    if not (_MODULES / "smtp-server").exists():
        return "needs smtp-server: tests/peers/fetch nodemailer"
    return ""


@asynccontextmanager
async def _run(here: Site, *command: str) -> AsyncIterator[Peer]:
    environment = {**os.environ, "NODE_PATH": str(_MODULES), "PYTHONUTF8": "1"}
    async with running(here, *command, environment=environment) as process:
        yield Peer(await port_told(here, process), here, line_end=b"\r\n")


@asynccontextmanager
async def _nodemailer(protocol: Protocol) -> AsyncIterator[Peer]:
    with site("nodemailer") as here:
        arguments = (protocol.value, str(here.root), HOST, DOMAIN)
        known = (USER, PASSWORD, TOKEN, *MAILBOXES)
        async with _run(here, "node", str(_NODE_SCRIPT), *arguments, *known) as peer:
            yield peer


@asynccontextmanager
async def _python(module: str) -> AsyncIterator[Peer]:
    with site(module.removesuffix("_server")) as here:
        async with _run(
            here, sys.executable, "-m", f"{__package__}.{module}", str(here.root)
        ) as peer:
            yield peer


def _aiosmtpd() -> AbstractAsyncContextManager[Peer]:
    return _python("aiosmtpd_server")


def _twisted() -> AbstractAsyncContextManager[Peer]:
    return _python("twisted_server")


_NODE_EXTENSIONS = frozenset(
    {"8BITMIME", "DSN", "ENHANCEDSTATUSCODES", "PIPELINING", "SIZE", "SMTPUTF8", "STARTTLS"}
)
NODEMAILER = Kind(
    "nodemailer",
    lambda: _nodemailer(Protocol.SMTP),
    _NODE_EXTENSIONS | {"PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"},
    needs=("nodemailer",),
)
NODEMAILER_LMTP = Kind(
    "nodemailer-lmtp",
    lambda: _nodemailer(Protocol.LMTP),
    _NODE_EXTENSIONS,
    Protocol.LMTP,
    needs=("nodemailer",),
)
AIOSMTPD = Kind(
    "aiosmtpd",
    _aiosmtpd,
    frozenset({"8BITMIME", "SIZE", "SMTPUTF8", "STARTTLS", "PLAIN", "LOGIN"}),
)
TWISTED = Kind("twisted", _twisted, frozenset({"STARTTLS", "PLAIN", "LOGIN", "CRAM-MD5"}))
