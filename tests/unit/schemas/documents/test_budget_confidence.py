"""No value of a scanned table is surer than the title, unit and office recognised beside it."""

from __future__ import annotations

import pytest

from schemas.documents.budget.interpreting import interpret
from schemas.documents.document import Document, DocumentPage, Grid, GridCell, TextLine, cell_place

ROWS = (
    ("项目", "预算数", "项目", "预算数"),
    ("一、财政拨款收入", "120.00", "一、一般公共服务支出", "120.00"),
    ("收入总计", "120.00", "支出总计", "120.00"),
)


def _scan(*beside: tuple[str, float | None], cells: float | None = 0.99) -> Document:
    lines = tuple(
        TextLine(text, number, confidence=sure) for number, (text, sure) in enumerate(beside, 1)
    )
    grid = Grid(
        1,
        tuple(
            GridCell(at, column, text, cell_place("page 1", 1, at, column), confidence=cells)
            for at, row in enumerate(ROWS)
            for column, text in enumerate(row)
        ),
        len(ROWS),
        4,
    )
    return Document((DocumentPage(1, "page 1", (*lines, grid), is_scan=cells is not None),))


def _confidences(document: Document) -> set[float | None]:
    (table,) = interpret(document).tables
    return {value.confidence for line in table.lines for value in line.values}


@pytest.mark.parametrize("doubtful", [0, 1, 2])
def test_what_stands_beside_a_table_lowers_its_values(doubtful: int) -> None:
    texts = ("2026年部门收支预算总表", "编制部门：清水县财政局", "单位：万元")
    beside = [(text, 0.61 if at == doubtful else 0.98) for at, text in enumerate(texts)]
    assert _confidences(_scan(*beside)) == {0.61}


def test_sure_lines_leave_the_cells_own_confidence() -> None:
    beside = [("2026年部门收支预算总表", 1.0), ("单位：万元", 0.995)]
    assert _confidences(_scan(*beside)) == {0.99}


def test_a_page_with_text_has_none() -> None:
    beside = [("2026年部门收支预算总表", None), ("单位：万元", None)]
    assert _confidences(_scan(*beside, cells=None)) == {None}
