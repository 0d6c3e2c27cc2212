"""Rows of a result notice: one per lot and supplier, with what could not be read surely."""

from __future__ import annotations

import re
from decimal import Decimal

from schemas.documents.notice.amount_text import Amount, AmountBasis, AmountDoubt
from schemas.documents.notice.award_reading import Awards, awards_of
from schemas.documents.notice.basics_reading import put_basics
from schemas.documents.notice.item_totals import items_total
from schemas.documents.notice.lot import Lot
from schemas.documents.notice.notice import NoticeFacts, NoticeRow
from schemas.documents.notice.party_text import is_supplier
from schemas.documents.notice.stated_amount import StatedAmount, decided, yuan
from schemas.documents.notice.statements import Statement
from schemas.documents.notice.win import Win
from schemas.documents.notice.wording import fold

NO_SUPPLIER, NO_AMOUNT, NO_UNIT, UNSURE = "READ-41", "READ-42", "READ-43", "READ-44"
ZERO = "READ-46"
SUMS_DIFFER = "READ-48"
LONGEST_VALUE = 60
_DOUBTS = {
    AmountDoubt.ABSENT: NO_AMOUNT,
    AmountDoubt.NO_UNIT: NO_UNIT,
    AmountDoubt.SEVERAL: UNSURE,
    AmountDoubt.CONTRADICTION: UNSURE,
    AmountDoubt.ZERO: ZERO,
    AmountDoubt.FOREIGN: UNSURE,
}


def award_rows(statements: list[Statement], facts: NoticeFacts) -> list[NoticeRow]:
    """The rows of a result notice; never none: what cannot be read is a row with a problem."""
    awards = awards_of(statements, facts.title)
    looked_at = "、".join(awards.looked_at) or "全文"
    rows = [_row(win, statements, facts, looked_at) for win in awards.wins]
    if not rows:
        row = NoticeRow()
        put_basics(row, statements, facts)
        row.put("award_status", "active")
        row.tell(NO_SUPPLIER, "supplier_name", section=looked_at)
        rows = [row]
    _number(rows, awards.wins)
    items = items_total(statements)
    if items is not None and len(rows) == 1:
        rows[0].put("items_total_cny", f"{items[0]:f}", items[1])
    _compare_totals(rows, awards)
    return rows


def _row(win: Win, statements: list[Statement], facts: NoticeFacts, looked_at: str) -> NoticeRow:
    row = NoticeRow()
    put_basics(row, statements, facts)
    lot_place = win.lot.place or facts.places.get("title", "")
    row.put("lot_number", win.lot.number, lot_place)
    row.put("lot_name", win.lot.name, lot_place)
    if win.failed:
        row.put("award_status", "unsuccessful", win.reason_place)
        row.put("failure_reason", _reason(win.reason), win.reason_place)
        if win.is_unclear:
            row.tell(UNSURE, "award_status", section=looked_at)
        return row
    row.put("award_status", "active")
    row.put("supplier_name", win.supplier, win.supplier_place)
    if len(win.supplier) > 4:
        # the address and code of a natural person are nobody's business
        row.put("supplier_address", win.address, win.address_place)
        row.put("supplier_code", win.code, win.code_place)
    if not win.supplier or (not is_supplier(win.supplier) and not _may_be_name(win.supplier)):
        row.tell(NO_SUPPLIER, "supplier_name", section=looked_at)
    if win.is_unclear or (win.several and win.amounts):
        row.tell(UNSURE, "value_published", section=looked_at)
    else:
        put_amount(row, win.amounts, looked_at)
    return row


def _may_be_name(text: str) -> bool:
    """Whether words that are no usual name may still be a supplier, such as a consortium;
    the rest of a sentence and a name that was cut are none."""
    if not 4 <= len(text) <= 120 or re.search(r"[。？！：:]|详见|附件|\d{5,}|供应商|地址", text):
        return False
    folded = fold(text)
    if folded.count("(") != folded.count(")"):
        return False
    return bool(re.search(r"公司|研究院|设计院|事务所|中心|大学|合作社|集团", text))


def _reason(text: str) -> str:
    return re.sub(
        r"^(?:废标|流标|采购失败)?[,，:：;；\s]*(?:理由|原因)?[:：\s]*(?=\S{4,})", "", text.strip()
    )


def put_amount(row: NoticeRow, stated: list[StatedAmount], looked_at: str) -> None:
    """The amount that counts, or the problem that there is none."""
    item, amount = decided(stated)
    if isinstance(amount, AmountDoubt):
        shown = item.text if item is not None else ""
        row.put("value_published", shown, item.place if item is not None else "")
        row.tell(_DOUBTS[amount], "value_published", shown, section=looked_at)
        return
    place = item.place if item is not None else ""
    row.put("amount_basis", amount.basis.value, place)
    row.put("value_published", as_printed(item, amount), place)
    row.put("unit_published", amount.unit, place)
    if amount.basis is AmountBasis.TOTAL and amount.cny is not None:
        row.put("amount_cny", f"{amount.cny:f}", place)


def as_printed(item: StatedAmount | None, amount: Amount) -> str:
    """The words of the amount as they stand; of a long sentence the number alone."""
    text = item.text.strip() if item is not None else ""
    return text if 0 < len(text) <= LONGEST_VALUE else amount.published


def _number(rows: list[NoticeRow], wins: list[Win]) -> None:
    """The ordinal of each lot in the notice, and of each supplier in its lot."""
    lots: dict[Lot | int, int] = {}
    suppliers: dict[int, int] = {}
    for index, row in enumerate(rows):
        lot = wins[index].lot if index < len(wins) else Lot()
        ordinal = lots.setdefault(lot, len(lots) + 1)
        suppliers[ordinal] = suppliers.get(ordinal, 0) + 1
        row.put("lot_ordinal", str(ordinal))
        row.put("supplier_ordinal", str(suppliers[ordinal]))


def _compare_totals(rows: list[NoticeRow], awards: Awards) -> None:
    """What the notice states as the total goes beside the only award it can be the total of; where
    there are several, it is told if it is not their sum."""
    for lot, stated in awards.totals:
        total = stated.read()
        if not isinstance(total, Amount) or total.cny is None:
            continue
        of_lot = [
            (row, win)
            for row, win in zip(rows, awards.wins, strict=False)
            if win.supplier and (not lot or win.lot.number == lot.number)
        ]
        if len(of_lot) == 1:
            _put_other(of_lot[0][0], of_lot[0][1], stated, total)
        elif of_lot and not lot:
            _tell_sum(of_lot, stated, total.cny)


def _put_other(row: NoticeRow, win: Win, stated: StatedAmount, total: Amount) -> None:
    if stated in win.amounts or "other_amount_cny" in row.values:
        return
    own = yuan(decided(win.amounts)[1])
    if total.cny is not None and own != total.cny:
        row.put("other_amount_cny", f"{total.cny:f}", stated.place)
        row.put("other_value_published", f"{total.published} {total.unit}", stated.place)


def _tell_sum(of_lot: list[tuple[NoticeRow, Win]], stated: StatedAmount, total: Decimal) -> None:
    amounts = [yuan(decided(win.amounts)[1]) for _, win in of_lot]
    if any(amount is None for amount in amounts):
        return
    sum_of_lots = sum((amount for amount in amounts if amount is not None), Decimal(0))
    if sum_of_lots != total and total not in amounts:
        of_lot[0][0].tell(
            SUMS_DIFFER,
            "amount_cny",
            stated.text,
            total=f"{total:f}",
            sum=f"{sum_of_lots:f}",
            place=stated.place,
        )
