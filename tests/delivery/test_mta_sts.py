"""Which policy applies: what the DNS announces, what is fetched, what was kept."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from twisted.internet.task import Clock

from tests.delivery.policy_server import DOMAIN
from tests.lookup.nameserver import SERVFAIL, ScriptedNameserver, records, silence
from tuimail.delivery.mta_sts import REFRESH, RETRY, StsPolicies
from tuimail.domain import StsMode, StsPolicy, Unfetched
from tuimail.lookup import Resolver
from tuimail.store.policies import KeptPolicy, PolicyCache
from tuimail.transcript import Event, NoPolicy, PolicyFound

RECORD = f"_mta-sts.{DOMAIN}"
NOW = 1_795_000_000.0
DAY = 86_400.0
WEEK = 604_800
FIRST = StsPolicy(StsMode.ENFORCE, ("mx1.example.net",), WEEK)
SECOND = StsPolicy(StsMode.TESTING, ("mx2.example.net",), WEEK)
NONE = StsPolicy(StsMode.NONE, (), WEEK)
UNFETCHED = Unfetched("the policy host mta-sts.example.net answered 404")


@dataclass
class World:
    """A nameserver, a policy host that says what `answers` says next, and a time of day."""

    dns: ScriptedNameserver
    resolver: Resolver
    cache: PolicyCache
    clock: Clock = field(default_factory=Clock)
    answers: list[StsPolicy | Unfetched] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.policies = self.process()

    def process(self) -> StsPolicies:
        """Another one that shares the cache with all others."""

        async def fetch(domain: str) -> StsPolicy | Unfetched:
            self.fetched.append(domain)
            return self.answers.pop(0)

        return StsPolicies(self.resolver, fetch, self.cache, self.clock, self.wall)

    def wall(self) -> float:
        return NOW + self.clock.seconds()

    def announce(self, version: str) -> None:
        self.dns.say(f"TXT {RECORD}", records(f'{RECORD}. 300 TXT "v=STSv1; id={version};"'))

    def keep(self, policy: StsPolicy = FIRST, version: str = "1", age: float = 0.0) -> None:
        self.cache.write(DOMAIN, KeptPolicy(version, self.wall() - age, policy))

    async def ask(self, domain: str = DOMAIN) -> StsPolicy | None:
        self.events.clear()
        return await self.policies.policy_for(domain, self.events.append)

    @property
    def reasons(self) -> list[str]:
        return [event.why for event in self.events if isinstance(event, NoPolicy)]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with ScriptedNameserver.start() as (dns, address):
        yield World(dns, Resolver([address], lifetime=0.3), PolicyCache(tmp_path / "cache"))


async def test_no_record_no_policy(world: World) -> None:
    """Rule R23: most domains have none; nobody is asked for it, and nothing is told."""
    assert await world.ask() is None
    assert (world.fetched, world.events) == ([], [])


async def test_a_policy_is_fetched_and_kept(world: World) -> None:
    """Rule R23: once; as long as the record's id stays the same, it is not asked for again."""
    world.announce("1")
    world.answers = [FIRST]
    assert await world.ask() == FIRST
    assert world.events == [PolicyFound(0.0, DOMAIN, FIRST, 0.0)]
    world.clock.advance(60)
    assert await world.ask() == FIRST
    assert world.events == [PolicyFound(60.0, DOMAIN, FIRST, 60.0)]
    world.policies = world.process()
    assert await world.ask() == FIRST
    assert world.fetched == [DOMAIN]


async def test_a_new_id_is_a_new_policy(world: World) -> None:
    """Rule R23: the id tells that there is another one (RFC 8461 §3.1)."""
    world.keep()
    world.announce("2")
    world.answers = [SECOND]
    assert await world.ask() == SECOND
    assert await world.ask() == SECOND
    assert world.fetched == [DOMAIN]


async def test_a_day_later_it_is_fetched_again(world: World) -> None:
    """Rule R23: so that it is seldom near its end when its host can't be had (RFC 8461 §3.3)."""
    world.announce("1")
    world.keep(age=REFRESH)
    world.answers = [FIRST]
    assert await world.ask() == FIRST
    assert world.events == [PolicyFound(0.0, DOMAIN, FIRST, 0.0)]
    assert world.cache.read(DOMAIN) == KeptPolicy("1", NOW, FIRST)


