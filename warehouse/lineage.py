"""Merging the origins of rows that come from several batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from schemas.batch import BatchOrigin, Container
from schemas.snapshot import Snapshot

Piece = tuple[pl.DataFrame, BatchOrigin]


def _snapshot_key(snapshot: Snapshot) -> tuple[str, str, str]:
    return (snapshot.sha256, snapshot.url, snapshot.name)


def _container_key(container: Container) -> tuple[object, ...]:
    columns = tuple(sorted(container.columns.items()))
    return (container.snapshot, container.name, container.scheme, columns)


class _Merged:
    """Snapshots and containers seen so far, each once."""

    def __init__(self) -> None:
        self.snapshots: list[Snapshot] = []
        self.containers: list[Container] = []
        self._snapshot_at: dict[object, int] = {}
        self._container_at: dict[object, int] = {}

    def snapshot(self, snapshot: Snapshot) -> int:
        """Its index; of the same bytes fetched twice the newer fetch is kept."""
        index = self._snapshot_at.setdefault(_snapshot_key(snapshot), len(self.snapshots))
        if index == len(self.snapshots):
            self.snapshots.append(snapshot)
        elif snapshot.fetched_at > self.snapshots[index].fetched_at:
            self.snapshots[index] = snapshot
        return index

    def container(self, container: Container) -> int:
        index = self._container_at.setdefault(_container_key(container), len(self.containers))
        if index == len(self.containers):
            self.containers.append(container)
        return index


def _used(frame: pl.DataFrame, column: str) -> list[int]:
    return sorted(frame.get_column(column).drop_nulls().unique().to_list())


def _mapped(frame: pl.DataFrame, column: str, indexes: dict[int, int]) -> pl.Expr:
    if all(old == new for old, new in indexes.items()):
        return pl.col(column)
    return pl.col(column).replace_strict(indexes, default=None, return_dtype=pl.Int32)


def merge(pieces: Sequence[Piece]) -> Piece:
    """The rows of all pieces below each other, with lineage columns that point into one origin.

    Snapshots and containers to which no row points any more are left out, so that origins do not
    grow for ever.
    """
    merged = _Merged()
    frames = []
    for frame, origin in pieces:
        containers: dict[int, int] = {}
        snapshots: dict[int, int] = {}
        for index in _used(frame, "_snapshot"):
            snapshots[index] = merged.snapshot(origin.snapshots[index])
        for index in _used(frame, "_container"):
            container = origin.containers[index]
            at = merged.snapshot(origin.snapshots[container.snapshot])
            containers[index] = merged.container(replace(container, snapshot=at))
        frames.append(
            frame.with_columns(
                _mapped(frame, "_snapshot", snapshots), _mapped(frame, "_container", containers)
            )
        )
    return pl.concat(frames), BatchOrigin(tuple(merged.snapshots), tuple(merged.containers))
