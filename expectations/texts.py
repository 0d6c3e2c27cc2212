"""Sentences of rules: templates, cut once into pieces and put together column by column."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl


@dataclass(frozen=True, slots=True)
class Sentence:
    """One language's template with its constants filled in: literals and names of row values."""

    literals: tuple[str, ...]
    names: tuple[str, ...]  # names[i] stands between literals[i] and literals[i + 1]

    def in_language(self, language: str, spoken: Iterable[str]) -> Sentence:
        """Rename the row values that differ between languages: ``unit`` -> ``unit@zh``."""
        own = set(spoken)
        names = tuple(f"{name}@{language}" if name in own else name for name in self.names)
        return Sentence(self.literals, names)

    def expression(self, positions: Mapping[str, int]) -> pl.Expr:
        """The sentence of each row, from the list column ``parts`` of a failures frame."""
        pieces: list[pl.Expr] = [pl.lit(self.literals[0])]
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            value = pl.col("parts").list.get(positions[name]).fill_null("—")
            pieces += [value, pl.lit(literal)]
        return pl.concat_str(pieces)


def cut(template: str, constants: Mapping[str, str]) -> Sentence:
    """Fill the constants in, keep the other placeholders as names."""
    literals, names = [""], []
    for literal, name, _, _ in string.Formatter().parse(template):
        literals[-1] += literal
        if name is None:
            continue
        if name in constants:
            literals[-1] += constants[name]
        else:
            names.append(name)
            literals.append("")
    return Sentence(tuple(literals), tuple(names))


def constant_text(value: object) -> str:
    """A parameter as people write it: no trailing zeros, no exponent."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, tuple):
        return ", ".join(constant_text(one) for one in value)
    return str(value)


def shortened(values: Sequence[str], limit: int = 12) -> str:
    """The first values, for a sentence."""
    shown = ", ".join(values[:limit])
    return shown if len(values) <= limit else f"{shown}, …"


def value_text(column: str, dtype: pl.DataType) -> pl.Expr:
    """A typed value as text: ISO dates, decimals without trailing zeros, plain numbers."""
    value = pl.col(column)
    if isinstance(dtype, pl.Datetime):
        form = "%Y-%m-%dT%H:%M:%S%:z" if dtype.time_zone else "%Y-%m-%dT%H:%M:%S"
        return value.dt.strftime(form)
    text = value.cast(pl.String)
    if isinstance(dtype, pl.Decimal | pl.Float64 | pl.Float32):
        return text.str.replace(r"(\.\d*?)0+$", "$1").str.strip_suffix(".")
    return text
