"""The first reader of booklets against what was read by eye, and against the second reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from made_booklets.booklets import BOOKLETS as MADE_BOOKLETS
from made_booklets.model import MadeBooklet
from measured_accuracy.booklets import count_booklet
from measured_accuracy.cells import BOOKLETS
from measured_accuracy.made import count_made

WITHOUT_COLUMN_LINES = {"without_vertical_lines", "three_line_tables", "without_lines"}


@pytest.mark.real_data
@pytest.mark.parametrize("booklet", BOOKLETS)
def test_a_real_booklet_is_read_right(booklet: str, real_data: Path, tmp_path: Path) -> None:
    count = count_booklet(real_data, booklet, tmp_path)

    assert count.reading.state == "released"
    assert count.expected >= 60
    assert count.missed == []
    assert count.filled == []
    assert count.reading.quarantined.is_empty()
    assert count.open == []
    assert count.stale == []
    assert count.first == count.second


@pytest.mark.parametrize("make", MADE_BOOKLETS, ids=lambda make: make.__name__)
def test_a_made_booklet_is_read_right(make: Callable[[], MadeBooklet], tmp_path: Path) -> None:
    """Every cell right, or the whole booklet held with a critical finding; never a wrong cell."""
    count = count_made(make, tmp_path)

    assert count.wrong == 0
    assert count.second == count.cells
    if count.reading.state == "released":
        assert count.differences == []
    else:
        assert make.__name__ in WITHOUT_COLUMN_LINES
        assert "critical" in set(count.reading.findings.get_column("severity"))
