"""Amounts as stated: the words, their label and unit, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from schemas.documents.notice.amount_text import Amount, AmountBasis, AmountDoubt, read_amount
from schemas.documents.notice.wording import Key


@dataclass(frozen=True, slots=True)
class StatedAmount:
    """An amount that the notice states.

    Attributes:
        text: as printed.
        label: of its column or pair.
        key: what the label means.
        unit: that a column 单位 states; ``""`` for none.
        place: where it stands.
    """

    text: str
    label: str
    key: Key | None
    place: str
    unit: str = ""

    def read(self) -> Amount | AmountDoubt:
        """The amount, or why it cannot be told."""
        return read_amount(self.text, self.label, self.unit)


_ORDER = (
    Key.AMOUNT,
    Key.CONTRACT_AMOUNT,
    Key.TOTAL,
    Key.QUOTE,
    Key.RATE,
    Key.UNIT_PRICE,
    Key.OTHER_PRICE,
)


def decided(stated: list[StatedAmount]) -> tuple[StatedAmount | None, Amount | AmountDoubt]:
    """The amount that counts among those stated for one award, by how surely a label means it.

    Two labels of the same meaning that state different totals are a contradiction.
    """
    doubt: tuple[StatedAmount | None, AmountDoubt] = (None, AmountDoubt.ABSENT)
    for key in _ORDER:
        readings = [(item, item.read()) for item in stated if item.key is key]
        read = [(item, amount) for item, amount in readings if isinstance(amount, Amount)]
        if read:
            if len({(amount.basis, amount.cny or amount.published) for _, amount in read}) > 1:
                totals = [pair for pair in read if pair[1].basis is AmountBasis.TOTAL]
                if len({amount.cny for _, amount in totals}) != 1:
                    return read[0][0], AmountDoubt.CONTRADICTION
                read = totals
            return read[0]
        for item, amount in readings:
            if isinstance(amount, AmountDoubt) and doubt[0] is None:
                doubt = (item, amount) if amount is not AmountDoubt.ABSENT else doubt
    return doubt


def yuan(amount: Amount | AmountDoubt) -> Decimal | None:
    """Its exact yuan, None where it has no total."""
    return amount.cny if isinstance(amount, Amount) else None
