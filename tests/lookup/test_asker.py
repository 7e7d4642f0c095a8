"""One inspection's time with the DNS."""

import asyncio

import pytest

from tests.domain.answers import found
from tuimail.domain import Answer, AnswerStatus, Checking
from tuimail.lookup.asker import Asker
from tuimail.lookup.cache import Cache


class Dns:
    """Answers about whatever is not silent."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def ask(self, name: str, rdtype: str, checking: Checking = Checking.ENABLED) -> Answer:
        self.asked.append(f"{rdtype} {name} {checking.value}")
        if name == "silent.example":
            await asyncio.get_running_loop().create_future()
        return found(name, rdtype, "192.0.2.1")


@pytest.fixture
def dns() -> Dns:
    return Dns()


@pytest.fixture
async def cache(dns: Dns) -> Cache:
    return Cache(dns.ask, asyncio.get_running_loop().time)


async def test_an_answer_in_time(dns: Dns, cache: Cache) -> None:
    asker = Asker(cache, 10.0)
    assert (await asker.ask("example.net", "A", Checking.DISABLED)).status is AnswerStatus.FOUND
    assert dns.asked == ["A example.net disabled"]
    assert 9.0 < asker.left < 10.0


async def test_only_what_goes_out_is_counted(cache: Cache) -> None:
    asker = Asker(cache, 10.0)
    for _ in range(3):
        await asker.ask("example.net", "A")
    assert asker.questions == 1


async def test_silence(cache: Cache) -> None:
    """It counts as every other time-out: unknown, not absent."""
    answer = await Asker(cache, 0.01).ask("silent.example", "A")
    assert answer.status is AnswerStatus.TIMED_OUT
    assert answer.why == "no answer within 0.01 s"
    await cache.close()


async def test_when_the_time_is_over_nothing_is_asked(dns: Dns, cache: Cache) -> None:
    """Also what follows from other answers ends at once."""
    asker = Asker(cache, 0.0)
    assert (await asker.ask("example.net", "A")).status is AnswerStatus.TIMED_OUT
    assert (dns.asked, asker.questions) == ([], 0)


async def test_whoever_gives_up_takes_no_answer_along(dns: Dns, cache: Cache) -> None:
    """Two inspections share a question; the one with more time gets its answer."""
    hasty = asyncio.create_task(Asker(cache, 0.01).ask("silent.example", "A"))
    patient = asyncio.create_task(Asker(cache, 0.1).ask("silent.example", "A"))
    assert (await hasty).why == "no answer within 0.01 s"
    assert not patient.done()
    assert (await patient).why == "no answer within 0.1 s"
    assert dns.asked == ["A silent.example enabled"]
    await cache.close()


async def test_each_answer_is_observed_once(cache: Cache) -> None:
    """However many checks want it, and also where there is none in time."""
    observed: list[Answer] = []
    asker = Asker(cache, 0.05, observed.append)
    for name in ("example.net", "Example.net", "silent.example", "silent.example"):
        await asker.ask(name, "A")
    assert [(each.name, each.unknown) for each in observed] == [
        ("example.net", False),
        ("silent.example", True),
    ]
    await cache.close()


async def test_who_asks_without_checking_observes_another_answer(cache: Cache) -> None:
    observed: list[Answer] = []
    asker = Asker(cache, 10.0, observed.append)
    for checking in Checking:
        await asker.ask("example.net", "A", checking)
    assert len(observed) == len(Checking)
