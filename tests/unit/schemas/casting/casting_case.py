"""Shorthand for casting tests: a field, a reading, and what came of a list of texts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from schemas.batch import polars_dtype
from schemas.casting import CASTING_RULES, Reading, cast_column
from schemas.dataset import DatasetField
from schemas.finding import Finding
from schemas.units import unit_of_code

AS_OF = dt.date(2026, 2, 4)
ZONE = "Asia/Shanghai"


def a_field(**keys: Any) -> DatasetField:
    """A field named ``value`` of the given type, scale, unit …"""
    content = {"name": "value", "title": {"zh": "值", "en": "Value"}, **keys}
    return DatasetField.model_validate(content, strict=False)


def a_reading(unit: str | None = None, **keys: Any) -> Reading:
    """A reading as of 4 February 2026 in Shanghai; ``unit`` is a unit code."""
    values = {"as_of": AS_OF, "timezone": ZONE, **keys}
    return Reading(unit=unit_of_code(unit) if unit else None, **values)


@dataclass(frozen=True)
class Cast:
    """Values and rule ids per row, with the findings the problems make."""

    values: list[Any]
    rules: list[list[str]]
    findings: list[Finding]


def cast(texts: list[str | None], field: DatasetField, reading: Reading | None = None) -> Cast:
    """Cast texts; also shows that the contract of ``cast_column`` holds for them."""
    given = reading or a_reading()
    raw = pl.Series("raw", texts, dtype=pl.String)
    column = cast_column(raw, field, given)
    assert column.values.dtype == polars_dtype(field, given.timezone)
    assert len(column.values) == len(texts)
    rules: list[list[str]] = [[] for _ in texts]
    findings = []
    for problem in column.problems:
        rules[problem.row].append(problem.rule)
        found = CASTING_RULES[problem.rule].finding(
            column="value", value=problem.value, **problem.parts
        )
        assert found.what.zh
        sentences = found.what.zh + found.what.en + found.advice.zh + found.advice.en
        assert "{" in problem.value or "{" not in sentences
        findings.append(found)
    return Cast(column.values.to_list(), rules, findings)


def one(text: str, field: DatasetField, reading: Reading | None = None) -> tuple[Any, list[str]]:
    """Value and rule ids of a single text."""
    found = cast([text], field, reading)
    return found.values[0], found.rules[0]
