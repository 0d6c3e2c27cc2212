"""Where the records of a raw table stand: header rows above, notes and totals below."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import polars as pl

from flows.scaffolding.text_shapes import TOTAL, folded, is_value, note_word
from schemas.arrangement import Arranged, Records, arrange
from schemas.column_reference import ColumnIndex, normalized_header
from schemas.effective_layout import EffectiveLayout
from schemas.layout import Condition, Exclusion, Header, Table
from schemas.raw_table import RawTable
from schemas.reader_options import JsonReader
from schemas.strict import Text
from schemas.units import unit_in_header

HEADER_SEARCH_ROWS = 60
MOST_HEADER_ROWS = 4
NAMED_IN_FIND = 3
TOTAL_COLUMNS = 4
MOST_TOTALS = 0.3
THIN = 3
"""A row with no more than a third of the cells (and at least two) is nearly empty."""
_BLANKS = " \t\r\n\u00a0\u3000"
IsKnown = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class TableShape:
    """What is proposed under ``table:``, and the records that it leaves."""

    table: Table
    records: Records
    rows_excluded: int


def shape_of(raw: RawTable, is_known: IsKnown) -> TableShape | None:
    """Find header, notes and totals; None where the table has no record.

    ``is_known`` says whether a text is the title of a field of any dataset.
    """
    header = Header() if raw.columns is not None else _header(raw, is_known)
    first = _arranged(raw, Table(header=header))
    if first is None or first[0].cells.height == 0:
        return None
    table = _with_rows_left_out(first[0], header)
    records, excluded = _arranged(raw, table) or first
    if records.cells.height == 0:
        return None
    return TableShape(table, records, excluded)


def _arranged(raw: RawTable, table: Table) -> tuple[Records, int] | None:
    seen = Arranged()
    layout = EffectiveLayout(
        reader=JsonReader(type="json"),
        members=None,
        table=table,
        mapping={},
        ignore=(),
        missing=("",),
        as_of=dt.date.min,
    )
    found = list(arrange([raw], layout, seen))
    return (found[0], seen.rows_excluded) if found else None


# -- header -------------------------------------------------------------------------------------


def _rows(raw: RawTable) -> list[list[str]]:
    head = raw.cells.head(HEADER_SEARCH_ROWS)
    return [[str(cell or "").strip(_BLANKS) for cell in row] for row in head.iter_rows()]


def _header(raw: RawTable, is_known: IsKnown) -> Header:
    rows = _rows(raw)
    if _begins_with_data(rows, is_known):
        columns = tuple(f"列{number}" for number in range(1, raw.cells.width + 1))
        return Header(rows=0, columns=columns)
    start = _best_row(rows, is_known)
    while start > 0 and _joins(rows[start - 1], rows[start]):
        start -= 1
    count = 1
    while (
        count < MOST_HEADER_ROWS
        and start + count < len(rows)
        and _joins(rows[start + count - 1], rows[start + count])
    ):
        count += 1
    wanted = _find_texts(rows, start, is_known)
    if wanted:
        return Header(rows=count, find=wanted)
    return Header(rows=count, starts_at=int(raw.positions[start]))


def _best_row(rows: list[list[str]], is_known: IsKnown) -> int:
    """The row that looks most like a header: known titles, plain words, as wide as the rest."""
    widths = [len(distinct) for row in rows if len(distinct := set(filter(None, row))) > 1]
    usual = median(widths) if widths else 1
    best, best_score = 0, float("-inf")
    for index, row in enumerate(rows):
        texts = set(filter(None, row))
        if not texts:
            continue
        values = sum(map(is_value, texts))
        known = sum(map(is_known, texts))
        score = 3.0 * known + (len(texts) - values) - 3.0 * values
        score *= min(1.0, len(texts) / usual) if score > 0 else 1.0
        if score > best_score:
            best, best_score = index, score
    return best


def _begins_with_data(rows: list[list[str]], is_known: IsKnown) -> bool:
    """True where no row is a header: the first row has values where the others have them."""
    filled = [row for row in rows if any(row)]
    if len(filled) < 2 or any(is_known(text) for row in filled[:10] for text in row if text):
        return False
    first, rest = filled[0], filled[1:]
    columns = [
        index
        for index in range(len(first))
        if sum(is_value(row[index]) for row in rest if row[index]) * 10 >= len(rest) * 7
    ]
    return bool(columns) and all(is_value(first[index]) for index in columns)


def _joins(above: list[str], below: list[str]) -> bool:
    """Whether ``below`` is a further header row: it stands only under merged or empty cells."""
    if (
        len(set(filter(None, above))) < 2
        or not any(below)
        or any(map(is_value, filter(None, below)))
    ):
        return False
    under = [index for index, text in enumerate(below) if text and text != above[index]]
    rest = [index for index in range(len(below)) if index not in under]
    if not under or not any(above[index] for index in rest):
        return False
    return all(_is_grouped(above, below, index) for index in under)


def _is_grouped(above: list[str], below: list[str], index: int) -> bool:
    text = above[index]
    left = above[index - 1] if index else None
    right = above[index + 1] if index + 1 < len(above) else None
    if not text or text in (left, right):
        return True
    return right == "" and bool(below[index + 1])


def _find_texts(rows: list[list[str]], start: int, is_known: IsKnown) -> tuple[str, ...]:
    """Titles of the first header row that together stand in no row above it."""
    names = [" ".join(text.split()) for text in rows[start]]
    index = ColumnIndex(names)
    single = [name for name in dict.fromkeys(names) if name and len(name) <= 20]
    single = [_bare(name, index) for name in single if not is_value(name)]
    ordered = sorted(single, key=lambda name: not is_known(name))[:NAMED_IN_FIND]
    if not ordered:
        return ()
    for row in rows[:start]:
        above = ColumnIndex(row)
        if all(above.find(name) is not None for name in ordered):
            return ()
    return tuple(sorted(ordered, key=single.index))


def _bare(name: str, index: ColumnIndex) -> str:
    """The title without its unit, where that still names the same column."""
    split = unit_in_header(name)
    return split[0] if split and index.find(split[0]) == index.find(name) else name


def column_reference(columns: ColumnIndex, index: int) -> str:
    """How a layout refers to a column: its title without the unit, ``title#2`` or ``@J``."""
    name = columns.names[index]
    split = unit_in_header(name)
    candidates = [split[0]] if split and split[0] else []
    for candidate in (*candidates, name):
        if candidate and columns.find(candidate) == index and not columns.is_ambiguous(candidate):
            return candidate
    same = [
        i
        for i, other in enumerate(columns.names)
        if normalized_header(other) == normalized_header(name)
    ]
    numbered = f"{name}#{same.index(index) + 1}"
    if name and columns.find(numbered) == index:
        return numbered
    return f"@{index + 1}"


