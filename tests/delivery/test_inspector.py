"""The facade: everything known of a domain, as it comes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.policy_server import PolicyServer, http, resolves
from tests.delivery.scripted import Side, scripted
from tests.lookup.nameserver import (
    NO_DATA,
    SERVFAIL,
    Reply,
    ScriptedNameserver,
    records,
    silence,
)
from tuimail.delivery.inspector import Inspector
from tuimail.delivery.scope import FOREIGN_RECIPIENT, Fetching, Probing, Scope, Telling
from tuimail.delivery.settings import Settings
from tuimail.demo import DemoWorld
from tuimail.domain import DomainError, Finding, Reached, Report, Sender, Verdict
from tuimail.transcript import NoPolicy, PolicyFound, Transcript

# In the demo world


@pytest.fixture
async def inspector(
    reactor: AsyncioSelectorReactor, settings: Settings, transcript: Transcript
) -> AsyncIterator[Inspector]:
    inspector = Inspector(reactor, settings, transcript)
    yield inspector
    await inspector.close()


@pytest.fixture
def probing(demo_world: DemoWorld) -> Scope:
    return Scope(Probing.PROBE, port=demo_world.smtp_port)


def told(report: Report, rule: str, check: str = "") -> list[Finding]:
    return [each for each in report.findings if each.rule == rule and check in each.check]


def verdicts(report: Report, rule: str, check: str = "") -> set[Verdict]:
    return {each.verdict for each in told(report, rule, check)}


async def test_dane_from_end_to_end(
    inspector: Inspector, probing: Scope, transcript: Transcript
) -> None:
    """Rules I13, I14, I18 to I24: DNS and probe in one report, the dialogue in the transcript."""
    report = await inspector.inspect("secure.test", scope=probing)
    assert verdicts(report, "I13") == {Verdict.PASS}
    assert [each.check for each in told(report, "I14")] == ["TLSA", "DANE"]
    assert verdicts(report, "I14") == {Verdict.PASS}
    (host,) = report.hosts
    (probe,) = host.probes.values()
    assert (probe.ip, probe.reached) == ("127.0.0.31", Reached.CONNECTED)
    assert probe.proof.startswith("DANE-EE, TLSA 3 1 1")
    assert "DANE-verified" in report.summary
    (latency,) = told(report, "I24")
    assert latency.why.startswith("DNS ")
    shown = [line.text for line in transcript.lines]
    assert [line for line in shown if line in ("STARTTLS", "QUIT")] == ["STARTTLS", "QUIT"]
    assert not any(line.startswith("MAIL") for line in shown)


async def test_a_certificate_that_the_dns_does_not_vouch_for(
    inspector: Inspector, probing: Scope
) -> None:
    """Rule I14."""
    report = await inspector.inspect("stale.test", scope=probing)
    assert verdicts(report, "I14", "TLSA") == {Verdict.PASS}
    assert verdicts(report, "I14", "DANE") == {Verdict.FAIL}
    assert verdicts(report, "I22") == {Verdict.PASS}
    assert "DANE broken" in report.summary


async def test_mta_sts_is_fetched_and_judged(inspector: Inspector, probing: Scope) -> None:
    """Rules I11, I20, I22: it names the second exchange alone."""
    report = await inspector.inspect("sts.test", scope=probing)
    (finding,) = told(report, "I11")
    assert (finding.subject, finding.verdict) == ("mx.stranger.sts.test", Verdict.FAIL)
    assert verdicts(report, "I20") == verdicts(report, "I22") == {Verdict.PASS}


async def test_a_promise_that_is_not_kept(inspector: Inspector, probing: Scope) -> None:
    """Rule I20: no STARTTLS fails where MTA-STS enforces it, and warns elsewhere."""
    assert verdicts(await inspector.inspect("promise.test", scope=probing), "I20") == {Verdict.FAIL}
    assert verdicts(await inspector.inspect("plain.test", scope=probing), "I20") == {Verdict.WARN}


async def test_nobody_is_probed_who_is_not_asked_to_be(
    inspector: Inspector, transcript: Transcript
) -> None:
    """Probing is polite: none until the user asks for it."""
    report = await inspector.inspect("friendly.test")
    assert not any(host.probes for host in report.hosts)
    assert transcript.entries == []
    assert not {each.rule for each in report.findings} & {"I18", "I19", "I20", "I21", "I22", "I24"}


async def test_the_relay_check(
    inspector: Inspector, probing: Scope, transcript: Transcript, demo_world: DemoWorld
) -> None:
    """Rule I25: opt-in, and stops before DATA."""
    scope = replace(probing, probing=Probing.PROBE_AND_RELAY, reverse_path="me@example.org")
    report = await inspector.inspect("secure.test", scope=scope)
    assert verdicts(report, "I25") == {Verdict.PASS}
    shown = [line.text for line in transcript.lines]
    assert f"RCPT TO:<{FOREIGN_RECIPIENT}>" in shown
    assert any(line.startswith("MAIL FROM:<me@example.org>") for line in shown)
    assert "DATA" not in shown
    assert demo_world.received == []


async def test_rude_replies_are_evidence_of_nothing_else(
    inspector: Inspector, probing: Scope
) -> None:
    """Rules I18, I19: whatever they hold stays foreign text, for whoever shows it."""
    report = await inspector.inspect("rude.test", scope=probing)
    assert verdicts(report, "I18") == {Verdict.PASS}
    (greeting,) = told(report, "I18")
    assert "\x1b" in greeting.evidence


async def test_a_blocked_port_costs_no_more_than_the_time_there_is(
    inspector: Inspector, probing: Scope
) -> None:
    """Rule I18: unknown; all else is told before."""
    seen: list[Report] = []
    scope = replace(probing, lifetime=0.4)
    report = await inspector.inspect("blocked.test", seen.append, scope)
    assert verdicts(report, "I18") == {Verdict.UNKNOWN}
    assert 0.35 < report.elapsed < 2.0
    assert report.due == 0
    early = [each for each in seen if each.elapsed < 0.3]
    assert {"I1", "I7", "I8", "I13", "I14"} <= {each.rule for each in early[-1].findings}


async def test_an_address_literal(inspector: Inspector, probing: Scope) -> None:
    """It has no domain to look up, and an exchange to look at."""
    report = await inspector.inspect("[127.0.0.11]", scope=probing)
    assert verdicts(report, "I18") == {Verdict.PASS}
    assert {each.rule for each in report.findings} <= {
        *("I7", "I18", "I19", "I20", "I21", "I22", "I24"),
    }


@pytest.mark.parametrize("text", ["bob@secure.test", "https://secure.test/path", "SECURE.test."])
async def test_what_people_type(inspector: Inspector, text: str) -> None:
    """An address means its domain, a URL its host."""
    assert (await inspector.inspect(text)).domain == "secure.test"


@pytest.mark.parametrize("text", ["", "a..b", "x" * 64 + ".test", "127.0.0.1", "[::1", "two words"])
async def test_no_domain(inspector: Inspector, text: str) -> None:
    seen: list[Report] = []
    with pytest.raises(DomainError):
        await inspector.inspect(text, seen.append)
    assert seen == []


async def test_known_answers_are_not_asked_again_until_forgotten(inspector: Inspector) -> None:
    """What has a TTL is kept for it."""
    first = await inspector.inspect("friendly.test")
    second = await inspector.inspect("friendly.test")
    assert second.questions == 0
    assert [each.why for each in second.findings if each.rule == "I1"] == ["it names 2 exchanges"]
    inspector.forget()
    assert (await inspector.inspect("friendly.test")).questions == first.questions
    assert first.questions <= 40


async def test_what_receivers_make_of_own_mail(inspector: Inspector) -> None:
    """Rules I8, I9, I10: for an address that sends."""
    sender = Sender("friendly.test", ("192.0.2.1",), ("demo",))
    plain = await inspector.inspect("friendly.test")
    report = await inspector.inspect("friendly.test", scope=Scope(sender=sender))
    assert len(report.findings) > len(plain.findings)
    assert any("192.0.2.1" in each.subject + each.why for each in told(report, "I8"))


@pytest.mark.parametrize(
    "wrong", [{"reverse_path": "a\r\nDATA"}, {"sender": Sender("friendly.test", ("nowhere",))}]
)
def test_a_scope_that_makes_no_sense(wrong: dict[str, str]) -> None:
    """The caller's mistake, before anything is asked."""
    with pytest.raises(ValueError, match=r".+"):
        Scope(**wrong)  # type: ignore[arg-type]  # by name


