"""On a scan a value of a budget table is as sure as its cell, its label and its code together."""

from __future__ import annotations

import pytest

from schemas.documents.budget.interpreting import interpret
from schemas.documents.document import Document, DocumentPage, Grid, GridCell, TextLine

TITLE = "2026年部门支出预算总表"
ROWS = (
    ("功能分类科目编码", "功能分类科目名称", "合计"),
    ("201", "一般公共服务支出", "12.00"),
    ("208", "社会保障和就业支出", "8.00"),
)


def _document(confidences: dict[tuple[int, int], float] | None) -> Document:
    cells = tuple(
        GridCell(
            row,
            column,
            text,
            f"page 1 table 1 r{row + 1} c{column + 1}",
            confidence=None if confidences is None else confidences.get((row, column), 0.99),
        )
        for row, texts in enumerate(ROWS)
        for column, text in enumerate(texts)
    )
    lines = (TextLine(TITLE, 1), TextLine("编制部门：清水县财政局 单位：万元", 2))
    return Document((DocumentPage(1, "page 1", (*lines, Grid(1, cells, 3, 3))),))


def _confidences(document: Document) -> list[float | None]:
    (table,) = interpret(document).tables
    return [value.confidence for line in table.lines for value in line.values]


@pytest.mark.parametrize(
    ("doubted", "expected"),
    [
        ({}, [0.99, 0.99]),
        ({(1, 2): 0.6}, [0.6, 0.99]),
        ({(1, 1): 0.5}, [0.5, 0.99]),
        ({(2, 0): 0.4}, [0.99, 0.4]),
        ({(1, 1): 0.5, (1, 2): 0.3}, [0.3, 0.99]),
    ],
)
def test_the_least_sure_cell_of_the_line_counts(
    doubted: dict[tuple[int, int], float], expected: list[float]
) -> None:
    assert _confidences(_document(doubted)) == expected


def test_printed_text_has_no_confidence() -> None:
    assert _confidences(_document(None)) == [None, None]