# -- rows that are no records -------------------------------------------------------------------


def _with_rows_left_out(records: Records, header: Header) -> Table:
    excluded: list[Exclusion] = []
    ends_before = None
    words, at_end, column = _notes(records)
    if words:
        pattern = f"^({'|'.join(map(re.escape, words))})"
        if at_end:
            ends_before = pattern
        else:
            excluded.append(
                _exclusion(records, column, pattern, "表内说明", "note inside the table")
            )
    total = _total_column(records)
    if total is not None:
        excluded.append(_exclusion(records, total, TOTAL, "合计行", "total row"))
    repeated = _repeated_header(records)
    if repeated is not None:
        name = records.columns.names[repeated]
        when = Condition(column=column_reference(records.columns, repeated), equals=(name,))
        excluded.append(Exclusion(when=when, reason=Text(zh="重复的表头", en="header row again")))
    ordinal = _ordinal_row(records)
    if ordinal is not None:
        pattern = f"^[(（]?{ordinal + 1}[)）]?$"
        excluded.append(_exclusion(records, ordinal, pattern, "列号行", "row of column numbers"))
    return Table(header=header, exclude=tuple(excluded), ends_before=ends_before)


def _exclusion(records: Records, column: int, pattern: str, zh: str, en: str) -> Exclusion:
    when = Condition(column=column_reference(records.columns, column), matches=pattern)
    return Exclusion(when=when, reason=Text(zh=zh, en=en))


