"""Writing one partition of a release in all formats."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from publishing.canonical_text import chunks, csv_header, csv_lines, json_lines
from publishing.excel_csv import MOST_ROWS, write_excel_csv
from publishing.hashed_file import FileFacts, GzipFile, PlainFile, Sink, finished_file
from publishing.parquet_file import write_parquet
from publishing.workbook import MAX_ROWS, write_workbook
from schemas.dataset import Dataset

FORMATS = ("csv", "csv.gz", "jsonl", "jsonl.gz", "parquet", "excel.xlsx", "excel.csv")


@dataclass(frozen=True, slots=True)
class WrittenPartition:
    """What was written for a partition.

    Attributes:
        rows: how many.
        rows_sha256: of the canonical JSON lines.
        files: file name -> facts.
        formats: format -> file name.
        left_out: format -> why there is no file of it.
    """

    rows: int
    rows_sha256: str
    files: Mapping[str, FileFacts]
    formats: Mapping[str, str]
    left_out: Mapping[str, str]


def file_stem(dataset_id: str, partition: str) -> str:
    """``<id>`` or ``<id>.<partition>``."""
    return f"{dataset_id}.{partition}" if partition else dataset_id


def write_partition(
    folder: Path,
    frame: pl.DataFrame,
    dataset: Dataset,
    partition: str,
    formats: Iterable[str],
) -> WrittenPartition:
    """Write the rows (fields only, in key order) into ``folder``.

    Parquet is always written: it is what later runs and ``explain`` read.
    """
    stem = file_stem(dataset.id, partition)
    wanted = [name for name in FORMATS if name == "parquet" or name in set(formats)]
    left_out = {}
    if "excel.xlsx" in wanted and frame.height > MAX_ROWS:
        wanted.remove("excel.xlsx")
        left_out["excel.xlsx"] = f"more than {MAX_ROWS} rows"
    if "excel.csv" in wanted and frame.height > MOST_ROWS:
        wanted.remove("excel.csv")
        left_out["excel.csv"] = f"more than {MOST_ROWS} rows"
    paths = {name: folder / f"{stem}.{name}" for name in wanted}
    files, rows_sha256 = _write_texts(paths, frame)
    write_parquet(paths["parquet"], frame, dataset)
    files["parquet"] = finished_file(paths["parquet"])
    if "excel.xlsx" in paths:
        write_workbook(paths["excel.xlsx"], frame, dataset)
        files["excel.xlsx"] = finished_file(paths["excel.xlsx"])
    if "excel.csv" in paths:
        files["excel.csv"] = write_excel_csv(paths["excel.csv"], frame, dataset)
    return WrittenPartition(
        rows=frame.height,
        rows_sha256=rows_sha256,
        files={paths[name].name: files[name] for name in wanted},
        formats={name: paths[name].name for name in wanted},
        left_out=left_out,
    )


def _sinks(paths: Mapping[str, Path], plain: str) -> dict[str, Sink]:
    sinks: dict[str, Sink] = {}
    if plain in paths:
        sinks[plain] = PlainFile(paths[plain])
    if f"{plain}.gz" in paths:
        sinks[f"{plain}.gz"] = GzipFile(paths[f"{plain}.gz"])
    return sinks


def _write_texts(
    paths: Mapping[str, Path], frame: pl.DataFrame
) -> tuple[dict[str, FileFacts], str]:
    """CSV and JSON lines, each text made once and written to all its files."""
    tables, lines = _sinks(paths, "csv"), _sinks(paths, "jsonl")
    digest = hashlib.sha256()
    for sink in tables.values():
        sink.write(csv_header(frame.columns))
    for chunk in chunks(frame):
        content = json_lines(chunk)
        digest.update(content)
        for sink in lines.values():
            sink.write(content)
        if tables:
            content = csv_lines(chunk)
            for sink in tables.values():
                sink.write(content)
    return {name: sink.close() for name, sink in (tables | lines).items()}, digest.hexdigest()
