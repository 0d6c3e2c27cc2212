"""A new version with the content of an old one."""

from __future__ import annotations

import datetime as dt

from publishing.changelog import CHANGELOG
from publishing.delta import DELTA
from publishing.diff import ReleaseDiff
from publishing.hashed_file import FileFacts
from publishing.release_site import ReleaseSite
from publishing.version_build import SUMS, VersionBuild
from publishing.version_diff import VersionFiles, diff_of
from publishing.version_forms import read_dataset_file, write_forms
from publishing.version_index import MANIFEST, VersionIndex

OWN_FILES = (MANIFEST, SUMS, DELTA, CHANGELOG)


def put_content_back(
    site: ReleaseSite, index: VersionIndex, to_version: int, *, reason: str, at: dt.datetime
) -> tuple[VersionIndex, ReleaseDiff]:
    """Make the next version of a dataset out of the files of ``to_version``; the pointer then
    names it. What that version tells of its own past (redactions) stays with it."""
    assert index.current is not None
    target = index.manifest(to_version)
    folder = index.version_folder(to_version)
    away_from = VersionFiles(index.manifest(index.current), index.version_folder(index.current))
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
            read_dataset_file(folder),
            site.site,
            created=at,
            partitions=target["partitions"],
        )
        diff = diff_of(away_from, VersionFiles(target, folder))
        kept = {name: value for name, value in target.items() if name != "redactions"}
        index = build.put_in_place(
            {
                **kept,
                **told,
                "version": build.number,
                "rolled_back_to": to_version,
                "created_at": at.isoformat(),
                "reason": reason,
                "withdrawals": site.warehouse.withdrawals.active(index.folder.name).digest(),
                "diff": diff.to_json(),
            }
        )
    finally:
        build.discard()
    return index, diff
