"""Reading a chunk off the wire: so many octets, whatever they are."""


class ChunkReader:
    """Takes the octets behind BDAT as they come (RFC 3030 §2)."""

    def __init__(self, octets: int, limit: int) -> None:
        self._missing = octets
        self._over = octets > limit
        self._taken = bytearray()

    def feed(self, octets: bytes) -> bytes | None:
        """None while the chunk goes on, afterwards what came behind it."""
        if not self._over:
            self._taken += octets[: self._missing]
        rest = octets[self._missing :]
        self._missing = max(0, self._missing - len(octets))
        return None if self._missing else rest

    @property
    def chunk(self) -> bytes | None:
        """The chunk; None when it is over the limit."""
        return None if self._over else bytes(self._taken)
