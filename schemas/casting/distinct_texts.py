"""Columns in which few texts come back often (hours, days, codes): each is read once."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from schemas.casting.reading import CastProblem
from schemas.casting.text_by_text import TextReader, problems_of


@dataclass(frozen=True, slots=True)
class DistinctTexts:
    """``texts`` once each; ``codes`` has their index for every row (null for a null)."""

    texts: pl.Series
    codes: pl.Series

    def spread(self, values: pl.Series) -> pl.Series:
        """Values of the distinct texts, laid out over the rows."""
        return values.gather(self.codes)


def distinct_texts(raw: pl.Series) -> DistinctTexts:
    """Find the distinct texts of a column."""
    categories = raw.cast(pl.Categorical(pl.Categories.random()))
    distinct = categories.unique(maintain_order=True).drop_nulls()
    return DistinctTexts(distinct.cast(pl.String), categories.to_physical())


def read_distinct(
    distinct: DistinctTexts, known: pl.Series, reader: TextReader
) -> tuple[pl.Series, list[CastProblem]]:
    """Fill what ``known`` (values of the distinct texts) leaves null by reading text by text."""
    rows = known.is_null().arg_true()
    if not len(rows):
        return known, []
    texts = distinct.texts.gather(rows).to_list()
    outcomes = [reader.outcome(text) for text in texts]
    values = pl.Series([outcome.value for outcome in outcomes], dtype=known.dtype)
    filled = known.clone().scatter(rows, values)
    bad = {
        code: (text, outcome)
        for code, text, outcome in zip(rows.to_list(), texts, outcomes, strict=True)
        if outcome.told
    }
    if not bad:
        return filled, []
    places = distinct.codes.is_in(list(bad)).fill_null(value=False).arg_true()
    codes = distinct.codes.gather(places)
    problems: list[CastProblem] = []
    for row, code in zip(places.to_list(), codes.to_list(), strict=True):
        problems.extend(problems_of(row, *bad[code]))
    return filled, problems
