"""Rows among the records that look like totals or notes which no layout rule has excluded."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from schemas.finding import Finding, RowPlace, Severity
from schemas.layout_rules import LAYOUT_RULES

LOOKED_AT = 2
"""The word stands in the first column, or in the second beside a serial number."""

_BLANKS = " \t\r\n\u00a0\u3000"
_TOTAL = r"^[（(]?(合\s*计|小\s*计|总\s*计|共\s*计|累\s*计|本页[合小]计)[）)]?\s*[:：]?$"
_NOTE = (
    r"^(注|备注|说明|附注|填表人|制表人?|审核人?|填报人|填报单位|单位负责人|数据来源|资料来源)"
    r"\s*[:：]"
)
_NOTE_CELLS = 2


def suspect_rows(
    cells: pl.DataFrame, positions: pl.Series, snapshot: int, container: int
) -> Iterator[Finding]:
    """LAY-12 for totals, LAY-13 for notes.

    A total that leaves cells empty which other rows fill is no record (error). Where it fills as
    many as they do, 合计 may be a category of the data itself: then it is only told (warning).
    """
    looked_at = cells.columns[:LOOKED_AT]
    if not looked_at or cells.is_empty():
        return
    texts = [pl.col(name).str.strip_chars(_BLANKS) for name in looked_at]
    total = pl.any_horizontal(text.str.contains(_TOTAL) for text in texts).fill_null(value=False)
    note = texts[0].str.contains(_NOTE).fill_null(value=False)
    told = cells.select(total.alias("total"), note.alias("note"))
    if not (told["total"].any() or told["note"].any()):
        return
    filled = cells.select(
        pl.sum_horizontal(
            (pl.col(name).str.strip_chars(_BLANKS).str.len_bytes() > 0).fill_null(value=False)
            for name in cells.columns
        )
    ).to_series()
    regular = filled.filter(~(told["total"] | told["note"])).sort().to_list()
    usual = regular[len(regular) // 2] if regular else 0
    for index in (told["total"] | told["note"]).arg_true().to_list():
        if not told["total"][index] and filled[index] > _NOTE_CELLS:
            continue
        rule = LAYOUT_RULES["LAY-12" if told["total"][index] else "LAY-13"]
        first = next(str(cell) for cell in cells.row(index) if cell and cell.strip(_BLANKS))
        whole = told["total"][index] and filled[index] >= usual > 0
        yield rule.finding(
            value=" ".join(first.split()),
            place=RowPlace(snapshot, container, int(positions[index])),
            severity=Severity.WARNING if whole else None,
        )
