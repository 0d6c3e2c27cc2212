"""Rolling a dataset back: a new version with the content of an old one, and a hold."""

from __future__ import annotations

import datetime as dt

from publishing.catalogue import write_catalogue
from publishing.changelog import CHANGELOG
from publishing.delta import DELTA
from publishing.facts import ReleaseOutcome
from publishing.hashed_file import FileFacts
from publishing.reader import ReleaseReader
from publishing.release_site import ReleaseSite
from publishing.repair import record_versions, repair_dataset, version_index
from publishing.version_build import SUMS, VersionBuild
from publishing.version_diff import diff_versions
from publishing.version_forms import read_dataset_file, write_forms
from publishing.version_index import MANIFEST
from schemas.run import RunState

OWN_FILES = (MANIFEST, SUMS, DELTA, CHANGELOG)


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
        NoSuchVersionError: there is no such version.
    """
    repair_dataset(site, dataset_id)
    reader = ReleaseReader(site.public, site.archive, dataset_id)
    target = reader.manifest(to_version)
    index = version_index(site, dataset_id)
    assert index.current is not None
    away_from = index.manifest(index.current)
    moment = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    # The hold comes first: killed after it, the dataset is held and the old version stands; the
    # other way round the next run could release the bad rows again.
    held = site.warehouse.holds.get(dataset_id)
    bound = fingerprint or (held.fingerprint if held else away_from["input_fingerprint"])
    site.warehouse.holds.put(dataset_id, reason=reason, fingerprint=bound, at=moment)
    build = VersionBuild(site, index)
    try:
        shared = {
            name: FileFacts(**facts)
            for name, facts in target["files"].items()
            if name not in OWN_FILES and name not in target["forms"]
        }
        build.share(shared, to_version)
        told = write_forms(
            build,
            read_dataset_file(index.version_folder(to_version)),
            site.site,
            created=moment,
            partitions=target["partitions"],
        )
        diff = diff_versions(reader, index.current, to_version)
        index = build.put_in_place(
            {
                **target,
                **told,
                "version": build.number,
                "rolled_back_to": to_version,
                "created_at": moment.isoformat(),
                "reason": reason,
                "diff": diff.to_json(),
            }
        )
    finally:
        build.discard()
    record_versions(site, index)
    write_catalogue(site)
    entry = index.entries[-1]
    return ReleaseOutcome(
        RunState.RELEASED, entry["version"], entry["content_sha256"], entry["rows"], diff
    )
