"""The sessions in the database: added, found, forgotten."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from tuimail.safetext import visible
from tuimail.store.query import Place, Query, Term, Where
from tuimail.store.session import Kind, Recipient, Session


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

    @property
    def place(self) -> Place:
        return Place(self.begun, self.id)

    @property
    def word(self) -> str:
        """What became of it, or what it is."""
        return self.status or self.kind.value


_CLAUSES = {
    Where.ANYWHERE: r"s.text LIKE ? ESCAPE '\'",
    Where.RECIPIENT: (
        "EXISTS (SELECT 1 FROM recipient WHERE session = s.id AND holds(address, ?))"
    ),
    Where.EXCHANGE: "EXISTS (SELECT 1 FROM exchange WHERE session = s.id AND holds(name, ?))",
    Where.STATUS: (
        r"(coalesce(s.status, s.kind) LIKE ? ESCAPE '\' OR EXISTS"
        r" (SELECT 1 FROM recipient WHERE session = s.id AND status LIKE ? ESCAPE '\'))"
    ),
}


def add(connection: sqlite3.Connection, session: Session, begun: float) -> int:
    """Its number."""
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
    if id_ is None:
        raise sqlite3.DatabaseError("it gave no number")
    connection.executemany(
        "INSERT INTO recipient (session, address, status) VALUES (?, ?, ?)",
        [(id_, recipient.address, recipient.status) for recipient in session.recipients],
    )
    connection.executemany(
        "INSERT INTO exchange (session, name) VALUES (?, ?)",
        [(id_, exchange) for exchange in session.exchanges],
    )
    return id_


def complete(connection: sqlite3.Connection, id_: int, session: Session) -> None:
    """What was seen of it since, if nobody has forgotten it."""
    connection.execute(
        "UPDATE session SET octets = ?, text = ?, recording = ? WHERE id = ?",
        (session.octets, session.text, session.recording, id_),
    )


def prune(connection: sqlite3.Connection, oldest: float, octets: float) -> None:
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


def forget(connection: sqlite3.Connection, id_: int) -> int:
    """How many there were of this number."""
    return connection.execute("DELETE FROM session WHERE id = ?", (id_,)).rowcount


def forget_all(connection: sqlite3.Connection) -> int:
    """How many there were."""
    return connection.execute("DELETE FROM session").rowcount


def count(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("SELECT count(*) FROM session").fetchone()
    return int(number)


def find(connection: sqlite3.Connection, query: Query) -> tuple[Kept, ...]:
    """The newest first."""
    connection.create_function("holds", 2, _holds, deterministic=True)
    clauses, values = ["TRUE"], list[object]()
    if query.behind is not None:
        clauses.append("(begun, id) < (?, ?)")
        values += (query.behind.begun, query.behind.id)
    for term in query.terms:
        clauses.append(_CLAUSES[term.where])
        values += _values(term)
    rows = connection.execute(
        "SELECT id, begun, elapsed, kind, status, message_id FROM session AS s"  # noqa: S608 - ours
        f" WHERE {' AND '.join(clauses)} ORDER BY begun DESC, id DESC LIMIT ?",
        (*values, query.most),
    ).fetchall()
    return tuple(
        Kept(
            id_,
            begun,
            elapsed,
            Kind(kind),
            status,
            message_id,
            _recipients(connection, id_),
            _exchanges(connection, id_),
        )
        for id_, begun, elapsed, kind, status, message_id in rows
    )


def recording(connection: sqlite3.Connection, id_: int) -> bytes | None:
    """None where there is none of this number."""
    row = connection.execute("SELECT recording FROM session WHERE id = ?", (id_,)).fetchone()
    return None if row is None else bytes(row[0])


def _recipients(connection: sqlite3.Connection, id_: int) -> tuple[Recipient, ...]:
    rows = connection.execute(
        "SELECT address, status FROM recipient WHERE session = ? ORDER BY rowid", (id_,)
    )
    return tuple(Recipient(*row) for row in rows)


def _exchanges(connection: sqlite3.Connection, id_: int) -> tuple[str, ...]:
    rows = connection.execute("SELECT name FROM exchange WHERE session = ? ORDER BY rowid", (id_,))
    return tuple(name for (name,) in rows)


def _values(term: Term) -> Iterator[str]:
    """For the question marks of its clause. What people read is looked for as they read it."""
    text = term.text.casefold()
    match term.where:
        case Where.RECIPIENT | Where.EXCHANGE:
            yield text
        case Where.STATUS:
            yield from (f"{_literal(text)}%",) * 2
        case Where.ANYWHERE:
            yield f"%{_literal(visible(term.text).casefold())}%"


def _literal(text: str) -> str:
    """As a part of a pattern."""
    return re.sub(r"[\\%_]", r"\\\g<0>", text)


def _holds(text: str, part: str) -> bool:
    """Whatever the case, of any script: LIKE knows ASCII's alone."""
    return part in text.casefold()
