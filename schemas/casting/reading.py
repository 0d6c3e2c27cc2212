"""How a column is to be read, and what comes out of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from schemas.units import Unit
from schemas.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Reading:
    """What the source file, the sheet and the snapshot say about a column.

    Attributes:
        unit: unit of the numbers, from the header, a note of the sheet or the mapping; a cell
            may still carry its own.
        missing: texts that mean "no value" (compared after stripping); empty always does. For
            dates an ISO date here also stands for every other way of writing that date.
        dash_is_zero: a lone dash means 0, as accounting formats print it.
        date_format: declared form of dates beside the usual ones: made of YYYY, YY, ROC, MM, M,
            DD, D, HH, H, mm, ss, or ``excel_1900`` / ``excel_1904`` for serial numbers.
        hour_label: which end of the hour the source writes; only with ``field.hour_label``.
        bound: which bound of a text such as ``1.3≤容积率≤1.5`` is wanted.
        aliases: published text -> text to read instead, before anything else.
        as_of: the day the file speaks of; gives the year where dates have none.
        timezone: IANA name of the site's time zone.
        vocabulary: the code list of the field with the site's entries; None takes the built-in
            list that ``field.code_list`` names.
    """

    as_of: dt.date
    timezone: str
    unit: Unit | None = None
    missing: frozenset[str] = frozenset({""})
    dash_is_zero: bool = False
    date_format: str | None = None
    hour_label: Literal["start", "end"] | None = None
    bound: Literal["lower", "upper", "only"] | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    vocabulary: Vocabulary | None = None


@dataclass(frozen=True, slots=True)
class CastProblem:
    """One thing wrong with one value.

    ``row`` is the index in the series given to ``cast_column``; ``rule`` an id of
    ``CASTING_RULES``; ``value`` the published text; ``parts`` go to ``RuleText.finding`` beside
    column, value and place: they fill the rule's sentences, and hold ``severity`` where the field,
    not the rule, decides it.
    """

    row: int
    rule: str
    value: str
    parts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CastColumn:
    """Typed values, as long as the input and with the field's dtype; null where none could be
    made. Every non-missing text that gave null has a problem."""

    values: pl.Series
    problems: list[CastProblem]
