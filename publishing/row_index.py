"""Finding a row by its id without reading all keys each time.

For each Parquet file of rows an index is made once: for every row the first eight bytes of its id
and its ordinal, sorted. It is kept in a folder of the site under the hash of the file, so that
versions which share a partition share its index. It can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from schemas.row_identity import ROW_ID_BYTES, row_id, row_ids

_PREFIX, _ORDINAL = 8, 4
_ENTRY = _PREFIX + _ORDINAL
KEPT_FILES = 2000
"""So many index files are kept; the ones not used for the longest time go first."""


class RowIndex:
    """Indexes of row ids in ``folder``. Safe to share between threads and processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()

    def find(
        self, dataset_id: str, key: Sequence[str], rows: Path, content: str, wanted: str
    ) -> int | None:
        """The 0-based ordinal of a row in a Parquet file, or None.

        ``content`` tells files apart (the hash of its bytes); ``key`` are the key columns.
        """
        prefix = _prefix(wanted)
        if prefix is None:
            return None
        path = self._made(dataset_id, key, rows, content)
        for ordinal in _ordinals(path, prefix):
            values = pl.scan_parquet(rows, hive_partitioning=False).select(key)
            if row_id(dataset_id, values.slice(ordinal, 1).collect().row(0)) == wanted:
                return ordinal
        return None

    def _made(self, dataset_id: str, key: Sequence[str], rows: Path, content: str) -> Path:
        named = hashlib.sha256("\x1f".join((dataset_id, *key, content)).encode()).hexdigest()
        path = self.folder / f"{named}.ids"
        if path.is_file():
            os.utime(path)
            return path
        with self._lock:  # one at a time: making one takes a core
            if not path.is_file():
                self.folder.mkdir(parents=True, exist_ok=True)
                self._make(path, dataset_id, key, rows)
                self._tidy()
        return path

    def _make(self, path: Path, dataset_id: str, key: Sequence[str], rows: Path) -> None:
        keys = pl.read_parquet(rows, columns=list(key), hive_partitioning=False).select(key)
        entries = sorted(
            bytes.fromhex(one[: 2 * _PREFIX]) + ordinal.to_bytes(_ORDINAL)
            for ordinal, one in enumerate(row_ids(dataset_id, keys))
        )
        descriptor, name = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(b"".join(entries))
        Path(name).replace(path)

    def _tidy(self) -> None:
        files = sorted(self.folder.glob("*.ids"), key=lambda file: file.stat().st_mtime)
        for file in files[: max(0, len(files) - KEPT_FILES)]:
            file.unlink(missing_ok=True)


def find_row(
    index: RowIndex | None,
    dataset_id: str,
    manifest: Mapping[str, Any],
    folder: Path,
    wanted: str,
) -> tuple[dict[str, Any], int] | None:
    """The partition (as in the manifest) and the ordinal in it of a row of a version, or None."""
    key = manifest["primary_key"]
    for part in manifest["partitions"]:
        name = str(part["formats"]["parquet"])
        if index is None:
            at = _scanned(dataset_id, key, folder / name, wanted)
        else:
            content = str(manifest["files"][name]["sha256"])
            at = index.find(dataset_id, key, folder / name, content, wanted)
        if at is not None:
            return part, at
    return None


def _scanned(dataset_id: str, key: Sequence[str], rows: Path, wanted: str) -> int | None:
    keys = pl.read_parquet(rows, columns=list(key), hive_partitioning=False).select(key)
    return next((at for at, one in enumerate(row_ids(dataset_id, keys)) if one == wanted), None)


def _prefix(wanted: str) -> bytes | None:
    try:
        whole = bytes.fromhex(wanted)
    except ValueError:
        return None
    return whole[:_PREFIX] if len(whole) == ROW_ID_BYTES and wanted == whole.hex() else None


def _ordinals(path: Path, prefix: bytes) -> Iterator[int]:
    """The ordinals of all rows whose id begins with ``prefix``: one, hardly ever more."""
    if path.stat().st_size == 0:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as entries:
        count = len(entries) // _ENTRY
        low, high = 0, count
        while low < high:
            middle = (low + high) // 2
            if entries[middle * _ENTRY : middle * _ENTRY + _PREFIX] < prefix:
                low = middle + 1
            else:
                high = middle
        while low < count and entries[low * _ENTRY : low * _ENTRY + _PREFIX] == prefix:
            yield int.from_bytes(entries[low * _ENTRY + _PREFIX : (low + 1) * _ENTRY])
            low += 1
