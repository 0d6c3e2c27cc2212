"""``datastore_search``: the rows of a resource, through the query engine.

``_id`` is the number of the row in the answer, from 1: without filters and sorting its number in
the version. ``_row_id`` is the row's id, the same in every version.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from publishing.canonical_text import csv_lines, json_lines
from publishing.portal.ckan.envelopes import ExactRecords, invalid, not_found
from publishing.portal.ckan.parameters import Parameters
from publishing.portal.published import PublishedVersion
from publishing.queries.engine import QueryEngine, RowPage
from publishing.queries.operators import Operator
from publishing.queries.query import MOST_ROWS, Filter, Order, RowQuery, Selection, make_filter
from publishing.queries.result_columns import field_columns
from publishing.queries.typed_values import value_text
from schemas.dataset import Dataset, FieldType

ID, ROW_ID = "_id", "_row_id"
TYPES = {
    FieldType.STRING: "text",
    FieldType.INTEGER: "int8",
    FieldType.DECIMAL: "numeric",
    FieldType.NUMBER: "float8",
    FieldType.BOOLEAN: "bool",
    FieldType.DATE: "date",
    FieldType.DATETIME: "timestamptz",
    FieldType.YEAR: "int4",
    FieldType.YEARMONTH: "text",
}
"""Types of PostgreSQL, as CKAN's datastore tells them."""
OPERATORS = {
    "eq": "eq",
    "ne": "ne",
    "neq": "ne",
    "lt": "lt",
    "lte": "le",
    "gt": "gt",
    "gte": "ge",
    "in": "in",
}
FORMATS = ("objects", "lists", "csv", "tsv")


def of_partition(version: PublishedVersion, partition: str) -> PublishedVersion:
    """The version as if it had one partition only. Raises CkanError where that is gone."""
    for part in version.manifest["partitions"]:
        if part["partition"] == partition:
            manifest = {**version.manifest, "partitions": [part], "rows": part["rows"]}
            return replace(version, manifest=manifest)
    raise not_found(f'Partition "{partition}" was not found.')


def search(
    version: PublishedVersion, resource: str, engine: QueryEngine, given: Parameters
) -> dict[str, Any]:
    """The answer of ``datastore_search``. Raises CkanError and QueryRefusedError."""
    dataset = version.dataset
    form = given.text("records_format", "objects")
    if form not in FORMATS:
        raise invalid("records_format", f"Must be one of: {', '.join(FORMATS)}")
    if given.flag("distinct", default=False):
        raise invalid("distinct", "Is not supported here")
    names = [name for name in given.names("fields") if name not in (ID, ROW_ID)]
    for name in names:
        _known(dataset, "fields", name)
    names = names or dataset.field_names
    limit = given.whole("limit", 100, most=MOST_ROWS)
    offset = given.whole("offset", 0)
    filters = given.structured("filters") or {}
    query = RowQuery(
        _selection(dataset, filters, given, engine),
        select=tuple(names),
        order=_orders(dataset, given.names("sort")),
        limit=limit,
        offset=offset,
    )
    page = engine.rows(version, query)
    answer: dict[str, Any] = {
        "include_total": True,
        "resource_id": resource,
        "fields": described_fields(dataset, names),
        "records_format": form,
        "limit": limit,
        "offset": offset,
        "filters": filters,
        "total": page.total,
        "total_was_estimated": False,
        "records": _records(page, dataset, names, offset, form, str(engine.zone)),
        "_links": _links(resource, limit, offset),
    }
    return answer


def information(version: PublishedVersion, resource: str) -> dict[str, Any]:
    """The answer of ``datastore_info``."""
    return {
        "meta": {"id": resource, "count": version.manifest["rows"], "table_type": "BASE TABLE"},
        "fields": described_fields(version.dataset, version.dataset.field_names),
    }


def described_fields(dataset: Dataset, names: Sequence[str]) -> list[dict[str, Any]]:
    """The columns: types of PostgreSQL, titles and descriptions as a data dictionary."""
    found: list[dict[str, Any]] = [{"id": ID, "type": "int"}, {"id": ROW_ID, "type": "text"}]
    for name in names:
        field = dataset.field(name)
        info = {"label": field.title.zh, "label_en": field.title.en}
        if field.description is not None:
            info |= {"notes": field.description.zh, "notes_en": field.description.en}
        if field.unit is not None:
            info["unit"] = field.unit
        found.append({"id": name, "type": TYPES[field.type], "info": info})
    return found


