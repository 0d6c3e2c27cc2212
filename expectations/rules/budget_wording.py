"""Rules on what booklets say in words of their amounts (BUD-12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from expectations.budget_booklets import Booklet, BookletRule, Told, on_booklet, quoted
from expectations.budget_narrative import cells_of
from expectations.budget_wording import (
    Statement,
    contradicts_change,
    other_item,
    wrong_nature,
    wrong_parts,
)
from expectations.rules.budget_statements import ASK
from schemas.finding import Severity
from schemas.message import Message


class ExpectReasonsFitChanges(BookletRule):
    """BUD-12: the reason of a decrease is no increase, and reason and purpose of an item are not
    those of another.
    """

    rule_id: ClassVar[str] = "BUD-12"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "文字说明的原因或用途不符：{told}", "A reason or purpose does not fit: {told}"
    )
    advice: ClassVar[Message] = ASK

    def told(self, booklet: Booklet) -> Iterator[Told]:
        for said in (*booklet.of_kind("reason"), *booklet.of_kind("purpose")):
            zh, en = quoted(said)
            other = other_item(booklet, said)
            if said["statement_kind"] == "reason" and contradicts_change(said):
                yield _about_item(
                    booklet,
                    said,
                    f"{said['label']}的增减（{said['compared_label']}）与原因“{said['value']}”相反，"
                    f"见 {zh}",
                    f"the reason “{said['value']}” contradicts the change "
                    f"({said['compared_label']}) of {said['label']}, see {en}",
                    "reason",
                )
            elif other:
                yield _about_item(
                    booklet,
                    said,
                    f"{said['label']}写的是“{other}”的原因或用途，见 {zh}",
                    f"{said['label']} is given the reason or purpose of “{other}”, see {en}",
                    "other_item",
                )


class ExpectPurposesFitTables(BookletRule):
    """BUD-12: what the narrative calls 基本支出 or 项目支出, and the parts it lists of 人员经费 and
    公用经费, are so in the tables.
    """

    rule_id: ClassVar[str] = "BUD-12"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "文字说明的内容与表格不一致：{told}",
        "What the narrative says of an amount is not so in the table: {told}",
    )
    advice: ClassVar[Message] = ASK

    def told(self, booklet: Booklet) -> Iterator[Told]:
        for purpose in booklet.of_kind("purpose"):
            nature = wrong_nature(booklet, purpose)
            if nature is None:
                continue
            (cell, other), (zh, en) = nature, quoted(purpose)
            cell_zh, cell_en = cell.told()
            yield Told(
                cell,
                True,
                f"文字说明称“{purpose['value']}”，表中却全是{other}：{cell_zh}。见 {zh}",
                f"the narrative says “{purpose['value']}”, but the table has it all under {other}: "
                f"{cell_en}. See {en}",
                "nature",
            )
        for parts in booklet.of_kind("parts"):
            wrong = wrong_parts(booklet, parts)
            if wrong is None:
                continue
            (cell, absent, unnamed), (zh, en) = wrong, quoted(parts)
            said_zh = f"列举了表中没有金额的{'、'.join(absent)}；" if absent else ""
            said_en = f"names {', '.join(absent)}, which have no amount; " if absent else ""
            said_zh += f"未列举表中有金额的{'、'.join(unnamed)}；" if unnamed else ""
            said_en += f"leaves out {', '.join(unnamed)}; " if unnamed else ""
            yield Told(
                cell,
                True,
                f"{parts['label']}的说明{said_zh}见 {zh}",
                f"the list of {parts['label']} {said_en}see {en}",
                "parts",
            )


def _about_item(booklet: Booklet, said: Statement, zh: str, en: str, pattern: str) -> Told:
    """On the amount of the item, or on the booklet where the tables have none."""
    for cell in cells_of(booklet, {**said, "role": "current"}):
        return Told(cell, True, zh, en, pattern)
    return on_booklet(booklet, zh, en, pattern)
