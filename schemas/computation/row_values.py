"""Row-wise computations that no single subject owns: first present value, constants, keys."""

from __future__ import annotations

import re
from typing import Self

import polars as pl
from pydantic import model_validator

from schemas.computation.contract import ANY_TYPE, TEXT, Input, RowComputation, RowContext
from schemas.dataset import FieldType
from schemas.message import Message
from schemas.strict import StrictModel

AMENDMENT_SUFFIX = r"^(?P<base>.+?)-(?P<ordinal>[0-9]{1,6})$"


class ConstantOptions(StrictModel):
    """``value`` is the same in every row, or in every row in which all inputs are filled."""

    value: str | int | float | bool


class WhereOptions(StrictModel):
    """``equals`` are the texts that the second input must be one of."""

    equals: tuple[str, ...]


class AmendmentOptions(StrictModel):
    """``pattern`` has the groups ``base`` and ``ordinal``; it must fit the whole number."""

    pattern: str = AMENDMENT_SUFFIX

    @model_validator(mode="after")
    def _has_groups(self) -> Self:
        try:
            groups = re.compile(self.pattern).groupindex
        except re.error as error:
            raise ValueError(f"pattern is not a regular expression: {error}") from error
        if not {"base", "ordinal"} <= set(groups):
            raise ValueError("pattern needs the groups (?P<base>…) and (?P<ordinal>…)")
        return self


def _first_present(context: RowContext) -> pl.Series:
    frame = pl.DataFrame({str(place): one for place, one in enumerate(context.inputs)})
    return frame.select(pl.coalesce(pl.all())).to_series()


def _constant(context: RowContext) -> pl.Series:
    options: ConstantOptions = context.options
    values = pl.repeat(options.value, context.height, eager=True)
    for one in context.inputs:
        values = values.set(one.is_null(), None)
    return values


def _value_where(context: RowContext) -> pl.Series:
    options: WhereOptions = context.options
    values, condition = context.inputs
    holds = condition.is_in(options.equals).fill_null(value=False)
    return values.set(~holds, None)


def without_amendment(numbers: pl.Series, pattern: str) -> pl.Series:
    """The number of the thing itself: ``6205212020B00015-2`` → ``6205212020B00015``."""
    found = numbers.str.extract_groups(pattern).struct.field("base")
    return found.zip_with(found.is_not_null(), numbers)


def _amendment_ordinal(context: RowContext) -> pl.Series:
    options: AmendmentOptions = context.options
    (numbers,) = context.inputs
    ordinal = numbers.str.extract_groups(options.pattern).struct.field("ordinal").cast(pl.Int64)
    return ordinal.fill_null(0).set(numbers.is_null(), None)


def _record_key(context: RowContext) -> pl.Series:
    options: AmendmentOptions = context.options
    supervision_number, *others = context.inputs
    frame = pl.DataFrame(
        [
            without_amendment(supervision_number, options.pattern).alias("0"),
            *(one.alias(str(place)) for place, one in enumerate(others, start=1)),
        ]
    )
    filled = [pl.when(pl.col(name).str.strip_chars() != "").then(name) for name in frame.columns]
    return frame.select(pl.coalesce(filled)).to_series()


FIRST_PRESENT = RowComputation(
    name="first_present",
    purpose=Message("几个字段中第一个非空的值", "the first of several fields that is filled"),
    result=ANY_TYPE,
    compute=_first_present,
    inputs=(Input(Message("首选字段", "the preferred field")),),
    further=Input(Message("备选字段", "the next choice")),
)
VALUE_WHERE = RowComputation(
    name="value_where",
    purpose=Message(
        "另一字段为给定文字的行中某字段的值，其余行为空",
        "the value of a field in rows where another one is one of the given texts",
    ),
    result=TEXT,
    compute=_value_where,
    inputs=(
        Input(Message("取值字段", "the field whose value is taken"), TEXT),
        Input(Message("条件字段", "the field that is compared"), TEXT),
    ),
    options=WhereOptions,
)
CONSTANT = RowComputation(
    name="constant",
    purpose=Message(
        "每行相同的值；给出输入字段时，只在这些字段都有值的行填写",
        "the same value in every row, or in the rows in which all inputs are filled",
    ),
    result=frozenset(
        {FieldType.STRING, FieldType.INTEGER, FieldType.NUMBER, FieldType.BOOLEAN, FieldType.YEAR}
    ),
    compute=_constant,
    further=Input(Message("必须有值的字段", "a field that must be filled")),
    options=ConstantOptions,
)
AMENDMENT_ORDINAL = RowComputation(
    name="amendment_ordinal",
    purpose=Message(
        "编号末尾的变更次数（-n），没有则为 0", "the amendment number (-n) at the end, else 0"
    ),
    result=frozenset({FieldType.INTEGER}),
    compute=_amendment_ordinal,
    inputs=(Input(Message("带变更后缀的编号", "number with the suffix"), TEXT),),
    options=AmendmentOptions,
)
RECORD_KEY = RowComputation(
    name="record_key",
    purpose=Message(
        "主键：去掉变更后缀的编号，没有时依次取后面的字段",
        "key: the number without its amendment suffix, failing that the next fields in turn",
    ),
    result=TEXT,
    compute=_record_key,
    inputs=(Input(Message("带变更后缀的编号", "number with the suffix"), TEXT),),
    further=Input(Message("备用编号", "fallback number"), TEXT),
    options=AmendmentOptions,
)
