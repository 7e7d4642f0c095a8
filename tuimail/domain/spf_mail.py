"""What receivers know of a mail when they ask who may send it (RFC 7208 §4.1)."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from tuimail.domain.answer import Answer
from tuimail.domain.inquiry import Question

UNSAID = "unknown"
"""What macros say of things that nobody can know before there is a mail (RFC 7208 §7.3)."""


@dataclass(frozen=True, slots=True)
class Mail:
    """`domain` is the sender's."""

    address: IPv4Address | IPv6Address
    local_part: str
    domain: str
    helo: str

    @classmethod
    def of(cls, ip: str, domain: str, sender: str, helo: str) -> "Mail":
        """`domain` stands in for a sender without one. Raises ValueError for what is no `ip`."""
        address = ip_address(ip)
        # What comes from a mapped address comes over IPv4 (§5).
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        local, _, host = sender.rpartition("@")
        return cls(mapped or address, local or "postmaster", host or domain, helo)

    @property
    def rdtype(self) -> str:
        """Of addresses that may be its own (§5)."""
        return "A" if self.address.version == 4 else "AAAA"

    @property
    def pointer(self) -> Question:
        """To its host's names."""
        return Question(self.address.reverse_pointer, "PTR")

    def values(self, domain: str) -> dict[str, str]:
        """By macro letter, for a record of `domain`; all but `p`, which has to be asked for."""
        four = isinstance(self.address, IPv4Address)
        plain = str(self.address)
        return {
            "s": f"{self.local_part}@{self.domain}",
            "l": self.local_part,
            "o": self.domain,
            "d": domain,
            "i": plain if four else ".".join(self.address.exploded.replace(":", "")),
            "v": "in-addr" if four else "ip6",
            "h": self.helo,
            "c": plain,
            "r": UNSAID,
            "t": UNSAID,
        }

    def comes_from(self, answer: Answer, lengths: tuple[int, int]) -> bool:
        """Whether an address of the answer, or one beside it in its network, is the mail's."""
        length = lengths[0 if self.address.version == 4 else 1]
        networks = (ip_network(f"{record}/{length}", strict=False) for record in answer.records)
        return any(self.address in network for network in networks)
