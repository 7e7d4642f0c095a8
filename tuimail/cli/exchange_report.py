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
        click.echo(json.dumps(_document(exchanges, elapsed_ms), ensure_ascii=False))
    else:
        _print(exchanges)
    if exchanges.enhanced is None:
        return Exit.DELIVERED
    return Exit.DEFERRED if exchanges.enhanced.startswith("4") else Exit.NEGATIVE


def _print(exchanges: Exchanges) -> None:
    if exchanges.enhanced is not None:
        unknown = exchanges.acceptance is Acceptance.UNKNOWN
        mark, colour = (Mark.UNKNOWN, "yellow") if unknown else (Mark.FAIL, "red")
        click.secho(f"{mark} {visible(exchanges.why)}.", fg=colour)
    else:
        click.secho(f"{Mark.PASS} {visible(_summary(exchanges))}.", fg="green")
    width = max((len(visible(exchange.name)) for exchange in exchanges.exchanges), default=0)
    for exchange in exchanges.exchanges:
        name = click.style(f"{visible(exchange.name):<{width}}", bold=True)
        ttl = "" if exchange.ttl is None else f"ttl {exchange.ttl}"
        where = " ".join(exchange.addresses) or visible(exchange.why)
        click.echo(f"{exchange.preference:>5} {name}  {ttl:<10}  {where}")


def _summary(exchanges: Exchanges) -> str:
    count = len(exchanges.exchanges)
    match exchanges.acceptance:
        case Acceptance.IMPLICIT:
            return f"{exchanges.domain} names no exchange; its own address takes the mail"
        case Acceptance.LITERAL:
            return f"{exchanges.domain} is an address: no look-up is needed"
        case _:
            places = "1 exchange" if count == 1 else f"{count} exchanges"
            return f"{exchanges.domain} takes mail at {places}"


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
