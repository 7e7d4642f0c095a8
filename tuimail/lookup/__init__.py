"""Asking the DNS."""

from tuimail.lookup.nameserver import Nameserver
from tuimail.lookup.resolver import Observe, Resolver, find_addresses, find_exchanges, find_relay

__all__ = ["Nameserver", "Observe", "Resolver", "find_addresses", "find_exchanges", "find_relay"]
