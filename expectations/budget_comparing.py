"""Comparing a printed total with the sum of printed parts, within the rounding of what is printed.

Tolerance (facts 2.4): with n parts, and the last printed digit worth ``step``, a total may differ
by (n + 1) · ½ · step: each part and the total itself were rounded once. Where tables in 元 and in
万元 meet, the coarser step counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from expectations.budget_lines import FEN_PER_YUAN

LONGEST_ROW_OF_ZEROS = 12
"""At the end of an amount in 分: ten thousand million yuan are no last digit any more."""
NAMED_PARTS = 6
"""So many parts are named one by one in a sentence; of more, the first ones."""
BROKEN_SCHEMA: dict[str, Any] = {
    "_row": pl.UInt32,
    "_zh": pl.String,
    "_en": pl.String,
    "_pattern": pl.String,
}
_TOLD = ("title", "table", "label", "measure", "page", "value", "unit", "fen", "fen_per_unit")


def exceeds_rounding(difference: pl.Expr, addends: pl.Expr, step: pl.Expr) -> pl.Expr:
    """Whether a difference in 分 is more than rounding explains: Δ > (n + 1) · ½ · step."""
    return difference * 2 > (addends + 1) * step


def common_step(names: Sequence[str]) -> pl.Expr:
    """The largest power of ten that divides all amounts (in 分) of a row that are not missing.

    For tables that do not keep what was printed: amounts in 亿元 with two decimals end in six zeros
    of yuan, so that is how precise they are.
    """
    step = pl.lit(1, pl.Int64)
    for zeros in range(1, LONGEST_ROW_OF_ZEROS + 1):
        divides = pl.all_horizontal(
            (pl.col(name) % 10**zeros == 0).fill_null(value=True) for name in names
        )
        step = pl.when(divides).then(pl.lit(10**zeros, pl.Int64)).otherwise(step)
    return step


def broken_sums(
    totals: pl.DataFrame, parts: pl.DataFrame, on: Sequence[str], pattern: str
) -> pl.DataFrame:
    """Totals that the sum of their parts does not give, as a frame of :data:`BROKEN_SCHEMA`.

    Both are frames of cells. ``on`` names the columns that tie parts to a total. Parts may come
    in several ways (column ``way``: with or without a subtotal); a total is broken where it
    agrees with none of those of which a part is printed, and the nearest is told. Parts may carry
    ``sign`` (-1 to subtract). A total without any printed part is not compared.
    """
    if "way" not in parts.columns:
        parts = parts.with_columns(pl.lit(0).alias("way"))
    if "sign" not in parts.columns:
        parts = parts.with_columns(pl.lit(1).alias("sign"))
    sums = parts.group_by(*on, "way").agg(
        (pl.col("fen") * pl.col("sign")).sum().alias("sum"),
        pl.len().cast(pl.Int64).alias("addends"),
        pl.col("step").max().alias("parts_step"),
    )
    compared = totals.join(sums, on=on, how="inner").with_columns(
        (pl.col("fen") - pl.col("sum")).alias("apart"),
        pl.max_horizontal("step", "parts_step").alias("coarser"),
    )
    is_broken = exceeds_rounding(pl.col("apart").abs(), pl.col("addends"), pl.col("coarser"))
    broken = (
        compared.with_columns(is_broken.alias("is_broken"))
        .filter(pl.col("is_broken").all().over("_row"))
        .sort(pl.col("apart").abs(), "way")
        .unique("_row", keep="first", maintain_order=True)
    )
    return _told_sums(broken, parts, [*on, "way"], pattern)


def _told_sums(
    broken: pl.DataFrame, parts: pl.DataFrame, on: list[str], pattern: str
) -> pl.DataFrame:
    if broken.is_empty():
        return pl.DataFrame(schema=BROKEN_SCHEMA)
    named = (
        parts.join(broken.select(on).unique(), on=on, how="semi")
        .sort("table", "line_path", "measure")
        .group_by(on)
        .agg(pl.struct(*_TOLD, "sign").alias("parts"))
    )
    rows = broken.join(named, on=on, how="left").sort("_row").iter_rows(named=True)
    return broken_frame(
        (
            row["_row"],
            f"{cell_zh(row)}，而{_parts_zh(row)} {amount_in(row['sum'], row)}，"
            f"相差 {amount_in(abs(row['apart']), row)}",
            f"{cell_en(row)}, but {_parts_en(row)} {amount_in(row['sum'], row)}: "
            f"{amount_in(abs(row['apart']), row)} apart",
            pattern,
        )
        for row in rows
    )


def broken_frame(rows: Iterable[tuple[int, str, str, str]]) -> pl.DataFrame:
    """Rows of (row, sentence in Chinese, in English, pattern) as a frame."""
    return pl.DataFrame(list(rows), schema=BROKEN_SCHEMA, orient="row")


def with_broken(frame: pl.DataFrame, broken: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """A rule's frame with the sentences of its broken cells; several of one cell are joined."""
    found = pl.concat([pl.DataFrame(schema=BROKEN_SCHEMA), *broken])
    one_each = (
        found.unique(maintain_order=True)
        .sort("_row", "_pattern", "_zh")
        .group_by("_row", maintain_order=True)
        .agg(
            pl.col("_zh").str.join("；"),
            pl.col("_en").str.join("; "),
            pl.col("_pattern").first(),
        )
    )
    return frame.join(one_each, on="_row", how="left", maintain_order="left")


