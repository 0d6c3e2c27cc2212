"""What the page on layouts says can be read, and what cannot."""

from __future__ import annotations

import datetime as dt
import re

import polars as pl
import pytest
from fenced import DOCS

from schemas.casting import Reading, cast_column
from schemas.dataset import DatasetField, FieldType
from schemas.strict import Text
from schemas.units import unit_of_code

TEXT = (DOCS / "layout-file.md").read_text(encoding="utf-8")
TITLE = Text(zh="数", en="number")
DAY = DatasetField(name="day", title=TITLE, type=FieldType.DATE)
MOMENT = DatasetField(name="at", title=TITLE, type=FieldType.DATETIME)
AMOUNT = DatasetField(name="price", title=TITLE, type=FieldType.DECIMAL, scale=2, unit="CNY")


def examples(start: str, end: str) -> list[str]:
    """The texts in backticks between two phrases of the page."""
    part = TEXT[TEXT.index(start) : TEXT.index(end, TEXT.index(start))]
    found = re.findall(r"`([^`]+)`", part)
    assert len(found) > 3
    return found


def cast(text: str, field: DatasetField) -> tuple[object, list[str]]:
    unit = unit_of_code(field.unit) if field.unit else None
    reading = Reading(as_of=dt.date(2026, 3, 9), timezone="Asia/Shanghai", unit=unit)
    done = cast_column(pl.Series([text]), field, reading)
    return done.values.item(), [problem.rule for problem in done.problems]


@pytest.mark.parametrize("text", examples("### Dates", ", each\nwith"))
def test_days_that_are_read_as_they_are(text: str) -> None:
    assert cast(text, DAY) == (dt.date(2026, 3, 5), [])


@pytest.mark.parametrize("time", examples("each\nwith `12:30`", "; 24:00"))
def test_times_that_are_read_as_they_are(time: str) -> None:
    glued = "" if time.startswith("T") else " "
    text = f"2026-03-05T12:30:15{time}" if time == "Z" else f"2026-03-05{glued}{time}"
    value, problems = cast(text, MOMENT)
    assert value is not None
    assert problems == []


@pytest.mark.parametrize("text", examples("### Numbers", "are read"))
def test_numbers_that_are_read(text: str) -> None:
    assert cast(text, AMOUNT)[0] is not None


@pytest.mark.parametrize("text", examples("are read; `12..5`", "are errors"))
def test_numbers_that_are_errors(text: str) -> None:
    value, problems = cast(text, AMOUNT)
    assert value is None
    assert problems
