"""Grids without vertical lines, found by the alignment of their text alone.

Rows with numbers show the columns: where none of them prints anything, one column ends and the next
begins. Header words go to the columns below them in order; lines closer to a row than rows are to
each other are its wrapped text. Horizontal lines, where there are any, part the rows.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from connectors.documents.characters import (
    Character,
    box_of,
    lines_of,
    text_of,
    word_text,
    words_of,
)
from connectors.documents.header_alignment import Span, placed
from connectors.documents.ruled_grids import Rule
from schemas.documents.document import Box, Grid, GridCell, cell_place

Line = list[Character]
FEWEST_ROWS = 2
FULL_ROW = 3
"""A lone row of so many numbers is a table, too."""
RIVER = 0.35
"""A gap between columns is wider than this share of the letters' height."""
WRAPPED = 0.8
"""A line nearer to a row than this share of the usual distance of rows is wrapped text of it."""
HEADER_LINES = 9
HEADER_GAP = 3.2
"""Header lines are not further apart than so many heights of a letter."""
TITLE_SIZE = 1.2
_NUMBER = re.compile(r"[-+(（]?[¥￥]?\d[\d,，]*(?:[.．]\d+)?%?[)）]?")
_AMOUNT = re.compile(r"[-+(（]?[¥￥]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:[.．]\d+)?%?[)）]?")
_CODE = re.compile(r"\d{2,9}")
_PAGE_NUMBER = re.compile(r"[-—–_·\s]*第?\d{1,4}页?(?:[/，,共]*\d{1,4}页?)?[-—–_·\s]*")
_DIGIT_THEN_WORD = 0.05
"""Between numbers and the words right of them, in all rows, the least gap parts columns."""
_SENTENCE = re.compile(r"[。；，;]")


@dataclass(slots=True)
class _Row:
    """A row of the grid: its lines of text."""

    lines: list[Line]
    is_header: bool = False

    @property
    def middle(self) -> float:
        return statistics.fmean(line[0].middle for line in self.lines)

    @property
    def characters(self) -> list[Character]:
        return [one for line in self.lines for one in line]


@dataclass(slots=True)
class _Found:
    """Lines of a page, and which of them are rows with numbers."""

    lines: list[Line]
    numbered: list[int] = field(default_factory=list)
    height: float = 10.0


def aligned_grid(
    characters: Sequence[Character], rules: Sequence[Rule], page_name: str, number: int
) -> tuple[Grid | None, list[Character]]:
    """The grid of a page without ruled grids, if there is one, and the text outside it."""
    found = _numbered_lines(characters)
    if not found.numbered:
        return None, list(characters)
    columns = _columns([found.lines[index] for index in found.numbered], found.height)
    if len(columns) < 2:
        return None, list(characters)
    across = _across(rules, columns)
    first, last = _extent(found, columns, across)
    start = _first_of_body(found, first, columns)
    header = found.lines[first:start]
    body = _body_rows(found, start, last, across)
    columns, header_cells = placed(header, columns, found.height)
    rows = len(header_cells) + len(body)
    cells = _cells(header_cells, body, columns, page_name, number)
    inside = {id(one) for line in found.lines[first : last + 1] for one in line}
    outside = [one for one in characters if id(one) not in inside]
    box = box_of([one for line in found.lines[first : last + 1] for one in line])
    grid = Grid(number, tuple(cells), rows, len(columns), box, is_ruled=False)
    return grid, outside


def _numbered_lines(characters: Sequence[Character]) -> _Found:
    """Lines of several words of which one at least is a number: rows of a table, if there are
    enough of them and the text between them is no running text."""
    lines = [line for line in lines_of(characters) if word_text(line).strip()]
    while lines and _PAGE_NUMBER.fullmatch(word_text(lines[-1])):
        lines.pop()
    while lines and _PAGE_NUMBER.fullmatch(word_text(lines[0])):
        lines.pop(0)
    found = _Found(lines)
    for index, line in enumerate(lines):
        words = [word_text(word) for word in words_of(line)]
        if len(words) > 1 and any(_AMOUNT.fullmatch(word) for word in words[1:]):
            found.numbered.append(index)
    if len(found.numbered) < FEWEST_ROWS and not any(
        _is_full(lines[index]) for index in found.numbered
    ):
        found.numbered = []
        return found
    within = lines[found.numbered[0] : found.numbered[-1] + 1]
    running = sum(1 for line in within if _SENTENCE.search(word_text(line)))
    if running > 0.2 * len(within):
        found.numbered = []
        return found
    heights = [one.height for index in found.numbered for one in lines[index]]
    found.height = statistics.median(heights)
    return found


def _is_full(line: Line) -> bool:
    words = [word_text(word) for word in words_of(line)]
    return len(words) >= FULL_ROW and all(map(_AMOUNT.fullmatch, words))


def _columns(rows: Sequence[Line], height: float) -> list[Span]:
    """The columns: stretches that rows with numbers print in, parted by gaps in all of them."""
    pieces = sorted(
        (one.left, one.right, one.text) for row in rows for one in row if one.text.strip()
    )
    spans: list[Span] = []
    ending = ""
    for left, right, text in pieces:
        gap = left - spans[-1].right if spans else 0.0
        parted = ending.isdigit() and not (text.isdigit() or text in ".,%，．")
        least = _DIGIT_THEN_WORD if parted else RIVER
        if spans and gap < least * height:
            if right > spans[-1].right:
                spans[-1], ending = Span(spans[-1].left, right), text
        else:
            spans.append(Span(left, right))
            ending = text
    return spans


