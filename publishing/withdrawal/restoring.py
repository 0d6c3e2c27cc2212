"""Withdrawn versions in a pointer that was lost: nothing on disk tells of them, the ledgers do."""

from __future__ import annotations

import datetime as dt

from publishing.release_site import ReleaseSite
from publishing.version_index import VersionIndex
from publishing.withdrawal.rewriting import withdrawn_entry


def with_withdrawn_versions(site: ReleaseSite, index: VersionIndex) -> VersionIndex:
    """The index with every version that the ledger says is withdrawn and that it does not name."""
    dataset_id = index.folder.name
    for one in site.warehouse.withdrawals.of_dataset(dataset_id):
        if one.version is None or one.redacted_at is None:
            continue
        known = index.entry(one.version)
        if known is not None and known.get("withdrawn"):
            continue
        for record in site.warehouse.releases.of_dataset(dataset_id):
            if record.version == one.version:
                entry = {
                    "version": record.version,
                    "content_sha256": record.content_sha256,
                    "created_at": record.created_at.astimezone(dt.UTC).isoformat(),
                    "rows": record.rows,
                    "reason": record.reason,
                    "rolled_back_to": record.rolled_back_to,
                    "manifest_sha256": record.manifest_sha256,
                }
                index = index.with_withdrawn(withdrawn_entry(entry, one, site))
    return index
