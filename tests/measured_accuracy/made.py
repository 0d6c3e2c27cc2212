"""Both readers over made booklets, whose truth is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from made_booklets.drawing import print_booklet
from made_booklets.model import MadeBooklet
from second_extraction.booklet import amounts_of

from measured_accuracy.cells import of_reading
from measured_accuracy.comparing import Disagreement, disagreements
from measured_accuracy.first_reading import FirstReading, release_booklet


@dataclass(frozen=True, slots=True)
class MadeCount:
    """What was counted on one made booklet.

    Attributes:
        cells: printed amounts.
        first, second: how many of them each reader has exactly right.
        wrong: cells released that are not printed so, or not at all.
        differences: cells on which the first reader and the truth do not agree.
    """

    name: str
    described: str
    reading: FirstReading
    cells: int
    first: int
    second: int
    wrong: int
    differences: list[Disagreement]


def count_made(make: Callable[[], MadeBooklet], folder: Path) -> MadeCount:
    """Print a booklet, read it with both readers and count."""
    file = folder / f"{make.__name__}.pdf"
    truth = [of_reading(cell) for cell in print_booklet(make(), file)]
    reading = release_booklet(file, folder)
    printed = Counter(truth)
    second = Counter(of_reading(one) for one in amounts_of(str(file)))
    right = sum((printed & Counter(reading.cells)).values())
    return MadeCount(
        name=make.__name__,
        described=(make.__doc__ or "").strip().rstrip("."),
        reading=reading,
        cells=len(truth),
        first=right,
        second=sum((printed & second).values()),
        wrong=len(reading.cells) - right,
        differences=disagreements(reading.cells, truth),
    )
