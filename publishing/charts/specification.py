"""A chart as a Vega-Lite specification, made with altair.

Bars and areas always start at 0. Nothing is fetched, nothing moves: the specification holds its
data, and is drawn when a version is cut. Titles stand in ``usermeta`` and are set by
:mod:`publishing.charts.drawing`; sizes are given, not fitted: both make drawing twice as fast.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import altair as alt

from publishing.charts import palette
from publishing.charts.chart_data import NOT_GIVEN, OTHERS, ChartData, Mark
from publishing.charts.styling import TEXT_SIZE, TITLE_SIZE, configured, distinct, even_steps
from publishing.charts.wrapping import width, wrapped
from schemas.chart import Chart
from schemas.strict import Text

WIDTH = 440
PLOT_HEIGHT = 230
ROOM_FOR_NUMBERS = 64
LONGEST_LABEL = 170
WIDEST_BAR = 60
BAR_STEP = 26
NUMBER = ",.2~f"
ROWS = "rows"
MOST_POINTS = 62
"""Beyond so many values along x, lines have no points."""
ROOM_FOR_LABEL = 1.22
TIME_FORMATS = {
    "year": "%Y",
    "quarter": "%Y-%m",
    "month": "%Y-%m",
    "day": "%m-%d",
    "hour": "%m-%d %H:00",
    "moment": "%m-%d %H:%M",
}


def specification(chart: Chart, data: ChartData, language: str) -> dict[str, Any]:
    """The chart in ``zh`` or ``en``. Raises altair's SchemaValidationError for a wrong one."""
    drawing = _Drawing(chart, data, language)
    whole = alt.layer(*drawing.layers()).properties(
        width=drawing.width(), height=drawing.height(), usermeta=drawing.titles()
    )
    found: dict[str, Any] = configured(whole).to_dict()
    return {**found, "datasets": {ROWS: drawing.values()}}


def _base() -> Any:
    return alt.Chart(alt.NamedData(name=ROWS))


