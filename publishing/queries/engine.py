"""Answering queries about the rows of released versions.

Use::

    engine = QueryEngine("Asia/Shanghai")
    zone = engine.zone
    wanted = Selection((make_filter(dataset, "land_use", "eq", ["工业用地"], zone),), search="清水")
    page = engine.rows(version, RowQuery(wanted, order=(Order("signed_on", descending=True),)))
    page.rows        # tuples of Python values: str, int, Decimal, float, bool, date, datetime
    page.columns     # what stands in them
    page.row_ids     # the id of each row
    page.total       # rows of the version that meet the selection
    page.next_cursor # "" on the last page; or page by offset and limit
    engine.groups(version, GroupQuery(wanted, (Group("year"),), (Aggregate(Function.COUNT),)))

``version`` is a :class:`publishing.portal.published.PublishedVersion` (any
:class:`~publishing.queries.version_table.QueriedVersion`). All methods are safe to call from many
threads at once, block, and raise
:class:`~publishing.queries.refusals.QueryRefusedError` with a code, the parameter and what is
allowed. Within a version answers do not change: an answer can be cached by version and query.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np

from publishing.queries.conditions import ALWAYS, Condition, SortKey, after, all_of, selected
from publishing.queries.cursors import Place, read_cursor, write_cursor, wrong_cursor
from publishing.queries.deadlines import Deadlines
from publishing.queries.grouping import GroupPage, group_statement, grouped_page
from publishing.queries.kept_tables import KeptTables
from publishing.queries.query import (
    GroupQuery,
    Order,
    RowQuery,
    Selection,
    check_limits,
    check_select,
)
from publishing.queries.ranked_columns import Mask
from publishing.queries.refusals import (
    VersionChangedError,
    sum_too_large,
    too_large,
    too_slow,
    unknown_field,
)
from publishing.queries.result_columns import ResultColumn, field_columns
from publishing.queries.typed_values import Value, typed_value
from publishing.queries.version_table import ROWS, QueriedVersion, VersionTable, content_key
from schemas.row_identity import row_id

TOTALS_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class RowPage:
    """A page of rows.

    Attributes:
        rows: values in the order of ``columns``; datetimes are in the site's time zone.
        row_ids: of each row, stable across versions.
        total: rows of the version that meet the selection.
        next_cursor: of the page after this one; empty where this is the last.
    """

    columns: tuple[ResultColumn, ...]
    rows: list[tuple[Any, ...]]
    row_ids: list[str]
    total: int
    next_cursor: str


class QueryEngine:
    """Answers queries. One per process.

    Args:
        timezone: of the site.
        memory_mb: for versions kept ready in memory, all together; larger ones are read in place.
        query_mb: what the queries on one version may take beside that.
        seconds: after which a query is stopped.
    """

    def __init__(
        self,
        timezone: str,
        *,
        memory_mb: int = 1_000,
        query_mb: int = 500,
        seconds: float = 10.0,
    ) -> None:
        self.zone = ZoneInfo(timezone)
        self._seconds = seconds
        self._deadlines = Deadlines()
        self._tables = KeptTables(timezone, memory_mb=memory_mb, query_mb=query_mb)
        self._lock = threading.Lock()
        self._totals: OrderedDict[str, int] = OrderedDict()

    def rows(self, version: QueriedVersion, query: RowQuery) -> RowPage:
        """A page of rows.

        Raises:
            QueryRefusedError: a name is no field, a limit is exceeded, or the cursor is wrong.
            QueryTooHeavyError: it took too long or too much memory.
            VersionChangedError: the version's files were replaced at this moment.
        """
        check_limits(query)
        dataset = version.dataset
        names = check_select(dataset, query.select) or tuple(dataset.field_names)
        _check_fields(version, "filter", [one.field for one in query.selection.filters])
        _check_fields(version, "sort", [one.name for one in query.order])
        table = self._tables.table(version)
        bound_to = repr((content_key(version), replace(query, cursor="", limit=0, offset=0)))
        place = read_cursor(query.cursor, bound_to) if query.cursor else None
        if place is not None and len(place.values) != len(query.order):
            raise wrong_cursor()
        wide = _wide_names(table, names, query)
        mask = table.ranked.selected(query.selection)
        if mask is not None and not query.order and table.ranked.have(wide):
            start = place.position + 1 if place else 0
            most = query.limit + 1
            found = table.ranked.page(wide, mask, start=start, offset=query.offset, most=most)
            total = int(np.count_nonzero(mask))
        else:
            found, total = self._found(version, table, query, wide, place, mask)
        more = len(found) > query.limit
        found = found[: query.limit]
        keys = [wide.index(name) for name in dataset.primary_key]
        cursor = ""
        if more and found:
            last = found[-1]
            values = [last[wide.index(one.name)] for one in query.order]
            cursor = write_cursor(version.number, last[-1], values, bound_to)
        return RowPage(
            field_columns(dataset, names),
            [row[: len(names)] for row in found],
            [row_id(dataset.id, [row[at] for at in keys]) for row in found],
            total,
            cursor,
        )

    def groups(self, version: QueriedVersion, query: GroupQuery) -> GroupPage:
        """Figures per group. Raises as :meth:`rows` does."""
        check_limits(query)
        _check_fields(version, "filter", [one.field for one in query.selection.filters])
        _check_fields(version, "group", [one.field for one in query.groups])
        _check_fields(version, "aggregate", [one.field for one in query.aggregates if one.field])
        table = self._tables.table(version)
        statement = group_statement(table, query, selected(query.selection, table.columns))
        with self._running(table) as connection:
            found = connection.execute(statement.sql, list(statement.values)).fetchall()
        bound_to = repr((content_key(version), replace(query, cursor="", limit=0)))
        return grouped_page(version.dataset, version.number, query, found, bound_to)

    @contextmanager
    def _running(self, table: VersionTable) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection whose queries end in time, with what DuckDB refuses told."""
        connection = table.cursor()
        try:
            with self._deadlines.limit(connection, self._seconds):
                yield connection
            self._check_unchanged(table)
        except duckdb.InterruptException as error:
            raise too_slow(self._seconds) from error
        except duckdb.OutOfMemoryException as error:
            raise too_large() from error
        except duckdb.OutOfRangeException as error:
            raise sum_too_large() from error
        except duckdb.Error:  # perhaps of a file that was replaced or is gone
            self._check_unchanged(table)
            raise
        finally:
            connection.close()

    def _found(
        self,
        version: QueriedVersion,
        table: VersionTable,
        query: RowQuery,
        wide: Sequence[str],
        place: Place | None,
        mask: Mask | None,
    ) -> tuple[list[tuple[Any, ...]], int]:
        """The rows of a page, and one more where there are more; and the total. By DuckDB."""
        wanted = selected(query.selection, table.columns)
        conditions = [wanted]
        if place is not None:
            conditions.append(self._after(table, query.order, place))
        statement = _page_statement(table, wide, query, all_of(conditions))
        with self._running(table) as connection:
            found = connection.execute(statement.sql, list(statement.values)).fetchall()
            if mask is not None:
                return found, int(np.count_nonzero(mask))
            if len(found) > query.limit or query.cursor or query.offset:
                return found, self._total(version, table, query.selection, wanted, connection)
        return found, len(found)

    def _check_unchanged(self, table: VersionTable) -> None:
        try:
            table.check_unchanged()
        except VersionChangedError:
            self._tables.forget(table)
            raise

    def _total(
        self,
        version: QueriedVersion,
        table: VersionTable,
        selection: Selection,
        condition: Condition,
        connection: duckdb.DuckDBPyConnection,
    ) -> int:
        """How many rows a selection has; counted once per version and selection."""
        if condition.sql == ALWAYS:
            return table.rows
        said = repr((content_key(version), selection))  # may be as long as a request
        key = hashlib.sha256(said.encode()).hexdigest()
        with self._lock:
            known = self._totals.get(key)
        if known is not None:
            return known
        sql = f"SELECT count(*) FROM {ROWS} WHERE {condition.sql}"
        counted = connection.execute(sql, list(condition.values)).fetchone()
        total = int(counted[0]) if counted else 0
        with self._lock:
            self._totals[key] = total
            while len(self._totals) > TOTALS_KEPT:
                self._totals.popitem(last=False)
        return total

    def _after(self, table: VersionTable, orders: Sequence[Order], place: Place) -> Condition:
        """The condition of all rows after the place where the page before ended."""
        keys = []
        for order, text in zip(orders, place.values, strict=True):
            column = table.columns[order.name]
            value: Value | None = None
            if text is not None:
                value = typed_value("cursor", column.field, text, self.zone)
            keys.append(SortKey(column, order.descending, value))
        return after(keys, table.position, place.position)


