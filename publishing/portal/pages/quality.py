"""What is known of the quality of a version: what was found, in words, and how full it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from publishing.json_text import read_document
from publishing.portal.pages.formatting import share
from publishing.portal.published import PublishedVersion

FINDINGS = "findings.json"
ORDER = ("critical", "error", "warning")
KNOWN_KINDS = ("READ", "LAY", "CAST", "FLD", "KEY", "PII", "SEC", "REL", "DEL")
"""Prefixes of the rules of the rooms; all others are rules of the dataset's subject."""


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """What one rule found.

    Attributes:
        rule, severity: of the rule.
        kind: what it looks at, a key of the texts ``quality.kind_…``.
        words: what it looks for, zh and en; None where the version does not tell.
        count: findings.
        example: a published finding of it, zh and en; None where all its rows are held back.
    """

    rule: str
    severity: str
    kind: str
    words: Mapping[str, str] | None
    count: int
    example: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Quality:
    """What a page says of the quality of a version.

    Attributes:
        rows, held: published, and held back until somebody decides.
        withheld: keys given by several sources, whose rows are not published.
        filled: share of cells with a value.
        rules: what was found, the gravest first.
        has_findings: ``findings.json`` is there to be read.
    """

    rows: int
    held: int
    withheld: int
    filled: str
    rules: tuple[RuleSummary, ...]
    has_findings: bool


def quality(version: PublishedVersion) -> Quality:
    """From the manifest and the published findings."""
    manifest = version.manifest
    has_findings = FINDINGS in manifest["files"]
    told = read_document(version.folder / FINDINGS) if has_findings else []
    examples: dict[tuple[str, str], Mapping[str, str]] = {}
    for one in told:
        words = {"zh": one["message_zh"], "en": one["message_en"]}
        examples.setdefault((one["rule"], one["severity"]), words)
    counts = manifest["findings"]
    rules = [
        RuleSummary(
            one["rule"],
            one["severity"],
            _kind(one["rule"]),
            _words(one),
            one["count"],
            examples.get((one["rule"], one["severity"])),
        )
        for one in sorted(counts, key=lambda one: (ORDER.index(one["severity"]), one["rule"]))
    ]
    return Quality(
        rows=manifest["rows"],
        held=manifest["rows_held"],
        withheld=sum(len(part["withheld"]) for part in manifest["partitions"]),
        filled=_filled(manifest["statistics"]),
        rules=tuple(rules),
        has_findings=has_findings and bool(told),
    )


def _kind(rule: str) -> str:
    prefix = rule.partition("-")[0]
    return prefix.lower() if prefix in KNOWN_KINDS else "subject"


def _words(told: Mapping[str, Any]) -> Mapping[str, str] | None:
    if "message_zh" not in told:
        return None
    return {"zh": told["message_zh"], "en": told["message_en"]}


def _filled(statistics: Mapping[str, Any]) -> str:
    cells = int(statistics["rows"]) * len(statistics["nulls"])
    return share(cells - sum(map(int, statistics["nulls"].values())), cells)
