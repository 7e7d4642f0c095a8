"""What is kept of sends: found again, bounded, and never in a send's way."""

import asyncio
import os
import sqlite3
import stat
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tests.transcript.entries import ENTRIES, SECRET
from tuimail.safetext import visible
from tuimail.smtp import Command, CommandSent, Reply, ReplyReceived
from tuimail.store.database import _MIGRATIONS, VERSION, connect
from tuimail.store.history import (
    DAYS_VARIABLE,
    MEGABYTES_VARIABLE,
    History,
    HistoryError,
    Limits,
    database_path,
)
from tuimail.store.query import Query, Term, Where
from tuimail.store.session import Kind, Session, recorded
from tuimail.store.sessions import Kept
from tuimail.transcript import Concluded, Entry, Lane, Outcome, RecipientOutcome, Status
from tuimail.transcript.recorded import RecordingError

EVERYTHING = Query()
DAY = 86_400.0
LANE = Lane(1, "example.net", "mx1.example.net", "192.0.2.1", 25)


def entries(
    address: str = "bob@example.net",
    status: Status = Status.DELIVERED,
    reply: str = "ok",
    exchange: str = "mx1.example.net",
) -> tuple[Entry, ...]:
    """One recipient, and what became of them."""
    lane = Lane(1, "example.net", exchange, "192.0.2.1", 25)
    command = Command.rcpt(address)
    outcome = RecipientOutcome(address, status, 250, None, reply, exchange, "192.0.2.1", None)
    return (
        Entry(lane, CommandSent(10.0, command)),
        Entry(lane, ReplyReceived(10.5, Reply(250, (reply,)), command)),
        Entry(Lane(2, ""), Concluded(11.5, Outcome("<1@example.com>", (outcome,), 1.5))),
    )


