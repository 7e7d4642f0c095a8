"""Time limits by Twisted's clock, which tests set by hand, for what asyncio awaits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from twisted.internet.interfaces import IReactorTime

T = TypeVar("T")


@asynccontextmanager
async def limited(clock: IReactorTime, seconds: float) -> AsyncIterator[None]:
    """Raises TimeoutError where what is done inside takes longer."""
    async with asyncio.timeout(None) as limit:
        call = clock.callLater(seconds, limit.reschedule, 0.0)
        try:
            yield
        finally:
            if call.active():
                call.cancel()


async def undisturbed(future: "asyncio.Future[T]") -> None:
    """Waits for `future` however often that is cancelled, and raises CancelledError then.

    For what has been told to end and needs a moment: leaving sooner would leave it behind.
    """
    disturbed = False
    while not future.done():
        try:
            await asyncio.wait({future})
        except asyncio.CancelledError:
            disturbed = True
    if disturbed:
        raise asyncio.CancelledError
