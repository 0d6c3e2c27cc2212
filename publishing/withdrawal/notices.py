"""``withdrawals.json``: what was withdrawn of a dataset and why, for readers who keep copies.

It names rows by their ids only, never a key or a value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from publishing.json_text import json_document
from publishing.release_site import ReleaseSite
from publishing.version_index import VersionIndex
from publishing.withdrawal.announced import NOTICES
from publishing.withdrawal.redacted_version import redaction_by, withdrawal_day
from warehouse.durable_files import replace_file
from warehouse.withdrawals import Withdrawal


def write_notices(site: ReleaseSite, index: VersionIndex) -> None:
    """Write the notices of a dataset anew from the ledger."""
    known = site.warehouse.withdrawals.of_dataset(index.folder.name)
    manifests = [index.manifest(entry["version"]) for entry in index.available]
    told = [_notice(site, one, manifests) for one in known]
    document = {"dataset": index.folder.name, "withdrawals": told}
    path = index.folder / NOTICES
    content = json_document(document)
    if not path.exists() or path.read_bytes() != content:
        replace_file(path, content, site.staging / index.folder.name)


def _notice(
    site: ReleaseSite, withdrawal: Withdrawal, manifests: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    zone = ZoneInfo(site.site.timezone)
    records = [one for each in manifests if (one := redaction_by(withdrawal, each))]
    lifted = withdrawal.lifted_at
    return {
        "withdrawal": withdrawal.number,
        "follows_from": withdrawal.cause,
        "version": withdrawal.version,
        "rows": sorted(withdrawal.all_rows()),
        "fields": sorted(withdrawal.fields),
        "reason": {"zh": withdrawal.reason.zh, "en": withdrawal.reason.en},
        "on": withdrawal_day(withdrawal, site),
        "at": withdrawal.requested_at.astimezone(dt.UTC).replace(microsecond=0).isoformat(),
        "revoked_on": withdrawal.revoked_on.isoformat() if withdrawal.revoked_on else None,
        "versions_redacted": len(records),
        "lifted_on": lifted.astimezone(zone).date().isoformat() if lifted else None,
    }
