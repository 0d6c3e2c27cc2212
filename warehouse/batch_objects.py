"""Content-addressed Parquet objects that hold accepted rows, under ``<archive>/batches/``."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from pathlib import Path

import polars as pl

from schemas.batch import BatchOrigin, origin_from_json, origin_to_json
from schemas.message import GongkaiError, Message
from warehouse.durable_files import file_sha256, sync_file, sync_folder, temporary_name

ORIGIN_KEY = "gongkai:origin"
COMPRESSION_LEVEL = 1


class DamagedBatchError(GongkaiError):
    """Accepted rows are gone or no longer what they were."""


class BatchObjects:
    """The store of accepted rows. An object is written once and never changed.

    Its hash is verified before it is read for the first time: Parquet has no checksums of its
    own here, and a flipped bit must not be released as a value.

    Each object carries its own origin in its Parquet metadata, so that an object and the archive
    are enough to walk from a row back to its cell.
    """

    def __init__(self, archive: Path) -> None:
        self.archive = archive
        self._folder = archive / "batches"
        self._verified: set[str] = set()

    def path(self, sha256: str) -> Path:
        """Where the object of that hash lies."""
        return self._folder / sha256[:2] / f"{sha256}.parquet"

    def write(self, frame: pl.DataFrame, origin: BatchOrigin) -> str:
        """Store rows with their origin; returns the sha256. Equal content is stored once."""
        self._folder.mkdir(parents=True, exist_ok=True)
        described = json.dumps(
            origin_to_json(origin, self.archive), ensure_ascii=False, separators=(",", ":")
        )
        temporary = temporary_name(self._folder / "new.parquet")
        try:
            frame.write_parquet(
                temporary,
                compression="zstd",
                compression_level=COMPRESSION_LEVEL,
                metadata={ORIGIN_KEY: described},
            )
            sha256 = file_sha256(temporary)
            final = self.path(sha256)
            if self._is_sound(sha256):
                final.touch()  # it is wanted again: no orphan to be swept
                return sha256
            final.parent.mkdir(exist_ok=True)
            sync_file(temporary)
            temporary.replace(final)
            sync_folder(final.parent)
            sync_folder(self._folder)
            self._verified.add(sha256)
        finally:
            temporary.unlink(missing_ok=True)
        return sha256

    def read(self, sha256: str, columns: list[str] | None = None) -> pl.DataFrame:
        """The rows: fields, LINEAGE_COLUMNS and ``_logical_date``, or only some columns.

        Raises:
            DamagedBatchError: the object is gone, or its bytes have changed.
        """
        self._verify(sha256)
        return pl.read_parquet(self.path(sha256), columns=columns, hive_partitioning=False)

    def origin(self, sha256: str) -> BatchOrigin:
        """What the lineage columns of that object point into. Raises as :meth:`read`."""
        self._verify(sha256)
        described = pl.read_parquet_metadata(self.path(sha256))[ORIGIN_KEY]
        return origin_from_json(json.loads(described), self.archive)

    def sweep(self, wanted: Collection[str], *, before: dt.datetime) -> list[Path]:
        """Remove objects that no accepted batch names, and half-written files, last touched before
        that moment: a killed run left them. Returns what was removed.

        The moment must lie further back than any run at work can have begun.
        """
        removed = []
        for path in sorted(self._folder.rglob("*.parquet*")):
            if path.suffix == ".parquet" and path.stem in wanted:
                continue
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)
                removed.append(path)
        return removed

    def _is_sound(self, sha256: str) -> bool:
        path = self.path(sha256)
        if sha256 not in self._verified and path.is_file() and file_sha256(path) == sha256:
            self._verified.add(sha256)
        return sha256 in self._verified

    def _verify(self, sha256: str) -> None:
        if self._is_sound(sha256):
            return
        path = self.path(sha256)
        there = path.is_file()
        raise DamagedBatchError(
            Message(
                "上次采用的数据已损坏，与其 sha256 不符。"
                if there
                else "上次采用的数据文件不见了。",
                "The accepted rows are damaged: they do not match their sha256."
                if there
                else "The file of the accepted rows is gone.",
            ),
            where=str(path),
            advice=Message(
                "没有发布任何内容；请从备份恢复归档目录，然后重新运行。",
                "Nothing was released. Restore the archive folder from its backup, then run again.",
            ),
        )
