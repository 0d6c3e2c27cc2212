"""Row-wise computations on land supply: unit price, and the source of the land.

Facts 0.14 and 4.3: landchina writes 土地来源 in raw pages as a number, an area in hectares.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import polars as pl

from schemas.computation.contract import NUMERIC, TEXT, Input, RowComputation, RowContext
from schemas.computation.rounding import divide_half_even
from schemas.dataset import FieldType
from schemas.message import Message
from schemas.strict import StrictModel

EXISTING_LAND = "现有建设用地"
NEW_LAND = "新增建设用地"
NEW_LAND_FROM_STOCK = "新增建设用地(来自存量库)"

_NUMBER = r"^\s*[0-9]{1,12}(?:\.[0-9]{1,12})?\s*$"
_NUMBER_TYPE = pl.Decimal(38, 12)
_SQUARE_METRES = {"hectare": Decimal(10_000), "m2": Decimal(1)}
_EXACT = frozenset({FieldType.DECIMAL, FieldType.INTEGER})


class LandSourceOptions(StrictModel):
    """Options of ``land_source_name``.

    ``number_unit`` is the unit of a number that stands for the source; ``blank`` says what an
    empty cell means: land from the stock (as landchina's pages have it), or nothing known.
    Where the source has no such column nothing is known either way.
    """

    number_unit: Literal["hectare", "m2"] = "hectare"
    blank: Literal["from_stock", "unknown"] = "from_stock"


def _unit_price(context: RowContext) -> pl.Series:
    price, area = (_as_decimal(one) for one in context.inputs)
    scale = context.field.scale or 0
    # (price / 10^p) / (area / 10^a) counted in units of 10^-s is price·10^(s+a) / (area·10^p)
    quotient = divide_half_even(
        price.to_physical() * _power(scale + _scale(area)),
        area.to_physical() * _power(_scale(price)),
    )
    unit = pl.lit(Decimal(1).scaleb(-scale))
    return (
        quotient.alias("quotient")
        .to_frame()
        .select(pl.col("quotient").cast(pl.Decimal(38, 0)) * unit)
        .to_series()
    )


def _as_decimal(values: pl.Series) -> pl.Series:
    return values if values.dtype.is_decimal() else values.cast(pl.Decimal(38, 0))


def _scale(values: pl.Series) -> int:
    return values.dtype.scale if isinstance(values.dtype, pl.Decimal) else 0


def _power(exponent: int) -> pl.Series:
    return pl.Series([10**exponent], dtype=pl.Int128)


def _land_source_name(context: RowContext) -> pl.Series:
    options: LandSourceOptions = context.options
    text, area = context.inputs
    if text.name in context.absent:  # nobody said anything, so nothing is known
        return pl.repeat(None, context.height, dtype=pl.String, eager=True)
    given = pl.col("text")
    is_number = given.str.contains(_NUMBER)
    number = pl.when(is_number).then(given.str.strip_chars()).cast(_NUMBER_TYPE)
    square_metres = (number * pl.lit(_SQUARE_METRES[options.number_unit])).cast(_NUMBER_TYPE)
    is_blank = given.is_null() | (given.str.strip_chars() == "")
    return (
        pl.DataFrame({"text": text, "area": area})
        .select(
            pl.when(is_blank)
            .then(pl.lit(NEW_LAND_FROM_STOCK if options.blank == "from_stock" else None, pl.String))
            .when(is_number.not_())
            .then(given)
            .when(number == 0)
            .then(pl.lit(NEW_LAND))
            .when(square_metres == pl.col("area").cast(_NUMBER_TYPE))
            .then(pl.lit(EXISTING_LAND))
            .otherwise(pl.lit(NEW_LAND_FROM_STOCK))
        )
        .to_series()
    )


UNIT_PRICE = RowComputation(
    name="unit_price",
    purpose=Message(
        "单价 = 价款 ÷ 面积，按字段的小数位四舍六入五成双；面积为 0 或空则为空",
        "price divided by area, half to even at the field's scale; null without an area",
    ),
    result=frozenset({FieldType.DECIMAL}),
    compute=_unit_price,
    inputs=(
        Input(Message("价款（元）", "price in CNY"), _EXACT),
        Input(Message("面积（㎡）", "area in m2"), _EXACT),
    ),
)
LAND_SOURCE_NAME = RowComputation(
    name="land_source_name",
    purpose=Message(
        "土地来源：文字照录；数字为面积时，等于面积 → 现有建设用地，0 → 新增建设用地，"
        "其他或空 → 新增建设用地(来自存量库)",
        "source of the land: text passes through; a number is an area: equal to the area → "
        "existing, 0 → new, else or blank → new from the stock",
    ),
    result=TEXT,
    compute=_land_source_name,
    inputs=(
        Input(Message("公布的土地来源", "the source as published"), TEXT),
        Input(Message("面积（㎡）", "area in m2"), NUMERIC),
    ),
    options=LandSourceOptions,
)
