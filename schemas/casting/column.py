"""Casting one column: the fast path for clean texts, the exact path for the others."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from schemas.batch import polars_dtype
from schemas.casting import rules
from schemas.casting.date_text import read_date
from schemas.casting.distinct_texts import distinct_texts, read_distinct
from schemas.casting.fast_date import fast_days, fast_instants
from schemas.casting.fast_number import fast_numbers
from schemas.casting.outcome import Outcome, Told, told
from schemas.casting.plain_text import SUSPECT, read_text
from schemas.casting.quantity import UnitPlan, plan_units, read_quantity
from schemas.casting.reading import CastColumn, CastProblem, Reading
from schemas.casting.text_by_text import TextReader, missing_texts, read_rows
from schemas.dataset import DatasetField, FieldType
from schemas.finding import Severity
from schemas.message import DefinitionError, Message
from schemas.vocabulary import Vocabulary
from schemas.vocabulary_files import load_vocabulary

NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.NUMBER})
YES = frozenset({"true", "yes", "y", "t", "1", "是", "有", "√", "✓", "真"})
NO = frozenset({"false", "no", "n", "f", "0", "否", "无", "×", "✗", "假"})
HELD_TOGETHER = frozenset({rules.NO_UNIT, rules.COLUMN_OTHER_DIMENSION})
"""Rules that speak once for the whole column."""


def cast_column(raw: pl.Series, field: DatasetField, reading: Reading) -> CastColumn:
    """Cast published texts to the field's type.

    ``values`` has the dtype of :func:`schemas.batch.polars_dtype` and the length of ``raw``. A text
    that is not missing and gives null has a problem. Raises DefinitionError where the declaration
    itself is wrong (unknown unit or code list, no hour label), never for a value.
    """
    if field.hour_label is not None and reading.hour_label is None:
        raise DefinitionError(
            Message(
                f"字段 {field.name} 是小时值，映射须写明 hour_label。",
                f"The field {field.name} has hourly values; its mapping needs hour_label.",
            ),
            advice=Message("写 start 或 end。", "Say start or end."),
        )
    if field.type in NUMBERS:
        return _cast_numbers(raw, field, reading)
    if field.type is FieldType.STRING:
        return _cast_strings(raw, field, reading)
    return _cast_distinct(raw, field, reading)


# -- numbers --------------------------------------------------------------------------------


def _cast_numbers(raw: pl.Series, field: DatasetField, reading: Reading) -> CastColumn:
    plan = plan_units(field, reading)
    missing = missing_texts(reading, numbers=True)
    values = _fast_values(raw, field, reading, plan, missing)
    undecided = values.is_null() & raw.is_not_null() & ~raw.is_in(list(missing))
    rows = undecided.fill_null(value=False).arg_true()
    problems: list[CastProblem] = []
    if len(rows):
        reader = TextReader(
            lambda text: read_quantity(text, field, reading, plan), reading, missing
        )
        read, problems = read_rows(raw, rows, reader)
        values = values.scatter(rows, pl.Series(read, dtype=values.dtype))
    dtype = polars_dtype(field, reading.timezone)
    if field.type is FieldType.DECIMAL:
        values = _as_decimals(values, dtype)
    return CastColumn(values.alias(raw.name), _held_together(problems, plan))


def _fast_values(
    raw: pl.Series,
    field: DatasetField,
    reading: Reading,
    plan: UnitPlan,
    missing: frozenset[str],
) -> pl.Series:
    """Clean numbers; declared texts that look like numbers (``-99``) are left to the exact path."""
    if plan.factor is None:
        dtype = pl.Int128() if field.type is FieldType.DECIMAL else polars_dtype(field, "UTC")
        return pl.repeat(None, len(raw), dtype=dtype, eager=True)
    values = fast_numbers(raw, field, plan.factor)
    declared = [text for text in {*missing, *reading.aliases} if re.match(r"[+-]?[.0-9]", text)]
    if not declared:
        return values
    frame = pl.DataFrame({"value": values, "declared": raw.is_in(declared)})
    return frame.select(pl.when(pl.col("declared").not_()).then("value")).to_series()


def _as_decimals(scaled: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Scaled integers as the decimals they stand for, without arithmetic."""
    return scaled.alias("v").to_frame().select(pl.col("v").reinterpret(dtype=dtype)).to_series()


def _held_together(problems: list[CastProblem], plan: UnitPlan) -> list[CastProblem]:
    """One problem for a column without a usable unit, at the first value it concerns."""
    concerned = [problem for problem in problems if problem.rule in HELD_TOGETHER]
    if not concerned:
        return problems
    first = concerned[0]
    parts: Mapping[str, object] = {
        "cells": len(concerned),
        "unit_text": plan.column_unit.zh if plan.column_unit else "",
        "field_unit": plan.field_unit.code if plan.field_unit else "",
    }
    others = [problem for problem in problems if problem.rule not in HELD_TOGETHER]
    return [CastProblem(first.row, first.rule, first.value, parts), *others]


