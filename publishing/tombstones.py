"""Tombstones: rows that departments took back, listed in every version since."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from schemas.dataset import Dataset
from schemas.row_identity import row_id, row_ids


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A row that is no longer published.

    Attributes:
        row_id: its id.
        key: its key values.
        deleted_on: day of the version without it.
        last_version: the last version that had it.
    """

    row_id: str
    key: dict[str, Any]
    deleted_on: str
    last_version: int


def file_name(dataset_id: str) -> str:
    """``<id>.tombstones.jsonl``."""
    return f"{dataset_id}.tombstones.jsonl"


def read_tombstones(path: Path) -> list[Tombstone]:
    """The tombstones of a version; none where it has no such file."""
    if not path.exists():
        return []
    return [Tombstone(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def tombstone_lines(tombstones: Iterable[Tombstone]) -> bytes:
    """The file's content, oldest deletion first."""
    ordered = sorted(tombstones, key=lambda stone: (stone.last_version, stone.row_id))
    return "".join(
        json.dumps(
            {
                "row_id": stone.row_id,
                "key": stone.key,
                "deleted_on": stone.deleted_on,
                "last_version": stone.last_version,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        + "\n"
        for stone in ordered
    ).encode()


def updated(
    earlier: Iterable[Tombstone],
    *,
    removed: pl.DataFrame,
    added: pl.DataFrame,
    dataset: Dataset,
    on: dt.date,
    last_version: int,
) -> list[Tombstone]:
    """The tombstones of a new version: the earlier ones, without rows that came back, and the
    rows now removed."""
    keys = list(dataset.primary_key)
    returned = set(row_ids(dataset.id, added.select(keys)))
    kept = [stone for stone in earlier if stone.row_id not in returned]
    return kept + [
        Tombstone(
            row_id=row_id(dataset.id, values),
            key=dict(zip(keys, (_plain(value) for value in values), strict=True)),
            deleted_on=on.isoformat(),
            last_version=last_version,
        )
        for values in removed.select(keys).iter_rows()
    ]


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else _text(value)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
