"""Loading: into a table that is there, or into a new one that takes its place.

All of a load is one transaction. Where the columns are the same, rows are changed in place: readers
see the old rows until the commit, in any isolation level, and grants and views stay. Where they are
not, a new table is filled beside the old one and takes its name at the end.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import polars as pl
from sqlalchemy import Connection

from publishing.targets.contract import Done
from publishing.targets.sql_rows import fill
from publishing.targets.sql_tables import COLUMNS, ROW_ID, Table

STAGED, GONE = "gongkai_staged", "gongkai_gone"
SWAP_LOCK_TIMEOUT = "5s"
"""Who waits for a table's lock keeps all later readers waiting too."""


def merge(
    connection: Connection, table: Table, rows: pl.DataFrame, gone: Sequence[str], *, whole: bool
) -> Done:
    """Put rows in by their id and take others out: those of the ids ``gone``, or with ``whole``
    all that are not among the rows. Rows that are as they should be are not touched."""
    run = connection.exec_driver_sql
    full, staged = table.full(), table.quoted(STAGED)
    row_id = table.quoted(ROW_ID)
    _temporary(connection, STAGED, table.definition())
    fill(connection, table, staged, rows)
    run(f"CREATE UNIQUE INDEX {table.quoted(STAGED + '_key')} ON {staged} ({row_id})")
    if whole:
        deleted = run(
            f"DELETE FROM {full} WHERE {row_id} NOT IN (SELECT {row_id} FROM {staged})"  # noqa: S608
        ).rowcount
    else:
        deleted = _delete(connection, table, gone)
    added = run(
        f"SELECT count(*) FROM {staged} WHERE NOT EXISTS "  # noqa: S608 - names are quoted
        f"(SELECT 1 FROM {full} AS known WHERE known.{row_id} = {staged}.{row_id})"
    ).scalar_one()
    put = run(_upsert(table, full, staged)).rowcount
    for name in (STAGED, GONE):
        run(f"DROP TABLE IF EXISTS {_temp(table)}{table.quoted(name)}")
    return {"added": added, "changed": put - added, "deleted": deleted}


def _temp(table: Table) -> str:
    return "temp." if table.dialect.name == "sqlite" else "pg_temp."


def _temporary(connection: Connection, name: str, definition: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {quoted} ({definition})")


def _delete(connection: Connection, table: Table, gone: Sequence[str]) -> int:
    if not gone:
        return 0
    row_id = table.quoted(ROW_ID)
    _temporary(connection, GONE, f"{row_id} text PRIMARY KEY")
    sign = "?" if table.dialect.name == "sqlite" else "%s"
    listed = table.quoted(GONE)
    connection.exec_driver_sql(
        f"INSERT INTO {listed} VALUES ({sign})",  # noqa: S608 - names are quoted
        [(one,) for one in gone],
    )
    return connection.exec_driver_sql(
        f"DELETE FROM {table.full()} WHERE {row_id} IN (SELECT {row_id} FROM {listed})"  # noqa: S608
    ).rowcount


def _upsert(table: Table, full: str, staged: str) -> str:
    names = table.names()
    quoted = [table.quoted(column.name) for column in table.values]
    changed = ", ".join(f"{one} = excluded.{one}" for one in quoted)
    is_other = "IS NOT" if table.dialect.name == "sqlite" else "IS DISTINCT FROM"
    differs = " OR ".join(f"known.{one} {is_other} excluded.{one}" for one in quoted)
    return (
        f"INSERT INTO {full} AS known ({names}) SELECT {names} FROM {staged} WHERE true "  # noqa: S608
        f"ON CONFLICT ({table.quoted(ROW_ID)}) DO UPDATE SET {changed} WHERE {differs}"
    )


def build(connection: Connection, table: Table, rows: pl.DataFrame) -> str:
    """Make and fill a table of these columns beside the one in use; its name."""
    name = f"{table.name}__{secrets.token_hex(3)}"
    full = table.full(name)
    key = ", ".join(table.quoted(one) for one in table.key)
    row_id = table.quoted(ROW_ID)
    keys = (f"PRIMARY KEY ({row_id})", f"UNIQUE ({key})")
    run = connection.exec_driver_sql
    if connection.dialect.name == "sqlite":
        run(f"CREATE TABLE {full} ({', '.join([table.definition(), *keys])})")
        fill(connection, table, full, rows)
        return name
    run(f"CREATE TABLE {full} ({table.definition()})")
    fill(connection, table, full, rows)
    for one in keys:  # an index is made faster of all rows at once
        run(f"ALTER TABLE {full} ADD {one}")
    return name


def take_place(connection: Connection, table: Table, name: str, old: str | None) -> None:
    """Give a table that was built the name of the dataset's; ``old`` is what it replaces, which
    may have had another name. Who might read the old one may read the new one."""
    run = connection.exec_driver_sql
    if connection.dialect.name == "postgresql":
        run(f"SET LOCAL lock_timeout = '{SWAP_LOCK_TIMEOUT}'")
    if old is not None:
        _copy_grants(connection, table, old, name)
        run(f"DROP TABLE IF EXISTS {table.full(old)}")
    run(f"ALTER TABLE {table.full(name)} RENAME TO {table.quoted(table.name)}")


def _copy_grants(connection: Connection, table: Table, old: str, name: str) -> None:
    if connection.dialect.name != "postgresql":
        return
    rows = connection.exec_driver_sql(
        "SELECT grantee, privilege_type FROM information_schema.role_table_grants "
        "WHERE table_name = %s AND table_schema = coalesce(%s, current_schema()) "
        "AND grantee <> current_user",
        (old, table.schema),
    ).all()
    for grantee, privilege in rows:
        who = "PUBLIC" if grantee == "PUBLIC" else table.quoted(grantee)
        connection.exec_driver_sql(f"GRANT {privilege} ON {table.full(name)} TO {who}")


def describe(connection: Connection, table: Table) -> None:
    """Write down what the table and its columns mean: as comments, or where a database has none
    (SQLite) in the table ``gongkai_columns``."""
    run = connection.exec_driver_sql
    if connection.dialect.name == "postgresql":
        run(f"COMMENT ON TABLE {table.full()} IS {_literal(table.comment)}")
        for column in table.columns:
            name = f"{table.full()}.{table.quoted(column.name)}"
            run(f"COMMENT ON COLUMN {name} IS {_literal(column.comment)}")
        return
    listed = table.quoted(COLUMNS)
    run(
        f"CREATE TABLE IF NOT EXISTS {listed} "
        "(table_name TEXT, position INTEGER, column_name TEXT, comment TEXT, "
        "PRIMARY KEY (table_name, position))"
    )
    run(f"DELETE FROM {listed} WHERE table_name = ?", (table.name,))  # noqa: S608
    told = [
        (table.name, place, column.name, column.comment)
        for place, column in enumerate(table.columns)
    ]
    run(
        f"INSERT INTO {listed} VALUES (?, ?, ?, ?)",  # noqa: S608
        [(table.name, -1, "", table.comment), *told],
    )


def _literal(text: str) -> str:
    """Text in the quotes of SQL; the driver gets no parameters, so % stands for itself."""
    return "'" + text.replace("\x00", "").replace("'", "''") + "'"
