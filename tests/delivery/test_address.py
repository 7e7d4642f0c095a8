"""Where addresses lead."""

import socket

import pytest

from tuimail.delivery.address import has_route


@pytest.mark.parametrize("ip", ["127.0.0.1", "::ffff:127.0.0.1"])
def test_a_way_to_oneself(ip: str) -> None:
    assert has_route(ip)


@pytest.mark.parametrize("raised_by", ["connect", "__init__"])
def test_no_way(monkeypatch: pytest.MonkeyPatch, raised_by: str) -> None:
    """Rule I23: no route, or no such family on this machine."""

    def unreachable(*_arguments: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, raised_by, unreachable)
    assert not has_route("2001:db8::1")
