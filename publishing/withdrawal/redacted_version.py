"""One version, built again without what is withdrawn, as it will be exchanged for the old one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from publishing.candidate import SOURCE
from publishing.changelog import CHANGELOG, changelog, field_changes
from publishing.delta import DELTA, delta_lines
from publishing.diff import ReleaseDiff
from publishing.gates import Statistics
from publishing.hashed_file import FileFacts, PlainFile
from publishing.json_text import json_document, read_document
from publishing.lineage_files import used_by_source
from publishing.manifest import snapshot_list
from publishing.release_rules import TOTAL
from publishing.release_site import ReleaseSite
from publishing.tombstones import Tombstone, file_name, read_tombstones, tombstone_lines
from publishing.version_build import PACKAGE, VersionBuild
from publishing.version_diff import VersionFiles, diff_from_nothing, diff_of
from publishing.version_forms import read_dataset_file, write_forms
from publishing.version_index import VersionIndex
from publishing.withdrawal.accounted_files import (
    FINDINGS,
    AccountedFiles,
    accounted_files,
    refuse_without_dataset_file,
)
from publishing.withdrawal.redacted_partition import Found, look_for, write_redacted
from warehouse.withdrawals import Withdrawal
from warehouse.withdrawn_rows import WithdrawnRows

Entries = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Before:
    """The version before one, as it stands or will stand: what deltas and changelogs follow on.

    Attributes:
        files: None before the first version.
        entries: its changelog.
        differs: whether anything of it is not what it was before the withdrawal.
        rows_differ: whether its rows are not.
    """

    files: VersionFiles | None = None
    entries: Entries = field(default_factory=list)
    differs: bool = False
    rows_differ: bool = False

    @property
    def number(self) -> int | None:
        """Of the version."""
        return None if self.files is None else int(self.files.manifest["version"])


@dataclass(frozen=True, slots=True)
class Contents:
    """What a version holds of what is withdrawn.

    Attributes:
        partitions: label -> rows found.
        stones: whether a tombstone names one of the rows.
        findings: how many findings speak of them.
        withheld: whether a key that two sources give differently is one of them.
    """

    partitions: Mapping[str, Found]
    stones: bool
    findings: int
    withheld: bool

    def __bool__(self) -> bool:
        return bool(self.partitions) or self.stones or bool(self.findings) or self.withheld

    @property
    def row_ids(self) -> list[str]:
        """The rows it holds."""
        return sorted({one for found in self.partitions.values() for one in found.row_ids})


def redaction_by(withdrawal: Withdrawal, manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a version records of a withdrawal; None where that did not touch it."""
    told = manifest.get("redactions", ())
    return next((one for one in told if one["withdrawal"] == withdrawal.number), None)


def withdrawn_rows(withdrawal: Withdrawal, version: int) -> WithdrawnRows:
    """What a withdrawal takes out of a version."""
    rows = withdrawal.rows_of(version)
    keys = frozenset(withdrawal.keys) if rows else frozenset()
    return WithdrawnRows(withdrawal.dataset, rows, keys)


def contents_of(files: VersionFiles, withdrawn: WithdrawnRows) -> Contents:
    """Look for withdrawn rows in all of a version."""
    folder, manifest = files.folder, files.manifest
    if not withdrawn:
        return Contents({}, stones=False, findings=0, withheld=False)
    found = {
        part["partition"]: hit
        for part in manifest["partitions"]
        if (hit := look_for(withdrawn, folder, part, list(manifest["primary_key"])))
    }
    stones = read_tombstones(folder / file_name(manifest["dataset"]))
    told = read_document(folder / FINDINGS)
    return Contents(
        found,
        stones=any(stone.row_id in withdrawn.rows and stone.key for stone in stones),
        findings=sum(_speaks_of(one, withdrawn) for one in told),
        withheld=any(
            withdrawn.concerns(one["key"])
            for part in manifest["partitions"]
            for one in part["withheld"]
        ),
    )


def _speaks_of(finding: Mapping[str, Any], withdrawn: WithdrawnRows) -> bool:
    return withdrawn.concerns(
        finding["row_key"], finding["value"], finding["message_zh"], finding["message_en"]
    )


