"""The source file: where one department keeps data for a dataset."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.connector_options import Completeness, ConnectorOptions
from schemas.dataset import Identifier, IsoDate
from schemas.layout import ColumnReference, FieldMapping, LayoutBody
from schemas.reader_options import ReaderOptions
from schemas.strict import StrictModel, Text, refuse


class Schedule(StrictModel):
    """When the source is run. ``cron`` has five fields; the time zone is a name such as
    Asia/Shanghai."""

    cron: Annotated[str, Field(pattern=r"^\S+(\s+\S+){4}$")]
    timezone: str = "Asia/Shanghai"
    catch_up: Literal["once", "skip"] = "once"


class AsOf(StrictModel):
    """The day the file speaks of, where it differs from the day it was fetched: fixed, or read
    from the snapshot's file name by a pattern with the groups year and perhaps month and day.
    Without a day the last one of the month (or year) is meant."""

    date: IsoDate | None = None
    file_name: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.date is None) == (self.file_name is None):
            refuse("date 与 file_name 须二选一", "give either date or file_name")
        if self.file_name is not None:
            try:
                groups = set(re.compile(self.file_name).groupindex)
            except re.error as error:
                refuse(
                    f"file_name 不是正则表达式：{error}",
                    f"file_name is not a regular expression: {error}",
                )
            if not {"year"} <= groups <= {"year", "month", "day"}:
                refuse(
                    "file_name 需要 (?P<year>…) 组，可以再有 (?P<month>…) 和 (?P<day>…)",
                    "file_name needs the group (?P<year>…), and may have (?P<month>…) and "
                    "(?P<day>…)",
                )
        return self


class Source(StrictModel):
    """Connector + layout + mapping + load mode + schedule.

    ``mapping``, ``ignore``, ``missing`` and ``reader`` given here override those of the layout,
    field by field, so that a shared layout can be put right for one source.

    ``load``: ``full`` and ``partition`` replace what this source gave before (whole, or the
    partitions that came); ``upsert`` replaces by key; ``append`` adds, and a known key with other
    values is a finding.
    """

    format: Literal[1]
    id: Identifier
    dataset: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]*/)?[a-z][a-z0-9_]*$")]
    title: Text | None = None
    department: Text
    connector: ConnectorOptions
    layout: str | LayoutBody | None = None
    reader: ReaderOptions | None = None
    mapping: dict[Identifier, FieldMapping | str] = Field(default_factory=dict)
    ignore: tuple[ColumnReference, ...] = ()
    missing: tuple[str, ...] | None = None
    load: Literal["full", "partition", "upsert", "append"]
    completeness: Completeness = Completeness()
    as_of: AsOf | None = None
    schedule: Schedule | None = None
    precedence: int | None = None

    @model_validator(mode="after")
    def _layout_where_needed(self) -> Self:
        if (self.layout is None) != (self.connector.type == "release"):
            refuse(
                "必须写 layout（派生来源除外）", "layout is required, except for a derived source"
            )
        return self

    @property
    def dataset_id(self) -> str:
        """The dataset's id without the theme that may stand before it."""
        return self.dataset.rpartition("/")[2]
