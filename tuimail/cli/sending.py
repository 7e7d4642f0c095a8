"""Sends for the command line: the dialogue live, then what became of the mail."""

import asyncio
import json
import signal
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tuimail.cli.configured import as_configured
from tuimail.cli.exits import Exit
from tuimail.cli.keeping import keep_send
from tuimail.cli.live import Live, on_terminal
from tuimail.cli.reader import reader_may_leave
from tuimail.cli.transcript_file import written
from tuimail.delivery.consignment import Consignment
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.reactor import install
from tuimail.delivery.settings import Settings
from tuimail.domain import Exchanges, addresses_to_try
from tuimail.safetext import visible
from tuimail.smtp import Pace
from tuimail.transcript import Mark, Outcome, Status, Transcript, octets

_EXITS = {
    Status.DELIVERED: Exit.DELIVERED,
    Status.DEFERRED: Exit.DEFERRED,
    Status.STOPPED: Exit.DELIVERED,
    Status.FAILED: Exit.FAILED,
    Status.UNKNOWN: Exit.UNKNOWN,
}


async def send_now(mail: Mail, settings: Settings, form: str, file: Path | None, kept: str) -> Exit:
    """Returns when every connection has closed. Ctrl-C, or SIGTERM as `timeout` sends it, stops
    the sessions; what is known of each recipient by then is told all the same. What is `kept` in
    the file is the dialogue, or the message too."""
    transcript = Transcript()
    courier = _courier(settings, transcript)
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no such handlers.
            asyncio.get_running_loop().add_signal_handler(number, courier.stop)
    with written(transcript, file, mail.message.open if kept == "message" else None):
        if settings.pace is Pace.STEP:
            # prompt_toolkit is for those who type.
            from tuimail.cli.stepping import stepped

            outcome = await stepped(courier, mail, transcript)
        else:
            if form == "text":
                transcript.watch(Live(on_terminal))
            outcome = await courier.send(mail)
        if form == "json":
            with reader_may_leave():
                click.echo(json.dumps(_document(outcome)))
        # QUIT is in the file too.
        await courier.close()
    await keep_send(transcript)
    return _EXITS[outcome.status]


async def rehearse(mail: Mail, settings: Settings, form: str) -> Exit:
    """Looks up the way of each recipient, and connects to nobody but the nameserver."""
    plan = await _courier(settings, Transcript()).plan(mail)
    with reader_may_leave():
        if form == "json":
            click.echo(json.dumps(_plan_document(mail, plan)))
        else:
            _print_plan(mail, plan)
    permanent = any((exchanges.enhanced or "").startswith("5") for _, exchanges in plan)
    unknown = any(exchanges.enhanced for _, exchanges in plan)
    return Exit.FAILED if permanent else Exit.DEFERRED if unknown else Exit.DELIVERED


def _print_plan(mail: Mail, plan: Iterable[tuple[Consignment, Exchanges]]) -> None:
    click.echo(f"Nothing is sent. The message has {octets(mail.message.size)}.")
    for consignment, exchanges in plan:
        click.echo(f"\n{visible(', '.join(consignment.addresses))}")
        if exchanges.enhanced is not None:
            click.echo(f"  {Mark.FAIL} {visible(exchanges.why)}")
        for exchange, ip in addresses_to_try(exchanges.exchanges):
            click.echo(f"  {exchange.preference:>3} {visible(exchange.name)} [{ip}]")


def _plan_document(mail: Mail, plan: Iterable[tuple[Consignment, Exchanges]]) -> dict[str, Any]:
    return {
        "message_id": mail.message.message_id,
        "size": mail.message.size,
        "recipients": [
            {
                "address": address,
                "why": exchanges.why,
                "enhanced": exchanges.enhanced,
                "exchanges": [
                    {
                        "name": exchange.name,
                        "preference": exchange.preference,
                        "addresses": [{"ip": ip} for ip in exchange.addresses],
                    }
                    for exchange in exchanges.exchanges
                ],
            }
            for consignment, exchanges in plan
            for address in consignment.addresses
        ],
    }


def _courier(settings: Settings, transcript: Transcript) -> Courier:
    reactor = install(asyncio.get_running_loop())
    with as_configured():
        return Courier(reactor, settings, transcript)


def _document(outcome: Outcome) -> dict[str, Any]:
    return {
        "message_id": outcome.message_id,
        "outcome": outcome.status,
        "recipients": [asdict(recipient) for recipient in outcome.recipients],
        "elapsed_ms": round(outcome.elapsed * 1000),
    }
