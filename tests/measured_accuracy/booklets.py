"""Both readers over the real booklets, beside the values read by eye and beside each other."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from second_extraction.booklet import amounts_of

from measured_accuracy.cells import Cell, expected_cells, of_reading
from measured_accuracy.comparing import Disagreement, disagreements
from measured_accuracy.first_reading import FirstReading, release_booklet

SETTLED = Path(__file__).with_name("settled.csv")


@dataclass(frozen=True, slots=True)
class Settled:
    """A disagreement that somebody settled by looking at the page."""

    booklet: str
    page: int
    first: str
    second: str
    right: str
    reason: str


@dataclass(frozen=True, slots=True)
class BookletCount:
    """What was counted on one booklet.

    Attributes:
        expected: cells read by eye; ``missed`` are those that are not released as expected.
        blanks: cells seen to be blank; ``filled`` are those that have a row nevertheless.
        first, second: cells of each reader; ``agreed`` are equal in both.
        open: disagreements that nobody has settled; ``stale`` settlements of none.
    """

    booklet: str
    reading: FirstReading
    expected: int
    missed: list[Cell]
    blanks: int
    filled: list[Cell]
    first: int
    second: int
    agreed: int
    differences: list[Disagreement]
    open: list[Disagreement]
    stale: list[Settled]


def settled() -> list[Settled]:
    """All settled disagreements."""
    with SETTLED.open(encoding="utf-8", newline="") as lines:
        return [
            Settled(
                line["booklet"],
                int(line["page"]),
                line["first"],
                line["second"],
                line["right"],
                line["reason"],
            )
            for line in csv.DictReader(lines)
        ]


def count_booklet(real_data: Path, booklet: str, folder: Path) -> BookletCount:
    """Read one booklet with both readers and count."""
    file = real_data / "budgets" / f"{booklet}.pdf"
    reading = release_booklet(file, folder)
    second = [of_reading(one) for one in amounts_of(str(file))]
    differences = disagreements(reading.cells, second)
    known = [one for one in settled() if one.booklet == booklet]
    for_first = {one.second: one.first for one in known if one.right == "first"}
    released = Counter(reading.cells)
    told = Counter(map(str, reading.cells))
    expected = expected_cells(booklet)
    places = {cell.place for cell in reading.cells}
    blanks = expected_cells(f"{booklet}.blank")
    return BookletCount(
        booklet=booklet,
        reading=reading,
        expected=len(expected),
        missed=[
            cell
            for cell in expected
            if released[cell] != 1 and told[for_first.get(str(cell), "")] != 1
        ],
        blanks=len(blanks),
        filled=[cell for cell in blanks if cell.place in places],
        first=len(reading.cells),
        second=len(second),
        agreed=sum((released & Counter(second)).values()),
        differences=differences,
        open=[
            one
            for one in differences
            if (one.first, one.second) not in {(each.first, each.second) for each in known}
        ],
        stale=[
            each
            for each in known
            if (each.first, each.second) not in {(one.first, one.second) for one in differences}
        ],
    )
