"""Three public expenses of organizations, taken from the lines of budgets and final accounts.

The tables 「三公」经费 (B7 of a budget, T7 of final accounts) print 因公出国（境）费, 公务接待费
and 公务用车购置及运行维护费, some with 机关运行经费, 会议费 and 培训费 beside them. A budget
gives the budgeted amount; final accounts give the budget and the amount spent. Every upstream row
is either used or counted with the reason why not.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from schemas.budget_wording import (
    ColumnRole,
    ThreePublicItem,
    column_role,
    decimals_of,
    three_public_item,
)
from schemas.computation.contract import NUMERIC, TEXT, Derived, DerivedComputation
from schemas.dataset import Dataset, FieldType
from schemas.message import Message
from schemas.units import find_unit

TABLES = ("B7", "T7")
KEY = ("organization_name", "fiscal_year", "stage", "item")
PUBLISHED = tuple(one.value for one in ThreePublicItem if one is not ThreePublicItem.SUBTOTAL)

REASONS = {
    "another_table": Message("不是“三公”经费表", "not a table of three public expenses"),
    "not_an_amount": Message("不是金额，或没有金额", "no amount"),
    "another_year": Message(
        "不是本年的预算数或决算数（上年数、增减等）", "not this year's budget or final amount"
    ),
    "unknown_item": Message("不是“三公”经费的项目", "no item of three public expenses"),
    "repeated": Message("同一单位、年度、项目的数重复", "the item's amount is there already"),
}


def resolved_item(item: pl.Expr, table: list[str]) -> pl.Expr:
    """The item of a line, told with the other lines of its table: a 小计 of the three is the total
    of three public expenses, and a 合计 beside it adds 会议费 and 培训费."""
    has_subtotal = (item == ThreePublicItem.SUBTOTAL.value).any().over(table)
    return (
        pl.when(item == ThreePublicItem.SUBTOTAL.value)
        .then(pl.lit(ThreePublicItem.TOTAL.value))
        .when((item == ThreePublicItem.TOTAL.value) & has_subtotal)
        .then(pl.lit(ThreePublicItem.TOTAL_WITH_MEETINGS.value))
        .otherwise(item)
    )


def _derive(upstream: pl.DataFrame, dataset: Dataset) -> Derived:
    cells = _told_cells(upstream.with_row_index("row"))
    used = cells.filter(pl.col("reason").is_null())
    rows = (
        used.sort("row")
        .group_by(KEY, maintain_order=True)
        .agg(
            pl.col("organization_code").drop_nulls().first(),
            _amount("budget").alias("budget_cny"),
            _amount("final").alias("final_cny"),
            pl.col("unit_published").first(),
            pl.col("last_digit_cny").max(),
            pl.col("table_id").first(),
            pl.col("row").alias("sources"),
        )
    )
    not_used = cells.group_by("reason").len().drop_nulls().sort("reason")
    return Derived(
        frame=rows.select(name for name in dataset.field_names if name in rows.columns),
        sources=rows.get_column("sources"),
        used=used.height,
        not_used=dict(not_used.iter_rows()),
    )


def _amount(phase: str) -> pl.Expr:
    return pl.col("amount_cny").filter(pl.col("phase") == phase).first()


def _told_cells(upstream: pl.DataFrame) -> pl.DataFrame:
    """Every upstream row with its item and phase, and why it is not used."""
    is_table = pl.col("table_id").is_in(TABLES)
    words = [
        _words(*row)
        for row in upstream.select(
            "table_id", "line_path", "label", "measure", "fiscal_year", "stage"
        ).iter_rows()
    ]
    told = upstream.with_columns(
        pl.Series("item", [one[0] for one in words], dtype=pl.String),
        pl.Series("phase", [one[1] for one in words], dtype=pl.String),
        _last_digit(upstream),
    )
    table = ["organization_name", "fiscal_year", "stage", "table_id", "measure"]
    told = told.with_columns(resolved_item(pl.col("item"), table).alias("item"))
    reason = (
        pl.when(~is_table)
        .then(pl.lit("another_table"))
        .when((pl.col("value_kind") != "amount") | pl.col("amount_cny").is_null())
        .then(pl.lit("not_an_amount"))
        .when(pl.col("phase").is_null())
        .then(pl.lit("another_year"))
        .when(pl.col("item").is_null())
        .then(pl.lit("unknown_item"))
    )
    told = told.with_columns(reason.alias("reason"))
    repeated = ~pl.struct(*KEY, "phase", "reason").is_first_distinct()
    return told.with_columns(
        pl.when(pl.col("reason").is_null() & repeated)
        .then(pl.lit("repeated"))
        .otherwise("reason")
        .alias("reason")
    )


def _words(
    table: str | None,
    line_path: str | None,
    label: str | None,
    measure: str | None,
    fiscal_year: int | None,
    stage: str | None,
) -> tuple[str | None, str | None]:
    """The item and the phase (budget or final) of a cell."""
    if table not in TABLES or line_path is None or measure is None:
        return None, None
    item = three_public_item(line_path, label or "")
    role, _ = column_role(measure, fiscal_year)
    if role in (ColumnRole.OTHER_YEAR, ColumnRole.OF_WHICH):
        return item, None
    if "决算" in measure:
        return item, "final"
    if "预算" in measure or stage != "final_accounts":
        return item, "budget"
    return item, "final"


def _last_digit(upstream: pl.DataFrame) -> pl.Series:
    """What the last printed digit of an amount is worth, in yuan."""
    worth: list[str | None] = []
    for value, unit in upstream.select("value_published", "unit_published").iter_rows():
        found = find_unit(unit) if unit else None
        if value is None or found is None or found.dimension != "money":
            worth.append(None)
        else:
            worth.append(f"{float(found.factor) / 10 ** decimals_of(value):.6f}")
    return pl.Series("last_digit_cny", worth, dtype=pl.String).cast(pl.Decimal(38, 2))


def _checked(upstream: pl.DataFrame, dataset: Dataset, options: Any) -> Derived:
    del options
    return _derive(upstream, dataset)


THREE_PUBLIC_EXPENSES = DerivedComputation(
    name="three_public_expenses",
    purpose=Message(
        "由部门预算和决算的“三公”经费表得出各单位各年的预算数和决算数",
        "budgeted and final three public expenses, from the tables of budgets and final accounts",
    ),
    needs={
        **dict.fromkeys(
            (
                "organization_name",
                "organization_code",
                "stage",
                "table_id",
                "label",
                "line_path",
                "measure",
                "value_kind",
                "value_published",
                "unit_published",
            ),
            TEXT,
        ),
        "fiscal_year": frozenset({FieldType.YEAR}),
        "amount_cny": NUMERIC,
    },
    gives={
        "organization_name": FieldType.STRING,
        "organization_code": FieldType.STRING,
        "fiscal_year": FieldType.YEAR,
        "stage": FieldType.STRING,
        "item": FieldType.STRING,
        "budget_cny": FieldType.DECIMAL,
        "final_cny": FieldType.DECIMAL,
        "unit_published": FieldType.STRING,
        "last_digit_cny": FieldType.DECIMAL,
        "table_id": FieldType.STRING,
    },
    derive=_checked,
    reasons=REASONS,
)
