"""``croissant.json``: Croissant 1.0, by which machine-learning tools load typed records.

http://mlcommons.org/croissant/1.0 . The records are read from the Parquet files: readers of the
CSV guess types and take the zeros off codes. Each partition is a set of records of its own: a set
over several files that lie in no archive can be described, but no reader loads it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from publishing.addresses import dataset_address, file_address
from publishing.descriptions.schema_org import publisher
from publishing.hashed_file import FileFacts
from publishing.themes import theme_titles
from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.site import Site

CROISSANT = "croissant.json"
CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
TYPES = {
    FieldType.STRING: "sc:Text",
    FieldType.INTEGER: "sc:Integer",
    FieldType.DECIMAL: "sc:Float",
    FieldType.NUMBER: "sc:Float",
    FieldType.BOOLEAN: "sc:Boolean",
    FieldType.DATE: "sc:Date",
    FieldType.DATETIME: "sc:DateTime",
    FieldType.YEAR: "sc:Integer",
    FieldType.YEARMONTH: "sc:Text",
}
ROWS = "rows"
MEDIA_TYPES = {"parquet": "application/x-parquet", "csv": "text/csv"}
"""As the specification writes them."""
CONTEXT: dict[str, Any] = {
    "@language": "zh",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the specification gives (appendix of Croissant 1.0), unchanged but for the
language."""


def croissant(
    dataset: Dataset,
    site: Site,
    *,
    version: int,
    created: dt.datetime,
    partitions: Sequence[Mapping[str, Any]],
    files: Mapping[str, FileFacts],
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The description of a version with its files and their hashes; and, for its last member
    ``recordSet``, the records of each partition with their fields."""
    listed = [
        _file(dataset, site, version, kind, part["formats"][kind], files)
        for kind in MEDIA_TYPES
        for part in partitions
        if kind in part["formats"]
    ]
    day = created.date().isoformat()
    described = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": dataset.id,
        "alternateName": [dataset.title.zh, dataset.title.en],
        "description": f"{dataset.description.zh}\n{dataset.description.en}",
        "url": dataset_address(site, dataset.id),
        "license": dataset.licence.path,
        "creator": {"@type": "Organization", "name": dataset.owner.zh},
        "publisher": publisher(site) | {"@type": "Organization"},  # no other type is allowed
        "keywords": list(theme_titles(dataset.theme)),
        "inLanguage": "zh-CN",
        "version": str(version),
        "datePublished": day,
        "dateModified": created.isoformat(),
        "citeAs": (
            f"{dataset.owner.zh}. {dataset.title.zh}[DS]. 第 {version} 版. "
            f"{site.publisher.name.zh}, {day}. {dataset_address(site, dataset.id)}"
        ),
        "isLiveDataset": False,
        "distribution": listed,
    }
    return described, [_records(dataset, part) for part in partitions]


def _file(
    dataset: Dataset,
    site: Site,
    version: int,
    kind: str,
    name: str,
    files: Mapping[str, FileFacts],
) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": file_address(site, dataset.id, version, name),
        "contentSize": f"{files[name].bytes} B",
        "encodingFormat": MEDIA_TYPES[kind],
        "sha256": files[name].sha256,
    }


def _records(dataset: Dataset, part: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{ROWS}-{part['partition']}" if part["partition"] else ROWS
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"{dataset.title.zh} {dataset.title.en} {part['partition']}".strip(),
        "key": [{"@id": f"{name}/{key}"} for key in dataset.primary_key],
        "field": [_field(field, name, part["formats"]["parquet"]) for field in dataset.fields],
    }


def _field(field: DatasetField, records: str, file: str) -> dict[str, Any]:
    described = f"{field.title.zh} {field.title.en}"
    if field.unit is not None:
        described += f" ({field.unit})"
    if field.description is not None:
        described += f"\n{field.description.zh}\n{field.description.en}"
    if field.deprecated is not None:
        reason = field.deprecated.reason
        described += f"\n停用：{reason.zh}\nDeprecated: {reason.en}"
    return {
        "@type": "cr:Field",
        "@id": f"{records}/{field.name}",
        "name": f"{records}/{field.name}",
        "description": described,
        "dataType": TYPES[field.type],
        "source": {"fileObject": {"@id": file}, "extract": {"column": field.name}},
    }
