"""The figures by which tables of one document refer to each other: totals, and items that two
tables print."""

from __future__ import annotations

import polars as pl

from expectations.budget_lines import SIDE, TABLE, main_measure
from schemas.computation.three_public_expenses import resolved_item

BALANCED = ("B1", "B4", "T1", "T4")
THREE_PUBLIC = ("B7", "T7")
TOTALS = ("grand_total", "year_total")
SUBTOTALLED = ("B3", "B5", "B8", "B9", "T3", "T5", "T8", "T9")
LISTING = ("B2", "B3", "B5", "T2", "T3", "T5")
FUNCTIONAL = ("B5", "T5")
ECONOMIC = ("B6", "T6")
ITEM_OF_CODE = {
    "30212": "overseas_travel",
    "30217": "official_reception",
    "30231": "vehicle_operation",
    "31013": "vehicle_purchase",
    "30913": "vehicle_purchase",
}
"""Economic classes that are items of the three public expenses."""


def told_subtotals(cells: pl.DataFrame) -> pl.DataFrame:
    """小计 of an expenditure table is the total beside 基本支出, or 基本支出 beside 合计."""
    basic = (pl.col("role") == "basic").any().over(SIDE)
    total = (pl.col("role") == "total").any().over(SIDE)
    told = (
        pl.when(basic & ~total)
        .then(pl.lit("total"))
        .when(total & ~basic)
        .then(pl.lit("basic"))
        .otherwise(pl.col("role"))
    )
    is_subtotal = (pl.col("role") == "subtotal") & pl.col("table").is_in(SUBTOTALLED)
    return cells.with_columns(pl.when(is_subtotal).then(told).otherwise("role").alias("role"))


def balance_totals(cells: pl.DataFrame, table: str, side: str) -> pl.DataFrame:
    """总计 and 本年合计 of one side of a table that balances, each a way (column ``way``)."""
    of_side = (pl.col("table") == table) & (pl.col("side") == side)
    return cells.filter(of_side & pl.col("kind").is_in(TOTALS)).with_columns(
        pl.col("kind").alias("way")
    )


def total_line(cells: pl.DataFrame, table: str) -> pl.DataFrame:
    """The cells of the total line of a table that lists codes; 合计 before 本年合计."""
    lines = cells.filter(
        (pl.col("table") == table) & pl.col("kind").is_in(TOTALS) & (pl.col("code") == "")
    )
    has_grand = (pl.col("kind") == "grand_total").any().over(SIDE)
    return lines.filter((pl.col("kind") == "grand_total") == has_grand)


def of_the_year(cells: pl.DataFrame, table: str, side: str) -> pl.DataFrame:
    """What a balancing table gives for the year alone: 本年合计, or 总计 where nothing is carried
    over; none where the year's total is not printed."""
    of_side = cells.filter((pl.col("table") == table) & (pl.col("side") == side))
    carries = pl.col("kind").is_in(["year_total", "carried", "carried_part"]).any().over(SIDE)
    return of_side.filter(
        (pl.col("kind") == "year_total") | ((pl.col("kind") == "grand_total") & ~carries)
    )


def three_public_items(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of tables of three public expenses, with ``item`` resolved within the table."""
    of_tables = cells.filter(pl.col("table").is_in(THREE_PUBLIC))
    resolved = resolved_item(pl.col("item"), [*SIDE, "measure"])
    return of_tables.with_columns(resolved.alias("item")).filter(pl.col("item").is_not_null())


def main_three_public_items(cells: pl.DataFrame) -> pl.DataFrame:
    """The same, of the column that the document is about: 决算数 of final accounts."""
    return main_measure(three_public_items(cells))


def table_totals(cells: pl.DataFrame) -> pl.DataFrame:
    """One total for each table but those of funds: 支出总计, or the total line of the main column
    (``figure`` is "total")."""
    main = main_measure(cells.filter(pl.col("table").is_in([*BALANCED, *LISTING, *ECONOMIC])))
    balanced = pl.col("table").is_in(BALANCED)
    spent = main.filter(balanced & (pl.col("side") == "expenditure"))
    listed = main.filter(~balanced & (pl.col("code") == ""))
    totals = pl.concat([spent, listed]).filter(pl.col("kind") == "grand_total")
    return totals.filter(pl.struct(TABLE).is_unique()).with_columns(pl.lit("total").alias("figure"))


def figures_in_common(cells: pl.DataFrame) -> pl.DataFrame:
    """Figures that several tables of a document print (``figure``): the total of all expenditure
    and revenue, basic expenditure, and items of three public expenses by their code."""
    told = told_subtotals(cells)
    main = main_measure(told)
    balanced = main.filter(pl.col("table").is_in(BALANCED) & pl.col("kind").is_in(TOTALS))
    listed = [total_line(main, table) for table in LISTING]
    basic = [total_line(told, table).filter(pl.col("role") == "basic") for table in FUNCTIONAL]
    economic = [total_line(main, table) for table in ECONOMIC]
    by_code = main.filter(pl.col("table").is_in(ECONOMIC)).with_columns(
        pl.col("code")
        .replace_strict(ITEM_OF_CODE, default=None, return_dtype=pl.String)
        .alias("item")
    )
    figures = {
        "total": pl.concat([balanced, *listed]),
        "basic": pl.concat([*basic, *economic]),
    }
    named = [one.with_columns(pl.lit(name).alias("figure")) for name, one in figures.items()]
    items = pl.concat([by_code, main_three_public_items(cells)]).filter(
        pl.col("item").is_in(list(ITEM_OF_CODE.values()))
    )
    return pl.concat([*named, items.with_columns(pl.col("item").alias("figure"))])
