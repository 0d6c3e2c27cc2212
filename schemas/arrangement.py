"""Applying a layout's table to raw tables: header, data rows, excluded rows.

Works chunk by chunk: the header is found in the first chunk of a container and kept for those
that continue it. Every row is a header row, a note above it, a blank row, an excluded row with
its reason, or a record; nothing else can become of a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import polars as pl

from schemas.column_reference import ColumnIndex, normalized_header
from schemas.effective_layout import EffectiveLayout
from schemas.finding import Finding, Severity
from schemas.layout import Condition, Table
from schemas.layout_rules import LAYOUT_RULES
from schemas.message import Message
from schemas.raw_table import RawTable
from schemas.reading_rules import READING_RULES, WRONG_WIDTH

_BLANKS = " \t\r\n\u00a0\u3000"


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one chunk of one container: raw cells, their positions and column names."""

    table: RawTable
    columns: ColumnIndex
    cells: pl.DataFrame
    positions: pl.Series
    indexes: pl.Series  # row of each record in table.cells, for places
    notes: tuple[str, ...]
    header_positions: frozenset[int] = frozenset()  # of the header rows, in the first chunk only


@dataclass(slots=True)
class Arranged:
    """What arranging has seen so far; filled while the chunks go through."""

    rows_excluded: int = 0
    excluded_reasons: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, Message] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    containers_with_header: int = 0


@dataclass(slots=True)
class _Open:
    """The container being read: its columns once known, and whether its end has been seen."""

    columns: ColumnIndex
    notes: tuple[str, ...]
    ended: bool = False


def arrange(
    tables: Iterable[RawTable], layout: EffectiveLayout, seen: Arranged
) -> Iterator[Records]:
    """Yield the records of each chunk. What goes by the way is told in ``seen``."""
    opened: _Open | None = None
    skipped: list[RawTable] = []
    for table in tables:
        if table.companion:
            continue
        body, header_positions = table, frozenset[int]()
        if not table.continues:
            started = _open(table, layout.table)
            if started is None:
                skipped.append(table)
                opened = None
                continue
            opened, first_row = started
            seen.containers_with_header += 1
            body = _rows_from(table, first_row)
            header_positions = _header_positions(table, layout.table, first_row)
        if opened is not None:
            yield _records(body, layout.table, opened, seen, header_positions)
    _tell_skipped(skipped, layout.table, seen)


def _header_positions(table: RawTable, rules: Table, first_row: int) -> frozenset[int]:
    count = rules.header.rows if table.columns is None else 0
    return frozenset(table.positions.slice(first_row - count, count).to_list())


def _rows_from(table: RawTable, first: int) -> RawTable:
    """The table without its first rows; keeps places and problems, which are by position."""
    if first == 0:
        return table
    return RawTable(
        container=table.container,
        scheme=table.scheme,
        columns=table.columns,
        cells=table.cells.slice(first),
        positions=table.positions.slice(first),
        continues=table.continues,
        places={(row - first, column): place for (row, column), place in table.places.items()},
        notes=table.notes,
        problems=table.problems,
    )


def _open(table: RawTable, rules: Table) -> tuple[_Open, int] | None:
    """Find the header; return the open container and the first row of data."""
    width = table.cells.width
    if table.columns is not None:
        return _Open(ColumnIndex(table.columns), table.notes), 0
    header = rules.header
    if header.rows == 0:
        names = [*header.columns, *([""] * max(0, width - len(header.columns)))]
        return _Open(ColumnIndex(names), table.notes), (header.starts_at or 1) - 1
    start = _header_row(table, rules)
    if start is None:
        return None
    names = _joined_header(table.cells.slice(start, header.rows))
    above = [
        str(cell).strip(_BLANKS)
        for row in table.cells.slice(0, start).iter_rows()
        for cell in row
        if cell and str(cell).strip(_BLANKS)
    ]
    columns = ColumnIndex(list(header.columns) if header.columns else names)
    return _Open(columns, (*table.notes, *above)), start + header.rows


def _header_row(table: RawTable, rules: Table) -> int | None:
    """The 0-based row of the (first) header row."""
    header = rules.header
    if header.starts_at is not None:
        found = (table.positions == header.starts_at).arg_max() if table.cells.height else None
        return found if found is not None and table.positions[found] == header.starts_at else None
    if not header.find:
        for index, row in enumerate(table.cells.iter_rows()):
            if any(cell and str(cell).strip(_BLANKS) for cell in row):
                return index
        return None
    wanted = [normalized_header(text) for text in header.find]
    for index, row in enumerate(table.cells.head(200).iter_rows()):
        names = ColumnIndex([str(cell or "") for cell in row])
        if all(names.find(text) is not None for text in wanted):
            return index
    return None


def _joined_header(rows: pl.DataFrame) -> list[str]:
    """Join several header rows with ``/``; a name that repeats from above is written once."""
    names: list[str] = []
    for column in rows.iter_columns():
        parts: list[str] = []
        for cell in column:
            text = " ".join(str(cell or "").split())
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        names.append("/".join(parts))
    return names


