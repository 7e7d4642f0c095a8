"""Reads the history for the command line."""

import json
from collections.abc import Awaitable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TypeVar

import click

from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.live import Live, on_terminal
from tuimail.cli.reader import reader_may_leave
from tuimail.safetext import visible
from tuimail.store.history import History, HistoryError
from tuimail.store.query import Query
from tuimail.store.sessions import Kept
from tuimail.transcript import Mark, Status, mark_of, seconds
from tuimail.transcript.jsonl import JsonLines

T = TypeVar("T")

_MOST_NAMES = 3


async def list_found(query: Query, form: str) -> Exit:
    history = History()
    found = await _asked(history, history.find(query))
    with reader_may_leave():
        if form == "json":
            click.echo(json.dumps([_document(kept) for kept in found]))
        else:
            for kept in found:
                click.echo(_line(kept))
    return Exit.DELIVERED if found else Exit.NEGATIVE


async def show_kept(id_: int, form: str) -> Exit:
    history = History()
    found = await _asked(history, history.show(id_))
    if found is None:
        click.echo(f"tuimail: the history has no {id_}.", err=True)
        return Exit.NEGATIVE
    if form == "json":
        lines = JsonLines()
        with reader_may_leave():
            click.echo(lines.head, nl=False)
            for entry in found.entries:
                click.echo(lines.written(entry), nl=False)
        return Exit.DELIVERED
    live = Live(on_terminal)
    for entry in found.entries:
        live(entry)
    return Exit.DELIVERED


async def forget_kept(id_: int | None) -> Exit:
    """None is all that there is."""
    history = History()
    forgetting = history.forget_all() if id_ is None else history.forget(id_)
    if await _asked(history, forgetting, "changed"):
        return Exit.DELIVERED
    which = "nothing" if id_ is None else f"no {id_}"
    click.echo(f"tuimail: the history has {which}.", err=True)
    return Exit.NEGATIVE


async def _asked(history: History, question: Awaitable[T], verb: str = "read") -> T:
    """The answer; the history is closed then."""
    try:
        return await question
    except HistoryError as error:
        raise CommandError(Exit.NO_INPUT, f"The history can't be {verb}: {error}.") from error
    finally:
        await history.close()


def _line(kept: Kept) -> str:
    """Number, when, how it ended, with whom, for whom, how long."""
    when = datetime.fromtimestamp(kept.begun, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    mark = mark_of(Status(kept.status))[0] if kept.status else Mark.FACT
    whom = _names(tuple(recipient.address for recipient in kept.recipients)) or "nobody"
    where = _names(kept.exchanges) or "nobody"
    took = seconds(kept.elapsed)
    return visible(f"{kept.id:>5}  {when}  {mark} {kept.word:<9}  {whom}  at {where}, {took}")


def _names(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMES
    shown = ", ".join(names[:_MOST_NAMES])
    return f"{shown} and {more} more" if more > 0 else shown


def _document(kept: Kept) -> dict[str, object]:
    begun = datetime.fromtimestamp(kept.begun, UTC).isoformat(timespec="milliseconds")
    elapsed_ms = round(kept.elapsed * 1000)
    document = asdict(kept) | {"begun": begun, "elapsed_ms": elapsed_ms}
    del document["elapsed"]
    return document
