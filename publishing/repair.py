"""Putting right what a killed process left behind."""

from __future__ import annotations

import datetime as dt
import shutil

from publishing.catalogue import write_catalogue
from publishing.release_site import ReleaseSite
from publishing.version_index import MANIFEST, VersionIndex
from warehouse.durable_files import file_sha256
from warehouse.releases import ReleaseRecord


def repair_dataset(site: ReleaseSite, dataset_id: str) -> list[str]:
    """Put one dataset right; the caller holds its lock. Returns what was done.

    A version folder whose pointer was not switched is adopted: it was renamed into place whole.
    Staged leftovers are removed. The release ledger is brought up to the pointer.
    """
    done = []
    staged = site.staging / dataset_id
    for leftover in sorted(staged.iterdir()) if staged.is_dir() else []:
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
        done.append(f"removed the unfinished {dataset_id}/{leftover.name}")
    index = VersionIndex.read(site.dataset_folder(dataset_id))
    while (index.version_folder(index.next_number()) / MANIFEST).exists():
        index = index.with_version(index.next_number())
        index.write(staged)
        done.append(f"adopted the finished version {index.current} of {dataset_id}")
    return done + record_versions(site, index)


def record_versions(site: ReleaseSite, index: VersionIndex) -> list[str]:
    """Bring the release ledger up to the pointer."""
    dataset_id = index.folder.name
    known = {record.version for record in site.warehouse.releases.of_dataset(dataset_id)}
    done = []
    for entry in index.entries:
        version = entry["version"]
        if version in known:
            continue
        manifest = index.manifest(version)
        site.warehouse.releases.record(
            ReleaseRecord(
                dataset=dataset_id,
                version=version,
                content_sha256=manifest["content_sha256"],
                manifest_sha256=file_sha256(index.version_folder(version) / MANIFEST),
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


def repair(site: ReleaseSite) -> list[str]:
    """Put all datasets right and derive the catalogue anew. Called at start, while nothing else
    releases. Returns what was done, one English sentence each."""
    roots = (site.public / "datasets", site.staging)
    found = {path.name for root in roots if root.is_dir() for path in root.iterdir()}
    done = []
    for dataset_id in sorted(found):
        if any((root / dataset_id).is_dir() for root in roots):
            done += repair_dataset(site, dataset_id)
    if (site.public / "datasets").is_dir():
        write_catalogue(site)
    return done
