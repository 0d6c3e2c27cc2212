"""Rules are found on scanned pages, and what only looks like one is not."""

from __future__ import annotations

import numpy as np
import pytest
from scanned_pages import (
    DOTS_PER_POINT,
    DrawnPage,
    noisy,
)

from connectors.documents.scan_ink import evened_out, faint_ink_of
from connectors.documents.scan_rules import RuledTable, ruled_page


def _tables(page: DrawnPage) -> tuple[RuledTable, ...]:
    return ruled_page(page.ink, DOTS_PER_POINT).tables


def _spans(table: RuledTable) -> list[tuple[int, int, int, int]]:
    return [
        (cell.span.row, cell.span.column, cell.span.rows, cell.span.columns) for cell in table.cells
    ]


def test_a_plain_table() -> None:
    page = DrawnPage()
    page.table([["", ""], ["", ""], ["", ""]])
    (table,) = _tables(page)
    assert (table.height, table.width) == (3, 2)
    assert _spans(table) == [(row, column, 1, 1) for row in range(3) for column in range(2)]
    bounds = table.bounds
    assert [round(edge / DOTS_PER_POINT) for edge in (bounds.left, bounds.top)] == [20, 40]
    assert [round(edge / DOTS_PER_POINT) for edge in (bounds.right, bounds.bottom)] == [180, 112]


def test_cells_span_rows_and_columns_where_no_rule_is_drawn() -> None:
    page = DrawnPage()
    for top in (40, 88, 112):
        page.line(20, top, 260, top)
    page.line(20, 64, 100, 64)
    page.line(180, 64, 260, 64)
    for left in (20, 100, 260):
        page.line(left, 40, left, 112)
    page.line(180, 64, 180, 112)
    (table,) = _tables(page)
    assert (table.height, table.width) == (3, 3)
    assert _spans(table) == [
        (0, 0, 1, 1),
        (0, 1, 1, 2),
        (1, 0, 1, 1),
        (1, 1, 1, 1),
        (1, 2, 1, 1),
        (2, 0, 1, 1),
        (2, 1, 1, 1),
        (2, 2, 1, 1),
    ]


def test_a_table_without_its_outer_upright_rules_keeps_its_outer_columns() -> None:
    page = DrawnPage()
    for top in (40, 64, 88):
        page.line(20, top, 260, top)
    for left in (100, 180):
        page.line(left, 40, left, 88)
    (table,) = _tables(page)
    assert (table.height, table.width) == (2, 3)
    assert table.bounds.left == pytest.approx(20 * DOTS_PER_POINT, abs=3)
    assert table.bounds.right == pytest.approx(260 * DOTS_PER_POINT, abs=3)


def test_hairlines_in_grey_are_rules() -> None:
    page = DrawnPage()
    for top in (40, 64, 88):
        page.line(20, top, 180, top, grey=190)
    for left in (20, 100, 180):
        page.line(left, 40, left, 88, grey=190)
    page.text(30, 46, "一般公共服务支出")
    even = evened_out(page.pixels, DOTS_PER_POINT)
    (table,) = ruled_page(faint_ink_of(even), DOTS_PER_POINT).tables
    assert (table.height, table.width) == (2, 2)


@pytest.mark.parametrize("gap", [1, 5])
def test_a_broken_upright_rule_still_parts_cells(gap: int) -> None:
    page = DrawnPage()
    page.table([["", "", ""], ["", "", ""]])
    page.pen.rectangle([round(edge * DOTS_PER_POINT) for edge in (97, 50, 103, 50 + gap)], fill=255)
    (table,) = _tables(page)
    assert len(table.cells) == 6


def test_a_stroke_of_a_letter_near_a_rule_is_no_rule() -> None:
    page = DrawnPage()
    page.table([["", ""], ["", ""]])
    page.line(60, 47, 60, 62)
    page.line(140, 42, 140, 57)
    (table,) = _tables(page)
    assert (table.height, table.width) == (2, 2)


def test_the_end_of_a_rule_may_be_dirty() -> None:
    page = DrawnPage()
    page.table([["", ""], ["", ""]])
    page.line(100, 86, 100, 91)
    (table,) = _tables(page)
    assert (table.height, table.width, len(table.cells)) == (2, 2, 4)


def test_a_double_rule_is_one_rule() -> None:
    page = DrawnPage()
    page.table([["", ""], ["", ""]])
    page.line(20, 66, 180, 66)
    (table,) = _tables(page)
    assert (table.height, table.width) == (2, 2)


def test_a_frame_is_no_table_and_hides_none() -> None:
    page = DrawnPage()
    page.line(5, 5, 295, 5)
    page.line(5, 195, 295, 195)
    page.line(5, 5, 5, 195)
    page.line(295, 5, 295, 195)
    assert _tables(page) == ()
    page.table([["", ""], ["", ""]])
    (table,) = _tables(page)
    assert (table.height, table.width) == (2, 2)


def test_lines_of_text_and_underlines_are_no_table() -> None:
    page = DrawnPage()
    for row in range(6):
        page.text(20, 20 + 18 * row, "一般公共服务支出，社会保障和就业支出")
    page.line(20, 140, 200, 140)
    assert _tables(page) == ()
    grey = noisy(page.pixels)
    ink = faint_ink_of(evened_out(grey, DOTS_PER_POINT))
    assert ruled_page(ink, DOTS_PER_POINT).tables == ()


def test_two_tables_stand_from_top_to_bottom() -> None:
    page = DrawnPage(300, 300)
    page.table([["", ""], ["", ""]], top=200)
    page.table([["", "", ""]], top=40)
    first, second = _tables(page)
    assert (first.height, first.width) == (1, 3)
    assert (second.height, second.width) == (2, 2)


def test_the_mask_holds_the_rules_and_no_strokes_elsewhere() -> None:
    page = DrawnPage()
    page.table([["", ""], ["", ""]])
    page.line(60, 45, 60, 59)
    rules = ruled_page(page.ink, DOTS_PER_POINT).rules
    stroke = np.s_[round(47 * DOTS_PER_POINT) : round(57 * DOTS_PER_POINT), 162:172]
    assert page.ink[stroke].any()
    assert not rules[stroke].any()
    assert rules[round(64 * DOTS_PER_POINT), round(60 * DOTS_PER_POINT)]
