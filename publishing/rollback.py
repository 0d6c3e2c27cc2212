"""Rolling a dataset back: a new version with the content of an old one, and a hold."""

from __future__ import annotations

import datetime as dt

from publishing.catalogue import write_catalogue
from publishing.facts import ReleaseOutcome
from publishing.old_content import put_content_back
from publishing.reader import ReleaseReader
from publishing.release_record import record_versions, version_index
from publishing.release_site import ReleaseSite
from publishing.repair import repair_dataset
from schemas.run import RunState


def roll_back(
    site: ReleaseSite,
    dataset_id: str,
    to_version: int,
    *,
    reason: str,
    fingerprint: str | None = None,
    now: dt.datetime | None = None,
) -> ReleaseOutcome:
    """Make a new version with the files of ``to_version``, and hold the dataset.

    ``fingerprint`` is that of the inputs as they are now; while it stays the same the hold
    binds. Other inputs, or someone lifting it, end it. Where it is not given, that of a hold
    already in force is kept, else that of the version rolled away from is taken. The caller holds
    the dataset's lock.

    Raises:
        NoSuchVersionError: there is no such version, or it was withdrawn.
    """
    repair_dataset(site, dataset_id)
    ReleaseReader(site.public, site.archive, dataset_id).manifest(to_version)
    index = version_index(site, dataset_id)
    assert index.current is not None
    away_from = index.manifest(index.current)
    moment = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    # The hold comes first: killed after it, the dataset is held and the old version stands; the
    # other way round the next run could release the bad rows again.
    held = site.warehouse.holds.get(dataset_id)
    bound = fingerprint or (held.fingerprint if held else away_from["input_fingerprint"])
    site.warehouse.holds.put(dataset_id, reason=reason, fingerprint=bound, at=moment)
    index, diff = put_content_back(site, index, to_version, reason=reason, at=moment)
    record_versions(site, index)
    write_catalogue(site)
    entry = index.entries[-1]
    return ReleaseOutcome(
        RunState.RELEASED, entry["version"], entry["content_sha256"], entry["rows"], diff
    )
