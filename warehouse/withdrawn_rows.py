"""Rows that are withdrawn: found by their ids, taken out of frames or emptied in some fields."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from schemas.dataset import Dataset
from schemas.row_identity import row_ids

SHORTEST_BYTES = 6
_PERIOD = re.compile(r"\d{4}([-/.]?\d{1,2}){0,2}")


def is_telling(key: str) -> bool:
    """Whether a key is looked for within sentences: not where sentences about anything may have
    it, being short (a Chinese name of two characters is six bytes) or a mere year, month or day."""
    return len(key.encode()) >= SHORTEST_BYTES and not _PERIOD.fullmatch(key)


def with_computed_fields(fields: Iterable[str], dataset: Dataset) -> frozenset[str]:
    """The fields, and those that the dataset computes from them, in which their values would still
    stand."""
    found = set(fields)
    while more := {
        one.name
        for one in dataset.fields
        if one.computed and one.name not in found and found.intersection(one.computed.inputs)
    }:
        found |= more
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class WithdrawnRows:
    """Rows of a dataset that must not be published.

    Attributes:
        dataset: its id; row ids are made with it.
        rows: row id -> the fields that must be empty; no fields: the whole row must go.
        keys: the keys of these rows as findings name them.
    """

    dataset: str
    rows: Mapping[str, frozenset[str]] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.rows)

    def digest(self) -> str:
        """Names the set; empty where there are none."""
        if not self.rows:
            return ""
        said = [(row, sorted(fields)) for row, fields in sorted(self.rows.items())]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def as_computed_by(self, dataset: Dataset) -> WithdrawnRows:
        """The same, with the fields that the dataset file computes from withdrawn ones: it may
        have been given them after the withdrawal. A row goes as a whole where its key or its
        partition is computed from what is withdrawn, and where the dataset has none of its fields
        any more: they may have got other names."""
        kept = {*dataset.primary_key, *([dataset.partition.field] if dataset.partition else ())}
        rows = {}
        for row, fields in self.rows.items():
            whole = with_computed_fields(fields, dataset)
            is_unknown = whole.isdisjoint(dataset.field_names)
            rows[row] = frozenset() if is_unknown or kept & (whole - fields) else whole
        return replace(self, rows=rows)

    def found(self, frame: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
        """Per row of the frame, its id where it is one of these rows, else null."""
        ids = row_ids(self.dataset, frame.select(keys))
        marks = [one if one in self.rows else None for one in ids]
        return pl.Series("_withdrawn", marks, dtype=pl.String)

    def whole(self, marks: pl.Series) -> pl.Series:
        """True per row that must go as a whole."""
        rows = [one for one, fields in self.rows.items() if not fields]
        return marks.is_in(rows).fill_null(value=False)

    def emptied(self, frame: pl.DataFrame, marks: pl.Series) -> pl.DataFrame:
        """The frame with withdrawn fields empty; all rows stay."""
        emptied = frame
        for name in sorted({one for fields in self.rows.values() for one in fields}):
            if name not in frame.columns:
                continue
            rows = [row for row, fields in self.rows.items() if name in fields]
            hit = marks.is_in(rows).fill_null(value=False)
            nothing = pl.lit(None, dtype=frame.schema[name])
            emptied = emptied.with_columns(
                pl.when(pl.lit(hit)).then(nothing).otherwise(pl.col(name)).alias(name)
            )
        return emptied

    def taken_out(self, frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
        """The frame without these rows and these values."""
        if not self.rows or not frame.height:
            return frame
        marks = self.found(frame, keys)
        if marks.null_count() == frame.height:
            return frame
        return self.emptied(frame, marks).filter(~self.whole(marks))

    def concerns(self, row_key: str, *texts: str) -> bool:
        """Whether a finding speaks of one of these rows: by its key, or in what it says."""
        if row_key and row_key in self.keys:
            return True
        telling = [key for key in self.keys if is_telling(key)]
        return any(key in text for key in telling for text in texts)


def finding_key(row: Mapping[str, object], frame: pl.DataFrame, keys: Iterable[str]) -> str:
    """The key of a row as findings name it: its values as polars writes them, joined by ``|``."""
    one = pl.DataFrame([row], schema={name: frame.schema[name] for name in keys})
    text = pl.concat_str(
        [pl.col(name).cast(pl.String).fill_null("") for name in one.columns], separator="|"
    )
    return str(one.select(text).item())
