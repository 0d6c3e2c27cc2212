"""The data behind a chart, as it is drawn and as its table shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from publishing.charts.taking import plain_text
from schemas.strict import Text

OTHERS = "\ufffe"  # no value of any field
NOT_GIVEN = "\ufffd"  # rows that have no value of the series field
NOT_GIVEN_LABEL = Text(zh="未写明", en="Not given")
OTHERS_LABEL = Text(zh="其他", en="Others")

AxisKind = Literal["time", "category", "number"]
Key = str | int | Decimal | dt.datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """One point, bar or cell.

    Attributes:
        x: value on the axis.
        series: "" where the chart has none.
        value: in the unit of the chart; None where the group has no value: a gap.
        rows: how many rows stand behind it.
        open: the period was not over when the version was cut.
    """

    x: Key
    series: str
    value: Decimal | None
    rows: int
    open: bool = False


@dataclass(frozen=True, slots=True)
class ChartData:
    """Everything a drawing needs, in drawing order.

    Attributes:
        axis: kind of the x axis; ``step`` of time.
        xs: all values of x, those without a mark included; ``x_labels`` their titles.
        series: all series; ``series_labels`` their titles.
        x_title, y_title, series_title: of the axes and the table.
        unit: that of the values, None for counts and numbers without.
        notes: what is left out, folded or not yet complete.
    """

    axis: AxisKind
    step: str | None
    xs: Sequence[Key]
    x_labels: Mapping[Key, Text]
    series: Sequence[str]
    series_labels: Mapping[str, Text]
    marks: Sequence[Mark]
    x_title: Text
    y_title: Text
    series_title: Text | None
    unit: Text | None
    notes: Sequence[Text]

    def to_json(self) -> list[dict[str, Any]]:
        """The table behind the chart; values are exact decimal texts."""
        lines = []
        for mark in self.marks:
            line: dict[str, Any] = {"x": self.x_labels[mark.x].model_dump()}
            if self.series_title is not None:
                line["series"] = self.series_labels[mark.series].model_dump()
            line["value"] = None if mark.value is None else plain_text(mark.value)
            line["rows"] = mark.rows
            if mark.open:
                line["open"] = True
            lines.append(line)
        return lines
