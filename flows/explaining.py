"""From a released row back to the cells it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import polars as pl

from flows.evidence.site_evidence import SiteEvidence
from flows.evidence.workshop import TASK_SECONDS
from flows.opened_site import OpenedSite
from publishing.portal.evidence import FieldEvidence, RowEvidence
from publishing.reader import ReleaseReader, Trace
from schemas.dataset import Dataset, DatasetField
from schemas.message import GongkaiError, Message
from schemas.row_identity import row_id

SHOWN_ROWS = 6


def explain_row(
    opened: OpenedSite,
    *row: str,
    dataset: str | None = None,
    version: int | None = None,
    with_texts: bool = False,
) -> dict[str, Any]:
    """Where each value of a released row came from; ``with_texts`` also what stands there, after
    the personal-data gate, which means reading the document.

    ``row`` is a row id, or one or more ``field=value`` that together fit exactly one row of a
    dataset. Raises GongkaiError where there is no such row, or more than one.
    """
    told = " ".join(row)
    wanted = [dataset.rpartition("/")[2]] if dataset else list(opened.definitions.datasets)
    for dataset_id in wanted:
        defined = opened.definitions.datasets.get(dataset_id)
        reader = opened.reader(dataset_id)
        if defined is None or reader.current() is None:
            continue
        by_value = all("=" in one for one in row)
        identifier = _by_value(reader, defined.model, row, version) if by_value else row[0]
        trace = reader.trace(identifier, version) if identifier else None
        if trace is not None:
            explained = _explained(opened, defined.model, identifier or told, trace)
            return _with_texts(opened, trace, explained) if with_texts else explained
    raise GongkaiError(
        Message(f"已公开的数据中没有行“{told}”。", f"No released row is '{told}'."),
        advice=Message(
            "请核对行号；也可以写 字段=值，例如 supervision_number=…。",
            "Check the row id; field=value works too, such as supervision_number=….",
        ),
    )


def _by_value(
    reader: ReleaseReader, dataset: Dataset, row: Sequence[str], version: int | None
) -> str | None:
    wanted = dict(one.split("=", 1) for one in row)
    if not wanted.keys() <= set(dataset.field_names):
        return None
    found = (
        reader.scan(version)
        .filter(pl.col(name).cast(pl.String) == value for name, value in wanted.items())
        .select(dataset.primary_key)
        .head(SHOWN_ROWS)
        .collect()
    )
    if found.height > 1:
        raise _several(dataset, " ".join(row), found)
    return row_id(dataset.id, found.row(0)) if found.height else None


def _several(dataset: Dataset, told: str, found: pl.DataFrame) -> GongkaiError:
    keys = "；".join("|".join(map(str, key)) for key in found.iter_rows())
    one = " ".join(f"{name}={value}" for name, value in found.row(0, named=True).items())
    return GongkaiError(
        Message(
            f"{dataset.id} 中不止一行满足 {told}：{keys}。",
            f"More than one row of {dataset.id} has {told}: {keys}.",
        ),
        advice=Message(
            f"请再加条件，直到只剩一行，例如 {one}",
            f"Add conditions until one row is left, such as {one}",
        ),
    )


def _explained(
    opened: OpenedSite, dataset: Dataset, identifier: str, trace: Trace
) -> dict[str, Any]:
    snapshot = trace.snapshot
    return {
        "row_id": identifier,
        "dataset": trace.dataset,
        "version": trace.version,
        "partition": trace.partition,
        "source": trace.source,
        "snapshot": snapshot.sha256 if snapshot else "",
        "file": snapshot.name if snapshot else "",
        "url": snapshot.url if snapshot else "",
        "fetched_at": snapshot.fetched_at.isoformat() if snapshot else "",
        "archived_as": _archived(opened, trace),
        "values": [_value(field, trace) for field in dataset.fields],
    }


def _with_texts(opened: OpenedSite, trace: Trace, explained: dict[str, Any]) -> dict[str, Any]:
    """Beside each value the texts of its cells, their headers, and how it was made of them."""
    with closing(SiteEvidence(opened.definitions, wait_seconds=TASK_SECONDS)) as source:
        evidence = source.evidence(trace) or RowEvidence()
    for value in explained["values"]:
        found = evidence.fields.get(value["field"], FieldEvidence())
        value["cells"] = [
            {
                "place": cell.place,
                "text": cell.text,
                "headers": list(cell.headers),
                "note_zh": cell.note.zh if cell.note else "",
                "note_en": cell.note.en if cell.note else "",
            }
            for cell in found.cells
        ]
        value["conversion_zh"] = found.conversion.zh if found.conversion else ""
        value["conversion_en"] = found.conversion.en if found.conversion else ""
        if found.origin is not None:
            value["origin_zh"], value["origin_en"] = found.origin.zh, found.origin.en
    trouble = evidence.trouble
    explained["trouble_zh"], explained["trouble_en"] = (
        (trouble.zh, trouble.en) if trouble else ("", "")
    )
    return explained


def _archived(opened: OpenedSite, trace: Trace) -> str:
    if trace.snapshot is None:
        return ""
    path = opened.archive.path_of(trace.snapshot.sha256)
    return str(path.relative_to(opened.folder)) if path.is_file() else ""


def _value(field: DatasetField, trace: Trace) -> dict[str, Any]:
    value = trace.row.get(field.name)
    place = " + ".join(trace.locators.get(field.name, ()))
    if field.computed is not None:
        inputs = "、".join(field.computed.inputs)
        zh, en = f"由 {inputs} 计算（{field.computed.by}）", f"computed from {inputs}"
    elif place:
        zh = en = place
    else:
        zh, en = "来源文件中的固定值或无对应列", "constant of the source file, or not mapped"
    return {
        "field": field.name,
        "title_zh": field.title.zh,
        "title_en": field.title.en,
        "value": "" if value is None else str(value),
        "locator": place,
        "origin_zh": zh,
        "origin_en": en,
    }
