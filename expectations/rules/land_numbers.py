"""Rules on the numbers and divisions of supplied land (LND-08, LND-09)."""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from expectations.context import NotApplicable, RuleContext
from expectations.rule import Check, DateColumn, RuleExpectation, TextColumn
from expectations.rules.fields import matches_whole
from expectations.rules.keys import ExpectKeyUnambiguous, is_repeated
from schemas.codes import SUPERVISION_NUMBER
from schemas.finding import Scope, Severity
from schemas.message import Message

_YEAR_START, _YEAR_DIGITS = 6, 4


class ExpectSupervisionNumberWellFormed(RuleExpectation):
    """LND-08: 电子监管号 = division (6), year (4), a letter, serial (5), perhaps -n.

    The grammar is known from practice, not from a standard, so the rule only warns. The year of
    the number may differ by one from the year of the contract.
    """

    rule_id: ClassVar[str] = "LND-08"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "“{column_title}”{value} 不是通常的格式（6 位区划 + 4 位年份 + 字母 + 5 位序号）",
        "{column_title} {value} does not have the usual form (division, year, letter, serial)",
    )
    advice: ClassVar[Message] = Message(
        "请对照来源单元格；监管号被截断或用科学计数法保存时，请来源部门以文本格式重新提供。",
        "Compare with the source cell; if the number was cut or stored as a float, have the "
        "department give it as text.",
    )
    column: TextColumn = "supervision_number"
    signed_on: DateColumn | None = "contract_signed_on"
    years_apart: int = 1

    def checks(self) -> tuple[Check, ...]:
        number = pl.col(self.column)
        well_formed = matches_whole(number, SUPERVISION_NUMBER.pattern)
        form = Check(~well_formed, self.column, pattern="form")
        if self.signed_on is None:
            return (form,)
        year = number.str.slice(_YEAR_START, _YEAR_DIGITS).cast(pl.Int32, strict=False)
        apart = (year - pl.col(self.signed_on).dt.year()).abs()
        return (
            form,
            Check(
                well_formed & (apart > self.years_apart),
                self.column,
                columns={"signed": self.signed_on},
                pattern="year",
                what=Message(
                    "“{column_title}”{value} 中的年份"
                    "与“{signed_title}”{signed} 相差超过 {years_apart} 年",
                    "The year in {column_title} {value} is more than {years_apart} year from "
                    "{signed_title} {signed}",
                ),
            ),
        )


class ExpectSupervisionNumberUnique(RuleExpectation):
    """LND-08: one 电子监管号 stands for one parcel. ``-n`` marks an amendment and is part of it;
    the flows keep the last amendment before rules run."""

    rule_id: ClassVar[str] = "LND-08"
    severity: ClassVar[Severity] = Severity.ERROR
    scope: ClassVar[Scope] = Scope.DATASET
    what: ClassVar[Message] = Message(
        "“{column_title}”{value} 出现在多行", "{column_title} {value} stands in several rows"
    )
    advice: ClassVar[Message] = ExpectKeyUnambiguous.advice
    column: TextColumn = "supervision_number"

    def checks(self) -> tuple[Check, ...]:
        return (Check(is_repeated(self.column), self.column, pattern="repeated"),)


class ExpectDivisionOfSite(RuleExpectation):
    """LND-09: the division code, and that in the 电子监管号, lie within the site's area.

    The site of a county takes its own code, that of a city (``620500``) all codes beginning with
    6205, that of a province (``620000``) all beginning with 62. Skipped where the site gives none.
    """

    rule_id: ClassVar[str] = "LND-09"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "“{column_title}”{value} 不属于本站点的行政区（{area}…）",
        "{column_title} {value} is not within the area of this site ({area}…)",
    )
    advice: ClassVar[Message] = Message(
        "请核对行政区；属于其他县区的记录应由其他站点发布。",
        "Check the division; records of another county are for that county's site to publish.",
    )
    likely_cause: ClassVar[Message] = Message(
        "这份文件可能属于另一个县区，或者站点的 division_code 写错了",
        "the file may be another county's, or the site's division_code may be wrong",
    )
    column: TextColumn = "division_code"
    number: TextColumn | None = "supervision_number"

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame | NotApplicable:
        if context.division_code is None:
            return NotApplicable(
                Message(
                    "站点没有写 division_code，无法核对行政区",
                    "the site gives no division_code to compare with",
                )
            )
        area = significant_part(context.division_code)
        return frame.with_columns(pl.lit(area).alias("_area"))

    def checks(self) -> tuple[Check, ...]:
        columns = [self.column] if self.number is None else [self.column, self.number]
        return tuple(
            Check(
                ~pl.col(name).str.starts_with(pl.col("_area")),
                name,
                parts={"area": pl.col("_area")},
            )
            for name in columns
        )


def significant_part(division_code: str) -> str:
    """The digits that all divisions within a division share: 620000 → 62, 620500 → 6205."""
    if division_code.endswith("0000"):
        return division_code[:2]
    return division_code[:4] if division_code.endswith("00") else division_code