async def test_cancelling_leaves_nothing_behind(inspector: Inspector, probing: Scope) -> None:
    """While an exchange is silent, and with it everything that waits for it."""
    before = asyncio.all_tasks()
    connecting = asyncio.Event()

    def observe(report: Report) -> None:
        if report.hosts:
            connecting.set()

    task = asyncio.create_task(inspector.inspect("blocked.test", observe, probing))
    await connecting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await inspector.close()
    assert asyncio.all_tasks() <= before


# Where each answer is the test's own

DOMAIN, HOST = "example.net", "mx1.example.net"


class World:
    """example.net with one exchange, which is at loopback addresses of the test's choice."""

    def __init__(
        self, reactor: AsyncioSelectorReactor, nameserver: ScriptedNameserver, settings: Settings
    ) -> None:
        self.nameserver = nameserver
        self.transcript = Transcript()
        self._reactor = reactor
        self._settings = settings
        self.inspectors: list[Inspector] = []
        self.say(f"MX {DOMAIN}", records(f"{DOMAIN}. 300 MX 10 {HOST}."))
        self.addresses("127.0.0.1")

    def say(self, question: str, reply: Reply) -> None:
        self.nameserver.say(question, reply)

    def addresses(self, *addresses: str) -> None:
        for rdtype in ("A", "AAAA"):
            own = [ip for ip in addresses if (":" in ip) == (rdtype == "AAAA")]
            lines = [f"{HOST}. 300 {rdtype} {ip}" for ip in own]
            self.say(f"{rdtype} {HOST}", records(*lines) if lines else NO_DATA)

    def inspector(self, **changed: object) -> Inspector:
        settings = replace(self._settings, **changed)  # type: ignore[arg-type]  # by name
        inspector = Inspector(self._reactor, settings, self.transcript)
        self.inspectors.append(inspector)
        return inspector


