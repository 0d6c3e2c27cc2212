"""PDF pages as documents: cells, lines, turned pages, odd characters, files to be refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from connectors.documents.pdf_pages import read_pdf
from connectors.documents.ruled_grids import Rule, ruled_grids
from schemas.documents.document import DocumentPage, Grid
from schemas.message import UnreadableFileError

FONT = "STSong-Light"
WIDTH, HEIGHT = A4


def drawn(
    path: Path, draw: Callable[[Canvas], None], *, encrypt: StandardEncryption | None = None
) -> Path:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(path), pagesize=A4, encrypt=encrypt)
    canvas.setFont(FONT, 10)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return path


def lines_at(canvas: Canvas, xs: Sequence[float], ys: Sequence[float]) -> None:
    """A full lattice; y counts from the top of the page."""
    for y in ys:
        canvas.line(xs[0], HEIGHT - y, xs[-1], HEIGHT - y)
    for x in xs:
        canvas.line(x, HEIGHT - ys[0], x, HEIGHT - ys[-1])


def put(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.setFont(FONT, 10)
    canvas.drawString(x, HEIGHT - y, text)


def page_of(path: Path) -> DocumentPage:
    (page,) = read_pdf(path).pages
    return page


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text if cell is not None else "" for cell in row] for row in grid.rows()]


def test_cells_spans_places_and_lines_in_order(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 100, 80, "部门支出总表")
        for y in (100, 120, 140, 160):
            canvas.line(50, HEIGHT - y, 350, HEIGHT - y)
        for x in (50, 350):
            canvas.line(x, HEIGHT - 100, x, HEIGHT - 160)
        for x in (150, 250):
            canvas.line(x, HEIGHT - 120, x, HEIGHT - 160)
        put(canvas, 180, 115, "支出")
        put(canvas, 60, 135, "科目")
        put(canvas, 160, 135, "合计")
        put(canvas, 260, 155, "1,234.50")
        put(canvas, 50, 200, "注：本表含上年结转")

    page = page_of(drawn(tmp_path / "a.pdf", draw))

    (grid,) = page.grids
    assert grid.is_ruled
    assert texts(grid) == [["支出"] * 3, ["科目", "合计", ""], ["", "", "1,234.50"]]
    wide = grid.at(0, 2)
    assert wide is not None
    assert (wide.columns, wide.place) == (3, "page 1 table 1 r1 c1 [50.0,100.0,350.0,120.0]")
    assert [type(block).__name__ for block in page.blocks] == ["TextLine", "Grid", "TextLine"]
    assert [line.text for line in page.lines] == ["部门支出总表", "注：本表含上年结转"]


def test_a_number_wider_than_its_cell_stays_whole(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        lines_at(canvas, (50, 150, 180, 260), (100, 120, 140))
        put(canvas, 60, 115, "合计")
        put(canvas, 140, 115, "31,214,205.80")  # begins left of its cell, ends in the middle one
        put(canvas, 190, 135, "7")

    (grid,) = page_of(drawn(tmp_path / "a.pdf", draw)).grids

    numbers = [cell.text for cell in grid.cells if any(sign.isdigit() for sign in cell.text)]
    assert numbers == ["31,214,205.80", "7"]


def test_numbers_of_neighbours_never_join(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        lines_at(canvas, (50, 150, 250), (100, 120))
        put(canvas, 134, 115, "123")  # ends at the line
        put(canvas, 150.5, 115, "456")  # begins at it

    (grid,) = page_of(drawn(tmp_path / "a.pdf", draw)).grids

    assert texts(grid) == [["123", "456"]]


def test_text_drawn_twice_and_spread_labels(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        lines_at(canvas, (50, 200, 300), (100, 120, 140))
        for shift in (0, 0.3):
            put(canvas, 60 + shift, 115, "因公出国")
        put(canvas, 60, 135, "因 公 接 待")
        put(canvas, 210, 135, "8.00")

    (grid,) = page_of(drawn(tmp_path / "a.pdf", draw)).grids

    assert texts(grid) == [["因公出国", ""], ["因 公 接 待", "8.00"]]


def test_wrapped_cells_keep_their_lines(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        lines_at(canvas, (50, 150, 250), (100, 130))
        put(canvas, 60, 112, "机关事业单位")
        put(canvas, 60, 125, "养老保险")
        put(canvas, 160, 118, "5.00")

    (grid,) = page_of(drawn(tmp_path / "a.pdf", draw)).grids

    assert texts(grid) == [["机关事业单位\n养老保险", "5.00"]]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_pages_are_read_upright(degrees: int, tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(degrees)
        canvas.translate(-200, -HEIGHT + 250)
        lines_at(canvas, (50, 150, 250), (100, 120, 140))
        put(canvas, 60, 115, "科目")
        put(canvas, 160, 115, "合计")
        put(canvas, 60, 135, "教育支出")
        put(canvas, 160, 135, "12.00")

    (grid,) = page_of(drawn(tmp_path / "a.pdf", draw)).grids

    assert texts(grid) == [["科目", "合计"], ["教育支出", "12.00"]]


def test_a_page_marked_as_turned(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.rotate(90)
        canvas.translate(0, -WIDTH)
        for y in (100, 120):
            canvas.line(50, WIDTH - y, 250, WIDTH - y)
        for x in (50, 150, 250):
            canvas.line(x, WIDTH - 100, x, WIDTH - 120)
        canvas.drawString(60, WIDTH - 115, "合计")
        canvas.drawString(160, WIDTH - 115, "3.00")

    (grid,) = page_of(drawn(tmp_path / "a.pdf", draw)).grids

    assert texts(grid) == [["合计", "3.00"]]


def test_numbers_without_vertical_lines_are_told_apart(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for y, row in enumerate(
            (
                ("科目编码", "科目名称", "合计", "基本支出", "项目支出"),
                ("201", "一般公共服务支出", "300.00", "100.00", "200.00"),
                ("20106", "财政事务", "300.00", "100.00", "200.00"),
                ("2010601", "行政运行", "100.00", "100.00", ""),
            )
        ):
            for x, text in zip((50, 120, 260, 340, 420), row, strict=True):
                put(canvas, x, 100 + 20 * y, text)

    (grid,) = page_of(drawn(tmp_path / "a.pdf", draw)).grids

    assert not grid.is_ruled
    assert texts(grid)[1] == ["201", "一般公共服务支出", "300.00", "100.00", "200.00"]
    assert texts(grid)[3] == ["2010601", "行政运行", "100.00", "100.00", ""]


def test_running_text_is_no_table(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 50, 100, "2025年收入预算 3,121.42 万元，比上年增加 107.62 万元。")
        put(canvas, 50, 120, "支出预算 3,121.42 万元，其中：基本支出 2,512.11 万元；")

    page = page_of(drawn(tmp_path / "a.pdf", draw))

    assert page.grids == ()
    assert len(page.lines) == 2


def test_a_locked_file_is_refused(tmp_path: Path) -> None:
    locked = StandardEncryption("secret", canPrint=0)
    file = drawn(tmp_path / "a.pdf", lambda canvas: put(canvas, 50, 50, "密"), encrypt=locked)

    with pytest.raises(UnreadableFileError, match="password"):
        read_pdf(file)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_a_cut_file_is_refused(share: float, tmp_path: Path) -> None:
    file = drawn(tmp_path / "a.pdf", lambda canvas: put(canvas, 50, 50, "文" * 400))
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(UnreadableFileError, match="cut"):
        read_pdf(file)


@st.composite
def lattices(draw: st.DrawFn) -> tuple[list[list[int]], int, int]:
    """A partition of a lattice into rectangles: the number of the cell at each place."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(2, 6))
    owner = [[-1] * width for _ in range(height)]
    number = 0
    for row in range(height):
        for column in range(width):
            if owner[row][column] >= 0:
                continue
            free = 1
            while column + free < width and owner[row][column + free] < 0:
                free += 1
            columns = draw(st.integers(1, free))
            rows = draw(st.integers(1, height - row))
            for down in range(row, row + rows):
                for right in range(column, column + columns):
                    owner[down][right] = number
            number += 1
    return owner, height, width


