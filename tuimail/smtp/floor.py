"""Whose turn it is in a session that a person types."""

from enum import Enum, auto


class Floor(Enum):
    """Who speaks next, and what."""

    SERVER = auto()
    COMMAND = auto()
    RESPONSE = auto()
    """What answers a challenge of AUTH: a secret."""
    MESSAGE = auto()
    """A line of the message, or the lone dot."""
    NOBODY = auto()
    """The session is over."""
