"""What the columns of a table hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import polars as pl

from flows.scaffolding.table_shape import column_reference
from flows.scaffolding.text_shapes import is_value
from schemas.arrangement import Records
from schemas.units import Unit, unit_in_header
from schemas.vocabulary_files import load_vocabulary

MISSING_TEXTS = "missing_texts"
"""The vocabulary of texts that may mean "no value". ``numbers: yes`` marks those that can mean
nothing else where they stand among numbers or dates."""

SAMPLE = 400
SHORT = 4
FEWEST_STRANGERS = 3
_BLANKS = " \t\r\n\u00a0\u3000"


@dataclass(frozen=True)
class Column:
    """One column: its title, how a layout refers to it, and its filled cells."""

    index: int
    name: str
    reference: str
    unit: Unit | None
    values: pl.Series

    @property
    def bare_name(self) -> str:
        """The title without its unit."""
        split = unit_in_header(self.name)
        return split[0] if split else self.name

    @cached_property
    def sample(self) -> pl.Series:
        """Some hundred distinct texts, in the order of the file."""
        return self.values.unique(maintain_order=True).head(SAMPLE)

    def holds_values(self, absent: Collection[str]) -> bool:
        """True where most texts are numbers, dates or links; those in ``absent`` do not count, and
        a column of nothing else (an item that is never measured) is one of values too."""
        texts = [text for text in self.sample if text not in absent]
        return len(self.sample) > 0 and sum(map(is_value, texts)) * 2 >= len(texts)

    def link_parameters(self) -> list[str]:
        """Names of query parameters of the column's links whose values differ."""
        texts = [text for text in self.sample.head(50) if text.startswith(("http://", "https://"))]
        if len(texts) * 5 < len(self.sample.head(50)) * 4:
            return []
        seen: dict[str, set[str]] = {}
        for text in texts:
            for name, value in parse_qsl(urlsplit(text).query):
                seen.setdefault(name, set()).add(value)
        return [name for name, values in seen.items() if len(values) == len(set(texts))]


def columns_of(records: Records) -> list[Column]:
    """The columns that hold anything, in the order of the file."""
    found = []
    for index in range(records.cells.width):
        values = records.cells.to_series(index).drop_nulls().str.strip_chars(_BLANKS)
        values = values.filter(values.str.len_bytes() > 0)
        if values.is_empty() and not (
            index < len(records.columns.names) and records.columns.names[index]
        ):
            continue
        name = records.columns.names[index] if index < len(records.columns.names) else ""
        unit = records.columns.units[index] if index < len(records.columns.units) else None
        reference = (
            column_reference(records.columns, index)
            if index < len(records.columns.names)
            else f"@{index + 1}"
        )
        found.append(Column(index, name, reference, unit, values))
    return found


@dataclass(frozen=True, slots=True)
class MissingText:
    """A text that seems to mean "no value": where it stands, how often.

    ``declared``: it is proposed under ``missing``; otherwise a person decides.
    """

    text: str
    count: int
    columns: tuple[str, ...]
    declared: bool


def missing_texts(columns: list[Column], folders: Sequence[Path]) -> list[MissingText]:
    """Texts that seem to mean "no value", the commonest first.

    They are those of the vocabulary, and short texts without a digit among numbers or dates that
    stand there again and again.
    """
    table = load_vocabulary(MISSING_TEXTS, folders).table
    listed = {row["text"]: row["numbers"] == "yes" for row in table.iter_rows(named=True)}
    counts: dict[str, dict[str, int]] = {}
    sure: set[str] = set()
    for column in columns:
        among_values = column.holds_values(listed)
        for text, count in column.values.value_counts().iter_rows():
            usual = text in listed
            odd = among_values and _is_stranger(text, count)
            if usual or odd:
                counts.setdefault(text, {})[column.reference] = count
                if among_values and listed.get(text, not _is_chinese(text)):
                    sure.add(text)
    made = [
        MissingText(text, sum(by_column.values()), tuple(by_column), text in sure)
        for text, by_column in counts.items()
    ]
    return sorted(made, key=lambda item: -item.count)


def _is_chinese(text: str) -> bool:
    """Words such as 不限 mean something; a person has to say what."""
    return any("\u3400" <= sign <= "\u9fff" for sign in text)


def _is_stranger(text: str, count: int) -> bool:
    short = len(text) <= SHORT and not any(sign.isdigit() for sign in text)
    return short and count >= FEWEST_STRANGERS
