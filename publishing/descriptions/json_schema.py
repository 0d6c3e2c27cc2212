"""``schema.json``: JSON Schema (draft 2020-12) of one row as it stands in the JSON lines.

https://json-schema.org/draft/2020-12 . Every line has all keys; what has no value is null.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from publishing.addresses import file_address
from publishing.descriptions.promises import Promises, promises
from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.site import Site

JSON_SCHEMA = "schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPES: dict[FieldType, dict[str, Any]] = {
    FieldType.STRING: {"type": "string"},
    FieldType.INTEGER: {"type": "integer"},
    FieldType.DECIMAL: {"type": "number"},
    FieldType.NUMBER: {"type": "number"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.DATETIME: {"type": "string", "format": "date-time"},
    FieldType.YEAR: {"type": "integer"},
    FieldType.YEARMONTH: {"type": "string", "pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])$"},
}


def json_schema(dataset: Dataset, site: Site, version: int) -> dict[str, Any]:
    """The schema of a row of a version; its ``$id`` is where the file stands."""
    said: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": file_address(site, dataset.id, version, JSON_SCHEMA),
        "title": dataset.title.zh,
        "description": f"{dataset.description.zh}\n{dataset.description.en}",
        "type": "object",
        "properties": {field.name: _property(dataset, field) for field in dataset.fields},
        "required": dataset.field_names,
        "additionalProperties": False,
    }
    if dataset.deprecated is not None:
        said |= {"deprecated": True, "x-deprecation": dataset.deprecated.published()}
    return said


def _property(dataset: Dataset, field: DatasetField) -> dict[str, Any]:
    said: dict[str, Any] = {"title": f"{field.title.zh} {field.title.en}"}
    if field.description is not None:
        said["description"] = f"{field.description.zh}\n{field.description.en}"
    promised = promises(dataset, field)
    said |= TYPES[field.type] | _constraints(promised)
    if not promised.required:
        said["type"] = [said["type"], "null"]
        if "enum" in said:
            said["enum"] = [*said["enum"], None]
    if field.unit is not None:
        said["x-unit"] = field.unit
    if field.scale is not None:
        said["x-scale"] = field.scale
    if field.code_list is not None:
        said["x-code-list"] = field.code_list
    if field.deprecated is not None:
        said |= {"deprecated": True, "x-deprecation": field.deprecated.published()}
    return said


def _constraints(promised: Promises) -> dict[str, Any]:
    said: dict[str, Any] = {
        "minimum": _number(promised.minimum),
        "maximum": _number(promised.maximum),
        "exclusiveMinimum": _number(promised.exclusive_minimum),
        "exclusiveMaximum": _number(promised.exclusive_maximum),
        "minLength": promised.min_length,
        "maxLength": promised.max_length,
        "enum": list(promised.enum) if promised.enum else None,
        "pattern": promised.whole_text_pattern,
    }
    return {name: value for name, value in said.items() if value is not None}


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
