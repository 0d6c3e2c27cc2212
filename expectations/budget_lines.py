"""The printed amounts of budget tables, prepared for rules that add and compare them.

One row per printed amount: which document it stands in, which line and column, what these are, the
amount in 分 (whole numbers, so that sums are exact), and what its last printed digit is worth. A
blank cell has no row: nothing here takes a missing amount for 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import polars as pl

from expectations.rule import Check, NumberColumn, RuleExpectation, TextColumn
from schemas.budget_wording import (
    column_role,
    decimals_of,
    kind_below,
    plain_label,
    three_public_item,
)
from schemas.computation.rounding import scaled_integers
from schemas.finding import Scope
from schemas.units import find_unit

DOCUMENT = ("organization", "year", "stage")
TABLE = (*DOCUMENT, "table")
SIDE = (*TABLE, "side")
LINE = (*SIDE, "path")
CELL = (*LINE, "measure")
FEN_PER_YUAN = 100
LARGEST_AMOUNT = 10**14
"""In yuan, above the public money of a whole country. What is more is no amount of a department,
and sums of amounts below it fit 64 bits."""
SHARE_OF_USUAL_DECIMALS = 0.9
"""A table prints as many decimals as nine in ten of its numbers have at most: one number pasted
with more of them, or written without its trailing zeros, makes no other table of it."""


class BudgetLinesRule(RuleExpectation):
    """A rule on the long form of budget tables (one row per printed cell).

    Parameters name the columns. Amounts of one organization, fiscal year and stage are one
    document; cells that the batch gives twice are left out, since they are held by their key.
    """

    scope = Scope.DATASET
    organization: TextColumn = "organization_name"
    fiscal_year: NumberColumn = "fiscal_year"
    stage: TextColumn = "stage"
    table: TextColumn = "table_id"
    table_title: TextColumn = "table_title"
    side: TextColumn = "side"
    scheme: TextColumn = "scheme"
    code: TextColumn = "code"
    label: TextColumn = "label"
    line_path: TextColumn = "line_path"
    level: NumberColumn = "level"
    measure: TextColumn = "measure"
    value_kind: TextColumn = "value_kind"
    amount: NumberColumn = "amount_cny"
    value: TextColumn = "value_published"
    unit: TextColumn = "unit_published"
    page: NumberColumn = "page"

    def checks(self) -> tuple[Check, ...]:
        """One: the cells that :meth:`prepare` found broken, with its sentence of each."""
        return (
            Check(
                pl.col("_zh").is_not_null(),
                self.amount,
                parts={"comparison": (pl.col("_zh"), pl.col("_en"))},
                pattern=pl.col("_pattern"),
            ),
        )

    def cells(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The amounts of a frame, each with what it is (see the module)."""
        return printed_cells(self.renamed(frame))

    def renamed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The columns under the names that the rules on budgets use among themselves."""
        return frame.select(
            "_row",
            pl.col(self.organization).alias("organization"),
            pl.col(self.fiscal_year).cast(pl.Int64).alias("year"),
            pl.col(self.stage).alias("stage"),
            pl.col(self.table).alias("table"),
            pl.col(self.table_title).fill_null("").alias("title"),
            pl.col(self.side).alias("side"),
            pl.col(self.scheme).alias("scheme"),
            pl.col(self.code).fill_null("").alias("code"),
            pl.col(self.label).fill_null("").alias("label"),
            pl.col(self.line_path).alias("line_path"),
            pl.col(self.level).cast(pl.Int64).alias("level"),
            pl.col(self.measure).alias("measure"),
            pl.col(self.value_kind).alias("value_kind"),
            pl.col(self.amount).alias("amount"),
            pl.col(self.value).fill_null("").alias("value"),
            pl.col(self.unit).fill_null("").alias("unit"),
            pl.col(self.page).cast(pl.Int64).alias("page"),
        )


def printed_cells(renamed: pl.DataFrame) -> pl.DataFrame:
    """Cells that hold an amount with a known unit, once each, told by their words.

    Adds ``fen``, ``step`` (the worth of the last printed digit, in 分), ``path`` and ``ordinal``
    (of equal lines), ``parent`` (path of the line above, "" at the root), ``kind``, ``role``,
    ``group`` and ``item``.
    """
    known = (
        renamed.filter(
            (pl.col("value_kind") == "amount")
            & pl.all_horizontal(
                pl.col(name).is_not_null() for name in (*SIDE, "line_path", "measure", "amount")
            )
        )
        .pipe(_told, ["unit"], _fen_per_unit, {"fen_per_unit": pl.Int64})
        .filter((pl.col("fen_per_unit") > 0) & (pl.col("amount").abs() < LARGEST_AMOUNT))
    )
    once = known.filter(~pl.struct(*SIDE, "line_path", "measure").is_duplicated())
    return (
        once.with_columns(fen_of(once, "amount").alias("fen"))
        .pipe(_told, ["value"], decimals_of, {"decimals": pl.Int64})
        .with_columns(_step())
        .pipe(_told, ["line_path"], _split_path, {"path": pl.String, "ordinal": pl.Int64})
        .pipe(_told, ["path", "label"], _line_words, {"kind": pl.String, "name": pl.String})
        .pipe(_told, ["measure", "year"], _column_words, {"role": pl.String, "group": pl.String})
        .pipe(_told, ["line_path", "label"], three_public_item, {"item": pl.String})
        .with_columns(pl.col("path").str.replace("/?[^/]*$", "").alias("parent"))
        .with_columns(_resolved_totals())
    )


def fen_of(frame: pl.DataFrame, amount: str) -> pl.Series:
    """Amounts in yuan as whole numbers of 分."""
    return scaled_integers(frame.get_column(amount), 2)


def _step() -> pl.Expr:
    """What the last printed digit of a table's numbers is worth, in 分: 100 元 for 万元 with two
    decimals. Not less than 1, as amounts are kept in 分."""
    usual = pl.col("decimals").quantile(SHARE_OF_USUAL_DECIMALS, "higher")
    decimals = usual.over(*TABLE, "unit").cast(pl.Int64).clip(0, 15)
    power = pl.lit(10, dtype=pl.Int64).pow(decimals).cast(pl.Int64)
    return (pl.col("fen_per_unit") // power).clip(lower_bound=1).alias("step")


def _resolved_totals() -> pl.Expr:
    """合计 is the grand total of a side that has no other, else the total of the year."""
    has_grand = (pl.col("kind") == "grand_total").any().over(SIDE)
    return (
        pl.when(pl.col("kind") != "total")
        .then(pl.col("kind"))
        .when(has_grand)
        .then(pl.lit("year_total"))
        .otherwise(pl.lit("grand_total"))
        .alias("kind")
    )


@cache
def _fen_per_unit(unit: str) -> int:
    found = find_unit(unit) if unit else None
    if found is None or found.dimension != "money":
        return 0
    return int(found.factor * FEN_PER_YUAN)


def _split_path(line_path: str) -> tuple[str, int]:
    path, mark, ordinal = line_path.rpartition("#")
    return (path, int(ordinal)) if mark and ordinal.isdecimal() else (line_path, 1)


def _line_words(path: str, label: str) -> tuple[str, str]:
    return kind_below(path, label).value, plain_label(label)


def _column_words(measure: str, year: int) -> tuple[str, str]:
    role, group = column_role(measure, year)
    return role.value, group


def _told(
    frame: pl.DataFrame,
    inputs: list[str],
    tell: Callable[..., object],
    gives: dict[str, type[pl.DataType]],
) -> pl.DataFrame:
    """Add columns told from texts by a function, called once for each different text."""
    distinct = frame.select(inputs).unique(maintain_order=True)
    told: Iterable[object] = (tell(*row) for row in distinct.iter_rows())
    rows = [one if isinstance(one, tuple) else (one,) for one in told]
    made = pl.DataFrame(rows, schema=dict(gives), orient="row")
    return frame.join(
        pl.concat([distinct, made], how="horizontal"), on=inputs, how="left", maintain_order="left"
    )


def main_measure(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of the one column of each side that gives its figures in all: 合计 where there is
    one, else 决算数 of final accounts and 预算数 of budgets. Sides with several such have none."""
    final = pl.col("stage") == "final_accounts"
    rank = (
        pl.when(pl.col("role") == "total")
        .then(0)
        .when((pl.col("role") == "amount") & (pl.col("measure").str.contains("决算") == final))
        .then(1)
        .when(pl.col("role") == "amount")
        .then(2)
    )
    ranked = cells.with_columns(rank.alias("rank")).filter(pl.col("rank").is_not_null())
    best = ranked.filter(pl.col("rank") == pl.col("rank").min().over(SIDE))
    return best.filter(pl.col("measure").n_unique().over(SIDE) == 1).drop("rank")
