"""Putting right what a killed process left behind."""

from __future__ import annotations

import datetime as dt
import shutil

from publishing.catalogue import write_catalogue
from publishing.delta_links import link_delta
from publishing.release_site import ReleaseSite
from publishing.targets.queueing import queue_version
from publishing.version_index import MANIFEST, DamagedReleaseError, VersionIndex
from warehouse.durable_files import file_sha256
from warehouse.releases import ReleaseRecord


def repair_dataset(site: ReleaseSite, dataset_id: str) -> list[str]:
    """Put one dataset right; the caller holds its lock. Returns what was done.

    A version folder whose pointer was not switched is adopted: it was renamed into place whole.
    A pointer that is gone or cut is written anew from the version folders; versions whose folder
    somebody removed are no longer named, and their numbers are not given again. Staged leftovers
    are removed. The release ledger is brought up to the pointer.
    """
    done = []
    staged = site.staging / dataset_id
    for leftover in sorted(staged.iterdir()) if staged.is_dir() else []:
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
        done.append(f"removed the unfinished {dataset_id}/{leftover.name}")
    done += _repair_pointer(site, dataset_id)
    return done + record_versions(site, version_index(site, dataset_id))


def version_index(site: ReleaseSite, dataset_id: str) -> VersionIndex:
    """The pointer of a dataset, which knows from the ledger what numbers were given."""
    return VersionIndex.read(site.dataset_folder(dataset_id), _numbers_given(site, dataset_id))


def _numbers_given(site: ReleaseSite, dataset_id: str) -> int:
    records = site.warehouse.releases.of_dataset(dataset_id)
    return max((record.version for record in records), default=0)


def _repair_pointer(site: ReleaseSite, dataset_id: str) -> list[str]:
    done = []
    folder = site.dataset_folder(dataset_id)
    try:
        pointed = VersionIndex.read(folder)
    except DamagedReleaseError:
        pointed = VersionIndex(folder)
        done.append(f"wrote the damaged versions.json of {dataset_id} anew")
    index = pointed.without_lost()
    lost = len(pointed.entries) - len(index.entries)
    if lost:
        done.append(f"left out {lost} versions of {dataset_id} whose files are gone")
    known = {entry["version"] for entry in index.entries}
    for number in index.finished():
        if number not in known:
            link_delta(folder, index.manifest(number))
            index = index.with_version(number)
            done.append(f"adopted the finished version {number} of {dataset_id}")
    if done:
        index.write(site.staging / dataset_id)
    return done


def record_versions(site: ReleaseSite, index: VersionIndex) -> list[str]:
    """Bring the release ledger up to the pointer, and note that targets are to get what is new.

    A ledger that is made anew tells them of the newest version only.
    """
    dataset_id = index.folder.name
    known = {record.version for record in site.warehouse.releases.of_dataset(dataset_id)}
    done = []
    for entry in index.entries:
        version = entry["version"]
        if version in known:
            continue
        manifest = index.manifest(version)
        if version == index.current:
            queue_version(site, index, version)
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
    """Put all datasets right and derive the catalogue anew, while nothing else releases. Returns
    what was done, one English sentence each."""
    done = []
    for dataset_id in datasets_on_disk(site):
        done += repair_dataset(site, dataset_id)
    if (site.public / "datasets").is_dir():
        write_catalogue(site)
    return done


def sweep_objects(site: ReleaseSite) -> list[str]:
    """Remove release objects that no version links to: a killed build or a version that somebody
    took away left them. Returns what was done. A build at work links what it uses, and gives
    again what is taken from under its hand."""
    done = []
    for path in sorted((site.objects / "sha256").glob("*/*")):
        if path.stat().st_nlink == 1:
            path.unlink()
            done.append(f"removed the object {path.name} that no version has")
    return done


def datasets_on_disk(site: ReleaseSite) -> list[str]:
    """Datasets that have a folder below public or staging, in order."""
    roots = (site.public / "datasets", site.staging)
    return sorted(
        {path.name for root in roots if root.is_dir() for path in root.iterdir() if path.is_dir()}
    )
