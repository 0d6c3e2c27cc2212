"""Findings: one rule failing on one cell, row, batch, source or release."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum

from schemas.message import Message


class Severity(StrEnum):
    """Three severities, three effects."""

    CRITICAL = "critical"  # holds the source's batch
    ERROR = "error"  # quarantines the record
    WARNING = "warning"  # is published, and told


class Scope(StrEnum):
    """What a rule looks at before it can speak."""

    ROW = "row"
    WINDOW = "window"  # rows next to each other within a group, in time order
    PARTITION = "partition"
    DATASET = "dataset"  # the whole batch or the previous release
    CROSS_DATASET = "cross_dataset"


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where the row of a finding stands: indexes into the run's snapshots and containers."""

    snapshot: int
    container: int
    position: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule failing somewhere.

    ``place`` is set on findings about a row; ``locator``, ``value`` and ``row_key`` are filled in
    when the run ends, from the snapshot itself. ``personal`` values are masked before they are
    stored. ``count`` is above 1 for a finding that speaks for a whole batch.
    """

    rule: str
    severity: Severity
    what: Message
    advice: Message
    scope: Scope = Scope.ROW
    column: str = ""
    value: str = ""
    row_key: str = ""
    place: RowPlace | None = None
    locator: str = ""
    snapshot: str = ""
    count: int = 1
    personal: bool = False
    pattern: str = ""
    dataset: str = ""
    source: str = ""
    run: str = ""

    def finding_id(self) -> str:
        """A stable id: the same failure of the same cell has the same id in every run."""
        parts = (
            self.dataset,
            self.source,
            self.rule,
            self.column,
            self.pattern,
            self.row_key,
            self.locator,
            self.snapshot,
            self.value,
        )
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    def case_key(self) -> str:
        """What groups findings into one case: source, rule, column and pattern."""
        return "\x1f".join((self.dataset, self.source, self.rule, self.column, self.pattern))

    def with_origin(self, *, dataset: str, source: str, run: str) -> Finding:
        """The same finding, told which run it belongs to."""
        return replace(self, dataset=dataset, source=source, run=run)
