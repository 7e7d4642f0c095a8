from typing import Protocol

import pytest

from tests.smtp.play import Played, Player, bytewise, cut_at, mail, whole
from tuimail.smtp import Session, TlsPolicy, Transaction


class Play(Protocol):
    """Plays a script; without mails of the test's own, one mail to one recipient. `session` is in
    place of the usual one with `tls` and `timeout`."""

    def __call__(
        self,
        script: str,
        *mails: Transaction,
        tls: TlsPolicy = TlsPolicy.OPPORTUNISTIC,
        timeout: float | None = None,
        session: Session | None = None,
    ) -> Played: ...


@pytest.fixture
def play() -> Play:
    """Plays it whole, octet by octet, and cut in each place: all have to come to the same."""

    def run(
        script: str,
        *mails: Transaction,
        tls: TlsPolicy = TlsPolicy.OPPORTUNISTIC,
        timeout: float | None = None,
        session: Session | None = None,
    ) -> Played:
        player = Player(script, *(mails or (mail(),)), session=session or _session(tls, timeout))
        played = player.play(whole)
        assert player.play(bytewise) == played
        for place in range(1, player.server_octets):
            assert player.play(cut_at(place)) == played, place
        return played

    return run


@pytest.fixture
def play_whole() -> Play:
    """Plays a script in which it matters that lines arrive together."""

    def run(
        script: str,
        *mails: Transaction,
        tls: TlsPolicy = TlsPolicy.OPPORTUNISTIC,
        timeout: float | None = None,
        session: Session | None = None,
    ) -> Played:
        player = Player(script, *(mails or (mail(),)), session=session or _session(tls, timeout))
        return player.play(whole)

    return run


def _session(tls: TlsPolicy, timeout: float | None) -> Session:
    return Session("client.example", tls, timeout)
