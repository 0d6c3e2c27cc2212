"""``datapackage.json``: Data Package 2.0 with Table Schema, generated from the dataset file.

https://datapackage.org/standard/data-package/ . ``fieldsMatch`` is left out: the published JSON
profile types it otherwise than the text of the standard, and its default is what we mean.

Datasets whose fields give a ``fiscal_type`` are Fiscal Data Packages as well: ``columnType`` of
their fields by the budget taxonomy, and ``countryCode``, ``granularity``, ``currency`` and
``fiscalPeriod`` of the whole. (The ``mapping`` of draft 0.3 is replaced by ``columnType`` in 1.0.)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from publishing.descriptions.promises import promises
from publishing.hashed_file import FileFacts
from publishing.ocds.release_package import OCDS
from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.fiscal_types import FISCAL_YEAR, VALUE

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TYPES = {
    FieldType.STRING: "string",
    FieldType.INTEGER: "integer",
    FieldType.DECIMAL: "number",
    FieldType.NUMBER: "number",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
    FieldType.DATETIME: "datetime",
    FieldType.YEAR: "year",
    FieldType.YEARMONTH: "yearmonth",
}
MEDIA_TYPES = {
    "csv": ("csv", "text/csv"),
    "csv.gz": ("csv", "text/csv"),
    "jsonl": ("ndjson", "application/x-ndjson"),
    "jsonl.gz": ("ndjson", "application/x-ndjson"),
    "parquet": ("parquet", "application/vnd.apache.parquet"),
}
TABULAR = ("csv", "csv.gz")
COUNTRY, CURRENCY = "CN", "CNY"


def _number(value: Decimal, field: DatasetField) -> float | int | str:
    """A bound as Table Schema writes it for the field's type."""
    if field.type in (FieldType.INTEGER, FieldType.YEAR):
        return int(value)
    return int(value) if value == value.to_integral_value() else float(value)


def _constraints(field: DatasetField, dataset: Dataset) -> dict[str, Any]:
    """Only what holds for every published row: rules that merely warn are not promised."""
    promised = promises(dataset, field)
    found: dict[str, Any] = {}
    if promised.required:
        found["required"] = True
    if promised.unique:
        found["unique"] = True
    bounds = {
        "minimum": promised.minimum,
        "maximum": promised.maximum,
        "exclusiveMinimum": promised.exclusive_minimum,
        "exclusiveMaximum": promised.exclusive_maximum,
    }
    found |= {name: _number(value, field) for name, value in bounds.items() if value is not None}
    texts = {
        "minLength": promised.min_length,
        "maxLength": promised.max_length,
        "enum": list(promised.enum) if promised.enum else None,
        "pattern": promised.pattern,
    }
    return found | {name: value for name, value in texts.items() if value is not None}


def table_schema(dataset: Dataset) -> dict[str, Any]:
    """The Table Schema of a dataset."""
    fields = []
    for field in dataset.fields:
        described: dict[str, Any] = {
            "name": field.name,
            "type": TYPES[field.type],
            "title": field.title.zh,
            "titleEn": field.title.en,
        }
        if field.description is not None:
            described["description"] = field.description.zh
            described["descriptionEn"] = field.description.en
        if field.unit is not None:
            described["unit"] = field.unit
        if field.scale is not None:
            described["scale"] = field.scale
        if field.code_list is not None:
            described["codeList"] = field.code_list
        if field.fiscal_type is not None:
            described["columnType"] = field.fiscal_type
            if field.fiscal_type == VALUE:
                described["currency"] = CURRENCY
        if field.deprecated is not None:
            described["deprecated"] = field.deprecated.published()
        constraints = _constraints(field, dataset)
        if constraints:
            described["constraints"] = constraints
        fields.append(described)
    return {"fields": fields, "primaryKey": list(dataset.primary_key), "missingValues": [""]}


