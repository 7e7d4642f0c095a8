"""What `tuimail mx` prints."""

import json
import time
from typing import Any

import click

from tuimail.cli.exits import Exit
from tuimail.domain import Acceptance, Exchange, Exchanges
from tuimail.lookup import Resolver, find_exchanges
from tuimail.safetext import visible
from tuimail.transcript import Mark


async def report(resolver: Resolver, domain: str, form: str) -> Exit:
    """Raises DomainError, a ValueError, for what is no domain."""
    started = time.monotonic()
    exchanges = await find_exchanges(resolver, domain)
    elapsed_ms = round((time.monotonic() - started) * 1000)
    if form == "json":
        click.echo(json.dumps(_document(exchanges, elapsed_ms)))
    else:
        _print(exchanges)
    if exchanges.reachable:
        return Exit.DELIVERED
    return Exit.DEFERRED if _may_change(exchanges) else Exit.NEGATIVE


def _print(exchanges: Exchanges) -> None:
    if exchanges.reachable:
        click.secho(f"{Mark.PASS} {visible(_summary(exchanges))}.", fg="green")
    elif _may_change(exchanges):
        click.secho(f"{Mark.UNKNOWN} {visible(exchanges.why)}.", fg="yellow", err=True)
    else:
        click.secho(f"{Mark.FAIL} {visible(exchanges.why)}.", fg="red")
    rows = [_row(exchange) for exchange in exchanges.exchanges]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for preference, name, ttl, where in rows:
        bold_name = click.style(name.ljust(widths[1]), bold=True)
        click.echo(f"{preference:>{widths[0]}} {bold_name}  {ttl:<{widths[2]}}  {where}")


def _row(exchange: Exchange) -> tuple[str, str, str, str]:
    ttl = "" if exchange.ttl is None else f"ttl {exchange.ttl}"
    where = " ".join(exchange.addresses) or exchange.why
    return str(exchange.preference), visible(exchange.name), ttl, visible(where)


def _may_change(exchanges: Exchanges) -> bool:
    """Whether another try may say otherwise (RFC 3463 §2)."""
    return (exchanges.enhanced or "").startswith("4")


def _summary(exchanges: Exchanges) -> str:
    match exchanges.acceptance:
        case Acceptance.IMPLICIT:
            return f"{exchanges.domain} names no exchange; its own address takes the mail"
        case Acceptance.LITERAL:
            return f"{exchanges.domain} is an address: no look-up is needed"
        case _:
            count = len(exchanges.exchanges)
            alive = sum(bool(exchange.addresses) for exchange in exchanges.exchanges)
            some = f"{alive} of {count}" if alive < count else f"{count}"
            places = "exchange" if count == 1 else "exchanges"
            return f"{exchanges.domain} takes mail at {some} {places}"


def _document(exchanges: Exchanges, elapsed_ms: int) -> dict[str, Any]:
    return {
        "domain": exchanges.domain,
        "acceptance": exchanges.acceptance.value,
        "why": exchanges.why,
        "exchanges": [_exchange(exchange) for exchange in exchanges.exchanges],
        "elapsed_ms": elapsed_ms,
    }


def _exchange(exchange: Exchange) -> dict[str, Any]:
    return {
        "name": exchange.name,
        "preference": exchange.preference,
        "ttl": exchange.ttl,
        "addresses": [{"ip": ip} for ip in exchange.addresses],
        "why": exchange.why,
    }
