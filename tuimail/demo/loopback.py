"""Sockets on the loopback addresses of the demo world, all of them before anything is served."""

import enum
import errno
import os
import socket
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

ATTEMPTS = 50  # a port that is free on one address is seldom taken on another
BACKLOG = 50  # connections that wait to be accepted
FILLERS = 4  # more than a backlog of nought holds, which is one connection on Linux


class DemoError(Exception):
    """The demo world cannot start. The text is one line that says why and what to do."""


class _PortTakenError(DemoError):
    pass


class Use(enum.Enum):
    """What a socket is bound for."""

    LISTEN = enum.auto()
    """TCP, and connections are accepted."""
    HOLD = enum.auto()
    """TCP, and nobody listens: connections are refused, and no other program can take them."""
    DATAGRAM = enum.auto()
    """UDP."""


@dataclass(frozen=True, slots=True)
class Place:
    """One address, and what it is for."""

    address: str
    use: Use


def occupy(places: Sequence[Place], port: int) -> list[socket.socket]:
    """A non-blocking socket for each place, all with the same port number.

    Port 0 finds one that is free in every place. Raises DemoError.
    """
    for _ in range(ATTEMPTS if port == 0 else 0):
        try:
            return _occupy(places, port)
        except _PortTakenError:
            continue
    return _occupy(places, port)


def _occupy(places: Sequence[Place], port: int) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    with ExitStack() as undo:
        for place in places:
            kind = socket.SOCK_DGRAM if place.use is Use.DATAGRAM else socket.SOCK_STREAM
            bound = undo.enter_context(socket.socket(socket.AF_INET, kind))
            try:
                _bind(bound, place, port)
            except OSError as error:
                raise _explained(error, place.address, port, places) from error
            port = bound.getsockname()[1]
            sockets.append(bound)
        undo.pop_all()
    return sockets


def _bind(bound: socket.socket, place: Place, port: int) -> None:
    bound.setblocking(False)
    if place.use is Use.LISTEN:
        # A world that has just ended leaves connections in TIME_WAIT.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((place.address, port))
    if place.use is Use.LISTEN:
        bound.listen(BACKLOG)


def _explained(error: OSError, address: str, port: int, places: Iterable[Place]) -> DemoError:
    match error.errno:
        case errno.EADDRINUSE:
            return _PortTakenError(
                f"port {port} of {address} is taken: end the program that listens there,"
                " or choose another port"
            )
        case errno.EADDRNOTAVAIL:
            missing = " ".join(place.address for place in places if place.address != "127.0.0.1")
            return DemoError(
                f"this system has no loopback address {address}; on macOS and BSD, run:"
                f" for a in {missing}; do sudo ifconfig lo0 alias $a; done"
            )
        case errno.EACCES:
            return DemoError(f"port {port} is for the administrator: choose one above 1023")
        case code:
            return DemoError(f"cannot use port {port} of {address}: {os.strerror(code or 0)}")


class BlockedPort:
    """A port where connecting is never answered, made from a held socket.

    It listens, accepts nothing, and its backlog is full: the kernel ignores whoever comes next,
    as a firewall would.
    """

    def __init__(self, held: socket.socket) -> None:
        held.listen(0)
        self._sockets = [held]
        for _ in range(FILLERS):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(held.getsockname())
            self._sockets.append(filler)

    def close(self) -> None:
        """The listening socket first: its end leaves no connection in TIME_WAIT."""
        for held in self._sockets:
            held.close()
