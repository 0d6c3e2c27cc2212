"""The keyword scan that every batch passes before it is accepted (facts 8.3, architecture
"Personal data and secrets")."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from expectations.personal_data import SecrecyLevel, scan_for_secrets
from schemas.dataset import Dataset, FieldType
from schemas.finding import Finding, Scope, Severity
from schemas.message import Message
from schemas.rule_text import RuleText

SECRECY_RULES = {
    SecrecyLevel.STOP: RuleText(
        "SEC-01",
        Severity.CRITICAL,
        Message(
            "“{title_zh}”中有 {count} 处出现“{keyword}”（{value}），可能涉密，整批暂停",
            "'{title_en}' holds '{keyword}' in {count} places ({value}): it may be secret, so the "
            "batch is held",
        ),
        Message(
            "请送保密审查机构审查；不应公开的记录请部门从原文件中删去，或在布局中写明 exclude。",
            "Have the secrecy reviewer look at it; records that must not be published are for the "
            "department to remove, or for the layout to exclude.",
        ),
        Scope.DATASET,
    ),
    SecrecyLevel.REVIEW: RuleText(
        "SEC-02",
        Severity.WARNING,
        Message(
            "“{title_zh}”中有 {count} 处出现“{keyword}”（{value}）",
            "'{title_en}' holds '{keyword}' in {count} places ({value})",
        ),
        Message(
            "照常发布；请确认这些内容经过公开前的审查。",
            "Published all the same; make sure that it was reviewed before publication.",
        ),
        Scope.DATASET,
    ),
}


def secrecy_findings(frames: Iterable[pl.DataFrame], dataset: Dataset) -> list[Finding]:
    """One finding per field and keyword, over all frames of a batch."""
    names = [
        item.name
        for item in dataset.fields
        if item.type is FieldType.STRING and item.code_list is None
    ]
    hits: dict[tuple[str, str, SecrecyLevel], tuple[int, str]] = {}
    for frame in frames:
        for name in names:
            for hit in scan_for_secrets(frame.get_column(name).drop_nulls()):
                key = (name, hit.keyword, hit.level)
                count, example = hits.get(key, (0, hit.example))
                hits[key] = (count + hit.count, example)
    return [
        SECRECY_RULES[level].finding(
            column=name,
            value=example,
            count=count,
            pattern=keyword,
            keyword=keyword,
            title_zh=dataset.field(name).title.zh,
            title_en=dataset.field(name).title.en,
        )
        for (name, keyword, level), (count, example) in hits.items()
    ]
