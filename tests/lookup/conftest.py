from collections.abc import AsyncIterator

import pytest

from tests.lookup.nameserver import ScriptedNameserver
from tuimail.lookup import Nameserver, Resolver

Started = tuple[ScriptedNameserver, Nameserver]


@pytest.fixture
async def started() -> AsyncIterator[Started]:
    async with ScriptedNameserver.start() as started:
        yield started


@pytest.fixture
def nameserver(started: Started) -> ScriptedNameserver:
    return started[0]


@pytest.fixture
def resolver(started: Started) -> Resolver:
    return Resolver([started[1]])


@pytest.fixture
def impatient(started: Started) -> Resolver:
    """Gives up at once: for questions that stay without an answer."""
    return Resolver([started[1]], lifetime=0.05)