def _filled(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars(_BLANKS)
    return pl.when(text.str.len_bytes() > 0).then(text)


def _first_texts(records: Records) -> pl.DataFrame:
    """Per record: its first filled cell, the column of it, and how many different texts it has."""
    names = records.cells.columns
    texts = [_filled(name) for name in names]
    where = [
        pl.when(_filled(name).is_not_null()).then(pl.lit(index)) for index, name in enumerate(names)
    ]
    return records.cells.select(
        pl.coalesce(texts).alias("first"),
        pl.coalesce(where).alias("column"),
        pl.concat_list(texts).list.drop_nulls().list.n_unique().alias("different"),
    )


def _notes(records: Records) -> tuple[list[str], bool, int]:
    """The words that notes begin with, whether all stand at the end, and their column."""
    width = records.cells.width
    if records.table.columns is not None or width < 3:
        return [], False, 0
    thin = max(2, width // THIN)
    rows = _first_texts(records)
    suspects = rows.with_row_index("row").filter(
        (pl.col("different") <= thin) | pl.col("first").str.contains(r"^.{1,20}[:：]")
    )
    found: dict[int, tuple[str, int]] = {}
    for row, first, column, different in suspects.iter_rows():
        word = note_word(str(first or ""), alone=different <= thin)
        if word is not None:
            found[row] = (word, column)
    if not found or len(found) * 2 > rows.height + 1:
        return [], False, 0
    words = list(dict.fromkeys(word for word, _ in found.values()))
    quiet = rows.get_column("different")
    behind = range(min(found), rows.height)
    at_end = all(row in found or quiet[row] <= thin for row in behind)
    return words, at_end, next(iter(found.values()))[1]


def _total_column(records: Records) -> int | None:
    names = records.cells.columns[:TOTAL_COLUMNS]
    if records.table.columns is not None or not names:
        return None
    counts = records.cells.select(
        pl.col(name).str.strip_chars(_BLANKS).str.contains(TOTAL).sum() for name in names
    ).row(0)
    best = max(range(len(names)), key=lambda index: counts[index])
    usable = 0 < counts[best] <= max(1, MOST_TOTALS * records.cells.height)
    return best if usable else None


def _repeated_header(records: Records) -> int | None:
    """A column whose cell is its own title in rows that say all titles again."""
    if records.table.columns is not None:
        return None
    names = [" ".join(name.split("/")[-1].split()) for name in records.columns.names]
    same = [
        (pl.col(cell).str.strip_chars(_BLANKS) == name).fill_null(value=False).cast(pl.Int32)
        for cell, name in zip(records.cells.columns, names, strict=False)
        if name
    ]
    if len(same) < THIN:
        return None
    again = records.cells.filter(pl.sum_horizontal(same) * 2 > len(same))
    if again.is_empty():
        return None
    first = again.row(0)
    for index, name in enumerate(records.columns.names):
        if name and index < len(first) and str(first[index] or "").strip(_BLANKS) == name:
            return index
    return None


def _ordinal_row(records: Records) -> int | None:
    """The column by which a row ``1 2 3 …`` under the header is told from records."""
    if records.table.columns is not None or records.cells.height < 2:
        return None
    first = [folded(str(cell or "")).strip("()") for cell in records.cells.row(0)]
    counted = [index for index, text in enumerate(first) if text == str(index + 1)]
    if len(counted) < THIN or len(counted) * 5 < len(first) * 4:
        return None
    rest = records.cells.slice(1, 50)
    for index in counted:
        texts = [folded(str(cell)) for cell in rest.to_series(index) if cell]
        if texts and not any(text.isdigit() for text in texts):
            return index
    return None
