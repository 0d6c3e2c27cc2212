"""Where casting finds cells it cannot read: is it one cell, or the whole row one column off?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.arrangement import Records
from schemas.casting import Reading
from schemas.dataset import Dataset, FieldType, PrivacyClass
from schemas.effective_layout import EffectiveLayout
from schemas.finding import Finding, Severity
from schemas.misaligned_rows import MappedColumn, TableColumns, misaligned_rows
from schemas.raw_table import LocatorScheme

SHIFTABLE = frozenset({LocatorScheme.SHEET, LocatorScheme.LINE, LocatorScheme.TABLE})
"""Tables whose cells are told by their order alone."""
_PERSONS = (PrivacyClass.PERSON_NAME, PrivacyClass.PERSON_OR_ORGANIZATION)


@dataclass(frozen=True, slots=True)
class ColumnReadings:
    """How the physical columns of a table feed the fields: for each field its references with
    their columns, and how its texts are read."""

    dataset: Dataset
    layout: EffectiveLayout
    found: Mapping[str, Mapping[str, int | None]]
    readings: Mapping[str, Reading]


def with_misaligned_rows(
    of_casting: list[Finding], records: Records, readings: ColumnReadings, place: tuple[int, int]
) -> list[Finding]:
    """The findings of casting; of a row that a shift by one column would put right, that one
    finding instead. ``place`` is the snapshot and the container."""
    if records.table.scheme not in SHIFTABLE:
        return of_casting
    unreadable = {
        item.place.position
        for item in of_casting
        if item.place is not None and item.severity is Severity.ERROR
    }
    if not unreadable:
        return of_casting
    suspects = records.positions.is_in(list(unreadable)).arg_true().to_list()
    columns = _table_columns(records, readings)
    told = list(misaligned_rows(records.cells, records.positions, suspects, columns, place))
    places = {item.place for item in told}
    return [*(item for item in of_casting if item.place not in places), *told]


def _table_columns(records: Records, readings: ColumnReadings) -> TableColumns:
    typed: dict[int, list[MappedColumn]] = {}
    personal: set[int] = set()
    for name, mapping in readings.layout.mapping.items():
        item = readings.dataset.field(name)
        indexes = [index for index in readings.found[name].values() if index is not None]
        if item.privacy in _PERSONS:
            personal |= set(indexes)
        as_it_stands = mapping.from_ is not None and mapping.extract is None
        if as_it_stands and item.type is not FieldType.STRING:
            for index in indexes:
                typed.setdefault(index, []).append(MappedColumn(item, readings.readings[name]))
    return TableColumns(
        names=records.columns.names,
        typed=typed,
        missing=frozenset(readings.layout.missing),
        personal=personal,
    )
