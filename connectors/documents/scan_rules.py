"""Find the ruled lines of a scanned page and the tables and cells that they draw."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from connectors.documents.scan_cells import CellSpan, joined_cells
from connectors.documents.scan_ink import Picture
from connectors.documents.scan_lines import Line, lines_across, lines_down, lines_of

_NEAR_POINTS = 2.6
"""Rules nearer to each other than this are one: a double line, or one that is not straight."""
_OPEN_POINTS = 6.0
"""Rules that reach so far past the outermost crossing rule belong to a table without that side."""
_DRAWN_SHARE = 0.8
"""A side of a cell is drawn if so much of it is; a stroke of a letter above a rule is less."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle on the upright page, in pixels."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class RuledCell:
    """A cell: its place and span in the table, and where it stands from rule to rule."""

    span: CellSpan
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table drawn by rules.

    Attributes:
        height, width: number of rows and columns.
        cells: every cell once, by row, then column.
        bounds: from its outermost rules.
        rule: how thick its rules are at most, in pixels.
    """

    height: int
    width: int
    cells: tuple[RuledCell, ...]
    bounds: Bounds
    rule: float


@dataclass(frozen=True, slots=True)
class RuledPage:
    """The tables of a page from top to bottom, and a mask of the rules that draw them."""

    tables: tuple[RuledTable, ...]
    rules: Picture


def ruled_page(ink: Picture, dots_per_point: float) -> RuledPage:
    """Find all tables of an upright page.

    Args:
        ink: a mask that holds hairlines too.
        dots_per_point: pixels per PDF point.
    """
    across = lines_across(ink, dots_per_point)
    down = lines_down(ink, across, dots_per_point)
    rules = cv2.bitwise_or(across, down)
    touching = cv2.dilate(rules, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(touching, connectivity=8)
    tables = []
    for number, (left, top, width, height) in enumerate(stats[1:count, :4].tolist(), start=1):
        part = np.s_[top : top + height, left : left + width]
        # A frame around a table, or a mark within a cell, is no part of the table.
        own = labels[part] == number
        table = _table(
            np.where(own, across[part], 0).astype(np.uint8),
            np.where(own, down[part], 0).astype(np.uint8),
            left,
            top,
            dots_per_point,
        )
        if table is not None:
            tables.append(table)
    kept = _outermost(tables)
    reach = round(_NEAR_POINTS * dots_per_point)
    return RuledPage(kept, np.asarray(cv2.bitwise_and(rules, _sides(kept, rules.shape, reach))))


def _sides(tables: tuple[RuledTable, ...], shape: tuple[int, ...], reach: int) -> Picture:
    """Where the sides of cells run: long strokes of letters elsewhere are no rules."""
    mask = np.zeros(shape, dtype=np.uint8)
    for table in tables:
        for cell in table.cells:
            corners = (cell.bounds.left, cell.bounds.top, cell.bounds.right, cell.bounds.bottom)
            left, top, right, bottom = (round(corner) for corner in corners)
            cv2.rectangle(mask, (left, top), (right, bottom), 255, thickness=2 * reach + 1)
    return mask


def _table(
    across: Picture, down: Picture, left: int, top: int, dots_per_point: float
) -> RuledTable | None:
    near = _NEAR_POINTS * dots_per_point
    rows_at = lines_of(across, True)
    columns_at = lines_of(down, False)
    if len(rows_at) < 2 or len(columns_at) < 2:
        return None
    ys = _gathered(rows_at, near)
    xs = _gathered(columns_at, near)
    ys = _with_open_sides(ys, columns_at, _OPEN_POINTS * dots_per_point)
    xs = _with_open_sides(xs, rows_at, _OPEN_POINTS * dots_per_point)
    if len(ys) < 2 or len(xs) < 2:
        return None
    reach = max(2, round(near / 2))
    over = _drawn(across, ys, xs, reach)
    beside = _drawn(down.T, xs, ys, reach).T
    spans = joined_cells(over, beside)
    height = max(span.row + span.rows for span in spans)
    width = max(span.column + span.columns for span in spans)
    kept_rows, kept_columns = _borders(spans)
    if height * width < 2 or len(spans) < 2:
        return None
    cells = tuple(
        RuledCell(
            CellSpan(
                kept_rows.index(span.row),
                kept_columns.index(span.column),
                kept_rows.index(span.row + span.rows) - kept_rows.index(span.row),
                kept_columns.index(span.column + span.columns) - kept_columns.index(span.column),
            ),
            Bounds(
                left + xs[span.column],
                top + ys[span.row],
                left + xs[span.column + span.columns],
                top + ys[span.row + span.rows],
            ),
        )
        for span in spans
    )
    return RuledTable(
        height=len(kept_rows) - 1,
        width=len(kept_columns) - 1,
        cells=tuple(sorted(cells, key=lambda cell: (cell.span.row, cell.span.column))),
        bounds=Bounds(left + xs[0], top + ys[0], left + xs[-1], top + ys[-1]),
        rule=float(np.percentile([rule.thickness for rule in (*rows_at, *columns_at)], 90)),
    )


def _gathered(rules: list[Line], near: float) -> list[float]:
    """The places of the rules; those near to each other as one, the longer weighing more."""
    places: list[float] = []
    group: list[Line] = []
    for rule in sorted(rules, key=lambda rule: rule.place):
        if group and rule.place - group[-1].place > near:
            places.append(_middle(group))
            group = []
        group.append(rule)
    if group:
        places.append(_middle(group))
    return places


def _middle(group: list[Line]) -> float:
    return float(
        np.average([rule.place for rule in group], weights=[r.end - r.start for r in group])
    )


def _with_open_sides(places: list[float], crossing: list[Line], far: float) -> list[float]:
    first = min(rule.start for rule in crossing)
    last = max(rule.end for rule in crossing)
    before = [float(first)] if first < places[0] - far else []
    after = [float(last)] if last > places[-1] + far else []
    return [*before, *places, *after]


def _drawn(
    mask: Picture, places: list[float], crossing: list[float], reach: int
) -> NDArray[np.bool_]:
    """For each place and each stretch between two crossing places: is the rule drawn there."""
    drawn: NDArray[np.bool_] = np.ones((len(places), len(crossing) - 1), dtype=bool)
    for number, place in enumerate(places[1:-1], start=1):
        low = max(0, round(place) - reach)
        band = np.asarray(mask[low : round(place) + reach + 1].max(axis=0) > 0)
        for stretch, (start, end) in enumerate(pairwise(crossing)):
            inner = band[round(start) + reach : max(round(end) - reach, round(start) + reach + 1)]
            drawn[number, stretch] = bool(inner.size) and float(inner.mean()) >= _DRAWN_SHARE
    return drawn


def _borders(spans: tuple[CellSpan, ...]) -> tuple[list[int], list[int]]:
    """The rows and columns at which any cell begins or ends; a stray rule draws none."""
    rows = {edge for span in spans for edge in (span.row, span.row + span.rows)}
    columns = {edge for span in spans for edge in (span.column, span.column + span.columns)}
    return sorted(rows), sorted(columns)


def _outermost(tables: list[RuledTable]) -> tuple[RuledTable, ...]:
    """Tables from top to bottom, without those that lie within another."""

    def within(inner: RuledTable, outer: RuledTable) -> bool:
        a, b = inner.bounds, outer.bounds
        return (
            inner is not outer
            and b.left <= a.left
            and a.right <= b.right
            and b.top <= a.top
            and a.bottom <= b.bottom
        )

    kept = [table for table in tables if not any(within(table, other) for other in tables)]
    return tuple(sorted(kept, key=lambda table: (table.bounds.top, table.bounds.left)))