@pytest.mark.parametrize("age", [60.0, 6 * DAY])
async def test_an_unexpired_policy_applies_when_https_fails(world: World, age: float) -> None:
    """Rule R23: though another one is announced (RFC 8461 §3.3)."""
    world.keep(age=age)
    world.announce("2")
    world.answers = [UNFETCHED]
    assert await world.ask() == FIRST
    assert world.events == [
        NoPolicy(0.0, DOMAIN, UNFETCHED.why),
        PolicyFound(0.0, DOMAIN, FIRST, age),
    ]


@pytest.mark.parametrize(
    ("lost", "why"),
    [
        ([], "it has no MTA-STS record"),
        (["v=STSv1;"], "its MTA-STS record has no id of 1 to 32 letters and digits"),
        (
            ["v=STSv1; id=1", "v=STSv1; id=2"],
            "it has 2 MTA-STS records, and none counts unless it is the only one",
        ),
    ],
)
async def test_an_unexpired_policy_applies_without_a_record(
    world: World, lost: list[str], why: str
) -> None:
    """Rule R23: whoever takes the record away takes no policy away (RFC 8461 §3.1)."""
    world.keep(age=6 * DAY)
    lines = [f'{RECORD}. 300 TXT "{text}"' for text in lost]
    world.dns.say(f"TXT {RECORD}", records(*lines))
    assert await world.ask() == FIRST
    assert world.reasons == [why]
    assert world.fetched == []


async def test_an_unexpired_policy_applies_when_the_dns_fails(world: World) -> None:
    """Rule R23: SERVFAIL and silence included."""
    world.keep()
    for reply in (SERVFAIL, silence):
        world.dns.say(f"TXT {RECORD}", reply)
        assert await world.ask() == FIRST
        assert "could not be looked up" in world.reasons[0]


async def test_an_expired_policy_applies_no_more(world: World) -> None:
    """Rule R23: after `max_age`, the domain has none (RFC 8461 §3.3)."""
    world.keep(age=WEEK)
    assert await world.ask() is None
    assert world.events == []
    world.announce("1")
    world.answers = [UNFETCHED]
    assert await world.ask() is None
    assert world.events == [NoPolicy(0.0, DOMAIN, UNFETCHED.why)]


async def test_what_can_not_be_had_is_told(world: World) -> None:
    """Rule R23: the mail goes on as if there were no MTA-STS (RFC 8461 §3.3), not in silence."""
    world.dns.say(f"TXT {RECORD}", SERVFAIL)
    assert await world.ask() is None
    assert len(world.reasons) == 1
    assert "SERVFAIL" in world.reasons[0]


async def test_a_domain_that_has_given_it_up(world: World) -> None:
    """Rule R23: mode `none` asks for nothing (RFC 8461 §5), and replaces the policy before it."""
    world.keep()
    world.announce("2")
    world.answers = [NONE, UNFETCHED]
    assert await world.ask() is None
    assert world.events == [PolicyFound(0.0, DOMAIN, NONE, 0.0)]
    world.dns.say(f"TXT {RECORD}", records())
    assert await world.ask() is None
    world.announce("3")
    assert await world.ask() is None
    assert world.reasons == []


async def test_a_policy_for_no_time_at_all_applies_once(world: World) -> None:
    world.announce("1")
    brief = StsPolicy(StsMode.ENFORCE, ("mx1.example.net",), 0)
    world.answers = [brief, UNFETCHED]
    assert await world.ask() == brief
    assert await world.ask() is None


async def test_a_failure_is_remembered_for_a_while(world: World) -> None:
    """Rule R23: a dead policy host does not hold up every mail (RFC 8461 §3.3: five minutes or
    longer for each id)."""
    world.announce("1")
    world.answers = [UNFETCHED, UNFETCHED, FIRST]
    assert await world.ask() is None
    world.clock.advance(RETRY - 1)
    assert await world.ask() is None
    assert world.reasons == [UNFETCHED.why]
    assert len(world.fetched) == 1
    world.announce("2")
    assert await world.ask() is None
    assert len(world.fetched) == 2
    world.clock.advance(RETRY)
    assert await world.ask() == FIRST
    assert len(world.fetched) == 3


