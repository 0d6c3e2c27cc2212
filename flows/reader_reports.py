"""Reports of readers that wait for an answer, as findings beside those of runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from expectations.personal_data import screen_text
from flows.findings_frame import MAY_HOLD_NUMBERS
from flows.opened_site import OpenedSite
from schemas.finding import Finding


def report_findings(opened: OpenedSite, names: Collection[str]) -> list[dict[str, Any]]:
    """The findings of rule RPT-01 on the datasets named (all, where none is), personal numbers in
    them redacted. ``names`` may name sources, too: then those of their rows."""
    wanted = {name.rpartition("/")[2] for name in names}
    reports = opened.warehouse.reports.listed()
    return [
        _described(one.finding())
        for one in reports
        if not wanted or one.dataset in wanted or one.source in wanted
    ]


def _described(finding: Finding) -> dict[str, Any]:
    found = asdict(finding)
    what, advice = found.pop("what"), found.pop("advice")
    found |= {"what_zh": what["zh"], "what_en": what["en"]}
    found |= {"advice_zh": advice["zh"], "advice_en": advice["en"]}
    found |= {"severity": finding.severity.value, "scope": finding.scope.value, "file": ""}
    found["finding_id"] = finding.finding_id()
    return found | {name: screen_text(str(found[name]))[0] for name in MAY_HOLD_NUMBERS}
