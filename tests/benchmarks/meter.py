"""What a stretch of a process costs: processor time, memory, and how long its loop stands still."""

import asyncio
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_PEAK = "5"
"""Sets the peak of memory back to what is in use (proc_pid_clear_refs(5))."""
_TICK = 0.005
"""Seconds. Looking costs what it measures, so it looks seldom."""


@dataclass(frozen=True, slots=True)
class Cost:
    cpu: float
    """Seconds, of user and system."""
    memory: float
    """MB, the peak above what was in use before."""
    gap: float
    """Seconds that the loop did not come round, the longest of them."""


class Meter:
    """A context manager in a running loop; `cost` is known once it has ended well."""

    cost: Cost

    def __enter__(self) -> None:
        _CLEAR.write_text(_PEAK)
        self._longest = 0.0
        self._ticking = asyncio.create_task(self._tick())
        self._memory = _megabytes("VmRSS")
        self._cpu = time.process_time()

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        cpu = time.process_time() - self._cpu
        self._ticking.cancel()
        if kind is None:
            self.cost = Cost(cpu, _megabytes("VmHWM") - self._memory, self._longest)

    async def _tick(self) -> None:
        last = time.perf_counter()
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(_TICK)
                now = time.perf_counter()
                self._longest = max(self._longest, now - last - _TICK)
                last = now


def _megabytes(name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", STATUS.read_text())
    assert found is not None
    return int(found[1]) / 1000
