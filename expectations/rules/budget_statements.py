"""Rules on what booklets say beside their tables: BUD-12, BUD-13, BUD-14 (facts 2.4).

Errors of a published booklet are told and its numbers are published as printed, so these rules
warn; only what nobody filled in is held. Source of the rules: a catalogue of checks on published
budgets and final accounts; BUD-14 also 预算法实施条例 art. 6.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from expectations.budget_booklets import Booklet, BookletRule, Told, listed, on_booklet, quoted
from expectations.budget_narrative import adjusted, agreeing, cells_of, tables_in_doubt
from expectations.budget_ratios import wrong_ratio
from expectations.context import RuleContext
from expectations.rule import Check, NonEmpty, RuleExpectation, TextColumn
from schemas.documents.budget.placeholders import is_placeholder
from schemas.finding import Severity
from schemas.message import Message

ASK = Message(
    "请对照原件；若原件如此，数据按原文发布，请公开单位更正说明或表格。",
    "Compare with the document; if it says so, the numbers are published as printed: ask the "
    "department to correct its text or its table.",
)
FUND_OF_TABLE = {
    "B7": "三公",
    "T7": "三公",
    "B8": "政府性基金",
    "T8": "政府性基金",
    "B9": "国有资本经营",
    "T9": "国有资本经营",
}
MUST_BE_EXPLAINED = ("B8", "B9", "T8", "T9")


class ExpectNarrativeAmountsInTables(BookletRule):
    """BUD-12: an amount of the narrative is that of the table, within the rounding of both."""

    rule_id: ClassVar[str] = "BUD-12"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "文字说明与表格不一致：{told}", "The narrative contradicts the table: {told}"
    )
    advice: ClassVar[Message] = ASK

    def told(self, booklet: Booklet) -> Iterator[Told]:
        for statement in booklet.of_kind("amount"):
            if statement["role"] not in ("current", "opening_budget"):
                continue
            cells = cells_of(booklet, statement)
            if not cells or agreeing(booklet, cells, statement) or adjusted(cells, statement):
                continue
            zh, en = quoted(statement)
            first, *_ = cells
            cell_zh, cell_en = first.told()
            amount = f"{statement['value']} {statement['unit']}"
            yield Told(
                first,
                True,
                f"文字说明称“{statement['label']}”为 {amount}，而 {cell_zh}。见 {zh}",
                f"the narrative says {amount} for “{statement['label']}”, but {cell_en}. See {en}",
                "amount",
            )


class ExpectNarrativeConfirmsUnits(BookletRule):
    """BUD-12: no table gives amounts 10 000 times as large or as small as the narrative does: then
    its unit (元 or 万元) is in doubt, and its cells are held.
    """

    rule_id: ClassVar[str] = "BUD-12"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "表的单位与文字说明相差一万倍：{told}",
        "The unit of the table is 10 000 times off the narrative: {told}",
    )
    advice: ClassVar[Message] = Message(
        "请对照原件核对该表的单位（元、万元）；读错的请报告维护者，原件印错的请公开单位更正。",
        "Check the unit of the table (元, 万元) in the document: report a misreading to the "
        "maintainers, ask the department to correct a misprint.",
    )

    def told(self, booklet: Booklet) -> Iterator[Told]:
        for table, statement in tables_in_doubt(booklet):
            zh, en = quoted(statement)
            for cell in booklet.cells:
                if cell.table != table:
                    continue
                yield Told(
                    cell,
                    True,
                    f"{table} {cell.title}的单位为{cell.unit}，而文字说明为 {zh}",
                    f"{table} {cell.title} is in {cell.unit}, but the narrative says {en}",
                    "unit",
                )


class ExpectNarrativeRatiosRecomputable(BookletRule):
    """BUD-12: growth and shares follow from the amounts beside them; none is said of a base of
    zero, and a share carries its %.
    """

    rule_id: ClassVar[str] = "BUD-12"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "文字说明中的增减或占比有误：{told}", "Growth or a share in the narrative is wrong: {told}"
    )
    advice: ClassVar[Message] = ASK

    def told(self, booklet: Booklet) -> Iterator[Told]:
        for statement in (*booklet.of_kind("growth"), *booklet.of_kind("share")):
            wrong = wrong_ratio(statement)
            if wrong is None:
                continue
            pattern, why = wrong
            zh, en = quoted(statement)
            amount = {**statement, "role": "current"}
            cells = cells_of(booklet, amount) if amount["amount_cny"] else []
            said = (f"{why.zh}。见 {zh}", f"{why.en}. See {en}")
            if cells:
                nearest, *_ = [*agreeing(booklet, cells, amount), *cells]
                yield Told(nearest, True, *said, pattern)
            else:
                yield on_booklet(booklet, *said, pattern)


class ExpectBookletFilledIn(BookletRule):
    """BUD-13: a booklet whose cover or narrative is full of placeholders is a template: so many
    of them (``many``) with one on the cover, or more than amounts. Nothing of it is released.
    """

    rule_id: ClassVar[str] = "BUD-13"
    severity: ClassVar[Severity] = Severity.CRITICAL
    what: ClassVar[Message] = Message(
        "这份文件像是没有填写的模板：{told}", "This booklet looks like a template: {told}"
    )
    advice: ClassVar[Message] = Message(
        "请向部门索取填写完整的文件，不要发布模板。",
        "Ask the department for the finished document; do not publish a template.",
    )
    many: Annotated[int, Field(ge=1)] = 3

    def told(self, booklet: Booklet) -> Iterator[Told]:
        found = booklet.of_kind("placeholder")
        sentences = {one["sentence"] for one in found}
        on_cover = any(one["section"] == "cover" for one in found)
        amounts = len(booklet.of_kind("amount"))
        if len(sentences) < self.many or not (on_cover or len(sentences) > amounts):
            return
        zh, en = listed(found)
        yield on_booklet(
            booklet,
            f"封面和说明中有 {len(sentences)} 处占位符，如 {zh}",
            f"{len(sentences)} placeholders on cover and in the narrative, such as {en}",
            "template",
        )


class ExpectNarrativeFilledIn(BookletRule):
    """BUD-13: nothing of the narrative is left as in the template (XX, ××, 增加（减少））."""

    rule_id: ClassVar[str] = "BUD-13"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "文字说明中有没有填写的内容：{told}", "The narrative holds placeholders: {told}"
    )
    advice: ClassVar[Message] = ASK

    def told(self, booklet: Booklet) -> Iterator[Told]:
        for one in booklet.of_kind("placeholder"):
            zh, en = quoted(one)
            yield on_booklet(
                booklet,
                f"占位符 {one['label']}，见 {zh}",
                f"placeholder {one['label']}, see {en}",
                "placeholder",
            )


class ExpectNoPlaceholder(RuleExpectation):
    """BUD-13: no label and no value is a placeholder of a template (XX, ××, 某某, #REF!, …)."""

    rule_id: ClassVar[str] = "BUD-13"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”是模板中的占位符：{text}", "{column_title} is a placeholder: {text}"
    )
    advice: ClassVar[Message] = Message(
        "请向部门索取填写完整的文件。", "Ask the department for the finished document."
    )
    texts: Annotated[tuple[TextColumn, ...], NonEmpty] = (
        "organization_name",
        "label",
        "value_published",
    )

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        return frame.with_columns(
            pl.col(name)
            .is_in([one for one in frame.get_column(name).unique() if is_placeholder(one or "")])
            .alias(f"_{name}")
            for name in self.texts
        )

    def checks(self) -> tuple[Check, ...]:
        return tuple(
            Check(pl.col(f"_{name}"), name, parts={"text": pl.col(name)}) for name in self.texts
        )


class ExpectEmptyTableExplained(BookletRule):
    """BUD-14: a table of government funds or state capital without any number says that there is
    none (本部门无政府性基金预算拨款安排的支出，故本表为空表), below it or in the narrative.
    """

    rule_id: ClassVar[str] = "BUD-14"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "空表没有说明：{told}", "An empty table is unexplained: {told}"
    )
    advice: ClassVar[Message] = Message(
        "请公开单位在表下注明“本部门无此项收支，故本表为空表”。",
        "Ask the department to note under the table that it has no such revenue and expenditure.",
    )

    def told(self, booklet: Booklet) -> Iterator[Told]:
        notes = booklet.of_kind("empty_table")
        empty = [one for one in booklet.of_kind("table") if one["value"] == "0"]
        for table in empty:
            table_id = table["table_id"]
            fund = FUND_OF_TABLE[table_id] if table_id in MUST_BE_EXPLAINED else ""
            explained = [one for one in notes if table_id == one["table_id"]]
            explained += [one for one in notes if fund == one["label"]]
            if explained or not fund:
                continue
            where = f"{table_id} {table['label']}（{table['place'].partition(' [')[0]}）"
            yield on_booklet(
                booklet,
                f"{where}没有任何数字，也没有“无{fund}…”的说明",
                f"{where} holds no number and nothing says that there is no {fund}",
                table_id,
            )


