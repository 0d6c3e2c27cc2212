"""The rows of one version in a DuckDB of its own, locked to them.

A version that fits is loaded into memory: texts of few kinds as enumerations, numbers in as few
bytes as hold all values. A larger one is read from its Parquet files, the only files this
DuckDB may open then; otherwise it may open none. Extensions, settings and statements that reach
outside are shut off before the first query, though no query holds any SQL from outside.

One thread each: queries run beside each other, not within each other, and sums of measurements
come out the same each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb

from publishing.queries.columns import (
    INTEGERS,
    MOST_NAMES,
    NARROW,
    SQL_TYPES,
    WIDE,
    Column,
    enumeration_name,
    quoted,
    sql_text,
)
from publishing.queries.ranked_columns import ranked_columns
from publishing.queries.ranked_rows import RankedRows
from publishing.queries.refusals import VersionChangedError
from schemas.dataset import Dataset, FieldType
from schemas.message import Message
from warehouse.durable_files import file_sha256

MB = 1_000_000
LOADED_PER_FILE_BYTE = 10  # how much memory a byte of zstd Parquet may take, for the first guess
ROWS = "rows_of_version"
POSITION = "position_in_release"
IN_MEMORY_POSITION = "rowid"


class QueriedVersion(Protocol):
    """What the engine needs of a version; ``publishing.portal.published.PublishedVersion``."""

    @property
    def dataset(self) -> Dataset:
        """The dataset file of the version."""

    @property
    def number(self) -> int:
        """Of the version."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """``manifest.json``."""

    def parquet_files(self) -> list[Path]:
        """The rows, partitions in release order."""


def content_key(version: QueriedVersion) -> str:
    """What changes where the rows of a version change: hashes of its Parquet files."""
    files = version.manifest["files"]
    return " ".join(str(files[path.name]["sha256"]) for path in version.parquet_files())


class VersionTable:
    """The rows of a version, ready for queries. Safe to share between threads.

    Attributes:
        columns: by field name, in field order.
        position: SQL of a row's place in release order, from 0.
        is_in_order: whether a scan gives the rows in release order (one thread, one table, and
            ``preserve_insertion_order``), so that a page without a sort ends at its last row.
        rows: how many.
        ranked: the rows by the ranks of their values, for what is asked most.
        memory_bytes: what the table takes, with the ranks.
    """

    def __init__(
        self, version: QueriedVersion, *, timezone: str, memory_mb: int, query_mb: int
    ) -> None:
        self.dataset = version.dataset
        self.rows = int(version.manifest["rows"])
        self._files = version.parquet_files()
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        self._set("TimeZone", timezone)
        for name in ("autoinstall_known_extensions", "autoload_known_extensions"):
            self._set(name, "false")
        self._set("allow_community_extensions", "false")
        self._set("python_enable_replacements", "false")
        self._set("preserve_insertion_order", "true")
        self._set("temp_directory", "")
        self._set("memory_limit", f"{memory_mb + query_mb}MB")
        files = [version.manifest["files"][path.name] for path in self._files]
        size = sum(int(facts["bytes"]) for facts in files)
        self.columns: dict[str, Column] = {}
        self.position = quoted(POSITION)
        self.is_in_order = False
        self.memory_bytes = 0
        self._allowed: list[Path] = []
        self._seen = self._checked(files)
        if size * LOADED_PER_FILE_BYTE > memory_mb * MB or not self._load():
            self._read_in_place()
        self.ranked = self._rank(memory_mb * MB - self.memory_bytes)
        self._set("memory_limit", f"{self.memory_bytes // MB + query_mb}MB")
        self.memory_bytes += self.ranked.memory_bytes
        self._lock()

    def check_unchanged(self) -> None:
        """After a query: that the files it read in place are those that were checked.

        Raises:
            VersionChangedError: they were replaced meanwhile; what the query gave may be mixed.
        """
        if self._allowed and [_identity(path) for path in self._allowed] != self._seen:
            raise _changed(self.dataset.id)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection for one query."""
        return self._connection.cursor()

    def _set(self, name: str, value: str) -> None:
        self._connection.execute(f"SET GLOBAL {name} = {sql_text(value)}")

    def _lock(self) -> None:
        if self._allowed:
            listed = ", ".join(sql_text(str(path)) for path in self._allowed)
            self._connection.execute(f"SET GLOBAL allowed_paths = [{listed}]")
        self._set("enable_external_access", "false")
        self._set("lock_configuration", "true")

    def _checked(self, files: Sequence[Mapping[str, Any]]) -> list[tuple[int, ...]]:
        """The identities of the files, whose bytes are those of the manifest."""
        seen = [_identity(path) for path in self._files]
        for path, facts in zip(self._files, files, strict=True):
            if file_sha256(path) != facts["sha256"]:
                raise _changed(self.dataset.id)
        return seen

    def _load(self) -> bool:
        """Make the table in memory; False where it does not fit."""
        try:
            self.columns = self._narrow_columns()
            selected = ", ".join(
                f"CAST({column.sql} AS {column.type}) AS {column.sql}"
                for column in self.columns.values()
            )
            self._connection.execute(
                f"CREATE TABLE {ROWS} AS SELECT {selected} FROM {self._source()}"
            )
        except duckdb.OutOfMemoryException:
            self._connection.execute(f"DROP TABLE IF EXISTS {ROWS}")
            return False
        self.position = IN_MEMORY_POSITION
        self.is_in_order = True
        used = self._one("SELECT sum(memory_usage_bytes) FROM duckdb_memory()")
        self.memory_bytes = int(used[0] or 0)
        return True

    def _rank(self, most_bytes: int) -> RankedRows:
        """The rows by ranks; those read in place have none."""
        if not self.is_in_order:
            return RankedRows({}, self.rows)
        columns = ranked_columns(self._connection, ROWS, self.columns, self.rows, most_bytes)
        return RankedRows(columns, self.rows)

    def _read_in_place(self) -> None:
        self.columns = {field.name: Column(field) for field in self.dataset.fields}
        names = ", ".join(column.sql for column in self.columns.values())
        parts = []
        start = 0
        for path in self._files:
            parts.append(
                f"SELECT {names}, file_row_number + {start} AS {quoted(POSITION)} FROM "
                f"read_parquet({sql_text(str(path))}, file_row_number = true, "
                "hive_partitioning = false)"
            )
            start += self._rows_of(path)
        self._connection.execute(f"CREATE VIEW {ROWS} AS {' UNION ALL '.join(parts)}")
        self._allowed = self._files

    def _rows_of(self, path: Path) -> int:
        sql = f"SELECT count(*) FROM read_parquet({sql_text(str(path))}, hive_partitioning = false)"
        return int(self._one(sql)[0])

    def _source(self) -> str:
        if not self._files:
            empty = ", ".join(f"NULL AS {quoted(name)}" for name in self.dataset.field_names)
            return f"(SELECT {empty} LIMIT 0)"
        listed = ", ".join(sql_text(str(path)) for path in self._files)
        return f"read_parquet([{listed}], hive_partitioning = false)"

    def _narrow_columns(self) -> dict[str, Column]:
        """The columns in the narrowest form that holds every value."""
        asked: list[str] = []
        for field in self.dataset.fields:
            name = quoted(field.name)
            if field.type is FieldType.DECIMAL:
                asked.append(f"max(abs({name}))")
            elif Column(field).is_whole:
                wide = f"CAST({name} AS HUGEINT)"
                asked.append(f"greatest(max({wide}), -min({wide}))")
            elif SQL_TYPES[field.type] == "VARCHAR":
                asked.append(f"approx_count_distinct({name})")
            else:
                asked.append("NULL")
        told = self._one(f"SELECT {', '.join(asked)} FROM {self._source()}")
        columns = {}
        for field, found in zip(self.dataset.fields, told, strict=True):
            if field.type is FieldType.DECIMAL:
                limit = 10 ** (NARROW - (field.scale or 0))
                narrow = (field.scale or 0) < NARROW and (found is None or found < limit)
                columns[field.name] = Column(field, NARROW if narrow else WIDE)
            elif Column(field).is_whole:
                bits = next((one for one in INTEGERS if (found or 0) < 2 ** (one - 1)), 64)
                columns[field.name] = Column(field, bits=bits)
            elif SQL_TYPES[field.type] == "VARCHAR" and 0 < found <= min(MOST_NAMES, self.rows / 4):
                columns[field.name] = self._enumeration(Column(field))
            else:
                columns[field.name] = Column(field)
        return columns

    def _enumeration(self, column: Column) -> Column:
        name = column.field.name
        sql = (
            f"SELECT DISTINCT {column.sql} FROM {self._source()} "
            f"WHERE {column.sql} IS NOT NULL ORDER BY 1"
        )
        self._connection.execute(f"CREATE TYPE {quoted(enumeration_name(name))} AS ENUM ({sql})")
        names = self._connection.execute(sql).fetchall()
        return Column(column.field, names={text: place for place, (text,) in enumerate(names)})

    def _one(self, sql: str) -> tuple[Any, ...]:
        row = self._connection.execute(sql).fetchone()
        if row is None:
            raise AssertionError("a query without groups gives one row")
        return tuple(row)


def _identity(path: Path) -> tuple[int, ...]:
    """What changes where a file is replaced; empty where it is gone."""
    try:
        told = path.stat()
    except FileNotFoundError:
        return ()
    return (told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns)


def _changed(dataset_id: str) -> VersionChangedError:
    return VersionChangedError(
        "version_changing",
        dataset_id,
        Message("这个版本的文件正在更换。", "The files of this version are being replaced."),
        Message("请稍后重试。", "Try again in a moment."),
    )
