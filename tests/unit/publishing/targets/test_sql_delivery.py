"""A database holds the current version, typed and exact, and whole at every moment."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from delivery_office import Desk, desk
from publishing_office import parcel

from flows.delivering import DeliveryOutcome
from publishing.targets import sql_database
from schemas.row_identity import row_id

TARGET = {"kind": "sql", "name": "db"}
FIELDS = [
    {"name": "number", "type": "string", "title": {"zh": "编号", "en": "number"}},
    {"name": "price_cny", "type": "decimal", "scale": 2, "unit": "元",
     "title": {"zh": "价格", "en": "price"}},
]  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """An empty place for tables, in both kinds of database."""
    if request.param == "sqlite":
        return {**TARGET, "url": "sqlite:///open.db"}
    return postgresql_target(request.getfixturevalue("postgresql"))


def postgresql_target(url: str) -> dict[str, Any]:
    schema = f"s{uuid.uuid4().hex[:12]}"
    return {**TARGET, "url": url, "schema": schema}


@pytest.fixture
def site(tmp_path: Path, target: dict[str, Any]) -> Iterator[Desk]:
    with desk(tmp_path, target) as opened:
        yield opened


@pytest.fixture
def server(tmp_path: Path, postgresql: str) -> Iterator[Desk]:
    """A site with PostgreSQL only."""
    with desk(tmp_path, postgresql_target(postgresql)) as opened:
        yield opened


def engine_of(site: Desk) -> sa.Engine:
    target: Any = site.opened.site.targets[0]
    if target.url.startswith("sqlite"):
        return sa.create_engine(f"sqlite:///{site.folder}/open.db", poolclass=sa.pool.NullPool)
    options = {"options": f"-c search_path={target.db_schema}"}
    return sa.create_engine(target.url, poolclass=sa.pool.NullPool, connect_args=options)


def select(site: Desk, query: str) -> list[tuple[Any, ...]]:
    with engine_of(site).connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def done(outcomes: list[DeliveryOutcome]) -> dict[str, Any]:
    assert [str(one.error) for one in outcomes if not one.succeeded] == []
    assert len(outcomes) == 1
    return dict(outcomes[0].done)


def numbers(site: Desk) -> list[str]:
    return [row[0] for row in select(site, "SELECT number FROM parcels ORDER BY number")]


STRANGE = [
    parcel("plain"),
    parcel("empty", None, ratio=None, signed_on=None, seen_at=None, is_new=None, floors=None),
    parcel("", "0.00"),
    parcel("quote'\"\\,\n换行\n\\.\nend", "-0.01", ratio=1e-7, is_new=False),
    parcel("NULL", "99999999999.99", floors=-(2**53)),
    parcel("\\N", "1.10", seen_at=dt.datetime(1999, 12, 31, 23, 59, 59, 123000)),  # noqa: DTZ001
    parcel(" 空 格 ", "1234567.80", ratio=0.1 + 0.2),
]


def test_typed_values_come_back_the_same(site: Desk) -> None:
    """Checked by the load itself too: it reads back and compares content_sha256."""
    site.publish(STRANGE)
    assert done(site.deliver()) == {
        "added": 7, "changed": 0, "deleted": 0, "new_table": 1, "rows": 7, "version": 1,
    }  # fmt: skip
    rows = {row[1]: row for row in select(site, "SELECT * FROM parcels")}
    assert set(rows) == {one["number"] for one in STRANGE}
    assert rows["plain"][0] == row_id("parcels", ["plain"])
    assert rows["empty"][2:] == (None,) * 6
    assert Decimal(str(rows["NULL"][2])) == Decimal("99999999999.99")
    assert rows[" 空 格 "][3] == 0.1 + 0.2
    if "postgresql" in str(site.opened.site.targets[0]):
        assert rows["plain"][2] == Decimal("100.00")
        assert rows["plain"][4] == dt.date(2026, 1, 15)
        assert rows["\\N"][5].astimezone(dt.UTC) == dt.datetime(
            1999, 12, 31, 15, 59, 59, 123000, tzinfo=dt.UTC
        )
        assert rows["plain"][6] is True
    site.publish([*STRANGE, parcel("new")])
    assert done(site.deliver())["added"] == 1


def test_only_changed_rows_are_written(site: Desk) -> None:
    site.publish([parcel("a"), parcel("b"), parcel("c")])
    done(site.deliver())
    site.publish([parcel("a"), parcel("b", "7.00"), parcel("d")])
    counts = done(site.deliver())
    assert (counts["added"], counts["changed"], counts["deleted"]) == (1, 1, 1)
    assert numbers(site) == ["a", "b", "d"]
    site.roll_back(1)
    counts = done(site.deliver())
    assert (counts["added"], counts["changed"], counts["deleted"]) == (1, 1, 1)
    assert numbers(site) == ["a", "b", "c"]
    assert select(site, "SELECT version, row_count FROM gongkai_loads") == [(3, 3)]
    assert site.deliver() == []


def test_several_versions_at_once_are_one_load(site: Desk) -> None:
    site.publish([parcel("a")])
    done(site.deliver())
    for price in ("2.00", "3.00", "4.00"):
        site.publish([parcel("a", price), parcel(price)])
    counts = done(site.deliver())
    assert (counts["added"], counts["changed"], counts["version"]) == (1, 1, 4)


def test_partitions(tmp_path: Path, target: dict[str, Any]) -> None:
    with desk(tmp_path, target, partition={"field": "signed_on", "by": "month"}) as site:
        months = [dt.date(2026, month, 1) for month in (1, 2, 3)]
        site.publish([parcel(str(day), signed_on=day) for day in months])
        assert done(site.deliver())["rows"] == 3
        moved = [
            parcel(str(months[0]), signed_on=months[1]),
            parcel(str(months[2]), signed_on=months[2]),
        ]
        site.publish(moved)
        counts = done(site.deliver())
        assert (counts["added"], counts["changed"], counts["deleted"]) == (0, 1, 1)
        assert numbers(site) == ["2026-01-01", "2026-03-01"]


def test_what_was_changed_by_hand_is_put_right_where_that_is_asked_for(site: Desk) -> None:
    site.publish([parcel("a"), parcel("b")])
    done(site.deliver())
    with engine_of(site).begin() as connection:
        connection.exec_driver_sql("UPDATE parcels SET price_cny = 1 WHERE number = 'a'")
        connection.exec_driver_sql("DELETE FROM parcels WHERE number = 'b'")
    counts = done(site.deliver(recheck=True))
    assert (counts["added"], counts["changed"]) == (1, 1)


def test_a_table_that_was_dropped_by_hand_comes_back(site: Desk) -> None:
    site.publish([parcel("a"), parcel("b")])
    done(site.deliver())
    assert site.deliver(look=True) == []
    for statement in ("DROP TABLE parcels", "DROP TABLE gongkai_loads; DROP TABLE parcels"):
        with engine_of(site).begin() as connection:
            for one in statement.split("; "):
                connection.exec_driver_sql(one)
        assert site.deliver() == []
        assert done(site.deliver(look=True))["added"] == 2
        assert numbers(site) == ["a", "b"]


def test_what_is_not_the_same_afterwards_is_undone(site: Desk) -> None:
    """Somebody changed the table by hand; a small load sees it, tells, and leaves it."""
    site.publish([parcel("a"), parcel("b")])
    done(site.deliver())
    with engine_of(site).begin() as connection:
        connection.exec_driver_sql("UPDATE parcels SET price_cny = 1 WHERE number = 'a'")
    site.publish([parcel("a"), parcel("b"), parcel("c")])
    (outcome,) = site.deliver()
    assert not outcome.succeeded
    assert "content_sha256" in outcome.error.zh
    assert "--all" in outcome.error.en
    assert numbers(site) == ["a", "b"]
    assert done(site.deliver(recheck=True))["changed"] == 1
    assert numbers(site) == ["a", "b", "c"]


def test_other_fields_make_a_new_table(site: Desk) -> None:
    site.publish([parcel("a"), parcel("b")])
    done(site.deliver())
    site.set_dataset(fields=FIELDS)
    site.publish([parcel("a"), parcel("b")])
    counts = done(site.deliver())
    assert counts["new_table"] == 1
    assert numbers(site) == ["a", "b"]
    with engine_of(site).connect() as connection:
        inspector = sa.inspect(connection)
        names = [one["name"] for one in inspector.get_columns("parcels")]
        assert names == ["_row_id", "number", "price_cny"]
        tables = set(inspector.get_table_names()) - {"gongkai_columns"}
        assert tables == {"parcels", "gongkai_loads"}
    site.set_dataset()
    site.publish([parcel("a"), parcel("b")])
    assert done(site.deliver())["new_table"] == 1


def test_comments_and_keys(site: Desk) -> None:
    site.publish([parcel("a")])
    done(site.deliver())
    with engine_of(site).connect() as connection:
        inspector = sa.inspect(connection)
        assert inspector.get_pk_constraint("parcels")["constrained_columns"] == ["_row_id"]
        unique = inspector.get_unique_constraints("parcels")
        assert [one["column_names"] for one in unique] == [["number"]]
        if connection.dialect.name == "postgresql":
            columns = {one["name"]: one["comment"] for one in inspector.get_columns("parcels")}
            assert inspector.get_table_comment("parcels")["text"] == "地块。测试"
        else:
            told = connection.exec_driver_sql("SELECT column_name, comment FROM gongkai_columns")
            columns = {str(name): str(comment) for name, comment in told}
    assert columns["price_cny"] == "价格（元）"


def test_a_table_that_is_not_ours_is_left_alone(site: Desk) -> None:
    target: Any = site.opened.site.targets[0]
    with engine_of(site).begin() as connection:
        if target.db_schema:
            connection.exec_driver_sql(f'CREATE SCHEMA "{target.db_schema}"')
        connection.exec_driver_sql("CREATE TABLE parcels (mine text)")
    site.publish([parcel("a")])
    (outcome,) = site.deliver()
    assert "不是本站点建立的" in outcome.error.zh
    assert select(site, "SELECT mine FROM parcels") == []


def test_another_prefix_moves_the_table(site: Desk, target: dict[str, Any]) -> None:
    site.publish([parcel("a")])
    done(site.deliver())
    site.set_targets({**target, "table_prefix": "open_"})
    assert done(site.deliver())["new_table"] == 1
    assert select(site, "SELECT number FROM open_parcels") == [("a",)]
    with engine_of(site).connect() as connection:
        assert not sa.inspect(connection).has_table("parcels")


def test_a_dataset_that_goes_leaves_the_database(site: Desk, target: dict[str, Any]) -> None:
    site.publish([parcel("a")])
    done(site.deliver())
    site.set_targets({**target, "themes": ["budget"]})
    assert done(site.deliver()) == {"dropped": 1}
    with engine_of(site).connect() as connection:
        assert not sa.inspect(connection).has_table("parcels")
    assert select(site, "SELECT * FROM gongkai_loads") == []
    site.set_targets(target)
    assert done(site.deliver())["added"] == 1


def test_nothing_withdrawn_stays(site: Desk) -> None:
    site.publish([parcel("geheim-4711"), *[parcel(f"p{n}") for n in range(200)]])
    done(site.deliver())
    redact_current(site, "geheim-4711")
    assert site.withdrawal([1], [row_id("parcels", ["geheim-4711"])]) == ["db"]
    assert done(site.deliver())["deleted"] == 1
    assert "geheim-4711" not in numbers(site)
    for path in site.folder.glob("open.db*"):
        assert b"geheim-4711" not in path.read_bytes()


def redact_current(site: Desk, number: str) -> None:
    """As a withdrawal does, as far as a database reads it: rows, manifest, pointer."""
    import hashlib
    import json

    import polars as pl

    from publishing.canonical_text import json_lines

    folder = site.folder / "public/datasets/parcels"
    pointer = json.loads((folder / "versions.json").read_bytes())
    entry = pointer["versions"][-1]
    version = folder / str(entry["version"])
    table = version / "parcels.parquet"
    rows = pl.read_parquet(table).filter(pl.col("number") != number)
    table.unlink()
    rows.write_parquet(table)
    manifest = json.loads((version / "manifest.json").read_bytes())
    content = hashlib.sha256(json_lines(rows)).hexdigest()
    manifest["partitions"][0]["rows_sha256"] = manifest["content_sha256"] = content
    manifest["rows"] = rows.height
    written = json.dumps(manifest).encode()
    (version / "manifest.json").unlink()
    (version / "manifest.json").write_bytes(written)
    entry |= {"content_sha256": content, "rows": rows.height}
    entry["manifest_sha256"] = hashlib.sha256(written).hexdigest()
    (folder / "versions.json").write_text(json.dumps(pointer), "utf-8")


def test_a_load_that_breaks_off_leaves_what_was(
    site: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.publish([parcel("a")])
    done(site.deliver())
    site.publish([parcel("b")])

    def cut_off(*_arguments: object) -> None:
        raise OSError("the line is dead")

    with monkeypatch.context() as patched:
        patched.setattr(sql_database, "_note", cut_off)
        (outcome,) = site.deliver()
    assert not outcome.succeeded
    assert numbers(site) == ["a"]
    site.wait(minutes=1)
    assert done(site.deliver())["deleted"] == 1
    assert numbers(site) == ["b"]


def hammer(
    site: Desk, check: Callable[[sa.Connection], str | None]
) -> tuple[Callable[[], Any], list[str], list[int]]:
    """A reader in a thread: what it saw wrong, and how often it read."""
    wrong: list[str] = []
    reads = [0]
    stop = threading.Event()

    def read() -> None:
        with (
            engine_of(site).connect().execution_options(isolation_level="AUTOCOMMIT") as connection
        ):
            while not stop.is_set():
                try:
                    told = check(connection)
                except sa.exc.SQLAlchemyError as error:
                    told = str(error)
                if told:
                    wrong.append(told)
                reads[0] += 1

    thread = threading.Thread(target=read)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join()

    return end, wrong, reads


def test_readers_never_see_half_a_load(site: Desk) -> None:
    """All rows of a version have one price; a reader that sees two saw two versions."""

    def version(price: int) -> list[dict[str, Any]]:
        return [parcel(f"p{n:03}", f"{price}.00") for n in range(price * 10, price * 10 + 300)]

    def check(connection: sa.Connection) -> str | None:
        rows = connection.exec_driver_sql(
            "SELECT count(*), count(DISTINCT price_cny) FROM parcels"
        ).one()
        return None if tuple(rows) == (300, 1) else f"{tuple(rows)}"

    site.publish(version(1))
    done(site.deliver())
    end, wrong, reads = hammer(site, check)
    try:
        for price in range(2, 5):
            site.publish(version(price))
            done(site.deliver())
        site.set_dataset(fields=FIELDS)  # and a new table takes the place of the old one
        site.publish(version(4))
        assert done(site.deliver())["new_table"] == 1
    finally:
        end()
    assert wrong == []
    assert reads[0] > 20


def test_an_older_snapshot_sees_the_old_rows(server: Desk) -> None:
    """A reader in REPEATABLE READ that began before a load and reads after it."""
    server.publish([parcel("a")])
    done(server.deliver())
    engine = engine_of(server).execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1").all()
        connection.exec_driver_sql("SELECT * FROM gongkai_loads").all()
        server.publish([parcel("b"), parcel("c")])
        done(server.deliver())
        assert connection.exec_driver_sql("SELECT number FROM parcels").all() == [("a",)]
    assert numbers(server) == ["b", "c"]


def test_grants_and_views_stay(server: Desk, postgresql: str) -> None:
    role = f"r{uuid.uuid4().hex[:12]}"
    target: Any = server.opened.site.targets[0]
    with engine_of(server).begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role}")
    server.set_targets(
        {
            "kind": "sql",
            "name": "db",
            "url": postgresql,
            "schema": target.db_schema,
            "readers": [role],
        }
    )
    server.publish([parcel("a")])
    done(server.deliver())
    with engine_of(server).begin() as connection:
        connection.exec_driver_sql("GRANT SELECT ON parcels TO PUBLIC")
        connection.exec_driver_sql("CREATE VIEW mine AS SELECT number FROM parcels")
    server.publish([parcel("b")])
    done(server.deliver())
    with engine_of(server).begin() as connection:
        connection.exec_driver_sql(f"SET ROLE {role}")
        assert connection.exec_driver_sql("SELECT number FROM parcels").all() == [("b",)]
    assert select(server, "SELECT number FROM mine") == [("b",)]
    server.set_dataset(fields=FIELDS)
    server.publish([parcel("b")])
    (outcome,) = server.deliver()  # the view holds the old table
    assert "视图" in outcome.error.zh
    assert select(server, "SELECT number FROM mine") == [("b",)]
    with engine_of(server).begin() as connection:
        connection.exec_driver_sql("DROP VIEW mine")
    assert [one.succeeded for one in server.deliver(retry=True)] == [True]
    granted = select(
        server,
        "SELECT grantee FROM information_schema.role_table_grants WHERE table_name = 'parcels' "
        f"AND table_schema = '{target.db_schema}' AND privilege_type = 'SELECT'",
    )
    assert {"PUBLIC", role} <= {row[0] for row in granted}


def test_long_names_are_shortened_and_stay_apart(tmp_path: Path, target: dict[str, Any]) -> None:
    long = "a" * 70
    more = [
        {"name": f"{long}_{end}", "type": "string", "title": {"zh": end, "en": end}}
        for end in ("x", "y")
    ]
    with desk(tmp_path, target, fields=[*FIELDS, *more]) as site:
        site.publish([parcel("a", **{f"{long}_x": "1", f"{long}_y": "2"})])
        done(site.deliver())
        with engine_of(site).connect() as connection:
            names = [one["name"] for one in sa.inspect(connection).get_columns("parcels")]
        assert len(set(names)) == 5
        assert all(len(name) <= 63 for name in names)


def test_a_password_is_never_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "kanarie7f")
    target = {
        "kind": "sql",
        "name": "db",
        "url": "postgresql://publisher@127.0.0.1:9/open",
        "password": {"variable": "DATABASE_PASSWORD"},
    }
    with desk(tmp_path, target) as site:
        site.publish([parcel("a")])
        (outcome,) = site.deliver()
        assert not outcome.succeeded
        assert "127.0.0.1" in outcome.error.zh
        kept = (tmp_path / "gongkai.db").read_bytes() + (tmp_path / "gongkai.db-wal").read_bytes()
        assert b"kanarie7f" not in kept
        assert "kanarie7f" not in str(outcome)


def test_the_control_database_is_no_target(tmp_path: Path) -> None:
    with desk(tmp_path, {**TARGET, "url": "sqlite:///gongkai.db"}) as site:
        site.publish([parcel("a")])
        (outcome,) = site.deliver()
        assert "控制数据库" in outcome.error.zh
