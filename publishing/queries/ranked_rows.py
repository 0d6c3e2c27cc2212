"""Finding rows by the ranks of their values, in release order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from publishing.queries.query import Selection
from publishing.queries.ranked_columns import Mask, RankedColumn

MOST_FILTERS = 20  # more are left to DuckDB, which can be stopped
ROWS_AT_ONCE = 65_536


class RankedRows:
    """The rows of a version by the ranks of those columns that have them."""

    def __init__(self, columns: Mapping[str, RankedColumn], rows: int) -> None:
        self._columns = columns
        self._rows = rows
        self.memory_bytes = sum(column.memory_bytes for column in columns.values())

    def have(self, names: Iterable[str]) -> bool:
        """Whether all those fields can be read here."""
        return all(name in self._columns for name in names)

    def selected(self, selection: Selection) -> Mask | None:
        """Which rows a query selects; None where ranks do not tell."""
        if selection.search.split() or len(selection.filters) > MOST_FILTERS:
            return None
        if not self.have(given.field for given in selection.filters):
            return None
        mask: Mask | None = None
        for given in selection.filters:
            found = self._columns[given.field].meeting(given)
            if found is None:
                return None
            mask = found if mask is None else mask & found
        return np.ones(self._rows, np.bool_) if mask is None else mask

    def page(
        self, names: Sequence[str], mask: Mask, *, start: int, offset: int, most: int
    ) -> list[tuple[Any, ...]]:
        """Rows of a mask, from the place ``start`` on and after ``offset`` more of them: the
        values of those fields, and the row's place."""
        places = _places(mask, start, offset, most)
        columns = [self._values(self._columns[name], places) for name in names]
        return list(zip(*columns, places.tolist(), strict=True))

    def _values(self, column: RankedColumn, places: NDArray[np.int64]) -> list[Any]:
        values = column.values
        return [values[rank] for rank in column.ranks[places].tolist()]


def _places(mask: Mask, start: int, offset: int, most: int) -> NDArray[np.int64]:
    """The first places of a mask, sought no further than needed."""
    found: list[NDArray[np.int64]] = []
    for begin in range(start, len(mask), ROWS_AT_ONCE):
        part = np.flatnonzero(mask[begin : begin + ROWS_AT_ONCE])
        taken = part[offset : offset + most] + begin
        offset = max(0, offset - len(part))
        most -= len(taken)
        found.append(taken)
        if not most:
            break
    return np.concatenate(found) if found else np.empty(0, np.int64)
