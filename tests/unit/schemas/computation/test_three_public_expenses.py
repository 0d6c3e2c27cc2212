"""Three public expenses from lines of budgets: which rows are used, and why others are not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from schemas.computation import DERIVED_COMPUTATIONS
from schemas.computation.contract import Derived
from schemas.dataset import Dataset
from schemas.definitions import BUILT_IN
from schemas.validation import read_model
from schemas.yaml_file import load_yaml

KIND = DERIVED_COMPUTATIONS["three_public_expenses"]
FILE = BUILT_IN / "datasets" / "budget" / "three_public_expenses.yml"


def dataset(path: Path = FILE) -> Dataset:
    model, problems = read_model(load_yaml(path), Dataset)
    assert model is not None, problems
    return model


def cell(label: str, value: str | None, measure: str = "预算数", **more: Any) -> dict[str, Any]:
    """A cell of B7 in 万元."""
    amount = None if value is None else Decimal(value) * 10_000
    return {
        "organization_name": "某局",
        "organization_code": None,
        "fiscal_year": 2025,
        "stage": "budget",
        "table_id": "B7",
        "label": label.rpartition("/")[2],
        "line_path": label,
        "measure": measure,
        "value_kind": "amount",
        "amount_cny": amount,
        "value_published": value,
        "unit_published": "万元",
    } | more


def derived(*cells: dict[str, Any]) -> Derived:
    schema = dict.fromkeys(KIND.needs, pl.String) | {
        "fiscal_year": pl.Int64,
        "amount_cny": pl.Decimal(38, 2),
    }
    return KIND.derive(pl.DataFrame(list(cells), schema=schema), dataset(), KIND.options())


def items(result: Derived) -> dict[str, tuple[Any, Any]]:
    return {
        item: (budget, final)
        for item, budget, final in result.frame.select("item", "budget_cny", "final_cny").rows()
    }


def test_a_budget_gives_a_row_for_each_printed_item() -> None:
    result = derived(
        cell("合计", "9.00"),
        cell("因公出国（境）费", "1.00"),
        cell("公务接待费", "2.00"),
        cell("公务用车购置及运行费/小计", "6.00"),
        cell("公务用车购置及运行费/运行费", "6.0"),
        cell("机关运行经费", "229.43"),
    )
    assert items(result) == {
        "total": (Decimal(90_000), None),
        "overseas_travel": (Decimal(10_000), None),
        "official_reception": (Decimal(20_000), None),
        "vehicles": (Decimal(60_000), None),
        "vehicle_operation": (Decimal(60_000), None),
        "agency_operation": (Decimal(2_294_300), None),
    }
    assert result.used == 6
    assert result.not_used == {}
    assert result.frame.get_column("last_digit_cny").to_list() == [
        *[Decimal(100)] * 4,
        Decimal(1000),
        Decimal(100),
    ]


def test_final_accounts_give_budget_and_amount_spent_in_one_row() -> None:
    accounts = {"stage": "final_accounts", "table_id": "T7"}
    result = derived(
        cell("合计", "0.95", "预算数", **accounts),
        cell("合计", "0.00", "决算数", **accounts),
        cell("公务接待费", "0.95", "预算数", **accounts),
    )
    assert items(result) == {
        "total": (Decimal(9_500), Decimal(0)),
        "official_reception": (Decimal(9_500), None),
    }
    assert result.sources.to_list() == [[0, 1], [2]]


def test_a_subtotal_of_the_three_is_the_total() -> None:
    result = derived(cell("合计", "10.00"), cell("“三公”经费/小计", "7.00"), cell("会议费", "3.00"))
    assert items(result) == {
        "total_with_meetings": (Decimal(100_000), None),
        "total": (Decimal(70_000), None),
        "meetings": (Decimal(30_000), None),
    }


def test_every_row_that_is_not_used_has_its_reason() -> None:
    result = derived(
        cell("合计", "1.00"),
        cell("合计", "1.00", table_id="B3"),
        cell("合计", None),
        cell("公务接待费", "5", value_kind="count"),
        cell("合计", "2.00", "2024年预算数"),
        cell("备注", "3.00"),
        cell("合计", "4.00"),
    )
    assert result.used == 1
    assert result.not_used == {
        "another_table": 1,
        "not_an_amount": 2,
        "another_year": 1,
        "unknown_item": 1,
        "repeated": 1,
    }
    assert set(result.not_used) == set(KIND.reasons)


CELLS = st.builds(
    cell,
    st.sampled_from(["合计", "公务接待费", "“三公”经费/小计", "会议费", "备注"]),
    st.sampled_from(["1.00", "0", None]),
    st.sampled_from(["预算数", "决算数", "2024年预算数", "金额"]),
    table_id=st.sampled_from(["B7", "T7", "B3"]),
    stage=st.sampled_from(["budget", "final_accounts"]),
)


@given(st.lists(CELLS, max_size=12))
def test_upstream_rows_are_used_once_or_counted_once(cells: list[dict[str, Any]]) -> None:
    result = derived(*cells)
    used = result.sources.explode().drop_nulls().to_list() if result.frame.height else []
    assert len(used) == len(set(used)) == result.used
    assert result.used + sum(result.not_used.values()) == len(cells)
    assert result.frame.height == result.sources.len()
    key = result.frame.select("organization_name", "fiscal_year", "stage", "item")
    assert key.is_unique().all()
