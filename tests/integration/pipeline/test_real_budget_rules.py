"""Rules on the arithmetic, codes and units of budgets, on real booklets.

The booklets add up, so nothing may be found; and an error put into any cell must be. (What their
narratives say is another matter: BUD-12 to BUD-14.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from expectations.compiling import CompiledRules, compile_rules
from expectations.context import RuleContext
from schemas.dataset import Dataset
from schemas.definitions import BUILT_IN
from schemas.units import find_unit
from schemas.validation import read_model
from schemas.yaml_file import load_yaml

pytestmark = pytest.mark.real_data
FILE = BUILT_IN / "datasets" / "budget" / "department_budget_lines.yml"
DERIVED = """\
dataset: three_public_expenses
connector: {type: release, dataset: department_budget_lines}
load: full
"""
NARRATIVE = {"BUD-12", "BUD-13", "BUD-14"}
DOCUMENT = ["organization_name", "fiscal_year", "stage"]
CELL = ["table_id", "side", "line_path", "measure"]
EVERY = 6
"""One cell in six is altered: booklets have some 1 300."""
STANDS_ALONE = {"机关运行经费", "机关运行经费预算数"}
"""No other cell of a booklet says what this item is."""


def arithmetic_rules() -> CompiledRules:
    model, problems = read_model(load_yaml(FILE), Dataset)
    assert model is not None, problems
    rules = compile_rules(model)
    kept = tuple(one for one in rules.rules if one.id.startswith("BUD") and one.id not in NARRATIVE)
    return replace(rules, rules=kept)


@pytest.fixture
def booklets(made_site: Any, real_data: Path) -> pl.DataFrame:
    site = made_site
    site.folder_source(
        "budgets", "department_budget_lines", real_data / "budgets", "*.pdf", "budget_booklet"
    )
    site.source("expenses", DERIVED)
    outcomes = site.run()
    told = site.findings(outcomes["budgets"]).filter(pl.col("rule").str.starts_with("BUD"))
    assert set(told.get_column("rule")) <= NARRATIVE
    expenses = site.released("three_public_expenses")
    assert expenses.height >= 3
    lines: pl.DataFrame = site.released("department_budget_lines")
    return lines


def altered(rows: pl.DataFrame) -> Iterator[tuple[dict[str, Any], pl.DataFrame]]:
    """Each cell in turn with its first digit raised by one, in its document."""
    amounts = rows.filter(pl.col("value_kind") == "amount")
    for cell in amounts.gather_every(EVERY).iter_rows(named=True):
        value = cell["value_published"]
        digit = re.search("[1-9]", value)
        if digit is None or cell["label"] in STANDS_ALONE:
            continue
        raised = str(int(digit.group()) % 9 + 1)
        wrong = value[: digit.start()] + raised + value[digit.end() :]
        unit = find_unit(cell["unit_published"])
        assert unit is not None
        amount = Decimal(wrong.replace(",", "")) * int(unit.factor)
        document = rows.filter(pl.all_horizontal(pl.col(one) == cell[one] for one in DOCUMENT))
        is_cell = pl.all_horizontal(pl.col(one) == cell[one] for one in CELL)
        yield (
            cell,
            document.with_columns(
                pl.when(is_cell).then(pl.lit(amount)).otherwise("amount_cny").alias("amount_cny"),
                pl.when(is_cell)
                .then(pl.lit(wrong))
                .otherwise("value_published")
                .alias("value_published"),
            ).with_columns(pl.col("amount_cny").cast(pl.Decimal(38, 2))),
        )


def test_an_error_in_any_cell_is_told_on_few_others(booklets: pl.DataFrame) -> None:
    rules = arithmetic_rules()
    tried, missed, told = 0, [], []
    for cell, document in altered(booklets):
        found = rules.evaluate_frame(document, RuleContext())
        assert found.broken == []
        tried += 1
        told.append(found.failures.height)
        if found.failures.is_empty():
            missed.append([cell[one] for one in CELL])
    assert tried > 150
    assert len(missed) <= tried // 100, missed
    assert max(told) <= 4
