"""One row read again from its document, by the same steps that made it, and held against the
released one: only where both agree is its text shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.personal_data import screen
from flows.evidence.prepared import PreparedSnapshot
from flows.evidence.screening import NAME_CLASSES, Gate, masked_names
from publishing.reader import Trace
from schemas.arrangement import Records
from schemas.batch_building import BatchBuilder
from schemas.dataset import Dataset
from schemas.effective_layout import EffectiveLayout
from schemas.raw_values import snapshot_facts
from schemas.snapshot import Snapshot
from schemas.units import Unit


@dataclass(frozen=True, slots=True)
class RowReading:
    """A row read again.

    Attributes:
        records: its raw cells.
        typed: its values before the gate.
        gated: its values after the gate.
        units: the units in which fields are written.
        facts: what is known of the snapshot as a whole.
    """

    trace: Trace
    dataset: Dataset
    layout: EffectiveLayout
    prepared: PreparedSnapshot
    records: Records
    typed: Mapping[str, Any]
    gated: Mapping[str, Any]
    units: Mapping[str, Unit]
    facts: Mapping[str, str]
    gate: Gate

    def agrees(self, field: str) -> bool:
        """Whether the document still gives the released value."""
        return bool(self.gated.get(field) == self.trace.row.get(field))


def read_row(
    trace: Trace,
    prepared: PreparedSnapshot,
    dataset: Dataset,
    layout: EffectiveLayout,
    snapshot: Snapshot,
    *,
    timezone: str,
    vocabulary_folders: tuple[Path, ...],
    office_phones: tuple[str, ...],
    today: dt.date,
) -> RowReading | None:
    """Read the row of a trace again; None where the layout finds no record at its place, or other
    columns than those its values came from."""
    if trace.container is None or trace.position is None:
        return None
    records = prepared.record(trace.container.name, trace.position)
    if records is None or not _same_columns(records, trace):
        return None
    builder = BatchBuilder(dataset, timezone, vocabulary_folders)
    facts = snapshot_facts(snapshot)
    frame = builder.add(records, layout, 0, facts)
    passed = screen(frame, dataset, office_phones=office_phones, today=today)
    if passed.held_rows:
        return None
    gate = Gate(
        dataset,
        office_phones,
        today,
        row=trace.row,
        private=_private_names(trace, prepared, dataset, frame.row(0, named=True)),
    )
    return RowReading(
        trace=trace,
        dataset=dataset,
        layout=layout,
        prepared=prepared,
        records=records,
        typed=frame.row(0, named=True),
        gated=passed.frame.row(0, named=True),
        units=builder.units(0),
        facts=facts,
        gate=gate,
    )


def _same_columns(records: Records, trace: Trace) -> bool:
    names = records.columns.names
    columns = trace.container.columns if trace.container is not None else {}
    return all(
        index < len(names) and names[index] == native
        for cells in columns.values()
        for index, native in cells
    )


def _private_names(
    trace: Trace, prepared: PreparedSnapshot, dataset: Dataset, typed: Mapping[str, Any]
) -> frozenset[str]:
    """Names the gate masks: of this row, and in a document of all its rows, since a line or a
    header may repeat those of others."""
    container = trace.container
    named = []
    for item in dataset.fields:
        if item.privacy not in NAME_CLASSES or container is None:
            continue
        texts = [str(typed[item.name])] if typed.get(item.name) is not None else []
        if prepared.is_document:
            for index, _ in container.columns.get(item.name, ()):
                texts += prepared.column_texts(container.name, index)
        named.append((item, texts))
    return masked_names(named)
