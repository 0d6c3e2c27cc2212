"""Rows of a contract notice: one per contract."""

from __future__ import annotations

import re

from schemas.documents.notice.amount_text import AmountDoubt, money_unit_in
from schemas.documents.notice.award_rows import NO_SUPPLIER, UNSURE, put_amount
from schemas.documents.notice.award_tables import code_in
from schemas.documents.notice.basics_reading import put_basics
from schemas.documents.notice.day_text import day_in
from schemas.documents.notice.lot import lot_number
from schemas.documents.notice.notice import NoticeFacts, NoticeRow
from schemas.documents.notice.notice_table import Cell, NoticeTable
from schemas.documents.notice.party_text import cleaned, is_nobody, suppliers_in
from schemas.documents.notice.sections import Section
from schemas.documents.notice.stated_amount import StatedAmount, decided
from schemas.documents.notice.statements import Statement
from schemas.documents.notice.wording import Key

NOT_ENTERED = "READ-47"
_AMOUNTS = (Key.CONTRACT_AMOUNT, Key.AMOUNT, Key.TOTAL)
_TEXTS = {Key.CONTRACT_NUMBER: "contract_number", Key.CONTRACT_NAME: "contract_name"}


def contract_rows(statements: list[Statement], facts: NoticeFacts) -> list[NoticeRow]:
    """The rows of a contract notice; never none."""
    table = next(
        (item.table for item in statements if item.table and _lists_contracts(item.table)), None
    )
    rows = (
        [_of_table(table, row, statements, facts) for row in table.rows]
        if table is not None and len(table.rows) > 1
        else [_of_pairs(statements, facts)]
    )
    for ordinal, row in enumerate(rows, 1):
        row.put("contract_ordinal", str(ordinal))
        if not any(item.key is Key.PROJECT_NAME and item.value for item in statements):
            row.values.pop("project_name", None)  # a title names the contract, not the project
        if "contract_name" not in row.values and re.search(r"合同\s*$", facts.title):
            row.put("contract_name", facts.title.strip(), facts.places.get("title", ""))
    return rows


def _lists_contracts(table: NoticeTable) -> bool:
    return table.column(Key.SUPPLIER) is not None and table.column(*_AMOUNTS) is not None


def _pairs(statements: list[Statement]) -> list[Statement]:
    """The pairs, with those of tables that have one row."""
    found: list[Statement] = []
    for item in statements:
        if item.table is None:
            found.append(item)
        elif len(item.table.rows) == 1 and item.section is not Section.ITEMS:
            for label, key, cell in zip(
                item.table.labels, item.table.keys, item.table.rows[0], strict=True
            ):
                if cell is not None:
                    found.append(
                        Statement(
                            item.section, item.lot, item.party, key, label, cell.text, cell.place
                        )
                    )
    return found


def _of_pairs(statements: list[Statement], facts: NoticeFacts) -> NoticeRow:
    pairs = _pairs(statements)
    row = NoticeRow()
    put_basics(row, pairs, facts)
    for item in pairs:
        if not item.value or is_nobody(item.value) or not item.label:
            continue
        column = _TEXTS.get(item.key) if item.key else None
        if column and column not in row.values:
            row.put(column, item.value.strip(), item.place)
        elif item.key is Key.SUPPLIER and "supplier_name" not in row.values:
            _put_supplier(row, item.value, item.place)
        elif item.key is Key.CODE and "supplier_name" in row.values and code_in(item.value):
            row.put("supplier_code", code_in(item.value), item.place)
        elif item.key is Key.LOT_NUMBER and "lot_number" not in row.values:
            row.put("lot_number", lot_number(item.value), item.place)
        elif item.key is Key.PERFORMANCE and item.value.strip() != "年":
            row.put("performance_period", item.value.strip()[:200], item.place)
    amounts = [
        StatedAmount(item.value, item.label, item.key, item.place)
        for item in pairs
        if item.key in _AMOUNTS and item.value and item.section not in (Section.FEES, Section.ITEMS)
    ]
    _finish(row, amounts)
    return row


def _put_supplier(row: NoticeRow, text: str, place: str) -> None:
    names = suppliers_in(re.split(r"\s{2,}", text.strip())[0])
    row.put("supplier_name", "、".join(names), place)


def _of_table(
    table: NoticeTable,
    cells: tuple[Cell | None, ...],
    statements: list[Statement],
    facts: NoticeFacts,
) -> NoticeRow:
    row = NoticeRow()
    put_basics(row, statements, facts)
    amounts: list[StatedAmount] = []
    for label, key, cell in zip(table.labels, table.keys, cells, strict=True):
        if cell is None or key is None or is_nobody(cell.text):
            continue
        if key in _TEXTS:
            row.put(_TEXTS[key], cell.text, cell.place)
        elif key is Key.SUPPLIER:
            _put_supplier(row, cell.text, cell.place)
        elif key is Key.CODE:
            row.put("supplier_code", code_in(cell.text), cell.place)
        elif key is Key.PURCHASER:
            row.put("purchaser_name", cleaned(cell.text), cell.place)
        elif key is Key.SIGNED_ON:
            row.put("signed_on", day_in(cell.text), cell.place)
        elif key in _AMOUNTS:
            amounts.append(StatedAmount(cell.text, label, key, cell.place))
    _finish(row, amounts)
    return row


def _finish(row: NoticeRow, amounts: list[StatedAmount]) -> None:
    """Supplier and amount, or what is missing. An amount of 0 was never entered: it is missing."""
    if "supplier_name" not in row.values:
        row.tell(NO_SUPPLIER, "supplier_name", section="合同主体")
    elif len(row.values["supplier_name"].text) > 80:
        row.tell(UNSURE, "supplier_name", section="合同主体")
    item, amount = decided(amounts)
    if amount is AmountDoubt.ZERO and item is not None:
        row.put("amount_basis", "total", item.place)
        row.put("value_published", item.text, item.place)
        row.put("unit_published", money_unit_in(item.text), item.place)
        row.tell(NOT_ENTERED, "value_published", item.text)
        return
    put_amount(row, amounts, "合同金额")
