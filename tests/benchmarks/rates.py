"""Mails of 2 kB into smtp-sink: a connection each, and many on one, beside aiosmtplib."""

import asyncio
import gc
import shutil
import smtplib
import statistics
import time
from collections.abc import Awaitable, Callable

import aiosmtplib
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.benchmarks.clients import (
    HOST,
    IDENTITY,
    SENDER,
    Client,
    Errand,
    by_aiosmtplib,
    by_smtplib,
    check,
    errand,
    settings,
    tuimail,
    twisted,
)
from tests.benchmarks.figures import Row, UnavailableError, listed
from tests.peers.postfix import forgetful_sink
from tuimail.delivery.courier import Courier
from tuimail.delivery.reactor import install
from tuimail.transcript import Connected, Transcript

ROUNDS = 40
MAILS = 40
"""In a round of one client; then comes the next one's turn."""
TOGETHER = 10
SENDERS = 4
"""Tasks that share a courier and each wait for one mail after another: a courier opens a second
connection for more."""
OCTETS = 2000

Round = Callable[[], Awaitable[None]]
"""Sends `MAILS` mails."""


async def run() -> list[Row]:
    """Raises UnavailableError without smtp-sink."""
    if shutil.which("smtp-sink") is None:
        raise UnavailableError("needs smtp-sink, of Debian's postfix")
    reactor = install(asyncio.get_running_loop())
    gc.freeze()  # As `tuimail` does: nobody's modules are looked through for garbage.
    async with forgetful_sink() as port:
        with errand(port, OCTETS, ["bob@example.net"]) as mail:
            clients = {
                "aiosmtplib": by_aiosmtplib,
                "tuimail": tuimail(reactor),
                "Twisted": twisted(reactor),
            }
            alone = {name: _one_after_another(client, mail) for name, client in clients.items()}
            alone["smtplib"] = _one_after_another(by_smtplib, mail)
            together = {name: _at_once(client, mail) for name, client in clients.items()}
            return [
                await _compared("a connection each, one after another", alone, 1.0),
                await _compared(f"a connection each, {TOGETHER} at once", together, 1.0),
                await _compared("on one connection", _on_one_connection(reactor, mail), 2.5),
            ]


def _one_after_another(client: Client, mail: Errand) -> Round:
    async def send() -> None:
        for _ in range(MAILS):
            await client(mail)

    return send


def _at_once(client: Client, mail: Errand) -> Round:
    async def send() -> None:
        for _ in range(MAILS // TOGETHER):
            await asyncio.gather(*(client(mail) for _ in range(TOGETHER)))

    return send


def _on_one_connection(reactor: AsyncioSelectorReactor, mail: Errand) -> dict[str, Round]:
    async def by_tuimail() -> None:
        transcript = Transcript()
        courier = Courier(reactor, settings(mail.port), transcript)

        async def sender() -> None:
            for _ in range(MAILS // SENDERS):
                check(await courier.send(mail.mail))

        await asyncio.gather(*(sender() for _ in range(SENDERS)))
        await courier.close()
        connections = sum(isinstance(entry.event, Connected) for entry in transcript.entries)
        if connections != 1:
            raise RuntimeError(f"{connections} connections in place of one")

    async def by_one_aiosmtplib() -> None:
        async with aiosmtplib.SMTP(
            hostname=HOST, port=mail.port, local_hostname=IDENTITY, start_tls=False
        ) as server:
            for _ in range(MAILS):
                await server.sendmail(SENDER, mail.recipients, mail.content)

    async def by_one_smtplib() -> None:
        with smtplib.SMTP(HOST, mail.port, IDENTITY) as server:
            for _ in range(MAILS):
                server.sendmail(SENDER, mail.recipients, mail.content)

    return {"aiosmtplib": by_one_aiosmtplib, "tuimail": by_tuimail, "smtplib": by_one_smtplib}


async def _compared(figure: str, rounds: dict[str, Round], target: float) -> Row:
    """Each client in turn, many times; a ratio is one client's to aiosmtplib just before."""
    for send in rounds.values():
        await send()
    times: dict[str, list[float]] = {name: [] for name in rounds}
    for _ in range(ROUNDS):
        for name, send in rounds.items():
            started = time.perf_counter()
            await send()
            times[name].append(time.perf_counter() - started)
    yardstick = times.pop("aiosmtplib")
    ratios = {
        name: statistics.median(theirs / mine for theirs, mine in zip(yardstick, own, strict=True))
        for name, own in times.items()
    }
    mine = ratios.pop("tuimail")
    rate = MAILS / statistics.median(times["tuimail"])
    base = MAILS / statistics.median(yardstick)
    return Row(
        f"2 kB mails {figure}, rate by aiosmtplib's",
        listed(
            [("aiosmtplib", f"1 ({base:.0f}/s)")]
            + [(name, f"{ratio:.2f}") for name, ratio in ratios.items()]
        ),
        f"{mine:.2f} ({rate:.0f}/s)",
        f"{target:.1f}",
        mine >= target,
    )
