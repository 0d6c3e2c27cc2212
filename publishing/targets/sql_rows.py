"""Rows on their way into a database and back: the same typed values on both sides."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import polars as pl
from sqlalchemy import Connection

from publishing.canonical_text import chunks, csv_lines, datetime_texts
from publishing.targets.sql_tables import Column, Table
from schemas.dataset import Dataset, FieldType
from schemas.row_identity import row_ids

END_OF_DATA = "\n\\."
"""In a text, a line that PostgreSQL up to 16 takes for the end of what is copied."""


def with_row_ids(dataset: Dataset, rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Released rows under the names of the table's columns, the id of each row first."""
    keys = rows.select(list(dataset.primary_key))
    ids = pl.Series(table.columns[0].name, list(row_ids(dataset.id, keys)), dtype=pl.String)
    renamed = {
        column.field.name: column.name for column in table.values if column.field is not None
    }
    values = rows.select(list(renamed)).rename(renamed)
    return values.insert_column(0, ids)


def fill(connection: Connection, table: Table, into: str, rows: pl.DataFrame) -> None:
    """Put rows into a table of these columns; ``into`` is its quoted name."""
    if connection.dialect.name == "postgresql" and not _has_end_of_data(rows):
        _copy(connection, table, into, rows)
    else:
        _insert(connection, table, into, rows)


def read_back(connection: Connection, table: Table, name: str, like: pl.Schema) -> pl.DataFrame:
    """All rows of a table with the dtypes of ``like``, in no order."""
    if connection.dialect.name == "postgresql":
        return _copied_back(connection, table, name, like)
    return _selected_back(connection, table, name, like)


def _has_end_of_data(rows: pl.DataFrame) -> bool:
    texts = [name for name, dtype in rows.schema.items() if dtype == pl.String]
    return any(rows[name].str.contains(END_OF_DATA, literal=True).any() for name in texts)


def _copy(connection: Connection, table: Table, into: str, rows: pl.DataFrame) -> None:
    statement = f"COPY {into} ({table.names()}) FROM STDIN WITH (FORMAT csv)"
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for chunk in chunks(rows):
            copy.write(csv_lines(chunk))


def _insert(connection: Connection, table: Table, into: str, rows: pl.DataFrame) -> None:
    sign = "%s" if connection.dialect.name == "postgresql" else "?"
    signs = ", ".join([sign] * len(table.columns))
    statement = f"INSERT INTO {into} ({table.names()}) VALUES ({signs})"  # noqa: S608 - quoted
    is_sqlite = connection.dialect.name == "sqlite"
    for chunk in chunks(rows, 20_000):
        ready = chunk.with_columns(_plain(chunk)) if is_sqlite else chunk
        connection.exec_driver_sql(statement, list(ready.iter_rows()))


def _plain(rows: pl.DataFrame) -> Iterator[pl.Series]:
    """What SQLite has no type for: fractions as their digits, days and moments as text."""
    for name, dtype in rows.schema.items():
        if isinstance(dtype, pl.Decimal | pl.Date):
            yield rows[name].cast(pl.String)
        elif isinstance(dtype, pl.Datetime):
            yield datetime_texts(rows[name]).alias(name)


def _copied_back(connection: Connection, table: Table, name: str, like: pl.Schema) -> pl.DataFrame:
    chosen = ", ".join(_as_text(table, column) for column in table.columns)
    mark = secrets.token_hex(12)  # no value of the data is it
    statement = f"COPY (SELECT {chosen} FROM {name}) TO STDOUT WITH (FORMAT csv, NULL '{mark}')"  # noqa: S608
    buffer = io.BytesIO()
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            buffer.write(block)
    names = [column.name for column in table.columns]
    if not buffer.tell():
        return pl.DataFrame(schema=like)
    texts = pl.read_csv(
        buffer.getvalue(),
        has_header=False,
        new_columns=names,
        schema_overrides=dict.fromkeys(names, pl.String),
        null_values=[mark],
        empty_string_is_null=False,
        infer_schema=False,
    )
    return texts.with_columns(_typed(texts[one], like[one]) for one in names)


def _as_text(table: Table, column: Column) -> str:
    """A column as text that reads the same whatever the settings of the session are."""
    quoted = table.quoted(column.name)
    kind = column.field.type if column.field else None
    if kind is FieldType.DATETIME:
        return f"(extract(epoch from {quoted}) * 1000)::bigint"
    if kind is FieldType.BOOLEAN:
        return f"{quoted}::int"
    if kind is FieldType.DATE:
        return f"to_char({quoted}, 'YYYY-MM-DD')"
    return quoted


def _typed(texts: pl.Series, dtype: pl.DataType) -> pl.Series:
    if isinstance(dtype, pl.Datetime):
        moments = texts.cast(pl.Int64).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
        return moments.dt.convert_time_zone(str(dtype.time_zone)).cast(dtype)
    if isinstance(dtype, pl.Boolean):
        return texts.cast(pl.Int8).cast(pl.Boolean)
    if isinstance(dtype, pl.Date):
        return texts.str.to_date("%Y-%m-%d")
    return texts.cast(dtype)


def _selected_back(
    connection: Connection, table: Table, name: str, like: pl.Schema
) -> pl.DataFrame:
    rows = connection.exec_driver_sql(f"SELECT {table.names()} FROM {name}").all()  # noqa: S608
    columns = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    return pl.DataFrame(
        [
            _as_dtype(column.name, list(values), like[column.name])
            for column, values in zip(table.columns, columns, strict=True)
        ]
    )


def _as_dtype(name: str, values: list[Any], dtype: pl.DataType) -> pl.Series:
    if isinstance(dtype, pl.Decimal):
        exact = [None if value is None else _decimal(value, dtype.scale) for value in values]
        return pl.Series(name, exact, dtype=dtype)
    if isinstance(dtype, pl.Boolean):
        return pl.Series(name, values, dtype=pl.Int8).cast(pl.Boolean)
    if isinstance(dtype, pl.Date):
        return pl.Series(name, values, dtype=pl.String).str.to_date("%Y-%m-%d")
    if isinstance(dtype, pl.Datetime):
        texts = pl.Series(name, values, dtype=pl.String)
        return texts.str.to_datetime(time_unit="ms", time_zone=str(dtype.time_zone))
    return pl.Series(name, values, dtype=dtype, strict=True)


def _decimal(value: int | float | str, scale: int) -> Decimal:
    """The digits that were stored: a double of up to fifteen digits is written back exactly."""
    return Decimal(format(value, f".{scale}f") if isinstance(value, float) else str(value))
