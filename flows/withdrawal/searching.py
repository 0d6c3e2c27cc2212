"""Finding the row that is to be withdrawn, in whatever version it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from flows.opened_site import OpenedSite
from publishing.reader import ReleaseReader
from publishing.tombstones import Tombstone, file_name, read_tombstones
from schemas.dataset import Dataset
from schemas.message import GongkaiError, Message, WrongUseError
from schemas.row_identity import key_text, row_ids
from warehouse.batch_objects import BatchObjects
from warehouse.withdrawn_rows import finding_key

SHOWN_ROWS = 6


@dataclass(slots=True)
class FoundRow:
    """A row that versions hold, or held.

    Attributes:
        row_id: its id.
        keys: its key, in each way in which findings may name it.
        values: per version, its fields; empty where only tombstones know the row.
        partitions: per version, the partition it stands in.
    """

    row_id: str
    keys: set[str] = field(default_factory=set)
    values: dict[int, dict[str, Any]] = field(default_factory=dict)
    partitions: dict[int, str] = field(default_factory=dict)


def find_row(reader: ReleaseReader, told: Sequence[str]) -> FoundRow:
    """The row of that id, or the only one with these ``field=value``, over all versions.

    Raises:
        GongkaiError: no version holds such a row, or more than one row fits.
    """
    row = look_for_row(reader, told)
    if row is None:
        raise GongkaiError(
            Message(
                f"{reader.dataset_id} 的任何版本中都没有行“{' '.join(told)}”。",
                f"No version of {reader.dataset_id} has a row '{' '.join(told)}'.",
            ),
            advice=Message(
                "请核对行号；也可以写 字段=值。", "Check the row id; field=value works too."
            ),
        )
    return row


def look_for_row(reader: ReleaseReader, told: Sequence[str]) -> FoundRow | None:
    """As :func:`find_row`; None where no version holds such a row."""
    searching = _Searching(reader, _asked(told))
    for version in reader.versions():
        searching.look_into(version)
    if len(searching.found) > 1:
        raise _several(searching.found, told)
    return next(iter(searching.found.values()), None)


def ids_of_accepted_rows(
    opened: OpenedSite, dataset: Dataset, told: Sequence[str]
) -> frozenset[str]:
    """Ids of the rows told among what sources have had accepted, whether published or not: so a
    row that was withdrawn can still be named by its fields."""
    asked = _asked(told)
    if isinstance(asked, str):
        return frozenset({asked})
    if not set(asked) <= set(dataset.field_names):
        return frozenset()
    objects = BatchObjects(opened.folder / opened.site.archive)
    keys = list(dataset.primary_key)
    columns = list(dict.fromkeys([*keys, *asked]))
    found: set[str] = set()
    for batch in opened.warehouse.batches.latest_of_dataset(dataset.id).values():
        for part in batch.state.parts:
            rows = objects.read(part.sha256, columns).filter(
                pl.col(name).cast(pl.String) == value for name, value in asked.items()
            )
            found |= set(row_ids(dataset.id, rows.select(keys)))
    return frozenset(found)


def _asked(told: Sequence[str]) -> str | dict[str, str]:
    if all("=" in one for one in told):
        return dict(one.split("=", 1) for one in told)
    if len(told) > 1:
        raise WrongUseError(
            Message(
                "请写一个行号、一个版本号，或若干 字段=值。",
                "Give one row id, one version, or several field=value.",
            )
        )
    return told[0]


def _several(found: Mapping[str, FoundRow], told: Sequence[str]) -> GongkaiError:
    shown = list(found.values())[:SHOWN_ROWS]
    rows = "；".join(f"{row.row_id}（{min(row.keys, default='')}）" for row in shown)
    return WrongUseError(
        Message(
            f"不止一行满足 {' '.join(told)}：{rows}。",
            f"More than one row has {' '.join(told)}: {rows}.",
        ),
        advice=Message("请写其中一个行号。", "Give the id of one of them."),
    )


class _Searching:
    """One search; partitions that versions share are read once."""

    def __init__(self, reader: ReleaseReader, asked: str | dict[str, str]) -> None:
        self._reader = reader
        self._asked = asked
        self._known: dict[str, list[tuple[str, dict[str, Any], set[str]]]] = {}
        self.found: dict[str, FoundRow] = {}

    def look_into(self, version: int) -> None:
        """Look into the tables and tombstones of a version."""
        manifest = self._reader.manifest(version)
        folder = self._reader.version_folder(version)
        keys = list(manifest["primary_key"])
        for part in manifest["partitions"]:
            name = part["formats"]["parquet"]
            content = manifest["files"][name]["sha256"]
            if content not in self._known:
                self._known[content] = self._rows(folder / name, keys)
            for row_id, values, texts in self._known[content]:
                row = self.found.setdefault(row_id, FoundRow(row_id))
                row.values[version], row.partitions[version] = values, part["partition"]
                row.keys |= texts
        for stone in read_tombstones(folder / file_name(self._reader.dataset_id)):
            if self._is_asked(stone):
                row = self.found.setdefault(stone.row_id, FoundRow(stone.row_id))
                if stone.key:
                    row.keys.add(key_text(stone.key[name] for name in keys))

    def _rows(self, file: Path, keys: list[str]) -> list[tuple[str, dict[str, Any], set[str]]]:
        places = self._places(file, keys)
        if not places:
            return []
        frame = pl.read_parquet(file, hive_partitioning=False)
        chosen = frame[places]
        ids_of_chosen = row_ids(self._reader.dataset_id, chosen.select(keys))
        return [
            (
                row_id,
                row,
                {
                    finding_key({name: row[name] for name in keys}, frame, keys),
                    key_text(row[name] for name in keys),
                },
            )
            for row_id, row in zip(ids_of_chosen, chosen.iter_rows(named=True), strict=True)
        ]

    def _places(self, file: Path, keys: list[str]) -> list[int]:
        """Where in a table the rows stand; only the columns asked for are read."""
        asked = self._asked
        if isinstance(asked, str):
            read = pl.read_parquet(file, columns=keys, hive_partitioning=False).select(keys)
            ids = row_ids(self._reader.dataset_id, read)
            return [at for at, one in enumerate(ids) if one == asked]
        if not set(asked) <= set(pl.read_parquet_schema(file)):
            return []
        told = [pl.col(name).cast(pl.String).eq_missing(value) for name, value in asked.items()]
        scanned = pl.scan_parquet(file, hive_partitioning=False)
        return scanned.select(pl.all_horizontal(told).arg_true()).collect().to_series().to_list()

    def _is_asked(self, stone: Tombstone) -> bool:
        if isinstance(self._asked, str):
            return stone.row_id == self._asked
        if not stone.key or not set(self._asked) <= set(stone.key):
            return False
        return all(str(stone.key[name]) == value for name, value in self._asked.items())
