"""The first rows of a version, for reading on its page."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from publishing.portal.pages.languages import Language
from publishing.portal.pages.values import ShownValue, shown_value
from publishing.portal.published import PublishedVersion
from schemas.row_identity import key_text, row_ids

ROWS = 10


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row: its id, its key as text, and its values in the order of the fields."""

    row_id: str
    key: str
    values: tuple[ShownValue, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """Rows of one partition ("" where there are none), and how many the version has."""

    partition: str
    rows: tuple[PreviewRow, ...]
    total: int


def preview(version: PublishedVersion, language: Language) -> Preview:
    """The first rows of the last partition, which is the newest where time makes them."""
    dataset, manifest = version.dataset, version.manifest
    for part in reversed(manifest["partitions"]):
        file = version.folder / part["formats"]["parquet"]
        frame = pl.scan_parquet(file, hive_partitioning=False).head(ROWS).collect()
        if frame.is_empty():
            continue
        keys = frame.select(dataset.primary_key)
        identified = zip(
            row_ids(dataset.id, keys), keys.iter_rows(), frame.iter_rows(named=True), strict=True
        )
        rows = tuple(
            PreviewRow(
                found,
                key_text(key),
                tuple(shown_value(field, row[field.name], language) for field in dataset.fields),
            )
            for found, key, row in identified
        )
        return Preview(part["partition"], rows, manifest["rows"])
    return Preview("", (), manifest["rows"])
