"""Long-form rows of made budgets and final accounts, as the reader gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl
from rule_example import Example

FACTORS = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
SIDES = {"B2": "revenue", "T2": "revenue", "B7": "none", "T7": "none"}
SCHEMES = {"B6": "department_economic", "T6": "department_economic", "B10": "item", "B11": "item"}
SCHEMES |= {"B7": "three_public", "T7": "three_public"}
LEVELS = {3: 1, 5: 2, 7: 3, 9: 4}
SCHEMA: dict[str, Any] = {
    "organization_name": pl.String,
    "organization_code": pl.String,
    "fiscal_year": pl.Int64,
    "stage": pl.String,
    "table_id": pl.String,
    "table_title": pl.String,
    "side": pl.String,
    "scheme": pl.String,
    "code": pl.String,
    "label": pl.String,
    "line_path": pl.String,
    "level": pl.Int64,
    "measure": pl.String,
    "value_kind": pl.String,
    "amount_cny": pl.Decimal(38, 2),
    "value_published": pl.String,
    "unit_published": pl.String,
    "page": pl.Int64,
}
ENUMERATOR = re.compile(r"^([一二三四五六七八九十]+、|\d\. |（[一二三]）|其中：)")
MARK = "!"
"""Behind a printed value: the rule fails on this cell."""
Row = dict[str, Any]


def line(
    table: str,
    name: str,
    values: Mapping[str, str | None] | str,
    *,
    path: str | None = None,
    side: str | None = None,
    unit: str = "元",
    **more: Any,
) -> list[Row]:
    """The cells of one line: ``"201 一般公共服务支出"`` has a code, ``"合计"`` has none.

    ``values`` maps measures to numbers as printed; None is a blank cell, which gives no row.
    """
    coded = re.fullmatch(r"(\d+) (.+)", name)
    code, label = coded.groups() if coded else ("", name)
    if isinstance(values, str):
        values = {"决算数" if table.startswith("T") else "预算数": values}
    total = any(word in label for word in ("合计", "总计", "小计"))
    given = {
        "organization_name": "某县财政局",
        "organization_code": None,
        "fiscal_year": 2025,
        "stage": "final_accounts" if table.startswith("T") else "budget",
        "table_id": table,
        "table_title": f"表{table}",
        "side": side or SIDES.get(table, "expenditure"),
        "scheme": SCHEMES.get(table, "revenue" if side == "revenue" else "function"),
        "code": code or None,
        "label": label,
        "line_path": path or code or ENUMERATOR.sub("", label),
        "level": LEVELS.get(len(code)) if code else 0 if total else (path or "").count("/") + 1,
        "page": 12,
    } | more
    return [
        {
            **given,
            "measure": measure,
            "value_kind": "amount",
            "amount_cny": Decimal(value.replace(",", "").removesuffix(MARK)) * FACTORS[unit],
            "value_published": value,
            "unit_published": unit,
        }
        for measure, value in values.items()
        if value is not None
    ]


def rows(*lines: Sequence[Row]) -> list[Row]:
    """All rows of some lines."""
    return [row for one in lines for row in one]


def frame(*lines: Sequence[Row]) -> pl.DataFrame:
    """The rows of some lines, typed as a batch is."""
    return pl.DataFrame(rows(*lines), schema=SCHEMA)


def columns(*lines: Sequence[Row]) -> dict[str, list[Any]]:
    """The same by column, in the form of an example (``"amount_cny dec"``)."""
    kinds = {pl.String: "str", pl.Int64: "int"}
    typed = frame(*lines)
    return {
        f"{name} {kinds.get(type(dtype), kinds.get(dtype, 'dec'))}": (  # type: ignore[call-overload]
            typed.get_column(name).to_list()
        )
        for name, dtype in typed.schema.items()
    }


def example(rule: str, *lines: Sequence[Row], pattern: str | None = None, **more: Any) -> Example:
    """An example made of lines; it fails on the cells whose values end in ``!``."""
    fails = set()
    made = rows(*lines)
    for number, row in enumerate(made):
        if row["value_published"].endswith(MARK):
            row["value_published"] = row["value_published"].removesuffix(MARK)
            fails.add((number, "amount_cny", pattern) if pattern else (number, "amount_cny"))
    return Example(rule, columns(made), fails, **more)
