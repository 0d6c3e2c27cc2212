"""Which piece of text stands in which cell of a scanned page, and which stand outside the tables.

Detected pieces are cut at the rules; ink that no piece covers (a lone minus sign, a small figure)
is taken in, so that no cell with ink in it passes for an empty one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connectors.documents.scan_ink import Picture
from connectors.documents.scan_rules import Bounds, RuledCell, RuledPage, RuledTable

_SAME_LINE_SHARE = 0.5
"""Pieces that share so much of the lower one's height stand on one line."""
_CELL_SHARE = 0.4
"""A piece is in a cell if it fills so much of the height of the lower of the two."""
_MARK_SHARE = 0.2
"""Ink this large, measured by the height of the letters, is a sign; smaller is a dot or dirt."""
_MARGIN_SHARE = 0.25
"""Paper on both sides of a line, measured by its height."""
_BESIDE_POINTS = 1.2
"""Two signs of one figure stand nearer to each other than twice this; two cells keep apart."""
_CROSSING_SHARE = 0.25
"""Of a square beside a rule, so much is inked on both of its sides where text runs over it."""


@dataclass(frozen=True, slots=True)
class CellText:
    """Where text stands in a cell.

    Attributes:
        lines: from top to bottom.
        crosses: True where ink runs over a rule into the next cell or out of the table.
    """

    lines: tuple[Bounds, ...]
    crosses: bool


@dataclass(frozen=True, slots=True)
class PlacedText:
    """All text of a page: for each table its cells in their order; and the lines outside.

    A line outside is made of pieces from left to right, with wide gaps between them.
    """

    cells: tuple[tuple[CellText, ...], ...]
    lines: tuple[tuple[Bounds, ...], ...]


def place_text(
    detected: NDArray[np.float64],
    page: RuledPage,
    ink: Picture,
    blobs: NDArray[np.float64],
    dots_per_point: float,
) -> PlacedText:
    """Give each detected piece to a cell or to a line outside the tables.

    Args:
        detected: boxes of text in pixels, one a row: left, top, right, bottom.
        page: the tables of the page.
        ink: a mask of the page's ink without its rules.
        blobs: boxes of the connected pieces of that ink, one a row.
        dots_per_point: pixels per PDF point.
    """
    heights = detected[:, 3] - detected[:, 1]
    letters = float(np.median(heights)) * 0.6 if len(detected) else 9.0 * dots_per_point
    sizes = (blobs[:, 2:] - blobs[:, :2]).max(axis=1, initial=0.0)
    signs = blobs[sizes >= _MARK_SHARE * letters]
    cells = tuple(
        tuple(
            CellText(
                _lines_in_cell(inner, detected, signs, ink),
                _crosses(cell.bounds, table.rule, ink, dots_per_point),
            )
            for cell, inner in _inner_parts(table, dots_per_point)
        )
        for table in page.tables
    )
    outside = [
        Bounds(*box)
        for box in (_outside_part(box, page.tables) for box in detected.tolist())
        if box is not None
    ]
    return PlacedText(cells, tuple(tuple(line) for line in _by_line(outside)))


def _inner_parts(table: RuledTable, dots_per_point: float) -> Iterator[tuple[RuledCell, Bounds]]:
    inset = table.rule / 2 + 0.4 * dots_per_point
    for cell in table.cells:
        bounds = cell.bounds
        yield (
            cell,
            Bounds(
                bounds.left + inset, bounds.top + inset, bounds.right - inset, bounds.bottom - inset
            ),
        )


def _lines_in_cell(
    cell: Bounds, detected: NDArray[np.float64], signs: NDArray[np.float64], ink: Picture
) -> tuple[Bounds, ...]:
    pieces = [piece for box in _overlapping(detected, cell) if (piece := _cut(box, cell, ink))]
    lines = [_union(line) for line in _by_line(pieces)]
    for left, top, right, bottom in _centred_in(signs, cell).tolist():
        sign = Bounds(
            max(left, cell.left),
            max(top, cell.top),
            min(right, cell.right),
            min(bottom, cell.bottom),
        )
        middle = (sign.top + sign.bottom) / 2
        beside = [n for n, line in enumerate(lines) if line.top <= middle <= line.bottom]
        if beside:
            line = lines[beside[0]]
            lines[beside[0]] = Bounds(
                min(line.left, sign.left), line.top, max(line.right, sign.right), line.bottom
            )
        else:
            lines.append(sign)
    return tuple(_with_margin(_union(line), cell) for line in _by_line(lines))


