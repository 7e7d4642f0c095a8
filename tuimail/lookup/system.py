"""The nameservers that this system is set up to ask."""

from pathlib import Path

import dns.asyncresolver
import dns.exception

from tuimail.lookup.nameserver import DNS_PORT, Credit, Nameserver

RESOLV_CONF = Path("/etc/resolv.conf")


def system_nameservers() -> tuple[Nameserver, ...]:
    """None where the system names none that can be asked."""
    try:
        named = dns.asyncresolver.Resolver().nameservers
    except (dns.exception.DNSException, ValueError):
        # A configuration that makes no sense raises whatever dnspython trips over.
        return ()
    credit = Credit.GIVEN if _trusts_ad(RESOLV_CONF) else Credit.ON_LOOPBACK
    return tuple(
        Nameserver(server, DNS_PORT, credit)
        if isinstance(server, str)
        else Nameserver(server.answer_nameserver(), server.answer_port(), credit)
        for server in named
    )


def _trusts_ad(configuration: Path) -> bool:
    """Whether it holds `options trust-ad` (resolv.conf(5)); dnspython does not look for that."""
    try:
        text = configuration.read_text(errors="replace")
    except OSError:
        return False
    lines = (line.split() for line in text.splitlines())
    return any(words[0] == "options" and "trust-ad" in words for words in lines if words)
