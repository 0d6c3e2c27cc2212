"""A chart in one or two sentences, for those who do not see it."""

from __future__ import annotations

from publishing.charts.chart_data import ChartData, Mark
from publishing.charts.taking import plain_text


def summary(data: ChartData, language: str) -> str:
    """How many values there are, the greatest and the least, and the last along time."""
    known = [(mark.value, mark) for mark in data.marks if mark.value is not None]
    if not known:
        return ""
    greatest = max(known, key=lambda pair: pair[0])[1]
    least = min(known, key=lambda pair: pair[0])[1]
    chinese = language == "zh"
    parts = [f"共 {len(known)} 个数值" if chinese else f"{len(known)} values"]
    if len(known) > 1:
        parts.append(("最大 " if chinese else "greatest ") + _one(data, greatest, language))
        parts.append(("最小 " if chinese else "least ") + _one(data, least, language))
    if data.axis == "time" or len(known) == 1:
        parts.append(("最后 " if chinese else "last ") + _one(data, known[-1][1], language))
    return ("；".join(parts) + "。") if chinese else ("; ".join(parts) + ".")


def _one(data: ChartData, mark: Mark, language: str) -> str:
    assert mark.value is not None
    names = [data.x_labels[mark.x]]
    if data.series_title is not None:
        names.append(data.series_labels[mark.series])
    unit = data.unit
    if language == "zh":
        named = "、".join(name.zh for name in names)
        return f"{named}：{plain_text(mark.value)}{unit.zh if unit else ''}"
    named = ", ".join(name.en for name in names)
    return f"{named}: {plain_text(mark.value)}{' ' + unit.en if unit else ''}"
