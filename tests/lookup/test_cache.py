"""Answers kept for as long as they hold, and questions asked once."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from tests.domain.answers import BROKEN, SILENCE, found, lacking
from tuimail.domain import Answer, AnswerStatus, Checking
from tuimail.lookup.cache import MOST_ANSWERS, Cache


@dataclass
class Dns:
    """What the DNS says, and when it is."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    now: float = 0.0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, name: str, rdtype: str, checking: Checking = Checking.ENABLED) -> Answer:
        del checking
        self.asked.append(f"{rdtype} {name}")
        await self.gate.wait()
        address = "2001:db8::1" if rdtype == "AAAA" else "192.0.2.1"
        return self.answers.get(name, found(name, rdtype, address, ttl=300))


@pytest.fixture
def dns() -> Dns:
    dns = Dns()
    dns.gate.set()
    return dns


@pytest.fixture
def cache(dns: Dns) -> Cache:
    return Cache(dns.ask, lambda: dns.now)


async def test_an_answer_holds_for_its_ttl(dns: Dns, cache: Cache) -> None:
    assert (await cache.ask("example.net", "A")).ttl == 300
    dns.now = 299.5
    kept = await cache.ask("Example.NET", "A")
    assert (kept.ttl, kept.records) == (0, found("example.net", "A", "192.0.2.1").records)
    dns.now = 300.0
    assert (await cache.ask("example.net", "A")).ttl == 300
    assert dns.asked == ["A example.net"] * 2


async def test_types_are_told_apart(dns: Dns, cache: Cache) -> None:
    await cache.ask("example.net", "A")
    await cache.ask("example.net", "AAAA")
    assert dns.asked == ["A example.net", "AAAA example.net"]


async def test_the_same_question_goes_out_once(dns: Dns, cache: Cache) -> None:
    dns.gate.clear()
    asking = [asyncio.create_task(cache.ask("example.net", "A")) for _ in range(10)]
    while not dns.asked:
        await asyncio.sleep(0)
    dns.gate.set()
    assert len(set(map(id, await asyncio.gather(*asking)))) == 1
    assert dns.asked == ["A example.net"]


async def test_one_who_gives_up_does_not_take_the_answer_along(dns: Dns, cache: Cache) -> None:
    dns.gate.clear()
    patient, hasty = (asyncio.create_task(cache.ask("example.net", "A")) for _ in range(2))
    while not dns.asked:
        await asyncio.sleep(0)
    hasty.cancel()
    dns.gate.set()
    assert (await patient).records
    with pytest.raises(asyncio.CancelledError):
        await hasty


@pytest.mark.parametrize("status", [BROKEN, SILENCE])
async def test_what_could_not_be_had_is_asked_again(dns: Dns, cache: Cache, status: object) -> None:
    dns.answers["example.net"] = lacking("example.net", "A", status)  # type: ignore[arg-type]  # one of two
    await cache.ask("example.net", "A")
    await cache.ask("example.net", "A")
    assert len(dns.asked) == 2


async def test_forgetting(dns: Dns, cache: Cache) -> None:
    await cache.ask("example.net", "A")
    cache.forget()
    await cache.ask("example.net", "A")
    assert len(dns.asked) == 2


async def test_memory_is_bounded(dns: Dns, cache: Cache) -> None:
    for number in range(MOST_ANSWERS + 1):
        await cache.ask(f"{number}.example", "A")
    await cache.ask("0.example", "A")
    assert len(dns.asked) == MOST_ANSWERS + 2
    await cache.ask(f"{MOST_ANSWERS}.example", "A")
    assert len(dns.asked) == MOST_ANSWERS + 2


async def test_closing_leaves_nothing_under_way(dns: Dns, cache: Cache) -> None:
    before = asyncio.all_tasks()
    dns.gate.clear()
    asking = asyncio.create_task(cache.ask("example.net", "A"))
    while not dns.asked:
        await asyncio.sleep(0)
    await cache.close()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert asyncio.all_tasks() == before


async def test_an_unchecked_answer_is_another_one(dns: Dns, cache: Cache) -> None:
    """Rule I13: what comes with CD must not pass for what was checked."""
    await cache.ask("example.net", "A")
    await cache.ask("example.net", "A", Checking.DISABLED)
    await cache.ask("example.net", "A", Checking.DISABLED)
    assert len(dns.asked) == 2


async def test_questions_are_counted_where_they_go_out(cache: Cache) -> None:
    counted: list[str] = []

    async def ask(who: str) -> None:
        await cache.ask("example.net", "A", count=lambda: counted.append(who))

    await asyncio.gather(ask("first"), ask("beside"))
    await ask("later")
    assert counted == ["first"]


async def test_an_absence_holds_for_its_time(dns: Dns, cache: Cache) -> None:
    """RFC 2308 §5; it has no TTL of its own to tell."""
    absent = lacking("example.net", "A", AnswerStatus.NO_DATA)
    dns.answers["example.net"] = replace(absent, absent_for=60)
    await cache.ask("example.net", "A")
    dns.now = 59.5
    kept = await cache.ask("example.net", "A")
    assert (kept.status, kept.ttl, kept.absent_for) == (AnswerStatus.NO_DATA, None, 0)
    dns.now = 60.0
    await cache.ask("example.net", "A")
    assert len(dns.asked) == 2


async def test_an_absence_of_no_known_time_is_not_kept(dns: Dns, cache: Cache) -> None:
    """RFC 2308 §5: without a SOA record it must not be."""
    dns.answers["example.net"] = lacking("example.net", "A", AnswerStatus.NO_DATA)
    for _ in range(2):
        await cache.ask("example.net", "A")
    assert len(dns.asked) == 2
