"""Cutting a release: candidate, gates, diff, files, version, pointer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from publishing.candidate import Candidate, SourceShare
from publishing.catalogue import write_catalogue
from publishing.comparison import Comparison, compare_with_current
from publishing.data_package import schema_sha256
from publishing.diff import ReleaseDiff
from publishing.facts import ReleaseOutcome, RunFacts
from publishing.gates import Statistics, compare
from publishing.new_version import NewVersion
from publishing.release_record import record_versions, version_index
from publishing.release_rules import (
    dataset_on_hold,
    key_of_two_sources,
    nothing_to_compare,
    nothing_to_release,
)
from publishing.release_site import ReleaseSite
from publishing.repair import repair_dataset
from publishing.tombstones import file_name, read_tombstones
from publishing.version_index import VersionIndex
from schemas.dataset import Dataset
from schemas.finding import Finding
from schemas.message import GateError, Message
from schemas.run import RunState
from warehouse.batch_objects import BatchObjects


def not_for_release(dataset: Dataset) -> GateError:
    """The refusal of a dataset that is not proactively disclosed (政府信息公开条例 arts 13-16)."""
    word = {"on_request": "依申请公开", "not_public": "不予公开"}[dataset.disclosure.attribute]
    reason = dataset.disclosure.reason or ""
    return GateError(
        Message(
            f"数据集 {dataset.id} 的公开属性是“{word}”（{reason}），不能发布。",
            f"The dataset {dataset.id} is {dataset.disclosure.attribute} ({reason}) and must not "
            "be released.",
        ),
        advice=Message(
            "确应主动公开时，请先变更数据集文件中的 disclosure。",
            "If it is to be disclosed, change disclosure in the dataset file first.",
        ),
    )


def cut_release(
    site: ReleaseSite,
    dataset: Dataset,
    shares: Sequence[SourceShare],
    *,
    fingerprint: str,
    facts: RunFacts,
    reason: str = "",
    waived_gates: frozenset[str] = frozenset(),
) -> ReleaseOutcome:
    """Cut a version from what all sources have given, unless nothing changed or a gate holds it.

    The caller holds the dataset's lock. ``waived_gates`` are rule ids (``REL-02`` …) whose holding
    a person has accepted for this release; the manifest names them.

    A version is cut where a row was added, changed or removed, or where what ``datapackage.json``
    promises changed (fields, titles, licence, partitioning); then all files are written anew.
    """
    if dataset.disclosure.attribute != "proactive":
        raise not_for_release(dataset)
    repair_dataset(site, dataset.id)
    index = version_index(site, dataset.id)
    index.refuse_mixed()
    current = index.manifest(index.current) if index.current else None
    hold = site.warehouse.holds.get(dataset.id)
    if hold is not None and hold.binds(fingerprint):
        return _held(current, ReleaseDiff(), (dataset_on_hold(dataset.id, hold.reason),))
    objects = BatchObjects(site.archive)
    withdrawn = site.warehouse.withdrawals.active(dataset.id)
    candidate = Candidate(dataset, shares, objects, site.site.timezone, withdrawn)
    if not candidate.rows_given and (current is None or dataset.partition is not None):
        return _held(current, ReleaseDiff(), (nothing_to_release(dataset.id),))
    folder = index.version_folder(index.current) if index.current else None
    stones = read_tombstones(folder / file_name(dataset.id)) if folder else []
    comparison = compare_with_current(
        dataset,
        candidate,
        timezone=site.site.timezone,
        folder=folder,
        current=current,
        keep_added=bool(stones),
    )
    conflicts = _conflicts(comparison, current)
    if current is not None:
        gates = _gates(dataset, candidate, comparison, current)
    else:
        gates = _gates_without_versions(site, dataset, comparison, index)
    holding = tuple(one for one in gates if one.rule not in waived_gates)
    waived = tuple(one for one in gates if one.rule in waived_gates)
    if holding:
        return _held(current, comparison.diff, (*holding, *conflicts))
    if current is not None:
        same_promise = current["schema_sha256"] == schema_sha256(dataset)
        if comparison.diff.is_empty() and same_promise:
            write_catalogue(site)
            return _unchanged(current, comparison.diff, conflicts)
    now = (facts.now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    version = NewVersion(site, dataset, candidate, comparison, index, current, withdrawn)
    try:
        index = version.cut(
            now=now,
            reason=reason,
            fingerprint=fingerprint,
            facts=facts,
            conflicts=conflicts,
            waived=waived,
            tombstones=stones,
        )
    finally:
        version.discard()
    site.warehouse.holds.lift(dataset.id)
    record_versions(site, index)
    write_catalogue(site)
    entry = index.entries[-1]
    return ReleaseOutcome(
        RunState.RELEASED,
        entry["version"],
        entry["content_sha256"],
        entry["rows"],
        comparison.diff,
        conflicts,
    )


def _held(
    current: Mapping[str, Any] | None, diff: ReleaseDiff, problems: tuple[Finding, ...]
) -> ReleaseOutcome:
    return _outcome(RunState.HELD, current, diff, problems)


def _unchanged(
    current: Mapping[str, Any], diff: ReleaseDiff, problems: tuple[Finding, ...]
) -> ReleaseOutcome:
    return _outcome(RunState.NO_CHANGE, current, diff, problems)


def _outcome(
    state: RunState,
    current: Mapping[str, Any] | None,
    diff: ReleaseDiff,
    problems: tuple[Finding, ...],
) -> ReleaseOutcome:
    if current is None:
        return ReleaseOutcome(state, 0, "", 0, diff, problems)
    return ReleaseOutcome(
        state, current["version"], current["content_sha256"], current["rows"], diff, problems
    )


def _gates(
    dataset: Dataset,
    candidate: Candidate,
    comparison: Comparison,
    current: Mapping[str, Any],
) -> list[Finding]:
    """Gates of the dataset as a whole, and rows lost per source that still gives rows.

    A source that was taken out of the site is covered by the dataset's own gate: another one may
    give its rows now.
    """
    states = [share.state for share in candidate.shares]
    now = sum(comparison.statistics.values(), start=Statistics(0))
    before = Statistics.from_json(current["statistics"])
    found = compare(dataset, "", before, now, comparison.diff.total.rows_removed)
    given = {one["source"]: one["rows_given"] for one in current["sources"]}
    for state in states:
        rows = given.get(state.source, 0)
        lost = max(0, rows - state.rows)
        found += compare(dataset, state.source, Statistics(rows), Statistics(state.rows), lost)
    return found


def _gates_without_versions(
    site: ReleaseSite, dataset: Dataset, comparison: Comparison, index: VersionIndex
) -> list[Finding]:
    """Gates of a release before which there were versions of which none is left; none for a first
    release. The count of rows is compared: the pointer or the ledger still tell it. Where all were
    withdrawn, a person must look at the rest; where files were lost, the sources' own gates have
    compared what they give with what was accepted before.
    """
    now = sum(comparison.statistics.values(), start=Statistics(0))
    records = site.warehouse.releases.of_dataset(dataset.id)
    counts = {one.version: one.rows for one in records}
    counts |= {entry["version"]: entry["rows"] for entry in index.entries}
    if not counts:
        return []
    before = counts[max(counts)]
    lost = max(0, before - now.rows)
    found = compare(dataset, "", Statistics(before), Statistics(now.rows), lost)
    if index.entries:
        found.append(nothing_to_compare(dataset.id, before, now.rows))
    return found


def _conflicts(comparison: Comparison, current: Mapping[str, Any] | None) -> tuple[Finding, ...]:
    """Conflicts of the partitions read now, and of those that were not read, from the manifest."""
    found = [one for label in comparison.conflicts for one in comparison.conflicts[label]]
    for part in (current or {}).get("partitions", ()):
        if part["partition"] in comparison.fates and part["partition"] not in comparison.conflicts:
            found += [
                key_of_two_sources(
                    (current or {})["dataset"], one["key"], one["sources"], one["count"]
                )
                for one in part["withheld"]
            ]
    return tuple(found)
