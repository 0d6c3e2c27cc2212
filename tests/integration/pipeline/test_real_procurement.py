"""Real workbooks of procurement intentions; what the rows are was read by eye beforehand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.run import RunState

pytestmark = pytest.mark.real_data
INTENTIONS = "procurement/procurement_intentions"
LINES = Path(__file__).parents[2] / "expected" / "procurement" / "intentions.csv"


def lines(file: str) -> pl.DataFrame:
    """What was read by eye, one line per row of the file."""
    read = pl.read_csv(LINES, infer_schema=False)
    return read.filter(pl.col("file") == file).with_columns(pl.col("row").cast(pl.Int64))


def of_file(made_site: Any, real_data: Path, file: str, layout: str) -> Any:
    made_site.folder_source("intentions", INTENTIONS, real_data / "procurement", file, layout)
    return made_site.run()["intentions"]


def assert_as_read_by_eye(released: pl.DataFrame, right: pl.DataFrame) -> None:
    assert released.height == right.height
    for row in right.iter_rows(named=True):
        found = released.row(by_predicate=pl.col("project_name") == row["project_name"], named=True)
        assert found["purchaser_name"] == row["purchaser_name"]
        assert found["budget_cny"] == Decimal(row["budget_published"]) * 10_000
        assert found["expected_month"] == row["month_published"].replace("年", "-").rstrip("月")


def test_a_flat_list_of_intentions_is_released(made_site: Any, real_data: Path) -> None:
    file = "ccgp_shandong_procurement_intentions.xlsx"

    outcome = of_file(made_site, real_data, file, "ccgp_intentions_list")

    assert outcome.state is RunState.RELEASED
    assert (outcome.ledger.rows_read, outcome.ledger.rows_excluded) == (79, 34)
    seen = lines(file)
    assert outcome.ledger.rows_new == seen.filter(pl.col("row_state") == "right").height
    assert made_site.findings(outcome).is_empty()
    released = made_site.released("procurement_intentions")
    assert_as_read_by_eye(released, seen.filter(pl.col("row_state") == "right"))


def test_shifted_rows_of_an_export_are_one_case(made_site: Any, real_data: Path) -> None:
    file = "ccgp_shandong_export_2.xlsx"

    outcome = of_file(made_site, real_data, file, "ccgp_intentions_details")

    assert outcome.state is RunState.RELEASED
    assert outcome.ledger.rows_new == 22
    seen = lines(file)
    held = made_site.quarantine(outcome)
    shifted = seen.filter(pl.col("row_state") == "shifted")
    assert sorted(held.get_column("_position")) == sorted(shifted.get_column("row"))
    findings = made_site.findings(outcome)
    assert findings.select("rule", "column", "pattern").unique().rows() == [
        ("LAY-16", "", "left 子序号")
    ]
    assert findings.height == 22
    released = made_site.released("procurement_intentions")
    assert_as_read_by_eye(released, seen.filter(pl.col("row_state") == "right"))
    assert set(released.get_column("published_on")) <= {dt.date(2026, 1, 29), dt.date(2026, 1, 30)}