async def test_a_clock_that_was_wrong_makes_no_policy_last(world: World) -> None:
    """What was fetched tomorrow is as good as not kept."""
    world.announce("1")
    world.keep(age=-DAY)
    world.answers = [SECOND]
    assert await world.ask() == SECOND


async def test_a_disk_that_keeps_nothing(world: World, tmp_path: Path) -> None:
    """The send goes on, at the price of a fetch for each mail."""
    (tmp_path / "file").touch()
    world.cache = PolicyCache(tmp_path / "file")
    world.policies = world.process()
    world.announce("1")
    world.answers = [FIRST, FIRST]
    assert await world.ask() == FIRST
    assert await world.ask() == FIRST


@pytest.mark.parametrize("domain", ["[192.0.2.1]", "192.0.2.1", "", "a..b", "../x", "\0"])
async def test_what_is_no_domain_has_no_policy(world: World, domain: str) -> None:
    assert await world.ask(domain) is None
    assert world.dns.questions == []


async def test_a_domain_is_asked_for_in_a_labels(world: World) -> None:
    await world.ask("Bücher.EXAMPLE.")
    assert world.dns.questions == ["TXT _mta-sts.xn--bcher-kva.example"]


async def test_a_domain_too_long_for_its_record(world: World) -> None:
    assert await world.ask(f"{'a.' * 123}example") is None
    assert len(world.reasons) == 1


@pytest.fixture
def slow(world: World) -> Callable[[], asyncio.Event]:
    """A policy host that answers when the event is set; `cancelled` in `fetched` where nobody
    waits any more."""

    def make() -> asyncio.Event:
        answer = asyncio.Event()

        async def fetch(domain: str) -> StsPolicy | Unfetched:
            world.fetched.append(domain)
            try:
                await answer.wait()
            except asyncio.CancelledError:
                world.fetched.append("cancelled")
                raise
            return FIRST

        world.policies = StsPolicies(world.resolver, fetch, world.cache, world.clock, world.wall)
        world.announce("1")
        return answer

    return make


async def fetching(world: World, times: int = 1) -> None:
    while len(world.fetched) < times:
        await asyncio.sleep(0)


async def test_those_who_ask_together_fetch_once(
    world: World, slow: Callable[[], asyncio.Event]
) -> None:
    """Each of them is told all the same."""
    answer = slow()
    told: list[list[Event]] = [[], [], []]
    asking = [
        asyncio.create_task(world.policies.policy_for(name, events.append))
        for name, events in zip((DOMAIN, DOMAIN.upper(), DOMAIN), told, strict=True)
    ]
    await fetching(world)
    answer.set()
    assert await asyncio.gather(*asking) == [FIRST] * 3
    assert told == [[PolicyFound(0.0, DOMAIN, FIRST, 0.0)]] * 3
    assert world.fetched == [DOMAIN]
    assert world.dns.questions == [f"TXT {RECORD}"]


async def test_one_who_gives_up_leaves_the_others_alone(
    world: World, slow: Callable[[], asyncio.Event]
) -> None:
    answer = slow()
    asking = [asyncio.create_task(world.policies.policy_for(DOMAIN)) for _ in range(2)]
    await fetching(world)
    asking[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking[0]
    answer.set()
    assert await asking[1] == FIRST


async def test_when_all_give_up_nothing_stays(
    world: World, slow: Callable[[], asyncio.Event]
) -> None:
    """Rule R38: the last one returns when the fetch has ended; who comes later begins anew."""
    answer = slow()
    tasks = asyncio.all_tasks()
    asking = [asyncio.create_task(world.policies.policy_for(DOMAIN)) for _ in range(2)]
    await fetching(world)
    for task in asking:
        task.cancel()
    await asyncio.wait(asking)
    assert world.fetched == [DOMAIN, "cancelled"]
    assert asyncio.all_tasks() == tasks
    answer.set()
    assert await world.ask() == FIRST


async def test_one_mail_asks_once_and_is_told_once(world: World) -> None:
    """Whatever the number of exchanges that the policy is needed for."""
    world.announce("1")
    world.answers = [FIRST]
    watched = world.policies.watched(world.events.append)
    assert [await watched.policy_for(DOMAIN) for _ in range(3)] == [FIRST] * 3
    assert await watched.policy_for("example.org") is None
    assert len(world.events) == 1
    assert world.dns.questions == [f"TXT {RECORD}", "TXT _mta-sts.example.org"]
