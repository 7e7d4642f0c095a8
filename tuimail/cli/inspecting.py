"""Inspects domains for the command line: several at once, told in the order they were named."""

import asyncio
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from shutil import get_terminal_size

import click

from tuimail.cli.configured import as_configured
from tuimail.cli.exits import Exit
from tuimail.cli.progress_line import ProgressLine
from tuimail.cli.reader import let_go
from tuimail.cli.report_text import report_lines
from tuimail.cli.transcript_file import written
from tuimail.delivery.inspector import Inspector
from tuimail.delivery.reactor import install
from tuimail.delivery.scope import Scope
from tuimail.delivery.settings import Settings
from tuimail.domain import Report, Verdict
from tuimail.domain.report_document import report_document
from tuimail.transcript import Transcript

MOST_AT_ONCE = 8
"""Domains. Each has its time from when it begins: more would wait for each other's questions."""
_WIDEST = 100
"""Columns: longer lines are tiring to read."""


async def inspect_all(
    domains: Sequence[str], settings: Settings, scope: Scope, form: str, file: Path | None
) -> Exit:
    """Returns when every connection has closed. Raises CommandError for what the settings name
    and is not there, and for a file that can't be written."""
    reactor, transcript = install(asyncio.get_running_loop()), Transcript()
    with as_configured():
        inspector = Inspector(reactor, settings, transcript)
    with written(transcript, file):
        return await _inspect_all(inspector, domains, scope, form)


async def _inspect_all(
    inspector: Inspector, domains: Sequence[str], scope: Scope, form: str
) -> Exit:
    tell = _tell_document if form == "json" else _tell_text
    places, progress = asyncio.Semaphore(MOST_AT_ONCE), ProgressLine(domains)
    gravest = Exit.DELIVERED

    async def inspect(domain: str) -> Report:
        async with places:
            return await inspector.inspect(domain, progress.note, scope)

    try:
        async with asyncio.TaskGroup() as tasks:
            inspections = [tasks.create_task(inspect(domain)) for domain in domains]
            drawing = tasks.create_task(progress.draw())
            for number, inspection in enumerate(inspections):
                report = await inspection
                gravest = max(gravest, _exit(report))
                progress.clear()
                if not _told(partial(tell, report, number)):
                    break
            for task in (drawing, *inspections):
                task.cancel()
    finally:
        await inspector.close()
    return gravest


def _exit(report: Report) -> Exit:
    if report.exchanges is None or report.exchanges.unsettled:
        return Exit.DEFERRED
    return Exit.NEGATIVE if report.verdict is Verdict.FAIL else Exit.DELIVERED


def _told(tell: Callable[[], None]) -> bool:
    """Whether there is still somebody who reads."""
    try:
        tell()
    except OSError as error:
        let_go(error)
        return False
    return True


def _tell_document(report: Report, _number: int) -> None:
    click.echo(json.dumps(report_document(report)))


def _tell_text(report: Report, number: int) -> None:
    if number:
        click.echo()
    for line in report_lines(report, min(get_terminal_size().columns, _WIDEST)):
        click.echo(line)
