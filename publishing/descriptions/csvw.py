"""``<id>.csv-metadata.json``: CSV on the Web, beside each CSV.

https://www.w3.org/TR/tabular-metadata/ : a processor that is given ``x.csv`` looks for
``x.csv-metadata.json`` first. Compressed tables have none, since the standard knows no compression.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from publishing.addresses import dataset_address
from publishing.descriptions.promises import promises
from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.deprecation import Deprecation
from schemas.site import Site

SUFFIX = "-metadata.json"
CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "zh"}]
BASES = {
    FieldType.STRING: "string",
    FieldType.INTEGER: "integer",
    FieldType.DECIMAL: "decimal",
    FieldType.NUMBER: "double",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
    FieldType.DATETIME: "datetime",
    FieldType.YEAR: "gYear",
    FieldType.YEARMONTH: "gYearMonth",
}
WHOLE_SECONDS = "yyyy-MM-ddTHH:mm:ssXXX"


def csvw_metadata(
    dataset: Dataset, site: Site, *, file: str, fractions: Mapping[str, bool]
) -> dict[str, Any]:
    """The metadata of one CSV.

    Args:
        file: name of the CSV.
        fractions: per datetime field, whether some of its values have fractions of a second;
            no single format of the standard fits such a column.
    """
    said: dict[str, Any] = {
        "@context": CONTEXT,
        "url": file,
        "dc:title": _both(dataset.title.zh, dataset.title.en),
        "dc:description": _both(dataset.description.zh, dataset.description.en),
        "dc:publisher": _both(dataset.owner.zh, dataset.owner.en),
        "dc:license": {"@id": dataset.licence.path},
        "dc:isPartOf": {"@id": dataset_address(site, dataset.id)},
        **_deprecation(dataset.deprecated),
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True},
        "tableSchema": {
            "columns": [
                _column(dataset, field, fractions.get(field.name, False))
                for field in dataset.fields
            ],
            "primaryKey": list(dataset.primary_key),
        },
    }
    return said


def fractions_of_seconds(dataset: Dataset, parquet: Path) -> dict[str, bool]:
    """Per datetime field whether any of its values has a fraction of a second."""
    names = [field.name for field in dataset.fields if field.type is FieldType.DATETIME]
    if not names:
        return {}
    has = [(pl.col(name).dt.millisecond() != 0).any().alias(name) for name in names]
    found = pl.scan_parquet(parquet, hive_partitioning=False).select(has).collect()
    return {name: bool(found[name].item()) for name in names}


def _both(zh: str, en: str) -> list[dict[str, str]]:
    return [{"@value": zh, "@language": "zh"}, {"@value": en, "@language": "en"}]


def _deprecation(told: Deprecation | None) -> dict[str, Any]:
    if told is None:
        return {}
    said: dict[str, Any] = {
        "owl:deprecated": True,
        "dc:valid": f"{told.since}/{told.removed_after or ''}",
        "skos:changeNote": _both(told.reason.zh, told.reason.en),
    }
    if told.replaced_by is not None:
        said["dc:isReplacedBy"] = told.replaced_by
    return said


def _column(dataset: Dataset, field: DatasetField, fraction: bool) -> dict[str, Any]:
    """A column. Its name stands among its titles as well: that is what the header of the file
    says, and processors compare the two."""
    said: dict[str, Any] = {
        "name": field.name,
        "titles": {"zh": field.title.zh, "en": [field.title.en, field.name]},
    }
    if field.description is not None:
        said["dc:description"] = _both(field.description.zh, field.description.en)
    if field.unit is not None:
        said["schema:unitText"] = field.unit
    said |= _deprecation(field.deprecated)
    said["datatype"] = _datatype(dataset, field, fraction)
    if promises(dataset, field).required:
        said["required"] = True
    return said


def _datatype(dataset: Dataset, field: DatasetField, fraction: bool) -> dict[str, Any]:
    promised = promises(dataset, field)
    bounds = {
        "minimum": promised.minimum,
        "maximum": promised.maximum,
        "minExclusive": promised.exclusive_minimum,
        "maxExclusive": promised.exclusive_maximum,
    }
    said: dict[str, Any] = {"base": BASES[field.type]}
    if field.type is not FieldType.YEAR:  # years are no numbers there
        said |= {name: str(value) for name, value in bounds.items() if value is not None}
    if promised.min_length is not None:
        said["minLength"] = promised.min_length
    if promised.max_length is not None:
        said["maxLength"] = promised.max_length
    if field.type is FieldType.DATE:
        said["format"] = "yyyy-MM-dd"
    elif field.type is FieldType.DATETIME and not fraction:
        said |= {"base": "dateTimeStamp", "format": WHOLE_SECONDS}
    elif promised.whole_text_pattern:
        said["format"] = promised.whole_text_pattern
    elif promised.enum:
        said["format"] = f"^(?:{'|'.join(re.escape(word) for word in promised.enum)})$"
    return said
