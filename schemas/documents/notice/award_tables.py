"""Awards that stand in tables: one row per lot or supplier."""

from __future__ import annotations

import re

from schemas.documents.notice.amount_text import AmountDoubt, looks_like_amount, states_money_unit
from schemas.documents.notice.lot import Lot, lot_marker, lot_number
from schemas.documents.notice.notice_table import Cell, NoticeTable
from schemas.documents.notice.party_text import (
    USCC,
    cleaned,
    is_nobody,
    is_organization,
    suppliers_in,
)
from schemas.documents.notice.sections import Section
from schemas.documents.notice.stated_amount import StatedAmount
from schemas.documents.notice.statements import Statement
from schemas.documents.notice.win import Win
from schemas.documents.notice.wording import Key, compact, fold

_PRICE_KEYS = (Key.AMOUNT, Key.CONTRACT_AMOUNT, Key.TOTAL, Key.QUOTE, Key.RATE, Key.UNIT_PRICE)
_WON = re.compile(r"是|√|✓|中标|成交|入围|中选|推荐中标|推荐成交|通过|合格|已中标")
_LOST = re.compile(r"否|×|未中标|未成交|不中标|落标|-+|/")
FAILED = re.compile(r"废标|流标|采购失败|招标失败|终止|无(?:中标|成交)?供应商|失败")
_AWARD_SECTIONS = (Section.AWARD, Section.FAILED)
_OPEN_SECTIONS = (None, Section.BASICS, Section.OTHER, Section.CONTRACT, Section.PERIOD)
_TOTAL_ROW = re.compile(r"(?:合计|总计|小计)[:：]?.*")


def holds_awards(statement: Statement, *, strictly: bool = False) -> bool:
    """Whether a table tells of awards: not of bidders, of candidates, or of what is bought.

    ``strictly``: among the results of the evaluation a table whose columns say 中标 counts, too.
    """
    table = statement.table
    if table is None:
        return False
    supplier = table.column(Key.SUPPLIER)
    if strictly:
        return (
            statement.section is Section.BIDDERS
            and supplier is not None
            and compact(table.labels[supplier]).startswith("中标")
            and table.column(Key.AMOUNT) is not None
        )
    if statement.section in _AWARD_SECTIONS:
        if supplier is None:
            return (
                table.column(Key.REASON) is not None
                and table.column(Key.LOT_NAME, Key.LOT_NUMBER) is not None
            )
        return table.column(Key.ITEM) is None or table.column(Key.AMOUNT) is not None
    if statement.section in _OPEN_SECTIONS and supplier is not None:
        named = compact(table.labels[supplier]).startswith("中标")
        price = table.column(Key.AMOUNT)
        return table.column(Key.ITEM) is None and (
            (named and table.column(*_PRICE_KEYS, Key.OTHER_PRICE) is not None) or price is not None
        )
    return False


def wins_of(statement: Statement, unit: str = "") -> list[Win]:
    """The awards and the unsuccessful lots of a table; ``unit`` of money is noted beside it."""
    table = statement.table
    if table is None:
        return []
    wins: list[Win] = []
    for row in _winning_rows(table):
        wins.extend(_row(table, row, statement, unit))
    for cells in table.loose:
        wins.extend(_loose(table, cells, statement))
    return wins


Row = tuple[Cell | None, ...]


def _text(row: Row, column: int | None) -> tuple[str, str]:
    cell = row[column] if column is not None else None
    return (cell.text.strip(), cell.place) if cell is not None else ("", "")


def _winning_rows(table: NoticeTable) -> list[Row]:
    """The rows of those who won, where the table lists others, too."""
    rows = [row for row in table.rows if not _is_total(row)]
    outcome, rank = table.column(Key.OUTCOME), table.column(Key.RANK)
    if outcome is not None and any(_LOST.fullmatch(_text(row, outcome)[0]) for row in rows):
        return [row for row in rows if _WON.fullmatch(_text(row, outcome)[0])]
    if rank is not None and outcome is None:
        lots = (table.column(Key.LOT_NUMBER), table.column(Key.LOT_NAME))
        shared = [tuple(_text(row, lot)[0] for lot in lots) for row in rows]
        if len(set(shared)) < len(rows):
            return [row for row in rows if re.fullmatch(r"第?[1一]名?", _text(row, rank)[0])]
    return rows


def _is_total(row: Row) -> bool:
    first = next((cell.text for cell in row if cell is not None and cell.text.strip()), "")
    return bool(_TOTAL_ROW.fullmatch(re.sub(r"\s+", "", first)))


def _lot(table: NoticeTable, row: Row, statement: Statement) -> Lot:
    """The lot of a row: its own columns, else the line that opened the lot above the table."""
    number, number_place = _text(row, table.column(Key.LOT_NUMBER))
    name, name_place = _text(row, table.column(Key.LOT_NAME))
    place = number_place or name_place or statement.lot.place
    marker = lot_marker(name) if name and not number else None
    if marker is not None:
        return Lot(marker[0].number, name, place)
    serial = _text(row, table.column(Key.SERIAL))[0]
    if name and serial and not number and not statement.lot:
        return Lot(lot_number(serial), name, place)
    own = lot_number(number) if number else statement.lot.number
    return Lot(own, name or statement.lot.name, place)


