"""What was sent, and typed, for a while (R39: nothing secret is among it)."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tuimail.store.database import connect, connect_to_read, writing
from tuimail.store.sender import state_path
from tuimail.store.session import Kind, Recipient, Session, recorded
from tuimail.transcript import Entry
from tuimail.transcript.recorded import Recorded

T = TypeVar("T")

_DAY = 86_400.0
_MEGABYTE = 1_000_000
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


@dataclass(frozen=True, slots=True)
class Query:
    """Texts are looked for anywhere, whatever their case; empty ones are not. A status is that of
    a recipient, or of the whole. The newest `most` are found."""

    recipient: str = ""
    exchange: str = ""
    status: str = ""
    text: str = ""
    most: int = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """`begun` is in seconds of the epoch, `elapsed` in seconds."""

    id: int
    begun: float
    elapsed: float
    kind: Kind
    status: str | None
    message_id: str
    recipients: tuple[Recipient, ...]
    exchanges: tuple[str, ...]


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

    async def keep(self, kind: Kind, entries: Sequence[Entry]) -> str:
        """What was seen of one send, or one session. Returns when it is on the disk: why it is
        not, in plain words, else an empty text."""
        if not entries or self.limits.days <= 0 or self.limits.megabytes <= 0:
            return ""
        try:
            await self._run(lambda: self._keep(Session.of(kind, entries)))
        except (OSError, sqlite3.Error, UnicodeError) as error:
            return f"{self.path}: {_words(error)}"
        return ""

    async def find(self, query: Query) -> tuple[Kept, ...]:
        """The newest first. Raises HistoryError."""
        return await self._read(lambda connection: _find(connection, query), ())

    async def show(self, id_: int) -> Recorded | None:
        """None where there is none of this number. Raises HistoryError."""

        def read(connection: sqlite3.Connection) -> Recorded | None:
            row = connection.execute(
                "SELECT recording FROM session WHERE id = ?", (id_,)
            ).fetchone()
            return None if row is None else recorded(row[0])

        return await self._read(read, None)

    async def close(self) -> None:
        """Nothing may be asked of it any more."""
        await self._run(self._close)
        self._thread.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _read(self, work: Callable[[sqlite3.Connection], T], nothing: T) -> T:
        def read() -> T:
            if not self.path.exists():
                return nothing
            with closing(connect_to_read(self.path)) as connection:
                return work(connection)

        try:
            return await self._run(read)
        except (OSError, sqlite3.Error, ValueError) as error:
            raise HistoryError(f"{self.path}: {_words(error)}") from error

    # On the thread

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _keep(self, session: Session) -> None:
        if self._writer is None:
            self._writer = connect(self.path)
        now = self.now()
        connection = self._writer
        with writing(connection):
            _add(connection, session, now - session.elapsed)
            _prune(connection, now - self.limits.days * _DAY, self.limits.megabytes * _MEGABYTE)
        connection.execute("PRAGMA incremental_vacuum").fetchall()


def _add(connection: sqlite3.Connection, session: Session, begun: float) -> None:
    id_ = connection.execute(
        "INSERT INTO session (begun, elapsed, octets, kind, status, message_id, text, recording)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            begun,
            session.elapsed,
            session.octets,
            session.kind.value,
            session.status,
            session.message_id,
            session.text,
            session.recording,
        ),
    ).lastrowid
    connection.executemany(
        "INSERT INTO recipient (session, address, status) VALUES (?, ?, ?)",
        [(id_, recipient.address, recipient.status) for recipient in session.recipients],
    )
    connection.executemany(
        "INSERT INTO exchange (session, name) VALUES (?, ?)",
        [(id_, exchange) for exchange in session.exchanges],
    )


def _prune(connection: sqlite3.Connection, oldest: float, octets: float) -> None:
    """The oldest go, until the others are young and few enough."""
    connection.execute("DELETE FROM session WHERE begun < ?", (oldest,))
    connection.execute(
        """
        DELETE FROM session WHERE id IN (
            SELECT id FROM (
                SELECT id, sum(octets) OVER (ORDER BY begun DESC, id DESC) AS so_far FROM session
            ) WHERE so_far > ?
        )
        """,
        (octets,),
    )


def _find(connection: sqlite3.Connection, query: Query) -> tuple[Kept, ...]:
    connection.create_function("holds", 2, _holds, deterministic=True)
    rows = connection.execute(
        """
        SELECT id, begun, elapsed, kind, status, message_id FROM session AS s
        WHERE (:status = '' OR status = :status OR EXISTS (
                SELECT 1 FROM recipient WHERE session = s.id AND status = :status))
            AND (:recipient = '' OR EXISTS (
                SELECT 1 FROM recipient WHERE session = s.id AND holds(address, :recipient)))
            AND (:exchange = '' OR EXISTS (
                SELECT 1 FROM exchange WHERE session = s.id AND holds(name, :exchange)))
            AND (:text = '' OR holds(text, :text))
        ORDER BY begun DESC, id DESC LIMIT :most
        """,
        {
            "status": query.status,
            "recipient": query.recipient.casefold(),
            "exchange": query.exchange.casefold(),
            "text": query.text.casefold(),
            "most": query.most,
        },
    ).fetchall()
    return tuple(
        Kept(
            id_,
            begun,
            elapsed,
            Kind(kind),
            status,
            message_id,
            tuple(
                Recipient(*row)
                for row in connection.execute(
                    "SELECT address, status FROM recipient WHERE session = ? ORDER BY rowid", (id_,)
                )
            ),
            tuple(
                name
                for (name,) in connection.execute(
                    "SELECT name FROM exchange WHERE session = ? ORDER BY rowid", (id_,)
                )
            ),
        )
        for id_, begun, elapsed, kind, status, message_id in rows
    )


def _holds(text: str, part: str) -> bool:
    """Whatever the case, of any script: LIKE knows ASCII's alone."""
    return part in text.casefold()


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
