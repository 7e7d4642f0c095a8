"""The time on the loop, which no change of the day's time moves."""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from twisted.internet.error import AlreadyCalled, AlreadyCancelled
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from zope.interface import implementer


@implementer(IReactorTime)
class LoopClock:
    """Of the loop that runs when it is asked.

    Twisted's asyncio reactor tells the time of the day, and keeps a heap of calls beside the
    loop's own.
    """

    def __init__(self) -> None:
        self._pending: set[LoopCall] = set()

    seconds = staticmethod(time.monotonic)

    def callLater(
        self,
        delay: float,
        callable: Callable[..., Any],  # noqa: A002 - Twisted's name
        *args: object,
        **kw: object,
    ) -> "LoopCall":
        work = partial(callable, *args, **kw) if args or kw else callable
        return LoopCall(self._pending, delay, work)

    def getDelayedCalls(self) -> Sequence[IDelayedCall]:
        return tuple(self._pending)


LOOP_CLOCK = LoopClock()
"""What everybody goes by who is given no other."""


@implementer(IDelayedCall)
class LoopCall:
    """Among `pending` until it is called or cancelled."""

    def __init__(self, pending: "set[LoopCall]", delay: float, work: Callable[[], object]) -> None:
        self._pending = pending
        self._work = work
        self._schedule(delay)

    def getTime(self) -> float:
        return self._due

    def active(self) -> bool:
        return self in self._pending

    def cancel(self) -> None:
        self._require_active()
        self._handle.cancel()
        self._pending.remove(self)

    def delay(self, secondsLater: float) -> None:
        self.reset(self.getTime() + secondsLater - time.monotonic())

    def reset(self, secondsFromNow: float) -> None:
        self.cancel()
        self._schedule(secondsFromNow)

    def _schedule(self, delay: float) -> None:
        self._due = time.monotonic() + delay
        self._handle = asyncio.get_running_loop().call_later(delay, self._call)
        self._pending.add(self)

    def _require_active(self) -> None:
        if not self.active():
            raise AlreadyCancelled if self._handle.cancelled() else AlreadyCalled

    def _call(self) -> None:
        self._pending.remove(self)
        self._work()
