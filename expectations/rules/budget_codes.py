"""Rules on the codes of budget tables (政府收支分类科目): BUD-11.

Facts 1.5 and 2.4: revenue 1, expenditure by function 2, by economic class 3 (departments) or 5
(governments); 类 3 digits, 款 5, 项 7, 目 9; the parent is the prefix; one code has one name in the
whole document. The yearly table of names is not public as a file, so names are only compared with
one another. A code that contradicts itself is in doubt and its lines are held; all else only warns.
"""

from __future__ import annotations

import difflib
from typing import ClassVar

import polars as pl

from expectations.budget_comparing import broken_frame, with_broken
from expectations.budget_lines import DOCUMENT, SIDE, BudgetLinesRule
from expectations.context import RuleContext
from expectations.rules.budget_hierarchy import PARENT_LENGTHS
from schemas.budget_wording import CLASS_CODE_LENGTHS
from schemas.finding import Severity
from schemas.message import Message

FIRST_DIGITS = {"revenue": "1", "function": "2", "department_economic": "35"}
LIKENESS = 0.5
"""Names that have less in common than this (ratio of difflib) are two names, not two spellings."""

HELD = Message(
    "该行暂不发布。请对照原文：编码或名称印错，还是读错了列。",
    "The line is held. Compare with the document: is the code or the name misprinted, or was a "
    "column misread?",
)


class ExpectBudgetCodeWellFormed(BudgetLinesRule):
    """BUD-11: a code begins as its classification does and is as long as its level asks (类 3, 款
    5, 项 7, 目 9 digits). A code that is not is in doubt, so all cells of its line are held.
    """

    rule_id: ClassVar[str] = "BUD-11"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message("科目编码有误：{comparison}", "A code is wrong: {comparison}")
    advice: ClassVar[Message] = HELD

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        lines = self.renamed(frame).filter(pl.col("code") != "")
        first = pl.col("scheme").replace_strict(FIRST_DIGITS, default=None, return_dtype=pl.String)
        digits = pl.col("level").replace_strict(
            CLASS_CODE_LENGTHS, default=None, return_dtype=pl.Int64
        )
        told = lines.with_columns(first.alias("first"), digits.alias("digits")).with_columns(
            (~pl.col("first").str.contains(pl.col("code").str.head(1), literal=True)).alias(
                "family"
            ),
            (pl.col("digits") != pl.col("code").str.len_chars()).alias("length"),
        )
        wrong = told.filter(pl.col("family").fill_null(value=False) | pl.col("length"))
        return with_broken(frame, [_told_codes(wrong)])


def _told_codes(wrong: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for row in wrong.iter_rows(named=True):
        where_zh = f"{row['table']} {row['title']}中“{row['label']}”的编码 {row['code']}"
        where_en = f"in {row['table']} {row['title']} the code {row['code']} of “{row['label']}”"
        if row["family"]:
            zh = f"{where_zh} 不属于该表的分类体系（首位应为 {'或'.join(row['first'])}）"
            en = f"{where_en} is not of the table's classification (it begins with {row['first']})"
            rows.append((row["_row"], zh, en, "family"))
        else:
            zh = f"{where_zh} 与级次 {row['level']} 不符（应为 {row['digits']} 位）"
            en = f"{where_en} does not fit level {row['level']} ({row['digits']} digits)"
            rows.append((row["_row"], zh, en, "length"))
    return broken_frame(rows)


class ExpectBudgetCodeParentListed(BudgetLinesRule):
    """BUD-11: where a table lists the parents of at least half of its codes of one length, it lists
    the parent of each. One finding for a missing parent, on the first line below it.
    """

    rule_id: ClassVar[str] = "BUD-11"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "缺少上级科目：{comparison}", "A parent code is missing: {comparison}"
    )
    advice: ClassVar[Message] = Message(
        "请对照原文：上级科目漏印，还是编码印错或读错。",
        "Compare with the document: was the parent left out, or a code misprinted or misread?",
    )

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        codes = self.cells(frame).filter(pl.col("code") != "")
        length = pl.col("code").str.len_chars().cast(pl.Int64)
        shorter = {digits: digits - 2 for digits in PARENT_LENGTHS[:-1]}
        above = length.replace_strict(shorter, default=None, return_dtype=pl.Int64)
        below = codes.with_columns(
            length.alias("length"), pl.col("code").str.head(above).alias("prefix")
        ).filter(above.is_not_null())
        listed = codes.select(*SIDE, pl.col("code").alias("prefix"), pl.col("code").alias("listed"))
        known = below.join(listed.unique(), on=[*SIDE, "prefix"], how="left")
        prefixes = known.unique([*SIDE, "length", "prefix"], keep="any", maintain_order=True)
        share = prefixes.group_by(*SIDE, "length").agg(
            (pl.col("listed").count() * 2 >= pl.len()).alias("usual")
        )
        usual = known.join(share, on=[*SIDE, "length"]).filter(pl.col("usual"))
        missing = usual.filter(pl.col("listed").is_null())
        first = missing.sort("code", "line_path", "measure").unique(
            [*SIDE, "prefix"], keep="first", maintain_order=True
        )
        told = broken_frame(
            (
                row["_row"],
                f"{row['table']} {row['title']}列有 {row['code']}“{row['label']}”，"
                f"但没有列上级科目 {row['prefix']}",
                f"{row['table']} {row['title']} lists {row['code']} “{row['label']}”, but not its "
                f"parent {row['prefix']}",
                "parent",
            )
            for row in first.iter_rows(named=True)
        )
        return with_broken(frame, [told])


