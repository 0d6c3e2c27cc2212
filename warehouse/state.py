"""What a source has given so far: the accepted state, a list of immutable Parquet parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from schemas.exact_sums import EXACT


@dataclass(frozen=True, slots=True)
class Part:
    """The accepted rows of one partition of one source.

    Attributes:
        partition: its label, ``""`` where the dataset is not partitioned.
        sha256: the Parquet object that holds rows, lineage columns and origin.
        rows: how many.
        logical_date: the newest day a row of it speaks of.
        nulls: empty values per field.
        sums: exact sum per decimal field.
        missing_since: the earliest day since which a row of it is no longer delivered, where the
            dataset keeps such rows for a while (``warehouse.grace``).
    """

    partition: str
    sha256: str
    rows: int
    logical_date: dt.date
    nulls: Mapping[str, int] = field(default_factory=dict)
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    missing_since: dt.date | None = None

    def to_json(self) -> dict[str, Any]:
        """As stored in the control database."""
        written: dict[str, Any] = {
            "partition": self.partition,
            "sha256": self.sha256,
            "rows": self.rows,
            "logical_date": self.logical_date.isoformat(),
            "nulls": dict(self.nulls),
            "sums": {name: format(value, "f") for name, value in self.sums.items()},
        }
        if self.missing_since is not None:
            written["missing_since"] = self.missing_since.isoformat()
        return written


@dataclass(frozen=True, slots=True)
class AcceptedState:
    """All rows that count of one source, after its last accepted batch.

    Attributes:
        dataset: the dataset's id.
        source: the source's id.
        run: the run that accepted the last batch.
        logical_date: of the newest batch.
        parts: in the order of their labels; no part is empty.
    """

    dataset: str
    source: str
    run: str
    logical_date: dt.date
    parts: tuple[Part, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows the source gives."""
        return sum(part.rows for part in self.parts)

    @property
    def missing_since(self) -> dt.date | None:
        """The earliest day since which a row is no longer delivered; None where none is missing."""
        return min((one.missing_since for one in self.parts if one.missing_since), default=None)

    def part(self, partition: str) -> Part | None:
        """The part of that label, or None."""
        return next((part for part in self.parts if part.partition == partition), None)

    def nulls(self) -> dict[str, int]:
        """Empty values per field, over all parts."""
        total: dict[str, int] = {}
        for part in self.parts:
            for name, count in part.nulls.items():
                total[name] = total.get(name, 0) + count
        return total

    def sums(self) -> dict[str, Decimal]:
        """Exact sums of the decimal fields, over all parts."""
        total: dict[str, Decimal] = {}
        for part in self.parts:
            for name, value in part.sums.items():
                total[name] = EXACT.add(total.get(name, Decimal(0)), value)
        return total

    def to_json(self) -> dict[str, Any]:
        """As stored in the control database."""
        return {
            "dataset": self.dataset,
            "source": self.source,
            "run": self.run,
            "logical_date": self.logical_date.isoformat(),
            "parts": [part.to_json() for part in self.parts],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> AcceptedState:
        """The inverse of :meth:`to_json`."""
        return cls(
            dataset=data["dataset"],
            source=data["source"],
            run=data["run"],
            logical_date=dt.date.fromisoformat(data["logical_date"]),
            parts=tuple(
                Part(
                    partition=part["partition"],
                    sha256=part["sha256"],
                    rows=part["rows"],
                    logical_date=dt.date.fromisoformat(part["logical_date"]),
                    nulls=part["nulls"],
                    sums={name: Decimal(value) for name, value in part["sums"].items()},
                    missing_since=_day(part.get("missing_since")),
                )
                for part in data["parts"]
            ),
        )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class Folded:
    """What a batch does to the accepted state of its source. Nothing is committed yet.

    Every row of the batch is counted once: ``rows_new + rows_changed + rows_unchanged +
    rows_duplicate + rows_superseded + append_conflicts.height + rows_withdrawn`` = rows of the
    batch.

    Attributes:
        state: the state after the batch.
        previous: the state before it, or None.
        rows_new: keys the source had not given before.
        rows_changed: known keys with other values.
        rows_unchanged: known keys with the same values.
        rows_removed: keys the source gave before and no longer gives (``full``, ``partition``).
        rows_missing: keys that this batch is the first to lack, and that stay for their grace
            period. They are no rows of the batch.
        rows_lost: keys that this batch is the first to lack, whether they stay for a while or not:
            what the drop gate looks at.
        rows_duplicate: ``append`` only: known keys with the same values.
        rows_superseded: rows older (by logical date) than what is stored; not taken.
        append_conflicts: ``append`` only: rows of the batch (lineage columns as in the batch's
            own origin) whose key is known with other values, and the column ``_differs`` with the
            names of the fields that differ, joined by a comma. Not taken.
        rows_withdrawn: rows that are withdrawn: in the state, but not published.
    """

    state: AcceptedState
    previous: AcceptedState | None
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_removed: int
    rows_duplicate: int
    rows_superseded: int
    append_conflicts: pl.DataFrame
    rows_missing: int = 0
    rows_lost: int = 0
    rows_withdrawn: int = 0
