"""Datasets described: the list of them, and one with its fields, versions and links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from publishing.addresses import dataset_address, file_address, site_address
from publishing.portal.published import Published, PublishedVersion
from publishing.queries.operators import functions_of, operators_of
from publishing.version_index import MANIFEST
from schemas.dataset import DatasetField

API = "/api/v1"


def absolute(published: Published, path: str) -> str:
    """The public address of a path of the portal."""
    return f"{site_address(published.site).rstrip('/')}{path}"


def rows_path(dataset_id: str) -> str:
    """The path of a dataset's rows."""
    return f"{API}/datasets/{dataset_id}/rows"


def listed_datasets(published: Published) -> dict[str, Any]:
    """The body of ``/api/v1/datasets``."""
    found = [published.version(name) for name in published.dataset_ids()]
    return {"datasets": [_summary(published, one) for one in found if one is not None]}


def described_dataset(published: Published, version: PublishedVersion) -> dict[str, Any]:
    """The body of ``/api/v1/datasets/<id>``."""
    dataset = version.dataset
    index = published.index(dataset.id)
    return {
        **_summary(published, version),
        "primary_key": list(dataset.primary_key),
        "fields": [described_field(field) for field in dataset.fields],
        "versions": [
            _version(published, dataset.id, entry)
            for entry in reversed(index.entries if index else ())
        ],
    }


def _version(published: Published, dataset_id: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    if entry.get("withdrawn"):
        return {"version": entry["version"], "withdrawn": entry["withdrawn"]}
    path = f"{rows_path(dataset_id)}?version={entry['version']}"
    return {
        "version": entry["version"],
        "created_at": entry["created_at"],
        "rows": entry["rows"],
        "content_sha256": entry["content_sha256"],
        "rows_url": absolute(published, path),
    }


def described_field(field: DatasetField) -> dict[str, Any]:
    """A field, and what can be asked of it."""
    return {
        "name": field.name,
        "title": field.title.model_dump(),
        "description": field.description.model_dump() if field.description else None,
        "type": field.type.value,
        "scale": field.scale,
        "unit": field.unit,
        "operators": [one.value for one in operators_of(field.type)],
        "functions": [one.value for one in functions_of(field.type)],
    }


def licence_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The licence, as the version's manifest tells it."""
    return dict(manifest["licence"])


def _summary(published: Published, version: PublishedVersion) -> dict[str, Any]:
    dataset, manifest = version.dataset, version.manifest
    return {
        "id": dataset.id,
        "title": dataset.title.model_dump(),
        "description": dataset.description.model_dump(),
        "theme": dataset.theme,
        "owner": dataset.owner.model_dump(),
        "licence": licence_of(manifest),
        "update_frequency": dataset.update_frequency,
        "version": version.number,
        "created_at": manifest["created_at"],
        "rows": manifest["rows"],
        "content_sha256": manifest["content_sha256"],
        "links": {
            "self": absolute(published, f"{API}/datasets/{dataset.id}"),
            "rows": absolute(published, rows_path(dataset.id)),
            "openapi": absolute(published, f"{API}/openapi.json?dataset={dataset.id}"),
            "page": dataset_address(published.site, dataset.id),
            "files": file_address(published.site, dataset.id, version.number, MANIFEST),
        },
    }
