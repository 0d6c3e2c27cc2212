"""Label:value tables of HTML pages: one record per page or parcel, its columns are the labels."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from connectors.readers import frames, html_page
from connectors.readers.html_page import PageCell, PageTable
from schemas.raw_table import LocatorScheme, RawTable
from schemas.reader_options import HtmlLabelReader

_BLANK = re.compile(r"[\s\u3000]+")
_COLON_AT_END = re.compile(r"[：:]\s*$")
_PAIR_IN_CELL = re.compile(r"^([^：:\n]{1,30})[：:]\s*(\S[\s\S]*)$")


@dataclass(slots=True)
class _Record:
    """Labels and values in the order of the page."""

    labels: list[str] = field(default_factory=list)
    values: list[str | None] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def begun_by(self, label: str) -> list[_Record]:
        """The record cut where ``label`` stands; what comes before its first place goes with each
        part. Whole, where the label does not occur."""
        wanted = _folded(label)
        starts = [at for at, own in enumerate(self.labels) if wanted and _folded(own) == wanted]
        shared = range(starts[0]) if starts else range(0)
        cuts = pairwise([*starts, len(self.labels)])
        parts = [(*shared, *range(start, end)) for start, end in cuts]
        return [self._part(part) for part in parts] or [self]

    def _part(self, entries: Iterable[int]) -> _Record:
        part = _Record()
        for at in entries:
            part.add(self.labels[at], self.values[at], self.places[at])
        return part

    def add(self, label: str, value: str | None, place: str) -> None:
        self.labels.append(label)
        self.values.append(value)
        self.places.append(place)


def read_html_labels(path: Path, options: HtmlLabelReader) -> Iterator[RawTable]:
    """Read the page's chosen tables into one record, or several where ``record_begins`` is given.

    A label ends with a colon or stands in a header cell; in rows without either, labels and
    values take turns. A cell that stands alone in its row is a column named by its text before the
    colon, or a note. A cell without a label is a column named by its place. Nothing is dropped.
    The colon and blanks within labels are taken off; a label that comes twice stays twice.

    Raises:
        UnreadableFileError: no page, no table, or several and none named.
    """
    page = html_page.open_page(path, options.encoding)
    tables = html_page.chosen(page, options)
    record = _Record()
    for table in tables:
        others = frozenset(id(other.element) for other in tables if other is not table)
        _read_table(table, html_page.rows_of(table, leave_out=others), record)
    notes = (*html_page.notes_beside(tables[0]), *record.notes)
    container = tables[0].name if len(tables) == 1 else "page"
    records = record.begun_by(options.record_begins)
    columns, rows, places = _below_each_other(records)
    for raw in frames.tables(
        container,
        LocatorScheme.PLACES,
        columns,
        rows,
        range(1, len(rows) + 1),
        page.problems,
        len(rows),
        places=places,
        notes=notes,
    ):
        yield frames.with_text_problems(raw)


def _below_each_other(
    records: list[_Record],
) -> tuple[tuple[str, ...], list[list[str | None]], dict[tuple[int, int], str]]:
    """Columns, rows and places. A label that comes twice in a record is two columns."""
    columns: dict[tuple[str, int], int] = {}
    cells: list[dict[int, str | None]] = []
    places: dict[tuple[int, int], str] = {}
    for row, record in enumerate(records):
        seen: Counter[str] = Counter()
        cells.append({})
        for label, value, place in zip(record.labels, record.values, record.places, strict=True):
            seen[label] += 1
            column = columns.setdefault((label, seen[label]), len(columns))
            cells[row][column] = value
            places[row, column] = place
    rows = [[found.get(column) for column in range(len(columns))] for found in cells]
    return tuple(label for label, _ in columns), rows, places


def _folded(label: str) -> str:
    return unicodedata.normalize("NFKC", _label(label))


def _read_table(table: PageTable, rows: list[list[PageCell]], record: _Record) -> None:
    for number, row in enumerate(rows, 1):
        place = f"{table.name} row {number}"
        if len(row) == 1:
            _read_lone(row[0], f"{place} cell 1", record)
        elif row:
            _read_row(row, place, record)


def _label(text: str) -> str:
    return _BLANK.sub("", _COLON_AT_END.sub("", text))


def _is_marked(cell: PageCell) -> bool:
    return bool(_COLON_AT_END.search(cell.text)) or (cell.is_header and bool(cell.text))


def _read_lone(cell: PageCell, place: str, record: _Record) -> None:
    pair = _PAIR_IN_CELL.match(cell.text)
    if pair:
        record.add(_label(pair.group(1)), pair.group(2), place)
    elif _COLON_AT_END.search(cell.text):
        record.add(_label(cell.text), None, place)
    elif cell.text:
        record.notes.append(cell.text)


def _read_row(row: list[PageCell], place: str, record: _Record) -> None:
    marked = any(map(_is_marked, row))
    paired = all(_PAIR_IN_CELL.match(cell.text) for cell in row)
    index = 0
    while index < len(row):
        here = f"{place} cell {index + 1}"
        cell = row[index]
        following = row[index + 1] if index + 1 < len(row) else None
        takes_next = following is not None and not (marked and _is_marked(following))
        if _is_marked(cell) or (not marked and not paired and cell.text and takes_next):
            value = following.text if following is not None and takes_next else None
            where = f"{place} cell {index + 2}" if takes_next else here
            record.add(_label(cell.text), value, where)
            index += 2 if takes_next else 1
            continue
        pair = _PAIR_IN_CELL.match(cell.text)
        if pair:
            record.add(_label(pair.group(1)), pair.group(2), here)
        elif cell.text:
            record.add(f"row {place.rpartition(' ')[2]} cell {index + 1}", cell.text, here)
        index += 1
