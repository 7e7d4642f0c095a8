"""Asking the DNS."""

from tuimail.lookup.asking import Ask, Asking
from tuimail.lookup.nameserver import Credit, Nameserver
from tuimail.lookup.resolver import Observe, Resolver, find_addresses, find_exchanges, find_relay
from tuimail.lookup.tlsa import find_tlsa

__all__ = [
    "Ask",
    "Asking",
    "Credit",
    "Nameserver",
    "Observe",
    "Resolver",
    "find_addresses",
    "find_exchanges",
    "find_relay",
    "find_tlsa",
]
