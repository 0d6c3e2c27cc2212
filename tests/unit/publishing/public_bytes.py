"""Everything below the folders of a site that are published, as text that can be searched."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl


def texts_of(path: Path) -> Iterator[str]:
    """The text of a file, and what stands in it packed."""
    yield from texts_in(path.read_bytes())


def texts_in(content: bytes) -> Iterator[str]:
    """The text of some bytes, and what stands in them packed (gzip, zip, Parquet)."""
    yield content.decode("utf-8", "replace")
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content).decode("utf-8", "replace")
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode("utf-8", "replace")
    if content[:4] == b"PAR1":
        frame = pl.read_parquet(content)
        for column in frame.get_columns():
            yield "\n".join(str(value) for value in column)
        yield str(pl.read_parquet_metadata(io.BytesIO(content)))


def places_of(folder: Path, *values: str) -> list[str]:
    """The files below the public folder and the object store beside it that hold a value."""
    found = []
    for root in (folder / "public", folder / ".public.objects", folder / ".public.staging"):
        for path in sorted(root.rglob("*")):
            if not path.is_file():
                continue
            names = [path.relative_to(root).as_posix()]
            if any(value in text for text in [*names, *texts_of(path)] for value in values):
                found.append(path.relative_to(folder).as_posix())
    return found
