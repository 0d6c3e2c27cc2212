"""Recomputing what a sentence says: growth and shares from their amounts, as far as printed places
reach (BUD-12).

Amounts are printed rounded or cut off, so each may be off by one unit of its last place; a
percentage by one unit of its own. What lies within is no contradiction.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class GrowthNumbers:
    """What a sentence gives about growth.

    Attributes:
        amount: this year's amount, in yuan.
        base: the amount compared with; None where the sentence gives none.
        change: the difference, without a sign.
        percent: the percentage, without a sign; None where only the difference is said.
        decimals: printed places of the percentage.
        direction: increase, decrease or equal.
    """

    amount: Decimal
    base: Decimal | None
    change: Decimal | None
    percent: Decimal | None
    decimals: int
    direction: str

    @property
    def sign(self) -> int:
        """1, -1 or 0."""
        return {"increase": 1, "decrease": -1}.get(self.direction, 0)


def growth_agrees(numbers: GrowthNumbers, precision: Decimal) -> bool:
    """Whether the numbers can all be true. True where there is nothing to compare.

    ``precision`` is one unit of the last printed place of the amounts, in yuan.
    """
    base = numbers.base
    if base is not None and numbers.sign == 0:
        return abs(numbers.amount - base) <= precision
    if base is not None and numbers.change is not None:
        apart = numbers.amount - base - numbers.sign * numbers.change
        if abs(apart) > 2 * precision:
            return False
    if base is None and numbers.change is not None:
        base = numbers.amount - numbers.sign * numbers.change
        precision = 2 * precision
    if numbers.percent is None or base is None:
        return True
    signed = numbers.sign * numbers.percent
    return ratio_agrees(numbers.amount - base, base, signed, numbers.decimals, precision)


def share_agrees(
    part: Decimal, whole: Decimal, percent: Decimal, decimals: int, precision: Decimal
) -> bool:
    """Whether a part can be that percentage of a whole."""
    return ratio_agrees(part, whole, percent, decimals, precision)


def ratio_agrees(
    part: Decimal, whole: Decimal, percent: Decimal, decimals: int, precision: Decimal
) -> bool:
    """Whether ``part / whole`` is the percentage, amounts being off by ``precision`` at most.

    Of a whole of zero there is no percentage: only nothing of nothing passes, as 0 or 100.
    """
    if whole == 0:
        return part == 0 and percent in (0, 100)
    unit = Decimal(1).scaleb(-decimals)
    allowed = unit + 100 * precision * (1 + abs(part / whole)) / abs(whole)
    return abs(100 * part / whole - percent) <= allowed
