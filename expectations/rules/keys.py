"""Rules on what tells rows apart: KEY-01, KEY-02, FLD-02.

Rows that repeat each other in every field are not the business of these rules: the flows drop
such repeats, and amendments that newer ones replace, before these rules run.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from expectations.context import RuleContext
from expectations.rule import AnyColumn, Check, RuleExpectation
from schemas.finding import Scope, Severity
from schemas.message import Message

_CONFLICT = "_conflict"
_WHICH_IS_RIGHT = Message(
    "请判断哪一行是对的：更正编号，或者只保留一行；不能确定时退回来源部门。",
    "Decide which row is right: correct the identifier or keep one row; if unsure, return it to "
    "the department.",
)


class ExpectKeyPresent(RuleExpectation):
    """KEY-01: every part of the primary key has a value."""

    rule_id: ClassVar[str] = "KEY-01"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "主键“{column_title}”没有值，无法识别这一行",
        "The key {column_title} has no value, so the row cannot be identified",
    )
    advice: ClassVar[Message] = Message(
        "请来源部门补上编号；如果编号在另一列，请改来源文件的 mapping。",
        "Have the department add the identifier; if it stands in another column, correct "
        "`mapping` in the source file.",
    )
    key: Annotated[tuple[AnyColumn, ...], Field(min_length=1)]

    def checks(self) -> tuple[Check, ...]:
        return tuple(Check(pl.col(name).is_null(), name) for name in self.key)


class ExpectKeyUnambiguous(RuleExpectation):
    """KEY-02: no two rows have the same key and different values. All of them are held."""

    rule_id: ClassVar[str] = "KEY-02"
    severity: ClassVar[Severity] = Severity.ERROR
    scope: ClassVar[Scope] = Scope.DATASET
    what: ClassVar[Message] = Message(
        "主键“{value}”在这批数据中出现多次，而各行内容不同",
        "The key {value} stands in several rows of this batch that differ from each other",
    )
    advice: ClassVar[Message] = _WHICH_IS_RIGHT
    reads_all_columns: ClassVar[bool] = True
    key: Annotated[tuple[AnyColumn, ...], Field(min_length=1)]

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        return with_conflicts(frame, self.key)

    def checks(self) -> tuple[Check, ...]:
        text = pl.concat_str([pl.col(name).cast(pl.String) for name in self.key], separator=" · ")
        column = "" if len(self.key) > 1 else "".join(self.key)
        return (Check(pl.col(_CONFLICT), column, value=text, parts={"value": text}),)


class ExpectFieldUnique(RuleExpectation):
    """FLD-02: no two rows have the same value in a unique field. Missing values are no values."""

    rule_id: ClassVar[str] = "FLD-02"
    severity: ClassVar[Severity] = Severity.ERROR
    scope: ClassVar[Scope] = Scope.DATASET
    what: ClassVar[Message] = Message(
        "“{column_title}”的值“{value}”应唯一，却出现在多行",
        "{column_title} must be unique, but '{value}' stands in several rows",
    )
    advice: ClassVar[Message] = _WHICH_IS_RIGHT
    column: AnyColumn

    def checks(self) -> tuple[Check, ...]:
        return (Check(is_repeated(self.column), self.column),)


def is_repeated(column: str) -> pl.Expr:
    """True where a value stands in more than one row; null where there is none."""
    value = pl.col(column)
    return pl.when(value.is_not_null()).then(value.is_duplicated())


def with_conflicts(frame: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """Add ``_conflict``: the row shares its whole key with a row that differs in another field.

    Rows with a missing part of the key conflict with nothing. Fields are all columns whose names
    do not begin with ``_``.
    """
    keyed = frame.select(*key)
    if keyed.n_unique() == keyed.height:
        return frame.with_columns(pl.lit(False).alias(_CONFLICT))
    fields = [name for name in frame.columns if not name.startswith("_")]
    repeated = frame.filter(pl.struct(key).is_duplicated())
    kinds = repeated.select(*fields).unique().group_by(key).len("_kinds")
    conflicting = kinds.filter(pl.col("_kinds") > 1).select(*key, pl.lit(True).alias(_CONFLICT))
    joined = frame.join(conflicting, on=list(key), how="left", maintain_order="left")  # not on null
    return joined.with_columns(pl.col(_CONFLICT).fill_null(value=False))
