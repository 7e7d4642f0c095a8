"""Servers that never stop talking, as fast as we listen."""

import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.scripted import Side
from tests.hostile.attack import MANY, STAGES, STATUSES, attack, up_to
from tuimail.smtp import Stage
from tuimail.transcript import Status

MIB = 1024 * 1024
SEGMENT = 64 * 1024
FLOODS = {
    "one line": b"x" * SEGMENT,
    "one reply": (b"250-" + b"y" * 60 + b"\r\n") * 992,
    "one reply of nothing": b"250-\r\n" * (SEGMENT // 6),
    "octets that are no text": (b"250-" + b"\xff" * 1000 + b"\r\n") * 64,
    "replies": b"250 ok\r\n" * (SEGMENT // 8),
    "refusals": b"550 no\r\n" * (SEGMENT // 8),
}
MOST_TAKEN = 16 * MIB
"""What the buffers of both sides may hold before the client has gone."""
MOST_KEPT = 8 * MIB
STAGES_OF_REPLIES = [stage for stage in STAGES if stage is not Stage.HANDSHAKE]


REFUSABLE = (Stage.GREETING, Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.BODY, Stage.FINAL)


class Flood:
    """10 GB of it would come, if somebody took them."""

    def __init__(self, stage: Stage, unit: bytes) -> None:
        self.taken = 0
        self._stage = stage
        self._unit = unit

    async def __call__(self, side: Side) -> None:
        await up_to(side, self._stage)
        tracemalloc.start()  # Not before: composing the message takes memory too.
        while self.taken < 10_000 * MIB:
            await side.send_raw(self._unit)
            self.taken += len(self._unit)


@pytest.fixture
def peak() -> Iterator[Callable[[], int]]:
    """Octets of memory at most, since a flood began."""
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("stage", STAGES_OF_REPLIES)
async def test_a_flood_at_each_stage(
    reactor: AsyncioSelectorReactor, stage: Stage, flood: str, peak: Callable[[], int]
) -> None:
    """Rules R11, R15, R16, R33: the session ends at once, and memory stays bounded."""
    attacker = Flood(stage, FLOODS[flood])
    attacked = await attack(reactor, attacker, lines=MANY if stage is Stage.BODY else 1)
    assert attacker.taken < MOST_TAKEN
    assert peak() < MOST_KEPT
    assert attacked.connections == 1
    refused = flood == "refusals" and stage in REFUSABLE
    believed = flood == "replies" and stage is Stage.FINAL
    status = STATUSES.get(stage, Status.DEFERRED)
    expected = Status.FAILED if refused else Status.DELIVERED if believed else status
    assert attacked.recipient.status is expected
