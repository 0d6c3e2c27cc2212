"""The first reader of booklets against what was read by eye, and against the second reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made_booklets.booklets import BOOKLETS as MADE_BOOKLETS
from made_booklets.drawing import print_booklet
from made_booklets.model import MadeBooklet
from made_booklets.styles import three_code_columns
from measured_accuracy.booklets import count_booklet
from measured_accuracy.cells import BOOKLETS
from measured_accuracy.first_reading import release_booklet
from measured_accuracy.made import count_made


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
    count = count_made(make, tmp_path)

    assert count.reading.state == "released"
    assert count.differences == []
    assert count.first == count.second == count.cells
    assert count.reading.quarantined.is_empty()


@pytest.mark.parametrize("unit", ["", "百美元", "人民币"])
def test_a_table_without_a_known_unit_is_never_guessed(unit: str, tmp_path: Path) -> None:
    """The table that states its unit is released, the other is held back with an error."""
    file = tmp_path / "booklet.pdf"
    whole = three_code_columns()
    named = {table.table_id: table for table in whole.tables}
    style = replace(named["B3"].style, unit_place="department" if unit else "header")
    unknown = replace(named["B3"], unit=unit, style=style)
    print_booklet(replace(whole, tables=(named["B5"], unknown)), file)

    reading = release_booklet(file, tmp_path)

    assert {cell.table_id for cell in reading.cells} <= {"B5"}
    assert {"error", "critical"} & set(reading.findings.get_column("severity"))
