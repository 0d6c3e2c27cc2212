"""What is wrong with growth or a share that a booklet states (BUD-12)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from schemas.documents.budget.comparing import GrowthNumbers, growth_agrees, share_agrees
from schemas.message import Message


def wrong_ratio(statement: Mapping[str, str]) -> tuple[str, Message] | None:
    """What is wrong with growth or a share: pattern and sentence."""
    amount, base, change = (
        Decimal(statement[name]) if statement[name] else None
        for name in ("amount_cny", "base_cny", "change_cny")
    )
    said = f"{statement['value']}{statement['unit']}"
    is_share = statement["statement_kind"] == "share"
    if is_share and not statement["unit"]:
        return "percent_sign", Message(
            f"占比 {said} 缺少百分号", f"the share {said} lacks its percent sign"
        )
    if amount is None:
        return None
    is_percent = statement["unit"] == "%"
    percent = Decimal(statement["value"].replace(",", "")) if is_percent else None
    decimals = len(statement["value"].partition(".")[2])
    precision = Decimal(statement["precision_cny"] or 0)
    if is_share:
        fits = base is None or percent is None
        if base is not None and percent is not None:
            fits = share_agrees(amount, base, percent, decimals, precision)
    else:
        direction = statement["direction"]
        numbers = GrowthNumbers(amount, base, change, percent, decimals, direction)
        fits = growth_agrees(numbers, precision)
    if fits:
        return None
    of_what = f"{amount} 元" + (
        "" if base is None else f"，{statement['compared_label']} {base} 元"
    )
    of_what_en = f"{amount} 元" + (
        "" if base is None else f" and {statement['compared_label']} {base} 元"
    )
    if percent is not None and base == 0:
        return "base_zero", Message(
            f"基数为 0，不能有百分比 {said}（{of_what}）",
            f"there is no percentage ({said}) of a base of zero ({of_what_en})",
        )
    if change is not None:
        of_what, of_what_en = f"{of_what}，增减额 {change} 元", f"{of_what_en}, change {change} 元"
    return ("share" if is_share else "growth"), Message(
        f"由 {of_what} 算不出 {said}", f"{said} does not follow from {of_what_en}"
    )
