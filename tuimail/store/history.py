"""What was sent, and typed, for a while (R39: nothing secret is among it)."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TypeVar

from tuimail.store import sessions
from tuimail.store.database import connect, connect_to_read, scrub, writing
from tuimail.store.query import Query
from tuimail.store.sender import state_path
from tuimail.store.session import Kind, Session, recorded
from tuimail.store.sessions import Kept
from tuimail.transcript import Entry
from tuimail.transcript.recorded import Recorded

T = TypeVar("T")

_DAY = 86_400.0
_MEGABYTE = 1_000_000
_STEPS = 10_000
"""Of SQLite's machine, between two looks whether anybody still waits: a tenth of a millisecond or
so."""
DAYS_VARIABLE = "TUIMAIL_HISTORY_DAYS"
MEGABYTES_VARIABLE = "TUIMAIL_HISTORY_MB"


class HistoryError(Exception):
    """The history can't be read. The text is one clear line and goes on from its name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Whichever is reached first; 0 keeps nothing."""

    days: float = 30.0
    megabytes: float = 200.0

    @classmethod
    def of_environment(cls) -> "Limits":
        """What makes no sense there counts as not given."""
        return cls(
            _number(os.environ.get(DAYS_VARIABLE), cls().days),
            _number(os.environ.get(MEGABYTES_VARIABLE), cls().megabytes),
        )


def database_path() -> Path:
    return state_path() / "tuimail.db"


@dataclass(slots=True)
class History:
    """SQLite on a thread of its own, which `close` ends. Several processes may use one file.

    To keep something never raises: no send is disturbed by a disk that is full, or a file that is
    broken, locked or not ours.
    """

    path: Path = field(default_factory=database_path)
    limits: Limits = field(default_factory=Limits.of_environment)
    now: Callable[[], float] = time.time
    """Seconds of the epoch."""
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "history"), init=False, repr=False
    )
    _writer: sqlite3.Connection | None = field(default=None, init=False, repr=False)
    _watchers: list[Callable[[], object]] = field(default_factory=list, init=False, repr=False)

    async def keep(self, kind: Kind, entries: Sequence[Entry]) -> str:
        """What was seen of one send, or one session. Returns when it is on the disk: why it is
        not, in plain words, else an empty text."""
        return await self.record(kind)(entries)

    def record(self, kind: Kind) -> Callable[[Sequence[Entry]], Awaitable[str]]:
        """Keeps all that was seen so far each time it is called, as `keep`. What has been forgotten
        meanwhile stays so."""
        number: int | None = None

        async def keep(entries: Sequence[Entry]) -> str:
            nonlocal number
            if not entries or self.limits.days <= 0 or self.limits.megabytes <= 0:
                return ""
            try:
                number = await self._run(lambda: self._keep(kind, entries, number))
            except (OSError, sqlite3.Error, UnicodeError) as error:
                return f"{self.path}: {_words(error)}"
            self._tell()
            return ""

        return keep

    async def find(self, query: Query) -> tuple[Kept, ...]:
        """The newest first. Who gives up waiting ends the search. Raises HistoryError."""
        return await self._read(lambda connection: sessions.find(connection, query), ())

    async def count(self) -> int:
        """Sessions that are kept. Raises HistoryError."""
        return await self._read(sessions.count, 0)

    async def show(self, id_: int) -> Recorded | None:
        """None where there is none of this number. Raises HistoryError."""

        def read(connection: sqlite3.Connection) -> Recorded | None:
            recording = sessions.recording(connection, id_)
            return None if recording is None else recorded(recording)

        return await self._read(read, None)

    async def forget(self, id_: int) -> bool:
        """Whether there was one of this number; nothing of it is in the file any more. Raises
        HistoryError."""
        return await self._forget(lambda connection: sessions.forget(connection, id_)) > 0

    async def forget_all(self) -> int:
        """How many there were. As `forget`."""
        return await self._forget(sessions.forget_all)

    def watch(self, watcher: Callable[[], object]) -> Callable[[], None]:
        """Calls `watcher` when this process has kept or forgotten something; the function returned
        ends that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    async def close(self) -> None:
        """Nothing may be asked of it any more."""
        await self._run(self._close)
        self._thread.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _read(self, work: Callable[[sqlite3.Connection], T], nothing: T) -> T:
        given_up = Event()

        def read() -> T:
            if not self.path.exists():
                return nothing
            with closing(connect_to_read(self.path)) as connection:
                connection.set_progress_handler(given_up.is_set, _STEPS)
                return work(connection)

        try:
            with self._failing():
                return await self._run(read)
        except asyncio.CancelledError:
            given_up.set()
            raise

    async def _forget(self, forget: Callable[[sqlite3.Connection], int]) -> int:
        def work() -> int:
            if not self.path.exists():
                return 0
            connection = self._writing()
            with writing(connection):
                forgotten = forget(connection)
            scrub(connection)
            return forgotten

        with self._failing():
            forgotten = await self._run(work)
        self._tell()
        return forgotten

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Whatever goes wrong raises HistoryError."""
        try:
            yield
        except (OSError, sqlite3.Error, ValueError) as error:
            raise HistoryError(f"{self.path}: {_words(error)}") from error

    def _tell(self) -> None:
        for watcher in tuple(self._watchers):
            watcher()

    # On the thread

    def _writing(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = connect(self.path)
        return self._writer

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _keep(self, kind: Kind, entries: Sequence[Entry], id_: int | None) -> int:
        """The number it has, and may have had before."""
        session = Session.of(kind, entries)
        now = self.now()
        connection = self._writing()
        with writing(connection):
            if id_ is None:
                id_ = sessions.add(connection, session, now - session.lasted)
            else:
                sessions.complete(connection, id_, session)
            oldest = now - self.limits.days * _DAY
            sessions.prune(connection, oldest, self.limits.megabytes * _MEGABYTE)
        connection.execute("PRAGMA incremental_vacuum").fetchall()
        return id_


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error)


def _number(text: str | None, otherwise: float) -> float:
    try:
        number = float(text or "")
    except ValueError:
        return otherwise
    return number if 0 <= number < float("inf") else otherwise
