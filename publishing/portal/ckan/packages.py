"""Datasets as CKAN packages, their files as resources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from publishing.file_formats import FILE_FORMATS
from publishing.portal.ckan.identities import identity, organization_name, tag_name
from publishing.portal.published import Published, PublishedVersion
from publishing.themes import theme_titles
from publishing.version_index import MANIFEST
from schemas.dataset import Dataset
from schemas.site import Site
from schemas.vocabulary import plain_key

FORMAT_NAMES = {"jsonl": "JSONL", "jsonl.gz": "JSONL"}
QUERIED = "csv"
"""The format whose resource ``datastore_search`` answers for; where a site publishes none, the
Parquet file's."""


def dataset_address(site: Site, dataset_id: str) -> str:
    """The page of a dataset."""
    return f"{site.base_url.rstrip('/')}/datasets/{dataset_id}/"


def package(published: Published, version: PublishedVersion) -> dict[str, Any]:
    """A package of CKAN, of the current version of a dataset."""
    site, dataset, manifest = published.site, version.dataset, version.manifest
    found = resources(published, version)
    tags = tags_of(site, dataset)
    licence = dataset.licence
    terms = licence.known_terms
    index = published.index(dataset.id)
    first = index.entries[0]["created_at"] if index is not None else manifest["created_at"]
    return {
        "id": identity(site, "dataset", dataset.id),
        "name": dataset.id,
        "title": dataset.title.zh,
        "title_en": dataset.title.en,
        "notes": dataset.description.zh,
        "notes_en": dataset.description.en,
        "url": dataset_address(site, dataset.id),
        "version": str(version.number),
        "type": "dataset",
        "state": "active",
        "private": False,
        "author": dataset.owner.zh,
        "author_email": None,
        "maintainer": site.publisher.name.zh,
        "maintainer_email": _mail(site),
        "creator_user_id": None,
        "license_id": licence.name,
        "license_title": licence.title or licence.name,
        "license_url": licence.path,
        "isopen": bool(
            terms
            and terms.redistribution_allowed
            and terms.modification_allowed
            and terms.commercial_use_allowed
        ),
        "metadata_created": moment(first),
        "metadata_modified": _modified(version),
        "owner_org": organization(site, dataset)["id"],
        "organization": organization(site, dataset),
        "groups": [group(site, dataset.theme)],
        "tags": tags,
        "num_tags": len(tags),
        "resources": found,
        "num_resources": len(found),
        "extras": extras(version),
        "relationships_as_object": [],
        "relationships_as_subject": [],
    }


def resources(published: Published, version: PublishedVersion) -> list[dict[str, Any]]:
    """One resource per partition and format, in release order, then the data package."""
    site, dataset = published.site, version.dataset
    found: list[dict[str, Any]] = []
    for part in version.manifest["partitions"]:
        for kind, name in part["formats"].items():
            title = FILE_FORMATS[kind].title
            label = part["partition"]
            about = {
                "id": resource_id(site, dataset.id, label, kind),
                "name": f"{title[0]} {label}".strip(),
                "name_en": f"{title[1]} {label}".strip(),
                "description": "",
                "format": FORMAT_NAMES.get(kind, FILE_FORMATS[kind].file_type),
                "mimetype": FILE_FORMATS[kind].media_type,
                "mimetype_inner": None,
                "compress_format": FILE_FORMATS[kind].compression or None,
                "datastore_active": kind == queried_format(part),
                "partition": label,
                "row_count": part["rows"],
            }
            found.append(about | _file(site, version, name, len(found)))
    about = {
        "id": resource_id(site, dataset.id, "", "datapackage.json"),
        "name": "数据包说明（Data Package）",
        "name_en": "Data Package",
        "description": "",
        "format": "JSON",
        "mimetype": "application/json",
        "mimetype_inner": None,
        "compress_format": None,
        "datastore_active": False,
    }
    return [*found, about | _file(site, version, "datapackage.json", len(found))]


def queried_format(part: Mapping[str, Any]) -> str:
    """The format of the resource whose rows can be queried."""
    return QUERIED if QUERIED in part["formats"] else "parquet"


def resource_id(site: Site, dataset_id: str, partition: str, kind: str) -> str:
    """The id of a resource: the same in every version."""
    return identity(site, "resource", dataset_id, partition, kind)


