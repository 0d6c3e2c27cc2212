"""A number of the narrative with what it says, and the sentence it stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from schemas.documents.budget.comparing import GrowthNumbers, growth_agrees
from schemas.documents.budget.printed_numbers import YUAN

FUNCTION = "function:"
LONGEST_SENTENCE = 120


@dataclass(frozen=True, slots=True)
class Said:
    """A number with what it says. ``amount``, ``base`` and ``change`` are yuan."""

    kind: str
    offset: int
    label: str
    value: str
    unit: str
    subject: str = ""
    role: str = ""
    decimals: int = 0
    amount: Decimal | None = None
    direction: str = ""
    compared: str = ""
    base: Decimal | None = None
    change: Decimal | None = None

    def precision(self, places: dict[str, int]) -> Decimal | None:
        """One unit of the last place of amounts: in the booklet, where it is known for the unit
        (``10万元`` beside ``3.25万元`` is 10.00), else of this number."""
        if self.unit not in YUAN:
            return None
        return YUAN[self.unit].scaleb(-max(places.get(self.unit, 0), self.decimals))


def sentence_around(text: str, offset: int) -> str:
    """The sentence that holds a character; of a long one the part around it."""
    start = max((end.end() for end in re.finditer(r"[。；;]", text[:offset])), default=0)
    end = re.compile(r"[。；;]").search(text, offset)
    sentence = text[start : end.end() if end else len(text)]
    if len(sentence) <= LONGEST_SENTENCE:
        return sentence
    begin = max(0, min(offset - start - LONGEST_SENTENCE // 2, len(sentence) - LONGEST_SENTENCE))
    return f"…{sentence[begin : begin + LONGEST_SENTENCE]}…"


def last_place(said: Said) -> Decimal:
    """One unit of the last printed place of an amount, in yuan."""
    return YUAN[said.unit].scaleb(-said.decimals) if said.unit in YUAN else Decimal(0)


def closest(said: Said, about: Sequence[Said]) -> Said:
    """Growth with the amount that agrees with it, else the last it may be about."""
    fitting = [
        one
        for one in about
        if one.amount is not None
        and growth_agrees(
            GrowthNumbers(
                one.amount,
                said.base,
                said.change,
                Decimal(re.sub("[,，]", "", said.value)) if said.unit == "%" else None,
                said.decimals,
                said.direction,
            ),
            max(last_place(one), Decimal(100)),
        )
    ]
    chosen = (fitting or list(about))[-1:]
    if not chosen:
        return said
    one = chosen[0]
    return replace(said, amount=one.amount, label=said.label or one.label, subject=one.subject)
