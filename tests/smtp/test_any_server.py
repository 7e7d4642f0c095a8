"""A server that may say anything at any time, and what holds all the same: see `tests.fuzz`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import CORPUS
from tests.fuzz.chance import Octets
from tests.fuzz.world import ODD, World, small_blocks
from tests.smtp.play import mail
from tuimail.smtp import Dialogue, Eof, Event, Session, Settled

T = TypeVar("T")


class Drawn:
    """Chances that hypothesis draws."""

    spent = False

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def pick(self, options: Sequence[T]) -> T:
        return self._data.draw(st.sampled_from(options))

    def octets(self, most: int) -> bytes:
        return self._data.draw(st.binary(max_size=most))


@pytest.fixture(scope="module", autouse=True)
def _small_blocks() -> Iterator[None]:
    with small_blocks():
        yield


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_world(data: st.DataObject) -> None:
    """Rules R8, R11, R15, R16, R17, R19, R30, R31, R33, R36, R38: whatever server and network do.

    Each recipient has one disposition, and it is true of what went over the wire. No exception,
    no envelope in plaintext where TLS is required, no command within a message nor message within
    the commands, no waiting without an end, no memory without a bound, no file left open.
    """
    World(Drawn(data)).live(most=data.draw(st.integers(12, 40)))


@pytest.mark.parametrize("world", sorted(CORPUS.iterdir()), ids=lambda path: path.name[:12])
def test_the_corpus(world: Path) -> None:
    """The same, for worlds that a fuzzer found to reach far, or that were broken once."""
    World(Octets(world.read_bytes())).live()


@settings(deadline=None)
@given(
    st.lists(
        st.binary(max_size=300) | st.sampled_from(ODD).map(lambda line: line + b"\r\n"),
        max_size=30,
    )
)
def test_noise(pieces: list[bytes]) -> None:
    """Rules R11, R15: no bytes make the dialogue raise."""
    events: list[Event] = []
    dialogue = Dialogue(Session("client.example"), events.append, 0.0)
    dialogue.submit(mail())
    for piece in pieces:
        dialogue.receive(piece, 0.0)
        while dialogue.next_action(0.0) is not None:
            pass
    dialogue.lost(Eof(), 0.0)
    assert len([event for event in events if isinstance(event, Settled)]) == 1