class _OneName(BudgetLinesRule):
    """Names of one code, compared with the name most tables of the document give it."""

    def _beside(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Lines of codes with several names, each beside another name of its code (``other``):
        the usual one (of two equally frequent the longer), or for lines that have the usual one
        the next most frequent. ``margin`` is
        by how many tables the own name is ahead; ``likeness`` that of the two."""
        lines = self.cells(frame).filter(pl.col("code") != "")
        code = [*DOCUMENT, "code"]
        names = (
            lines.group_by(*code, "name")
            .agg(pl.struct(SIDE).n_unique().cast(pl.Int64).alias("tables"))
            .sort("tables", pl.col("name").str.len_chars(), "name", descending=True)
        )
        several = names.filter(pl.struct(code).is_duplicated())
        usual = several.group_by(code, maintain_order=True).agg(
            pl.col("name", "tables").head(2).name.suffix("s")
        )
        is_usual = pl.col("name") == pl.col("names").list.first()
        beside = (
            lines.join(usual, on=code, how="inner")
            .join(names, on=[*code, "name"], how="inner")
            .with_columns(
                pl.when(is_usual)
                .then(pl.col(f"{one}s").list.last())
                .otherwise(pl.col(f"{one}s").list.first())
                .alias(other)
                for one, other in (("name", "other"), ("tables", "tables_of_other"))
            )
            .with_columns(is_usual.alias("is_usual"))
        )
        likeness = [likeness_of(*row) for row in beside.select("name", "other").iter_rows()]
        return beside.with_columns(pl.Series("likeness", likeness, dtype=pl.Float64))

    def _told(self, differing: pl.DataFrame, pattern: str) -> pl.DataFrame:
        return broken_frame(
            (
                row["_row"],
                f"编码 {row['code']} 在 {row['table']} {row['title']}中名为“{row['label']}”，"
                f"在本文件其他表中名为“{row['other']}”",
                f"the code {row['code']} is called “{row['label']}” in {row['table']} "
                f"{row['title']}, elsewhere in the document “{row['other']}”",
                pattern,
            )
            for row in differing.iter_rows(named=True)
        )


def likeness_of(name: str, other: str) -> float:
    """How alike two names are, from 0 to 1; 1 where one is the other cut short or lengthened."""
    if not name or not other or name in other or other in name:
        return 1.0
    first, second = sorted((name, other))
    return difflib.SequenceMatcher(a=first, b=second).ratio()


class ExpectBudgetCodeOneName(_OneName):
    """BUD-11: a code has one name throughout a document; here: two spellings of one name, told once
    for each code and table, on its first cell.
    """

    rule_id: ClassVar[str] = "BUD-11"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message("科目名称不一致：{comparison}", "Names differ: {comparison}")
    advice: ClassVar[Message] = Message(
        "请对照原文，并按政府收支分类科目核对名称。",
        "Compare with the document, and with the year's classification.",
    )

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        beside = self._beside(frame).filter(pl.col("likeness") >= LIKENESS)
        differing = beside.filter(~pl.col("is_usual"))
        first = differing.sort("line_path", "measure").unique(
            [*SIDE, "code", "name"], keep="first", maintain_order=True
        )
        return with_broken(frame, [self._told(first, "spelling")])


class ExpectBudgetCodeNotContradicted(_OneName):
    """BUD-11: a code never has two names that have little in common: then either the code or the
    name is wrong, and the cells of the line with the rarer name are held. Where both are equally
    rare it cannot be told which is wrong, and both are held.
    """

    rule_id: ClassVar[str] = "BUD-11"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "科目编码与名称矛盾：{comparison}", "A code and its name contradict: {comparison}"
    )
    advice: ClassVar[Message] = HELD

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        beside = self._beside(frame).filter(pl.col("likeness") < LIKENESS)
        contradicted = beside.filter(pl.col("tables") <= pl.col("tables_of_other"))
        return with_broken(frame, [self._told(contradicted, "contradiction")])
