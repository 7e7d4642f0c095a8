"""A mail for one exchange alone."""

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.letters import addresses, message
from tuimail.delivery.address import public_addresses
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.narrowing import alone
from tuimail.delivery.settings import Settings
from tuimail.demo import DemoWorld
from tuimail.domain import Acceptance, Exchange, Exchanges
from tuimail.transcript import Connecting, Status, Transcript

FIRST = Exchange("mx1.a.test", 10, addresses=("192.0.2.1",))
SECOND = Exchange("mx2.a.test", 20, addresses=("192.0.2.2",))
DEAD = Exchange("mx3.a.test", 30, why="it has no address")
ALL = Exchanges("a.test", Acceptance.EXCHANGES, (FIRST, SECOND, DEAD))


def test_others_are_left_out() -> None:
    assert alone(ALL, "mx2.a.test").exchanges == (SECOND,)
    assert alone(ALL, "") is ALL


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("mx3.a.test", "mx3.a.test: it has no address"),
        ("mx9.a.test", "mx9.a.test is no exchange of a.test"),
    ],
)
def test_one_that_can_take_nothing_defers(name: str, why: str) -> None:
    """There are others, which nobody has asked: nothing is final."""
    found = alone(ALL, name)
    assert (found.enhanced, found.why) == ("4.4.4", why)


def test_what_is_no_way_stays_none() -> None:
    none = Exchanges("a.test", Acceptance.NULL_MX, (), "it takes none", "5.1.10")
    assert alone(none, "mx1.a.test") is none


async def test_only_recipients_of_its_domain_get_it_there(
    reactor: AsyncioSelectorReactor, settings: Settings, demo_world: DemoWorld
) -> None:
    transcript = Transcript()
    courier = Courier(reactor, settings, transcript)
    with message("bob@friendly.test") as content:
        people = addresses("bob@friendly.test, eve@plain.test")
        mail = Mail(content, "me@example.com", people, addresses("zoe@friendly.test"))
        outcome = await courier.send(mail.to_one("friendly.test", "mx2.friendly.test"))
    await courier.close()
    assert [(each.address, each.exchange) for each in outcome.recipients] == [
        ("bob@friendly.test", "mx2.friendly.test"),
        ("zoe@friendly.test", "mx2.friendly.test"),
    ]
    assert outcome.status is Status.DELIVERED
    connected = {e.lane.exchange for e in transcript.entries if isinstance(e.event, Connecting)}
    assert connected == {"mx2.friendly.test"}
    paths = {path for mail in demo_world.received for path in mail.forward_paths}
    assert paths == {"bob@friendly.test", "zoe@friendly.test"}


async def test_the_next_one_does_not_take_over(
    reactor: AsyncioSelectorReactor, settings: Settings, demo_world: DemoWorld
) -> None:
    courier = Courier(reactor, settings, Transcript())
    with message("bob@backup.test") as content:
        mail = Mail(content, "me@example.com", addresses("bob@backup.test"))
        outcome = await courier.send(mail.to_one("backup.test", "mx1.backup.test"))
    await courier.close()
    assert outcome.status is Status.DEFERRED
    assert not demo_world.received


def test_an_address_that_others_do_not_see_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    near = {"192.0.2.1": "10.0.0.5", "2001:db8::1": "2a00:1450::5"}
    monkeypatch.setattr("tuimail.delivery.address._near_end", near.get)
    assert public_addresses() == ("2a00:1450::5",)
    monkeypatch.setattr("tuimail.delivery.address._near_end", lambda _ip: None)
    assert public_addresses() == ()
