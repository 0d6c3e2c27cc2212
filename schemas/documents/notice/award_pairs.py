"""Awards that stand as labels and values one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from schemas.documents.notice.award_tables import FAILED, code_in, shared_out
from schemas.documents.notice.lot import NO_LOT, Lot, lot_marker, lot_number
from schemas.documents.notice.notice_table import PRICES
from schemas.documents.notice.party_text import (
    cleaned,
    is_nobody,
    is_organization,
    suppliers_in,
)
from schemas.documents.notice.sections import Section
from schemas.documents.notice.stated_amount import StatedAmount
from schemas.documents.notice.statements import Statement
from schemas.documents.notice.win import Win
from schemas.documents.notice.wording import Key

_FAILED_LOT = re.compile(r"(?:废标|流标|采购失败|终止)")


@dataclass(slots=True)
class AwardPairs:
    """Labels and values one after the other, put together into awards."""

    wins: list[Win]
    open: Win = field(default_factory=Win)
    lot: Lot = NO_LOT
    of_loser: bool = False
    lot_just_opened: bool = False
    _opened: bool = False

    def close(self) -> None:
        """Keep what is open, and start anew in the same lot."""
        if not self.open.is_empty():
            self.wins.extend(shared_out(_by_supplier(self.open)))
        self.open = Win(lot=self.lot)

    def take(self, statement: Statement) -> None:
        """Add one statement."""
        key = statement.key
        self.lot_just_opened = self._opened
        self._opened = key is Key.LOT_NUMBER
        if key is Key.LOT_NUMBER or key is Key.LOT_NAME:
            self._lot(statement)
        elif key is Key.OTHER_BIDDER:
            self.close()
            self.of_loser = True
        elif key is Key.SUPPLIER:
            self._supplier(statement)
        elif key in PRICES and key is not Key.OTHER_PRICE:
            self._amount(statement)
        elif key is Key.CODE and code_in(statement.value):
            self.open.code, self.open.code_place = code_in(statement.value), statement.place
        elif key is Key.ADDRESS and self.open.supplier:
            self.open.address, self.open.address_place = statement.value, statement.place
        elif key is Key.REASON and not is_nobody(statement.value):
            self._failed(statement.value, statement.place, statement.lot)
        elif key is Key.NAME and statement.party is None and statement.section is Section.AWARD:
            if not self.open.supplier and is_organization(cleaned(statement.value)):
                self._supplier(statement)
        elif not statement.label:
            self._text(statement)

    def _lot(self, statement: Statement) -> None:
        self.of_loser = False
        if not statement.label:
            lot = statement.lot
        elif statement.key is Key.LOT_NUMBER:
            name = self.lot.name if not self.open.supplier else ""
            lot = Lot(lot_number(statement.value), name, statement.place)
        else:
            keeps = not self.open.supplier
            number = self.lot.number if keeps else ""
            lot = Lot(number, statement.value.strip(), statement.place)
        if self.open.supplier or self.open.amounts or self.open.failed:
            self.lot = lot
            self.close()
        self.lot = lot
        self.open.lot = lot

    def _supplier(self, statement: Statement) -> None:
        name = statement.value
        self.of_loser = False
        if not name:
            return
        if self.open.supplier or self.open.failed:
            self.close()
        if is_nobody(name):
            if FAILED.search(name):
                self._failed(name, statement.place, statement.lot)
            return
        if statement.lot:
            self.lot = statement.lot
        self.open.lot = self.lot
        self.open.supplier, self.open.supplier_place = name, statement.place
        self.open.code = self.open.code or code_in(name)

    def _amount(self, statement: Statement) -> None:
        if not statement.value or is_nobody(statement.value) or self.of_loser:
            return
        has = any(item.key is statement.key for item in self.open.amounts)
        if (
            has
            and self.open.supplier
            and statement.key is Key.AMOUNT
            and self._is_ordered_by_amount()
        ):
            self.close()
        self.open.amounts.append(
            StatedAmount(statement.value, statement.label, statement.key, statement.place)
        )

    def _is_ordered_by_amount(self) -> bool:
        """Whether the amount stands before the supplier it belongs to."""
        return bool(self.wins) and bool(self.wins[-1].amounts) and self.wins[-1].supplier != ""

    def _failed(self, reason: str, place: str, lot: Lot) -> None:
        if self.open.supplier:
            self.close()
        self.open.failed = True
        self.open.lot = lot or self.lot
        self.open.reason, self.open.reason_place = reason, place
        self.close()

    def _text(self, statement: Statement) -> None:
        text = statement.value
        if self.lot_just_opened and is_organization(cleaned(text)):
            self._supplier(replace(statement, value=cleaned(text)))
            return
        if not _FAILED_LOT.search(text) or len(text) > 300:
            return
        within = re.search(
            r"第?\s*[一二三四五六七八九十\dA-Z]+\s*(?:号)?(?:采购包|标项|标段|分包|标包|包)|(?:采购包|标项|标段|分包|标包|包)\s*[一二三四五六七八九十\dA-Z]+",
            text,
        )
        marker = lot_marker(within[0] + "：") if within else None
        lot = marker[0] if marker else statement.lot
        if lot or re.match(r"\s*(?:本项目|该项目)?.{0,40}(?:废标|流标|采购失败)", text):
            self._failed(text, statement.place, lot)


def _by_supplier(win: Win) -> list[Win]:
    """One award per supplier that the words behind 供应商名称 name."""
    names = suppliers_in(win.supplier) if win.supplier else []
    if len(names) < 2:
        win.supplier = names[0] if names else ""
        return [win]
    return [
        Win(
            lot=win.lot,
            supplier=name,
            supplier_place=win.supplier_place,
            amounts=list(win.amounts),
            several=True,
        )
        for name in names
    ]
