"""What keeps a connection from being made, in plain words."""

import errno
import os

from twisted.internet import error

from tuimail.delivery.tally import Reach

_BLOCKED = frozenset({errno.EACCES, errno.EPERM, errno.EHOSTUNREACH, errno.ENETUNREACH})


class UnreachableError(Exception):
    """There is no connection. `why` is one clear line."""

    def __init__(self, reach: Reach, why: str) -> None:
        super().__init__(why)
        self.reach = reach
        self.why = why

    @classmethod
    def silence(cls, seconds: float) -> "UnreachableError":
        return cls(Reach.BLOCKED, f"no answer within {seconds:g} s")

    @classmethod
    def of(cls, failure: error.ConnectError) -> "UnreachableError":
        match failure:
            case error.ConnectionRefusedError():
                return cls(Reach.REFUSED, "the connection was refused")
            case error.ConnectBindError(osError=number):
                words = os.strerror(number).lower() if isinstance(number, int) else "it has it not"
                return cls(Reach.REFUSED, f"this host can't use the source address: {words}")
            case error.ConnectError(osError=int(number)):
                reach = Reach.BLOCKED if number in _BLOCKED else Reach.REFUSED
                return cls(reach, os.strerror(number).lower())
            case _:
                return cls(Reach.REFUSED, str(failure))
