"""How far inspections are, on one line of the terminal that is gone in the end."""

import asyncio
import os
import sys
from collections.abc import Sequence

import click

from tuimail.domain import Report

_INTERVAL = 0.1
"""Seconds between two looks; what ends sooner needs no line."""
_UNTOLD = 80
"""Columns of a terminal that does not say how many it has."""
_ERASE = "\r\x1b[K"


class ProgressLine:
    """On standard error, and only where that is a terminal that can erase a line."""

    def __init__(self, domains: Sequence[str]) -> None:
        self._domains = domains
        self._reports: dict[str, Report] = {}
        self._drawn = False

    def note(self, report: Report) -> None:
        self._reports[report.domain] = report

    async def draw(self) -> None:
        """Until it is cancelled."""
        if not sys.stderr.isatty() or os.environ.get("TERM") in (None, "dumb"):
            return
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            while True:
                await asyncio.sleep(_INTERVAL)
                self._show(f"{self._state()}, {clock() - began:.1f} s")
        finally:
            self.clear()

    def clear(self) -> None:
        if self._drawn:
            click.echo(_ERASE, nl=False, err=True, color=True)
        self._drawn = False

    def _state(self) -> str:
        reports = self._reports.values()
        findings = sum(len(report.findings) for report in reports)
        due = sum(report.due for report in reports)
        under_way = f"{findings} findings, {due} check{'' if due == 1 else 's'} under way"
        if len(self._domains) == 1:
            return f"{self._domains[0]}: {under_way}"
        done = sum(not report.due for report in reports)
        return f"{done} of {len(self._domains)} domains: {under_way}"

    def _show(self, text: str) -> None:
        # A line that breaks could not be erased.
        room = (os.get_terminal_size(sys.stderr.fileno()).columns or _UNTOLD) - 1
        click.echo(f"{_ERASE}{text[:room]}", nl=False, err=True, color=True)
        self._drawn = True