class RedactedVersion:
    """A version under reconstruction in the staging folder."""

    def __init__(
        self,
        site: ReleaseSite,
        index: VersionIndex,
        files: VersionFiles,
        before: Before,
        withdrawal: Withdrawal,
    ) -> None:
        self._site = site
        self._old = files
        self._before = before
        self._withdrawal = withdrawal
        self.number = int(files.manifest["version"])
        self._withdrawn = withdrawn_rows(withdrawal, self.number)
        self._accounted: AccountedFiles = accounted_files(files.folder, files.manifest)
        self._contents = contents_of(files, self._withdrawn)
        self._index = index
        self._bridged = files.manifest["previous_version"] != before.number
        self.entries: Entries = []
        self._steps_differ = bool(self._contents.partitions) or before.rows_differ or self._bridged

    @property
    def is_concerned(self) -> bool:
        """Whether anything of it must change."""
        return bool(self._contents) or self._before.differs or self._bridged

    @cached_property
    def _build(self) -> VersionBuild:
        return VersionBuild(self._site, self._index, self.number)

    @property
    def folder(self) -> Path:
        """Where it is built."""
        return self._build.folder

    def make(self) -> VersionFiles:
        """Write everything; the version as it will be."""
        old = self._old.manifest
        manifest: dict[str, Any] = {**old, "previous_version": self._before.number}
        self._share_rows()
        if self._contents.partitions:
            manifest |= self._write_rows()
        self._write_stones()
        self._write_findings(manifest)
        new = VersionFiles(manifest, self.folder)
        if self._steps_differ:
            manifest["diff"] = self._diff(new).to_json()
            manifest["waivers"] = [self._waiver(one) for one in old.get("waivers", [])]
        self._write_delta(new)
        self._write_changelog(manifest)
        active = self._site.warehouse.withdrawals.active(old["dataset"])
        manifest["withdrawals"] = active.digest()
        manifest["redactions"] = self._redactions(manifest)
        self._build.seal(manifest)
        return new

    def is_as_before(self, new: VersionFiles) -> bool:
        """True where nothing but its record of redactions would change."""
        ignored = ("redactions", "files", "withdrawals")
        was, now = ({**one.manifest} for one in (self._old, new))
        for name in ignored:
            was.pop(name, None)
            now.pop(name, None)
        return self._old.manifest["files"] == new.manifest["files"] and was == now

    def discard(self) -> None:
        """Remove what was staged; after the exchange, the old files."""
        self._build.discard()

    def _share_rows(self) -> None:
        """Link the files that stay as they are."""
        names = {
            name
            for label, of_part in self._accounted.of_partitions.items()
            if label not in self._contents.partitions
            for name in of_part
        }
        if not self._contents.partitions:
            names |= self._accounted.forms
        facts = self._old.manifest["files"]
        self._build.share({name: FileFacts(**facts[name]) for name in sorted(names)}, self.number)

    def _write_rows(self) -> dict[str, Any]:
        """Write the partitions that held something, and the forms; keys of the manifest."""
        old, folder = self._old.manifest, self._old.folder
        refuse_without_dataset_file(folder)
        dataset = read_dataset_file(folder)
        written = [self._partition(part) for part in old["partitions"]]
        parts = [part for part in written if part is not None]
        created = dt.datetime.fromisoformat(old["created_at"])
        told = write_forms(self._build, dataset, self._site.site, created=created, partitions=parts)
        statistics = (self._statistics(part) for part in parts)
        rows: dict[str, int] = {}
        for part in parts:
            for source, count in part["rows_by_source"].items():
                rows[source] = rows.get(source, 0) + count
        return {
            **told,
            "rows": sum(part["rows"] for part in parts),
            "content_sha256": self._build.content_sha256(parts),
            "statistics": sum(statistics, start=Statistics(0)).to_json(),
            "partitions": parts,
            "snapshots": self._snapshots(parts, created),
            "sources": [{**one, "rows": rows.get(one["source"], 0)} for one in old["sources"]],
        }

    def _partition(self, part: Mapping[str, Any]) -> dict[str, Any] | None:
        withheld = [one for one in part["withheld"] if not self._withdrawn.concerns(one["key"])]
        told = {**part, "withheld": withheld}
        found = self._contents.partitions.get(part["partition"])
        if found is None:
            return told
        dataset = read_dataset_file(self._old.folder)
        return write_redacted(
            self._build,
            dataset,
            self._old.manifest,
            self._old.folder,
            told,
            found,
            self._withdrawn,
        )

    def _statistics(self, part: Mapping[str, Any]) -> Statistics:
        """Of a partition; counted where an earlier program wrote none."""
        if "statistics" in part:
            return Statistics.from_json(part["statistics"])
        rows = VersionFiles(self._old.manifest, self.folder).frame(part)
        return Statistics.of_rows(rows, read_dataset_file(self._old.folder))

    def _snapshots(self, parts: Sequence[Mapping[str, Any]], created: dt.datetime) -> Entries:
        origins = []
        for part in parts:
            origin = read_document(self.folder / part["lineage"]["origin"])
            lineage = pl.read_parquet(
                self.folder / part["lineage"]["rows"], columns=[SOURCE, "_snapshot"]
            )
            origins.append((origin, used_by_source(lineage, origin["sources"])))
        return snapshot_list(origins, created)

    def _write_stones(self) -> None:
        name = file_name(self._old.manifest["dataset"])
        stones = read_tombstones(self._old.folder / name)
        if stones:
            told = [self._stone(stone) for stone in stones]
            self._build.write(name, tombstone_lines(told))

    def _stone(self, stone: Tombstone) -> Tombstone:
        """A tombstone; that of a withdrawn row does not name its key."""
        if stone.row_id not in self._withdrawn.rows:
            return stone
        return Tombstone(stone.row_id, {}, stone.deleted_on, stone.last_version)

    def _write_findings(self, manifest: dict[str, Any]) -> None:
        told = read_document(self._old.folder / FINDINGS)
        kept = [one for one in told if not _speaks_of(one, self._withdrawn)]
        self._build.write(FINDINGS, json_document(kept))
        gone: dict[tuple[str, str], int] = {}
        for one in told:
            if one not in kept:
                key = (one["rule"], one["severity"])
                gone[key] = gone.get(key, 0) + int(one["count"])
        counts = [
            {**one, "count": one["count"] - gone.get((one["rule"], one["severity"]), 0)}
            for one in manifest["findings"]
        ]
        manifest["findings"] = [one for one in counts if one["count"] > 0]
        manifest["partitions"] = [
            {**part, "withheld": kept_keys}
            for part in manifest["partitions"]
            for kept_keys in [
                [one for one in part["withheld"] if not self._withdrawn.concerns(one["key"])]
            ]
        ]

    def _waiver(self, waiver: dict[str, Any]) -> dict[str, Any]:
        """A waiver; one of a total does not tell the sums, from which the sums that are left would
        give what was withdrawn."""
        column, emptied = waiver["column"], self._withdrawal.fields
        if waiver["rule"] != TOTAL or (emptied and column not in emptied):
            return waiver
        return {
            **waiver,
            "message_zh": f"字段 {column} 的合计变化超过上限（具体数字已随撤回删去）。",
            "message_en": f"The sum of {column} changed by more than its limit (the figures went "
            "with a withdrawal).",
        }

    def _diff(self, new: VersionFiles) -> ReleaseDiff:
        before = self._before.files
        return diff_from_nothing(new) if before is None else diff_of(before, new)

    def _write_delta(self, new: VersionFiles) -> None:
        before = self._before.files
        if before is None:
            return
        if not self._steps_differ:
            facts = self._old.manifest["files"][DELTA]
            self._build.share({DELTA: FileFacts(**facts)}, self.number)
            return
        file = PlainFile(self.folder / DELTA)
        for line in delta_lines(before.manifest, before.folder, new.manifest, new.folder):
            file.write(line)
        self._build.files[DELTA] = file.close()

    def _write_changelog(self, manifest: Mapping[str, Any]) -> None:
        """The entries of the versions that are left; the semantic version stays as proposed."""
        package = read_document(self.folder / PACKAGE)
        before = self._before.files
        earlier = package if before is None else read_document(before.folder / PACKAGE)
        made = changelog(
            self._before.entries,
            manifest,
            field_changes(earlier, package),
            self._build.files.get(DELTA),
        )
        known = read_document(self._old.folder / CHANGELOG)[0]
        made[0]["semantic_version"] = known["semantic_version"]
        made[0]["note"] = known.get("note")
        if not self._bridged:
            made[0] |= {"schema": known["schema"], "breaking": known["breaking"]}
        self.entries = made
        self._build.write(CHANGELOG, json_document(made))

    def _redactions(self, manifest: Mapping[str, Any]) -> Entries:
        """The record of what was redacted, by this withdrawal last; a repetition keeps the old
        hashes of the first time."""
        told = self._old.manifest.get("redactions", [])
        own = redaction_by(self._withdrawal, self._old.manifest)
        before = self._old.manifest["files"]
        now = self._build.facts()
        files: dict[str, Any] = dict(own["files"]) if own else {}
        for name in sorted({*before, *now}):
            old = before.get(name, {}).get("sha256")
            new = now.get(name, {}).get("sha256")
            if name in files:
                files[name] = {**files[name], "new_sha256": new}
            elif old != new:
                files[name] = {"old_sha256": old, "new_sha256": new}
        record = {
            "withdrawal": self._withdrawal.number,
            "on": withdrawal_day(self._withdrawal, self._site),
            "reason": {"zh": self._withdrawal.reason.zh, "en": self._withdrawal.reason.en},
            "rows": sorted({*(own["rows"] if own else ()), *self._contents.row_ids}),
            "fields": sorted(self._withdrawal.fields),
            "old_content_sha256": own["old_content_sha256"]
            if own
            else self._old.manifest["content_sha256"],
            "new_content_sha256": manifest["content_sha256"],
            "files": files,
        }
        return [*(one for one in told if one is not own), record]


def withdrawal_day(withdrawal: Withdrawal, site: ReleaseSite) -> str:
    """The day of a withdrawal in the site's time zone."""
    zone = ZoneInfo(site.site.timezone)
    return withdrawal.requested_at.astimezone(zone).date().isoformat()
