"""Puts what was seen into the history."""

from typing import TYPE_CHECKING

import click

from tuimail.safetext import visible
from tuimail.transcript import Transcript

if TYPE_CHECKING:
    from tuimail.store.session import Kind


async def keep_send(transcript: Transcript) -> None:
    """Where it can't be kept, that is told, and changes nothing else."""
    from tuimail.store.session import Kind  # no mail waits for SQLite

    await _keep(transcript, Kind.SEND)


async def keep_talk(transcript: Transcript) -> None:
    """As `keep_send`."""
    from tuimail.store.session import Kind

    await _keep(transcript, Kind.TALK)


async def _keep(transcript: Transcript, kind: "Kind") -> None:
    from tuimail.store.history import History

    history = History()
    fault = await history.keep(kind, tuple(transcript.entries))
    await history.close()
    if fault:
        click.echo(f"tuimail: not kept in the history: {visible(fault)}.", err=True)
