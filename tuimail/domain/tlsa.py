"""What TLSA records vouch for (RFC 6698, RFC 7671, RFC 7672)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tlsa:
    """One record, by the fields of RFC 6698 §2.1."""

    usage: int
    selector: int
    matching: int
    association: bytes
