"""The parameters of a dataset's rows for OpenAPI: one per field and operator, typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from publishing.portal.api.negotiation import Format
from publishing.portal.api.parameters import MOST_SEARCH_CHARACTERS, RESERVED
from publishing.queries.operators import Operator, operators_of
from publishing.queries.query import (
    DEFAULT_ROWS,
    MOST_AGGREGATES,
    MOST_GROUPED,
    MOST_ORDERS,
    MOST_ROWS,
    MOST_VALUES,
    figure_names,
    group_names,
)
from publishing.queries.typed_values import EXAMPLES, MOST_CHARACTERS
from schemas.dataset import Dataset, DatasetField, FieldType

Json = dict[str, Any]
VALUE_SCHEMAS: Mapping[FieldType, Json] = {
    FieldType.STRING: {"type": "string", "maxLength": MOST_CHARACTERS},
    FieldType.INTEGER: {"type": "integer"},
    FieldType.YEAR: {"type": "integer"},
    FieldType.DECIMAL: {
        "type": "string",
        "pattern": r"^-?[0-9]{1,100}(\.[0-9]{1,100})?$",
        "description": "An exact decimal number.",
    },
    FieldType.NUMBER: {"type": "number"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.DATETIME: {
        "type": "string",
        "format": "date-time",
        "description": "Without an offset it is in the site's time zone. A + is written %2B.",
    },
    FieldType.YEARMONTH: {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
}
_WORDS = {
    Operator.EQ: ("等于", "equal to"),
    Operator.NE: ("不等于（含无值）", "other than, or without a value"),
    Operator.LT: ("小于", "less than"),
    Operator.LE: ("小于或等于", "at most"),
    Operator.GT: ("大于", "greater than"),
    Operator.GE: ("大于或等于", "at least"),
    Operator.IN: ("其中之一（逗号分隔）", "one of (separated by commas)"),
    Operator.CONTAINS: ("包含", "containing"),
    Operator.STARTS_WITH: ("开头为", "starting with"),
    Operator.EMPTY: ("无值或为空", "without a value, or empty"),
}


def value_schema(kind: FieldType) -> Json:
    """A reference to the schema of a value in a query."""
    return {"$ref": f"#/components/schemas/{value_name(kind)}"}


def value_name(kind: FieldType) -> str:
    """The name of that schema among the components."""
    return f"Value.{kind.value}"


def row_parameters(dataset: Dataset) -> list[Json]:
    """All parameters of ``/datasets/<id>/rows``."""
    return [*_shape(dataset), *COMMON_REFERENCES, *_filters(dataset)]


COMMON: Mapping[str, Json] = {
    "limit": {
        "name": "limit",
        "in": "query",
        "description": "每页行数。Rows of a page.",
        "schema": {
            "type": "integer",
            "minimum": 0,
            "maximum": MOST_ROWS,
            "default": DEFAULT_ROWS,
        },
    },
    "cursor": {
        "name": "cursor",
        "in": "query",
        "description": "下一页：原样取自上一页的 next。The next page, as told by the page before.",
        "schema": {"type": "string"},
    },
    "q": {
        "name": "q",
        "in": "query",
        "description": "文字字段中都出现的词，不分大小写。Words that the text fields hold, all of "
        "them, without regard to case.",
        "schema": {"type": "string", "maxLength": MOST_SEARCH_CHARACTERS},
    },
    "version": {
        "name": "version",
        "in": "query",
        "description": "版本号，或日期（当日结束时的版本）。A version by number, or by date: the "
        "one that was current at the end of that day.",
        "schema": {
            "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "format": "date"}]
        },
    },
    "format": {
        "name": "format",
        "in": "query",
        "description": "格式，优先于 Accept。The format; it comes before Accept.",
        "schema": {"type": "string", "enum": [one.value for one in Format]},
    },
}
COMMON_REFERENCES: list[Json] = [{"$ref": f"#/components/parameters/{name}"} for name in COMMON]


def _shape(dataset: Dataset) -> list[Json]:
    groups, figures = group_names(dataset), figure_names(dataset)
    columns = dict.fromkeys([*dataset.field_names, *groups, *figures])
    sorts = [sign + name for name in columns for sign in ("", "-")]
    return [
        _list("select", dataset.field_names, len(dataset.fields), "返回的字段。Fields to give."),
        _list(
            "sort",
            sorts,
            MOST_ORDERS,
            "排序，“-”为降序，无值者在最后；分组时只能按结果中的列。Sort; - is descending, rows "
            "without a value are last; a grouped query sorts by columns of its answer.",
        ),
        _list(
            "group",
            groups,
            MOST_GROUPED,
            "分组，不能与 select 同用。Group by; not together with select.",
            unique=True,
        ),
        _list(
            "aggregate",
            figures,
            MOST_AGGREGATES,
            "每组的汇总值。Figures per group, exact for whole numbers and decimals.",
            unique=True,
        ),
    ]


def _list(name: str, choices: Sequence[str], most: int, told: str, *, unique: bool = False) -> Json:
    schema: Json = {
        "type": "array",
        "items": {"type": "string", "enum": list(choices)},
        "minItems": 1,
    }
    if unique:
        schema["uniqueItems"] = True
    if len(choices) > most or not unique:
        schema["maxItems"] = most
    return {
        "name": name,
        "in": "query",
        "style": "form",
        "explode": False,
        "description": told,
        "schema": schema,
    }


def _filters(dataset: Dataset) -> list[Json]:
    return [
        _filter(field, operator)
        for field in dataset.fields
        for operator in operators_of(field.type)
    ]


def _filter(field: DatasetField, operator: Operator) -> Json:
    zh, en = _WORDS[operator]
    plain = operator is Operator.EQ and field.name not in RESERVED
    found: Json = {
        "name": field.name if plain else f"{field.name}.{operator.value}",
        "in": "query",
        "description": f"{field.title.zh}{zh}。{field.title.en}: {en}.",
    }
    if operator is Operator.IN:
        found |= {"style": "form", "explode": False}
        items = value_schema(field.type)
        found["schema"] = {"type": "array", "items": items, "minItems": 1, "maxItems": MOST_VALUES}
    elif operator is Operator.EMPTY:
        found["schema"] = {"type": "boolean"}
    else:
        found["schema"] = value_schema(field.type)
    if field.type in EXAMPLES and operator not in (Operator.IN, Operator.EMPTY):
        found["example"] = _example(field.type)
    return found


def _example(kind: FieldType) -> Any:
    text = EXAMPLES[kind]
    match kind:
        case FieldType.INTEGER | FieldType.YEAR:
            return int(text)
        case FieldType.NUMBER:
            return float(text)
        case FieldType.BOOLEAN:
            return text == "true"
        case _:
            return text
