"""A domain looked at from all sides at once."""

import asyncio
from dataclasses import dataclass, field

import pytest

from tests.domain.answers import BROKEN
from tests.domain.inquiring import Zone, answer_to
from tuimail.domain import (
    Answer,
    Checking,
    DaneReport,
    Finding,
    HostReport,
    Inquiry,
    Question,
    Report,
    Verdict,
)
from tuimail.domain.checks import checks
from tuimail.lookup.asker import Asker
from tuimail.lookup.cache import Cache
from tuimail.lookup.growth import Growth
from tuimail.lookup.inspection import Inspection
from tuimail.lookup.resolver import MOST_EXCHANGES

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


def looking(
    dns: Dns,
    seen: Seen,
    *checks: Inquiry[tuple[Finding, ...]],
    domain: str = "example.net",
    lifetime: float = 10.0,
) -> asyncio.Task[Report]:
    asker = Asker(Cache(dns.ask, asyncio.get_running_loop().time), lifetime)
    growth = Growth(domain, asker, seen.reports.append)
    return asyncio.create_task(Inspection(asker, growth, 25).run(checks))


def txt_check() -> Inquiry[tuple[Finding, ...]]:
    def inquiry() -> Inquiry[tuple[Finding, ...]]:
        (answer,) = yield (Question("example.net", "TXT"),)
        return (Finding("I8", "SPF", "example.net", Verdict.PASS, str(answer.records[0])),)

    return inquiry()


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
    assert {line.split()[0] for line in steps[1]} == {"A", "AAAA", "CNAME", "TLSA", "NS"}
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


async def test_nobody_is_told_what_a_domain_lacks_that_is_not_there(seen: Seen) -> None:
    """Also where that was found before; what is said of somebody else stays."""

    def lacking(subject: str, name: str) -> Inquiry[tuple[Finding, ...]]:
        yield (Question(name, "TXT"),)
        return (Finding("I8", "SPF", subject, Verdict.WARN, "it has no record"),)

    here, there = "nowhere.test", "me.test"
    some = (lacking(here, here), lacking(here, f"_spf.{here}"), lacking(there, there))
    dns = Dns({}, silent=frozenset({here}))
    task = looking(dns, seen, *some, domain=here)
    for _ in range(20):
        await asyncio.sleep(0)
    await dns.step()
    assert [each.subject for each in seen.last.findings] == [here, there]
    dns.silent = frozenset()
    await waves(dns, task)
    assert {(each.rule, each.subject) for each in seen.last.findings} == {
        ("I1", "nowhere.test"),
        ("I8", "me.test"),
    }


async def test_no_thousand_exchanges(seen: Seen) -> None:
    """Rule I1: those that are not looked at are told."""
    count = MOST_EXCHANGES + 7
    many: Zone = {
        **ZONE,
        ("example.net", "MX"): tuple(f"{n} mx{n}.example.net." for n in range(1, count + 1)),
    }
    dns = Dns(many)
    await waves(dns, looking(dns, seen))
    assert len(seen.last.places) == MOST_EXCHANGES
    assert (
        seen.last.summary == f"example.net takes mail at 2 of its first {MOST_EXCHANGES} exchanges"
    )
    (passed, warning) = (each for each in seen.last.findings if each.rule == "I1")
    assert passed.why == f"it names {count} exchanges"
    assert (warning.verdict, warning.why) == (
        Verdict.WARN,
        "7 of its exchanges are not looked at: they are too many",
    )


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
    lost = [each for each in report.findings if each.verdict is Verdict.UNKNOWN]
    assert {each.rule for each in lost} == {"I4", "I6"}
    assert all("no answer within 0.2 s" in each.why for each in lost)
    assert ("I1", Verdict.PASS) in {(each.rule, each.verdict) for each in report.findings}
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
    asker = Asker(cache, 10.0)
    growth = Growth("example.net", asker, seen.reports.append)
    task = asyncio.create_task(Inspection(asker, growth, 25).run())
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await cache.close()
    assert asyncio.all_tasks() == before


