"""Fonts, colours, steps and labels of drawings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from publishing.charts import palette
from schemas.strict import Text

TITLE_SIZE, TEXT_SIZE = 15, 12
FONT = (
    '"Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", '
    '"Microsoft YaHei", sans-serif'
)


def even_steps(low: float, high: float) -> list[float]:
    """Bounds that divide into as many round steps as there are shades."""
    count = len(palette.STEPS)
    wide = (high - low) / count or 1.0
    magnitude = 10.0 ** (len(f"{int(wide)}") - 1) if wide >= 1 else 0.01
    step = magnitude * -(-wide // magnitude)
    start = step * (low // step)
    return [start, start + count * step]


def distinct(keys: Sequence[Any], labels: Mapping[Any, Text], language: str) -> dict[Any, str]:
    """Labels of a language; equal ones are told apart by their value."""
    found = {key: labels[key].zh if language == "zh" else labels[key].en for key in keys}
    texts = list(found.values())
    return {k: f"{text} ({k})" if texts.count(text) > 1 else text for k, text in found.items()}


def configured(whole: Any) -> Any:
    """Fonts and colours; every colour is one of the palette, so that dark pages can change it."""
    return (
        whole.configure(background="transparent", font=FONT, padding=6)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=palette.TEXT,
            titleColor=palette.TEXT,
            labelFontSize=TEXT_SIZE,
            titleFontSize=TEXT_SIZE,
            titleFontWeight="normal",
            gridColor=palette.FAINT,
            domainColor=palette.LINE,
            tickColor=palette.LINE,
        )
        .configure_legend(
            labelColor=palette.TEXT,
            labelFontSize=TEXT_SIZE,
            symbolSize=80,
            gradientStrokeColor=palette.LINE,
        )
    )