@given(lattices())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_merged_cells_come_out_as_drawn(made: tuple[list[list[int]], int, int]) -> None:
    owner, height, width = made
    rules = []
    for row in range(height + 1):
        for column in range(width):
            above = owner[row - 1][column] if row else -1
            below = owner[row][column] if row < height else -1
            if above != below:
                rules.append(Rule(True, 100 + 20 * row, 50 + 40 * column, 90 + 40 * column))
    for column in range(width + 1):
        for row in range(height):
            left = owner[row][column - 1] if column else -1
            right = owner[row][column] if column < width else -1
            if left != right:
                rules.append(Rule(False, 50 + 40 * column, 100 + 20 * row, 120 + 20 * row))

    grids = ruled_grids(rules)

    lines_across = {rule.at for rule in rules if rule.horizontal}
    lines_down = {rule.at for rule in rules if not rule.horizontal}
    if len(lines_down) < 3:
        assert grids == []
        return
    (grid,) = grids
    assert grid.xs == tuple(sorted(lines_down))
    assert grid.ys == tuple(sorted(lines_across))
    for cell in grid.cells:
        row, column = int(cell.box.top - 100) // 20, int(cell.box.left - 50) // 40
        number = owner[row][column]
        places = [(y, x) for y in range(height) for x in range(width) if owner[y][x] == number]
        assert (cell.box.bottom - 100) / 20 == max(y for y, _ in places) + 1
        assert (cell.box.right - 50) / 40 == max(x for _, x in places) + 1
