"""The one SQLite file of what is kept: `$XDG_STATE_HOME/tuimail/tuimail.db`."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

PATIENCE = 2.0
"""Seconds to wait for another process that writes."""
_MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE session (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            begun REAL NOT NULL,
            elapsed REAL NOT NULL,
            octets INTEGER NOT NULL,
            kind TEXT NOT NULL,
            status TEXT,
            message_id TEXT NOT NULL,
            text TEXT NOT NULL,
            recording BLOB NOT NULL
        ) STRICT
        """,
        "CREATE INDEX session_by_age ON session (begun, octets)",
        """
        CREATE TABLE recipient (
            session INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
            address TEXT NOT NULL,
            status TEXT
        ) STRICT
        """,
        "CREATE INDEX recipient_by_session ON recipient (session)",
        """
        CREATE TABLE exchange (
            session INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
            name TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX exchange_by_session ON exchange (session)",
    ),
    (
        # Whatever a session is found by stands in one text, folded: LIKE knows ASCII's case alone,
        # and asking Python for each session takes ten times as long.
        """
        UPDATE session SET text = folded(
            coalesce(status, kind) || char(10)
            || message_id || char(10)
            || (SELECT coalesce(group_concat(address || char(10), ''), '')
                FROM recipient WHERE recipient.session = session.id)
            || (SELECT coalesce(group_concat(name || char(10), ''), '')
                FROM exchange WHERE exchange.session = session.id)
            || text
        )
        """,
    ),
)
"""What leads from each version of the schema to the next. Never changed, only added to."""
VERSION = len(_MIGRATIONS)


class ForeignError(sqlite3.DatabaseError):
    """Somebody else wrote the file, and knows what is in it."""


def connect(path: Path) -> sqlite3.Connection:
    """The file, made where there is none, readable by its owner alone. Transactions are begun by
    hand. Raises OSError or sqlite3.Error."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # SQLite would make it readable for everybody; its WAL gets the file's mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    return _opened(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None))


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A file that is there; one that may not be written is read all the same. Raises as
    `connect`."""
    uri = path.absolute().as_uri()
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return _opened(sqlite3.connect(f"{uri}?mode=rw", uri=True, timeout=PATIENCE))
    return _checked(sqlite3.connect(f"{uri}?immutable=1", uri=True))


def _opened(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.isolation_level = None
    with _closed_on_error(_checked(connection)):
        if _version(connection) == 0:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            with suppress(sqlite3.OperationalError):
                # Another process is about to set it: it stays with the file.
                connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        _migrate(connection)
    return connection


def _checked(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Nothing is written to a file that is not ours."""
    with _closed_on_error(connection):
        # Both answers from one moment: another process may be making it ours.
        connection.execute("BEGIN")
        version = _version(connection)
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        connection.execute("COMMIT")
        if version > VERSION:
            raise ForeignError("it was written by a newer tuimail")
        if version == 0 and tables:
            raise ForeignError("it is not tuimail's")
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    if _version(connection) >= VERSION:
        return
    connection.create_function("folded", 1, str.casefold, deterministic=True)
    with writing(connection):
        # Another process may have been here meanwhile.
        for step in _MIGRATIONS[_version(connection) :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside, or nothing of it; no other process writes meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def scrub(connection: sqlite3.Connection) -> None:
    """Nothing of what was deleted is in the file any more, nor in the WAL, unless another process
    is still reading it."""
    connection.execute("PRAGMA incremental_vacuum").fetchall()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _version(connection: sqlite3.Connection) -> int:
    with closing(connection.execute("PRAGMA user_version")) as rows:
        (version,) = rows.fetchone()
    return int(version)


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise
