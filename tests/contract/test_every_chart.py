"""Every chart of the datasets that ship says what it draws, and can be drawn."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from publishing.charts.computing import Circumstances, compute
from publishing.charts.specification import specification
from schemas.batch import polars_dtype
from schemas.chart import Chart
from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.definitions import BUILT_IN
from schemas.units import find_unit
from schemas.validation import read_model
from schemas.yaml_file import load_yaml

ZONE = "Asia/Shanghai"
ROWS = 200
CUT_AT = dt.datetime(2026, 3, 20)  # noqa: DTZ001 - the wall clock of the site
FILES = sorted((BUILT_IN / "datasets").rglob("*.yml"))


def shipped() -> list[Dataset]:
    datasets = [read_model(load_yaml(file), Dataset)[0] for file in FILES]
    return [dataset for dataset in datasets if dataset is not None]


CHARTS = [(dataset, chart) for dataset in shipped() for chart in dataset.charts]


def made_value(field: DatasetField, chart: Chart, source: random.Random) -> Any:
    """A value that the conditions of the chart keep."""
    for condition in chart.where:
        if condition.field == field.name and condition.any_of:
            return source.choice(condition.any_of)
        if condition.field == field.name and condition.single:
            return "620521"
    if field.constraints.enum:
        return source.choice(field.constraints.enum)
    if source.random() < 0.05 and not field.constraints.required:
        return None
    match field.type:
        case FieldType.STRING:
            return f"{field.title.zh}“{source.randint(1, 9)}”<&'\\"
        case FieldType.INTEGER:
            return source.randint(1, 6)
        case FieldType.DECIMAL:
            return Decimal(source.randint(0, 10**11)) / 100
        case FieldType.NUMBER:
            return source.randint(0, 5000) / 100
        case FieldType.BOOLEAN:
            return source.random() < 0.5
        case FieldType.DATE:
            return dt.date(2026, 3, 20) - dt.timedelta(days=source.randint(0, 60))
        case FieldType.DATETIME:
            return CUT_AT - dt.timedelta(hours=source.randint(0, 1440))
        case FieldType.YEAR:
            return source.randint(2022, 2026)
        case FieldType.YEARMONTH:
            return f"2026-{source.randint(1, 12):02}"


def made_rows(dataset: Dataset, chart: Chart) -> pl.DataFrame:
    source = random.Random(7)
    columns = []
    for field in dataset.fields:
        values = [made_value(field, chart, source) for _ in range(ROWS)]
        dtype = polars_dtype(field, ZONE)
        if isinstance(dtype, pl.Datetime):
            naive = pl.Series(field.name, values, dtype=pl.Datetime("ms"))
            columns.append(naive.dt.replace_time_zone(ZONE))
        else:
            columns.append(pl.Series(field.name, values, dtype=dtype))
    return pl.DataFrame(columns)


@pytest.mark.parametrize("dataset", shipped(), ids=lambda dataset: dataset.id)
def test_every_dataset_has_a_few_charts(dataset: Dataset) -> None:
    assert 1 <= len(dataset.charts) <= 3


@pytest.mark.parametrize(
    ("dataset", "chart"), CHARTS, ids=[f"{one.id}.{chart.id}" for one, chart in CHARTS]
)
def test_every_chart_is_drawn_from_rows_that_its_conditions_keep(
    dataset: Dataset, chart: Chart
) -> None:
    data = compute(made_rows(dataset, chart), dataset, chart, Circumstances(CUT_AT))
    assert data is not None
    assert sum(mark.rows for mark in data.marks) > ROWS / 20
    made = specification(chart, data, "zh")
    assert len(made["datasets"]["rows"]) == len(data.marks)


@pytest.mark.parametrize(
    ("dataset", "chart"), CHARTS, ids=[f"{one.id}.{chart.id}" for one, chart in CHARTS]
)
def test_money_is_drawn_in_units_that_people_read(dataset: Dataset, chart: Chart) -> None:
    for name in chart.y.fields:
        unit = find_unit(dataset.field(name).unit or "")
        if unit is not None and unit.code == "CNY":
            assert chart.y.unit in ("CNY_10k", "CNY_100M")