def fiscal_properties(dataset: Dataset, partitions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a Fiscal Data Package says of the whole: country, currency, that amounts are aggregated
    (not single payments), and the years that the files hold. Nothing for other datasets.

    The fiscal year is the calendar year (预算法 art. 18). Years are known where they are the
    partitions.
    """
    by_type = {field.fiscal_type: field for field in dataset.fields if field.fiscal_type}
    if not by_type:
        return {}
    found: dict[str, Any] = {
        "countryCode": COUNTRY,
        "granularity": "aggregated",
        "currency": CURRENCY,
    }
    year = by_type.get(FISCAL_YEAR)
    if year is None or dataset.partition is None or dataset.partition.field != year.name:
        return found
    years = sorted(part["partition"] for part in partitions if part["partition"].isdecimal())
    if years:
        found["fiscalPeriod"] = {"start": f"{years[0]}-01-01", "end": f"{years[-1]}-12-31"}
    return found


def _description(dataset: Dataset) -> dict[str, Any]:
    """What stands in the package whatever the version."""
    licence: dict[str, Any] = {"name": dataset.licence.name, "path": dataset.licence.path}
    if dataset.licence.title:
        licence["title"] = dataset.licence.title
    if dataset.licence.known_terms:
        licence["terms"] = dataset.licence.known_terms.model_dump()
    said: dict[str, Any] = {
        "$schema": PROFILE,
        "name": dataset.id.replace("_", "-"),
        "title": dataset.title.zh,
        "titleEn": dataset.title.en,
        "description": dataset.description.zh,
        "descriptionEn": dataset.description.en,
        "licenses": [licence],
        "contributors": [{"title": dataset.owner.zh, "roles": ["publisher"]}],
        "keywords": [dataset.theme],
        "knownLimitations": [limit.model_dump() for limit in dataset.known_limitations],
    }
    if dataset.deprecated is not None:
        said["deprecated"] = dataset.deprecated.published()
    return said


def schema_sha256(dataset: Dataset) -> str:
    """A hash of everything the package promises beside the rows: a change of it makes a new
    version even where no row changed."""
    partition = dataset.partition.model_dump() if dataset.partition else None
    promised: list[Any] = [_description(dataset), table_schema(dataset), partition]
    if dataset.time_field:
        promised.append(dataset.time_field)
    if dataset.portable_forms:
        promised.append(list(dataset.portable_forms))
    if dataset.charts:
        promised.append(
            [chart.model_dump(mode="json", exclude_defaults=True) for chart in dataset.charts]
        )
    text = json.dumps(promised, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _document(name: str, facts: FileFacts, title: str) -> dict[str, Any]:
    """A file that is data as well, but no table."""
    return {
        "name": name.partition(".")[0],
        "title": title,
        "path": name,
        "format": "json",
        "mediatype": "application/json",
        "encoding": "utf-8",
        "bytes": facts.bytes,
        "hash": f"sha256:{facts.sha256}",
    }


def data_package(
    dataset: Dataset,
    *,
    version: int,
    created: str,
    partitions: Sequence[Mapping[str, Any]],
    files: Mapping[str, FileFacts],
) -> dict[str, Any]:
    """The package of a version: one resource per partition, CSV where it is published, and
    ``ocds.json`` where there is one."""
    schema = table_schema(dataset)
    resources = []
    for part in partitions:
        formats = part["formats"]
        kind = next(name for name in MEDIA_TYPES if name in formats)
        format_name, media_type = MEDIA_TYPES[kind]
        facts = files[formats[kind]]
        stem = formats[kind].removesuffix(f".{kind}")
        resource: dict[str, Any] = {
            "name": stem.replace("_", "-").lower(),
            "path": formats[kind],
            "format": format_name,
            "mediatype": media_type,
            "encoding": "utf-8",
            "bytes": facts.bytes,
            "hash": f"sha256:{facts.sha256}",
        }
        if kind.endswith(".gz"):
            resource["compression"] = "gz"
        if kind in TABULAR:
            resource |= {"type": "table", "schema": schema}
        resources.append(resource)
    if OCDS in files:
        resources.append(_document(OCDS, files[OCDS], "OCDS 1.1 release package"))
    return {
        **_description(dataset),
        **fiscal_properties(dataset, partitions),
        "version": str(version),
        "created": created,
        "resources": resources,
    }