class _Drawing:
    """One chart in one language."""

    def __init__(self, chart: Chart, data: ChartData, language: str) -> None:
        self.chart = chart
        self.data = data
        self.language = language
        self.x_labels = distinct(data.xs, data.x_labels, language)
        self.series_labels = distinct(data.series, data.series_labels, language)
        self.has_series = data.series_title is not None
        open_labels = {self.x_labels[m.x] for m in data.marks if m.open}
        self.x_domain = [self._marked(self.x_labels[x], open_labels) for x in data.xs]
        self._open_labels = open_labels

    def say(self, text: Text) -> str:
        """The text in the language of the drawing."""
        return text.zh if self.language == "zh" else text.en

    def measure(self) -> str:
        """What the numbers are, with their unit."""
        title = self.say(self.data.y_title)
        if self.data.unit is None:
            return title
        unit = self.say(self.data.unit)
        return f"{title}（{unit}）" if self.language == "zh" else f"{title} ({unit})"

    def values(self) -> list[dict[str, Any]]:
        """The data of the drawing; numbers as doubles, for their place only."""
        values = []
        for mark, alone in zip(self.data.marks, self._alone(), strict=True):
            label = self._marked(self.x_labels[mark.x], self._open_labels)
            one: dict[str, Any] = {"x": label}
            if isinstance(mark.x, dt.datetime):
                one["t"] = mark.x.isoformat() + "Z"  # drawn in UTC: the wall clock, everywhere
            elif self.data.axis == "number":
                one["t"] = float(mark.x)
            one["s"] = self.series_labels[mark.series]
            one["rank"] = self.data.series.index(mark.series)
            one["v"] = None if mark.value is None else float(mark.value)
            if mark.open:
                one["open"] = True
            if alone:
                one["alone"] = True
            values.append(one)
        return values

    def titles(self) -> dict[str, list[str]]:
        """Lines of the title, and of what the numbers are."""
        return {
            "title": wrapped(self.say(self.chart.title), (WIDTH - 12) / TITLE_SIZE),
            "measure": wrapped(self.measure(), (WIDTH - 12) / TEXT_SIZE),
        }

    def width(self) -> int:
        """Of the plot: what numbers or names beside it leave."""
        if self._lies():
            names = self.x_domain
        elif self.chart.kind == "heat":
            names = list(self.series_labels.values())
        else:
            return WIDTH - ROOM_FOR_NUMBERS
        longest = max(width(name) for name in names) * TEXT_SIZE
        return WIDTH - 36 - int(min(longest, LONGEST_LABEL))

    def height(self) -> int:
        """Of the plot: lying bars and grids grow with their lines."""
        if self._lies():
            return max(2, len(self.data.xs)) * BAR_STEP
        return len(self.data.series) * BAR_STEP if self.chart.kind == "heat" else PLOT_HEIGHT

    def layers(self) -> list[Any]:
        """The marks of the chart."""
        match self.chart.kind:
            case "bar" | "stacked_bar":
                return self._bars()
            case "area":
                return self._areas()
            case "heat":
                return self._cells()
            case "point":
                return self._points(_base())
            case _:
                return self._lines()

    def _lies(self) -> bool:
        """Bars of categories lie, so that long names can be read."""
        return self.chart.kind in ("bar", "stacked_bar") and self.data.axis == "category"

    @staticmethod
    def _marked(label: str, open_labels: set[str]) -> str:
        return f"{label}*" if label in open_labels else label

    def _alone(self) -> list[bool]:
        """Marks of a line without a neighbour, which a line alone would not show."""
        by_series: dict[str, list[Mark]] = {}
        for mark in self.data.marks:
            by_series.setdefault(mark.series, []).append(mark)
        alone: dict[int, bool] = {}
        for marks in by_series.values():
            empty = [True, *(mark.value is None for mark in marks), True]
            for place, mark in enumerate(marks):
                alone[id(mark)] = not empty[place + 1] and empty[place] and empty[place + 2]
        return [alone[id(mark)] for mark in self.data.marks]

    def _colour(self, **more: Any) -> Any:
        if not self.has_series:
            return alt.value(palette.SERIES[0])
        return alt.Color("s:N", scale=self._scale(self._colours()), **more, **self._legend())

    def _colours(self) -> list[str]:
        return [
            {
                OTHERS: palette.OTHERS,
                NOT_GIVEN: palette.LINE if self.chart.kind == "line" else palette.FAINT,
            }.get(one, palette.SERIES[place % len(palette.SERIES)])
            for place, one in enumerate(self.data.series)
        ]

    def _scale(self, values: Sequence[Any]) -> alt.Scale:
        domain = [self.series_labels[one] for one in self.data.series]
        return alt.Scale(domain=domain, range=list(values)[: len(domain)])

    def _legend(self) -> dict[str, Any]:
        longest = max(len(label) for label in self.series_labels.values())
        columns = 1 if longest > 18 else 2 if longest > 9 else 3
        return {
            "legend": alt.Legend(
                orient="top",
                title=None,
                columns=columns,
                labelLimit=(WIDTH - 40) // columns - 20,
            ),
            "title": None,
        }

    def _number_axis(self, channel: Any, *, labels_beside: bool = False) -> Any:
        known = [float(mark.value) for mark in self.data.marks if mark.value is not None]
        scale = alt.Scale(zero=True)
        if labels_beside:
            high, low = max([*known, 0]), min([*known, 0])
            scale = alt.Scale(
                domain=[low * ROOM_FOR_LABEL, (high * ROOM_FOR_LABEL) or 1], nice=False
            )
        least_step = 1 if self.chart.y.take == "count" else alt.Undefined
        axis = alt.Axis(format=NUMBER, title=None, tickCount=5, grid=True, tickMinStep=least_step)
        return channel("v:Q", scale=scale, axis=axis)

    def _ordered_axis(self, channel: Any, *, lying: bool = False) -> Any:
        axis = alt.Axis(
            title=None,
            labelAngle=0,
            labelOverlap="parity" if not lying else False,
            labelSeparation=6,
            labelLimit=LONGEST_LABEL,
            grid=False,
        )
        return channel("x:O", sort=self.x_domain, scale=alt.Scale(domain=self.x_domain), axis=axis)

    def _running_axis(self) -> Any:
        if self.data.axis == "time":
            step = str(self.data.step)
            form = TIME_FORMATS[step]
            moments = [x for x in self.data.xs if isinstance(x, dt.datetime)]
            if step == "day" and (moments[-1] - moments[0]).days > 300:
                form = "%Y-%m"
            axis = alt.Axis(
                format=form,
                title=None,
                labelOverlap="parity",
                labelSeparation=8,
                tickCount=6,
                grid=False,
            )
            return alt.X("t:T", scale=alt.Scale(type="utc"), axis=axis)
        if self.data.axis == "category":
            return self._ordered_axis(alt.X)
        return alt.X("t:Q", axis=alt.Axis(format=NUMBER, title=self.say(self.data.x_title)))

    def _bars(self) -> list[Any]:
        stacked = self.chart.kind == "stacked_bar"
        labelled = self._lies() and not self.has_series
        along = self._ordered_axis(alt.Y if self._lies() else alt.X, lying=self._lies())
        number = self._number_axis(alt.X if self._lies() else alt.Y, labels_beside=labelled)
        number = number.stack("zero" if stacked else None)
        encoded: dict[str, Any] = {"color": self._colour()}
        encoded["y" if self._lies() else "x"] = along
        encoded["x" if self._lies() else "y"] = number
        if stacked:
            encoded["order"] = alt.Order("rank:Q")
        elif self.has_series:
            offset = alt.YOffset if self._lies() else alt.XOffset
            encoded["yOffset" if self._lies() else "xOffset"] = offset(
                "s:N", sort=[self.series_labels[one] for one in self.data.series]
            )
        encoded["fillOpacity"] = alt.condition("datum.open", alt.value(0.45), alt.value(1))
        base = _base()
        edge: dict[str, Any] = {"stroke": palette.LINE, "strokeWidth": 0.6}
        if not self._lies() and (stacked or not self.has_series):
            edge["width"] = min(WIDEST_BAR, int(0.8 * self.width() / len(self.data.xs)) or 1)
        layers = [base.mark_bar(**edge).encode(**encoded)]
        if labelled:
            texts = _base().mark_text(
                align="left", baseline="middle", dx=4, fontSize=TEXT_SIZE, fill=palette.TEXT
            )
            layers.append(texts.encode(y=along, x=number, text=alt.Text("v:Q", format=NUMBER)))
        return layers

    def _areas(self) -> list[Any]:
        number = self._number_axis(alt.Y).stack("zero")
        area = _base().mark_area(line={"strokeWidth": 1}, opacity=0.9)
        return [
            area.encode(
                x=self._running_axis(),
                y=number,
                color=self._colour(),
                order=alt.Order("rank:Q"),
            )
        ]

    def _lines(self) -> list[Any]:
        encoded: dict[str, Any] = {
            "x": self._running_axis(),
            "y": self._number_axis(alt.Y),
            "color": self._colour(),
        }
        if self.has_series:
            encoded["strokeDash"] = alt.StrokeDash(
                "s:N", scale=self._scale([list(d) for d in palette.DASHES]), **self._legend()
            )
        lines = _base().mark_line(strokeWidth=1.8).encode(**encoded)
        shown = _base()
        if len(self.data.xs) > MOST_POINTS:
            shown = shown.transform_filter("datum.alone || datum.open")
        return [lines, *self._points(shown)]

    def _points(self, base: Any) -> list[Any]:
        """Points, hollow where their period was not over."""
        encoded: dict[str, Any] = {
            "x": self._running_axis(),
            "y": self._number_axis(alt.Y),
            "color": self._colour(),
        }
        if self.has_series:
            encoded["shape"] = alt.Shape("s:N", scale=self._scale(palette.SHAPES), **self._legend())
        full = base.transform_filter("!datum.open").mark_point(filled=True, size=30)
        hollow = base.transform_filter("datum.open").mark_point(filled=False, size=30)
        layers = [full.encode(**encoded)]
        if any(mark.open for mark in self.data.marks):
            layers.append(hollow.encode(**encoded))
        return layers

    def _cells(self) -> list[Any]:
        known = [float(mark.value) for mark in self.data.marks if mark.value is not None]
        low, high = min([0, *known]), max(known)
        shade = alt.Color(
            "v:Q",
            title=None,
            scale=alt.Scale(
                type="quantize", domain=even_steps(low, high), range=list(palette.STEPS)
            ),
            legend=alt.Legend(orient="top", format=NUMBER, title=None, type="symbol"),
        )
        lines = [self.series_labels[one] for one in self.data.series]
        axis = alt.Axis(title=None, labelLimit=LONGEST_LABEL, grid=False)
        cells = _base().mark_rect(stroke=palette.LINE, strokeWidth=0.6)
        return [
            cells.encode(
                x=self._ordered_axis(alt.X),
                y=alt.Y("s:O", sort=lines, scale=alt.Scale(domain=lines), axis=axis),
                color=shade,
            )
        ]
