"""Second evidence beside the title: do a column's texts read as the field's type?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from flows.scaffolding.columns import Column, columns_of
from schemas.arrangement import Records
from schemas.casting import Reading, cast_column
from schemas.dataset import DatasetField
from schemas.layout import FieldMapping
from schemas.raw_values import raw_values
from schemas.units import Unit, find_unit, noted_unit
from schemas.vocabulary import Vocabulary
from schemas.vocabulary_files import load_vocabulary

TRIED_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Read:
    """Of ``filled`` texts that are not missing, ``good`` gave a value."""

    filled: int
    good: int
    examples: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Good ones among the filled; 1 where there are none."""
        return self.good / self.filled if self.filled else 1.0


@dataclass(frozen=True)
class TableOnTrial:
    """The records of a table, and what is known for reading them."""

    records: Records
    missing: frozenset[str]
    timezone: str
    today: dt.date
    folders: Sequence[Path]

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that hold anything."""
        return columns_of(self.records)

    @cached_property
    def _head(self) -> Records:
        records = self.records
        return Records(
            table=records.table,
            columns=records.columns,
            cells=records.cells.head(TRIED_ROWS),
            positions=records.positions.head(TRIED_ROWS),
            indexes=records.indexes.head(TRIED_ROWS),
            notes=records.notes,
        )

    def texts(self, mapping: FieldMapping) -> pl.Series:
        """The raw texts a mapping gives for the first records."""
        found = {name: self.records.columns.find(name) for name in mapping.columns()}
        return raw_values(mapping, self._head, found, self.missing | set(mapping.missing), {})

    def note_unit(self, dimension: str) -> Unit | None:
        """The unit that a note above the table gives for a dimension."""
        return noted_unit(self.records.notes, dimension)

    def read(self, field: DatasetField, mapping: FieldMapping, unit: Unit | None) -> Read:
        """Read the first records' texts as the field, in that unit."""
        raw = self.texts(mapping)
        missing = self.missing | set(mapping.missing)
        reading = Reading(
            as_of=self.today,
            timezone=self.timezone,
            unit=unit,
            missing=frozenset(missing),
            date_format=mapping.date_format,
            hour_label=mapping.hour_label or field.hour_label,
            bound=mapping.bound,
            vocabulary=self._vocabulary(field),
        )
        cast = cast_column(raw, field, reading)
        stripped = raw.str.strip_chars()
        filled = raw.is_not_null() & (stripped != "") & ~stripped.is_in(list(missing))
        bad = filled & cast.values.is_null()
        count = int(filled.sum())
        examples = raw.filter(bad).unique(maintain_order=True).head(3).to_list()
        if not count or field.type == "string":
            problems = {problem.row for problem in cast.problems} if field.code_list else set()
            return Read(count, count - len(problems), ())
        return Read(count, count - int(bad.sum()), tuple(examples))

    def _vocabulary(self, field: DatasetField) -> Vocabulary | None:
        return load_vocabulary(field.code_list, self.folders) if field.code_list else None


def unit_of(code: str | None) -> Unit | None:
    """The unit of a code; None for none."""
    return find_unit(code) if code else None
