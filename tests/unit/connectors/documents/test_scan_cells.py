"""Fields without a rule between them are one cell; a shape that is no rectangle is cut."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.documents.scan_cells import CellSpan, joined_cells


def _all_drawn(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    return np.ones((height + 1, width), dtype=bool), np.ones((height, width + 1), dtype=bool)


def test_every_field_is_a_cell_where_all_rules_are_drawn() -> None:
    over, beside = _all_drawn(2, 3)
    assert joined_cells(over, beside) == tuple(
        CellSpan(row, column) for row in range(2) for column in range(3)
    )


def test_a_missing_rule_joins_fields() -> None:
    over, beside = _all_drawn(2, 2)
    beside[0, 1] = False
    assert joined_cells(over, beside) == (CellSpan(0, 0, 1, 2), CellSpan(1, 0), CellSpan(1, 1))
    over, beside = _all_drawn(2, 2)
    over[1, 1] = False
    assert joined_cells(over, beside) == (CellSpan(0, 0), CellSpan(0, 1, 2, 1), CellSpan(1, 0))


def test_a_shape_that_is_no_rectangle_is_cut_into_rectangles() -> None:
    over, beside = _all_drawn(2, 2)
    beside[0, 1] = False
    over[1, 0] = False
    assert joined_cells(over, beside) == (CellSpan(0, 0, 1, 2), CellSpan(1, 0), CellSpan(1, 1))


@settings(deadline=None)  # a busy machine is no failure
@given(st.data())
def test_cells_cover_every_field_once(data: st.DataObject) -> None:
    height, width = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    over, beside = _all_drawn(height, width)
    for mask in (over, beside):
        mask[:] = np.array(
            data.draw(st.lists(st.booleans(), min_size=mask.size, max_size=mask.size))
        ).reshape(mask.shape)
    covered = np.zeros((height, width), dtype=int)
    for span in joined_cells(over, beside):
        covered[span.row : span.row + span.rows, span.column : span.column + span.columns] += 1
    assert (covered == 1).all()