def _with_margin(line: Bounds, cell: Bounds) -> Bounds:
    """Signs at the rim of a picture are often overlooked."""
    margin = _MARGIN_SHARE * (line.bottom - line.top)
    return Bounds(
        max(cell.left, line.left - margin),
        line.top,
        min(cell.right, line.right + margin),
        line.bottom,
    )


def _overlapping(boxes: NDArray[np.float64], cell: Bounds) -> list[list[float]]:
    if not len(boxes):
        return []
    hits = (
        (boxes[:, 0] < cell.right)
        & (boxes[:, 2] > cell.left)
        & (boxes[:, 1] < cell.bottom)
        & (boxes[:, 3] > cell.top)
    )
    found: list[list[float]] = boxes[hits].tolist()
    return found


def _centred_in(boxes: NDArray[np.float64], cell: Bounds) -> NDArray[np.float64]:
    if not len(boxes):
        return boxes
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    return boxes[(cell.left <= x) & (x <= cell.right) & (cell.top <= y) & (y <= cell.bottom)]


def _cut(box: list[float], cell: Bounds, ink: Picture) -> Bounds | None:
    """The part of a detected piece within a cell, unless it is only its rim or holds no ink."""
    left, top = max(box[0], cell.left), max(box[1], cell.top)
    right, bottom = min(box[2], cell.right), min(box[3], cell.bottom)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if cell.left <= x <= cell.right and cell.top <= y <= cell.bottom:
        return Bounds(left, top, right, bottom)
    lower = min(box[3] - box[1], cell.bottom - cell.top)
    if bottom - top < _CELL_SHARE * lower:
        return None
    has_ink = ink[int(top) : int(bottom) + 1, int(left) : int(right) + 1].any()
    return Bounds(left, top, right, bottom) if has_ink else None


def _outside_part(box: list[float], tables: tuple[RuledTable, ...]) -> list[float] | None:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    left, top, right, bottom = box
    for table in tables:
        held = table.bounds
        if held.left <= x <= held.right and held.top <= y <= held.bottom:
            return None
        if left < held.right and right > held.left:
            if y < held.top < bottom:
                bottom = held.top - table.rule
            elif top < held.bottom < y:
                top = held.bottom + table.rule
    return [left, top, right, bottom]


def _by_line(pieces: list[Bounds]) -> list[list[Bounds]]:
    """Pieces by the line that they stand on, from top to bottom, then from left to right."""
    lines: list[list[Bounds]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.top + piece.bottom) / 2):
        for line in reversed(lines[-3:]):
            whole = _union(line)
            shared = min(whole.bottom, piece.bottom) - max(whole.top, piece.top)
            lower = min(whole.bottom - whole.top, piece.bottom - piece.top)
            if shared >= _SAME_LINE_SHARE * lower:
                line.append(piece)
                break
        else:
            lines.append([piece])
    return [sorted(line, key=lambda piece: piece.left) for line in lines]


def _union(pieces: list[Bounds]) -> Bounds:
    return Bounds(
        min(piece.left for piece in pieces),
        min(piece.top for piece in pieces),
        max(piece.right for piece in pieces),
        max(piece.bottom for piece in pieces),
    )


def _crosses(cell: Bounds, rule: float, ink: Picture, dots_per_point: float) -> bool:
    """Whether text runs over one of the cell's sides: both sides of it are inked at one height."""
    beyond = rule / 2 + 0.4 * dots_per_point
    width = max(2, round(_BESIDE_POINTS * dots_per_point))
    upright = (round(cell.top + beyond), round(cell.bottom - beyond))
    lying = (round(cell.left + beyond), round(cell.right - beyond))
    return any(
        _is_inked_on_both_sides(picture, place, span, round(beyond), width)
        for picture, places, span in (
            (ink, (cell.left, cell.right), upright),
            (ink.T, (cell.top, cell.bottom), lying),
        )
        for place in places
    )


def _is_inked_on_both_sides(
    ink: Picture, place: float, span: tuple[int, int], beyond: int, width: int
) -> bool:
    middle = round(place)
    part = ink[max(0, span[0]) : max(0, span[1])]
    before = part[:, max(0, middle - beyond - width) : max(0, middle - beyond)]
    after = part[:, middle + beyond + 1 : middle + beyond + 1 + width]
    around = np.ones(2 * width + 1)
    if len(part) < len(around):
        return False
    counts = [np.convolve((side > 0).sum(axis=1), around, mode="same") for side in (before, after)]
    return bool((np.minimum(*counts) >= _CROSSING_SHARE * width * width).any())