@pytest.fixture
async def world(reactor: AsyncioSelectorReactor) -> AsyncIterator[World]:
    async with ScriptedNameserver.start() as (nameserver, address):
        settings = Settings(nameservers=(address,), identity="client.example", timeout=5.0)
        world = World(reactor, nameserver, settings)
        yield world
        for inspector in world.inspectors:
            await inspector.close()


async def mail_host(side: Side) -> None:
    await side.say("220 mx")
    await side.hear()
    await side.say("250 mx")
    await side.hear()
    await side.say("221 bye")


async def test_ipv4_without_ipv6(world: World) -> None:
    """Rule I23: it warns where the same exchange answers on IPv4."""
    world.addresses("127.0.0.1", "::1")
    async with scripted(mail_host) as at:
        report = await world.inspector().inspect(DOMAIN, scope=Scope(Probing.PROBE, port=at.port))
    (finding,) = told(report, "I23")
    (host,) = report.hosts
    # A machine without IPv6 can't tell.
    there = host.probes["::1"].reached is Reached.NOT_CONNECTED
    assert finding.verdict is (Verdict.WARN if there else Verdict.UNKNOWN)
    assert finding.subject == HOST


async def test_many_addresses_are_not_all_connected_to(world: World) -> None:
    """Bounded, and it says so."""
    world.addresses(*(f"127.0.1.{last}" for last in range(1, 13)))
    async with scripted(mail_host, at="127.0.1.1") as at:
        report = await world.inspector().inspect(DOMAIN, scope=Scope(Probing.PROBE, port=at.port))
    (host,) = report.hosts
    assert len(host.probes) == 8
    assert [each.why for each in told(report, "I18") if each.subject == HOST] == [
        "4 of its addresses are not connected to: they are too many"
    ]


async def test_silent_nameservers(world: World) -> None:
    """Rule I1: bounded time, and every check says what it lacks."""
    world.say(f"MX {DOMAIN}", silence)
    report = await world.inspector().inspect(DOMAIN, scope=Scope(lifetime=0.2))
    assert verdicts(report, "I1") == {Verdict.UNKNOWN}
    assert verdicts(report, "I13") == {Verdict.UNKNOWN}
    assert (report.elapsed < 2.0, report.due) == (True, 0)


async def test_a_list(world: World) -> None:
    """Rule I17: opt-in."""
    zone = "list.example"
    world.say(f"A 1.0.0.127.{zone}", records(f"1.0.0.127.{zone}. 60 A 127.0.0.2"))
    assert told(await world.inspector().inspect(DOMAIN), "I17") == []
    report = await world.inspector().inspect(DOMAIN, scope=Scope(dnsbl_zones=(zone,)))
    assert verdicts(report, "I17") == {Verdict.WARN}


class Policy:
    """example.net announces a policy, which a host of the test's own serves."""

    def __init__(self, world: World, server: PolicyServer) -> None:
        self._world = world
        self.server = server
        world.say(f"TXT _mta-sts.{DOMAIN}", records(f'_mta-sts.{DOMAIN}. 0 TXT "v=STSv1; id=1;"'))
        resolves(world.nameserver, "127.0.0.1")

    def inspector(self, port: int) -> Inspector:
        return self._world.inspector(policy_port=port, ca_file=self.server.ca_file)


