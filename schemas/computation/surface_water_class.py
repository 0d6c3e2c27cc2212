"""Class of surface water by GB 3838-2002 table 1: the class of a section is its worst item.

Single-factor evaluation (单因子评价, 环办〔2011〕22号) of the items that automatic stations
measure: pH, dissolved oxygen, permanganate index, ammonia nitrogen and total phosphorus. Water
temperature and total nitrogen do not enter the overall class. Total phosphorus has other limits
in lakes and reservoirs than in rivers, so a section whose kind is unknown has no class.

Items that are missing are left out, as the national automatic network does: it publishes a class
for a section whose ammonia nitrogen or permanganate index is missing, by the items that are
present, and none where all are missing. ``minimum_items`` asks for more.
"""

from __future__ import annotations

from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from schemas.computation.contract import NUMERIC, TEXT, Input, RowComputation, RowContext
from schemas.dataset import FieldType
from schemas.message import Message
from schemas.strict import StrictModel

CLASSES = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ")
"""From best to worst, as the publishers write them."""

WORST = len(CLASSES) - 1
RIVER = "river"
LAKE = "lake"
ITEM_NAMES = (
    "ph",
    "dissolved_oxygen",
    "permanganate_index",
    "ammonia_nitrogen",
    "total_phosphorus",
)

PH_RANGE = (6.0, 9.0)
DISSOLVED_OXYGEN_AT_LEAST = (7.5, 6.0, 5.0, 3.0, 2.0)
PERMANGANATE_AT_MOST = (2.0, 4.0, 6.0, 10.0, 15.0)
AMMONIA_AT_MOST = (0.15, 0.5, 1.0, 1.5, 2.0)
PHOSPHORUS_AT_MOST = {
    RIVER: (0.02, 0.1, 0.2, 0.3, 0.4),
    LAKE: (0.01, 0.025, 0.05, 0.1, 0.2),
}


class SurfaceWaterClassOptions(StrictModel):
    """Options of ``surface_water_class``.

    ``output``: the class, how many items it was made of, or which of them are the worst (none
    where all are class Ⅰ). ``minimum_items``: fewer present items give no class.
    """

    output: Literal["class", "items", "deciding_items"] = "class"
    minimum_items: Annotated[int, Field(ge=1, le=5)] = 1


def _at_most(value: pl.Expr, limits: tuple[float, ...]) -> pl.Expr:
    """Position of the best class whose upper limit a value meets; null for a null value."""
    return _position(value, [value <= limit for limit in limits])


def _at_least(value: pl.Expr, limits: tuple[float, ...]) -> pl.Expr:
    return _position(value, [value >= limit for limit in limits])


def _position(value: pl.Expr, meets: list[pl.Expr]) -> pl.Expr:
    position = pl.lit(WORST)
    for place in reversed(range(len(meets))):
        position = pl.when(meets[place]).then(place).otherwise(position)
    return pl.when(value.is_not_null()).then(position)


def _measured(name: str) -> pl.Expr:
    """The value of an item; null where it is impossible (negative, not a number)."""
    value = pl.col(name).cast(pl.Float64)
    return pl.when(value.is_finite() & (value >= 0)).then(value)


def item_positions(frame: pl.DataFrame) -> pl.DataFrame:
    """Position in :data:`CLASSES` of each item of :data:`ITEM_NAMES`.

    ``frame`` holds these columns and ``body`` (:data:`RIVER` or :data:`LAKE`).
    """
    values = {name: _measured(name) for name in ITEM_NAMES}
    ph, phosphorus = values["ph"], values["total_phosphorus"]
    neutral = (ph >= PH_RANGE[0]) & (ph <= PH_RANGE[1])
    return frame.select(
        pl.when(ph.is_not_null()).then(pl.when(neutral).then(0).otherwise(WORST)).alias("ph"),
        _at_least(values["dissolved_oxygen"], DISSOLVED_OXYGEN_AT_LEAST).alias("dissolved_oxygen"),
        _at_most(values["permanganate_index"], PERMANGANATE_AT_MOST).alias("permanganate_index"),
        _at_most(values["ammonia_nitrogen"], AMMONIA_AT_MOST).alias("ammonia_nitrogen"),
        pl.when(pl.col("body") == RIVER)
        .then(_at_most(phosphorus, PHOSPHORUS_AT_MOST[RIVER]))
        .when(pl.col("body") == LAKE)
        .then(_at_most(phosphorus, PHOSPHORUS_AT_MOST[LAKE]))
        .alias("total_phosphorus"),
    )


def _surface_water_class(context: RowContext) -> pl.Series:
    options: SurfaceWaterClassOptions = context.options
    names = ("body", *ITEM_NAMES)
    frame = pl.DataFrame(dict(zip(names, context.inputs, strict=True)))
    items = pl.sum_horizontal([_measured(name).is_not_null() for name in ITEM_NAMES])
    if options.output == "items":
        return frame.select(items.cast(pl.Int64)).to_series()
    known = pl.col("body").is_in([RIVER, LAKE]) & (pl.col("items") >= options.minimum_items)
    worst = pl.when(known).then(pl.max_horizontal(*ITEM_NAMES))
    counted = frame.select("body", items.alias("items"))
    judged = pl.concat([item_positions(frame), counted], how="horizontal")
    if options.output == "class":
        place = judged.select(worst.cast(pl.UInt32)).to_series()
        return pl.Series(CLASSES).gather(place)
    deciding = [
        pl.when((pl.col(name) == worst) & (worst > 0)).then(pl.lit(name)) for name in ITEM_NAMES
    ]
    joined = pl.concat_str(deciding, separator=",", ignore_nulls=True)
    return judged.select(pl.when(worst > 0).then(joined)).to_series()


SURFACE_WATER_CLASS = RowComputation(
    name="surface_water_class",
    purpose=Message(
        "按 GB 3838-2002 表 1 由自动站监测项目单因子评价的水质类别",
        "class by GB 3838-2002 table 1, single-factor, of the items automatic stations measure",
    ),
    result=frozenset({FieldType.STRING, FieldType.INTEGER}),
    compute=_surface_water_class,
    inputs=(
        Input(Message("水体类型代码", "river or lake"), TEXT),
        Input(Message("pH", "pH"), NUMERIC),
        Input(Message("溶解氧 mg/L", "dissolved oxygen in mg/L"), NUMERIC),
        Input(Message("高锰酸盐指数 mg/L", "permanganate index in mg/L"), NUMERIC),
        Input(Message("氨氮 mg/L", "ammonia nitrogen in mg/L"), NUMERIC),
        Input(Message("总磷 mg/L", "total phosphorus in mg/L"), NUMERIC),
    ),
    options=SurfaceWaterClassOptions,
)
