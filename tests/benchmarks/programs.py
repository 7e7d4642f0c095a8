"""Clients that are programs: swaks, curl, and Postfix's own."""

import asyncio
import shutil
import time
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from subprocess import run

from tests.benchmarks.clients import HOST, IDENTITY, SENDER, Client, Errand, Sent, by_smtplib
from tests.peers.postfix import postfix
from tuimail.smtp import TlsPolicy

_TAKEN = b"queued as"
"""In Postfix's final reply."""


def installed(tls: TlsPolicy) -> dict[str, Client]:
    """Those that this machine has: swaks needs one more package for TLS."""
    clients: dict[str, Client] = {}
    if _runs("swaks", "--support") and (not tls.required or _runs("perl", "-MNet::SSLeay", "-e0")):
        clients["swaks --pipeline"] = swaks
    if _runs("curl", "--version"):
        clients["curl"] = curl
    return clients


def _runs(*command: str) -> bool:
    return shutil.which(command[0]) is not None and not run(command, capture_output=True).returncode


async def swaks(errand: Errand) -> Sent:
    return await _sent(
        *("swaks", "--pipeline", "--server", HOST, "--port", str(errand.port)),
        *("--helo", IDENTITY, "--from", SENDER, "--to", ",".join(errand.recipients)),
        *("--data", "-", "--suppress-data", *(("--tls",) if errand.tls.required else ())),
        content=errand.content,
    )


async def curl(errand: Errand) -> Sent:
    recipients = (word for each in errand.recipients for word in ("--mail-rcpt", each))
    return await _sent(
        *("curl", "--silent", "--verbose", f"smtp://{HOST}:{errand.port}/{IDENTITY}"),
        *("--mail-from", SENDER, *recipients, "--upload-file", "-"),
        *(("--ssl-reqd", "--insecure") if errand.tls.required else ()),
        content=errand.content,
    )


async def _sent(*command: str, content: bytes) -> Sent:
    """Both tell what the server says as it says it. Raises RuntimeError where it takes nothing."""
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=STDOUT)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(content)
    process.stdin.close()
    taken, said = 0.0, []
    async for line in process.stdout:
        said.append(line)
        if _TAKEN in line:
            taken = time.monotonic()
    await process.wait()
    if not taken:
        raise RuntimeError(b"".join(said).decode(errors="replace"))
    return Sent(taken, time.monotonic())


@asynccontextmanager
async def postfix_client(port: int, tls: TlsPolicy) -> AsyncIterator[Client]:
    """A Postfix that relays what it gets to `port`; its log tells when that was taken."""
    async with postfix(
        f"relayhost = [{HOST}]:{port}",
        f"smtp_tls_security_level = {tls.value if tls.required else 'none'}",
        f"smtp_helo_name = {IDENTITY}",
        "smtp_connection_cache_on_demand = no",
        "virtual_mailbox_domains =",
        "mynetworks = 127.0.0.0/8",
        "smtpd_recipient_restrictions = permit_mynetworks, reject",
    ) as relay:

        async def send(errand: Errand) -> Sent:
            told = len(relay.log)
            await by_smtplib(replace(errand, port=relay.port, tls=TlsPolicy.NONE))
            while not any("status=sent" in line for line in relay.log[told:]):
                await asyncio.sleep(0.001)
            taken = time.monotonic()
            return Sent(taken, taken)

        yield send