class Time:
    """Seconds of the epoch, set by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


async def kept(history: History, *sends: tuple[Entry, ...]) -> None:
    for send in sends:
        assert await history.keep(Kind.SEND, send) == ""


async def addresses(history: History, query: Query = EVERYTHING) -> list[str]:
    return [kept.recipients[0].address for kept in await history.find(query)]


async def test_what_was_kept_comes_back() -> None:
    """It can be replayed: times, lanes and replies as they were."""
    time = Time()
    history = History(now=time)
    await kept(history, entries())
    (found,) = await history.find(Query())
    assert (found.kind, found.status, found.message_id) == (
        Kind.SEND,
        "delivered",
        "<1@example.com>",
    )
    assert (found.begun, found.elapsed) == (time.now - 1.5, 1.5)
    assert [(each.address, each.status) for each in found.recipients] == [
        ("bob@example.net", "delivered")
    ]
    assert found.exchanges == ("mx1.example.net",)
    shown = await history.show(found.id)
    assert shown is not None
    assert [type(entry.event) for entry in shown.entries] == [
        CommandSent,
        ReplyReceived,
        Concluded,
    ]
    assert [entry.event.at for entry in shown.entries] == [0.0, 0.5, 1.5]
    assert await history.show(found.id + 1) is None
    await history.close()


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ((), ["eve@b.example", "bob@a.example"]),
        ((Term("BOB@", Where.RECIPIENT),), ["bob@a.example"]),
        ((Term("b.example", Where.RECIPIENT),), ["eve@b.example"]),
        ((Term("mx2", Where.EXCHANGE),), ["eve@b.example"]),
        ((Term("failed", Where.STATUS),), ["eve@b.example"]),
        ((Term("Fail", Where.STATUS),), ["eve@b.example"]),
        ((Term("ailed", Where.STATUS),), []),
        ((Term("send", Where.STATUS),), []),
        ((Term("unknown", Where.STATUS),), []),
        ((Term("GRÜN"),), ["bob@a.example"]),
        ((Term("100%_"),), []),
        ((Term("o_k"),), []),
        ((Term("failed"),), ["eve@b.example"]),
        ((Term("MX2.b"),), ["eve@b.example"]),
        ((Term("1@example.com"), Term("eve@b")), ["eve@b.example"]),
        ((Term("bob", Where.RECIPIENT), Term("failed", Where.STATUS)), []),
    ],
)
async def test_finding(terms: tuple[Term, ...], found: list[str]) -> None:
    """By recipient, exchange, status or text, whatever the case, of any script."""
    history = History()
    await kept(
        history,
        entries("bob@a.example", reply="grün"),
        entries("eve@b.example", Status.FAILED, exchange="mx2.b.example"),
    )
    assert await addresses(history, Query(terms)) == found
    await history.close()


async def test_page_by_page() -> None:
    """Each goes on where the one before ended, whatever has come meanwhile, and however many were
    sent at the same moment."""
    history = History(now=Time())
    sent = [f"n{number}@a.example" for number in range(5)]
    await kept(history, *map(entries, sent))
    assert await history.count() == 5
    pages = [await history.find(Query(most=2))]
    await kept(history, entries("late@a.example"))
    while pages[-1]:
        pages.append(await history.find(Query(most=2, behind=pages[-1][-1].place)))
    found = [[each.recipients[0].address for each in page] for page in pages]
    assert found == [sent[:2:-1], sent[2:0:-1], sent[:1], []]
    await history.close()


async def test_more_of_the_same(tmp_path: Path) -> None:
    """What comes behind the outcome changes neither when it began nor how long it took."""
    time = Time()
    history = History(tmp_path / "h.db", now=time)
    record = history.record(Kind.SEND)
    seen = entries()
    assert await record(seen) == ""
    (before,) = await history.find(Query())
    time.now += 60
    assert await record((*seen, Entry(LANE, CommandSent(70.0, Command.quit())))) == ""
    assert await history.find(Query()) == (before,)
    assert await history.find(Query((Term("quit"),))) == (before,)
    at_once = Session.of(Kind.SEND, (*seen, Entry(LANE, CommandSent(70.0, Command.quit()))))
    assert (at_once.elapsed, at_once.lasted) == (1.5, 60.0)
    shown = await history.show(before.id)
    assert shown is not None
    assert len(shown.entries) == 4
    await history.forget(before.id)
    assert await record(seen) == ""
    assert await history.find(Query()) == ()
    await history.close()


async def test_what_is_forgotten_is_gone(tmp_path: Path) -> None:
    """From the file, and from its WAL, while others of this process have it open."""
    history = History(tmp_path / "h.db")
    await kept(history, entries("ann@a.example"), entries("bob@b.example"))
    ann = (await history.find(Query((Term("ann"),))))[0].id
    assert await history.forget(ann)
    assert not await history.forget(ann)
    assert await addresses(history) == ["bob@b.example"]
    octets = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"ann@a.example" not in octets
    assert b"bob@b.example" in octets
    assert await history.forget_all() == 1
    assert b"bob@b.example" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert await history.count() == 0
    await history.close()


async def test_whoever_watches_is_told() -> None:
    history = History()
    told: list[int] = []
    unwatch = history.watch(lambda: told.append(1))
    await kept(history, entries())
    assert len(told) == 1
    await history.find(Query())
    assert len(told) == 1
    await history.forget_all()
    assert len(told) == 2
    unwatch()
    await kept(history, entries())
    assert len(told) == 2
    await history.close()


async def test_who_gives_up_ends_the_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one waits for nothing but the moment that takes."""
    begun = threading.Event()

    def find(connection: sqlite3.Connection, _query: Query) -> tuple[Kept, ...]:
        begun.set()
        connection.execute(
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT sum(x) FROM n"
        ).fetchall()
        raise AssertionError("it came to an end")

    history = History(tmp_path / "h.db")
    await kept(history, entries())
    with monkeypatch.context() as patched:
        patched.setattr("tuimail.store.sessions.find", find)
        searching = asyncio.create_task(history.find(Query()))
        await asyncio.to_thread(begun.wait)
        searching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await searching
    assert await addresses(history) == ["bob@example.net"]
    await history.close()


