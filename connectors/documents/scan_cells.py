"""Join the smallest fields of a grid of rules to cells, where no rule is drawn between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class CellSpan:
    """A rectangle of fields: 0-based row and column of its first, and how many it covers."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1


def joined_cells(over: NDArray[np.bool_], beside: NDArray[np.bool_]) -> tuple[CellSpan, ...]:
    """The cells of a grid.

    Fields without a rule between them are one cell. A cell must be a rectangle: where a rule is
    broken or drawn half, the fields are cut into rectangles row by row.

    Args:
        over: of (rows + 1) × columns: is there a rule above this field (below it: the next row).
        beside: of rows × (columns + 1): is there a rule to the left of this field.
    """
    height, width = over.shape[0] - 1, over.shape[1]
    group = _groups(over, beside, height, width)
    spans: list[CellSpan] = []
    for number in sorted(set(group.flat)):
        rows, columns = np.nonzero(group == number)
        first_row, last_row = int(rows.min()), int(rows.max())
        first_column, last_column = int(columns.min()), int(columns.max())
        box = CellSpan(
            first_row, first_column, last_row - first_row + 1, last_column - first_column + 1
        )
        spans += [box] if len(rows) == box.rows * box.columns else _rectangles(group == number)
    return tuple(sorted(spans, key=lambda span: (span.row, span.column)))


def _groups(
    over: NDArray[np.bool_], beside: NDArray[np.bool_], height: int, width: int
) -> NDArray[np.int64]:
    parent = list(range(height * width))

    def root(field: int) -> int:
        while parent[field] != field:
            parent[field] = parent[parent[field]]
            field = parent[field]
        return field

    def join(one: int, other: int) -> None:
        low, high = sorted((root(one), root(other)))
        parent[high] = low

    for row in range(height):
        for column in range(width):
            field = row * width + column
            if column + 1 < width and not beside[row, column + 1]:
                join(field, field + 1)
            if row + 1 < height and not over[row + 1, column]:
                join(field, field + width)
    return np.array([root(field) for field in range(height * width)]).reshape(height, width)


def _rectangles(fields: NDArray[np.bool_]) -> list[CellSpan]:
    """Cut a shape that is no rectangle: runs of fields, joined downwards where they are alike."""
    spans: list[CellSpan] = []
    open_runs: dict[tuple[int, int], int] = {}
    for row in range(fields.shape[0] + 1):
        runs = set(_runs(fields[row])) if row < fields.shape[0] else set()
        for run in [run for run in open_runs if run not in runs]:
            start = open_runs.pop(run)
            spans.append(CellSpan(start, run[0], row - start, run[1] - run[0]))
        for run in runs:
            open_runs.setdefault(run, row)
    return spans


def _runs(row: NDArray[np.bool_]) -> list[tuple[int, int]]:
    padded = np.concatenate([[False], row, [False]]).astype(np.int8)
    starts = np.nonzero(np.diff(padded) == 1)[0]
    ends = np.nonzero(np.diff(padded) == -1)[0]
    return [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]
