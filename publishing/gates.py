"""Gates: limits beyond which a source's batch or a candidate is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from publishing.release_rules import nulls_grown, rows_dropped, total_changed
from schemas.dataset import Dataset, FieldType
from schemas.exact_sums import EXACT, exact_sum
from schemas.finding import Finding
from warehouse.state import AcceptedState, Folded


@dataclass(frozen=True, slots=True)
class Statistics:
    """What gates compare: rows, empty values per field, sums of decimal fields.

    Of a source, over what it gives; of a dataset, over what is published.
    """

    rows: int
    nulls: Mapping[str, int] = field(default_factory=dict)
    sums: Mapping[str, Decimal] = field(default_factory=dict)

    @classmethod
    def of_states(cls, states: list[AcceptedState]) -> Statistics:
        """Over all rows that sources give."""
        nulls: dict[str, int] = {}
        sums: dict[str, Decimal] = {}
        for state in states:
            for name, count in state.nulls().items():
                nulls[name] = nulls.get(name, 0) + count
            for name, value in state.sums().items():
                sums[name] = EXACT.add(sums.get(name, Decimal(0)), value)
        return cls(sum(state.rows for state in states), nulls, sums)

    @classmethod
    def of_rows(cls, rows: pl.DataFrame, dataset: Dataset) -> Statistics:
        """Over rows as they are published."""
        names = [name for name in dataset.field_names if name in rows.columns]
        amounts = [
            one.name
            for one in dataset.fields
            if one.type is FieldType.DECIMAL and one.name in names
        ]
        nulls = rows.select(pl.col(names).null_count()).row(0, named=True)
        sums = {name: exact_sum(rows[name]) for name in amounts}
        return cls(rows.height, nulls, sums)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Statistics:
        """The inverse of :meth:`to_json`."""
        sums = {name: Decimal(value) for name, value in stored["sums"].items()}
        return cls(stored["rows"], stored["nulls"], sums)

    def to_json(self) -> dict[str, Any]:
        """As written in the manifest."""
        return {
            "rows": self.rows,
            "nulls": dict(self.nulls),
            "sums": {name: format(value, "f") for name, value in self.sums.items()},
        }

    def __add__(self, other: Statistics) -> Statistics:
        nulls, sums = dict(self.nulls), dict(self.sums)
        for name, count in other.nulls.items():
            nulls[name] = nulls.get(name, 0) + count
        for name, value in other.sums.items():
            sums[name] = EXACT.add(sums.get(name, Decimal(0)), value)
        return Statistics(self.rows + other.rows, nulls, sums)


def compare(
    dataset: Dataset, source: str, before: Statistics, now: Statistics, rows_lost: int
) -> list[Finding]:
    """Findings of the three gates. A limit that is just reached does not hold; no row left of
    some always does. ``source`` is ``""`` for the dataset as a whole."""
    findings: list[Finding] = []
    if not before.rows:
        return findings
    gates = dataset.gates
    if rows_lost > gates.drop * before.rows or not now.rows:
        lost = rows_lost or before.rows
        findings.append(rows_dropped(dataset.id, source, before.rows, lost, gates.drop))
    if not now.rows:
        return findings
    for name in dataset.field_names:
        if name in before.nulls and name in now.nulls:
            was, is_now = before.nulls[name] / before.rows, now.nulls[name] / now.rows
            if is_now - was > gates.null:
                findings.append(nulls_grown(dataset.id, source, name, was, is_now, gates.null))
    if gates.total is not None:
        findings += _totals(dataset, source, before, now, Decimal(str(gates.total)))
    return findings


def _totals(
    dataset: Dataset, source: str, before: Statistics, now: Statistics, limit: Decimal
) -> list[Finding]:
    return [
        total_changed(dataset.id, source, name, str(was), str(now.sums[name]), float(limit))
        for name, was in before.sums.items()
        if name in now.sums
        and EXACT.subtract(now.sums[name], was).copy_abs() > EXACT.multiply(limit, was.copy_abs())
    ]


def source_gates(
    dataset: Dataset, folded: Folded, waived: frozenset[str] = frozenset()
) -> tuple[Finding, ...]:
    """Critical findings that hold a source's batch before it is accepted: REL-02 rows dropped,
    REL-03 share of empty values grown, REL-04 a total changed. None for a first batch.

    ``waived`` are rule ids that a person has accepted for this run.
    """
    if folded.previous is None:
        return ()
    found = compare(
        dataset,
        folded.state.source,
        Statistics.of_states([folded.previous]),
        Statistics.of_states([folded.state]),
        folded.rows_lost,
    )
    return tuple(finding for finding in found if finding.rule not in waived)
