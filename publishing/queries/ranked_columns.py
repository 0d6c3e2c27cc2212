"""Columns kept once more as ranks: each row has the place of its value among all that occur.

A comparison with any value is then one of small whole numbers, one or two bytes a row, and most
pages are found and counted in a tenth of the time that DuckDB takes. Values are those that DuckDB
gives, in its order; a column that this cannot hold exactly, or that has too many different values,
has no ranks, and queries that need it are left to DuckDB.
"""

from __future__ import annotations

import datetime as dt
import sys
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from publishing.queries.columns import Column
from publishing.queries.operators import Operator
from publishing.queries.query import Filter
from schemas.dataset import FieldType

Mask = NDArray[np.bool_]
Ranks = NDArray[np.unsignedinteger[Any]]
MOST_RANKS = 65_535  # the largest number of two bytes
ALWAYS_RANKED = 4_000  # different values; beyond them each must occur four times on average
TIMES = 4
FEW = 8  # values that are sought one by one; more of them with a table of ranks
ROWS_AT_ONCE = 1_000_000
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
NAMED = "ranks_of_values"


@dataclass(frozen=True, slots=True)
class RankedColumn:
    """The ranks of one column.

    Attributes:
        ranks: of each row in release order; 0 where it has no value.
        values: by rank, ascending from the first; None at 0.
        keys: the same as they are compared: of times the microseconds since 1970, since Python
            compares two times of one zone by what the clock on the wall shows.
        is_text: whether an empty text is as good as none.
    """

    ranks: Ranks
    values: tuple[Any, ...]
    keys: tuple[Any, ...]
    is_text: bool

    @property
    def memory_bytes(self) -> int:
        """What the column takes."""
        return self.ranks.nbytes + sum(map(sys.getsizeof, self.values)) + 16 * len(self.values)

    def meeting(self, given: Filter) -> Mask | None:
        """Which rows meet a condition; None where ranks do not tell."""
        value = given.values[0] if given.values else None  # in an empty list there is none
        match given.operator:
            case Operator.EMPTY:
                blank = self.is_text and self.values[1:2] == ("",)
                empty = self.ranks <= (1 if blank else 0)
                return empty if value else ~empty
            case Operator.EQ | Operator.IN:
                return self._one_of(given.values)
            case Operator.NE:
                return ~self._one_of(given.values)
            case Operator.LT:
                return self._between(1, self._first_from(value))
            case Operator.LE:
                return self._between(1, self._first_after(value))
            case Operator.GT:
                return self._between(self._first_after(value), len(self.values))
            case Operator.GE:
                return self._between(self._first_from(value), len(self.values))
            case _:
                return None

    def _first_from(self, value: Any) -> int:
        """The first rank whose value is not below."""
        return bisect_left(self.keys, _key(value), 1)

    def _first_after(self, value: Any) -> int:
        """The first rank whose value is above."""
        return bisect_right(self.keys, _key(value), 1)

    def _between(self, start: int, end: int) -> Mask:
        """The rows with ranks from ``start`` to before ``end``."""
        if start >= end:
            return np.zeros(len(self.ranks), np.bool_)
        if end == len(self.values):
            return self.ranks >= start
        return (self.ranks >= start) & (self.ranks < end)

    def _one_of(self, values: tuple[Any, ...]) -> Mask:
        sought = {
            first
            for value in values
            if (first := self._first_from(value)) < self._first_after(value)
        }
        if len(sought) == 1:
            only: Mask = self.ranks == sought.pop()
            return only
        if len(sought) > FEW:
            wanted = np.zeros(len(self.values), np.bool_)
            wanted[list(sought)] = True
            return np.take(wanted, self.ranks)
        found = np.zeros(len(self.ranks), np.bool_)
        for rank in sought:
            found |= self.ranks == rank
        return found


def ranked_columns(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: dict[str, Column],
    rows: int,
    most_bytes: int,
) -> dict[str, RankedColumn]:
    """The ranks of the columns of a table in memory that can have them, in so much memory."""
    if not rows:
        return {}
    asked = ", ".join(f"approx_count_distinct({column.sql})" for column in columns.values())
    counted = connection.execute(f"SELECT {asked} FROM {table}").fetchone() or ()
    found: dict[str, RankedColumn] = {}
    left = most_bytes
    for (name, column), about in zip(columns.items(), counted, strict=True):
        if about > most_ranks(rows) or left < 2 * rows:
            continue
        ranked = _ranked(connection, table, column, rows)
        if ranked is not None and ranked.memory_bytes <= left:
            found[name] = ranked
            left -= ranked.memory_bytes
    return found


def most_ranks(rows: int) -> int:
    """How many different values a ranked column may have."""
    return min(MOST_RANKS, max(ALWAYS_RANKED, rows // TIMES))


def _ranked(
    connection: duckdb.DuckDBPyConnection, table: str, column: Column, rows: int
) -> RankedColumn | None:
    if column.field.type is FieldType.NUMBER and not _is_plain(connection, table, column):
        return None
    connection.execute(
        f"CREATE TEMP TABLE {NAMED} AS SELECT kind, row_number() OVER (ORDER BY kind) AS rank FROM "
        f"(SELECT DISTINCT {column.sql} AS kind FROM {table} WHERE {column.sql} IS NOT NULL)"
    )
    try:
        told = connection.execute(f"SELECT kind FROM {NAMED} ORDER BY rank").fetchall()
        values = tuple(kind for (kind,) in told)
        keys = tuple(map(_key, values))
        in_order = all(one < other for one, other in pairwise(keys))
        if len(values) > most_ranks(rows) or not in_order:
            return None
        ranks = _ranks(connection, table, column, rows, len(values))
    finally:
        connection.execute(f"DROP TABLE {NAMED}")
    return RankedColumn(ranks, (None, *values), (None, *keys), column.is_text)


def _key(value: Any) -> Any:
    return (value - EPOCH) // MICROSECOND if isinstance(value, dt.datetime) else value


def _is_plain(connection: duckdb.DuckDBPyConnection, table: str, column: Column) -> bool:
    """Whether no two values that are equal are written differently (0 and -0), and all are
    numbers."""
    name = column.sql
    wrong = f"NOT isfinite({name}) OR ({name} = 0 AND signbit({name}))"
    sql = f"SELECT count(*) FILTER ({wrong}) FROM {table}"
    return connection.execute(sql).fetchone() == (0,)


def _ranks(
    connection: duckdb.DuckDBPyConnection, table: str, column: Column, rows: int, kinds: int
) -> Ranks:
    ranks: Ranks = np.zeros(rows, np.uint8 if kinds < 256 else np.uint16)
    for start in range(0, rows, ROWS_AT_ONCE):
        part = connection.execute(
            f"SELECT place, rank FROM (SELECT rowid AS place, {column.sql} AS kind FROM {table} "
            f"WHERE rowid >= {start} AND rowid < {start + ROWS_AT_ONCE}) JOIN {NAMED} USING (kind)"
        ).fetchnumpy()
        ranks[part["place"]] = part["rank"]
    return ranks
