"""Which column feeds which field: by title first, then by whether the texts can be read so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flows.scaffolding.columns import Column
from flows.scaffolding.field_names import (
    AS_PUBLISHED,
    CERTAIN,
    DatasetNames,
    FieldNames,
    NameHit,
    name_key,
)
from flows.scaffolding.reading_trial import Read, TableOnTrial, unit_of
from flows.scaffolding.time_columns import time_template
from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.layout import FieldMapping
from schemas.message import Message
from schemas.units import Unit, find_unit

READABLE = 0.8
ONE_NUMBER = r"^\s*([0-9.]+)\s*年?\s*$"
"""Of a text that may speak of several uses, the number where there is only one."""

WEIGHT_OF_VALUES = 0.3
BOUND_SIGNS = ("≤", "≥", "<", ">", "＜", "＞", "~", "～", "不大于", "不小于", "以上", "以下")
DATE_FORMATS = (
    "MM-DD HH:mm",
    "M月D日 HH:mm",
    "M月D日",
    "MM-DD",
    "YYYYMMDDHH",
    "YYYYMMDD HH:mm",
    "YYYYMMDDHHmm",
    "YYYYMMDDHHmmss",
    "YYYYMM",
)
AXES = {
    "longitude": r"^\[\s*(-?[0-9.]+)\s*,",
    "latitude": r"^\[\s*-?[0-9.]+\s*,\s*(-?[0-9.]+)",
}
_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.NUMBER)
_TIMES = (FieldType.DATE, FieldType.DATETIME)


@dataclass(frozen=True, slots=True)
class FieldProposal:
    """Where one field may come from.

    Attributes:
        field: the field's name.
        mapping: what would stand under ``mapping:``; a text is short for ``from``.
        columns: physical columns it reads.
        certain: False where a person has to decide; the line is then written as a comment.
        remark: why, or what should be known about it.
        filled: False where the columns hold nothing in this file.
    """

    field: str
    mapping: str | dict[str, Any]
    columns: tuple[int, ...]
    certain: bool
    remark: Message | None = None
    filled: bool = True


@dataclass(slots=True)
class Match:
    """How well a table fits a dataset."""

    dataset: Dataset
    proposals: list[FieldProposal] = field(default_factory=list)

    @property
    def certain(self) -> list[FieldProposal]:
        """Those that need nobody."""
        return [one for one in self.proposals if one.certain]

    @property
    def unmapped_required(self) -> list[str]:
        """Required fields that no certain proposal feeds."""
        fed = {one.field for one in self.certain}
        return [name for name in required_fields(self.dataset) if name not in fed]

    def unused(self, columns: list[Column]) -> list[Column]:
        """Columns that no certain proposal reads."""
        used = {index for one in self.certain for index in one.columns}
        return [column for column in columns if column.index not in used]

    @property
    def score(self) -> float:
        """Fields recognised, required ones twice, uncertain ones a little."""
        required = set(required_fields(self.dataset))
        return sum(
            (2.0 if one.field in required else 1.0) * (1.0 if one.certain else 0.3)
            for one in self.proposals
            if one.filled
        )


def required_fields(dataset: Dataset) -> list[str]:
    """Fields a source must map: those that ``gongkai check`` asks for."""
    return [
        item.name
        for item in dataset.fields
        if item.computed is None
        and (
            item.name in dataset.primary_key
            or (item.constraints.required and item.constraints.severity == "error")
        )
    ]


@dataclass(slots=True)
class Matcher:
    """Matches the columns of one table with the fields of one dataset."""

    table: TableOnTrial
    dataset: Dataset
    all_names: FieldNames
    hour_label: str | None = None
    _names: DatasetNames = field(init=False)
    _taken: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._names = self.all_names.of_dataset(self.dataset)

    def match(self) -> Match:
        """Every proposal, in the order of the dataset's fields."""
        found: dict[str, FieldProposal] = {}
        for _, item, column, hit in self._candidates():
            if item.name in found or (column.index in self._taken and not self._is_pair(item)):
                continue
            proposal = self._proposal(item, column, hit)
            found[item.name] = proposal
            self._taken.add(column.index)
        for item in self._open_fields(found):
            for proposal in self._other_ways(item):
                if item.name not in found or not found[item.name].certain:
                    found[item.name] = proposal
                    break
        order = self.dataset.field_names
        return Match(self.dataset, sorted(found.values(), key=lambda one: order.index(one.field)))

    # -- by title -------------------------------------------------------------------------------

    def _candidates(self) -> list[tuple[float, DatasetField, Column, NameHit]]:
        """Field and column pairs, the best first; of equal ones the earlier, fuller column."""
        fields = {item.name: item for item in self.dataset.fields if item.computed is None}
        pairs = []
        for column in self.table.columns:
            for name, hit in self._names.hits(column.name).items():
                if name not in fields:
                    continue
                read = self._read(fields[name], column, hit)
                score = hit.strength + WEIGHT_OF_VALUES * (read.share if read.filled else 0.0)
                if hit.strength < CERTAIN and read.share < READABLE:
                    continue
                fullness = len(column.values) / max(1, self.table.records.cells.height)
                pairs.append((score + 0.001 * fullness, fields[name], column, hit))
        return sorted(pairs, key=lambda pair: -pair[0])

    def _is_pair(self, item: DatasetField) -> bool:
        """``容积率`` may feed both the minimum and the maximum, and a text as it was published
        stands beside the number made of it."""
        return item.name.endswith(("_min", "_max")) or item.title.zh.endswith(AS_PUBLISHED)

    def _has_published_twin(self, item: DatasetField) -> bool:
        title = f"{item.title.zh}{AS_PUBLISHED}"
        return any(other.title.zh == title for other in self.dataset.fields)

    def _read(self, item: DatasetField, column: Column, hit: NameHit) -> Read:
        """How the texts read as the field, in the unit that is written or, for a look only, in
        the field's own."""
        unit = column.unit or unit_of(hit.unit) or unit_of(item.unit)
        ways = (self.table.read(item, way, unit) for way in self._ways(item, column))
        best = Read(1, 0)
        for read in ways:
            if self._is_enough(item, read):
                return read
            best = max(best, read, key=lambda one: one.share)
        return best

    def _is_enough(self, item: DatasetField, read: Read) -> bool:
        """Nearly all texts read; all of them where a further way would leave the rest out."""
        return read.share >= (1.0 if self._has_published_twin(item) else READABLE)

    def _ways(self, item: DatasetField, column: Column) -> Iterator[FieldMapping]:
        plain: dict[str, Any] = {"from": column.reference}
        if item.hour_label is not None:
            plain["hour_label"] = item.hour_label
        yield FieldMapping.model_validate(plain)
        if self._has_published_twin(item):
            yield FieldMapping.model_validate({**plain, "extract": ONE_NUMBER})
        if item.type in _NUMBERS and any(
            sign in text for text in column.sample.head(50) for sign in BOUND_SIGNS
        ):
            yield FieldMapping.model_validate({**plain, "bound": _bound(item)})
        if item.type in _TIMES:
            for form in DATE_FORMATS:
                yield FieldMapping.model_validate({**plain, "date_format": form})

    def _proposal(self, item: DatasetField, column: Column, hit: NameHit) -> FieldProposal:
        given: dict[str, Any] = {"from": column.reference}
        remarks: list[Message] = []
        certain = hit.strength >= CERTAIN
        if not certain:
            remarks.append(Message("列名只是相近", "the title is only alike"))
        read = self._read(item, column, hit)
        chosen = self._chosen_way(item, column, hit)
        if chosen.bound:
            given["bound"] = chosen.bound
        if chosen.extract:
            given["extract"] = chosen.extract
            remarks.append(
                Message("几种用途各有数值的留在原文字段", "texts with several numbers stay as text")
            )
        if chosen.date_format:
            given["date_format"] = chosen.date_format
            remarks += _year_remark(chosen.date_format)
        if read.share < READABLE:
            certain = False
            shown = "、".join(read.examples)
            remarks.append(
                Message(
                    f"{read.filled} 个值中有 {read.filled - read.good} 个读不出，如 {shown}",
                    f"{read.filled - read.good} of {read.filled} values cannot be read: {shown}",
                )
            )
        unit_known, unit_remark = self._declare_unit(item, column, hit, given)
        remarks += unit_remark
        if item.hour_label is not None:
            certain = self._declare_hour(column, given, remarks) and certain
        mapping: str | dict[str, Any] = given["from"] if len(given) == 1 else given
        return FieldProposal(
            item.name,
            mapping,
            (column.index,),
            certain and unit_known,
            _joined(remarks),
            filled=not column.values.is_empty(),
        )

    def _chosen_way(self, item: DatasetField, column: Column, hit: NameHit) -> FieldMapping:
        unit = column.unit or unit_of(hit.unit) or unit_of(item.unit)
        ways = list(self._ways(item, column))
        for way in ways:
            if self._is_enough(item, self.table.read(item, way, unit)):
                return way
        return ways[0]

    def _declare_unit(
        self, item: DatasetField, column: Column, hit: NameHit, given: dict[str, Any]
    ) -> tuple[bool, list[Message]]:
        """Whether the unit of the numbers is known; write it down where only the title tells it.

        Units are never guessed: one that stands nowhere leaves the line to a person.
        """
        wanted = unit_of(item.unit)
        if wanted is None or column.unit is not None or wanted.code == "1":
            return True, []
        if self.table.note_unit(wanted.dimension) is not None:
            return True, []
        way = FieldMapping.model_validate(given)
        alone = self.table.read(item, way, None)
        if alone.filled and alone.share >= READABLE:
            return True, []
        told: Unit | None = find_unit(hit.unit) if hit.unit else None
        if told is not None and told.dimension == wanted.dimension:
            given["unit"] = told.code
            return True, []
        given["unit"] = wanted.code
        return False, [
            Message(
                "文件没有写明单位，请向部门核实后写上",
                "the file says no unit; ask the department and write it down",
            )
        ]

    def _declare_hour(self, column: Column, given: dict[str, Any], remarks: list[Message]) -> bool:
        """Write which end of the hour the times name, where the file shows it or someone said."""
        label, remark = hour_label_of(column, self.hour_label)
        given["hour_label"] = label or "end"
        if remark:
            remarks.append(remark)
        return label is not None

    # -- other ways -----------------------------------------------------------------------------

    def _open_fields(self, found: dict[str, FieldProposal]) -> list[DatasetField]:
        return [
            item
            for item in self.dataset.fields
            if item.computed is None and not (item.name in found and found[item.name].certain)
        ]

    def _other_ways(self, item: DatasetField) -> Iterator[FieldProposal]:
        """A time put together from columns; a number taken out of a link."""
        if item.name in AXES:
            yield from self._of_coordinates(item)
        if item.type in _TIMES and self._is_time_of_row(item):
            made = time_template(self.table, self.all_names, item, self.hour_label)
            if made is not None:
                mapping, columns, certain, remark = made
                yield FieldProposal(item.name, mapping, columns, certain, remark)
        for column in self.table.columns:
            for name in column.link_parameters():
                hit = self._names.hits(name).get(item.name)
                if hit is not None and hit.strength >= CERTAIN:
                    pattern = f"{name}=([0-9A-Za-z-]+)"
                    given = {"from": column.reference, "extract": pattern}
                    yield FieldProposal(item.name, given, (column.index,), True)

    def _is_time_of_row(self, item: DatasetField) -> bool:
        """The time a row speaks of, rather than one of many dates about it."""
        partition = self.dataset.partition.field if self.dataset.partition else ""
        return item.name in self.dataset.primary_key or item.name == partition

    def _of_coordinates(self, item: DatasetField) -> Iterator[FieldProposal]:
        """Longitude and latitude of a point: in GeoJSON (RFC 7946, 3.1.1) in this order."""
        for column in self.table.columns:
            if name_key(column.name.rpartition("/")[2]) != "coordinates":
                continue
            given = {"from": column.reference, "extract": AXES[item.name], "unit": "deg"}
            read = self.table.read(item, FieldMapping.model_validate(given), find_unit("deg"))
            if read.filled and read.share >= READABLE:
                yield FieldProposal(item.name, given, (column.index,), True)


def _bound(item: DatasetField) -> str:
    if item.name.endswith("_min"):
        return "lower"
    return "upper" if item.name.endswith("_max") else "only"


def _year_remark(form: str) -> list[Message]:
    if "YY" in form:
        return []
    return [
        Message(
            "时间没有年份：取自采集日期，或请写 as_of",
            "times have no year: the day of fetching gives it, or write as_of",
        )
    ]


def hour_label_of(column: Column, declared: str | None) -> tuple[str | None, Message | None]:
    """``end`` where an hour 24 occurs, else what was declared; None where nothing tells it."""
    if declared:
        return declared, None
    texts = column.values.head(5000)
    if bool(texts.str.contains(r"(^|\s|T)24(:00|时|点|$)").any()):
        return "end", Message("出现 24 时，所以是小时的结束", "hour 24 occurs, so it is the end")
    return None, Message(
        "请向部门核实时间标的是小时的开始（start）还是结束（end）",
        "ask the department whether a time names the start or the end of its hour",
    )


def _joined(remarks: list[Message]) -> Message | None:
    if not remarks:
        return None
    return Message("；".join(one.zh for one in remarks), "; ".join(one.en for one in remarks))
