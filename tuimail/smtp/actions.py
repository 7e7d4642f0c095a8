"""What a dialogue asks of the connection."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Write:
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class BeginTls:
    """Shake hands now, then call `tls_established`, or `lost`."""


@dataclass(frozen=True, slots=True)
class Compute:
    """Run `work` where it holds nobody up, then call `computed` with what it gave or raised."""

    work: Callable[[], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Close:
    """Close once everything written is out."""


@dataclass(frozen=True, slots=True)
class Abort:
    """Close at once and drop what is not out."""


Action = Write | BeginTls | Compute | Close | Abort
