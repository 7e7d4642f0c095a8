"""The MTA-STS policies that were fetched, for as long as each may be applied (RFC 8461 §3.2)."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from platformdirs import user_cache_path

from tuimail.domain import StsPolicy, StsPolicyError
from tuimail.store.replacing import replacing

_MOST_OCTETS = 500_000
"""More than the longest policy makes, each of its octets an escape; a longer file is not ours."""


def cache_path() -> Path:
    """The directory of what can be had again: `$XDG_CACHE_HOME/tuimail`. It may not exist yet."""
    return user_cache_path("tuimail", appauthor=False)


@dataclass(frozen=True, slots=True)
class KeptPolicy:
    """`id` is that of the record which announced the policy; `fetched` is in seconds of whatever
    clock `holds` is asked by, in a file those of the epoch."""

    id: str
    fetched: float
    policy: StsPolicy

    def holds(self, now: float) -> bool:
        """Whether it may be applied. What a clock that went wrong has fetched tomorrow does not."""
        return 0 <= now - self.fetched < self.policy.max_age


@dataclass(frozen=True, slots=True)
class PolicyCache:
    """A file for each domain. It spares a fetch and nothing else, so neither way raises OSError,
    and what is corrupt counts as missing."""

    folder: Path = field(default_factory=lambda: cache_path() / "mta-sts")

    def read(self, domain: str) -> KeptPolicy | None:
        """The last one fetched, whether it still holds or not."""
        try:
            with self._file(domain).open("rb") as file:
                octets = file.read(_MOST_OCTETS + 1)
            kept = json.loads(octets)
        except (OSError, ValueError, RecursionError):
            return None
        match kept:
            case {
                "domain": str(named),
                "id": str(version),
                "fetched": float(fetched),
                "policy": str(text),
            } if named == domain:
                with suppress(StsPolicyError, UnicodeEncodeError):
                    return KeptPolicy(version, fetched, StsPolicy.parse(text.encode()))
        return None

    def write(self, domain: str, kept: KeptPolicy) -> None:
        """In the place of the one before."""
        document = {
            "domain": domain,
            "id": kept.id,
            "fetched": kept.fetched,
            "policy": kept.policy.text,
        }
        with suppress(OSError), replacing(self._file(domain)) as file:
            file.write(json.dumps(document).encode())

    def _file(self, domain: str) -> Path:
        # A domain comes from outside, and with a suffix may be longer than a file's name.
        return self.folder / f"{sha256(domain.encode()).hexdigest()}.json"
