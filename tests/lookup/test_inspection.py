"""A domain looked at from all sides at once."""

import asyncio
from dataclasses import dataclass, field

import pytest

from tests.domain.answers import BROKEN
from tests.domain.inquiring import Zone, answer_to
from tuimail.domain import Answer, Checking, Finding, Inquiry, Question, Report, Verdict
from tuimail.lookup.cache import Cache
from tuimail.lookup.inspection import Check, Inspection

ZONE: Zone = {
    ("example.net", "MX"): ("10 mx1.example.net.", "20 mx2.example.net."),
    ("mx1.example.net", "A"): "8.8.8.8",
    ("mx1.example.net", "AAAA"): "2001:4860:4860::8888",
    ("mx2.example.net", "A"): "8.8.4.4",
    ("8.8.8.8.in-addr.arpa", "PTR"): "mx1.example.net.",
    ("example.net", "TXT"): '"v=spf1 -all"',
}


@dataclass
class Dns:
    """A zone whose answers come a wave at a time: `step` lets those out that are due."""

    zone: Zone
    waiting: list[tuple[Question, asyncio.Future[None]]] = field(default_factory=list)
    silent: frozenset[str] = frozenset()

    async def ask(self, name: str, rdtype: str, checking: Checking = Checking.ENABLED) -> Answer:
        question = Question(name, rdtype, checking)
        gate = asyncio.get_running_loop().create_future()
        self.waiting.append((question, gate))
        await gate
        return answer_to(self.zone, question)

    async def step(self) -> list[str]:
        """One round trip; the questions that it answered."""
        due = [each for each in self.waiting if each[0].name not in self.silent]
        self.waiting = [each for each in self.waiting if each[0].name in self.silent]
        for _, gate in due:
            gate.set_result(None)
        for _ in range(20):
            await asyncio.sleep(0)
        return [f"{question.rdtype} {question.name}" for question, _ in due]


@dataclass
class Seen:
    reports: list[Report] = field(default_factory=list)

    @property
    def last(self) -> Report:
        return self.reports[-1]


@pytest.fixture
def seen() -> Seen:
    return Seen()


def looking(dns: Dns, seen: Seen, *checks: Check, lifetime: float = 10.0) -> asyncio.Task[Report]:
    cache = Cache(dns.ask, asyncio.get_running_loop().time)
    inspection = Inspection(cache, "example.net", checks, seen.reports.append, lifetime)
    return asyncio.create_task(inspection.run())


def txt_check() -> Check:
    def inquiry() -> Inquiry[tuple[Finding, ...]]:
        (answer,) = yield (Question("example.net", "TXT"),)
        return (Finding("I8", "SPF", "example.net", Verdict.PASS, str(answer.records[0])),)

    return Check("I8", "SPF", inquiry())


async def waves(dns: Dns, task: asyncio.Task[Report]) -> list[list[str]]:
    await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.sleep(0)
    steps = []
    while dns.waiting:
        steps.append(await dns.step())
    await task
    return steps


async def test_four_round_trips(seen: Seen) -> None:
    """MX and all that follows from the domain alone; addresses; names; whether they lead back,
    which is known by then."""
    dns = Dns(ZONE)
    steps = await waves(dns, looking(dns, seen, txt_check()))
    assert sorted(steps[0]) == ["MX example.net", "TXT example.net"]
    assert {line.split()[0] for line in steps[1]} == {"A", "AAAA", "CNAME"}
    assert {line.split()[0] for line in steps[2]} == {"PTR"}
    assert len(steps) == 3
    assert seen.last.questions == sum(map(len, steps))


async def test_exchanges_are_seen_after_one_round_trip(seen: Seen) -> None:
    dns = Dns(ZONE)
    task = looking(dns, seen)
    for _ in range(20):
        await asyncio.sleep(0)
    await dns.step()
    assert seen.last.exchanges is not None
    assert [each.name for each in seen.last.exchanges.exchanges] == [
        "mx1.example.net",
        "mx2.example.net",
    ]
    assert seen.last.summary == "example.net takes mail at 2 exchanges"
    await waves(dns, task)


async def test_what_is_found_is_told_at_once(seen: Seen) -> None:
    """Though something else is silent."""
    dns = Dns(ZONE, silent=frozenset({"mx2.example.net"}))
    task = looking(dns, seen, txt_check(), lifetime=0.2)
    await asyncio.sleep(0)
    for _ in range(4):
        for _ in range(20):
            await asyncio.sleep(0)
        await dns.step()
    rules = {finding.rule for finding in seen.last.findings}
    assert {"I8", "I7"} <= rules
    assert seen.last.hosts[0].ptr == {"8.8.8.8": "mx1.example.net"}
    report = await task
    (lost,) = (each for each in report.findings if each.verdict is Verdict.UNKNOWN)
    assert (lost.rule, lost.why) == ("I1", "no answer within 0.2 s")
    assert report.due == 0


@pytest.mark.parametrize(
    ("zone", "rule", "verdict"),
    [
        ({}, "I1", Verdict.FAIL),
        ({("example.net", "MX"): BROKEN}, "I1", Verdict.UNKNOWN),
        ({("example.net", "MX"): "0 ."}, "I2", Verdict.INFO),
        ({("example.net", "A"): "8.8.8.8"}, "I3", Verdict.WARN),
        ({("example.net", "TXT"): '"nothing"'}, "I3", Verdict.FAIL),
    ],
)
async def test_domains_without_exchanges(
    seen: Seen, zone: Zone, rule: str, verdict: Verdict
) -> None:
    """Rules I1, I2, I3."""
    dns = Dns(zone)
    task = looking(dns, seen)
    await waves(dns, task)
    assert (rule, verdict) in {(each.rule, each.verdict) for each in task.result().findings}


async def test_nothing_is_left_behind(seen: Seen) -> None:
    before = asyncio.all_tasks()
    dns = Dns(ZONE)
    cache = Cache(dns.ask, asyncio.get_running_loop().time)
    task = asyncio.create_task(Inspection(cache, "example.net", (), seen.reports.append).run())
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await cache.close()
    assert asyncio.all_tasks() == before
