"""A dataset in CKAN's words: one package, one resource per partition and format.

Names of packages and ids of resources are made of our own ids, so that delivering twice, from
another machine or after a loss of notes, finds them again.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.addresses import dataset_address, file_address
from publishing.file_formats import FILE_FORMATS
from publishing.hashed_file import FileFacts
from publishing.targets.contract import PublishedDataset
from schemas.site import Site
from schemas.targets import CkanTarget

LONGEST_NAME = 100
OWN = "gongkai_"
"""What the extras that are ours begin with; others are left as they are."""
SITE, DATASET, STATE = f"{OWN}site", f"{OWN}dataset", f"{OWN}state"
OF_DATASET = f"{OWN}of"
"""Custom field of a resource that is ours: site and dataset."""


@dataclass(frozen=True, slots=True)
class ResourceFile:
    """A resource and the file behind it."""

    resource: dict[str, Any]
    path: Path
    facts: FileFacts


def package_name(site: Site, dataset_id: str) -> str:
    """The name, and so the address, of a dataset's package."""
    name = f"{site.id}-{dataset_id}"
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def owner_mark(site: Site, dataset_id: str) -> str:
    """By which a resource is known as ours."""
    return f"{site.id}/{dataset_id}"


def resources(target: CkanTarget, published: PublishedDataset) -> list[ResourceFile]:
    """The resources of the current version: partitions in order, formats in the usual order."""
    site, dataset_id, version = published.site.site, published.dataset_id, published.current
    assert version is not None
    manifest = published.manifest
    folder = published.index.version_folder(version)
    found = []
    for part in manifest["partitions"]:
        for kind in FILE_FORMATS:
            name = part["formats"].get(kind)
            if name is None or (target.formats and kind not in target.formats):
                continue
            facts = FileFacts(**manifest["files"][name])
            label = part["partition"]
            title = FILE_FORMATS[kind].title[0]
            known = f"urn:gongkai:{site.id}:{dataset_id}:{label}:{kind}"
            resource = {
                "id": str(uuid.uuid5(uuid.NAMESPACE_URL, known)),
                "name": f"{label} {title}".strip(),
                "description": f"第 {version} 版，{part['rows']} 行 / version {version}",
                "format": FILE_FORMATS[kind].file_type,
                "mimetype": FILE_FORMATS[kind].encoding_format,
                "url": file_address(site, dataset_id, version, name),
                "hash": facts.sha256,
                "size": facts.bytes,
                OF_DATASET: owner_mark(site, dataset_id),
            }
            found.append(ResourceFile(resource, folder / name, facts))
    return found


def package(target: CkanTarget, published: PublishedDataset) -> dict[str, Any]:
    """The package without its resources."""
    site, dataset, manifest = published.site.site, published.dataset, published.manifest
    return {
        "name": package_name(site, dataset.id),
        "title": dataset.title.zh,
        "notes": f"{dataset.description.zh}\n\n{dataset.description.en}",
        "owner_org": target.organization,
        "private": target.private,
        "state": "active",
        "author": dataset.owner.zh,
        "license_id": dataset.licence.name,
        "url": dataset_address(site, dataset.id),
        "version": str(manifest["version"]),
        "tags": [{"name": dataset.theme}],
    }


def own_extras(published: PublishedDataset) -> dict[str, str]:
    """The extras that are ours, without that of the state."""
    dataset, manifest = published.dataset, published.manifest
    return {
        SITE: published.site.site.id,
        DATASET: dataset.id,
        f"{OWN}content_sha256": manifest["content_sha256"],
        f"{OWN}schema_sha256": manifest["schema_sha256"],
        f"{OWN}released_at": manifest["created_at"],
        f"{OWN}rows": str(manifest["rows"]),
        f"{OWN}title_en": dataset.title.en,
        f"{OWN}owner_en": dataset.owner.en,
        f"{OWN}update_frequency": dataset.update_frequency,
        f"{OWN}disclosure": dataset.disclosure.attribute,
        f"{OWN}licence_url": dataset.licence.path,
    }


def state_hash(
    target: CkanTarget,
    told: Mapping[str, Any],
    extras: Mapping[str, str],
    files: list[ResourceFile],
) -> str:
    """Of all that is sent: where the package has this one, nothing has to be."""
    parts = [target.resources, told, dict(extras), [file.resource for file in files]]
    return hashlib.sha256(
        json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


def extras_of(shown: Mapping[str, Any]) -> dict[str, str]:
    """The extras of a package as CKAN shows it."""
    return {one["key"]: one["value"] for one in shown.get("extras", ())}


def merged_extras(shown: Mapping[str, Any], own: Mapping[str, str]) -> list[dict[str, str]]:
    """Ours, and those that somebody else has added."""
    others = {key: value for key, value in extras_of(shown).items() if not key.startswith(OWN)}
    return [{"key": key, "value": value} for key, value in sorted({**others, **own}.items())]
