"""Rows for any dataset: valid by its constraints, and as awkward as values get."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from publishing.descriptions.promises import Promises, promises
from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.definitions import BUILT_IN
from schemas.validation import read_model
from schemas.yaml_file import load_yaml

AWKWARD = (
    "=1+2",
    "+86",
    "-甲",
    "@SUM(A1)",
    "\t制表",
    "\r回车",
    "00123",
    "1E5",
    "NA",
    "null",
    "true",
    "2026-01-02",
    '引"号, 逗号',
    "两\n行",
    "，全角；",
    "𠮷野家",
    " 前后空格 ",
    "620521199001011234",
    "'撇号",
)
SHAPES = ("620521", "620521001", "201", "20101", "2010101", "A", "甲")
FIRST_DAY = dt.date(2024, 11, 28)
DAYS = 100  # a few partitions, whether by month or by year


def shipped_datasets() -> list[Dataset]:
    """The datasets that come with gongkai, without their charts: drawing takes a while and has
    tests of its own."""
    files = sorted((BUILT_IN / "datasets").glob("*/*.yml"))
    return [_read(file) for file in files]


def _read(file: Path) -> Dataset:
    dataset, problems = read_model(load_yaml(file), Dataset)
    assert dataset is not None, problems
    return dataset.model_copy(update={"charts": ()})


def made_rows(dataset: Dataset, count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Rows with distinct keys, in no order; the same for the same seed."""
    chance = random.Random(f"{dataset.id} {seed}")
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for number in range(count * 3):
        row = {
            field.name: _value(chance, field, promises(dataset, field), number)
            for field in dataset.fields
        }
        rows.setdefault(tuple(row[name] for name in dataset.primary_key), row)
    return list(rows.values())[:count]


def _value(chance: random.Random, field: DatasetField, promised: Promises, number: int) -> Any:
    if not promised.required and chance.random() < 0.3:
        return None
    match field.type:
        case FieldType.STRING:
            return _text(chance, promised, number)
        case FieldType.BOOLEAN:
            return chance.random() < 0.5
        case FieldType.DATE:
            return FIRST_DAY + dt.timedelta(days=chance.randrange(DAYS))
        case FieldType.DATETIME:
            day = dt.datetime.combine(FIRST_DAY, dt.time())
            return day + dt.timedelta(minutes=chance.randrange(DAYS * 1440))
        case FieldType.YEARMONTH:
            return f"{chance.randrange(2023, 2027)}-{chance.randrange(1, 13):02}"
    low, high = _bounds(field, promised)
    if field.type in (FieldType.INTEGER, FieldType.YEAR):
        return chance.randint(int(low), int(high))
    if field.type is FieldType.NUMBER:
        return chance.choice([float(low), chance.uniform(float(low), float(high)), float(high)])
    scale = field.scale or 0
    units = chance.randint(int(low * 10**scale), int(high * 10**scale))
    return Decimal(units).scaleb(-scale)


def _bounds(field: DatasetField, promised: Promises) -> tuple[Decimal, Decimal]:
    low = promised.minimum
    if low is None:
        low = promised.exclusive_minimum + 1 if promised.exclusive_minimum is not None else None
    high = promised.maximum
    if high is None:
        high = promised.exclusive_maximum - 1 if promised.exclusive_maximum is not None else None
    if field.type is FieldType.YEAR:
        return max(low or Decimal(2023), Decimal(2023)), min(high or Decimal(2026), Decimal(2026))
    if low is None:
        low = min(Decimal(-1000), high or Decimal(0))
    return low, high if high is not None else low + 123_456_789


def _text(chance: random.Random, promised: Promises, number: int) -> str:
    if promised.enum:
        return chance.choice(promised.enum)
    if promised.pattern:
        return chance.choice([one for one in SHAPES if re.fullmatch(promised.pattern, one)])
    if chance.random() < 0.4:
        return f"编号{number}"
    return chance.choice(AWKWARD)[: promised.max_length]


def awkward_texts() -> Iterator[str]:
    """Texts that programs for tables like to change."""
    yield from AWKWARD