def _file(site: Site, version: PublishedVersion, name: str, position: int) -> dict[str, Any]:
    facts = version.manifest["files"][name]
    created = moment(version.manifest["created_at"])
    return {
        "package_id": identity(site, "dataset", version.dataset.id),
        "position": position,
        "state": "active",
        "url": f"{dataset_address(site, version.dataset.id)}{version.number}/{name}",
        "url_type": None,
        "resource_type": "file",
        "hash": facts["sha256"],
        "hash_algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
        "size": facts["bytes"],
        "created": created,
        "last_modified": created,
        "metadata_modified": created,
        "cache_url": None,
        "cache_last_updated": None,
    }


def organization(site: Site, dataset: Dataset) -> dict[str, Any]:
    """The department that answers for a dataset."""
    return {
        "id": identity(site, "organization", dataset.owner.zh),
        "name": organization_name(site, dataset.owner.zh),
        "title": dataset.owner.zh,
        "title_en": dataset.owner.en,
        "description": "",
        "type": "organization",
        "is_organization": True,
        "image_url": "",
        "approval_status": "approved",
        "state": "active",
    }


def group(site: Site, theme: str) -> dict[str, Any]:
    """A theme."""
    zh, en = theme_titles(theme)
    return {
        "id": identity(site, "group", theme),
        "name": theme,
        "title": zh,
        "title_en": en,
        "display_name": zh,
        "description": "",
        "type": "group",
        "is_organization": False,
        "image_display_url": "",
        "approval_status": "approved",
        "state": "active",
    }


def tags_of(site: Site, dataset: Dataset) -> list[dict[str, Any]]:
    """Theme and titles of the fields that people may look for: theme, title in both languages."""
    names = [*theme_titles(dataset.theme), dataset.title.zh, dataset.title.en]
    distinct = dict.fromkeys(filter(None, (tag_name(name) for name in names)))
    return [
        {
            "id": identity(site, "tag", name),
            "name": name,
            "display_name": name,
            "state": "active",
            "vocabulary_id": None,
        }
        for name in distinct
    ]


def extras(version: PublishedVersion) -> list[dict[str, str]]:
    """What CKAN has no place for. Texts, as CKAN's extras are."""
    dataset, manifest = version.dataset, version.manifest
    found = {
        "identifier": dataset.id,
        "theme": dataset.theme,
        "公开属性": dataset.disclosure.attribute,
        "frequency": dataset.update_frequency,
        "language": "zh-CN",
        "conforms_to": "https://datapackage.org/profiles/2.0/datapackage.json",
        "content_sha256": str(manifest["content_sha256"]),
        "schema_sha256": str(manifest["schema_sha256"]),
        "rows": str(manifest["rows"]),
        "rows_held": str(manifest["rows_held"]),
        "fields": "、".join(f"{field.name} {field.title.zh}" for field in dataset.fields),
        "primary_key": ",".join(dataset.primary_key),
        "legal_basis": "；".join(f"{one.title}{one.article}" for one in dataset.legal_basis),
        "known_limitations": " ".join(one.zh for one in dataset.known_limitations),
    }
    temporal = manifest.get("temporal")
    if temporal:
        found |= {"temporal_start": str(temporal["start"]), "temporal_end": str(temporal["end"])}
    return [{"key": key, "value": value} for key, value in found.items() if value]


def moment(text: str) -> str:
    """A moment as CKAN writes them: in UTC, without offset, with microseconds."""
    utc = dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds")


def _modified(version: PublishedVersion) -> str:
    """When the version was cut, or its files were last replaced by a withdrawal: those who only
    ask for what is new must hear of that, too."""
    cut = dt.datetime.fromisoformat(version.manifest["created_at"])
    if version.manifest.get("redactions"):
        replaced = (version.folder / MANIFEST).stat().st_mtime
        cut = max(cut, dt.datetime.fromtimestamp(replaced, dt.UTC).replace(microsecond=0))
    return moment(cut.isoformat())


def _mail(site: Site) -> str | None:
    contact = site.publisher.contact or ""
    return contact if "@" in contact and " " not in contact else None


def search_text(found: Mapping[str, Any]) -> str:
    """Everything in a package that words are looked for in, in the form texts are compared in."""
    fields = ("name", "title", "title_en", "notes", "notes_en", "author", "maintainer")
    texts = [str(found[name]) for name in fields]
    texts += [one["name"] for one in found["tags"]]
    texts += [one["title"] for one in found["groups"]]
    texts += [one["format"] for one in found["resources"]]
    texts += [one["value"] for one in found["extras"] if one["key"] == "fields"]
    return " ".join(plain_key(text) for text in texts)
