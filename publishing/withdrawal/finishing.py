"""Doing what the ledger of withdrawals says, from wherever a killed process left it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set

from publishing.catalogue import write_catalogue
from publishing.old_content import put_content_back
from publishing.release_record import record_versions, version_index
from publishing.release_site import ReleaseSite
from publishing.sweeping import sweep_objects
from publishing.targets.queueing import tell_targets_of_withdrawal
from publishing.version_index import VersionIndex
from publishing.withdrawal.notices import write_notices
from publishing.withdrawal.redacted_version import redaction_by
from publishing.withdrawal.rewriting import rewrite_history
from warehouse.withdrawals import Withdrawal


def finish_withdrawals(site: ReleaseSite, dataset_id: str) -> list[str]:
    """Take what is withdrawn out of every published file of a dataset. Returns what was done.

    The caller holds the dataset's lock, and its pointer is in order. Nothing is done where nothing
    is unfinished. Targets are told and the catalogue is written anew.
    """
    done = []
    unfinished = site.warehouse.withdrawals.unfinished(dataset_id)
    index = version_index(site, dataset_id)
    undone = unfinished + _undone_by_a_backup(site, index, {one.version for one in unfinished})
    for withdrawal in sorted({one.number: one for one in undone}.values(), key=_number):
        index = version_index(site, dataset_id)
        index = _replace_current(site, index, withdrawal)
        index = rewrite_history(site, index, withdrawal)
        sweep_objects(site)
        record_versions(site, index)
        write_notices(site, index)
        write_catalogue(site, kept_states=1)
        _tell_targets(site, index, withdrawal)
        site.warehouse.withdrawals.redacted(withdrawal.number, dt.datetime.now(dt.UTC))
        done.append(f"carried out the withdrawal {withdrawal.number} from {dataset_id}")
    return done


def _number(withdrawal: Withdrawal) -> int:
    return withdrawal.number


def _undone_by_a_backup(
    site: ReleaseSite, index: VersionIndex, going: Set[int | None]
) -> list[Withdrawal]:
    """The withdrawals in force, where a public folder, or one version in it, came back from a
    backup that is older than one of them: manifests are then others than those recorded, or a
    withdrawn version has files. What unfinished withdrawals (``going``: their versions) left half
    done is no sign of that."""
    dataset_id = index.folder.name
    known = site.warehouse.withdrawals.of_dataset(dataset_id)
    if not known:
        return []
    records = site.warehouse.releases.of_dataset(dataset_id)
    recorded = {one.version: one.manifest_sha256 for one in records}
    is_older = any(
        entry["version"] not in going and index.version_folder(entry["version"]).exists()
        if entry.get("withdrawn")
        else recorded.get(entry["version"], entry["manifest_sha256"]) != entry["manifest_sha256"]
        or (not going and not index.has_listed_manifest(entry["version"]))  # else: at work on it
        for entry in index.entries
    )
    if not is_older:
        return []
    return [
        one
        for one in known
        if one.lifted_at is None or one.cause is not None  # these name the versions they are from
    ]


def _replace_current(
    site: ReleaseSite, index: VersionIndex, withdrawal: Withdrawal
) -> VersionIndex:
    """Where the current version is to go, hold the dataset and make the newest other content
    current; where there is none, the dataset will have no current version."""
    if withdrawal.version is None or index.current != withdrawal.version:
        return index
    dataset_id = index.folder.name
    away_from = index.manifest(withdrawal.version)
    site.warehouse.holds.put(
        dataset_id,
        reason=withdrawal.reason.zh,
        fingerprint=withdrawal.fingerprint or away_from["input_fingerprint"],
        at=withdrawal.requested_at,
    )
    others = [one["version"] for one in index.available if one["version"] != withdrawal.version]
    if not others:
        return index
    index, _diff = put_content_back(
        site,
        index,
        others[-1],
        reason=withdrawal.reason.zh,
        at=dt.datetime.now(dt.UTC).replace(microsecond=0),
    )
    return index


def _tell_targets(site: ReleaseSite, index: VersionIndex, withdrawal: Withdrawal) -> None:
    touched = [
        one["version"]
        for one in index.available
        if redaction_by(withdrawal, index.manifest(one["version"]))
    ]
    if withdrawal.version is not None:
        touched.append(withdrawal.version)
    tell_targets_of_withdrawal(
        site,
        withdrawal.dataset,
        versions=touched,
        row_ids=sorted(withdrawal.all_rows()),
        reason=withdrawal.reason.zh,
    )
