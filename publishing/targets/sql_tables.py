"""The table of a dataset in a database: names, types, comments."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from sqlalchemy import Dialect

from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.targets import SqlTarget

ROW_ID = "_row_id"
LOADS = "gongkai_loads"
COLUMNS = "gongkai_columns"
LONGEST_NAME = 63
LONGEST_TABLE = 48
"""PostgreSQL cuts longer names; a table being built has a suffix, and so has its index."""
EXACT_DIGITS = 15
"""So many decimal digits a double keeps: SQLite knows no other fractions."""

_POSTGRESQL = {
    FieldType.STRING: "text",
    FieldType.YEARMONTH: "text",
    FieldType.INTEGER: "bigint",
    FieldType.YEAR: "bigint",
    FieldType.NUMBER: "double precision",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
    FieldType.DATETIME: "timestamp with time zone",
}
_SQLITE = {
    FieldType.STRING: "TEXT",
    FieldType.YEARMONTH: "TEXT",
    FieldType.INTEGER: "INTEGER",
    FieldType.YEAR: "INTEGER",
    FieldType.NUMBER: "REAL",
    FieldType.BOOLEAN: "BOOLEAN",
    FieldType.DATE: "DATE",
    FieldType.DATETIME: "TEXT",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``field`` None: the id of the row."""

    name: str
    sql_type: str
    comment: str
    field: DatasetField | None


@dataclass(frozen=True)
class Table:
    """The table of a dataset.

    Attributes:
        name: in the schema ``schema``, or in the user's own where that is None.
        columns: the id of the row first.
        key: names of the columns of the primary key of the dataset.
    """

    dialect: Dialect
    schema: str | None
    name: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def quoted(self, name: str) -> str:
        """A name in quotes."""
        return self.dialect.identifier_preparer.quote_identifier(name)

    def full(self, name: str | None = None) -> str:
        """The quoted name of the table, or of another one beside it."""
        own = self.quoted(name or self.name)
        return f"{self.quoted(self.schema)}.{own}" if self.schema else own

    def names(self, columns: Sequence[Column] | None = None) -> str:
        """The quoted names of the columns, with commas."""
        chosen = self.columns if columns is None else columns
        return ", ".join(self.quoted(column.name) for column in chosen)

    @property
    def values(self) -> tuple[Column, ...]:
        """All columns but the id of the row."""
        return self.columns[1:]

    def definition(self) -> str:
        """The columns with their types, as in CREATE TABLE."""
        return ", ".join(f"{self.quoted(one.name)} {one.sql_type}" for one in self.columns)

    def shape(self) -> str:
        """Hash of names and types: another shape needs another table."""
        told = f"{self.definition()}|{self.key}"
        return hashlib.sha256(told.encode()).hexdigest()


def table_name(target: SqlTarget, dataset_id: str) -> str:
    """The name of the table of a dataset."""
    return _short(f"{target.table_prefix}{dataset_id}", LONGEST_TABLE)


def table_of(target: SqlTarget, dialect: Dialect, dataset: Dataset, rows: pl.DataFrame) -> Table:
    """The table that can hold these rows of a dataset exactly."""
    is_sqlite = dialect.name == "sqlite"
    columns = [Column(ROW_ID, "TEXT" if is_sqlite else "text", "行标识（各版本中不变）", None)]
    for field in dataset.fields:
        kind = _sqlite_type(field, rows) if is_sqlite else _postgresql_type(field)
        columns.append(Column(_short(field.name, LONGEST_NAME), kind, _comment(field), field))
    description = f"{dataset.title.zh}。{dataset.description.zh}"
    return Table(
        dialect,
        target.db_schema,
        table_name(target, dataset.id),
        description,
        tuple(columns),
        tuple(_short(name, LONGEST_NAME) for name in dataset.primary_key),
    )


def _postgresql_type(field: DatasetField) -> str:
    if field.type is FieldType.DECIMAL:
        return f"numeric(38, {field.scale or 0})"
    return _POSTGRESQL[field.type]


def _sqlite_type(field: DatasetField, rows: pl.DataFrame) -> str:
    """Fractions with more digits than a double keeps are kept as text."""
    if field.type is not FieldType.DECIMAL:
        return _SQLITE[field.type]
    scale = field.scale or 0
    greatest = rows[field.name].cast(pl.Float64).abs().max() if rows.height else None
    digits = EXACT_DIGITS - scale
    fits = greatest is None or float(str(greatest)) < 10.0**digits
    return f"DECIMAL(15, {scale})" if fits else "TEXT"


def _comment(field: DatasetField) -> str:
    unit = f"（{field.unit}）" if field.unit else ""
    description = f"。{field.description.zh}" if field.description else ""
    return f"{field.title.zh}{unit}{description}"


def _short(name: str, longest: int) -> str:
    """The name, or where it is too long its beginning and a hash of it."""
    if len(name) <= longest:
        return name
    return f"{name[: longest - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
