"""What a send may leave behind: nothing, and nothing in the logs either."""

import asyncio
import gc
import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.logger import ILogObserver, LogEvent, LogLevel, globalLogPublisher
from zope.interface import implementer

from tuimail.delivery.clock import LOOP_CLOCK

_TURNS = 2000
"""Turns of the loop in which what is closing has to have closed."""


@asynccontextmanager
async def nothing_left_behind(reactor: AsyncioSelectorReactor) -> AsyncIterator[None]:
    """Raises AssertionError for a socket, a timer, a task or a file that is still there at the
    end, and for whatever was logged as an error."""
    complaints: list[str] = []
    loop = asyncio.get_running_loop()

    @implementer(ILogObserver)
    def twisted_said(event: LogEvent) -> None:
        if event["log_level"] in (LogLevel.warn, LogLevel.error, LogLevel.critical):
            complaints.append(str(event.get("log_failure") or event.get("log_text") or event))

    def loop_said(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        complaints.append(f"{context['message']}: {context.get('exception')!r}")

    # What others have left for the collector is not to complain in here.
    gc.freeze()
    handler = _Recorder(complaints)
    before = _there(reactor)
    globalLogPublisher.addObserver(twisted_said)
    logging.getLogger().addHandler(handler)
    usual = loop.get_exception_handler()
    loop.set_exception_handler(loop_said)
    try:
        yield
        left = set[object]()
        for _ in range(_TURNS):
            left = _there(reactor) - before
            if not left:
                break
            await asyncio.sleep(0)
    finally:
        gc.unfreeze()
        loop.set_exception_handler(usual)
        logging.getLogger().removeHandler(handler)
        globalLogPublisher.removeObserver(twisted_said)
    assert left == set(), left
    assert complaints == [], complaints


class _Recorder(logging.Handler):
    def __init__(self, complaints: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._complaints = complaints

    def emit(self, record: logging.LogRecord) -> None:
        self._complaints.append(self.format(record))


def _there(reactor: AsyncioSelectorReactor) -> set[object]:
    """Sockets that are watched, timers that run, tasks, and open files by number."""
    return {
        *reactor.getReaders(),
        *reactor.getWriters(),
        *reactor.getDelayedCalls(),
        *LOOP_CLOCK.getDelayedCalls(),
        *asyncio.all_tasks(),
        *os.listdir("/dev/fd"),  # noqa: PTH208 - a Path would open one more
    }
