"""The clock of the loop."""

import asyncio
import time

import pytest
from twisted.internet.error import AlreadyCalled, AlreadyCancelled
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from zope.interface.verify import verifyObject

from tuimail.delivery.clock import LoopClock


async def test_it_is_what_twisted_expects() -> None:
    clock = LoopClock()
    call = clock.callLater(9, lambda: None)
    assert verifyObject(IReactorTime, clock)
    assert verifyObject(IDelayedCall, call)
    call.cancel()


async def test_it_is_monotonic() -> None:
    """Whoever sets the time of the day moves no deadline."""
    before = time.monotonic()
    assert before <= LoopClock().seconds() <= time.monotonic()


async def test_calls_come_in_the_order_of_their_times() -> None:
    clock, called, last = LoopClock(), list[str](), asyncio.Event()
    clock.callLater(0.02, called.append, "second")
    clock.callLater(0, called.append, "first")
    clock.callLater(0.03, last.set)
    await last.wait()
    assert called == ["first", "second"]
    assert not clock.getDelayedCalls()


async def test_what_is_cancelled_is_not_called() -> None:
    clock, called, last = LoopClock(), list[str](), asyncio.Event()
    call = clock.callLater(0, called.append, "cancelled")
    assert call.active()
    call.cancel()
    assert not call.active()
    clock.callLater(0.01, last.set)
    await last.wait()
    assert not called
    with pytest.raises(AlreadyCancelled):
        call.cancel()


async def test_what_was_called_is_not_cancelled() -> None:
    called = asyncio.Event()
    call = LoopClock().callLater(0, called.set)
    await called.wait()
    with pytest.raises(AlreadyCalled):
        call.reset(1)


async def test_a_call_is_put_off_and_brought_forward() -> None:
    clock, called = LoopClock(), asyncio.Event()
    call = clock.callLater(30, called.set)
    due = call.getTime()
    call.delay(30)
    assert call.getTime() == pytest.approx(due + 30)
    call.reset(0)
    await called.wait()
