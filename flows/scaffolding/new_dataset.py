"""Making a new dataset file: a skeleton, with fields proposed from a department's file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from flows.scaffolding.columns import Column, columns_of, missing_texts
from flows.scaffolding.field_names import FieldNames
from flows.scaffolding.source_proposal import shaped_tables, surveyed
from flows.scaffolding.text_shapes import folded
from flows.scaffolding.written_definition import (
    already_there,
    read_text,
    refuse_wrong_identifier,
    write_new,
)
from flows.scaffolding.yaml_text import comment, flow
from flows.trial import file_snapshot
from schemas.arrangement import Records
from schemas.dataset import Dataset, DatasetField
from schemas.definition_checks import check_definitions
from schemas.definitions import Definitions
from schemas.message import Message, UnreadableFileError
from schemas.site import Site
from schemas.units import Unit, units_in_note
from schemas.validation import DefinitionProblem

LONGEST_INTEGER = 15
MOST_PLACES = 12
_INTEGER = re.compile(r"^[+-]?(0|[1-9][0-9]*|[1-9][0-9]{0,2}(,[0-9]{3})+)$")
_DECIMAL = re.compile(r"^[+-]?[0-9][0-9,]*\.(?P<places>[0-9]+)$")
_DATE = re.compile(r"^[0-9]{4}([-/.][0-9]{1,2}[-/.][0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日)$")
_DATETIME = re.compile(
    r"^[0-9]{4}([-/.][0-9]{1,2}[-/.][0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日)[T\s]*[0-9]{1,2}[:时].*$"
)
_EXACT_DIMENSIONS = ("money", "area")


@dataclass(frozen=True, slots=True)
class ProposedField:
    """One field of the new dataset. ``remark`` says what a person must still give."""

    name: str
    title_zh: str
    title_en: str
    type: str
    scale: int | None = None
    unit: str | None = None
    required: bool = False
    privacy: str | None = None
    column: str = ""
    remark: str = ""


@dataclass(slots=True)
class NewDataset:
    """A proposed dataset file."""

    identifier: str
    theme: str
    target: Path
    text: str
    fields: list[ProposedField]
    written: bool
    problems: list[DefinitionProblem] = field(default_factory=list)


def make_dataset(
    definitions: Definitions,
    identifier: str,
    theme: str,
    *,
    file: Path | None = None,
    write: bool = True,
) -> NewDataset:
    """Propose a dataset file, write it into the site and check it.

    Raises DefinitionError for a wrong or taken id, UnreadableFileError where the file holds no
    table.
    """
    refuse_wrong_identifier(identifier)
    refuse_wrong_identifier(theme)
    target = definitions.folder / "datasets" / theme / f"{identifier}.yml"
    if identifier in definitions.datasets or target.exists():
        known = definitions.datasets.get(identifier)
        raise already_there(known.document.path if known else target)
    if file is None:
        fields, key = _examples(), ["record_number"]
    else:
        fields, key = _fields_of(definitions, file)
    text = _text(identifier, theme, fields, key, definitions.site, file.name if file else "")
    defined, problems = read_text(text, target, Dataset)
    if defined is None:
        raise AssertionError("; ".join(problem.message().en for problem in problems))
    if write:
        write_new(text, target)
    definitions.datasets[identifier] = defined
    made = NewDataset(identifier, theme, target, text, fields, write)
    made.problems = [
        problem for problem in check_definitions(definitions) if problem.file == str(target)
    ]
    return made


def _examples() -> list[ProposedField]:
    return [
        ProposedField("record_number", "编号", "Number", "string", required=True),
        ProposedField("name", "名称", "Name", "string"),
        ProposedField("amount_cny", "金额", "Amount", "decimal", scale=2, unit="CNY"),
        ProposedField("published_on", "发布日期", "Published on", "date"),
    ]


# -- from a file --------------------------------------------------------------------------------


def _fields_of(definitions: Definitions, file: Path) -> tuple[list[ProposedField], list[str]]:
    """The fields of a file, and those that make the primary key."""
    folders = definitions.vocabulary_folders()
    names = FieldNames(folders)
    shaped = shaped_tables(surveyed(file_snapshot(file)), names)
    if not shaped:
        raise UnreadableFileError(
            Message("文件中没有数据行。", "The file has no row of data."),
            where=file.name,
            advice=Message("请换一份有数据的文件。", "Use a file that holds data."),
        )
    shape = max((shape for _, shape in shaped), key=lambda one: _size(one.records))
    columns = columns_of(shape.records)
    absent = {one.text for one in missing_texts(columns, folders) if one.declared}
    known = {
        item.name: item
        for defined in definitions.datasets.values()
        for item in defined.model.fields
        if item.computed is None
    }
    notes = [unit for note in shape.records.notes for unit in units_in_note(note)]
    height = shape.records.cells.height
    fields: list[ProposedField] = []
    for column in columns:
        values = column.values.filter(~column.values.is_in(list(absent)))
        shorn = replace(column, values=values)
        alias = next(
            (known[one.field] for one in names.aliases(column.name) if one.field in known), None
        )
        made = _known_field(alias, shorn) if alias else _new_field(shorn, notes, len(fields) + 1)
        taken = {one.name for one in fields}
        unique = made if made.name not in taken else _renamed(made, taken)
        fields.append(replace(unique, required=len(values) == height and height > 0))
    return fields, _key(columns, fields, height)


def _size(records: Records) -> int:
    return records.cells.height * len(columns_of(records))


def _renamed(made: ProposedField, taken: set[str]) -> ProposedField:
    number = 2
    while f"{made.name}_{number}" in taken:
        number += 1
    return replace(made, name=f"{made.name}_{number}", remark="同名的另一列，请改名")


def _known_field(item: DatasetField, column: Column) -> ProposedField:
    """A field that other datasets have already keeps its name, type and unit."""
    return ProposedField(
        name=item.name,
        title_zh=_title(column),
        title_en=item.title.en,
        type=item.type.value,
        scale=item.scale,
        unit=item.unit,
        privacy=item.privacy.value if item.privacy.value in ("free_text", "identifier") else None,
        column=column.reference,
        remark="可能是人名或单位名，请写 privacy" if item.kind_field else "",
    )


def _new_field(column: Column, notes: Sequence[Unit], number: int) -> ProposedField:
    kind, scale = _type_of(column)
    unit = column.unit
    if kind in ("integer", "decimal", "number") and unit is None and len(notes) == 1 and scale:
        unit = notes[0]
    if kind == "decimal" and (unit is None or unit.dimension not in _EXACT_DIMENSIONS):
        kind, scale = "number", None
    if unit is not None and unit.dimension in _EXACT_DIMENSIONS and kind == "integer":
        kind, scale = "decimal", 2
    return ProposedField(
        name=f"field_{number}",
        title_zh=_title(column),
        title_en=f"Field {number}",
        type=kind,
        scale=scale,
        unit=unit.code if unit and kind != "string" else None,
        column=column.reference,
        remark="请改为英文字段名，并写英文标题",
    )


def _title(column: Column) -> str:
    return column.bare_name or f"第 {column.index + 1} 列"


def _type_of(column: Column) -> tuple[str, int | None]:
    """The narrowest type that every text has; codes with leading zeros are text."""
    texts = [folded(text) for text in column.values.unique()]
    if not texts:
        return "string", None
    if all(_DATE.match(text) for text in texts):
        return "date", None
    if all(_DATE.match(text) or _DATETIME.match(text) for text in texts):
        return "datetime", None
    if all(_INTEGER.match(text) and len(text) <= LONGEST_INTEGER for text in texts):
        return "integer", None
    places = [_places(text) for text in texts]
    if all(place is not None for place in places):
        return "decimal", min(MOST_PLACES, max(place or 0 for place in places))
    return "string", None


def _places(text: str) -> int | None:
    decimal = _DECIMAL.match(text)
    if decimal:
        return len(decimal["places"])
    return 0 if _INTEGER.match(text) else None


def _key(columns: list[Column], fields: list[ProposedField], height: int) -> list[str]:
    """The first column that is filled everywhere and never twice the same; texts go first."""
    unique = [
        (column, item)
        for column, item in zip(columns, fields, strict=True)
        if item.required and column.values.n_unique() == height
    ]
    texts = [item for _, item in unique if item.type == "string"]
    chosen = texts or [item for _, item in unique] or fields
    return [chosen[0].name]


# -- the file -----------------------------------------------------------------------------------


def _text(
    identifier: str,
    theme: str,
    fields: list[ProposedField],
    key: list[str],
    site: Site,
    file_name: str,
) -> str:
    origin = f"根据文件“{file_name}”" if file_name else "按模板"
    name = site.publisher.name
    lines = [
        comment(f"由 gongkai new dataset {origin}建议。凡写着“请”的地方都需要人来确定。"),
        "format: 1",
        f"id: {identifier}",
        f"title: {flow({'zh': identifier, 'en': identifier})}  {comment('请写中英文标题')}",
        comment("请写说明：每一行是什么，包括哪些，单位和时间怎样算"),
        f"description: {flow({'zh': identifier, 'en': identifier})}",
        f"theme: {theme}",
        f"owner: {flow({'zh': name.zh, 'en': name.en})}  {comment('请写主管部门')}",
        comment("请写公开依据，例如："),
        comment(
            "legal_basis: [{title: 中华人民共和国政府信息公开条例, article: 第二十条, "
            "in_force_from: 2019-05-15}]"
        ),
        "disclosure: {attribute: proactive}"
        f"  {comment('请确认：proactive 主动公开；on_request、not_public 须写 reason')}",
        "update_frequency: irregular"
        f"  {comment('请写：hourly、daily、weekly、monthly、quarterly、annual 等')}",
        f"primary_key: {flow(key)}  {comment('请确认：这些字段合起来，每一行都不相同')}",
        "fields:",
    ]
    for one in fields:
        lines += _field_lines(one)
    return "\n".join(lines) + "\n"


def _field_lines(one: ProposedField) -> list[str]:
    told = "；".join(filter(None, [one.remark, f"文件中的列：{one.column}" if one.column else ""]))
    name = f"  - name: {one.name}"
    lines = [f"{name}  {comment(told)}" if told else name]
    lines.append(f"    title: {flow({'zh': one.title_zh, 'en': one.title_en})}")
    lines.append(f"    type: {one.type}")
    if one.scale is not None:
        lines.append(f"    scale: {one.scale}")
    if one.unit is not None:
        lines.append(f'    unit: "{one.unit}"')
    if one.required:
        lines.append("    constraints: {required: true}")
    if one.privacy is not None:
        lines.append(f"    privacy: {one.privacy}")
    return lines