def _page_statement(
    table: VersionTable, wide: Sequence[str], query: RowQuery, condition: Condition
) -> Condition:
    """One row more than the page has, to know whether there is another page."""
    columns = [table.columns[name].value for name in wide]
    orders = [
        f"{table.columns[one.name].sql} {'DESC' if one.descending else 'ASC'} NULLS LAST"
        for one in query.order
    ]
    sorted_by = ""
    if orders or not table.is_in_order:
        sorted_by = f" ORDER BY {', '.join([*orders, table.position])}"
    return Condition(
        f"SELECT {', '.join([*columns, table.position])} FROM {ROWS} "
        f"WHERE {condition.sql}{sorted_by} LIMIT ? OFFSET ?",
        (*condition.values, query.limit + 1, query.offset),
    )


def _wide_names(table: VersionTable, names: Sequence[str], query: RowQuery) -> list[str]:
    """The fields that a page reads, each once: those of the answer, of the key, of the sort."""
    wanted = [*names, *table.dataset.primary_key, *(one.name for one in query.order)]
    return list(dict.fromkeys(wanted))


def _check_fields(version: QueriedVersion, parameter: str, names: Sequence[str]) -> None:
    """Only names of the schema reach a statement."""
    known = version.dataset.field_names
    for name in names:
        if name not in known:
            raise unknown_field(parameter, name, known)
