"""``manifest.json``: what a version is made of, and what is known about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from publishing.candidate import SourceShare
from publishing.data_package import schema_sha256
from publishing.facts import RunFacts, SourceFacts
from publishing.gates import Statistics
from schemas.dataset import Dataset, LegalBasis
from schemas.finding import Finding
from schemas.message import Message


def _hours(since: str, now: dt.datetime) -> float:
    seconds = (now - dt.datetime.fromisoformat(since)).total_seconds()
    return round(max(seconds, 0.0) / 3600, 1)


def _finding_counts(counts: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    return [
        {"rule": rule, "severity": severity, "count": count}
        for (rule, severity), count in sorted(counts.items())
    ]


def _told_findings(
    counts: Mapping[tuple[str, str], int], words: Mapping[str, Message]
) -> list[dict[str, Any]]:
    """The counts, with what each rule looks for where that is known."""
    told = _finding_counts(counts)
    for one in told:
        known = words.get(one["rule"])
        if known is not None:
            one |= {"message_zh": known.zh, "message_en": known.en}
    return told


def _all_counts(facts: Iterable[SourceFacts], problems: Iterable[Finding]) -> dict[Any, int]:
    total: dict[tuple[str, str], int] = {}
    for one in facts:
        for key, count in one.findings.items():
            total[key] = total.get(key, 0) + count
    for finding in problems:
        key = (finding.rule, finding.severity.value)
        total[key] = total.get(key, 0) + finding.count
    return total


def snapshot_list(
    origins: Sequence[tuple[Mapping[str, Any], Mapping[str, Sequence[int]]]], now: dt.datetime
) -> list[dict[str, Any]]:
    """The snapshots behind the rows of all partitions, each once per source, with their age.

    Each origin is a ``lineage.json`` and, per source, the indexes of the snapshots it used.
    """
    found: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for origin, used in origins:
        for source, indexes in used.items():
            for index in indexes:
                item = origin["snapshots"][index]
                key = (source, item["sha256"], item["url"], item["name"])
                known = found.get(key)
                if known is None or known["fetched_at"] < item["fetched_at"]:
                    found[key] = {
                        "source": source,
                        "sha256": item["sha256"],
                        "name": item["name"],
                        "url": item["url"],
                        "fetched_at": item["fetched_at"],
                        "age_hours": _hours(item["fetched_at"], now),
                    }
    return [found[key] for key in sorted(found)]


def _source(
    share: SourceShare,
    facts: SourceFacts | None,
    rows: int,
    snapshots: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    own = [item for item in snapshots if item["source"] == share.state.source]
    newest = max(own, key=lambda item: item["fetched_at"], default=None)
    return {
        "source": share.state.source,
        "department": share.department.model_dump() if share.department else None,
        "accepted_by": share.state.run,
        "logical_date": share.state.logical_date.isoformat(),
        "rows": rows,
        "rows_given": share.state.rows,
        "fetched_at": newest["fetched_at"] if newest else None,
        "age_hours": newest["age_hours"] if newest else None,
        "last_run": facts.run if facts else None,
        "last_run_state": facts.state.value if facts else None,
        "rows_held": facts.rows_held if facts else 0,
        "findings": _finding_counts(facts.findings) if facts else [],
    }


def _waiver(held: Finding) -> dict[str, str]:
    """A gate that would have held the version, had not a person accepted what it says."""
    return {
        "rule": held.rule,
        "source": held.source,
        "column": held.column,
        "message_zh": held.what.zh,
        "message_en": held.what.en,
    }


def _legal_basis(basis: LegalBasis) -> dict[str, str]:
    said = {
        "title": basis.title,
        "article": basis.article,
        "in_force_from": basis.in_force_from,
        "in_force_to": basis.in_force_to,
    }
    return {name: str(value) for name, value in said.items() if value}


def _rows_by_source(partitions: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for part in partitions:
        for source, count in part["rows_by_source"].items():
            rows[source] = rows.get(source, 0) + count
    return rows


def build_manifest(
    dataset: Dataset,
    *,
    version: int,
    now: dt.datetime,
    reason: str,
    fingerprint: str,
    content_sha256: str,
    formats: Sequence[str],
    shares: Sequence[SourceShare],
    statistics: Statistics,
    withdrawals: str,
    facts: RunFacts,
    problems: Sequence[Finding],
    waived: Sequence[Finding],
    diff: Mapping[str, Any],
    partitions: Sequence[dict[str, Any]],
    snapshots: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """Everything but ``files`` and ``previous_version``, which are filled in when the version is
    put in place."""
    rows = _rows_by_source(partitions)
    counts = _all_counts(facts.sources.values(), problems)
    return {
        "dataset": dataset.id,
        "title": dataset.title.model_dump(),
        "description": dataset.description.model_dump(),
        "theme": dataset.theme,
        "owner": dataset.owner.model_dump(),
        "licence": dataset.licence.published(),
        "known_limitations": [limit.model_dump() for limit in dataset.known_limitations],
        "update_frequency": dataset.update_frequency,
        "disclosure": dataset.disclosure.attribute,
        "legal_basis": [_legal_basis(basis) for basis in dataset.legal_basis],
        "primary_key": list(dataset.primary_key),
        "version": version,
        "previous_version": None,
        "rolled_back_to": None,
        "created_at": now.isoformat(),
        "reason": reason,
        "content_sha256": content_sha256,
        "schema_sha256": schema_sha256(dataset),
        "input_fingerprint": fingerprint,
        "rows": sum(part["rows"] for part in partitions),
        "rows_held": sum(one.rows_held for one in facts.sources.values()),
        "formats": list(formats),
        "sources": [
            _source(
                share,
                facts.sources.get(share.state.source),
                rows.get(share.state.source, 0),
                snapshots,
            )
            for share in shares
        ],
        "snapshots": list(snapshots),
        "findings": _told_findings(counts, facts.words),
        "waivers": [_waiver(one) for one in waived],
        "diff": dict(diff),
        "withdrawals": withdrawals,
        "statistics": statistics.to_json(),
        "partitions": list(partitions),
    }
