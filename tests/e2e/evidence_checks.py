"""What stands at a place of a document, looked up without any of our readers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pdfplumber
import polars as pl
import xlrd
from lxml import html
from pdfplumber.page import Page

from flows.evidence.site_evidence import SiteEvidence
from flows.evidence.worker import perform
from flows.evidence.workshop import Workshop
from publishing.portal.evidence import CellEvidence, RowEvidence
from publishing.reader import ReleaseReader, Trace
from schemas.definitions import load_definitions
from schemas.row_identity import row_ids

PAGE_PLACE = re.compile(r"page (\d+) (?:table \d+ r\d+ c\d+|line \d+) \[([\d.,]+)\]")
TABLE_PLACE = re.compile(r"table (\d+) row (\d+) cell (\d+)")
LINE_PLACE = re.compile(r"line (\d+)")
TEXT_PLACE = re.compile(r"line (\d+) column (\d+)")
SHEET_PLACE = re.compile(r"(.+)!([A-Z]+\d+)")
POINTER = re.compile(r"(line)?((?:/[^/]+)+)")


def site_evidence(folder: Path) -> SiteEvidence:
    """The evidence of a site, its documents read in this process."""
    workshop = Workshop(perform)
    return SiteEvidence(load_definitions(folder), workshop=workshop, wait_seconds=300)


def sampled(
    folder: Path, evidence: SiteEvidence, dataset: str, count: int, only: pl.Expr | None = None
) -> Iterator[tuple[str, Trace, RowEvidence]]:
    """Rows of a dataset (``only`` some of them) at even distances."""
    reader = ReleaseReader(folder / "public", folder / "archive", dataset, evidence.row_index)
    rows = reader.scan().filter(pl.lit(value=True) if only is None else only)
    keys = rows.select(reader.manifest()["primary_key"]).collect()
    ids = list(row_ids(dataset, keys))
    for row_id in ids[:: max(1, len(ids) // count)]:
        trace = reader.trace(row_id)
        assert trace is not None
        found = evidence.evidence(trace)
        assert found is not None
        yield row_id, trace, found


def stands_there(path: Path, cell: CellEvidence) -> bool:
    """Whether the text shown of a cell is what the document has at its place."""
    assert cell.text is not None
    shown = "".join(cell.text.split())
    if found := PAGE_PLACE.fullmatch(cell.place):
        return shown == _in_pdf(path, int(found[1]), found[2])
    if found := SHEET_PLACE.fullmatch(cell.place):
        return _same_value(cell.text, _in_workbook(path, found[1], found[2]))
    if found := TEXT_PLACE.fullmatch(cell.place):
        rows = list(csv.reader(io.StringIO(_decoded(path))))
        return cell.text == rows[int(found[1]) - 1][int(found[2]) - 1]
    if found := TABLE_PLACE.fullmatch(cell.place):
        return shown in _in_page(path, *(int(part) for part in found.groups()))
    if LINE_PLACE.fullmatch(cell.place) or cell.place == "title":
        return shown in "".join(html.fromstring(_decoded(path)).text_content().split())
    if found := POINTER.fullmatch(cell.place):
        return _same_value(cell.text, _in_json(path, bool(found[1]), found[2]))
    raise AssertionError(f"a place of another kind: {cell.place}")


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError(path)


def _in_pdf(path: Path, page: int, corners: str) -> str:
    left, top, right, bottom = (float(part) for part in corners.split(","))
    text = _page(path, page).crop((left, top, right, bottom), strict=False).extract_text()
    return "".join(text.split())


@cache
def _page(path: Path, page: int) -> Page:
    return pdfplumber.open(path).pages[page - 1]


def _in_workbook(path: Path, sheet: str, cell: str) -> object:
    if path.read_bytes()[:2] == b"PK":
        value = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)[sheet][cell]
        return value.value
    book = xlrd.open_workbook(path)
    row, column = openpyxl.utils.cell.coordinate_to_tuple(cell)
    found = book.sheet_by_name(sheet).cell(row - 1, column - 1)
    if found.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(found.value, book.datemode)
    return found.value


def _in_page(path: Path, table: int, row: int, cell: int) -> set[str]:
    """The cell as counted in its row, and as it is seen where spans move it: a table of labels
    counts the one way, a table of rows the other."""
    found = html.fromstring(_decoded(path)).xpath("//table")[table - 1]
    seen: dict[tuple[int, int], str] = {}
    counted: set[str] = set()
    for at, line in enumerate(found.xpath(".//tr"), start=1):
        column = 1
        for number, one in enumerate(line.xpath("./td|./th"), start=1):
            text = "".join(one.text_content().split())
            if (at, number) == (row, cell):
                counted.add(text)
            while (at, column) in seen:
                column += 1
            for down in range(int(one.get("rowspan", 1))):
                for right in range(int(one.get("colspan", 1))):
                    seen[at + down, column + right] = text
    return counted | ({seen[row, cell]} if (row, cell) in seen else set())


def _in_json(path: Path, is_line: bool, pointer: str) -> object:
    text, steps = _decoded(path), pointer.split("/")[1:]
    if is_line:
        value: Any = json.loads(text.splitlines()[int(steps.pop(0)) - 1], parse_float=Decimal)
    else:
        value = json.loads(text, parse_float=Decimal)
    for step in steps:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def _same_value(text: str, value: object) -> bool:
    if value is None:
        return text.strip() == ""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        try:
            return Decimal(text.replace(",", "")) == Decimal(str(value))
        except InvalidOperation:
            return False
    if isinstance(value, dt.datetime | dt.date):
        return re.sub(r"\D", "", text)[:8] == f"{value:%Y%m%d}"
    return text == str(value)
