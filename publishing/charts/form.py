"""The charts of a version as files: a drawing in each language, and the data behind it."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from publishing.charts.chart_data import ChartData
from publishing.charts.computing import Circumstances, compute
from publishing.charts.summary import summary
from publishing.json_text import json_document
from schemas.chart import Chart
from schemas.dataset import Dataset
from schemas.message import GongkaiError, Message

log = logging.getLogger(__name__)

LANGUAGES = ("zh", "en")
MOST_DRAWINGS = 256
"""Drawings kept in memory: a version often changes the rows behind some of its charts only."""


@dataclass(frozen=True, slots=True)
class ChartFiles:
    """The files of all charts of a version, and what the manifest says of them."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)


def charts(
    dataset: Dataset,
    parquet_files: list[Path],
    *,
    created: dt.datetime,
    timezone: str,
    vocabulary_folders: tuple[Path, ...] = (),
) -> ChartFiles:
    """Draw the charts that the dataset file declares.

    A chart that cannot be drawn does not stand in the way of the version: it is left out, and the
    manifest says so and why.
    """
    if not dataset.charts:
        return ChartFiles()
    wanted = [name for name in dataset.field_names if _is_read(name, dataset)]
    parts = [pl.read_parquet(f, columns=wanted, hive_partitioning=False) for f in parquet_files]
    cut_at = created.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    circumstances = Circumstances(cut_at, vocabulary_folders)
    files: dict[str, bytes] = {}
    told = []
    for chart in dataset.charts:
        entry: dict[str, Any] = {"id": chart.id, "title": chart.title.model_dump()}
        try:
            data = compute(pl.concat(parts), dataset, chart, circumstances) if parts else None
            made = _files(chart, data) if data else {}
        except Exception as error:  # whatever a chart meets, the rows are released
            why = _why(error)
            log.warning("%s: chart %s: %s", dataset.id, chart.id, why.zh, exc_info=error)
            told.append({**entry, "failed": {"zh": why.zh, "en": why.en}})
            continue
        if made:
            entry |= {"files": {part: f"chart.{chart.id}.{part}" for part in _PARTS}}
        told.append(entry)
        files |= made
    return ChartFiles(files, told)


_PARTS = ("json", *(f"{language}.svg" for language in LANGUAGES))


def _is_read(name: str, dataset: Dataset) -> bool:
    return any(name in chart.field_names() for chart in dataset.charts)


def _why(error: Exception) -> Message:
    if isinstance(error, GongkaiError):
        return error.message()
    kind = type(error).__name__
    return Message(
        f"图表画不出来（{kind}：{error}）。请检查数据集文件中的该图表。",
        f"The chart cannot be drawn ({kind}: {error}). Check it in the dataset file.",
    )


def _files(chart: Chart, data: ChartData) -> dict[str, bytes]:
    # altair and vl-convert take a second to import: only where something is drawn
    from publishing.charts.specification import specification

    summaries = {language: summary(data, language) for language in LANGUAGES}
    document: dict[str, Any] = {
        "id": chart.id,
        "kind": chart.kind,
        "title": chart.title.model_dump(),
        "description": chart.description.model_dump(),
        "summary": summaries,
        "notes": [note.model_dump() for note in data.notes],
        "columns": {
            "x": data.x_title.model_dump(),
            "series": data.series_title.model_dump() if data.series_title else None,
            "value": data.y_title.model_dump(),
            "unit": data.unit.model_dump() if data.unit else None,
        },
        "data": data.to_json(),
        "sizes": {},
        "vega_lite": {},
    }
    files = {}
    for language in LANGUAGES:
        made = specification(chart, data, language)
        document["vega_lite"][language] = made
        said = [_said(chart.description, language), summaries[language]]
        said += [_said(note, language) for note in data.notes]
        svg, size = _drawn(
            json.dumps(made, ensure_ascii=False),
            _said(chart.title, language),
            ("" if language == "zh" else " ").join(said),
            language,
        )
        files[f"chart.{chart.id}.{language}.svg"] = svg
        document["sizes"][language] = size
    files[f"chart.{chart.id}.json"] = json_document(document)
    return files


def _said(text: Any, language: str) -> str:
    return str(text.zh if language == "zh" else text.en)


@lru_cache(maxsize=MOST_DRAWINGS)
def _drawn(
    specification: str, title: str, description: str, language: str
) -> tuple[bytes, tuple[int, int]]:
    from publishing.charts.drawing import drawn

    return drawn(json.loads(specification), title=title, description=description, language=language)
