"""Times that are spread over several columns: year, month, day and hour, or date and hour."""

from __future__ import annotations

from typing import Any

from flows.scaffolding.columns import Column
from flows.scaffolding.field_names import FieldNames
from flows.scaffolding.reading_trial import TableOnTrial
from schemas.dataset import DatasetField, FieldType
from schemas.layout import FieldMapping
from schemas.message import Message

READABLE = 0.8
PARTS = ("year", "month", "day", "hour", "date")
Made = tuple[dict[str, Any], tuple[int, ...], bool, Message | None]


def time_template(
    table: TableOnTrial, names: FieldNames, item: DatasetField, declared: str | None
) -> Made | None:
    """The mapping that puts a date or time together, its columns, whether it is certain, and why
    not; None where the columns are not there or the texts do not read as a time."""
    parts = _parts(table.columns, names)
    template = _template(parts, with_hour=item.type is FieldType.DATETIME)
    if template is None:
        return None
    text, used = template
    given: dict[str, Any] = {"template": text}
    certain, remark = True, None
    if item.hour_label is not None:
        label, remark = _label(parts.get("hour"), declared)
        given["hour_label"] = label or "end"
        certain = label is not None
    read = table.read(item, FieldMapping.model_validate(given), None)
    if read.filled == 0 or read.share < READABLE:
        return None
    return given, tuple(column.index for column in used), certain, remark


def _parts(columns: list[Column], names: FieldNames) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in columns:
        for alias in names.aliases(column.name):
            if alias.field in PARTS:
                found.setdefault(alias.field, column)
    return found


def _template(
    parts: dict[str, Column], *, with_hour: bool
) -> tuple[str, tuple[Column, ...]] | None:
    hour = parts.get("hour") if with_hour else None
    if {"year", "month", "day"} <= parts.keys():
        used = [parts["year"], parts["month"], parts["day"]]
        text = "-".join(f"{{{column.reference}}}" for column in used)
    elif "date" in parts and hour is not None:
        used = [parts["date"]]
        text = f"{{{used[0].reference}}}"
    else:
        return None
    if hour is not None:
        used.append(hour)
        ends = "" if any(":" in text or "时" in text for text in hour.sample.head(20)) else ":00"
        text += f" {{{hour.reference}}}{ends}"
    return text, tuple(used)


def _label(hour: Column | None, declared: str | None) -> tuple[str | None, Message | None]:
    """Hours that run to 24 are ends; those from 0 to 23 do not say which end they are."""
    if declared:
        return declared, None
    texts = set(hour.sample) if hour else set()
    if any(text.split(":")[0].rstrip("时点") == "24" for text in texts):
        return "end", Message("小时为 1—24，所以是小时的结束", "hours run to 24, so they are ends")
    return None, Message(
        "小时为 0—23，请向部门核实标的是小时的开始（start）还是结束（end）",
        "hours run from 0 to 23: ask the department whether they are starts or ends",
    )
