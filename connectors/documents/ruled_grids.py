"""Grids from the lines that are drawn on a page.

All lines of a table make a lattice; where a piece of a lattice line is not drawn, the places on
both sides of it are one merged cell. So merged cells, missing corners and tables without outer
lines come out as people see them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from schemas.documents.document import Box

SNAP = 3.0
"""Lines nearer to each other than this are one line (double rules, rounding)."""
TOUCH = 4.0
"""Lines that end this near to a line meet it."""
DRAWN = 0.6
"""A piece of a lattice line counts as drawn where so much of its length is."""
SHORTEST = 5.0
"""A line shorter than this in all is a dot, an underline of a letter, a tick."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line drawn on the page: at ``at`` (y of a horizontal, x of a vertical one), from ``start``
    to ``end``."""

    horizontal: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class RuledCell:
    """Place of a cell in the lattice: first row and column, how many it covers, its box."""

    row: int
    column: int
    rows: int
    columns: int
    box: Box


@dataclass(frozen=True, slots=True)
class RuledGrid:
    """A lattice with its cells, by row, then column."""

    cells: tuple[RuledCell, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]

    @property
    def box(self) -> Box:
        """Around the whole lattice."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])


def ruled_grids(rules: Sequence[Rule]) -> list[RuledGrid]:
    """The grids on a page, from top to bottom; those of one column are frames, no tables."""
    grids = []
    for group in _groups([rule for rule in _joined(rules) if rule.end - rule.start >= SHORTEST]):
        grid = _lattice(group)
        if grid is not None:
            grids.append(grid)
    return sorted(_outermost(grids), key=lambda grid: (grid.ys[0], grid.xs[0]))


def _outermost(grids: list[RuledGrid]) -> list[RuledGrid]:
    """A grid that lies within another is part of the other's drawing."""
    return [
        grid
        for grid in grids
        if not any(other is not grid and _holds(other.box, grid.box) for other in grids)
    ]


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.left - SNAP <= inner.left
        and outer.right + SNAP >= inner.right
        and outer.top - SNAP <= inner.top
        and outer.bottom + SNAP >= inner.bottom
    )


def _joined(rules: Iterable[Rule]) -> list[Rule]:
    """Pieces on one line that touch, as one."""
    joined: list[Rule] = []
    ordered = sorted(rules, key=lambda one: (one.horizontal, round(one.at, 1), one.start))
    for rule in ordered:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.horizontal == rule.horizontal
            and abs(last.at - rule.at) < 1.0
            and rule.start <= last.end + SNAP
        ):
            joined[-1] = Rule(last.horizontal, last.at, last.start, max(last.end, rule.end))
        else:
            joined.append(rule)
    return joined


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Lines that hang together: crossing or touching each other."""
    parent = list(range(len(rules)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    across = [index for index, rule in enumerate(rules) if rule.horizontal]
    down = sorted(
        (index for index, rule in enumerate(rules) if not rule.horizontal),
        key=lambda index: rules[index].at,
    )
    places = [rules[index].at for index in down]
    for index in across:
        rule = rules[index]
        first = bisect_left(places, rule.start - TOUCH)
        for other in down[first:]:
            upright = rules[other]
            if upright.at > rule.end + TOUCH:
                break
            if upright.start - TOUCH <= rule.at <= upright.end + TOUCH:
                parent[root(index)] = root(other)
    groups: dict[int, list[Rule]] = {}
    for index in range(len(rules)):
        groups.setdefault(root(index), []).append(rules[index])
    return list(groups.values())


def _clustered(values: Iterable[float]) -> list[float]:
    clusters: list[list[float]] = []
    for value in sorted(values):
        if clusters and value - clusters[-1][0] <= SNAP:
            clusters[-1].append(value)
        else:
            clusters.append([value])
    return [sum(cluster) / len(cluster) for cluster in clusters]


@dataclass(slots=True)
class _Lattice:
    """Which pieces of the lattice's lines are drawn: ``across[y][column]``, ``down[x][row]``."""

    xs: list[float]
    ys: list[float]
    across: list[list[bool]] = field(default_factory=list)
    down: list[list[bool]] = field(default_factory=list)


def _lattice(group: Sequence[Rule]) -> RuledGrid | None:
    across = [rule for rule in group if rule.horizontal]
    down = [rule for rule in group if not rule.horizontal]
    if len(across) < 2 or not down:
        return None
    # outer ends of the lines close a table that has no outer lines of its own
    xs = _clustered(
        [rule.at for rule in down]
        + [min(rule.start for rule in across), max(rule.end for rule in across)]
    )
    ys = _clustered(
        [rule.at for rule in across]
        + [min(rule.start for rule in down), max(rule.end for rule in down)]
    )
    if len(xs) < 3 or len(ys) < 2:
        return None
    lattice = _Lattice(xs, ys)
    lattice.across = [_drawn(across, y, xs) for y in ys]
    lattice.down = [_drawn(down, x, ys) for x in xs]
    cells = sorted(_cells(lattice), key=lambda cell: (cell.row, cell.column))
    return RuledGrid(tuple(cells), tuple(xs), tuple(ys))


def _drawn(rules: Sequence[Rule], at: float, stops: Sequence[float]) -> list[bool]:
    """Which pieces between neighbouring stops are drawn along the line at ``at``."""
    spans = sorted((rule.start, rule.end) for rule in rules if abs(rule.at - at) <= SNAP)
    drawn = []
    for start, end in pairwise(stops):
        covered, reach = 0.0, start
        for first, last in spans:
            low, high = max(first, reach), min(last, end)
            if high > low:
                covered += high - low
                reach = high
        drawn.append(covered >= DRAWN * (end - start))
    return drawn


def _cells(lattice: _Lattice) -> list[RuledCell]:
    """Rectangles of lattice places that no drawn line parts."""
    height, width = len(lattice.ys) - 1, len(lattice.xs) - 1
    taken = [[False] * width for _ in range(height)]
    cells = []
    for row in range(height):
        for column in range(width):
            if taken[row][column]:
                continue
            last = column
            while last + 1 < width and not taken[row][last + 1] and not lattice.down[last + 1][row]:
                last += 1
            bottom = row
            while bottom + 1 < height and _extends(lattice, bottom, column, last):
                bottom += 1
            for down in range(row, bottom + 1):
                for right in range(column, last + 1):
                    taken[down][right] = True
            box = Box(
                lattice.xs[column],
                lattice.ys[row],
                lattice.xs[last + 1],
                lattice.ys[bottom + 1],
            )
            cells.append(RuledCell(row, column, bottom - row + 1, last - column + 1, box))
    return cells


def _extends(lattice: _Lattice, row: int, first: int, last: int) -> bool:
    """True where the row below goes on with the same cell: no line between, none that parts it,
    and the same ends."""
    below = row + 1
    if any(lattice.across[below][first : last + 1]):
        return False
    if any(lattice.down[column][below] for column in range(first + 1, last + 1)):
        return False
    width = len(lattice.xs) - 1
    left_open = first > 0 and not lattice.down[first][below]
    right_open = last + 1 < width and not lattice.down[last + 1][below]
    return not left_open and not right_open
