"""Putting right what a killed process left behind."""

from __future__ import annotations

import shutil

from publishing.catalogue import write_catalogue
from publishing.delta_links import link_delta
from publishing.folder_exchange import put_displaced_back
from publishing.release_record import record_versions, version_index
from publishing.release_site import ReleaseSite
from publishing.version_index import DamagedReleaseError, VersionIndex
from publishing.withdrawal.finishing import finish_withdrawals
from publishing.withdrawal.restoring import with_withdrawn_versions


def repair_dataset(site: ReleaseSite, dataset_id: str) -> list[str]:
    """Put one dataset right; the caller holds its lock. Returns what was done.

    A version folder whose pointer was not switched is adopted: it was renamed into place whole.
    A pointer that is gone or cut is written anew from the version folders; versions whose folder
    somebody removed are no longer named, and their numbers are not given again. Staged leftovers
    are removed. A withdrawal that was begun is carried out. The release ledger is brought up to
    the pointer.
    """
    staged = site.staging / dataset_id
    done = [
        f"put the version {name} of {dataset_id} back into its place"
        for name in put_displaced_back(staged, site.dataset_folder(dataset_id))
    ]
    for leftover in sorted(staged.iterdir()) if staged.is_dir() else []:
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
        done.append(f"removed the unfinished {dataset_id}/{leftover.name}")
    done += _repair_pointer(site, dataset_id)
    done += finish_withdrawals(site, dataset_id)
    return done + record_versions(site, version_index(site, dataset_id))


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
    index = with_withdrawn_versions(site, index)
    known = {entry["version"] for entry in index.entries}
    for number in index.finished():
        if number not in known:
            link_delta(folder, index.manifest(number))
            index = index.with_version(number)
            done.append(f"adopted the finished version {number} of {dataset_id}")
    if done or index.entries != pointed.entries:
        index.write(site.staging / dataset_id)
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


def datasets_on_disk(site: ReleaseSite) -> list[str]:
    """Datasets that have a folder below public or staging, in order."""
    roots = (site.public / "datasets", site.staging)
    return sorted(
        {path.name for root in roots if root.is_dir() for path in root.iterdir() if path.is_dir()}
    )