def _records(
    table: RawTable, rules: Table, opened: _Open, seen: Arranged, header: frozenset[int]
) -> Records:
    cells = table.cells
    frame = cells.with_columns(
        pl.Series("_position", table.positions, dtype=pl.Int64),
        pl.int_range(0, cells.height, dtype=pl.Int64).alias("_index"),
    )
    names = cells.columns
    frame = frame.with_columns(_filled_cells(cells, rules).alias("_filled"))
    frame = frame.filter((pl.col("_filled") > 0) | pl.col("_position").is_in(_unreadable(table)))
    frame = _cut_at_end(frame, names, rules, opened, seen)
    frame = _exclude(frame, rules, opened.columns, seen)
    return Records(
        table=table,
        columns=opened.columns,
        cells=frame.select(names),
        positions=frame.get_column("_position"),
        indexes=frame.get_column("_index"),
        notes=opened.notes,
        header_positions=header,
    )


def _filled_cells(cells: pl.DataFrame, rules: Table) -> pl.Series:
    """How many cells of each row are filled.

    Where no exclusion asks for the number, it is only told from 0: then most tables need a look
    at their first column alone.
    """
    exact = any(exclusion.when.cells_at_most is not None for exclusion in rules.exclude)
    counts = pl.repeat(0, cells.height, dtype=pl.Int32, eager=True)
    for column in cells.iter_columns():
        filled = column.str.strip_chars(_BLANKS).str.len_bytes() > 0
        counts = counts + filled.fill_null(value=False).cast(pl.Int32)
        if not exact and (counts > 0).all():
            break
    return counts


def _unreadable(table: RawTable) -> list[int]:
    """Rows that may have no cell because they could not be read: they are not blank."""
    return [
        problem.row
        for problem in table.problems
        if problem.row is not None
        and problem.rule not in WRONG_WIDTH
        and READING_RULES[problem.rule].severity is Severity.ERROR
    ]


def _cut_at_end(
    frame: pl.DataFrame, names: list[str], rules: Table, opened: _Open, seen: Arranged
) -> pl.DataFrame:
    """Footnotes and whatever else stands behind the end of the table are excluded, and counted."""
    if rules.ends_before is None or frame.is_empty():
        return frame
    cut = 0
    if not opened.ended:
        stripped = [_filled_text(pl.col(name)) for name in names]
        first = frame.select(pl.coalesce(stripped).alias("first")).get_column("first")
        hits = first.str.contains(rules.ends_before).fill_null(value=False)
        position = hits.arg_max() if hits.any() else None
        if position is None:
            return frame
        opened.ended = True
        cut = position
    reason = Message("表尾之后的说明", "notes behind the end of the table")
    _count_excluded(seen, reason, frame.height - cut)
    return frame.head(cut)


def _filled_text(column: pl.Expr) -> pl.Expr:
    stripped = column.str.strip_chars(_BLANKS)
    return pl.when(stripped.str.len_bytes() > 0).then(stripped)


def _exclude(
    frame: pl.DataFrame, rules: Table, columns: ColumnIndex, seen: Arranged
) -> pl.DataFrame:
    for exclusion in rules.exclude:
        test = _condition(exclusion.when, columns, frame.width - 3)
        kept = frame.filter(~test.fill_null(value=False))
        _count_excluded(seen, exclusion.reason.as_message(), frame.height - kept.height)
        frame = kept
    return frame


def _count_excluded(seen: Arranged, reason: Message, count: int) -> None:
    if count:
        seen.rows_excluded += count
        seen.reasons[reason.zh] = reason
        seen.excluded_reasons[reason.zh] = seen.excluded_reasons.get(reason.zh, 0) + count


def _condition(when: Condition, columns: ColumnIndex, width: int) -> pl.Expr:
    """The test of an exclusion as an expression that is true for rows to exclude."""
    if when.cells_at_most is not None:
        return pl.col("_filled") <= when.cells_at_most
    index = columns.find(when.column or "")
    if index is None or index >= width:
        # the column is not there at all: then every row lacks it
        return pl.lit(bool(when.absent) or bool(when.empty))
    cell = pl.col(str(index))
    text = cell.fill_null("").str.strip_chars(_BLANKS)
    if when.absent is not None:
        return cell.is_null() if when.absent else cell.is_not_null()
    if when.empty is not None:
        return (text.str.len_bytes() == 0) if when.empty else (text.str.len_bytes() > 0)
    if when.equals is not None:
        return text.is_in(list(when.equals))
    return text.str.contains(when.matches or "")


def _tell_skipped(skipped: list[RawTable], rules: Table, seen: Arranged) -> None:
    if seen.containers_with_header == 0 and skipped:
        wanted = "、".join(rules.header.find) or f"{rules.header.starts_at}"
        seen.findings.append(LAYOUT_RULES["LAY-03"].finding(wanted=wanted))
        return
    for table in skipped:
        filled = sum(
            int((column.fill_null("").str.strip_chars(_BLANKS).str.len_bytes() > 0).sum())
            for column in table.cells.iter_columns()
        )
        if filled:
            seen.findings.append(
                LAYOUT_RULES["LAY-04"].finding(value=table.container, count=filled)
            )
