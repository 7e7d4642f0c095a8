"""Where mail for a domain goes, and what is told of the way there."""

from twisted.internet.task import Clock

from tests.domain.answers import found
from tuimail.delivery.settings import Settings
from tuimail.delivery.signpost import Signpost
from tuimail.domain import Answer, Checking
from tuimail.lookup import Nameserver
from tuimail.lookup.resolver import MOST_EXCHANGES
from tuimail.transcript import Event, Noted


class Dns:
    """A domain of so many exchanges, all at one address."""

    def __init__(self, count: int) -> None:
        self._mx = found("example.net", "MX", *(f"10 mx{n}.example.net." for n in range(count)))

    async def ask(self, name: str, rdtype: str, _checking: Checking = Checking.ENABLED) -> Answer:
        if rdtype == "MX":
            return self._mx
        return found(name, rdtype, *(("127.0.0.1",) if rdtype == "A" else ()))


async def noted(count: int) -> list[str]:
    told: list[Event] = []
    settings = Settings(nameservers=(Nameserver("127.0.0.1"),))
    await Signpost(Clock(), settings, Dns(count)).exchanges("example.net", told.append)
    return [event.text for event in told if isinstance(event, Noted)]


async def test_exchanges_that_are_not_looked_at_are_told() -> None:
    assert await noted(MOST_EXCHANGES) == []
    assert await noted(MOST_EXCHANGES + 7) == [
        "7 more exchanges of example.net are not looked at: they are too many"
    ]
