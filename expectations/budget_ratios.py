"""What is wrong with growth or a share that a booklet states (BUD-12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from schemas.documents.budget.comparing import GrowthNumbers, growth_agrees, share_agrees
from schemas.message import Message


@dataclass(frozen=True, slots=True)
class _Ratio:
    """Growth or a share with its numbers read."""

    said: str
    is_share: bool
    amount: Decimal
    base: Decimal | None
    change: Decimal | None
    percent: Decimal | None
    decimals: int
    direction: str
    compared: str

    def fits(self, precision: Decimal) -> bool:
        """Whether the numbers can all be true."""
        if not self.is_share:
            numbers = GrowthNumbers(
                self.amount, self.base, self.change, self.percent, self.decimals, self.direction
            )
            return growth_agrees(numbers, precision)
        if self.base is None or self.percent is None:
            return True
        return share_agrees(self.amount, self.base, self.percent, self.decimals, precision)

    @property
    def whole(self) -> Decimal:
        """What the percentage is of."""
        if self.base is not None:
            return self.base
        sign = -1 if self.direction == "decrease" else 1
        return self.amount - sign * (self.change or 0)


def wrong_ratio(statement: Mapping[str, str]) -> tuple[str, Message] | None:
    """What is wrong with growth or a share: pattern and sentence; None where nothing is, or where
    the passage does not give what it takes to tell."""
    if statement["statement_kind"] == "share" and not statement["unit"]:
        return "percent_sign", Message(
            f"占比 {statement['value']} 缺少百分号",
            f"the share {statement['value']} lacks its percent sign",
        )
    if not statement["amount_cny"]:
        return None
    ratio = _read(statement)
    if ratio.fits(Decimal(statement["precision_cny"] or 0)):
        return None
    if ratio.percent is None:
        return "growth", _wrong_change(ratio)
    if ratio.whole == 0:
        return "base_zero", Message(
            f"基数（{ratio.compared}）为 0，不能有百分比 {ratio.said}",
            f"there is no percentage ({ratio.said}) of a base of zero ({ratio.compared})",
        )
    return ("share" if ratio.is_share else "growth"), _wrong_percentage(ratio)


def _read(statement: Mapping[str, str]) -> _Ratio:
    value, unit = statement["value"], statement["unit"]
    base, change = (
        Decimal(statement[name]) if statement[name] else None for name in ("base_cny", "change_cny")
    )
    return _Ratio(
        f"{value}{unit}",
        statement["statement_kind"] == "share",
        Decimal(statement["amount_cny"]),
        base,
        change,
        Decimal(value.replace(",", "")) if unit == "%" else None,
        len(value.partition(".")[2]),
        statement["direction"],
        statement["compared_label"],
    )


def _wrong_percentage(ratio: _Ratio) -> Message:
    part = ratio.amount if ratio.is_share else abs(ratio.amount - ratio.whole)
    places = Decimal(1).scaleb(-max(ratio.decimals, 2))
    computed = (100 * part / abs(ratio.whole)).quantize(places)
    named = f"（{ratio.compared}）" if ratio.compared else ""
    named_en = f" ({ratio.compared})" if ratio.compared else ""
    if ratio.is_share:
        return Message(
            f"{part} 元占 {ratio.whole} 元{named}的 {computed}%，文中写 {ratio.said}",
            f"{part} 元 is {computed} % of {ratio.whole} 元{named_en}, the text says {ratio.said}",
        )
    return Message(
        f"{ratio.whole} 元{named}到 {ratio.amount} 元，增减 {computed}%，文中写 {ratio.said}",
        f"from {ratio.whole} 元{named_en} to {ratio.amount} 元 is {computed} %, the text says "
        f"{ratio.said}",
    )


def _wrong_change(ratio: _Ratio) -> Message:
    apart = ratio.amount - ratio.whole
    return Message(
        f"{ratio.whole} 元（{ratio.compared}）到 {ratio.amount} 元，相差 {apart} 元，"
        f"文中写 {ratio.said}",
        f"from {ratio.whole} 元 ({ratio.compared}) to {ratio.amount} 元 is {apart} 元, the text "
        f"says {ratio.said}",
    )
