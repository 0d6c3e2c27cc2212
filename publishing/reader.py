"""Reading releases: for derived datasets, rules with history, ``explain`` and tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from publishing.candidate import SOURCE
from publishing.json_text import read_document
from publishing.row_index import RowIndex, find_row
from publishing.version_index import VersionIndex
from schemas.batch import Container, origin_from_json
from schemas.message import Message, WrongUseError
from schemas.raw_table import locate
from schemas.row_identity import row_id as id_of_key
from schemas.snapshot import Snapshot


class NoSuchVersionError(WrongUseError):
    """The dataset has no such version, or was never released."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Where one released row came from.

    ``locators``: field -> the places of all cells its value was made from. ``snapshot.url`` is
    the published one; ``snapshot.path`` is where the bytes lie in this site's archive. Rows that
    were computed, not read, have no snapshot, container and position.
    """

    dataset: str
    version: int
    partition: str
    source: str
    row: dict[str, Any]
    snapshot: Snapshot | None
    container: Container | None
    position: int | None
    locators: dict[str, tuple[str, ...]]


class ReleaseReader:
    """The versions of one dataset. ``version`` None = the current one.

    With an ``index``, rows are found by their ids without reading all keys. Methods that need a
    version raise :class:`NoSuchVersionError` where it is not there.
    """

    def __init__(
        self, public: Path, archive: Path, dataset_id: str, index: RowIndex | None = None
    ) -> None:
        self.dataset_id = dataset_id
        self._row_index = index
        self._folder = public / "datasets" / dataset_id
        self._archive = archive

    def versions(self) -> list[int]:
        """All versions that are available, oldest first; empty where nothing was released."""
        return [entry["version"] for entry in VersionIndex.read(self._folder).available]

    def current(self) -> int | None:
        """The current version, or None."""
        return VersionIndex.read(self._folder).current

    def manifest(self, version: int | None = None) -> dict[str, Any]:
        """manifest.json."""
        index, number = self._index(version)
        return index.manifest(number)

    def version_folder(self, version: int | None = None) -> Path:
        """Where the files of a version lie."""
        index, number = self._index(version)
        return index.version_folder(number)

    def partitions(self, version: int | None = None) -> list[str]:
        """Labels of the partitions, in release order."""
        return [part["partition"] for part in self.manifest(version)["partitions"]]

    def frame(self, partition: str = "", version: int | None = None) -> pl.DataFrame:
        """Rows of a partition, with the dtypes of a batch, in release order. Raises KeyError
        where the version has no such partition."""
        return pl.read_parquet(self._path(partition, version), hive_partitioning=False)

    def scan(self, version: int | None = None) -> pl.LazyFrame:
        """All rows, lazily, in release order."""
        index, number = self._index(version)
        folder = index.version_folder(number)
        parts = index.manifest(number)["partitions"]
        paths = [folder / part["formats"]["parquet"] for part in parts]
        return pl.concat([pl.scan_parquet(path, hive_partitioning=False) for path in paths])

    def row_by_id(self, row_id: str, version: int | None = None) -> dict[str, Any] | None:
        """The row of that id, or None."""
        found = self._find(row_id, version)
        return None if found is None else found[2]

    def trace(self, row_id: str, version: int | None = None) -> Trace | None:
        """Walk from a released row to its cells, or None where no row has that id."""
        found = self._find(row_id, version)
        if found is None:
            return None
        part, at, row, number = found
        index, _ = self._index(number)
        folder = index.version_folder(number)
        names = part["lineage"]
        described = read_document(folder / names["origin"])
        origin = origin_from_json(
            described | {"snapshots": [_whole(item) for item in described["snapshots"]]},
            self._archive,
        )
        lineage = _row(folder / names["rows"], at)
        at_container, at_snapshot = lineage["_container"], lineage["_snapshot"]
        container = None if at_container is None else origin.containers[at_container]
        return Trace(
            dataset=self.dataset_id,
            version=number,
            partition=part["partition"],
            source=described["sources"][lineage[SOURCE]],
            row=row,
            snapshot=None if at_snapshot is None else origin.snapshots[at_snapshot],
            container=container,
            position=lineage["_position"],
            locators=_locators(row, container, lineage["_position"], lineage["_places"]),
        )

    def _index(self, version: int | None) -> tuple[VersionIndex, int]:
        index = VersionIndex.read(self._folder)
        number = index.current if version is None else version
        entry = None if number is None else index.entry(number)
        if version is None and entry is None and index.entries:  # all were withdrawn
            raise _withdrawn(self.dataset_id, index.entries[-1])
        if entry is not None and entry.get("withdrawn"):
            raise _withdrawn(self.dataset_id, entry)
        if number is None or entry is None:
            raise NoSuchVersionError(
                Message(
                    f"数据集 {self.dataset_id} 没有版本 {number}。"
                    if number
                    else f"数据集 {self.dataset_id} 尚未发布。",
                    f"The dataset {self.dataset_id} has no version {number}."
                    if number
                    else f"The dataset {self.dataset_id} has not been released.",
                ),
                advice=Message("请用 gongkai status 查看。", "See gongkai status."),
            )
        return index, number

    def _path(self, partition: str, version: int | None) -> Path:
        index, number = self._index(version)
        for part in index.manifest(number)["partitions"]:
            if part["partition"] == partition:
                return index.version_folder(number) / str(part["formats"]["parquet"])
        raise KeyError(partition)

    def id_at(self, ordinal: int, version: int | None = None) -> str | None:
        """The id of the row with that 0-based ordinal in release order; None beyond the last."""
        index, number = self._index(version)
        manifest = index.manifest(number)
        for part in manifest["partitions"]:
            if ordinal < part["rows"]:
                row = _row(index.version_folder(number) / part["formats"]["parquet"], ordinal)
                return id_of_key(self.dataset_id, [row[name] for name in manifest["primary_key"]])
            ordinal -= part["rows"]
        return None

    def _find(
        self, row_id: str, version: int | None
    ) -> tuple[dict[str, Any], int, dict[str, Any], int] | None:
        """The partition, the place in it, the row of an id, and the version it was found in."""
        index, number = self._index(version)
        folder, manifest = index.version_folder(number), index.manifest(number)
        found = find_row(self._row_index, self.dataset_id, manifest, folder, row_id)
        if found is None:
            return None
        part, at = found
        return part, at, _row(folder / part["formats"]["parquet"], at), number


def _row(path: Path, at: int) -> dict[str, Any]:
    """One row of a Parquet file, without reading the others."""
    scanned = pl.scan_parquet(path, hive_partitioning=False).slice(at, 1)
    return scanned.collect().row(0, named=True)


def _withdrawn(dataset_id: str, entry: Mapping[str, Any]) -> NoSuchVersionError:
    told = entry["withdrawn"]
    return NoSuchVersionError(
        Message(
            f"数据集 {dataset_id} 的版本 {entry['version']} 已于 {told['on']} 撤回："
            f"{told['reason']['zh']}",
            f"Version {entry['version']} of the dataset {dataset_id} was withdrawn on "
            f"{told['on']}: {told['reason']['en']}",
        ),
        advice=Message(
            "请使用其他版本；没有其他版本时，须先重新发布该数据集。",
            "Use another version; where there is none, the dataset has to be released anew.",
        ),
    )


def _whole(snapshot: dict[str, Any]) -> dict[str, Any]:
    """A published snapshot with what is not published filled in as unknown."""
    return {"status": 0, "headers": {}, **snapshot}


def _locators(
    row: dict[str, Any], container: Container | None, position: int | None, places: str | None
) -> dict[str, tuple[str, ...]]:
    """The places of all cells a row's values were made from, by field."""
    own: dict[str, str] = json.loads(places) if places else {}
    found: dict[str, tuple[str, ...]] = {
        field: (place,) for field, place in own.items() if field in row
    }
    if container is None:
        return found
    for field, cells in container.columns.items():
        if field in row and field not in found:
            found[field] = tuple(
                locate(container.name, container.scheme, position, index, native)
                for index, native in cells
            )
    return found
