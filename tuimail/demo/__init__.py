"""A world on loopback to send mail into: an authoritative DNS and exchanges of every temper."""

from tuimail.demo.domains import (
    DEMO_DOMAINS,
    Absence,
    DemoDomain,
    DemoExchange,
    DemoRecipient,
)
from tuimail.demo.letterbox import Received
from tuimail.demo.loopback import DemoError
from tuimail.demo.world import DemoWorld

__all__ = [
    "DEMO_DOMAINS",
    "Absence",
    "DemoDomain",
    "DemoError",
    "DemoExchange",
    "DemoRecipient",
    "DemoWorld",
    "Received",
]