async def test_an_address_literal(seen: Seen) -> None:
    """No look-up leads there: its name is asked for, and nothing else."""
    dns = Dns(ZONE)
    task = looking(dns, seen, domain="[8.8.8.8]")
    steps = await waves(dns, task)
    assert [[line.split()[0] for line in step] for step in steps] == [["PTR"], ["A"]]
    (host,) = task.result().hosts
    assert (host.exchange.name, host.ptr) == ("8.8.8.8", {"8.8.8.8": "mx1.example.net"})
    assert [each.rule for each in task.result().findings] == ["I7"]


async def test_dane_is_told_of_each_exchange(seen: Seen) -> None:
    """Rule I14."""
    task = looking(dns := Dns(ZONE), seen)
    await waves(dns, task)
    told = {each.subject: each.verdict for each in task.result().findings if each.rule == "I14"}
    assert told == {"mx1.example.net": Verdict.INFO, "mx2.example.net": Verdict.INFO}


async def test_a_slow_tlsa_holds_nothing_up(seen: Seen) -> None:
    """Rule I14: what the time was too short for is unknown, and says so itself."""
    dns = Dns(ZONE, silent=frozenset({"_25._tcp.mx1.example.net"}))
    report = await waves_until_silence(dns, looking(dns, seen, lifetime=0.2))
    assert {host.exchange.name for host in report.hosts} == {"mx1.example.net", "mx2.example.net"}
    lost = [each for each in report.findings if each.verdict is Verdict.UNKNOWN]
    assert [(each.rule, each.subject) for each in lost] == [("I14", "mx1.example.net")]


async def waves_until_silence(dns: Dns, task: asyncio.Task[Report]) -> Report:
    while not task.done():
        await dns.step()
    return await task


async def test_each_visit_begins_with_the_addresses(seen: Seen) -> None:
    """It does not wait for their names, nor for TLSA."""
    dns = Dns(ZONE, silent=frozenset({"_25._tcp.mx1.example.net", "8.8.8.8.in-addr.arpa"}))
    visited: list[tuple[str, bool]] = []

    async def visit(host: HostReport, dane: asyncio.Task[DaneReport]) -> None:
        visited.append((host.exchange.name, dane.done()))
        await asyncio.shield(dane)

    asker = Asker(Cache(dns.ask, asyncio.get_running_loop().time), 0.2)
    growth = Growth("example.net", asker, seen.reports.append)
    task = asyncio.create_task(Inspection(asker, growth, 25, visit).run())
    for _ in range(4):
        await dns.step()
    assert ("mx1.example.net", False) in visited
    assert not task.done()
    await waves_until_silence(dns, task)
    assert len(visited) == 2


async def test_two_side_by_side_count_their_own_questions(seen: Seen) -> None:
    """What one has asked is known to the other."""
    dns = Dns(ZONE)
    cache = Cache(dns.ask, asyncio.get_running_loop().time)
    runs = []
    for _ in range(2):
        asker = Asker(cache, 10.0)
        growth = Growth("example.net", asker, seen.reports.append)
        runs.append(asyncio.create_task(Inspection(asker, growth, 25).run()))
    while not all(run.done() for run in runs):
        await dns.step()
    first, second = (run.result() for run in runs)
    assert first.questions > 0
    assert second.questions == 0
    assert len(first.findings) == len(second.findings)


async def test_the_checks_cost_no_round_trip_more(seen: Seen) -> None:
    """The floor is four round trips, and one for each depth of SPF beside them; at most 40
    questions for two exchanges."""
    zone = {
        **ZONE,
        ("example.net", "TXT"): '"v=spf1 include:_spf.example.net -all"',
        ("_spf.example.net", "TXT"): '"v=spf1 ip4:8.8.8.0/24 include:_deep.example.net -all"',
        ("_deep.example.net", "TXT"): '"v=spf1 ip4:8.8.4.0/24 -all"',
        ("_dmarc.example.net", "TXT"): '"v=DMARC1; p=reject; rua=mailto:a@example.org"',
        ("example.net._report._dmarc.example.org", "TXT"): '"v=DMARC1"',
        ("8.8.8.8.in-addr.arpa", "PTR"): "host.example.org.",
        ("host.example.org", "A"): "8.8.8.8",
        (".", "NS"): "a.root-servers.net.",
    }
    steps = await waves(dns := Dns(zone), looking(dns, seen, *checks("example.net", ("s",))))
    assert len(steps) == 4
    assert seen.last.questions == sum(map(len, steps)) <= 40
    assert len({line for step in steps for line in step}) == seen.last.questions
