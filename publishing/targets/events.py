"""What webhooks are told: one JSON document per event, with the same id at every attempt."""

from __future__ import annotations

import uuid
from typing import Any

from publishing.addresses import dataset_address, file_address
from publishing.delta import FOLDER
from publishing.targets.contract import PublishedDataset
from publishing.targets.queueing import WITHDRAWAL
from publishing.version_index import MANIFEST, POINTER
from warehouse.deliveries import Delivery


def event_id(site_id: str, delivery: Delivery) -> str:
    """The id by which a receiver knows an event again."""
    return str(
        uuid.uuid5(uuid.NAMESPACE_URL, f"urn:gongkai:{site_id}:{delivery.dataset}:{delivery.event}")
    )


def event_document(published: PublishedDataset, delivery: Delivery) -> dict[str, Any]:
    """What is told of an event.

    Made of what is published when it is told: what was withdrawn since is not in it.
    """
    site = published.site.site
    details = delivery.details
    kind = str(details["event"])
    assert delivery.queued_at is not None
    told: dict[str, Any] = {
        "format": 1,
        "id": event_id(site.id, delivery),
        "event": kind,
        "occurred_at": delivery.queued_at.isoformat(timespec="seconds"),
        "site": site.id,
        "dataset": delivery.dataset,
    }
    if kind == WITHDRAWAL:
        told |= {name: details[name] for name in ("versions", "row_ids", "reason")}
        told["version"] = published.current
        told |= _content(published, published.current)
    else:
        told["version"] = details["version"]
        told |= _content(published, details["version"])
    address = dataset_address(site, delivery.dataset)
    told["urls"] = {
        "dataset": address,
        "versions": f"{address}{POINTER}",
        **_addresses(published, told["version"]),
    }
    return told


def _entry(published: PublishedDataset, version: int | None) -> dict[str, Any] | None:
    return next((one for one in published.entries if one["version"] == version), None)


def _content(published: PublishedDataset, version: int | None) -> dict[str, Any]:
    """Hash and counts of a version; ``available: false`` where it was withdrawn or is gone."""
    entry = _entry(published, version)
    if entry is None:
        return {"available": False}
    manifest = published.index.manifest(entry["version"])
    diff = manifest["diff"]
    return {
        "available": True,
        "title": manifest["title"],
        "created_at": entry["created_at"],
        "previous_version": manifest["previous_version"],
        "rolled_back_to": entry["rolled_back_to"],
        "release_reason": entry["reason"],
        "content_sha256": entry["content_sha256"],
        "manifest_sha256": entry["manifest_sha256"],
        "rows": entry["rows"],
        **{name: diff[name] for name in ("rows_added", "rows_changed", "rows_removed")},
    }


def _addresses(published: PublishedDataset, version: int | None) -> dict[str, str | None]:
    if version is None or _entry(published, version) is None:
        return {"manifest": None, "delta": None}
    site, dataset = published.site.site, published.dataset_id
    before = published.index.manifest(version)["previous_version"]
    name = f"{FOLDER}/{before}..{version}.jsonl"
    has_delta = (published.folder / name).exists()
    return {
        "manifest": file_address(site, dataset, version, MANIFEST),
        "delta": f"{dataset_address(site, dataset)}{name}" if has_delta else None,
    }
