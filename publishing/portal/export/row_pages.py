"""The addresses of the pages of rows."""

from __future__ import annotations

import polars as pl

from publishing.portal.published import PublishedVersion
from schemas.row_identity import row_ids


def row_paths(version: PublishedVersion, most: int) -> tuple[list[str], int]:
    """The paths of the first ``most`` rows of a version, and how many rows are left out."""
    key = list(version.dataset.primary_key)
    found: list[str] = []
    for file in version.parquet_files():
        if len(found) >= most:
            break
        keys = pl.read_parquet(
            file, columns=key, n_rows=most - len(found), hive_partitioning=False
        ).select(key)
        found += [
            f"/datasets/{version.dataset.id}/rows/{identifier}/"
            for identifier in row_ids(version.dataset.id, keys)
        ]
    return found, int(version.manifest["rows"]) - len(found)
