"""A mail of 100 MB from a file: processor time, memory, and how long the loop stands still.

    python -m tests.benchmarks.large CLIENT PORT FILE

sends one from a process of its own and prints what that took, as JSON.
"""

import asyncio
import json
import shutil
import smtplib
import statistics
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import aiosmtplib
from twisted.internet.defer import Deferred

from tests.benchmarks.clients import HOST, IDENTITY, SENDER, check, mail_of, settings
from tests.benchmarks.figures import Row, UnavailableError, listed
from tests.benchmarks.meter import STATUS, Cost, Meter
from tests.peers.postfix import forgetful_sink
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.reactor import as_future, install
from tuimail.message import parse_addresses, read_eml
from tuimail.transcript import Transcript

OCTETS = 100_000_000
ROUNDS = 7
MOST_CPU = 0.2
"""Of smtplib's."""
MOST_MEMORY = 8
"""MB."""
MOST_GAP = 20
"""Milliseconds."""
RECIPIENT = "bob@example.net"


async def run() -> list[Row]:
    """Raises UnavailableError without smtp-sink or Linux's /proc."""
    if shutil.which("smtp-sink") is None:
        raise UnavailableError("needs smtp-sink, of Debian's postfix")
    if not STATUS.exists():
        raise UnavailableError("needs Linux's /proc")
    with TemporaryDirectory(prefix="tuimail-large-") as folder:
        file = Path(folder) / "mail.eml"
        file.write_bytes(mail_of(OCTETS))
        async with forgetful_sink() as port:
            rounds = [
                {name: await _measured(name, port, file) for name in CLIENTS} for _ in range(ROUNDS)
            ]
    return _rows(rounds)


async def _measured(name: str, port: int, file: Path) -> Cost:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.large", name, str(port), str(file)), stdout=PIPE
    )
    found, _ = await process.communicate()
    return Cost(**json.loads(found))


def _rows(rounds: list[dict[str, Cost]]) -> list[Row]:
    def medians(figure: Callable[[dict[str, Cost], str], float]) -> dict[str, float]:
        return {name: statistics.median(figure(each, name) for each in rounds) for name in CLIENTS}

    cpu = medians(lambda each, name: each[name].cpu / each["smtplib"].cpu)
    memory = medians(lambda each, name: each[name].memory)
    gap = medians(lambda each, name: 1000 * each[name].gap)
    del gap["smtplib"]  # It has no loop.
    seconds = statistics.median(each["smtplib"].cpu for each in rounds)
    mails = f"{OCTETS // 1_000_000} MB from a file"
    return [
        _row(f"{mails}: processor time by smtplib's {seconds:.2f} s", cpu, ".2f", MOST_CPU),
        _row(f"{mails}: memory above idle, MB", memory, ".0f", MOST_MEMORY),
        _row(f"{mails}: longest gap of the loop, ms", gap, ".0f", MOST_GAP),
    ]


def _row(figure: str, found: dict[str, float], form: str, most: float) -> Row:
    mine = found.pop("tuimail")
    others = listed((name, f"{amount:{form}}") for name, amount in found.items())
    return Row(figure, others, f"{mine:{form}}", f"{most}", mine <= most)


async def _tuimail(port: int, file: Path, meter: Meter) -> None:
    reactor = install(asyncio.get_running_loop())
    with file.open("rb") as source, read_eml(source) as message:
        mail = Mail(message, SENDER, parse_addresses(RECIPIENT).addresses)
        courier = Courier(reactor, settings(port), Transcript())
        with meter:
            check(await courier.send(mail))
        await courier.close()


async def _smtplib(port: int, file: Path, meter: Meter) -> None:
    with smtplib.SMTP(HOST, port, IDENTITY) as server, meter:
        server.sendmail(SENDER, [RECIPIENT], file.read_bytes())


async def _aiosmtplib(port: int, file: Path, meter: Meter) -> None:
    server = aiosmtplib.SMTP(
        hostname=HOST, port=port, local_hostname=IDENTITY, start_tls=False, timeout=None
    )
    async with server:
        with meter:
            await server.sendmail(SENDER, [RECIPIENT], file.read_bytes())


async def _twisted(port: int, file: Path, meter: Meter) -> None:
    reactor = install(asyncio.get_running_loop())
    from twisted.mail.smtp import SMTPSenderFactory

    with _with_bare_line_feeds(file) as source, meter:
        sent: Deferred[object] = Deferred()
        factory = SMTPSenderFactory(SENDER.encode(), [RECIPIENT.encode()], source, sent)
        factory.domain = IDENTITY.encode()
        reactor.connectTCP(HOST, port, factory)
        await as_future(sent)


def _with_bare_line_feeds(file: Path) -> BinaryIO:
    """As Twisted wants its lines."""
    changed = file.with_suffix(".lf")
    changed.write_bytes(file.read_bytes().replace(b"\r\n", b"\n"))
    return changed.open("rb")


CLIENTS: dict[str, Callable[[int, Path, Meter], Awaitable[None]]] = {
    "smtplib": _smtplib,
    "tuimail": _tuimail,
    "aiosmtplib": _aiosmtplib,
    "Twisted": _twisted,
}


def main() -> None:
    name, port, file = sys.argv[1:]
    meter = Meter()
    asyncio.run(_send(name, int(port), Path(file), meter))
    print(json.dumps(asdict(meter.cost)))


async def _send(name: str, port: int, file: Path, meter: Meter) -> None:
    await CLIENTS[name](port, file, meter)


if __name__ == "__main__":
    main()
