"""What a layout comes to for one source and one day: eras chosen, the source's overrides merged."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from schemas.layout import Era, FieldMapping, LayoutBody, Table
from schemas.message import GongkaiError, Message
from schemas.reader_options import ReaderOptions
from schemas.snapshot import Snapshot
from schemas.source import Source


@dataclass(frozen=True, slots=True)
class EffectiveLayout:
    """The layout as it is applied to one snapshot. ``mapping`` is by field name."""

    reader: ReaderOptions
    members: str | None
    table: Table
    mapping: dict[str, FieldMapping]
    ignore: tuple[str, ...]
    missing: tuple[str, ...]
    as_of: dt.date


def as_mapping(given: FieldMapping | str) -> FieldMapping:
    """``field: column`` is short for ``field: {from: column}``."""
    return FieldMapping.model_validate({"from": given}) if isinstance(given, str) else given


def as_of_date(source: Source, snapshot: Snapshot, fallback: dt.date) -> dt.date:
    """The day a snapshot speaks of: declared, read from its file name, or ``fallback``.

    Raises GongkaiError where the declared pattern does not fit the file name.
    """
    if source.as_of is None:
        return fallback
    if source.as_of.date is not None:
        return source.as_of.date
    found = re.search(source.as_of.file_name or "", snapshot.name)
    if found is None:
        raise GongkaiError(
            Message(
                f"文件名不符合 as_of.file_name 的写法 {source.as_of.file_name}。",
                f"The file name does not fit as_of.file_name {source.as_of.file_name}.",
            ),
            where=snapshot.name,
            advice=Message(
                "请修改来源文件中的 as_of，或请部门按约定命名。",
                "Correct as_of in the source file, or ask for the agreed file name.",
            ),
        )
    return _last_day(source, snapshot, found.groupdict())


def _last_day(source: Source, snapshot: Snapshot, groups: dict[str, str | None]) -> dt.date:
    """The day named, or the last one of the month or year named: what the file speaks of lies
    before it, so that dates without a year fall into the right one."""
    try:
        year, month = int(groups["year"] or ""), int(groups.get("month") or 12)
        last = calendar.monthrange(year, month)[1]
        return dt.date(year, month, int(groups.get("day") or last))
    except ValueError as error:
        told = "-".join(str(part) for part in groups.values() if part)
        raise GongkaiError(
            Message(f"文件名中的“{told}”不是日期。", f"'{told}' in the file name is not a date."),
            where=snapshot.name,
            advice=Message(
                f"请修改来源文件 {source.id} 的 as_of.file_name。",
                f"Correct as_of.file_name in the source file {source.id}.",
            ),
        ) from error


def effective_layout(source: Source, layout: LayoutBody, as_of: dt.date) -> EffectiveLayout:
    """Merge layout, the era of ``as_of`` and the source's own overrides, in this order."""
    era = _era_on(layout, as_of)
    mapping = {name: as_mapping(given) for name, given in layout.mapping.items()}
    if era:
        mapping |= {name: as_mapping(given) for name, given in era.mapping.items()}
    mapping |= {name: as_mapping(given) for name, given in source.mapping.items()}
    ignore = era.ignore if era and era.ignore is not None else layout.ignore
    missing = era.missing if era and era.missing is not None else layout.missing
    return EffectiveLayout(
        reader=source.reader or (era.reader if era and era.reader else layout.reader),
        members=layout.members,
        table=era.table if era and era.table else layout.table,
        mapping=mapping,
        ignore=(*ignore, *source.ignore, *_serial_column(source)),
        missing=source.missing if source.missing is not None else missing,
        as_of=as_of,
    )


def _serial_column(source: Source) -> tuple[str, ...]:
    """The column that proves completeness is used, though no field is made from it."""
    column = source.completeness.serial_column
    return (column,) if column is not None else ()


def _era_on(layout: LayoutBody, day: dt.date) -> Era | None:
    for era in layout.eras:
        after = era.valid_from is None or era.valid_from <= day
        before = era.valid_to is None or day <= era.valid_to
        if after and before:
            return era
    return None
