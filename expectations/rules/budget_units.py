"""Rules that suspect a wrong unit or an unlikely change: BUD-19.

Facts 2.4: a 类 that changes by more than 300 % against the year before, or a ratio of 10 000,
points at 元 taken for 万元. Two tables of one document that print the same digits in different
powers of ten leave no other cause, and no department's whole expenditure changes a thousandfold
from one year to the next: then the unit of the table is in doubt, and its cells are held.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from expectations.budget_comparing import broken_frame, cell_en, cell_zh, with_broken
from expectations.budget_lines import DOCUMENT, TABLE, BudgetLinesRule, main_measure
from expectations.budget_references import figures_in_common, table_totals
from expectations.context import NotApplicable, RuleContext
from schemas.finding import Severity
from schemas.message import Message

HELD_TABLE = Message(
    "整张表暂不发布。请看原文表头的单位；如原文印错，请在来源文件中声明该表的单位。",
    "The table is held. Look at the unit printed above it; if the document is wrong, declare the "
    "unit in the source file.",
)
FACTORS = (1_000, 10_000, 100_000_000)
"""Between 元, 千元, 万元 and 亿元."""
SIGNIFICANT = 10
"""A figure of fewer than two significant digits is like any other in some power of ten."""


def held_tables(cells: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """All cells of the tables that ``told`` (a sentence for each) names."""
    rows = cells.join(told, on=TABLE, how="inner", maintain_order="left")
    return rows.select("_row", "_zh", "_en", "_pattern")


def _told_tables(pairs: pl.DataFrame, pattern: str) -> pl.DataFrame:
    """One sentence for each table: its first figure beside the other one."""
    first = pairs.sort("figure", "table_other", "line_path", "measure").unique(
        TABLE, keep="first", maintain_order=True
    )
    others = {f"{name}_other": name for name in ("table", "title", "label", "measure", "page")}
    others |= {"value_other": "value", "unit_other": "unit"}
    sentences = broken_frame(_sentences(first, others, pattern))
    return pl.concat([first.select(TABLE), sentences.drop("_row")], how="horizontal")


def _sentences(
    pairs: pl.DataFrame, others: dict[str, str], pattern: str
) -> Iterable[tuple[int, str, str, str]]:
    for row in pairs.iter_rows(named=True):
        other = {name: row[given] for given, name in others.items()}
        yield (
            row["_row"],
            f"{cell_zh(row)}，而{cell_zh(other)}",
            f"{cell_en(row)}, while {cell_en(other)}",
            pattern,
        )


def _is_times(factor: int, this: str = "", other: str = "_other") -> pl.Expr:
    """Whether one figure is ``factor`` times the other, within half the last digits of both."""
    many, many_step = pl.col(f"fen{other}") * float(factor), pl.col(f"step{other}") * float(factor)
    return (pl.col(f"fen{this}") - many).abs() * 2 <= pl.col(f"step{this}") + many_step


class ExpectBudgetTablesInOneUnit(BudgetLinesRule):
    """BUD-19: tables of one document that print one figure print it in one size. Where the
    figures of two differ by exactly a thousand, ten thousand or a hundred million, within their
    rounding, one unit is wrong: the cells of the table that agrees with no more others than it
    contradicts are held, of both tables where that is so of both.
    """

    rule_id: ClassVar[str] = "BUD-19"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "本表的单位可疑：{comparison}", "The unit of this table is in doubt: {comparison}"
    )
    advice: ClassVar[Message] = HELD_TABLE

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        cells = self.cells(frame)
        figures = figures_in_common(cells).filter(pl.col("fen") >= pl.col("step") * SIGNIFICANT)
        pairs = figures.join(figures, on=[*DOCUMENT, "figure"], suffix="_other").filter(
            pl.col("table") != pl.col("table_other")
        )
        of_pair = [*TABLE, "table_other"]
        alike = pairs.filter(_is_times(1))
        in_other_size = pl.any_horizontal(
            *(_is_times(factor) for factor in FACTORS),
            *(_is_times(factor, "_other", "") for factor in FACTORS),
        )
        apart = pairs.filter(in_other_size).join(alike.select(of_pair), on=of_pair, how="anti")
        others = pl.col("table_other").n_unique()
        against = apart.group_by(TABLE).agg(others.alias("against"))
        agreeing = alike.group_by(TABLE).agg(others.alias("agreeing"))
        votes = against.join(agreeing, on=TABLE, how="left")
        doubted = votes.filter(pl.col("against") > pl.col("agreeing").fill_null(strategy="zero"))
        told = _told_tables(apart.join(doubted, on=TABLE, how="semi"), "tables")
        return with_broken(frame, [held_tables(cells, told)])


class _AgainstLastYear(BudgetLinesRule):
    def _prior(self, cells: pl.DataFrame, context: RuleContext) -> pl.DataFrame | NotApplicable:
        """Cells of earlier documents, in the batch or else in the release, a year put forward."""
        previous = context.previous_release(self.columns())
        nothing = cells.clear()
        released = nothing if previous is None else self.cells(previous.with_row_index("_row"))
        known = cells.select(DOCUMENT).unique()
        prior = pl.concat([cells, released.join(known, on=DOCUMENT, how="anti")])
        years = cells.get_column("year")
        if previous is None and (years.is_empty() or years.n_unique() == 1):
            return NotApplicable(
                Message(
                    "本批和已发布的数据中都没有其他年度，无法与上年比较",
                    "neither this batch nor the release holds another year to compare with",
                )
            )
        return prior.with_columns((pl.col("year") + 1).alias("year"))


class ExpectBudgetUnitAsLastYear(_AgainstLastYear):
    """BUD-19: the total of a table is not ``ratio`` times that of the year before, nor that part of
    it: then 元 was taken for 万元 in one of the two, and the cells of the table are held. Tables of
    government funds and state capital, which may jump, are left out.
    """

    rule_id: ClassVar[str] = "BUD-19"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "本表合计与上年相差 {ratio} 倍以上，单位可疑：{comparison}",
        "The total of this table is more than {ratio} times apart from last year's, so its unit is "
        "in doubt: {comparison}",
    )
    advice: ClassVar[Message] = HELD_TABLE
    ratio: Annotated[int, Field(ge=2)] = 1_000

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame | NotApplicable:
        cells = self.cells(frame)
        prior = self._prior(cells, context)
        if isinstance(prior, NotApplicable):
            return prior
        totals, before = table_totals(cells), table_totals(prior)
        pairs = totals.join(before, on=[*TABLE, "figure"], suffix="_other").filter(
            (pl.col("fen") > 0) & (pl.col("fen_other") > 0)
        )
        fen, other = pl.col("fen").cast(pl.Float64), pl.col("fen_other").cast(pl.Float64)
        apart = pairs.filter((fen >= other * self.ratio) | (other >= fen * self.ratio))
        told = _told_tables(apart.with_columns(pl.col("table").alias("table_other")), "last_year")
        return with_broken(frame, [held_tables(cells, told)])


class ExpectBudgetClassChangePlausible(_AgainstLastYear):
    """BUD-19: the expenditure of a 类 does not grow by more than ``percent`` % against the year
    before (B3, or B5 where there is no B3; T3, T5). It may be so, so this only warns.
    """

    rule_id: ClassVar[str] = "BUD-19"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "比上年增长超过 {percent}%：{comparison}",
        "Growth of more than {percent} % against last year: {comparison}",
    )
    advice: ClassVar[Message] = Message(
        "请核对两年的单位（元、万元）；若确有增长，可以豁免。",
        "Check the units of both years (元, 万元); if it grew so, it can be waived.",
    )
    percent: Annotated[int, Field(ge=1)] = 300
    tables: tuple[tuple[str, str], ...] = (("B3", "B5"), ("T3", "T5"))

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame | NotApplicable:
        cells = self.cells(frame)
        prior = self._prior(cells, context)
        if isinstance(prior, NotApplicable):
            return prior
        pairs = self._classes(cells).join(
            self._classes(prior), on=[*TABLE, "code"], suffix="_other"
        )
        grown = (pl.col("fen") - pl.col("fen_other")) * 100 > pl.col("fen_other") * self.percent
        broken = pairs.filter((pl.col("fen_other") > 0) & grown)
        others = {
            f"{name}_other": name for name in ("title", "label", "measure", "page", "value", "unit")
        }
        told = broken_frame(_sentences(broken, {**others, "table": "table"}, "growth"))
        return with_broken(frame, [told])

    def _classes(self, cells: pl.DataFrame) -> pl.DataFrame:
        tables = [
            main_measure(cells.filter(pl.col("table") == instead)).join(
                cells.filter(pl.col("table") == first).select(DOCUMENT), on=DOCUMENT, how="anti"
            )
            for first, instead in self.tables
        ]
        tables += [main_measure(cells.filter(pl.col("table") == first)) for first, _ in self.tables]
        classes = pl.concat(tables).filter(pl.col("code").str.contains("^[0-9]{3}$"))
        return classes.filter(pl.struct(*TABLE, "code").is_unique())
