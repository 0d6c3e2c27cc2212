"""A prepared snapshot: single records and places of it, found without reading the rest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from flows.evidence.document_places import DocumentPlace, Header
from flows.evidence.preparing import CONTAINERS, OWN_PLACES, PLACES, POSITION
from schemas.arrangement import Records
from schemas.column_reference import ColumnIndex
from schemas.documents.document import Box
from schemas.raw_table import LocatorScheme, RawTable

MOST_ROWS_SEARCHED = 5_000
"""Of a container with own places (a document) so many rows are searched for names."""


@dataclass(frozen=True, slots=True)
class PreparedSnapshot:
    """The folder a snapshot was read into."""

    folder: Path

    def record(self, container: str, position: int) -> Records | None:
        """The record at a position of a container, alone; None where there is none."""
        described = self._containers().get(container)
        if described is None:
            return None
        found = self._rows(described).filter(pl.col(POSITION) == position).collect().head(1)
        if found.is_empty():
            return None
        own: dict[str, str] = json.loads(found.item(0, OWN_PLACES) or "{}")
        cells = found.drop(POSITION, OWN_PLACES)
        scheme = LocatorScheme(described["scheme"])
        positions = found.get_column(POSITION)
        table = RawTable(
            container=container,
            scheme=scheme,
            columns=tuple(described["columns"]),
            cells=cells,
            positions=positions,
            places={(0, int(column)): place for column, place in own.items()},
            notes=tuple(described["notes"]),
        )
        return Records(
            table=table,
            columns=ColumnIndex(described["columns"]),
            cells=cells,
            positions=positions,
            indexes=pl.Series([0], dtype=pl.Int64),
            notes=tuple(described["notes"]),
        )

    def column_texts(self, container: str, column: int) -> list[str]:
        """The distinct texts of a column of a document's container."""
        described = self._containers().get(container)
        if described is None or column >= len(described["columns"]):
            return []
        rows = self._rows(described).head(MOST_ROWS_SEARCHED).collect()
        if str(column) not in rows.columns:
            return []
        return rows.get_column(str(column)).drop_nulls().unique().to_list()

    @property
    def is_document(self) -> bool:
        """Whether places of the document itself were kept."""
        return (self.folder / PLACES).is_file()

    def place(self, place: str) -> DocumentPlace | None:
        """The place of a document a locator names; None where there is none."""
        found = self._places().filter(pl.col("place") == place).collect()
        return _place(found.row(0, named=True)) if found.height else None

    def places_of_page(self, page: int) -> list[DocumentPlace]:
        """All places of a page."""
        found = self._places().filter(pl.col("page") == page).collect()
        return [_place(row) for row in found.iter_rows(named=True)]

    def _containers(self) -> dict[str, Any]:
        known: dict[str, Any] = json.loads((self.folder / CONTAINERS).read_text("utf-8"))
        return known

    def _rows(self, described: dict[str, Any]) -> pl.LazyFrame:
        files = [pl.scan_parquet(self.folder / file) for file in described["files"]]
        return pl.concat(files, how="diagonal")

    def _places(self) -> pl.LazyFrame:
        return pl.scan_parquet(self.folder / PLACES)


def _place(row: dict[str, Any]) -> DocumentPlace:
    headers = tuple(
        Header(one["text"], Box(**one["box"]) if one["box"] else None)
        for one in json.loads(row["headers"])
    )
    return DocumentPlace(
        place=row["place"],
        text=row["text"],
        page=row["page"],
        is_line=row["is_line"],
        is_scan=row["is_scan"],
        box=Box(*row["box"]) if row["box"] is not None else None,
        confidence=row["confidence"],
        headers=headers,
    )
