"""Finding a row by its id: an index of hashes over the keys of a version, made when first asked.

DuckDB makes the ids of all rows at once. A sample is held against
:func:`schemas.row_identity.row_id`, whatever the fields of the key, and a row that is found
always is; where they differ (texts with control characters, measurements), the ids are made one
by one.
"""

from __future__ import annotations

import re

import duckdb

from publishing.queries.columns import Column
from publishing.queries.version_table import ROWS, VersionTable
from schemas.dataset import FieldType
from schemas.row_identity import ROW_ID_BYTES, row_id

INDEX = "row_ids_of_version"
ROW_ID = re.compile(rf"[0-9a-f]{{{2 * ROW_ID_BYTES}}}")
PREFIX_DIGITS = 16  # of the id, as a 64-bit number
SAMPLES = 50
CHUNK = 20_000


def key_columns(table: VersionTable) -> list[Column]:
    """The columns of the primary key, in its order."""
    return [table.columns[name] for name in table.dataset.primary_key]


def make_index(table: VersionTable, connection: duckdb.DuckDBPyConnection) -> None:
    """Make the index of a version's ids, unless it is there."""
    known = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [INDEX])
    if known.fetchone() is not None:
        return
    made = f"{INDEX}_being_made"
    connection.execute(f"DROP TABLE IF EXISTS {made}")
    if _sql_ids_agree(table, connection):
        number = f"CAST('0x' || substr({_id_sql(table)}, 1, {PREFIX_DIGITS}) AS UBIGINT)"
        connection.execute(
            f"CREATE TABLE {made} AS SELECT {number} AS prefix, {table.position} AS position "
            f"FROM {ROWS} ORDER BY 1"
        )
    else:
        connection.execute(f"CREATE TABLE {made} (prefix UBIGINT, position BIGINT)")
        keys = ", ".join(column.value for column in key_columns(table))
        reading = connection.cursor()
        reading.execute(f"SELECT {table.position}, {keys} FROM {ROWS}")
        while rows := reading.fetchmany(CHUNK):
            ids = [(_prefix(row_id(table.dataset.id, key)), place) for place, *key in rows]
            connection.execute(
                f"INSERT INTO {made} SELECT unnest(?::UBIGINT[]), unnest(?::BIGINT[])",
                [[one for one, _ in ids], [place for _, place in ids]],
            )
    connection.execute(f"ALTER TABLE {made} RENAME TO {INDEX}")


def positions(connection: duckdb.DuckDBPyConnection, wanted: str) -> list[int]:
    """Places in release order of all rows whose id may be the one wanted."""
    sql = f"SELECT position FROM {INDEX} WHERE prefix = ?"
    return [int(place) for (place,) in connection.execute(sql, [_prefix(wanted)]).fetchall()]


def _prefix(wanted: str) -> int:
    return int(wanted[:PREFIX_DIGITS], 16)


def _sql_ids_agree(table: VersionTable, connection: duckdb.DuckDBPyConnection) -> bool:
    keys = key_columns(table)
    if any(column.field.type is FieldType.NUMBER for column in keys):
        return False
    texts = [c for c in keys if c.field.type is FieldType.STRING]
    if texts:
        odd = " OR ".join(f"regexp_matches({c.value}, '[[:cntrl:]]')" for c in texts)
        if connection.execute(f"SELECT 1 FROM {ROWS} WHERE {odd} LIMIT 1").fetchone():
            return False
    listed = ", ".join(column.value for column in keys)
    step = max(1, table.rows // SAMPLES)
    sample = connection.execute(
        f"SELECT {_id_sql(table)}, {listed} FROM {ROWS} WHERE {table.position} % {step} = 0"
    )
    return all(made == row_id(table.dataset.id, key) for made, *key in sample.fetchall())


def _id_sql(table: VersionTable) -> str:
    values = " || ',' || ".join(_json_sql(column) for column in key_columns(table))
    prefix = table.dataset.id  # snake_case
    return f"substr(sha256('{prefix}[' || {values} || ']'), 1, {2 * ROW_ID_BYTES})"


def _json_sql(column: Column) -> str:
    """A key value as :mod:`schemas.row_identity` writes it."""
    sql = column.value
    match column.field.type:
        case FieldType.STRING | FieldType.YEARMONTH:
            text = f"CAST(to_json({sql}) AS VARCHAR)"
        case FieldType.INTEGER | FieldType.YEAR | FieldType.BOOLEAN:
            text = f"CAST({sql} AS VARCHAR)"
        case FieldType.DATETIME:
            text = f"""'"' || {_moment_sql(sql)} || '"'"""
        case _:
            text = f"""'"' || CAST({sql} AS VARCHAR) || '"'"""
    return f"coalesce({text}, 'null')"


def _moment_sql(sql: str) -> str:
    fraction = f"date_part('microsecond', {sql}) % 1000000"
    offset = f"CAST(date_part('timezone', {sql}) AS BIGINT)"
    return (
        f"strftime({sql}, '%Y-%m-%dT%H:%M:%S') || "
        f"CASE WHEN {fraction} = 0 THEN '' ELSE printf('.%06d', {fraction}) END || "
        f"CASE WHEN {offset} < 0 THEN '-' ELSE '+' END || "
        f"printf('%02d:%02d', abs({offset}) // 3600, abs({offset}) // 60 % 60)"
    )
