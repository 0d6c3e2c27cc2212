"""Numbers with their units in running text: amounts, percentages, counts, exactly as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from schemas.documents.budget.passages import folded

YUAN = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_NUMBER = r"(?<![\d.,A-Za-z])-?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?"
_LIMIT = r"(?!（?(?:含|不含|及)?）?(?:以上|以下|以内|及以|/))"
_MARK = re.compile(
    rf"(?P<number>{_NUMBER})(?P<blank> ?)"
    rf"(?:(?P<money>(?:人民币)?(?:万|亿)?元){_LIMIT}"
    r"|(?P<percent>%|个百分点)"
    rf"|(?P<count>台（套）|台|辆|个|家|人|批次|批|次|套|名|项(?!）)){_LIMIT}"
    r"|(?P<nothing>(?![\d.,，）年月日号条款项类/\-—~～至])))"
)
_EQUAL = re.compile(r"(?:基本)?(?:持平|一致|相同|相等|无变化|没有变化)")


class Kind(StrEnum):
    """What a number in a sentence is."""

    MONEY = "money"
    PERCENT = "percent"
    COUNT = "count"
    EQUAL = "equal"  # 持平: no number, but says what one would
    NOTHING = "nothing"  # a number without a unit


@dataclass(frozen=True, slots=True)
class Mark:
    """A number in a passage.

    Attributes:
        start, end: where it stands in the passage, unit included.
        kind: what it is.
        text: the number as printed, without the unit; the word for EQUAL.
        number: its value.
        unit: 元, 万元, 亿元, %, 辆, …; ``""`` for none.
    """

    start: int
    end: int
    kind: Kind
    text: str
    number: Decimal
    unit: str

    @property
    def decimals(self) -> int:
        """Printed places after the point."""
        return len(self.text.partition(".")[2])

    @property
    def yuan(self) -> Decimal:
        """The amount in yuan."""
        return self.number * YUAN[self.unit]


def marks_in(text: str) -> Iterator[Mark]:
    """The numbers of a passage in order."""
    plain = folded(text)
    found = [_mark(text, matched) for matched in _MARK.finditer(plain)]
    found += [
        Mark(matched.start(), matched.end(), Kind.EQUAL, matched[0], Decimal(0), "")
        for matched in _EQUAL.finditer(plain)
    ]
    yield from sorted(found, key=lambda mark: mark.start)


def _mark(text: str, matched: re.Match[str]) -> Mark:
    start, end = matched.span()
    printed = text[matched.start("number") : matched.end("number")]
    number = Decimal(re.sub("[,，]", "", matched["number"]))
    if matched["money"] is not None:
        unit = matched["money"].removeprefix("人民币")
        return Mark(start, end, Kind.MONEY, printed, number, unit)
    if matched["percent"] is not None:
        return Mark(start, end, Kind.PERCENT, printed, number, matched["percent"])
    if matched["count"] is not None:
        return Mark(start, end, Kind.COUNT, printed, number, matched["count"])
    return Mark(start, end, Kind.NOTHING, printed, number, "")