def _selection(dataset: Dataset, filters: Any, given: Parameters, engine: QueryEngine) -> Selection:
    if not isinstance(filters, dict):
        raise invalid("filters", 'Must be an object such as {"field": "value"}')
    made: list[Filter] = []
    for name, wanted in filters.items():
        _known(dataset, "filters", name)
        made += _filters(dataset, name, wanted, engine)
    words = given.structured("q")
    if isinstance(words, dict):
        for name, text in words.items():
            _known(dataset, "q", name)
            made += [
                make_filter(dataset, name, Operator.CONTAINS, [word], engine.zone)
                for word in str(text).split()
            ]
        words = ""
    elif words is not None and not isinstance(words, str | int | float):
        raise invalid("q", "Must be a text, or texts by field")
    everywhere = f"{words or ''} {given.text('full_text')}".strip()
    return Selection(tuple(made), everywhere)


def _filters(dataset: Dataset, name: str, wanted: Any, engine: QueryEngine) -> list[Filter]:
    if isinstance(wanted, dict):
        made = []
        for operator, value in wanted.items():
            if operator not in OPERATORS:
                raise invalid("filters", f"{name}: no operator {operator!r}")
            texts = _texts(name, value if isinstance(value, list) else [value])
            made.append(make_filter(dataset, name, OPERATORS[operator], texts, engine.zone))
        return made
    if wanted is None:
        return [make_filter(dataset, name, Operator.EMPTY, ["true"], engine.zone)]
    values = wanted if isinstance(wanted, list) else [wanted]
    operator = Operator.EQ if len(values) == 1 else Operator.IN
    if dataset.field(name).type is FieldType.BOOLEAN and len(values) > 1:
        raise invalid("filters", f"{name}: one value")
    return [make_filter(dataset, name, operator, _texts(name, values), engine.zone)]


def _texts(name: str, values: Sequence[Any]) -> list[str]:
    for value in values:
        if not isinstance(value, str | int | float | bool):
            raise invalid("filters", f"{name}: values must be texts, numbers, true or false")
    return [value_text(value) for value in values]


def _orders(dataset: Dataset, keys: Sequence[str]) -> tuple[Order, ...]:
    orders = []
    for key in keys:
        name, *rest = key.split() or [""]
        direction = (rest[0] if rest else "asc").lower()
        if direction not in ("asc", "desc") or [word.lower() for word in rest[1:]] not in (
            [],
            ["nulls", "last"],
        ):
            raise invalid("sort", f"cannot sort by {key!r}: field [asc|desc] [nulls last]")
        if name == ID and direction == "asc":
            continue  # the order of the release
        _known(dataset, "sort", name.strip('"'))
        orders.append(Order(name.strip('"'), direction == "desc"))
    return tuple(orders)


def _known(dataset: Dataset, parameter: str, name: Any) -> None:
    if name not in dataset.field_names:
        raise invalid(parameter, f'field "{name}" not in table')


def _records(
    page: RowPage, dataset: Dataset, names: Sequence[str], offset: int, form: str, timezone: str
) -> Any:
    """The rows with all their digits: as the lines of the released files are written."""
    columns = field_columns(dataset, names)
    numbers = range(offset + 1, offset + 1 + len(page.rows))
    made = [
        pl.Series(ID, list(numbers), dtype=pl.Int64),
        pl.Series(ROW_ID, page.row_ids, dtype=pl.String),
    ]
    for place, column in enumerate(columns):
        values = [row[place] for row in page.rows]
        made.append(_series(column.name, values, column.dtype(timezone), timezone))
    frame = pl.DataFrame(made)
    if form in ("csv", "tsv"):
        text = csv_lines(frame).decode()
        return text if form == "csv" else _tabbed(text)
    lines = json_lines(frame).decode().splitlines()
    if form == "objects":
        return ExactRecords(lines)
    return ExactRecords([_list_of(line) for line in lines])


def _series(name: str, values: list[Any], dtype: pl.DataType, timezone: str) -> pl.Series:
    if isinstance(dtype, pl.Datetime):
        local = [None if value is None else value.replace(tzinfo=None) for value in values]
        naive = pl.Series(name, local, dtype=pl.Datetime("ms"))
        return naive.dt.replace_time_zone(timezone, ambiguous="earliest")
    return pl.Series(name, values, dtype=dtype)


def _list_of(line: str) -> str:
    """The values of a JSON object as a JSON list, their texts untouched."""
    kept = json.loads(line, parse_float=_Digits, parse_int=_Digits)
    return f"[{','.join(_written(value) for value in kept.values())}]"


class _Digits(str):
    """A number as it stands in JSON."""

    __slots__ = ()


def _written(value: Any) -> str:
    return str(value) if isinstance(value, _Digits) else json.dumps(value, ensure_ascii=False)


def _tabbed(text: str) -> str:
    written = io.StringIO()
    writer = csv.writer(written, dialect="excel-tab", lineterminator="\n")
    writer.writerows(csv.reader(io.StringIO(text)))
    return written.getvalue()


def _links(resource: str, limit: int, offset: int) -> dict[str, str]:
    start = f"/api/3/action/datastore_search?resource_id={resource}&limit={limit}"
    return {"start": start, "next": f"{start}&offset={offset + limit}"}
