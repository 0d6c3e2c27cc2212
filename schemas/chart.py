"""Charts of a dataset file: which values of a release are drawn for readers, and how.

A chart groups the rows by ``x`` (and by ``series``), takes one number of each group and draws it.
It is a fixed reading of the rows: what is left out of it (rows without a value, periods cut off,
categories folded into "others") is counted and said under the chart.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.strict import Identifier, StrictModel, Text, refuse

ADDITIVE = ("count", "sum")
MOST_SERIES = 6
"""How many series the palette can tell apart; ``others`` comes on top."""

Take = Literal["count", "sum", "mean", "min", "max", "median"]
Period = Literal["hour", "day", "month", "quarter", "year"]
Cycle = Literal["hour_of_day", "month_of_year"]
Value = str | int | bool


class ChartCondition(StrictModel):
    """Which rows a chart reads. All conditions of a chart hold together; each says one thing.

    ``any_of`` names values of the field; ``at_least`` and ``at_most`` are bounds (numbers, ISO
    dates). ``latest`` keeps the rows with the greatest value among those the other conditions
    keep. ``single`` keeps all rows, but the chart is drawn only where they share one value of the
    field: amounts of a county and of the city around it must not be added up.
    """

    field: Identifier
    any_of: Annotated[tuple[Value, ...], Field(min_length=1)] | None = None
    at_least: int | float | str | None = None
    at_most: int | float | str | None = None
    latest: Literal[True] | None = None
    single: Literal[True] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        bounded = self.at_least is not None or self.at_most is not None
        said = [self.any_of is not None, bounded, bool(self.latest), bool(self.single)]
        if sum(said) != 1:
            refuse(
                "条件须且只须写 any_of、at_least/at_most、latest、single 之一",
                "a condition needs exactly one of any_of, at_least/at_most, latest, single",
            )
        return self


class ChartAxis(StrictModel):
    """What the rows are grouped by along the axis.

    ``by`` shortens moments: ``month`` of a date, ``hour_of_day`` of a moment; ``value`` takes
    values as they are. ``last`` keeps the last periods up to the newest one in the rows. ``top``
    keeps the categories with the greatest numbers and folds the others into one. ``labels`` are
    titles of values; where given, values are drawn in their order.
    """

    field: Identifier
    by: Period | Cycle | Literal["value"] = "value"
    last: Annotated[int, Field(ge=1, le=1000)] | None = None
    top: Annotated[int, Field(ge=1, le=40)] | None = None
    labels: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way_of_cutting(self) -> Self:
        if self.last is not None and self.top is not None:
            refuse("last 与 top 只能写一个", "give last or top, not both")
        return self


class ChartSeries(StrictModel):
    """What tells lines, or parts of a bar, apart. ``top`` and ``labels`` as in an axis."""

    field: Identifier
    top: Annotated[int, Field(ge=1, le=MOST_SERIES)] | None = None
    labels: dict[str, Text] = Field(default_factory=dict)


class ChartMeasure(StrictModel):
    """The number of each group: ``count`` of rows, or one taken of the values of ``fields``.

    Several fields are drawn as series of their own, and need a common ``title``. ``unit`` is the
    unit they are drawn in (``CNY_10k``); without it that of the field.
    """

    take: Take
    fields: tuple[Identifier, ...] = ()
    unit: str | None = None
    title: Text | None = None

    @model_validator(mode="after")
    def _fields_fit(self) -> Self:
        if (self.take == "count") != (not self.fields):
            refuse(
                "take: count 数行数，不写 fields；其他取法必须写 fields",
                "take count counts rows and has no fields; the others need fields",
            )
        if len(self.fields) > MOST_SERIES:
            refuse(f"fields 最多 {MOST_SERIES} 个", f"at most {MOST_SERIES} fields")
        if len(set(self.fields)) != len(self.fields):
            refuse("fields 中有重复的字段", "a field is given twice in fields")
        if len(self.fields) > 1 and self.title is None:
            refuse("几个字段同画时必须写 title", "several fields need a title")
        if self.take == "count" and self.unit is not None:
            refuse("take: count 不能写 unit", "take count has no unit")
        return self


class Chart(StrictModel):
    """One chart of a dataset.

    ``description`` says what a reader must know to read it rightly. In a ``heat`` the series are
    the lines of the grid and the number is the shade.
    """

    id: Identifier
    title: Text
    description: Text
    kind: Literal["bar", "stacked_bar", "line", "area", "point", "heat"]
    where: tuple[ChartCondition, ...] = ()
    x: ChartAxis
    y: ChartMeasure
    series: ChartSeries | None = None
    sort: Literal["value", "x"] = "value"

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.series is not None and len(self.y.fields) > 1:
            refuse(
                "几个字段同画时，它们就是系列，不能再写 series",
                "several fields are the series; series cannot be given too",
            )
        if self.kind in ("stacked_bar", "area"):
            if self.y.take not in ADDITIVE:
                refuse(
                    f"{self.kind} 把各部分相加，take 只能是 count 或 sum",
                    f"{self.kind} adds its parts up, so take must be count or sum",
                )
            if self.series is None and len(self.y.fields) < 2:
                refuse(
                    f"{self.kind} 需要 series 或几个 fields",
                    f"{self.kind} needs series or several fields",
                )
        if self.kind == "heat" and self.series is None:
            refuse("heat 需要 series，作为纵向的各行", "heat needs series: the lines of the grid")
        return self

    def field_names(self) -> list[str]:
        """Every field the chart reads, each once."""
        series = [self.series.field] if self.series else []
        conditions = [one.field for one in self.where]
        return list(dict.fromkeys([self.x.field, *series, *self.y.fields, *conditions]))
