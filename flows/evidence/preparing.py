"""Reading a snapshot once into a folder in which single rows and places are found quickly.

``containers.json`` lists the containers with their columns and notes; ``rows-N.parquet`` hold the
records of one chunk, with their positions; ``places.parquet`` every place of a document.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import TypeAdapter

from connectors.documents.notice_records import read_records
from connectors.documents.web_pages import read_page
from connectors.readers import read
from connectors.readers.budget_document import open_document, tables_of
from flows.evidence.document_places import DocumentPlace, document_places
from schemas.arrangement import Arranged, Records, arrange
from schemas.documents.document import Document
from schemas.documents.notice.wording import key_of, looks_like_column
from schemas.effective_layout import EffectiveLayout
from schemas.layout import Table
from schemas.raw_table import RawTable
from schemas.reader_options import BudgetDocumentReader, ProcurementNoticeReader, ReaderOptions

CONTAINERS, PLACES = "containers.json", "places.parquet"
POSITION, OWN_PLACES = "_position", "_places"
PLACE_SCHEMA = pl.Schema(
    {
        "place": pl.String(),
        "text": pl.String(),
        "page": pl.Int32(),
        "is_line": pl.Boolean(),
        "is_scan": pl.Boolean(),
        "box": pl.List(pl.Float64()),
        "confidence": pl.Float64(),
        "headers": pl.String(),
    }
)
LONGEST_HEADER = 60
_OPTIONS: TypeAdapter[ReaderOptions] = TypeAdapter(ReaderOptions)


def layout_to_json(layout: EffectiveLayout) -> dict[str, Any]:
    """What of a layout decides which records a file has, as JSON values."""
    return {
        "reader": _OPTIONS.dump_python(layout.reader, mode="json", by_alias=True),
        "members": layout.members,
        "table": layout.table.model_dump(mode="json", by_alias=True),
    }


def layout_from_json(data: dict[str, Any]) -> EffectiveLayout:
    """The inverse of :func:`layout_to_json`; without a mapping, which reading does not need."""
    return EffectiveLayout(
        reader=_OPTIONS.validate_json(json.dumps(data["reader"])),
        members=data["members"],
        table=Table.model_validate_json(json.dumps(data["table"])),
        mapping={},
        ignore=(),
        missing=(),
        as_of=dt.date.min,
    )


def prepare(path: Path, name: str, layout: EffectiveLayout, folder: Path) -> None:
    """Read the file at ``path`` into ``folder``.

    Raises:
        UnreadableFileError: the file cannot be read as the layout says.
    """
    tables, documents = _opened(path, name, layout)
    _write_records(arrange(tables, layout, Arranged()), folder)
    if documents:
        heads = _heads_a_column(layout.reader)
        places = (one for document in documents for one in document_places(document, heads))
        _write_places(places, folder)


def _heads_a_column(options: ReaderOptions) -> Callable[[str], bool]:
    """In notices tables of values and tables of pairs look alike: only known words are headers."""
    if isinstance(options, ProcurementNoticeReader):
        return lambda text: key_of(text) is not None or looks_like_column(text)
    return lambda text: len(text) <= LONGEST_HEADER


def _opened(
    path: Path, name: str, layout: EffectiveLayout
) -> tuple[Iterator[RawTable], list[Document]]:
    options = layout.reader
    if layout.members is None and isinstance(options, BudgetDocumentReader):
        document = open_document(path)  # recognising scanned pages takes long: once for both
        return tables_of(document, options), [document]
    tables = read(path, options, name=name, members=layout.members)
    if layout.members is None and isinstance(options, ProcurementNoticeReader):
        return tables, list(_notices(path, options))
    return tables, []


def _notices(path: Path, options: ProcurementNoticeReader) -> Iterator[Document]:
    if options.form == "html":
        yield read_page(path, options.encoding)[0]
        return
    for record in read_records(path, options.encoding, options.records, options.members):
        yield record.notice.document


def _write_records(chunks: Iterable[Records], folder: Path) -> None:
    containers: dict[str, dict[str, Any]] = {}
    for number, records in enumerate(chunks):
        file = f"rows-{number}.parquet"
        _record_frame(records).write_parquet(folder / file, row_group_size=20_000)
        known = containers.setdefault(
            records.table.container,
            {
                "scheme": str(records.table.scheme),
                "columns": list(records.columns.names),
                "notes": list(records.notes),
                "files": [],
            },
        )
        known["files"].append(file)
    (folder / CONTAINERS).write_text(json.dumps(containers, ensure_ascii=False), "utf-8")


def _record_frame(records: Records) -> pl.DataFrame:
    own: list[str | None] = [None] * records.cells.height
    if records.table.places:
        by_row: dict[int, dict[str, str]] = {}
        for (row, column), place in records.table.places.items():
            by_row.setdefault(row, {})[str(column)] = place
        own = [
            json.dumps(by_row.get(int(index), {}), ensure_ascii=False) for index in records.indexes
        ]
    return records.cells.with_columns(
        pl.Series(POSITION, records.positions, dtype=pl.Int64),
        pl.Series(OWN_PLACES, own, dtype=pl.String),
    )


def _write_places(places: Iterable[DocumentPlace], folder: Path) -> None:
    rows = [
        {
            "place": one.place,
            "text": one.text,
            "page": one.page,
            "is_line": one.is_line,
            "is_scan": one.is_scan,
            "box": _corners(one),
            "confidence": one.confidence,
            "headers": json.dumps([asdict(header) for header in one.headers], ensure_ascii=False),
        }
        for one in places
    ]
    pl.DataFrame(rows, schema=PLACE_SCHEMA).write_parquet(folder / PLACES)


def _corners(one: DocumentPlace) -> list[float] | None:
    if one.box is None:
        return None
    return [one.box.left, one.box.top, one.box.right, one.box.bottom]