async def test_an_older_file_is_found_in_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first version had the dialogue alone in its text, in its own case."""
    path = tmp_path / "h.db"
    with monkeypatch.context() as patched:
        patched.setattr("tuimail.store.database.VERSION", 1)
        patched.setattr("tuimail.store.database._MIGRATIONS", _MIGRATIONS[:1])
        with closing(connect(path)) as old:
            old.execute("PRAGMA user_version = 1")
            old.execute(
                "INSERT INTO session VALUES (1, 9e9, 1, 9, 'send', 'failed', '<M@x>', 'GRÜN', x'')"
            )
            old.execute("INSERT INTO recipient VALUES (1, 'A@A.example', NULL)")
            old.execute("INSERT INTO exchange VALUES (1, 'B.example')")
    history = History(path)
    for text in ("grün", "FAILED", "<m@X>", "a@a.example", "b.example"):
        assert [each.id for each in await history.find(Query((Term(text),)))] == [1], text
    await history.close()


async def test_nothing_was_ever_kept() -> None:
    history = History()
    assert await history.find(Query()) == ()
    assert await history.show(1) is None
    assert not database_path().exists()
    await history.close()


async def test_a_session_that_was_typed() -> None:
    history = History()
    typed = Entry(LANE, CommandSent(1.0, Command.parse("rcpt to: <ann@example.net> NOTIFY=NEVER")))
    assert await history.keep(Kind.TALK, (typed,)) == ""
    (found,) = await history.find(Query((Term("ann", Where.RECIPIENT),)))
    assert (found.kind, found.status, found.recipients[0].status) == (Kind.TALK, None, None)
    await history.close()


async def test_no_secret_is_in_the_file(tmp_path: Path) -> None:
    """Rule R39."""
    history = History(tmp_path / "h.db")
    secret = Command.auth("PLAIN", b"\0tim\0hunter2-hunter2")
    await kept(history, (Entry(LANE, CommandSent(1.0, secret)),))
    (found,) = await history.find(Query((Term("AUTH PLAIN"),)))
    shown = await history.show(found.id)
    await history.close()
    octets = (tmp_path / "h.db").read_bytes().lower()
    assert b"auth plain" in octets
    assert secret.wire.split()[-1].lower() not in octets
    assert shown is not None
    assert "AHRpb" not in repr(shown)


async def test_its_owner_alone_reads_it(tmp_path: Path) -> None:
    """Its WAL too."""
    os.umask(before := os.umask(0))
    history = History(tmp_path / "state" / "h.db")
    try:
        os.umask(0)
        await kept(history, entries())
    finally:
        os.umask(before)
    files = list((tmp_path / "state").iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    await history.close()


# Bounds


async def test_the_old_go(tmp_path: Path) -> None:
    time = Time()
    history = History(tmp_path / "h.db", Limits(days=30), time)
    await kept(history, entries("old@a.example"))
    time.now += 29 * DAY
    await kept(history, entries("new@a.example"))
    assert await addresses(history) == ["new@a.example", "old@a.example"]
    time.now += 1 * DAY + 2
    await kept(history, entries("newest@a.example"))
    assert await addresses(history) == ["newest@a.example", "new@a.example"]
    await history.close()


async def test_the_file_does_not_grow(tmp_path: Path) -> None:
    """What is pruned is given back, and leaves nothing behind."""
    time = Time()
    history = History(tmp_path / "h.db", Limits(megabytes=0.2), time)
    noise = iter(os.urandom(2_000_000).hex())
    for number in range(60):
        time.now += 1
        reply = "".join(next(noise) for _ in range(10_000))
        await kept(history, entries(f"n{number}@a.example", reply=reply))
    found = await addresses(history, Query())
    assert found[0] == "n59@a.example"
    assert 5 <= len(found) < 20
    await history.close()
    assert (tmp_path / "h.db").stat().st_size < 300_000
    with closing(connect(tmp_path / "h.db")) as connection:
        for table in ("recipient", "exchange"):
            (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            assert count == len(found)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3000)), min_size=1, max_size=15),
    st.integers(1, 20),
    st.integers(1000, 20_000),
)
@hypothesis(max_examples=15, deadline=None)
def test_bounds_hold_whatever_comes(sends: list[tuple[int, int]], days: int, octets: int) -> None:
    """What is kept is the newest of what was sent; nothing is too old, and all of it fits."""

    async def run(folder: Path) -> None:
        time = Time()
        history = History(folder / "h.db", Limits(days, octets / 1e6), time)
        sizes: list[tuple[float, int]] = []
        for later, length in sends:
            time.now += later * DAY
            send = entries(reply="x" * length)
            await kept(history, send)
            sizes.append((time.now - 1.5, Session.of(Kind.SEND, send).octets))
        expected, total = 0, 0
        for begun, size in reversed(sizes):
            total += size
            if total > octets or begun < time.now - days * DAY:
                break
            expected += 1
        assert len(await history.find(Query())) == expected
        await history.close()

    with TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


@pytest.mark.parametrize("limits", [Limits(days=0), Limits(megabytes=0)])
async def test_nothing_is_to_be_kept(limits: Limits) -> None:
    history = History(limits=limits)
    assert await history.keep(Kind.SEND, entries()) == ""
    assert not database_path().exists()
    await history.close()


@pytest.mark.parametrize(
    ("days", "megabytes", "limits"),
    [
        (None, None, Limits(30, 200)),
        ("7", "0.5", Limits(7, 0.5)),
        ("nonsense", "-1", Limits(30, 200)),
        ("inf", "nan", Limits(30, 200)),
    ],
)
def test_limits_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, days: str | None, megabytes: str | None, limits: Limits
) -> None:
    for name, value in ((DAYS_VARIABLE, days), (MEGABYTES_VARIABLE, megabytes)):
        if value is not None:
            monkeypatch.setenv(name, value)
    assert Limits.of_environment() == limits


# What is wrong with the file


def corrupt(path: Path) -> None:
    path.write_bytes(os.urandom(8192))


def cut(path: Path) -> None:
    """A file of ours whose second half is gone."""
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(path, path.stat().st_size // 2)


def folder(path: Path) -> None:
    path.mkdir()


def newer(path: Path) -> None:
    with closing(connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")


def somebody_elses(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE session (x)")


@pytest.mark.parametrize("breaking", [corrupt, cut, folder, newer, somebody_elses])
async def test_a_broken_file_is_told_and_left_alone(
    tmp_path: Path, breaking: Callable[[Path], None]
) -> None:
    """No send is disturbed, and nothing that may be somebody's is deleted."""
    path = tmp_path / "h.db"
    breaking(path)
    before = path.read_bytes() if path.is_file() else b""
    history = History(path)
    why = await history.keep(Kind.SEND, entries())
    assert why.startswith(f"{path}: ")
    assert "\n" not in why
    for question in (history.find(Query()), history.count(), history.forget(1)):
        with pytest.raises(HistoryError) as told:
            await question
        assert str(told.value).startswith(f"{path}: ")
        assert "\n" not in str(told.value)
    await history.close()
    assert (path.read_bytes() if path.is_file() else b"") == before


