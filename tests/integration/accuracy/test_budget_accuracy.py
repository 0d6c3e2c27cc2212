"""The first reader of booklets against what was read by eye, and against the second reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from measured_accuracy.booklets import count_booklet
from measured_accuracy.cells import BOOKLETS


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
