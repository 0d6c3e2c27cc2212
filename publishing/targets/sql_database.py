"""SQL databases: a table per dataset that holds its current version, whole at every moment.

What is loaded stands in ``gongkai_loads``: dataset, version, ``content_sha256`` and time. It is
written as part of the load.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from publishing.canonical_text import chunks, json_lines
from publishing.release_site import ReleaseSite
from publishing.targets.contract import DeliveryError, Done, PublishedDataset
from publishing.targets.secret_values import SecretValues
from publishing.targets.sql_changes import changes_since, released_rows, whole_version
from publishing.targets.sql_connection import transaction
from publishing.targets.sql_loading import build, describe, merge, take_place
from publishing.targets.sql_rows import read_back, with_row_ids
from publishing.targets.sql_tables import COLUMNS, LOADS, ROW_ID, Table, table_of
from schemas.message import Message
from schemas.row_identity import row_ids
from schemas.targets import SqlTarget


@dataclass(frozen=True, slots=True)
class Load:
    """What ``gongkai_loads`` says of a dataset."""

    table: str
    version: int
    content_sha256: str
    shape: str


def bring_table(
    target: SqlTarget,
    published: PublishedDataset,
    secrets: SecretValues,
    now: dt.datetime,
    *,
    recheck: bool,
) -> Done:
    """Make the table of a dataset hold its current version.

    Returns counts: rows ``added``, ``changed``, ``deleted``, and ``rows`` now; ``version``.

    Raises:
        DeliveryError: the database cannot be reached or refuses, a table of that name is not ours,
            or what was read back is not what was released. The table is as it was.
    """
    site = published.site
    if published.current is None:
        return remove_table(target, site, published.dataset_id, secrets)
    rows = released_rows(published, published.current)
    with transaction(target, site, secrets) as connection:
        _prepare(connection, target)
        table = table_of(target, connection.dialect, published.dataset, rows)
        known = _load(connection, target, site.site.id, published.dataset_id)
        present = _has_table(connection, target, known.table) if known else False
        if table.name != (known.table if known else None):
            _refuse_foreign(connection, target, table.name)
        same = known and (known.table, known.shape) == (table.name, table.shape())
        if known is None or not present or not same:
            old = known.table if known and present else None
            done = _replace(connection, published, table, rows, old)
        else:
            done = _change(connection, published, table, rows, known, recheck=recheck)
        _verify(connection, target, published, table, rows)
        describe(connection, table)
        _grant(connection, target, table)
        _note(connection, target, published, table, now)
    return {**done, "rows": rows.height, "version": published.current}


def holds_table(target: SqlTarget, published: PublishedDataset, secrets: SecretValues) -> bool:
    """Whether the table is there and is said to hold the current version. Rows are not read."""
    site = published.site
    with transaction(target, site, secrets) as connection:
        if not _has_table(connection, target, LOADS):
            return False
        known = _load(connection, target, site.site.id, published.dataset_id)
        if known is None or not _has_table(connection, target, known.table):
            return False
    return known.content_sha256 == str(published.manifest["content_sha256"])


def remove_table(
    target: SqlTarget, site: ReleaseSite, dataset_id: str, secrets: SecretValues
) -> Done:
    """Drop the table of a dataset, where it is ours."""
    with transaction(target, site, secrets) as connection:
        _prepare(connection, target)
        known = _load(connection, target, site.site.id, dataset_id)
        if known is None:
            return {"dropped": 0}
        run = connection.exec_driver_sql
        run(f"DROP TABLE IF EXISTS {_full(connection, target, known.table)}")
        sign = _sign(connection)
        loads = _full(connection, target, LOADS)
        run(
            f"DELETE FROM {loads} WHERE site = {sign} AND dataset = {sign}",  # noqa: S608
            (site.site.id, dataset_id),
        )
        if connection.dialect.name == "sqlite" and _has_table(connection, target, COLUMNS):
            columns = _full(connection, target, COLUMNS)
            run(f"DELETE FROM {columns} WHERE table_name = ?", (known.table,))  # noqa: S608
        return {"dropped": 1}


def _replace(
    connection: Connection,
    published: PublishedDataset,
    table: Table,
    rows: pl.DataFrame,
    old: str | None,
) -> Done:
    name = build(connection, table, with_row_ids(published.dataset, rows, table))
    take_place(connection, table, name, old)
    return {"added": rows.height, "changed": 0, "deleted": 0, "new_table": 1}


def _change(
    connection: Connection,
    published: PublishedDataset,
    table: Table,
    rows: pl.DataFrame,
    known: Load,
    *,
    recheck: bool,
) -> Done:
    changes = None if recheck else changes_since(published, known.version, known.content_sha256)
    changes = changes or whole_version(published, rows)
    gone = list(row_ids(published.dataset_id, changes.gone))
    put = with_row_ids(published.dataset, changes.rows, table)
    return merge(connection, table, put, gone, whole=changes.whole)


def _verify(
    connection: Connection,
    target: SqlTarget,
    published: PublishedDataset,
    table: Table,
    rows: pl.DataFrame,
) -> None:
    """What the database holds now is what was released: as many rows, and the same content."""
    counted = connection.exec_driver_sql(f"SELECT count(*) FROM {table.full()}").scalar_one()  # noqa: S608
    if counted != rows.height:
        raise _not_the_same(target, table, f"{counted} ≠ {rows.height}")
    if target.verify == "count":
        return
    names = {one.name: one.field.name for one in table.values if one.field is not None}
    like = pl.Schema({ROW_ID: pl.String(), **{n: rows.schema[f] for n, f in names.items()}})
    held = read_back(connection, table, table.full(), like).rename(names)
    keys = published.manifest["primary_key"]
    found = rows.select(keys).join(
        held, on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    found = found.select(rows.columns)
    digest = hashlib.sha256()
    for chunk in chunks(found):
        digest.update(json_lines(chunk))
    if digest.hexdigest() != published.manifest["content_sha256"]:
        raise _not_the_same(target, table, "content_sha256")


def _not_the_same(target: SqlTarget, table: Table, what: str) -> DeliveryError:
    return DeliveryError(
        Message(
            f"写入后读回的内容与发布的不同（{what}），已撤销，读者仍看到旧数据。",
            f"What was read back is not what was released ({what}); it was undone, and readers "
            "still see the old rows.",
        ),
        where=f"{target.name}: {table.name}",
        advice=Message(
            "请运行 gongkai deliver --all；仍然如此则检查表上的触发器和规则。",
            "Run gongkai deliver --all; if it stays so, look for triggers and rules on the table.",
        ),
    )


# --- what is noted in the database itself ------------------------------------------------------


def _sign(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"


def _full(connection: Connection, target: SqlTarget, name: str) -> str:
    quote = connection.dialect.identifier_preparer.quote_identifier
    return f"{quote(target.db_schema)}.{quote(name)}" if target.db_schema else quote(name)


def _has_table(connection: Connection, target: SqlTarget, name: str) -> bool:
    return bool(connection.dialect.has_table(connection, name, schema=target.db_schema))


def _prepare(connection: Connection, target: SqlTarget) -> None:
    run = connection.exec_driver_sql
    if target.db_schema and not connection.dialect.has_schema(connection, target.db_schema):
        quote = connection.dialect.identifier_preparer.quote_identifier
        run(f"CREATE SCHEMA {quote(target.db_schema)}")
    if not _has_table(connection, target, LOADS):
        run(
            f"CREATE TABLE {_full(connection, target, LOADS)} (site text, dataset text, "
            "table_name text NOT NULL, version bigint NOT NULL, content_sha256 text NOT NULL, "
            "shape text NOT NULL, row_count bigint NOT NULL, loaded_at text NOT NULL, "
            "PRIMARY KEY (site, dataset))"
        )


def _load(connection: Connection, target: SqlTarget, site_id: str, dataset_id: str) -> Load | None:
    sign = _sign(connection)
    loads = _full(connection, target, LOADS)
    row = connection.exec_driver_sql(
        f"SELECT table_name, version, content_sha256, shape FROM {loads} "  # noqa: S608 - quoted
        f"WHERE site = {sign} AND dataset = {sign}",
        (site_id, dataset_id),
    ).first()
    return Load(*row) if row is not None else None


def _note(
    connection: Connection,
    target: SqlTarget,
    published: PublishedDataset,
    table: Table,
    now: dt.datetime,
) -> None:
    sign = _sign(connection)
    loads = _full(connection, target, LOADS)
    key = (published.site.site.id, published.dataset_id)
    run = connection.exec_driver_sql
    run(f"DELETE FROM {loads} WHERE site = {sign} AND dataset = {sign}", key)  # noqa: S608
    manifest = published.manifest
    run(
        f"INSERT INTO {loads} VALUES ({', '.join([sign] * 8)})",  # noqa: S608
        (
            *key,
            table.name,
            published.current,
            manifest["content_sha256"],
            table.shape(),
            manifest["rows"],
            now.isoformat(timespec="seconds"),
        ),
    )


def _refuse_foreign(connection: Connection, target: SqlTarget, name: str) -> None:
    if not _has_table(connection, target, name):
        return
    raise DeliveryError(
        Message(
            f"数据库中已有名为 {name} 的表，且不是本站点建立的，未作改动。",
            f"The database has a table {name} that this site did not make; it was left alone.",
        ),
        where=f"gongkai.yml: targets {target.name}",
        advice=Message(
            "请写另一个 schema 或 table_prefix，或先移走那张表。",
            "Write another schema or table_prefix, or move that table away.",
        ),
    )


def _grant(connection: Connection, target: SqlTarget, table: Table) -> None:
    quote = connection.dialect.identifier_preparer.quote_identifier
    for reader in target.readers:
        if target.db_schema:
            connection.exec_driver_sql(
                f"GRANT USAGE ON SCHEMA {quote(target.db_schema)} TO {quote(reader)}"
            )
        for name in (table.full(), _full(connection, target, LOADS)):
            connection.exec_driver_sql(f"GRANT SELECT ON {name} TO {quote(reader)}")
