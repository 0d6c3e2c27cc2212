"""What the run records say about rows that are published: warnings, and counts for the manifest."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from flows.opened_site import OpenedSite
from flows.run_records import RunRecords
from schemas.finding import Finding, Scope, Severity
from schemas.message import Message

MOST_WARNINGS = 10_000  # listed one by one in findings.json; the manifest counts all of them


def counts(opened: OpenedSite, run: str) -> tuple[int, dict[tuple[str, str], int]]:
    """Rows held back by a run, and its findings by rule and severity."""
    records = RunRecords(opened.runs_folder)
    quarantine, findings = records.quarantine(run), records.findings(run)
    held = 0 if quarantine is None else quarantine.height
    if findings is None:
        return held, {}
    grouped = findings.group_by("rule", "severity", maintain_order=True).agg(pl.col("count").sum())
    return held, {(rule, severity): count for rule, severity, count in grouped.iter_rows()}


def of_runs(opened: OpenedSite, runs: Iterable[str]) -> tuple[Finding, ...]:
    """The warnings of the runs behind a release, values masked where personal."""
    found: list[Finding] = []
    for run in runs:
        frame = RunRecords(opened.runs_folder).findings(run)
        if frame is None:
            continue
        warnings = frame.filter(pl.col("severity") == Severity.WARNING.value)
        for row in warnings.head(MOST_WARNINGS - len(found)).iter_rows(named=True):
            found.append(_finding(row))
    return tuple(found)


def _finding(row: dict[str, object]) -> Finding:
    return Finding(
        rule=str(row["rule"]),
        severity=Severity(str(row["severity"])),
        what=Message(str(row["what_zh"]), str(row["what_en"])),
        advice=Message(str(row["advice_zh"]), str(row["advice_en"])),
        scope=Scope(str(row["scope"])),
        column=str(row["column"]),
        value=str(row["value"]),
        row_key=str(row["row_key"]),
        locator=str(row["locator"]),
        snapshot=str(row["snapshot"]),
        count=int(str(row["count"])),
        personal=bool(row["personal"]),
        pattern=str(row["pattern"]),
        dataset=str(row["dataset"]),
        source=str(row["source"]),
        run=str(row["run"]),
    )
