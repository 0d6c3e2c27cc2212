"""Writing an answer: canonical JSON, NDJSON and CSV.

Values are written as in the released files (:mod:`publishing.canonical_text`): decimals exactly,
times with their offset, no value as ``null`` or as an empty CSV field. The CSV is canonical and
not made safe for Excel; the file ``excel.xlsx`` of each version is for that.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

import polars as pl

from publishing.canonical_text import csv_header, csv_lines
from publishing.portal.api.negotiation import Format
from publishing.queries.engine import RowPage
from publishing.queries.grouping import GroupPage
from publishing.queries.result_columns import ResultColumn
from schemas.dataset import FieldType

ROW_ID = "_row_id"
_text = json.encoder.encode_basestring
Page = RowPage | GroupPage
Writer = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of an answer with their columns, ``_row_id`` first where rows have one."""

    columns: tuple[ResultColumn, ...]
    rows: Sequence[tuple[Any, ...]]


def table_of(page: Page) -> Table:
    """The table of a page."""
    if isinstance(page, GroupPage):
        return Table(page.columns, page.rows)
    identified = ResultColumn(ROW_ID, FieldType.STRING)
    rows = [(row_id, *row) for row_id, row in zip(page.row_ids, page.rows, strict=True)]
    return Table((identified, *page.columns), rows)


def body_of(page: Page, chosen: Format, meta: dict[str, Any], timezone: str) -> bytes:
    """The body of an answer."""
    table = table_of(page)
    match chosen:
        case Format.JSON:
            described = json.dumps(meta, ensure_ascii=False)
            rows = ",\n".join(json_objects(table))
            return f'{{"meta": {described},\n"rows": [\n{rows}\n]}}\n'.encode()
        case Format.NDJSON:
            return "".join(f"{line}\n" for line in json_objects(table)).encode()
        case Format.CSV:
            return _csv(table, timezone)


def json_objects(table: Table) -> Iterator[str]:
    """Each row as a JSON object."""
    if not table.rows:
        return iter(())
    by_column = zip(*table.rows, strict=True)
    columns = [
        _members(column, values) for column, values in zip(table.columns, by_column, strict=True)
    ]
    return (f"{{{','.join(members)}}}" for members in zip(*columns, strict=True))


def _members(column: ResultColumn, values: Sequence[Any]) -> list[str]:
    """The name and the value of a column in each row; by columns it is faster than by rows."""
    name = f"{_text(column.name)}:"
    write = _WRITERS[column.type]
    if column.type is FieldType.NUMBER and all(
        value is None or isfinite(value) for value in values
    ):
        write = repr
    return [f"{name}null" if value is None else f"{name}{write(value)}" for value in values]


def _decimal(value: Decimal) -> str:
    text = format(value, "f")
    if "." not in text:
        return text
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def _number(value: float) -> str:
    return repr(value) if isfinite(value) else "null"  # a sum beyond all doubles


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _date(value: dt.date) -> str:
    return f'"{value.isoformat()}"'


def _datetime(value: dt.datetime) -> str:
    text = value.isoformat(timespec="milliseconds") if value.microsecond else value.isoformat()
    return f'"{text}"'


_WRITERS: dict[FieldType, Writer] = {
    FieldType.STRING: _text,
    FieldType.YEARMONTH: _text,
    FieldType.INTEGER: str,
    FieldType.YEAR: str,
    FieldType.DECIMAL: _decimal,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
}


def _csv(table: Table, timezone: str) -> bytes:
    columns = [
        _series(column, [row[at] for row in table.rows], timezone)
        for at, column in enumerate(table.columns)
    ]
    return csv_header([column.name for column in table.columns]) + csv_lines(pl.DataFrame(columns))


def _series(column: ResultColumn, values: list[Any], timezone: str) -> pl.Series:
    if column.type in (FieldType.INTEGER, FieldType.YEAR):  # sums may be larger than 64 bits
        values = [None if value is None else str(value) for value in values]
        return pl.Series(column.name, values, pl.String())
    return pl.Series(column.name, values, column.dtype(timezone))
