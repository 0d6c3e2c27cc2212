"""What the main items of a notice come to: quantities times unit prices (PRC-04)."""

from __future__ import annotations

import re
from decimal import Decimal

from schemas.documents.notice.amount_text import Amount, AmountBasis, read_amount
from schemas.documents.notice.notice_table import Cell, NoticeTable
from schemas.documents.notice.statements import Statement
from schemas.documents.notice.wording import compact, fold, unit_of_label

_QUANTITY = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s*(?:[(]?[\u4e00-\u9fa5㎡a-zA-Z]{0,6}[)]?)\s*")


def items_total(statements: list[Statement]) -> tuple[Decimal, str] | None:
    """The sum over all items and where they stand; None where any of them has no quantity or no
    unit price in yuan, or where the notice lists none."""
    total = Decimal(0)
    place = ""
    for item in statements:
        table = item.table
        columns = _columns(table) if table is not None else None
        if table is None or columns is None:
            continue
        if table.loose or not table.rows:
            return None
        for row in table.rows:
            worth = _worth(table, row, *columns)
            if worth is None:
                return None
            total += worth
        place = place or table.place
    return (total, place) if place else None


def _columns(table: NoticeTable) -> tuple[int, int] | None:
    """The columns of quantity and unit price."""
    quantity = price = None
    for index, label in enumerate(table.labels):
        plain = compact(label)
        if quantity is None and plain.startswith("数量"):
            quantity = index
        if price is None and plain.startswith("单价"):
            price = index
    return (quantity, price) if quantity is not None and price is not None else None


def _worth(
    table: NoticeTable, row: tuple[Cell | None, ...], quantity: int, price: int
) -> Decimal | None:
    count, each = row[quantity], row[price]
    if count is None or each is None:
        return None
    number = _QUANTITY.fullmatch(fold(count.text).strip())
    label = table.labels[price]
    unit = "元" if re.match(r"元", unit_of_label(label) or _inner_unit(label)) else ""
    amount = read_amount(each.text, stated_unit=unit)
    if number is None or not isinstance(amount, Amount) or amount.basis is AmountBasis.RATE:
        return None
    return Decimal(number[1]) * amount.cny if amount.cny is not None else None


def _inner_unit(label: str) -> str:
    """The unit in brackets within a label: 单价（元）/优惠率."""
    found = re.search(r"[(]([^()]+)[)]", fold(label))
    return found[1] if found else ""
