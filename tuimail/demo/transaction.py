"""One mail on its way in (RFC 5321 §3.3)."""

from dataclasses import dataclass, field

from tuimail.demo.path import Path


@dataclass(slots=True)
class Transaction:
    """What MAIL, RCPT and BDAT have said so far."""

    reverse_path: Path
    forward_paths: list[Path] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    spoilt: bool = False
    """After an error in its chunks; RSET is due (RFC 3030 §2)."""

    @property
    def is_chunked(self) -> bool:
        return bool(self.chunks) or self.spoilt

    @property
    def octets(self) -> int:
        return sum(map(len, self.chunks))

    def allows(self, path: Path) -> bool:
        """Whether it may name this path: what is not ASCII needs SMTPUTF8 in MAIL."""
        return path.address.isascii() or self.reverse_path.is_utf8