def _row(table: NoticeTable, row: Row, statement: Statement, unit: str) -> list[Win]:
    name, place = _text(row, table.column(Key.SUPPLIER))
    lot = _lot(table, row, statement)
    reason, reason_place = _text(row, table.column(Key.REASON))
    serial = _text(row, table.column(Key.SERIAL))[0]
    words = " ".join(cell.text for cell in row if cell is not None)
    if not name or is_nobody(name):
        if not (reason or FAILED.search(words)):
            return []
        if is_nobody(reason) and not FAILED.search(words):
            return []
        first = reason_place or place or next(cell.place for cell in row if cell is not None)
        told = reason or _text(row, table.column(Key.OUTCOME))[0] or name
        told = "" if is_nobody(told) and not FAILED.search(told) else told
        return [Win(lot=lot, failed=True, reason=told, reason_place=first, serial=serial)]
    names = suppliers_in(name)
    if any(_repeats_header(item, table) for item in names):
        return []
    code, code_place = _text(row, table.column(Key.CODE))
    address, address_place = _text(row, table.column(Key.ADDRESS))
    amounts = _amounts(table, row, unit)
    wins = [
        Win(
            lot=lot,
            supplier=item,
            supplier_place=place,
            serial=serial,
            code=code_in(code) or code_in(name) if len(names) == 1 else "",
            code_place=code_place or place,
            address=address if len(names) == 1 else "",
            address_place=address_place,
            amounts=list(amounts),
            several=len(names) > 1,
        )
        for item in names
    ]
    return shared_out(wins)


def _repeats_header(name: str, table: NoticeTable) -> bool:
    return compact(name) in {compact(label) for label in table.labels}


def shared_out(wins: list[Win]) -> list[Win]:
    """Several suppliers of one cell with as many amounts in another: each has its own."""
    if len(wins) < 2 or not wins[0].amounts:
        return wins
    parts = [
        part
        for part in re.split(r"[;；、\n]|(?<=元)[,，\s]+", wins[0].amounts[0].text)
        if part.strip()
    ]
    if len(parts) != len(wins):
        return wins
    first = wins[0].amounts[0]
    for win, part in zip(wins, parts, strict=True):
        win.amounts = [StatedAmount(part.strip(), first.label, first.key, first.place, first.unit)]
        win.several = False
    return wins


def code_in(text: str) -> str:
    """The unified social credit code in a text; empty where there is none."""
    found = USCC.search(fold(text).upper())
    return found[0] if found else ""


def _amounts(table: NoticeTable, row: Row, unit: str) -> list[StatedAmount]:
    units = [
        cell.text
        for key, cell in zip(table.keys, row, strict=True)
        if key is Key.UNIT
        and cell is not None
        and (states_money_unit(cell.text) or cell.text.strip() == "%")
    ]
    wanted: tuple[Key, ...] = _PRICE_KEYS
    if not any(key in _PRICE_KEYS for key in table.keys):
        wanted = (*_PRICE_KEYS, Key.OTHER_PRICE)
    return [
        StatedAmount(cell.text, label, key, cell.place, units[0] if len(units) == 1 else unit)
        for label, key, cell in zip(table.labels, table.keys, row, strict=True)
        if key in wanted and cell is not None and not is_nobody(cell.text)
    ]


def _is_sure(
    table: NoticeTable, cells: tuple[Cell, ...], supplier: Cell, amounts: list[StatedAmount]
) -> bool:
    """Whether a loose row can be read all the same: no piece of a broken name before its supplier,
    no piece of a broken number beside its only amount."""
    column = table.column(Key.SUPPLIER)
    if column is None or cells.index(supplier) > column:
        return False
    serial = 1 if table.keys[0] is Key.SERIAL else 0
    bare = [cell for cell in cells[serial:] if re.fullmatch(r"[\d.,]+", fold(cell.text))]
    read = [amount.read() for amount in amounts]
    same = len(set(map(str, read))) == 1 and not isinstance(read[0], AmountDoubt)
    return same and len({cell.text for cell in bare}) <= 1


def _loose(table: NoticeTable, cells: tuple[Cell, ...], statement: Statement) -> list[Win]:
    """What a row tells whose cells could not be given to columns: read only if there is one
    supplier and one amount in it, else unclear."""
    if table.column(Key.SUPPLIER) is None:
        failed = FAILED.search(" ".join(cell.text for cell in cells))
        return (
            [Win(lot=statement.lot, failed=True, is_unclear=True, reason_place=cells[0].place)]
            if failed
            else []
        )
    named = [cell for cell in cells if is_organization(cell.text)]
    if not named:
        return [Win(lot=statement.lot, is_unclear=True, supplier_place=cells[0].place)]
    prices = [index for index, key in enumerate(table.keys) if key in _PRICE_KEYS]
    label, key = (table.labels[prices[0]], table.keys[prices[0]]) if prices else ("", Key.AMOUNT)
    amounts = [
        StatedAmount(cell.text, label, key, cell.place)
        for cell in cells
        if looks_like_amount(cell.text) and not re.fullmatch(r"\d{1,2}", cell.text.strip())
    ]
    sure = len(named) == 1 and _is_sure(table, cells, named[0], amounts)
    return [
        Win(
            lot=statement.lot,
            supplier=cleaned(cell.text),
            supplier_place=cell.place,
            amounts=amounts if sure else [],
            is_unclear=not sure,
            code=next((code_in(other.text) for other in cells if code_in(other.text)), "")
            if len(named) == 1
            else "",
        )
        for cell in named
    ]
