"""Print a made booklet as a PDF and tell which amounts stand on which page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from made_booklets.model import CODE, VALUE, Column, MadeBooklet, MadeTable, Style, TrueCell

FONT = "STSong-Light"
NUMBER = re.compile(r"[-\d,.%]+")
MARGIN = 40.0
HEAD_HEIGHT = 22.0


class BookletPrinter:
    """Prints page after page; places are counted from the top."""

    def __init__(self, path: Path, booklet: MadeBooklet) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        size = A4 if booklet.portrait else landscape(A4)
        self.width, self.height = size
        self._canvas = Canvas(str(path), pagesize=size, invariant=1)
        self._booklet = booklet
        self._page = 1
        self._top = MARGIN
        self._outer = (0.0, 0.0)
        self.truth: list[TrueCell] = []
        self._lay()

    def print_all(self) -> list[TrueCell]:
        """Print the booklet; the amounts of its tables in reading order."""
        booklet = self._booklet
        stage = "部门决算" if booklet.is_final else "部门预算"
        self._text(booklet.organization, self.width / 2, 200, 22, "centre")
        self._text(f"{booklet.year}年度{stage}", self.width / 2, 240, 22, "centre")
        self._next_page()
        self._text("目  录", self.width / 2, 60, 16, "centre")
        for index, table in enumerate(booklet.tables):
            self._text(f"{index + 1}. {table.title} {'…' * 20}", 80, 90 + 18 * index, 10)
        for table in booklet.tables:
            if not table.follows_on_page:
                self._next_page()
            self._table(table)
        if booklet.narrative:
            self._next_page()
            self._text("情况说明", self.width / 2, 60, 16, "centre")
            for index, line in enumerate(booklet.narrative):
                self._text(line, 60, 90 + 18 * index, 10)
        self._footer()
        self._canvas.save()
        return self.truth

    def _lay(self) -> None:
        """Lay a turned page on its side: viewers turn it back."""
        if self._booklet.is_turned:
            self._canvas.setPageRotation(90)  # swaps the sides of the sheet too
            self._canvas.transform(0, 1, -1, 0, self.height, 0)

    def _footer(self) -> None:
        self._text(f"— {self._page} —", self.width / 2, self.height - 20, 8, "centre")

    def _next_page(self) -> None:
        self._footer()
        self._canvas.showPage()
        self._page += 1
        self._top = MARGIN
        self._lay()

    def _text(self, text: str, x: float, middle: float, size: float, align: str = "left") -> None:
        self._canvas.setFont(FONT, size)
        base = self.height - middle - 0.36 * size
        draw = {
            "left": self._canvas.drawString,
            "right": self._canvas.drawRightString,
            "centre": self._canvas.drawCentredString,
        }[align]
        draw(x, base, text)

    def _table(self, table: MadeTable) -> None:
        style = table.style
        widths = [column.width for column in table.columns]
        left = (self.width - sum(widths)) / 2
        self._caption(table, left, left + sum(widths))
        rows = list(table.rows)
        room = style.rows_per_page[0]
        is_first = True
        while rows or is_first:
            part, rows = rows[:room], rows[room:]
            self._part(table, left, part, is_first or style.repeats_header, not rows)
            is_first = False
            room = style.rows_per_page[1]
            if rows:
                self._next_page()
                if style.repeats_title:
                    self._caption(table, left, left + sum(widths))
        for note in table.notes:
            self._top += 14
            self._text(note, left, self._top, style.size)
        self._top += 26

    def _caption(self, table: MadeTable, left: float, right: float) -> None:
        style = table.style
        if style.unit_place == "grid":
            return
        title = table.title
        if style.unit_place == "title":
            title += f"（单位：{table.unit}）"
        self._top += 14
        self._text(title, self.width / 2, self._top, 15, "centre")
        if table.number_line:
            self._top += 18
            self._text(table.number_line, right, self._top, style.size, "right")
        if style.unit_place in ("title", "header"):
            self._top += 14
            return
        self._top += 20
        if style.unit_place == "department":
            self._text(f"编制部门：{self._booklet.organization}", left, self._top, style.size)
            self._text(f"单位：{table.unit}", right, self._top, style.size, "right")
        else:
            self._text(f"金额单位：{table.unit}", right, self._top, style.size, "right")
        self._top += 12

    def _part(
        self,
        table: MadeTable,
        left: float,
        rows: Sequence[Sequence[str]],
        with_header: bool,
        is_last: bool,
    ) -> None:
        style, columns = table.style, table.columns
        edges = [left]
        for column in columns:
            edges.append(edges[-1] + column.width)
        self._outer = (edges[0], edges[-1])
        start = self._top
        if style.unit_place == "grid" and with_header:
            for text in (table.title, f"单位：{table.unit}"):
                self._box(style, edges[0], self._top, edges[-1], self._top + HEAD_HEIGHT)
                align = "centre" if text == table.title else "right"
                x = (edges[0] + edges[-1]) / 2 if align == "centre" else edges[-1] - 4
                self._text(text, x, self._top + HEAD_HEIGHT / 2, style.size, align)
                self._top += HEAD_HEIGHT
        if with_header:
            self._header(table, edges)
        for number, row in enumerate(rows):
            self._row(table, edges, row, number)
            self.truth += table.truth(row, self._page)
        if style.rules == "three_lines":
            for at in (start, self._top):
                self._line(style, edges[0], at, edges[-1], at)
        if style.has_double_frame:
            left, right = edges[0] - 2, edges[-1] + 2
            for at in (start - 2, self._top + 2):
                self._line(style, left, at, right, at)
            for at in (left, right):
                self._line(style, at, start - 2, at, self._top + 2)

    def _header(self, table: MadeTable, edges: list[float]) -> None:
        style = table.style
        depth = max(len(column.heads) for column in table.columns)
        for text, first, last, low, high in header_cells(table.columns, depth):
            top = self._top + low * HEAD_HEIGHT
            bottom = self._top + high * HEAD_HEIGHT
            if style.shaded:
                self._shade(edges[first], top, edges[last], bottom)
            self._box(style, edges[first], top, edges[last], bottom)
            self._wrapped(text, edges[first], edges[last], (top + bottom) / 2, style.size, "centre")
        self._top += depth * HEAD_HEIGHT
        if style.counting_row:
            number = 0
            bottom = self._top + style.row_height
            for index, column in enumerate(table.columns):
                told = ""
                if column.kind == VALUE:
                    number += 1
                    told = str(number)
                elif index == 0 or (column.kind != CODE and not number):
                    told = "栏次" if index == 0 else ""
                self._box(style, edges[index], self._top, edges[index + 1], bottom)
                centre = (edges[index] + edges[index + 1]) / 2
                self._text(told, centre, (self._top + bottom) / 2, style.size, "centre")
            self._top = bottom
        if style.rules == "three_lines":
            self._line(style, edges[0], self._top, edges[-1], self._top)

    def _row(self, table: MadeTable, edges: list[float], row: Sequence[str], number: int) -> None:
        style = table.style
        tallest = max(
            len(wrapped(text, column.width - 6, style.size))
            for column, text in zip(table.columns, row, strict=True)
        )
        height = style.row_height + (tallest - 1) * (style.size + 2)
        bottom = self._top + height
        for index, (column, text) in enumerate(zip(table.columns, row, strict=True)):
            left, right = edges[index], edges[index + 1]
            if style.shaded and number % 2:
                self._shade(left, self._top, right, bottom)
            self._box(style, left, self._top, right, bottom)
            align = "left"
            if column.kind == VALUE:
                align = style.value_align
            elif column.kind == CODE:
                align = "centre"
            self._wrapped(text, left, right, (self._top + bottom) / 2, style.size, align)
        self._top = bottom

    def _wrapped(
        self, text: str, left: float, right: float, middle: float, size: float, align: str
    ) -> None:
        lines = wrapped(text, right - left - 6, size)
        place = {"left": left + 3, "right": right - 3, "centre": (left + right) / 2}[align]
        begin = middle - (len(lines) - 1) * (size + 2) / 2
        for index, line in enumerate(lines):
            self._text(line, place, begin + index * (size + 2), size, align)

    def _shade(self, left: float, top: float, right: float, bottom: float) -> None:
        self._canvas.setFillColorRGB(0.85, 0.9, 0.95)
        self._canvas.rect(left, self.height - bottom, right - left, bottom - top, stroke=0, fill=1)
        self._canvas.setFillColorRGB(0, 0, 0)

    def _box(self, style: Style, left: float, top: float, right: float, bottom: float) -> None:
        if style.rules in ("grid", "open_sides", "horizontal"):
            self._line(style, left, top, right, top)
            self._line(style, left, bottom, right, bottom)
        if style.rules == "grid":
            self._line(style, left, top, left, bottom)
            self._line(style, right, top, right, bottom)
        if style.rules == "open_sides":
            for at in (left, right):
                if all(abs(at - outer) > 1 for outer in self._outer):
                    self._line(style, at, top, at, bottom)

    def _line(self, style: Style, left: float, top: float, right: float, bottom: float) -> None:
        if left == right:
            top, bottom = top + style.corner_gap, bottom - style.corner_gap
        else:
            left, right = left + style.corner_gap, right - style.corner_gap
        if style.stroke == "line":
            self._canvas.setLineWidth(0.6)
            self._canvas.line(left, self.height - top, right, self.height - bottom)
        else:
            width, height = max(right - left, 0.8), max(bottom - top, 0.8)
            self._canvas.rect(
                left - 0.4, self.height - top - height + 0.4, width, height, stroke=0, fill=1
            )


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Lines no wider than given; a number is never cut."""
    if NUMBER.fullmatch(text):
        return [text]
    lines, line, used = [], "", 0.0
    for sign in text:
        wide = pdfmetrics.stringWidth(sign, FONT, size)
        if line and used + wide > width:
            lines.append(line)
            line, used = "", 0.0
        line += sign
        used += wide
    return [*lines, line]


def header_cells(columns: Sequence[Column], depth: int) -> list[tuple[str, int, int, int, int]]:
    """Merged header cells: text, first column and the one behind, first row and the one behind."""
    cells = []
    taken: set[tuple[int, int]] = set()
    for index, column in enumerate(columns):
        for level, text in enumerate(column.heads):
            if (index, level) in taken:
                continue
            path = column.heads[: level + 1]
            last = index
            while (
                last + 1 < len(columns)
                and columns[last + 1].heads[: level + 1] == path
                and columns[last + 1].half == column.half
                and (level + 1 < len(column.heads) or columns[last + 1].heads == column.heads)
            ):
                last += 1
            bottom = depth if level + 1 == len(column.heads) else level + 1
            taken |= {(at, level) for at in range(index, last + 1)}
            cells.append((text, index, last + 1, level, bottom))
    return cells


def print_booklet(booklet: MadeBooklet, path: Path) -> list[TrueCell]:
    """Print a booklet to a file; the amounts a reader must find."""
    return BookletPrinter(path, booklet).print_all()
