"""The Parquet file of a release: zstd, decimal128, and what each field means beside it."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from schemas.dataset import Dataset

FIELDS_KEY = "gongkai:fields"
COMPRESSION_LEVEL = 3


def write_parquet(path: Path, frame: pl.DataFrame, dataset: Dataset) -> None:
    """Write rows with the dataset's title and fields (title, unit, type) in the file's metadata.

    The metadata is one JSON text under ``gongkai:fields``, so that no second Parquet library
    has to be loaded for it.
    """
    described = [
        {
            "name": field.name,
            "title_zh": field.title.zh,
            "title_en": field.title.en,
            "type": str(field.type),
            "unit": field.unit,
        }
        for field in dataset.fields
    ]
    frame.write_parquet(
        path,
        compression="zstd",
        compression_level=COMPRESSION_LEVEL,
        metadata={
            FIELDS_KEY: json.dumps(
                {"dataset": dataset.id, "title": dataset.title.zh, "fields": described},
                ensure_ascii=False,
            )
        },
    )
