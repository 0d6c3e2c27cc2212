"""The release ledger of the control database, brought up to what the public folder says."""

from __future__ import annotations

import datetime as dt

from publishing.release_site import ReleaseSite
from publishing.targets.queueing import queue_version
from publishing.version_index import VersionIndex
from warehouse.releases import ReleaseRecord


def version_index(site: ReleaseSite, dataset_id: str) -> VersionIndex:
    """The pointer of a dataset, which knows from the ledger what numbers were given."""
    return VersionIndex.read(site.dataset_folder(dataset_id), _numbers_given(site, dataset_id))


def _numbers_given(site: ReleaseSite, dataset_id: str) -> int:
    records = site.warehouse.releases.of_dataset(dataset_id)
    return max((record.version for record in records), default=0)


def record_versions(site: ReleaseSite, index: VersionIndex) -> list[str]:
    """Bring the release ledger up to the pointer: new versions, and those that were redacted; note
    that targets are to get what is new.

    A ledger that is made anew tells them of the newest version only.
    """
    dataset_id = index.folder.name
    records = site.warehouse.releases.of_dataset(dataset_id)
    known = {record.version: record.manifest_sha256 for record in records}
    done = []
    for entry in index.available:
        version = entry["version"]
        if known.get(version) == entry["manifest_sha256"]:
            continue
        manifest = index.manifest(version)
        if version == index.current and version not in known:
            queue_version(site, index, version)
        site.warehouse.releases.record(
            ReleaseRecord(
                dataset=dataset_id,
                version=version,
                content_sha256=manifest["content_sha256"],
                manifest_sha256=entry["manifest_sha256"],
                created_at=dt.datetime.fromisoformat(manifest["created_at"]),
                rows=manifest["rows"],
                fingerprint=manifest["input_fingerprint"],
                reason=manifest["reason"],
                runs={one["source"]: one["accepted_by"] for one in manifest["sources"]},
                rolled_back_to=manifest["rolled_back_to"],
            )
        )
        done.append(f"recorded version {version} of {dataset_id}")
    return done
