"""The charts of a version on its dataset's page: the drawing, and the data behind it as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from publishing.json_text import read_document
from publishing.portal.published import PublishedVersion

Words = Mapping[str, str]
"""A text in ``zh`` and ``en``."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A value along the axis, the numbers of its series, and how many rows are behind them."""

    name: Words
    values: tuple[str | None, ...]
    rows: int
    open: bool


@dataclass(frozen=True, slots=True)
class ShownChart:
    """A chart as a page shows it.

    Attributes:
        drawings: file of the drawing per language; empty where nothing was drawn.
        sizes: width and height per language, in CSS pixels.
        said: description and notes; ``summary`` the numbers in a sentence.
        series: head of the columns with numbers; one without title where there are no series.
        failed: why it could not be drawn.
    """

    id: str
    title: Words
    drawings: Words = field(default_factory=dict)
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    data_file: str = ""
    description: Words | None = None
    notes: tuple[Words, ...] = ()
    summary: Words | None = None
    x_title: Words | None = None
    value_title: Words | None = None
    unit: Words | None = None
    series: tuple[Words, ...] = ()
    rows: tuple[TableRow, ...] = ()
    failed: Words | None = None


def charts_of(version: PublishedVersion) -> list[ShownChart]:
    """The charts of a version, in the order of its dataset file."""
    return [_shown(version, entry) for entry in version.manifest.get("charts", ())]


def _shown(version: PublishedVersion, entry: Mapping[str, Any]) -> ShownChart:
    files = entry.get("files")
    if files is None:
        return ShownChart(entry["id"], entry["title"], failed=entry.get("failed"))
    told = read_document(version.folder / files["json"])
    columns = told["columns"]
    series = _series(told["data"]) if columns["series"] is not None else ()
    return ShownChart(
        id=entry["id"],
        title=told["title"],
        drawings={language: files[f"{language}.svg"] for language in told["sizes"]},
        sizes={language: (size[0], size[1]) for language, size in told["sizes"].items()},
        data_file=files["json"],
        description=told["description"],
        notes=tuple(told["notes"]),
        summary=told["summary"],
        x_title=columns["x"],
        value_title=columns["value"],
        unit=columns["unit"],
        series=series,
        rows=_table(told["data"], series),
    )


def _series(data: list[dict[str, Any]]) -> tuple[Words, ...]:
    """Heads of the series, in drawing order."""
    found: dict[tuple[str, str], Words] = {}
    for line in data:
        found.setdefault((line["series"]["zh"], line["series"]["en"]), line["series"])
    return tuple(found.values())


def _table(data: list[dict[str, Any]], series: tuple[Words, ...]) -> tuple[TableRow, ...]:
    lines: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in data:
        lines.setdefault((line["x"]["zh"], line["x"]["en"]), []).append(line)
    rows = []
    for same in lines.values():
        if series:
            by_series = {one["series"]["zh"]: one["value"] for one in same}
            values = tuple(by_series.get(name["zh"]) for name in series)
        else:
            values = (same[0]["value"],)
        rows.append(
            TableRow(
                name=same[0]["x"],
                values=values,
                rows=sum(one["rows"] for one in same),
                open=any(one.get("open", False) for one in same),
            )
        )
    return tuple(rows)