def _across(rules: Sequence[Rule], columns: Sequence[Span]) -> list[float]:
    """Heights of horizontal lines over most of the table's width (they may be drawn in pieces)."""
    left, right = columns[0].left, columns[-1].right
    drawn: dict[int, float] = {}
    for rule in rules:
        if rule.horizontal:
            reach = min(rule.end, right) - max(rule.start, left)
            drawn[round(rule.at)] = drawn.get(round(rule.at), 0.0) + max(reach, 0.0)
    found = sorted(at for at, reach in drawn.items() if reach > 0.7 * (right - left))
    return [float(at) for index, at in enumerate(found) if not index or at - found[index - 1] > 3]


def _extent(found: _Found, columns: Sequence[Span], across: Sequence[float]) -> tuple[int, int]:
    """First and last line of the table: with its header above, wrapped text and lines without
    numbers below the last numbered row."""
    lines = found.lines
    first = found.numbered[0]
    top = [at for at in across if at < lines[first][0].middle]
    limit = min(top) if top and lines[first][0].middle - min(top) < 15 * found.height else None
    while first and found.numbered[0] - first < HEADER_LINES:
        above = lines[first - 1]
        if limit is not None:
            if above[0].middle < limit:
                break
        elif (
            lines[first][0].middle - above[0].middle > HEADER_GAP * found.height
            or _SENTENCE.search(word_text(above))
            or max(one.height for one in above) > TITLE_SIZE * found.height
        ):
            break
        first -= 1
    last = found.numbered[-1]
    bottom = max((at for at in across if at > lines[last][0].middle), default=None)
    while last + 1 < len(lines):
        below = lines[last + 1]
        gap = below[0].middle - lines[last][0].middle
        if bottom is not None:
            if below[0].middle > bottom:
                break
        elif gap > 1.35 * found.height and (len(words_of(below)) < 2 or gap > 3 * found.height):
            break
        last += 1
    return first, last


def _first_of_body(found: _Found, first: int, columns: Sequence[Span]) -> int:
    """The first line below the header: a lone piece of a name right above a row that prints
    nothing in that column is the beginning of the row's name."""
    start = found.numbered[0]
    if start == first:
        return start
    above, row = found.lines[start - 1], found.lines[start]
    words = words_of(above)
    box = box_of([one for word in words for one in word])
    over = [column for column in columns if column.overlap(Span(box.left, box.right)) > 0]
    lone = len(over) <= 1 and len(words_of(above, gap=1.5)) == 1
    if not lone or row[0].middle - above[0].middle > 0.9 * found.height:
        return start
    beside = any(box.left < one.right and one.left < box.right for one in row)
    return start if beside else start - 1


def _body_rows(found: _Found, start: int, last: int, across: Sequence[float]) -> list[_Row]:
    """The rows below the header; wrapped lines join the row they belong to."""
    numbered = set(found.numbered)
    indexes = range(start, last + 1)
    middles = [found.lines[index][0].middle for index in indexes]
    inner = [at for at in across if middles[0] < at < middles[-1]]
    if len(inner) >= len(found.numbered) // 2 and inner:
        return _rows_between(found, indexes, inner)
    distances = [
        found.lines[after][0].middle - found.lines[before][0].middle
        for before, after in pairwise(found.numbered)
    ]
    usual = statistics.median(distances) if distances else 2 * found.height
    rows = {index: _Row([found.lines[index]]) for index in indexes if index in numbered}
    for index in indexes:
        if index in numbered:
            continue
        line = found.lines[index]
        nearest = min(rows, key=lambda other: abs(found.lines[other][0].middle - line[0].middle))
        if abs(found.lines[nearest][0].middle - line[0].middle) < WRAPPED * usual:
            rows[nearest].lines.append(line)
        else:
            rows[index] = _Row([line])
    return [rows[index] for index in sorted(rows)]


def _rows_between(found: _Found, indexes: range, inner: Sequence[float]) -> list[_Row]:
    stops = [float("-inf"), *inner, float("inf")]
    rows = []
    for top, bottom in pairwise(stops):
        lines = [
            found.lines[index] for index in indexes if top < found.lines[index][0].middle <= bottom
        ]
        if lines:
            rows.append(_Row(lines))
    return rows


def _cells(
    header: list[list[tuple[int, int, list[Character]]]],
    body: list[_Row],
    columns: Sequence[Span],
    page_name: str,
    number: int,
) -> list[GridCell]:
    cells = []
    for row, placed_words in enumerate(header):
        for start, end, characters in placed_words:
            cells.append(_cell(row, start, end, characters, page_name, number))
    borders = [(before.right + after.left) / 2 for before, after in pairwise(columns)]
    for row, one in enumerate(body, len(header)):
        by_column: dict[int, list[Character]] = {}
        for line in one.lines:
            for word in words_of(line, gap=0.3):
                box = box_of(word)
                column = sum(1 for border in borders if border < box.centre)
                by_column.setdefault(column, []).extend(word)
        for column in range(len(columns)):
            characters = by_column.get(column, [])
            cells.append(_cell(row, column, column, characters, page_name, number))
    return cells


def _cell(
    row: int, start: int, end: int, characters: list[Character], page_name: str, number: int
) -> GridCell:
    box: Box | None = box_of(characters) if characters else None
    return GridCell(
        row=row,
        column=start,
        columns=end - start + 1,
        text=text_of(characters),
        place=cell_place(page_name, number, row, start, box),
        box=box,
    )