# -- strings --------------------------------------------------------------------------------


def _cast_strings(raw: pl.Series, field: DatasetField, reading: Reading) -> CastColumn:
    missing = missing_texts(reading, numbers=False)
    vocabulary = _vocabulary(field, reading)
    unknown_severity = _unknown_code_severity(field)

    def read(text: str) -> Outcome:
        outcome = read_text(text, field.code_list, vocabulary)
        return _with_severity(outcome, unknown_severity)

    reader = TextReader(read, reading, missing)
    if vocabulary is not None:
        distinct = distinct_texts(raw)
        unknown = pl.repeat(None, len(distinct.texts), dtype=pl.String, eager=True)
        filled, problems = read_distinct(distinct, unknown, reader)
        return CastColumn(distinct.spread(filled).alias(raw.name), problems)
    declared = [*missing, *reading.aliases]
    undecided = raw.str.contains(SUSPECT) | raw.is_in(declared)
    rows = undecided.fill_null(value=False).arg_true()
    if not len(rows):
        return CastColumn(raw, [])
    values, problems = read_rows(raw, rows, reader)
    return CastColumn(raw.clone().scatter(rows, pl.Series(values, dtype=pl.String)), problems)


def _vocabulary(field: DatasetField, reading: Reading) -> Vocabulary | None:
    if field.code_list is None:
        return None
    return reading.vocabulary or load_vocabulary(field.code_list)


def _unknown_code_severity(field: DatasetField) -> Severity | None:
    """A field that writes its severity down means it for unknown codes too; else a warning."""
    if "severity" not in field.constraints.model_fields_set:
        return None
    return Severity(field.constraints.severity)


def _with_severity(outcome: Outcome, severity: Severity | None) -> Outcome:
    if severity is None or not any(one.rule == rules.UNKNOWN_CODE for one in outcome.told):
        return outcome
    notes = tuple(
        Told(one.rule, {**one.parts, "severity": severity})
        if one.rule == rules.UNKNOWN_CODE
        else one
        for one in outcome.told
    )
    return Outcome(outcome.value, notes)


# -- dates and yes/no -----------------------------------------------------------------------


def _cast_distinct(raw: pl.Series, field: DatasetField, reading: Reading) -> CastColumn:
    missing = missing_texts(reading, numbers=False)
    distinct = distinct_texts(raw)
    if field.type is FieldType.BOOLEAN:
        reader = TextReader(_read_boolean, reading, missing)
    else:
        reader = TextReader(lambda text: read_date(text, field, reading), reading, missing)
    known = _known_values(distinct.texts, field, reading, missing)
    filled, problems = read_distinct(distinct, known, reader)
    dtype = polars_dtype(field, reading.timezone)
    return CastColumn(distinct.spread(_as_time(filled, field, dtype)).alias(raw.name), problems)


def _known_values(
    texts: pl.Series, field: DatasetField, reading: Reading, missing: frozenset[str]
) -> pl.Series:
    """What the fast path knows of the distinct texts. It knows nothing of declared forms."""
    carried = {
        FieldType.BOOLEAN: pl.Boolean(),
        FieldType.YEARMONTH: pl.String(),
    }.get(field.type, pl.Int64())
    if reading.date_format is not None or field.type not in (FieldType.DATE, FieldType.DATETIME):
        return pl.repeat(None, len(texts), dtype=carried, eager=True)
    if field.type is FieldType.DATE:
        known = fast_days(texts)
    else:
        known = fast_instants(texts, field, reading)
    frame = pl.DataFrame({"known": known, "declared": texts.is_in([*missing, *reading.aliases])})
    return frame.select(pl.when(pl.col("declared").not_()).then("known")).to_series()


def _as_time(values: pl.Series, field: DatasetField, dtype: pl.DataType) -> pl.Series:
    if field.type is FieldType.DATE:
        return values.cast(pl.Int32).cast(pl.Date)
    if field.type is FieldType.DATETIME:
        zone = getattr(dtype, "time_zone", "UTC")
        return values.cast(pl.Datetime("ms", "UTC")).dt.convert_time_zone(zone)
    return values


def _read_boolean(text: str) -> Outcome:
    folded = text.casefold()
    if folded in YES:
        return Outcome(True)
    if folded in NO:
        return Outcome(False)
    return Outcome(None, (told(rules.NOT_YES_OR_NO),))
