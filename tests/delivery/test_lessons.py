"""What the demo world's domains teach: each shows what it says of itself, and nothing besides."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.conftest import Send
from tuimail.delivery.inspector import Inspector
from tuimail.delivery.scope import Probing, Scope
from tuimail.delivery.settings import Settings
from tuimail.demo import DEMO_DOMAINS, DemoWorld
from tuimail.domain import Report, Verdict
from tuimail.transcript import Status, Transcript

PASS, WARN, FAIL, UNKNOWN = Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.UNKNOWN
BAD = (WARN, FAIL, UNKNOWN)
LESSONS: dict[str, set[tuple[str, Verdict]]] = {
    "backup.test": {("I18", UNKNOWN)},
    "plain.test": {("I20", WARN)},
    "stale.test": {("I14", FAIL)},
    "sts.test": {("I11", FAIL)},
    "promise.test": {("I20", FAIL)},
    "bogus.test": {
        ("I13", FAIL),
        *((rule, UNKNOWN) for rule in ("I1", "I8", "I9", "I10", "I11", "I12", "I15", "I16")),
    },
    "broken-spf.test": {("I8", FAIL)},
    "lax.test": {("I8", WARN), ("I9", WARN), ("I10", WARN)},
    "alias.test": {("I4", WARN)},
    "undecided.test": {("I2", FAIL)},
    "lmtp.test": {("I19", UNKNOWN), ("I20", UNKNOWN)},
    "rude.test": {("I20", WARN)},
    "blocked.test": {("I18", UNKNOWN)},
    "proxy.test": {("I18", UNKNOWN), ("I20", UNKNOWN)},
    "slow.test": {("I18", UNKNOWN), ("I20", UNKNOWN)},
}
"""What is not well with them; with all others, everything is."""
SILENT = {"blocked.test", "proxy.test", "slow.test"}
"""Their exchanges say nothing, or nothing yet, as the world's clock stands still."""

Inspect = Callable[..., Awaitable[Report]]


@pytest.fixture
async def inspect(
    reactor: AsyncioSelectorReactor, demo_world: DemoWorld, settings: Settings
) -> AsyncIterator[Inspect]:
    inspector = Inspector(reactor, settings, Transcript())

    async def look(domain: str, *selectors: str) -> Report:
        scope = Scope(
            Probing.PROBE,
            port=demo_world.smtp_port,
            lifetime=0.3 if domain in SILENT else 10.0,
            dkim_selectors=selectors,
        )
        return await inspector.inspect(domain, scope=scope)

    yield look
    await inspector.close()


@pytest.mark.parametrize("name", [domain.name for domain in DEMO_DOMAINS])
async def test_what_is_not_well(inspect: Inspect, name: str) -> None:
    """Rules I1 to I24, by the gravest of their verdicts."""
    selectors = {"lax.test": ("old", "weak"), "nullmx.test": ()}.get(name, ("demo",))
    report = await inspect(name, *selectors)
    told = {(each.rule, each.verdict) for each in report.findings if each.verdict in BAD}
    assert told == LESSONS.get(name, set())


async def test_a_friendly_domain(inspect: Inspect) -> None:
    """Whatever can be well without DNSSEC and MTA-STS, is."""
    report = await inspect("friendly.test", "demo")
    well = {each.rule for each in report.findings if each.verdict is PASS}
    assert well >= {"I1", "I7", "I8", "I9", "I10", "I12", "I16", "I18", "I20", "I21", "I22"}
    said = "friendly.test takes mail at 2 exchanges; encrypted; sender policy strict"
    assert report.summary == said


async def test_a_secure_domain(inspect: Inspect) -> None:
    """Rules I13, I14."""
    report = await inspect("secure.test", "demo")
    well = {each.rule for each in report.findings if each.verdict is PASS}
    assert well >= {"I13", "I14"}


async def test_the_term_that_is_one_too_many(inspect: Inspect) -> None:
    """Rule I8: it is named, and so is the record that it is in."""
    report = await inspect("broken-spf.test")
    (broken,) = (each for each in report.findings if each.verdict is FAIL)
    assert broken.why == (
        "it needs 11 DNS look-ups, 10 are allowed: a:news.broken-spf.test, in the record of"
        " _news.broken-spf.test, is one too many"
    )


@pytest.mark.parametrize(
    ("domain", "status", "reply"),
    [
        ("promise.test", Status.DEFERRED, "does not offer STARTTLS"),
        ("bogus.test", Status.DEFERRED, "signatures do not fit"),
        ("broken-spf.test", Status.DELIVERED, ""),
        ("lax.test", Status.DELIVERED, ""),
        ("alias.test", Status.DELIVERED, ""),
        ("undecided.test", Status.FAILED, "takes no mail, and names exchanges all the same"),
    ],
)
async def test_mail_to_them(send: Send, domain: str, status: Status, reply: str) -> None:
    """Rules R1, R2, R19, R23: what becomes of it is what they say."""
    (recipient,) = (await send(f"bob@{domain}")).recipients
    assert recipient.status is status, recipient.reply
    assert reply in recipient.reply
