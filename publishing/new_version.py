"""Making the files of a new version out of a candidate that was compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from publishing.candidate import SOURCE, Candidate
from publishing.comparison import Comparison, Fate
from publishing.data_package import schema_sha256
from publishing.facts import RunFacts
from publishing.gates import Statistics
from publishing.hashed_file import FileFacts
from publishing.json_text import json_document, read_document
from publishing.lineage_files import public_origin, used_by_source, write_lineage
from publishing.manifest import build_manifest, snapshot_list
from publishing.release_site import ReleaseSite
from publishing.tombstones import Tombstone, file_name, tombstone_lines, updated
from publishing.version_build import VersionBuild
from publishing.version_forms import write_forms
from publishing.version_index import VersionIndex
from publishing.writers import write_partition
from schemas.dataset import Dataset
from schemas.finding import Finding
from warehouse.withdrawn_rows import WithdrawnRows

Origin = tuple[Mapping[str, Any], Mapping[str, Sequence[int]]]


class NewVersion:
    """The next version of a dataset, under construction."""

    def __init__(
        self,
        site: ReleaseSite,
        dataset: Dataset,
        candidate: Candidate,
        comparison: Comparison,
        index: VersionIndex,
        current: Mapping[str, Any] | None,
        withdrawn: WithdrawnRows,
    ) -> None:
        self._site = site
        self._dataset = dataset
        self._candidate = candidate
        self._comparison = comparison
        self._current = current
        self._withdrawn = withdrawn
        self._last_version = index.current or 0
        self._build = VersionBuild(site, index)
        self._origins: list[Origin] = []
        self._formats = sorted({"parquet", *site.site.formats})
        self._may_share = (
            current is not None
            and current["schema_sha256"] == schema_sha256(dataset)
            and current["formats"] == self._formats
        )

    def cut(
        self,
        *,
        now: dt.datetime,
        reason: str,
        fingerprint: str,
        facts: RunFacts,
        conflicts: tuple[Finding, ...],
        waived: tuple[Finding, ...],
        tombstones: Iterable[Tombstone],
    ) -> VersionIndex:
        """Write everything, put it in place, switch the pointer."""
        parts = [
            self._partition(label, fate)
            for label, fate in self._comparison.fates.items()
            if fate is not Fate.GONE
        ]
        self._write_tombstones(tombstones, now)
        self._write_findings(facts, conflicts)
        told = write_forms(
            self._build, self._dataset, self._site.site, created=now, partitions=parts
        )
        statistics = (Statistics.from_json(part["statistics"]) for part in parts)
        manifest = build_manifest(
            self._dataset,
            version=self._build.number,
            now=now,
            reason=reason,
            fingerprint=fingerprint,
            content_sha256=self._build.content_sha256(parts),
            formats=self._formats,
            shares=self._candidate.shares,
            statistics=sum(statistics, start=Statistics(0)),
            withdrawals=self._withdrawn.digest(),
            facts=facts,
            problems=conflicts,
            waived=waived,
            diff=self._comparison.diff.to_json(),
            partitions=parts,
            snapshots=snapshot_list(self._origins, now),
        )
        return self._build.put_in_place(manifest | told)

    def discard(self) -> None:
        """Remove what was staged and not put in place."""
        self._build.discard()

    def _partition(self, label: str, fate: Fate) -> dict[str, Any]:
        if fate is Fate.SHARED and self._may_share:
            return self._share_partition(label)
        return self._write_partition(label)

    def _write_partition(self, label: str) -> dict[str, Any]:
        part = self._candidate.partition(label)
        folder = self._build.folder
        rows = part.frame.select(self._dataset.field_names)
        written = write_partition(folder, rows, self._dataset, label, self._formats)
        lineage = write_lineage(folder, part, label, self._site.archive)
        self._build.keep({**written.files, **lineage.files})
        self._origins.append(
            (public_origin(part, self._site.archive), used_by_source(part.frame, part.sources))
        )
        return {
            "partition": label,
            "rows": written.rows,
            "rows_sha256": written.rows_sha256,
            "inputs": self._candidate.inputs(label),
            "rows_by_source": part.rows_by_source(),
            "formats": dict(written.formats),
            "left_out": dict(written.left_out),
            "statistics": Statistics.of_rows(rows, self._dataset).to_json(),
            "lineage": dict(lineage.names),
            "withheld": [
                {"key": one.row_key, "sources": one.source.split("|"), "count": one.count}
                for one in part.conflicts
            ],
        }

    def _share_partition(self, label: str) -> dict[str, Any]:
        """Link the files of the current version. Its lineage stays too: the rows are the same,
        and the snapshots it names are kept."""
        assert self._current is not None
        part = next(one for one in self._current["partitions"] if one["partition"] == label)
        names = [*part["formats"].values(), *part["lineage"].values()]
        facts = {name: FileFacts(**self._current["files"][name]) for name in names}
        self._build.share(facts, self._current["version"])
        origin = read_document(self._build.folder / part["lineage"]["origin"])
        lineage = pl.read_parquet(
            self._build.folder / part["lineage"]["rows"], columns=[SOURCE, "_snapshot"]
        )
        self._origins.append((origin, used_by_source(lineage, origin["sources"])))
        known = self._comparison.conflicts.get(label)
        withheld = part["withheld"]
        if known is not None:
            withheld = [
                {"key": one.row_key, "sources": one.source.split("|"), "count": one.count}
                for one in known
            ]
        return {
            **part,
            "inputs": self._candidate.inputs(label),
            "statistics": self._comparison.statistics[label].to_json(),
            "rows_by_source": self._comparison.rows_by_source.get(label, part["rows_by_source"]),
            "withheld": withheld,
        }

    def _write_tombstones(self, earlier: Iterable[Tombstone], now: dt.datetime) -> None:
        stones = updated(
            earlier,
            removed=self._comparison.removed,
            added=self._comparison.added,
            dataset=self._dataset,
            on=now.date(),
            last_version=self._last_version,
        )
        if stones:
            self._build.write(file_name(self._dataset.id), tombstone_lines(stones))

    def _write_findings(self, facts: RunFacts, conflicts: tuple[Finding, ...]) -> None:
        told = [
            {
                "rule": one.rule,
                "severity": one.severity.value,
                "source": one.source,
                "column": one.column,
                "row_key": one.row_key,
                "value": one.value,
                "locator": one.locator,
                "count": one.count,
                "message_zh": one.what.zh,
                "message_en": one.what.en,
            }
            for one in (*facts.warnings, *conflicts)
            if not self._withdrawn.concerns(one.row_key, one.value, one.what.zh, one.what.en)
        ]
        self._build.write("findings.json", json_document(told))
