"""Rewriting the history of a dataset without what a withdrawal takes out.

All versions concerned are built out of sight first. Then each is exchanged for the old one in one
step, the deltas are replaced, and the pointer is written: what takes long happens before the first
of these. Killed anywhere in between, the same work done again comes to the same end, since each
step looks at what is there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from publishing.changelog import CHANGELOG
from publishing.delta import DELTA, FOLDER
from publishing.folder_exchange import put_in_place_of
from publishing.json_text import read_document
from publishing.release_site import ReleaseSite
from publishing.version_diff import VersionFiles
from publishing.version_index import VersionIndex
from publishing.withdrawal.redacted_version import (
    Before,
    RedactedVersion,
    redaction_by,
    withdrawal_day,
)
from warehouse.durable_files import sync_folder, temporary_name
from warehouse.withdrawals import Withdrawal


def rewrite_history(site: ReleaseSite, index: VersionIndex, withdrawal: Withdrawal) -> VersionIndex:
    """Take a withdrawal out of all versions; the pointer as it stands afterwards.

    The caller holds the dataset's lock. Where the current version is withdrawn, another one was
    made before.

    Raises:
        UnaccountedFileError: a version has a file of which nobody knows what stands in it; nothing
            was changed.
    """
    staging = site.staging / index.folder.name
    with _built(site, index, withdrawal) as built:
        for version, _new in built:
            place = index.version_folder(version.number)
            put_in_place_of(version.folder, place, staging)
        if withdrawal.version is not None:
            entry = index.entry(withdrawal.version)
            if entry is not None:
                kept = entry | _semantic_version(index, withdrawal.version)
                index = index.with_withdrawn(withdrawn_entry(kept, withdrawal, site))
        for one in index.available:
            manifest = index.manifest(one["version"])
            if manifest.get("redactions"):
                index = index.with_version(one["version"])
        replace_deltas(index, staging)
        index.write(staging)
        _remove_files(index, withdrawal, staging)
    return index


def withdrawn_entry(
    entry: dict[str, object], withdrawal: Withdrawal, site: ReleaseSite
) -> dict[str, object]:
    """The pointer's entry of a withdrawn version: what it was, and why it is no more."""
    reason = {"zh": withdrawal.reason.zh, "en": withdrawal.reason.en}
    return {**entry, "withdrawn": {"reason": reason, "on": withdrawal_day(withdrawal, site)}}


def _semantic_version(index: VersionIndex, version: int) -> dict[str, object]:
    """As proposed in the changelog that goes with the version; nothing where that is not there."""
    try:
        newest = read_document(index.version_folder(version) / CHANGELOG)[0]
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError, IndexError):
        return {}  # gone with the files already, or of an earlier program
    return {"semantic_version": newest["semantic_version"]}


@contextmanager
def _built(
    site: ReleaseSite, index: VersionIndex, withdrawal: Withdrawal
) -> Iterator[list[tuple[RedactedVersion, VersionFiles]]]:
    """The versions that change, built in the staging folder, oldest first."""
    made: list[RedactedVersion] = []
    changed: list[tuple[RedactedVersion, VersionFiles]] = []
    try:
        before = Before()
        for entry in index.available:
            number = entry["version"]
            if number == withdrawal.version:
                continue
            files = VersionFiles(index.manifest(number), index.version_folder(number))
            version = RedactedVersion(site, index, files, before, withdrawal)
            if version.is_concerned:
                made.append(version)
                new = version.make()
                if version.is_as_before(new):
                    version.discard()
                else:
                    changed.append((version, new))
                    files = new
            record = redaction_by(withdrawal, files.manifest)
            before = Before(
                files,
                read_document(files.folder / CHANGELOG),
                differs=record is not None,
                rows_differ=record is not None and bool(record["rows"]),
            )
        yield changed
    finally:
        for version in made:
            version.discard()


def replace_deltas(index: VersionIndex, staging: Path) -> None:
    """Let ``delta/<a>..<b>.jsonl`` be the deltas of the versions there are, and nothing else."""
    folder = index.folder / FOLDER
    wanted: dict[str, Path] = {}
    for entry in index.available:
        file = index.version_folder(entry["version"]) / DELTA
        if file.exists():
            previous = index.manifest(entry["version"])["previous_version"]
            wanted[f"{previous}..{entry['version']}.jsonl"] = file
    if not wanted and not folder.is_dir():
        return
    folder.mkdir(exist_ok=True)
    for name, file in wanted.items():
        link = folder / name
        if link.exists() and link.samefile(file):
            continue
        draft = temporary_name(staging / name)
        draft.hardlink_to(file)
        draft.replace(link)
    for link in folder.iterdir():
        if link.name not in wanted:
            link.unlink()
    sync_folder(folder)


def _remove_files(index: VersionIndex, withdrawal: Withdrawal, staging: Path) -> None:
    """Take the files of a withdrawn version away, after the pointer says so."""
    if withdrawal.version is None:
        return
    folder = index.version_folder(withdrawal.version)
    if not folder.exists():
        return
    gone = temporary_name(staging / folder.name)
    folder.rename(gone)
    sync_folder(folder.parent)
    shutil.rmtree(gone)
