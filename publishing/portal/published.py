"""What has been published, as the portal reads it: the public folder and nothing else.

A request resolves a version once and reads only files of it, so it never sees a mixture. What was
read is kept until the pointer of the dataset (``versions.json``) is another file.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from publishing.version_forms import read_dataset_file
from publishing.version_index import POINTER, DamagedReleaseError, VersionIndex
from schemas.dataset import Dataset
from schemas.site import Site

Stamp = tuple[int, int, int]
KEPT_VERSIONS = 256
_DATASET_ID = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """One version of a dataset.

    Attributes:
        dataset: the dataset file as it was when the version was cut.
        number: of the version.
        folder: where its files lie.
        manifest: ``manifest.json``.
        is_current: whether it was the current one when it was resolved.
    """

    dataset: Dataset
    number: int
    folder: Path
    manifest: dict[str, Any]
    is_current: bool

    def parquet_files(self) -> list[Path]:
        """The rows, partitions in release order."""
        return [self.folder / part["formats"]["parquet"] for part in self.manifest["partitions"]]


class Published:
    """The datasets of a site that have a release. Safe to share between threads."""

    def __init__(self, site: Site, public: Path) -> None:
        self.site = site
        self.public = public
        self._lock = threading.Lock()
        self._indexes: dict[str, tuple[Stamp, VersionIndex]] = {}
        self._versions: dict[tuple[str, int, str], tuple[Dataset, dict[str, Any]]] = {}

    def dataset_ids(self) -> list[str]:
        """All datasets that have a current version, by id."""
        names = sorted(path.parent.name for path in self.public.glob(f"datasets/*/{POINTER}"))
        return [name for name in names if self._has_current(name)]

    def _has_current(self, dataset_id: str) -> bool:
        try:
            index = self.index(dataset_id)
        except DamagedReleaseError:  # that is told where the dataset is asked for
            return True
        return index is not None and index.current is not None

    def index(self, dataset_id: str) -> VersionIndex | None:
        """All versions of a dataset, withdrawn ones too; None where it has no release.

        Where everything was withdrawn it has no current version.
        """
        if not _DATASET_ID.fullmatch(dataset_id):  # it may come from a query: "../datasets/land"
            return None
        folder = self.public / "datasets" / dataset_id
        try:
            facts = (folder / POINTER).stat()
        except OSError:  # not there, or a name that no file can have
            return None
        stamp = (facts.st_ino, facts.st_mtime_ns, facts.st_size)
        with self._lock:
            known = self._indexes.get(dataset_id)
        if known is not None and known[0] == stamp:
            return known[1]
        index = VersionIndex.read(folder)
        if not index.entries:
            return None
        with self._lock:
            self._indexes[dataset_id] = (stamp, index)
        return index

    def version(self, dataset_id: str, number: int | None = None) -> PublishedVersion | None:
        """A version, None = the current one; None where there is no such dataset or version, or
        the version was withdrawn."""
        index = self.index(dataset_id)
        if index is None:
            return None
        wanted = index.current if number is None else number
        for entry in index.available:
            if entry["version"] == wanted:
                dataset, manifest = self._read(index, entry)
                folder = index.version_folder(entry["version"])
                current = wanted == index.current
                return PublishedVersion(dataset, entry["version"], folder, manifest, current)
        return None

    def version_on(self, dataset_id: str, day: dt.date) -> PublishedVersion | None:
        """The version that was current at the end of a day in the site's time zone; None where
        there was none, or it was withdrawn since."""
        number = self.number_on(dataset_id, day)
        return None if number is None else self.version(dataset_id, number)

    def number_on(self, dataset_id: str, day: dt.date) -> int | None:
        """The number of that version, whether it was withdrawn since or not."""
        index = self.index(dataset_id)
        if index is None:
            return None
        zone = ZoneInfo(self.site.timezone)
        numbers = [
            int(entry["version"])
            for entry in index.entries
            if dt.datetime.fromisoformat(entry["created_at"]).astimezone(zone).date() <= day
        ]
        return numbers[-1] if numbers else None

    def _read(self, index: VersionIndex, entry: dict[str, Any]) -> tuple[Dataset, dict[str, Any]]:
        key = (index.folder.name, int(entry["version"]), str(entry["manifest_sha256"]))
        with self._lock:
            known = self._versions.get(key)
        if known is None:
            manifest = index.manifest(key[1])
            known = (read_dataset_file(index.version_folder(key[1])), manifest)
            with self._lock:
                if len(self._versions) >= KEPT_VERSIONS:
                    self._versions.pop(next(iter(self._versions)))
                self._versions[key] = known
        return known
