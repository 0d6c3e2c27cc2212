"""Every piece of text goes to the cell or the line where its ink stands."""

from __future__ import annotations

import numpy as np
from scanned_pages import DOTS_PER_POINT, DrawnPage

from connectors.documents.scan_ink import Picture, blobs_of
from connectors.documents.scan_pieces import PlacedText, place_text
from connectors.documents.scan_rules import Bounds, ruled_page


def _placed(page: DrawnPage, *detected: tuple[float, float, float, float]) -> PlacedText:
    ruled = ruled_page(page.ink, DOTS_PER_POINT)
    ink: Picture = np.where(ruled.rules > 0, 0, page.ink).astype(np.uint8)
    boxes = np.array(detected, dtype=np.float64).reshape(-1, 4) * DOTS_PER_POINT
    return place_text(boxes, ruled, ink, blobs_of(ink, 2), DOTS_PER_POINT)


def _points(bounds: Bounds) -> tuple[int, int, int, int]:
    edges = (bounds.left, bounds.top, bounds.right, bounds.bottom)
    left, top, right, bottom = (round(edge / DOTS_PER_POINT) for edge in edges)
    return left, top, right, bottom


def _two_cells() -> DrawnPage:
    page = DrawnPage()
    page.table([["", ""]])
    return page


def test_a_piece_that_runs_over_a_rule_is_cut_at_it() -> None:
    page = _two_cells()
    page.text(60, 46, "合计")
    page.text(110, 46, "12")
    (first, second), *_ = _placed(page, (58, 44, 125, 60)).cells
    assert len(first.lines) == len(second.lines) == 1
    assert first.lines[0].right <= 100 * DOTS_PER_POINT <= second.lines[0].left
    assert not first.crosses
    assert not second.crosses


def test_ink_that_was_not_detected_belongs_to_its_cell() -> None:
    page = _two_cells()
    page.text(30, 46, "-12")
    page.text(110, 46, "0")
    (first, second), *_ = _placed(page, (36, 44, 60, 60)).cells
    assert len(first.lines) == 1
    assert first.lines[0].left <= 31 * DOTS_PER_POINT
    assert len(second.lines) == 1
    assert _points(second.lines[0])[0] in range(108, 112)


def test_a_cell_without_ink_has_no_line() -> None:
    page = _two_cells()
    page.text(30, 46, "12")
    page.pen.point((300, 140), fill=0)
    (first, second), *_ = _placed(page, (28, 44, 50, 60)).cells
    assert len(first.lines) == 1
    assert second.lines == ()


def test_wrapped_lines_stand_from_top_to_bottom_and_parts_of_a_line_are_one() -> None:
    page = DrawnPage()
    for top in (40, 90):
        page.line(20, top, 260, top)
    for left in (20, 140, 260):
        page.line(left, 40, left, 90)
    page.text(30, 68, "支出")
    page.text(30, 46, "公共 服务")
    page.text(150, 46, "0")
    cells, *_ = _placed(page, (28, 66, 55, 82), (28, 44, 52, 60), (56, 44, 84, 60)).cells
    first, second = (_points(line) for line in cells[0].lines)
    assert first[1] < second[1]
    assert first[2] >= 80


def test_ink_over_a_rule_is_seen_from_both_sides() -> None:
    page = _two_cells()
    page.text(84, 46, "123456")
    (first, second), *_ = _placed(page, (82, 44, 128, 60)).cells
    assert first.crosses
    assert second.crosses


def test_ink_out_of_the_table_is_seen() -> None:
    page = _two_cells()
    page.text(165, 46, "123456")
    (first, second), *_ = _placed(page, (163, 44, 210, 60)).cells
    assert not first.crosses
    assert second.crosses


def test_lines_outside_keep_their_parts_from_left_to_right() -> None:
    page = _two_cells()
    page.text(200, 20, "单位：元")
    page.text(20, 20, "编制部门")
    placed = _placed(page, (198, 18, 250, 36), (18, 18, 70, 35), (20, 80, 60, 95))
    assert [[_points(piece)[0] for piece in line] for line in placed.lines] == [[18, 198], [20]]


def test_a_line_right_above_a_table_stays_outside_it() -> None:
    page = _two_cells()
    page.text(20, 26, "编制部门")
    placed = _placed(page, (18, 24, 70, 42))
    assert all(cell.lines == () for cell in placed.cells[0])
    ((line,),) = placed.lines
    assert line.bottom < 40 * DOTS_PER_POINT


def test_a_page_without_text_or_tables() -> None:
    placed = _placed(DrawnPage())
    assert placed.cells == ()
    assert placed.lines == ()
