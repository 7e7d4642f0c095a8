"""What passes for an address, and names no domain or relay that could be looked up."""

import pytest

from tests.delivery.conftest import Send
from tuimail.delivery.settings import Relay
from tuimail.transcript import Status


async def test_domain_that_is_an_address(send: Send) -> None:
    """Rules R1 and R5: that recipient fails, and the others have their mail."""
    outcome = await send("bob@192.0.2.1, bob@friendly.test")

    failed, delivered = outcome.recipients
    assert (failed.status, failed.enhanced) == (Status.FAILED, "5.1.2")
    assert failed.reply == "“192.0.2.1” is an address; as a domain it is [192.0.2.1]"
    assert delivered.status is Status.DELIVERED


@pytest.mark.parametrize("host", ["relay..example", "x" * 64])
async def test_relay_that_is_no_host(send: Send, host: str) -> None:
    outcome = await send("bob@friendly.test", route=Relay(host))

    assert outcome.status is Status.FAILED
