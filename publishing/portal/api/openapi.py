"""``/api/v1/openapi.json``: the API in OpenAPI 3.1, made of the dataset files of what is current.

Each dataset has its own paths, so that its fields are parameters with types; where there are very
many datasets, each is described by itself (``?dataset=``). Whatever is accepted here is answered,
apart from 404 and 409: a version that is not there, and parts of a query that contradict each
other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from publishing.portal.api import descriptions
from publishing.portal.api.negotiation import MEDIA_TYPES, Format
from publishing.portal.api.openapi_parameters import (
    COMMON,
    VALUE_SCHEMAS,
    row_parameters,
    value_name,
)
from publishing.portal.api.problems import MEDIA_TYPE as PROBLEM
from publishing.portal.published import Published, PublishedVersion
from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.row_identity import ROW_ID_BYTES

Json = dict[str, Any]
RESULT_SCHEMAS: Mapping[FieldType, Json] = {
    FieldType.STRING: {"type": ["string", "null"]},
    FieldType.INTEGER: {"type": ["integer", "null"]},
    FieldType.YEAR: {"type": ["integer", "null"]},
    FieldType.DECIMAL: {"type": ["number", "null"]},
    FieldType.NUMBER: {"type": ["number", "null"]},
    FieldType.BOOLEAN: {"type": ["boolean", "null"]},
    FieldType.DATE: {"type": ["string", "null"], "format": "date"},
    FieldType.DATETIME: {"type": ["string", "null"], "format": "date-time"},
    FieldType.YEARMONTH: {"type": ["string", "null"], "pattern": "^[0-9]{4}-[0-9]{2}$"},
}
MOST_DESCRIBED = 50  # datasets in one document; each takes some 50 kB
ROW_ID_PATTERN = f"^[0-9a-f]{{{2 * ROW_ID_BYTES}}}$"
BOTH_LANGUAGES: Json = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
}
_LIMITS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def document(published: Published, versions: Sequence[PublishedVersion]) -> Json:
    """The description of the API over the current versions of some datasets."""
    site = published.site
    paths: Json = {
        "/datasets": {"get": _operation("所有数据集。All datasets.", "datasets", "Datasets")},
        "/openapi.json": {"get": _openapi_operation(versions)},
    }
    schemas: Json = {**_SCHEMAS, **{value_name(kind): one for kind, one in VALUE_SCHEMAS.items()}}
    for version in versions if len(versions) <= MOST_DESCRIBED else ():
        dataset = version.dataset
        schemas[f"{dataset.id}.row"] = _row_schema(dataset)
        schemas[f"{dataset.id}.rows"] = _body_schema("rows", dataset, many=True)
        schemas[f"{dataset.id}.one"] = _body_schema("row", dataset, many=False)
        paths |= _paths(dataset)
    contact: Json = {"name": site.publisher.name.zh}
    if site.publisher.homepage and site.publisher.homepage.startswith(("http://", "https://")):
        contact["url"] = site.publisher.homepage
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{site.publisher.name.zh}公开数据接口 / {site.publisher.name.en}: open data",
            "version": "1",
            "description": "公开数据集各版本的查询接口，只读。Queries of the released versions of "
            "public datasets. Read only.",
            "contact": contact,
        },
        "servers": [{"url": descriptions.absolute(published, descriptions.API)}],
        "paths": paths,
        "components": {
            "parameters": dict(COMMON),
            "schemas": schemas,
            "headers": _HEADERS,
            "responses": _RESPONSES,
        },
    }


def _paths(dataset: Dataset) -> Json:
    base = f"/datasets/{dataset.id}"
    title = f"{dataset.title.zh} / {dataset.title.en}"
    row_id = {
        "name": "row_id",
        "in": "path",
        "required": True,
        "description": "_row_id",
        "schema": {"type": "string", "pattern": ROW_ID_PATTERN},
    }
    version = {"$ref": "#/components/parameters/version"}
    return {
        base: {
            "get": _operation(
                f"{title}：字段和版本。Fields and versions.",
                dataset.id,
                "Dataset",
                ("NotFound", "Gone"),
            )
        },
        f"{base}/rows": {
            "get": {
                "operationId": f"{dataset.id}.rows",
                "summary": f"{title}：行或分组汇总。Rows, or figures per group.",
                "parameters": row_parameters(dataset),
                "responses": _rows_responses(dataset),
            }
        },
        f"{base}/rows/{{row_id}}": {
            "get": {
                "parameters": [row_id, version],
                **_operation(
                    f"{title}：一行。One row.",
                    f"{dataset.id}.row",
                    f"{dataset.id}.one",
                    ("NotFound", "Gone"),
                ),
            }
        },
    }


def _operation(told: str, name: str, schema: str, more: Sequence[str] = ()) -> Json:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"operationId": name, "summary": told, "responses": _responses(content, more)}


def _openapi_operation(versions: Sequence[PublishedVersion]) -> Json:
    choices = [version.dataset.id for version in versions]
    schema: Json = {"type": "string", "enum": choices} if choices else {"type": "string"}
    return {
        "operationId": "openapi",
        "summary": "本说明。This description.",
        "parameters": [
            {
                "name": "dataset",
                "in": "query",
                "description": "只描述一个数据集。Of one dataset only.",
                "schema": schema,
            }
        ],
        "responses": _responses(
            {"application/json": {"schema": {"type": "object"}}}, ("NotFound", "Gone")
        ),
    }


def _rows_responses(dataset: Dataset) -> Json:
    content: Json = {
        MEDIA_TYPES[Format.JSON]: {"schema": {"$ref": f"#/components/schemas/{dataset.id}.rows"}},
        MEDIA_TYPES[Format.CSV]: {"schema": {"type": "string"}},
        MEDIA_TYPES[Format.NDJSON]: {"schema": {"type": "string"}},
    }
    found = _responses(content, ("NotFound", "Gone", "Conflict"))
    found["200"]["headers"] |= {
        name: {"$ref": f"#/components/headers/{name}"} for name in ("Link", "X-Total-Count")
    }
    parameters = {
        "row_id": "$response.body#/rows/0/_row_id",
        "version": "$response.body#/meta/version",
    }
    found["200"]["links"] = {"row": {"operationId": f"{dataset.id}.row", "parameters": parameters}}
    return found


def _responses(content: Json, more: Sequence[str]) -> Json:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in ("ETag", *_LIMITS)}
    found: Json = {
        "200": {"description": "OK", "headers": headers, "content": content},
        "304": {"$ref": "#/components/responses/NotModified"},
    }
    for name in (*more, "NotAllowed", "NotAcceptable", "Refused", "TooMany", "Unavailable"):
        found[_STATUS[name]] = {"$ref": f"#/components/responses/{name}"}
    return found


def _row_schema(dataset: Dataset) -> Json:
    properties: Json = {"_row_id": {"type": "string", "pattern": ROW_ID_PATTERN}}
    properties |= {field.name: _result_schema(field) for field in dataset.fields}
    return {"type": "object", "properties": properties}


def _result_schema(field: DatasetField) -> Json:
    schema = {**RESULT_SCHEMAS[field.type], "title": field.title.zh}
    if field.unit:
        schema["description"] = f"单位 unit: {field.unit}"
    return schema


def _body_schema(name: str, dataset: Dataset, *, many: bool) -> Json:
    row: Json = {"$ref": f"#/components/schemas/{dataset.id}.row"}
    return {
        "type": "object",
        "properties": {
            "meta": {"$ref": "#/components/schemas/Meta"},
            name: {"type": "array", "items": row} if many else row,
        },
        "required": ["meta", name],
        "additionalProperties": False,
    }


def _described_header(kind: str, told: str) -> Json:
    return {"description": told, "schema": {"type": kind}}


_HEADERS: Json = {
    "ETag": _described_header(
        "string", "强校验，由版本内容和查询决定。Strong; of version and query."
    ),
    "Link": _described_header("string", '下一页。The next page: <…>; rel="next".'),
    "X-Total-Count": _described_header("integer", "总行数或总组数。All rows, or all groups."),
    "X-RateLimit-Limit": _described_header("integer", "每分钟上限。Requests per minute."),
    "X-RateLimit-Remaining": _described_header("integer", "还可立即请求几次。Requests left."),
    "X-RateLimit-Reset": _described_header(
        "integer", "几秒后恢复全额。Seconds until all are back."
    ),
    "Retry-After": _described_header("integer", "几秒后重试。Seconds to wait."),
}
_STATUS = {
    "NotFound": "404",
    "NotAllowed": "405",
    "NotAcceptable": "406",
    "Conflict": "409",
    "Gone": "410",
    "Refused": "422",
    "TooMany": "429",
    "Unavailable": "503",
}
_TOLD = {
    "NotFound": "没有这个数据集、版本或行。No such dataset, version or row.",
    "NotAllowed": "只能用 GET 或 HEAD。Only GET and HEAD.",
    "NotAcceptable": "没有 Accept 要求的格式。No format that Accept asks for.",
    "Conflict": "参数各自正确但相互矛盾，或与版本不符（如另一查询的游标）。The parameters are "
    "right by themselves but contradict each other or the version (a cursor of another query).",
    "Refused": "参数有误，原因见 detail。A parameter is wrong; detail tells why.",
    "TooMany": "请求过多。Too many requests.",
    "Gone": "版本或该行已撤回。The version or the row was withdrawn.",
    "Unavailable": "文件正在更换，请稍后重试。The files are being replaced; try again.",
}
_RESPONSES: Json = {
    "NotModified": {"description": "与 If-None-Match 相同。The same as If-None-Match."},
    **{
        name: {
            "description": told,
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for name, told in _TOLD.items()
    },
}
_RESPONSES["TooMany"]["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
_SCHEMAS: Json = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string"},
            "detail": {"type": "string"},
            "detail_en": {"type": "string"},
            "parameter": {"type": "string"},
            "allowed": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["type", "title", "status", "code", "detail", "detail_en"],
        "additionalProperties": False,
    },
    "Meta": {
        "type": "object",
        "properties": {
            "dataset": {"type": "string"},
            "title": BOTH_LANGUAGES,
            "version": {"type": "integer"},
            "created_at": {"type": "string", "format": "date-time"},
            "content_sha256": {"type": "string"},
            "licence": {"type": "object"},
            "total": {"type": "integer"},
            "counted": {"type": "string", "enum": ["rows", "groups"]},
            "returned": {"type": "integer"},
            "limit": {"type": "integer"},
            "next": {"type": ["string", "null"], "format": "uri"},
            "page": {"type": "string", "format": "uri"},
        },
        "required": ["dataset", "title", "version", "created_at", "content_sha256", "licence"],
        "additionalProperties": False,
    },
    "Dataset": {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "title": BOTH_LANGUAGES,
            "description": BOTH_LANGUAGES,
            "version": {"type": "integer"},
            "rows": {"type": "integer"},
            "fields": {"type": "array", "items": {"type": "object"}},
            "versions": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["id", "title", "description", "version", "rows"],
    },
    "Datasets": {
        "type": "object",
        "properties": {
            "datasets": {"type": "array", "items": {"$ref": "#/components/schemas/Dataset"}}
        },
        "required": ["datasets"],
        "additionalProperties": False,
    },
}
