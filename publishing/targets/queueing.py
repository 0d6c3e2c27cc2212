"""Noting what targets are to be brought and told. Cheap, without network, and repeatable."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from publishing.release_site import ReleaseSite
from publishing.version_index import DamagedReleaseError, VersionIndex
from schemas.targets import Target, WebhookTarget
from warehouse.deliveries import STATE

WITHDRAWAL = "withdrawal"


def queue_version(site: ReleaseSite, index: VersionIndex, version: int) -> list[str]:
    """Note that the targets are to get a new version, a release or a rollback.

    Called where a version is recorded. Returns the names of the targets.
    """
    manifest = index.manifest(version)
    rolled_back_to = manifest["rolled_back_to"]
    kind = "release" if rolled_back_to is None else "rollback"
    taking = _taking(site, index.folder.name, str(manifest["theme"]))
    details = {"event": kind, "version": version}
    return _queue(site, taking, index.folder.name, f"{kind}:{version}", details)


def tell_targets_of_withdrawal(
    site: ReleaseSite,
    dataset_id: str,
    *,
    versions: Sequence[int],
    row_ids: Sequence[str] = (),
    reason: str,
    at: dt.datetime | None = None,
) -> list[str]:
    """Note that something published was withdrawn, so that it leaves every target.

    Call it under the dataset's lock, after the files, the manifests and ``versions.json`` are as
    they must be: targets are brought to what these say then. Repeating it tells nobody twice.

    Args:
        versions: numbers of the versions that were changed or taken away.
        row_ids: ids of the rows withdrawn; empty where whole versions went.
        reason: as published; it is sent to webhooks.
        at: the moment, None = the clock.

    Returns the names of the targets that will be brought up to date or told.
    """
    folder = site.dataset_folder(dataset_id)
    details: dict[str, Any] = {
        "event": WITHDRAWAL,
        "versions": sorted(set(versions)),
        "row_ids": sorted(set(row_ids)),
        "reason": reason,
    }
    known = json.dumps(details, ensure_ascii=False, sort_keys=True).encode()
    event = f"{WITHDRAWAL}:{hashlib.sha256(known).hexdigest()[:32]}"
    taking = _taking(site, dataset_id, _theme(VersionIndex.read(folder)))
    return _queue(site, taking, dataset_id, event, details, at)


def _taking(site: ReleaseSite, dataset_id: str, theme: str) -> list[Target]:
    """Targets that are meant to have the dataset, or that were brought it some day."""
    ledger = site.warehouse.deliveries
    return [
        target
        for target in site.site.targets
        if target.takes(dataset_id, theme) or ledger.of_target(target.name, dataset_id)
    ]


def _theme(index: VersionIndex) -> str:
    """The theme of a dataset by its newest version that still has a manifest."""
    for entry in reversed(index.entries):
        try:
            return str(index.manifest(entry["version"])["theme"])
        except (DamagedReleaseError, KeyError):
            continue  # withdrawn as a whole
    return ""


def _queue(
    site: ReleaseSite,
    taking: Sequence[Target],
    dataset_id: str,
    event: str,
    details: Mapping[str, Any],
    at: dt.datetime | None = None,
) -> list[str]:
    ledger = site.warehouse.deliveries
    moment = at or dt.datetime.now(dt.UTC)
    told = []
    for target in taking:
        if not isinstance(target, WebhookTarget):
            ledger.queue(target.name, dataset_id, STATE, at=moment, details=details)
        elif details["event"] in target.events:
            ledger.queue(target.name, dataset_id, event, at=moment, details=details)
        else:
            continue
        told.append(target.name)
    return told