@pytest.fixture
def policy(world: World, tmp_path: Path) -> Policy:
    return Policy(world, PolicyServer(tmp_path))


async def test_a_policy_is_kept_until_forgotten(policy: Policy) -> None:
    """Rule I11: for its max_age (RFC 8461 §3.2)."""
    server = policy.server
    async with server.serve(server.saying(http())) as at:
        inspector = policy.inspector(at.port)
        for _ in range(2):
            assert verdicts(await inspector.inspect(DOMAIN), "I11") == {Verdict.PASS}
        assert len(server.requests) == 1
        inspector.forget()
        await inspector.inspect(DOMAIN)
    assert len(server.requests) == 2


async def test_a_policy_is_told_with_its_age(policy: Policy, world: World) -> None:
    """Also one that was known before."""
    server = policy.server
    async with server.serve(server.saying(http())) as at:
        inspector = policy.inspector(at.port)
        for _ in range(3):
            await inspector.inspect(DOMAIN, scope=Scope(telling=Telling.EVERYTHING))
    told = [each.event for each in world.transcript.entries]
    fetched, *_, recalled = (event for event in told if isinstance(event, PolicyFound))
    assert (fetched.domain, fetched.policy) == (DOMAIN, recalled.policy)
    ages = [fetched.age, recalled.age]
    assert ages == pytest.approx([0.0, recalled.at - fetched.at], abs=0.0005)


async def test_a_policy_that_can_not_be_had_is_told(policy: Policy, world: World) -> None:
    server = policy.server
    async with server.serve(server.saying(http(status="404 Not Found"))) as at:
        inspector = policy.inspector(at.port)
        await inspector.inspect(DOMAIN, scope=Scope(telling=Telling.EVERYTHING))
    world.say(f"TXT _mta-sts.{DOMAIN}", records(f'_mta-sts.{DOMAIN}. 0 TXT "v=STSv1; id=!;"'))
    await inspector.inspect(DOMAIN, scope=Scope(telling=Telling.EVERYTHING))
    told = [each.event for each in world.transcript.entries]
    gone, invalid = (event.why for event in told if isinstance(event, NoPolicy))
    assert gone.endswith("answered 404")
    assert "has no id of 1 to 32 letters and digits" in invalid


async def test_the_dns_is_told_where_that_is_asked_for(
    inspector: Inspector, transcript: Transcript
) -> None:
    """A screen's glances are not to fill its transcript."""
    await inspector.inspect("secure.test")
    assert transcript.entries == []
    await inspector.inspect("secure.test", scope=Scope(telling=Telling.EVERYTHING))
    assert {entry.lane.endpoint for entry in transcript.entries} == {"secure.test"}
    told = [line.text for line in transcript.lines]
    assert "MX secure.test → mx.secure.test (10)" in told
    assert "AAAA mx.secure.test → no data" in told
    assert len(told) == len(set(told))


async def test_the_policy_host_is_left_alone(policy: Policy) -> None:
    """Where nobody but the nameserver is to be asked, the policy is unknown."""
    server = policy.server
    async with server.serve(server.saying(http())) as at:
        inspector = policy.inspector(at.port)
        report = await inspector.inspect(DOMAIN, scope=Scope(fetching=Fetching.NOTHING))
    (finding,) = told(report, "I11")
    assert (finding.verdict, server.requests) == (Verdict.UNKNOWN, [])
    assert finding.why.endswith("its policy host was not asked for")


async def test_a_silent_policy_host_ends_in_time(policy: Policy) -> None:
    """Rule I11; and a probe that waits to be judged by the policy still is."""

    async def mute(side: Side) -> None:
        await side.gone()

    async with policy.server.serve(mute) as web, scripted(mail_host) as at:
        scope = Scope(Probing.PROBE, port=at.port, lifetime=0.4)
        report = await policy.inspector(web.port).inspect(DOMAIN, scope=scope)
    assert verdicts(report, "I11") == {Verdict.UNKNOWN}
    assert verdicts(report, "I20") == {Verdict.WARN}
    assert (report.elapsed < 2.0, report.due) == (True, 0)


async def test_servfail_of_tlsa_under_insecure_addresses(world: World) -> None:
    """Rule I14: by a resolver that does not validate, nothing is known."""
    world.say(f"TLSA _25._tcp.{HOST}", SERVFAIL)
    report = await world.inspector().inspect(DOMAIN, scope=Scope(lifetime=1.0))
    assert verdicts(report, "I14") == {Verdict.UNKNOWN}
