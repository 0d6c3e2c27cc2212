"""Preparing and comparing printed amounts: what every rule on budgets rests on."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from budget_rows import SCHEMA, frame, line
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.budget_comparing import broken_sums, common_step, exceeds_rounding, with_broken
from expectations.budget_lines import BudgetLinesRule, main_measure
from expectations.vocabulary import rule_classes

RULE = rule_classes()["ExpectBudgetLinesAddUp"]()
UNITS = {"元": 1, "万元": 10_000, "亿元": 100_000_000}


def cells_of(*lines: list[dict[str, object]]) -> pl.DataFrame:
    assert isinstance(RULE, BudgetLinesRule)
    return RULE.cells(frame(*lines).with_row_index("_row"))


@pytest.mark.parametrize(
    ("values", "unit", "step"),
    [
        (["1.00", "2.50"], "元", 1),
        (["1", "2"], "元", 100),
        (["1.00", "2.50"], "万元", 10_000),
        (["1.0", "2"], "万元", 100_000),
        (["0.123456", "1.1"], "万元", 1),
        (["0.12345678", "1.12345678"], "万元", 1),  # amounts are kept in 分
        (["1.00"], "亿元", 100_000_000),
        # one number in twelve with more decimals makes no other table of it
        (["1.00"] * 11 + ["1.123456"], "万元", 10_000),
        # numbers without their trailing zeros do not either
        (["1.25"] * 9 + ["1.5", "2"], "万元", 10_000),
    ],
)
def test_the_last_printed_digit(values: list[str], unit: str, step: int) -> None:
    lines = [
        line("B10", f"项目{'甲乙丙丁戊己庚辛壬癸子丑'[number]}", value, unit=unit)
        for number, value in enumerate(values)
    ]
    assert cells_of(*lines).get_column("step").unique().to_list() == [step]


def test_what_is_no_amount_or_not_known_is_left_out() -> None:
    made = [
        line("B3", "201 甲", {"合计": "1"}),
        line("B3", "202 乙", {"合计": "2"}, value_kind="ratio"),
        line("B3", "203 丙", {"合计": "3"}),
        line("B3", "204 丁", {"合计": "4"}),
        line("B3", "204 丁", {"合计": "5"}),
        line("B3", "205 戊", {"合计": "9" * 20}),
    ]
    made[1][0]["value_kind"] = "ratio"
    made[2][0]["unit_published"] = "户"
    assert cells_of(*made).get_column("code").to_list() == ["201"]
    empty = pl.DataFrame(schema=SCHEMA).with_row_index("_row")
    assert isinstance(RULE, BudgetLinesRule)
    assert RULE.cells(empty).is_empty()


def test_the_main_column() -> None:
    cells = cells_of(
        line("T1", "总计", {"年初预算数": "1", "全年预算数": "2", "决算数": "3"}),
        line("B1", "支出总计", {"预算数": "4", "上年预算数": "5"}),
        line("B3", "合计", {"合计": "6", "基本支出": "7"}),
        line("B4", "支出总计", {"年初预算数": "8", "全年预算数": "9"}),
    )
    main = main_measure(cells)
    assert dict(main.select("table", "value").iter_rows()) == {"T1": "3", "B1": "4", "B3": "6"}


AMOUNTS = st.lists(st.integers(0, 10**5), min_size=1, max_size=8)


@settings(deadline=None)
@given(
    parts=AMOUNTS,
    off=st.integers(-8, 8),
    decimals=st.integers(0, 2),
    unit=st.sampled_from(list(UNITS)),
)
def test_a_total_is_broken_just_where_rounding_does_not_explain_it(
    parts: list[int], off: int, decimals: int, unit: str
) -> None:
    """|Δ| > (n + 1) · ½, counted in last digits; of any unit and number of decimals."""
    printed = [f"{Decimal(one) / 10**decimals:.{decimals}f}" for one in parts]
    total = f"{Decimal(sum(parts) + off) / 10**decimals:.{decimals}f}"
    cells = cells_of(
        line("B10", "合计", total, unit=unit),
        *(
            line("B10", f"项目{'甲乙丙丁戊己庚辛'[number]}", value, unit=unit)
            for number, value in enumerate(printed)
        ),
    )
    totals = cells.filter(pl.col("label") == "合计")
    broken = broken_sums(totals, cells.filter(pl.col("label") != "合计"), ["table"], "x")
    assert (broken.height == 1) == (2 * abs(off) > len(parts) + 1)


def test_the_coarser_unit_counts() -> None:
    cells = cells_of(line("B6", "合计", "9550.00"), line("B7", "合计", "0.95", unit="万元"))
    near = broken_sums(cells.head(1), cells.tail(1), ["organization"], "x")
    further = cells_of(line("B6", "合计", "9600.01"), line("B7", "合计", "0.95", unit="万元"))
    assert near.is_empty()
    assert broken_sums(further.head(1), further.tail(1), ["organization"], "x").height == 1


def test_the_nearest_way_is_told_and_sentences_name_both_numbers() -> None:
    cells = cells_of(
        line("B3", "合计", {"合计": "100.00"}, page=7),
        line("B3", "201 甲", {"合计": "90.00"}, page=7),
        line("B3", "202 乙", {"合计": "8.50"}, page=None),
    )
    parts = cells.filter(pl.col("code") != "")
    ways = pl.concat(
        [
            parts.with_columns(pl.lit("all").alias("way")),
            parts.head(1).with_columns(pl.lit("one").alias("way")),
        ]
    )
    told = broken_sums(cells.head(1), ways, ["table"], "x").row(0, named=True)
    assert told["_zh"] == (
        "B3 表B3“合计”行“合计”列（第 7 页）为 100.00 元，而各部分（甲 90.00 元 + 乙 8.50 元）合计 "
        "98.5 元，相差 1.5 元"
    )
    assert told["_en"] == (
        "B3 表B3, line “合计”, column “合计” (page 7) is 100.00 元, but the parts (甲 90.00 元 + "
        "乙 8.50 元) add up to 98.5 元: 1.5 元 apart"
    )


def test_several_sentences_of_one_cell_become_one() -> None:
    rows = pl.DataFrame({"_row": [0, 1, 2]}, schema={"_row": pl.UInt32})
    schema = {"_row": pl.UInt32, "_zh": pl.String, "_en": pl.String, "_pattern": pl.String}
    first = pl.DataFrame([(1, "甲", "a", "p")], schema=schema, orient="row")
    second = pl.DataFrame([(1, "乙", "b", "q")], schema=schema, orient="row")
    joined = with_broken(rows, [first, second, first])
    assert joined.height == 3
    assert joined.row(1) == (1, "甲；乙", "a; b", "p")
    assert joined.row(0)[1] is None


def test_rounding_is_a_half_of_the_last_digit_for_each_number() -> None:
    bounds = pl.DataFrame({"d": [15, 16, -99], "n": [2, 2, 2], "s": [10, 10, 10]})
    told = bounds.select(exceeds_rounding(pl.col("d"), pl.col("n"), pl.col("s")))
    assert told.to_series().to_list() == [False, True, False]


@settings(deadline=None)
@given(st.lists(st.integers(-(10**9), 10**9) | st.none(), min_size=1, max_size=4))
def test_the_common_step_divides_all_amounts(amounts: list[int | None]) -> None:
    row = pl.DataFrame(
        {str(number): [one] for number, one in enumerate(amounts)},
        schema={str(number): pl.Int64 for number in range(len(amounts))},
    )
    step = row.select(common_step(row.columns)).item()
    known = [one for one in amounts if one is not None]
    assert all(one % step == 0 for one in known)
    assert step == 10**12 or any(one % (step * 10) for one in known)
