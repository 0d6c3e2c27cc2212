"""Booklets and notices as the pipeline releases them, against what was read by eye, a second reader
and what was printed; and the page that says so. In one module: each is run and counted once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made_booklets.booklets import BOOKLETS as MADE_BOOKLETS
from made_booklets.drawing import print_booklet
from made_booklets.model import MadeBooklet
from made_booklets.styles import three_code_columns
from measured_accuracy.__main__ import PAGE, whole_page
from measured_accuracy.cells import BOOKLETS
from measured_accuracy.counted_once import (
    booklet_count,
    made_booklet_count,
    made_notice_counts,
    notice_count,
)
from measured_accuracy.first_reading import release_booklet


@pytest.mark.real_data
@pytest.mark.parametrize("booklet", BOOKLETS)
def test_a_real_booklet_is_read_right(booklet: str, real_data: Path) -> None:
    count = booklet_count(real_data, booklet)

    assert count.reading.state == "released"
    assert count.expected >= 60
    assert count.missed == []
    assert count.filled == []
    assert count.reading.quarantined.is_empty()
    assert count.open == []
    assert count.stale == []
    assert count.first == count.second


@pytest.mark.parametrize("make", MADE_BOOKLETS, ids=lambda make: make.__name__)
def test_a_made_booklet_is_read_right(make: Callable[[], MadeBooklet]) -> None:
    count = made_booklet_count(make)

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


@pytest.mark.real_data
@pytest.mark.parametrize(("wanted", "notices"), [("award", 9), ("contract", 3)])
def test_supplier_and_amount_of_every_real_notice(
    wanted: str, notices: int, real_data: Path
) -> None:
    count = notice_count(real_data, wanted)

    assert (count.notices, count.settled, count.extra) == (notices, notices, 0)


def test_every_lot_of_made_notices() -> None:
    counts = made_notice_counts()

    assert sum(count.lots for count in counts) >= 50
    assert [award for count in counts for award in (*count.missed, *count.extra)] == []


@pytest.mark.real_data
def test_the_page_is_current(real_data: Path) -> None:
    assert PAGE.read_text(encoding="utf-8") == whole_page(real_data)
