"""Twisted on a loop that somebody else owns, and the one bridge between Deferreds and futures."""

import asyncio
import sys
from typing import Any, TypeVar, cast

from twisted.internet import asyncioreactor
from twisted.internet.defer import Deferred

T = TypeVar("T")


def install(loop: asyncio.AbstractEventLoop) -> asyncioreactor.AsyncioSelectorReactor:
    """The reactor on `loop`, installed and started at the first call in this process.

    A reactor that `twistd` has installed is taken as it is. Raises RuntimeError where another
    kind of reactor stands: Twisted has one a process, for good.
    """
    if "twisted.internet.reactor" not in sys.modules:
        asyncioreactor.install(loop)
    from twisted.internet import reactor as installed

    if not isinstance(installed, asyncioreactor.AsyncioSelectorReactor):
        raise RuntimeError("another Twisted reactor is installed; tuimail needs asyncioreactor")
    if not installed.running:
        # Signals stay with whoever owns the loop.
        installed.startRunning(installSignalHandlers=False)
    return installed


def as_future(deferred: Deferred[T]) -> asyncio.Future[T]:
    """A future of the running loop; cancelling it cancels the Deferred."""
    loop = asyncio.get_running_loop()
    return deferred.asFuture(loop)


def as_deferred(future: asyncio.Future[T]) -> Deferred[T]:
    """A Deferred that fires as the future does; cancelling it cancels the future."""
    return cast("Deferred[T]", Deferred.fromFuture(cast("asyncio.Future[Any]", future)))