async def test_a_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    history = History(tmp_path / "state" / "h.db")
    assert await history.keep(Kind.SEND, entries()) != ""
    await history.close()


async def test_locked_by_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for, and not for long."""
    monkeypatch.setattr("tuimail.store.database.PATIENCE", 0.01)
    path = tmp_path / "h.db"
    history = History(path)
    with closing(connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await history.keep(Kind.SEND, entries()) == f"{path}: database is locked"
        with pytest.raises(HistoryError, match="database is locked"):
            await history.forget_all()
        other.execute("ROLLBACK")
        await kept(history, entries())
    await history.close()


async def test_a_file_that_may_not_be_written_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write every file, so the system's answer is made up."""
    path = tmp_path / "h.db"
    history = History(path)
    await kept(history, entries())
    await history.close()
    monkeypatch.setattr("os.access", lambda *_: False)
    before = sorted(tmp_path.iterdir())
    history = History(path)
    assert await addresses(history) == ["bob@example.net"]
    await history.close()
    assert sorted(tmp_path.iterdir()) == before


async def test_several_processes_at_once(tmp_path: Path) -> None:
    """Each keeps all of its own, from the moment when none has made the file."""
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from tests.store.test_history import History, Kind, entries\n"
        "async def run():\n"
        "    history = History(Path(sys.argv[1]))\n"
        "    for number in range(10):\n"
        "        send = entries(f'{number}@{sys.argv[2]}.example')\n"
        "        fault = await history.keep(Kind.SEND, send)\n"
        "        assert not fault, fault\n"
        "    await history.close()\n"
        "asyncio.run(run())\n"
    )
    path = tmp_path / "h.db"
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(path), name)
        for name in ("a", "b", "c")
    ]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    history = History(path)
    assert len(await history.find(Query())) == 30
    await history.close()


async def test_a_damaged_recording(tmp_path: Path) -> None:
    history = History(tmp_path / "h.db")
    await kept(history, entries())
    (found,) = await history.find(Query())
    with closing(connect(tmp_path / "h.db")) as connection:
        connection.execute("UPDATE session SET recording = x'00'")
    with pytest.raises(HistoryError, match="is damaged"):
        await history.show(found.id)
    await history.close()


@given(st.binary(max_size=200))
def test_any_octets_for_a_recording(octets: bytes) -> None:
    with pytest.raises(RecordingError):
        recorded(octets)


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(text, text)
@hypothesis(max_examples=20, deadline=None)
def test_any_text_is_found_again(reply: str, part: str) -> None:
    """What a server says may hold anything; it is looked for as it is shown."""

    async def run(folder: Path) -> None:
        history = History(folder / "h.db")
        await kept(history, entries(reply=reply))
        shown = Session.of(Kind.SEND, entries(reply=reply)).text
        found = await history.find(Query((Term(part),)))
        assert bool(found) == (visible(part).casefold() in shown)
        await history.close()

    with TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


@given(st.lists(ENTRIES, min_size=1, max_size=4))
@hypothesis(max_examples=20, deadline=None)
def test_whatever_was_seen_can_be_kept(seen: list[Entry]) -> None:
    """Rule R39: and what went over the wire is not among it."""

    async def run(folder: Path) -> None:
        path = folder / "h.db"
        history = History(path)
        await kept(history, tuple(seen))
        (found,) = await history.find(Query())
        shown = await history.show(found.id)
        assert shown is not None
        assert len(shown.entries) == len(seen)
        await history.close()
        assert SECRET.lower().encode() not in path.read_bytes().lower()

    with TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))