class ExpectEmptyTableNoteFits(BookletRule):
    """BUD-14: the note under an empty table names the fund of that table, and a table that is said
    to be empty is.
    """

    rule_id: ClassVar[str] = "BUD-14"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "空表说明与表不符：{told}", "A note on an empty table does not fit it: {told}"
    )
    advice: ClassVar[Message] = ASK

    def told(self, booklet: Booklet) -> Iterator[Told]:
        notes = [one for one in booklet.of_kind("empty_table") if one["table_id"]]
        for one in notes:
            table_id, zh, en = one["table_id"], *quoted(one)
            fund = FUND_OF_TABLE.get(table_id)
            funds = {other["label"] for other in notes if other["table_id"] == table_id}
            if fund is not None and one["label"] and fund not in funds:
                yield on_booklet(
                    booklet,
                    f"{table_id} 是{fund}的表，说明却称无{one['label']}：{zh}",
                    f"{table_id} is about {fund}, but its note says that there is no "
                    f"{one['label']}: {en}",
                    "fund",
                )
            cells = [cell for cell in booklet.cells if cell.table == table_id and cell.amount != 0]
            if one["value"] and cells:
                first, *_ = cells
                cell_zh, cell_en = first.told()
                yield Told(
                    first,
                    True,
                    f"说明称本表为空：{zh}，而 {cell_zh}",
                    f"the note says that the table is empty: {en}, but {cell_en}",
                    "not_empty",
                )
