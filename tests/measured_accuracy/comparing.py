"""Two readings of a booklet beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from measured_accuracy.cells import Cell


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A cell that one reading has otherwise than the other, or not at all."""

    page: int
    value: str
    first: str
    second: str


def disagreements(first: Iterable[Cell], second: Iterable[Cell]) -> list[Disagreement]:
    """All cells on which two readings do not agree; those of one page and value stand together."""
    ones, others = Counter(first), Counter(second)
    left = sorted((ones - others).elements(), key=_order)
    right = sorted((others - ones).elements(), key=_order)
    found = []
    for cell in left:
        partner = next(
            (one for one in right if (one.page, one.value) == (cell.page, cell.value)), None
        )
        if partner is not None:
            right.remove(partner)
        found.append(Disagreement(cell.page, cell.value, str(cell), str(partner or "")))
    found += [Disagreement(cell.page, cell.value, "", str(cell)) for cell in right]
    return sorted(found, key=lambda each: (each.page, each.first, each.second))


def _order(cell: Cell) -> tuple[int, str]:
    return (cell.page, str(cell))