def cell_zh(cell: dict[str, Any]) -> str:
    """A cell by table, line, column and page, with its number as printed."""
    page = "" if cell["page"] is None else f"（第 {cell['page']} 页）"
    return (
        f"{_title(cell)}“{cell['label']}”行“{cell['measure']}”列{page}"
        f"为 {cell['value']} {cell['unit']}"
    )


def cell_en(cell: dict[str, Any]) -> str:
    """The same in English; names stay as printed."""
    page = "" if cell["page"] is None else f" (page {cell['page']})"
    return (
        f"{_title(cell)}, line “{cell['label']}”, column “{cell['measure']}”{page} "
        f"is {cell['value']} {cell['unit']}"
    )


def _title(cell: dict[str, Any]) -> str:
    return f"{cell['table']} {cell['title']}".strip()


def _parts_zh(row: dict[str, Any]) -> str:
    if len(row["parts"]) == 1:
        return f"{cell_zh(row['parts'][0])}，即"
    tables = _other_tables(row)
    where = f"{'、'.join(tables)} " if tables else ""
    return f"{where}各部分（{_listed(row, '等')}）合计"


def _parts_en(row: dict[str, Any]) -> str:
    if len(row["parts"]) == 1:
        return f"{cell_en(row['parts'][0])}, that is"
    tables = _other_tables(row)
    where = f" of {', '.join(tables)}" if tables else ""
    return f"the parts{where} ({_listed(row, '…')}) add up to"


def _other_tables(row: dict[str, Any]) -> list[str]:
    titles = dict.fromkeys(_title(part) for part in row["parts"])
    return [title for title in titles if title != _title(row)]


def _listed(row: dict[str, Any], more: str) -> str:
    """``201 1.00 + 208 2.00``: parts by what tells them apart, line or column, as printed."""
    by_line = len({part["label"] for part in row["parts"]}) > 1
    shown = ""
    for number, part in enumerate(row["parts"][:NAMED_PARTS]):
        minus, plus = ("-" if number == 0 else " - "), ("" if number == 0 else " + ")
        name = part["label"] if by_line else part["measure"]
        shown += f"{minus if part['sign'] < 0 else plus}{name} {part['value']} {part['unit']}"
    return shown if len(row["parts"]) <= NAMED_PARTS else f"{shown} {more}"


def amount_in(fen: int, cell: dict[str, Any]) -> str:
    """An amount in 分, in the unit of a cell: ``2,336.92 万元``."""
    amount = Decimal(fen) / Decimal(cell["fen_per_unit"])
    whole = f"{amount:,f}"
    if "." in whole:
        whole = whole.rstrip("0").rstrip(".")
    return f"{whole} {cell['unit']}"


def yuan_text(fen: str) -> pl.Expr:
    """A column of amounts in 分 as text in yuan."""
    return (pl.col(fen) / FEN_PER_YUAN).round(2).cast(pl.String).str.strip_suffix(".0")
