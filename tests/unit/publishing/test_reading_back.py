"""Whatever reads a file of a release gets the values that were released, with their types."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pytest
from made_rows import made_rows, shipped_datasets
from publishing_office import TIMEZONE, Office
from python_calamine import CalamineWorkbook

from schemas.dataset import Dataset, FieldType

Table = list[dict[str, Any]]


@pytest.fixture(params=[dataset.id for dataset in shipped_datasets()])
def office(request: pytest.FixtureRequest, every_release: dict[str, Office]) -> Office:
    """A site with a release of one shipped dataset."""
    return every_release[request.param]


def files(office: Office, kind: str) -> list[Path]:
    parts = office.reader.manifest()["partitions"]
    return [office.version_folder(1) / part["formats"][kind] for part in parts]


def released(office: Office) -> Table:
    """The rows that were put in, in the order of their keys and of the partitions."""
    dataset = office.dataset
    given = {key_of(dataset, row): row for row in made_rows(dataset, 40)}
    rows = []
    for file in files(office, "jsonl"):
        for line in file.read_text("utf-8").split("\n"):
            if line:
                told = json.loads(line)
                rows.append(given.pop(json_key(dataset, told)))
    assert not given
    return [
        {field.name: plain(row[field.name], field.type) for field in dataset.fields} for row in rows
    ]


def key_of(dataset: Dataset, row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(plain(row[name], dataset.field(name).type)) for name in dataset.primary_key)


def json_key(dataset: Dataset, row: dict[str, Any]) -> tuple[str, ...]:
    values = []
    for name in dataset.primary_key:
        kind, value = dataset.field(name).type, row[name]
        if kind is FieldType.DATETIME:
            value = dt.datetime.fromisoformat(value)
        elif kind is FieldType.DATE:
            value = dt.date.fromisoformat(value)
        values.append(str(plain(value, kind)))
    return tuple(values)


def plain(value: Any, kind: FieldType) -> Any:
    """A value in the one form in which all readers are compared."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return None
    if kind is FieldType.DATETIME:
        moment = pd.Timestamp(value)
        local = moment if moment.tzinfo is None else moment.tz_convert(TIMEZONE)
        return local.tz_localize(None).to_pydatetime()
    if kind is FieldType.DATE:
        return pd.Timestamp(value).date()
    if kind in (FieldType.DECIMAL, FieldType.NUMBER):
        return Decimal(repr(float(value)))
    if kind in (FieldType.INTEGER, FieldType.YEAR):
        assert int(value) == value
        return int(value)
    if kind is FieldType.BOOLEAN:
        return bool(value)
    assert isinstance(value, str)
    return value


def as_read(dataset: Dataset, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    assert list(names) == dataset.field_names
    kinds = [field.type for field in dataset.fields]
    return [
        {name: plain(value, kind) for name, value, kind in zip(names, row, kinds, strict=True)}
        for row in rows
    ]


def test_pandas_reads_the_csv(office: Office) -> None:
    """As docs/releases.md says: texts as texts, only an empty field is no value."""
    kinds = {field.name: field.type for field in office.dataset.fields}
    texts = {name: str for name, kind in kinds.items() if kind in TEXTS}
    times = [name for name, kind in kinds.items() if kind in (FieldType.DATE, FieldType.DATETIME)]
    read = [
        pd.read_csv(file, dtype=texts, keep_default_na=False, na_values=[""], parse_dates=times)
        for file in files(office, "csv")
    ]
    found = [as_read(office.dataset, one.columns, one.astype(object).values) for one in read]
    assert [row for part in found for row in part] == released(office)


TEXTS = (FieldType.STRING, FieldType.YEARMONTH)


def test_pandas_reads_the_parquet(office: Office) -> None:
    read = [pd.read_parquet(file) for file in files(office, "parquet")]
    found = [as_read(office.dataset, one.columns, one.astype(object).values) for one in read]
    assert [row for part in found for row in part] == released(office)


def test_polars_reads_the_parquet_with_exact_decimals(office: Office) -> None:
    read = pl.concat([pl.read_parquet(file) for file in files(office, "parquet")])
    assert as_read(office.dataset, read.columns, read.rows()) == released(office)
    given = {key_of(office.dataset, row): row for row in made_rows(office.dataset, 40)}
    for field in office.dataset.fields:
        if field.type is FieldType.DECIMAL:
            for row in read.rows(named=True):
                exact = given[key_of(office.dataset, row)][field.name]
                assert row[field.name] == exact


def test_duckdb_reads_the_parquet(office: Office) -> None:
    names = [str(file) for file in files(office, "parquet")]
    with duckdb.connect() as database:
        database.execute(f"set timezone = '{TIMEZONE}'")
        found: Table = []
        for name in names:
            answer = database.execute("select * from read_parquet(?)", [name])
            columns = [one[0] for one in answer.description or ()]
            found += as_read(office.dataset, columns, answer.fetchall())
    assert found == released(office)


def test_duckdb_reads_the_csv_by_its_table_schema(office: Office) -> None:
    types = {
        FieldType.STRING: "varchar",
        FieldType.YEARMONTH: "varchar",
        FieldType.INTEGER: "bigint",
        FieldType.YEAR: "bigint",
        FieldType.NUMBER: "double",
        FieldType.BOOLEAN: "boolean",
        FieldType.DATE: "date",
        FieldType.DATETIME: "timestamptz",
    }
    columns = {
        field.name: types.get(field.type, f"decimal(38,{field.scale})")
        for field in office.dataset.fields
    }
    found: Table = []
    with duckdb.connect() as database:
        database.execute(f"set timezone = '{TIMEZONE}'")
        for file in files(office, "csv"):
            answer = database.execute(
                "select * from read_csv(?, columns = ?, header = true, delim = ',', quote = '\"', "
                "escape = '\"', nullstr = '', allow_quoted_nulls = false, new_line = '\\n')",
                [str(file), columns],
            )
            found += as_read(office.dataset, list(columns), answer.fetchall())
    assert found == released(office)


def test_programs_for_workbooks_read_the_same(office: Office) -> None:
    for file in files(office, "excel.xlsx"):
        sheet = openpyxl.load_workbook(file, read_only=True).worksheets[0]
        theirs = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
        width = len(office.dataset.fields)
        sheet_of_calamine = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0)
        others = [
            [None if value == "" else value for value in row[:width]]
            for row in sheet_of_calamine.to_python(skip_empty_area=False)[1:]
        ]
        parquet = pl.read_parquet(str(file).replace(".excel.xlsx", ".parquet"))
        expected = as_read(office.dataset, parquet.columns, parquet.rows())
        for rows in (theirs, others):
            padded = [[*row, *([None] * (width - len(row)))] for row in rows]
            read = as_read(office.dataset, office.dataset.field_names, padded)
            assert [unescaped(row) for row in read] == [unescaped(row) for row in expected]


def unescaped(row: dict[str, Any]) -> dict[str, Any]:
    """Workbooks write a carriage return as ``_x000D_``, which not every program takes back."""
    return {
        name: value.replace("_x000D_", "\r") if isinstance(value, str) else value
        for name, value in row.items()
    }
