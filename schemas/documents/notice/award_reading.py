"""Awards of a result notice: who won which lot for how much, and which lots had no winner."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from schemas.documents.notice.award_pairs import AwardPairs
from schemas.documents.notice.award_tables import FAILED, holds_awards, wins_of
from schemas.documents.notice.lot import Lot, lot_number, lot_of_title
from schemas.documents.notice.notice_table import Cell
from schemas.documents.notice.sections import Section
from schemas.documents.notice.stated_amount import StatedAmount, decided, yuan
from schemas.documents.notice.statements import Statement
from schemas.documents.notice.win import Win
from schemas.documents.notice.wording import Key, compact

_LOSERS = (
    Section.BIDDERS,
    Section.ITEMS,
    Section.EXPERTS,
    Section.FEES,
    Section.CONTACT,
    Section.ATTACHMENTS,
)
_UNIT_NOTE = re.compile(r"(?:金额|货币)?单位\s*[:：]\s*(?:人民币)?\s*((?:万|亿)?元)")
SHORT_REASON = 8


@dataclass(slots=True)
class Awards:
    """What a result notice says of awards.

    Attributes:
        wins: awards and unsuccessful lots, in the order of the notice.
        totals: amounts that it states for all of them, such as 总中标金额 of its summary.
        looked_at: headings of the parts in which awards were looked for.
    """

    wins: list[Win] = field(default_factory=list)
    totals: list[tuple[Lot, StatedAmount]] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)


def awards_of(statements: list[Statement], title: str) -> Awards:
    """The awards of a notice, each said once however often the notice repeats it."""
    found = Awards()
    collected = _collected(statements, found, strictly=False)
    if not any(win.supplier for win in collected):
        collected += [win for win in _collected(statements, found, strictly=True) if win.supplier]
    found.wins = _with_lots(_merged(collected), statements, title)
    _use_total(found)
    return found


def _collected(statements: list[Statement], found: Awards, *, strictly: bool) -> list[Win]:
    """All that is said; ``strictly`` only what labels with 中标 say where losers are listed."""
    wins: list[Win] = []
    pairs = AwardPairs(wins)
    unit = ""
    for statement in statements:
        unit = _unit_beside(statement, unit)
        _note_heading(statement, found)
        if statement.table is not None:
            if holds_awards(statement, strictly=strictly):
                pairs.close()
                wins.extend(wins_of(statement, unit))
        elif statement.key is Key.TOTAL and statement.section not in _LOSERS:
            if statement.value and not strictly:
                amount = StatedAmount(statement.value, statement.label, Key.TOTAL, statement.place)
                found.totals.append((statement.lot, amount))
        elif _speaks_of_award(statement, strictly=strictly):
            pairs.take(statement)
    pairs.close()
    return wins


def _unit_beside(statement: Statement, unit: str) -> str:
    """The unit that a note such as 单位：万元 states for the tables below it in its section."""
    if statement.key is Key.UNIT and statement.value:
        return statement.value.strip(" )）")
    found = _UNIT_NOTE.search(statement.value) if not statement.label else None
    return found[1] if found else unit


def _note_heading(statement: Statement, found: Awards) -> None:
    is_award = statement.section in (Section.AWARD, Section.FAILED)
    if is_award and statement.heading and statement.heading not in found.looked_at:
        found.looked_at.append(statement.heading)


def _speaks_of_award(statement: Statement, *, strictly: bool) -> bool:
    if statement.section in (Section.AWARD, Section.FAILED):
        return not strictly
    is_named = compact(statement.label).startswith("中标")
    if strictly:
        return statement.section is Section.BIDDERS and is_named
    if statement.section in _LOSERS:
        return False
    return is_named or (statement.key is Key.LOT_NUMBER and not statement.label)


def _merged(wins: list[Win]) -> list[Win]:
    """Each award once: what is said of the same supplier and lot with the same amount, or with
    none, is one award."""
    kept: list[Win] = []
    for win in wins:
        if win.failed and not win.supplier:
            same_lot = next(
                (other for other in kept if other.failed and other.lot == win.lot), None
            )
            if same_lot is None:
                kept.append(win)
            elif len(same_lot.reason) <= SHORT_REASON and FAILED.search(same_lot.reason):
                same_lot.reason, same_lot.reason_place = win.reason, win.reason_place
            continue
        if not win.supplier and not win.is_unclear:
            continue
        same = next((other for other in kept if _is_same(other, win)), None)
        if same is None:
            kept.append(win)
        else:
            same.absorb(win)
    _join_single(kept, wins)
    return kept


def _is_same(kept: Win, win: Win) -> bool:
    if not kept.same_supplier(win) or not kept.same_lot(win):
        return False
    if kept.several or win.several:
        return kept.several != win.several
    one, other = yuan(decided(kept.amounts)[1]), yuan(decided(win.amounts)[1])
    if one is None or other is None:
        # an award of which one place says no amount; of two lots without numbers each has its row
        return not (kept.serial and win.serial and kept.serial != win.serial)
    if kept.serial and win.serial and kept.serial != win.serial:
        return False
    return one == other


def _join_single(kept: list[Win], wins: list[Win]) -> None:
    """An amount that stands apart belongs to the only award without one."""
    without = [win for win in kept if win.supplier and not win.amounts]
    alone = [win for win in wins if not win.supplier and win.amounts and not win.is_unclear]
    for win in without:
        fitting = [other for other in alone if win.same_lot(other)]
        if len(fitting) == 1 and len(without) == 1:
            win.amounts += fitting[0].amounts


def _with_lots(wins: list[Win], statements: list[Statement], title: str) -> list[Win]:
    """Lots that stand in the title or among the basics, where the awards name none."""
    if not wins or any(win.lot for win in wins):
        return wins
    lot = lot_of_title(title)
    for statement in statements:
        if statement.section is Section.BASICS and statement.label and statement.value:
            if statement.key is Key.LOT_NUMBER and not lot.number:
                lot = Lot(lot_number(statement.value), lot.name, statement.place)
            elif statement.key is Key.LOT_NAME and not lot.name:
                lot = Lot(lot.number, statement.value, statement.place)
            elif statement.key is Key.PROJECT_NAME and not lot:
                lot = replace(lot_of_title(statement.value), place=statement.place)
    for win in wins:
        number, place = (lot.number, lot.place) if lot else _lot_as_bidder(win, statements)
        win.lot = Lot(number, lot.name, place)
    return wins


def _lot_as_bidder(win: Win, statements: list[Statement]) -> tuple[str, str]:
    """The lot in which the tables of bidders list the supplier, and where; empty for several."""
    numbers: dict[str, str] = {}
    for item in statements:
        if item.section is Section.BIDDERS and item.table is not None:
            lot = item.table.column(Key.LOT_NUMBER)
            name = item.table.column(Key.SUPPLIER, Key.OTHER_BIDDER)
            if lot is not None and name is not None:
                cells = [row[lot] for row in item.table.rows if _names(row[name], win)]
                numbers |= {lot_number(cell.text): cell.place for cell in cells if cell is not None}
    return next(iter(numbers.items())) if len(numbers) == 1 else ("", "")


def _names(cell: Cell | None, win: Win) -> bool:
    return cell is not None and Win(supplier=cell.text).same_supplier(win)


def _use_total(found: Awards) -> None:
    """The total of the summary is the amount of the only award that states none itself."""
    awarded = [win for win in found.wins if win.supplier]
    if len(awarded) != 1 or awarded[0].amounts or awarded[0].is_unclear:
        return
    stated = [amount for _, amount in found.totals if yuan(amount.read()) is not None]
    if len({yuan(amount.read()) for amount in stated}) == 1:
        awarded[0].amounts.append(stated[0])
