"""Floods: one rule failing on a large part of a batch is one finding about the batch.

When hundreds of rows break one rule, the rows are not wrong one by one: a column is mapped
wrongly, a unit is another one, two columns are exchanged. The source is held with one finding that
says so, instead of hundreds of quarantined rows (architecture, "Validate").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import polars as pl

from expectations.compiled_rule import CompiledRule
from expectations.compiling import CompiledRules
from expectations.describing import findings_of
from expectations.rule import FloodCause
from schemas.finding import Finding, Scope, Severity
from schemas.message import Message

FLOOD_SHARE = 0.2  # of the rows of a batch; more is a flood
FLOOD_MINIMUM = 5  # rows; fewer are never a flood
EXAMPLES = 5

_WHAT = Message(
    "规则 {rule} 在 {rows} 行中的 {count} 行（{share}）不成立，整批暂停。{cause}。例如：{examples}",
    "Rule {rule} fails on {count} of {rows} rows ({share}), so the whole batch is held: {cause}. "
    "For example: {examples}",
)
_ADVICE = Message(
    "请先看几个例子对照来源文件；改好来源文件（mapping、单位）后重跑。"
    "若数据本来如此，请把该规则的 flood 设为 fold。",
    "Compare some examples with the source; correct the source file (mapping, unit) and run again. "
    "If the data is really so, set `flood: fold` for the rule.",
)


def settle_floods(
    findings: Sequence[Finding], rows_in_batch: int, compiled: CompiledRules
) -> list[Finding]:
    """Replace each flood of row findings by one critical finding about the batch.

    A flood is one rule failing in one column on more than 20 % of ``rows_in_batch`` rows, and on
    5 at least. Rules with ``flood: fold`` keep their findings. Findings of other rooms (reading,
    casting) pass through.
    """
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.place is not None:
            groups.setdefault((finding.rule, finding.column), []).append(finding)
    flooding = {
        key: of_key
        for key, of_key in groups.items()
        if _is_flood(len({one.place for one in of_key}), rows_in_batch)
    }
    rules = {(entry.rule.id, entry.check.check.column): entry.rule for entry in compiled.entries}
    batch_findings = []
    held: set[tuple[str, str]] = set()
    for key, of_key in flooding.items():
        rule = rules.get(key)
        if rule is None or rule.flood == "fold":
            continue
        held.add(key)
        places = {one.place: one for one in of_key}
        examples = [one.what for one in of_key[:EXAMPLES]]
        positions = [str(one.place.position) if one.place else "" for one in of_key[:EXAMPLES]]
        batch_findings.append(
            _batch_finding(
                rule,
                column=key[1],
                count=len(places),
                rows=rows_in_batch,
                patterns=Counter(one.pattern for one in places.values()),
                examples=list(zip(positions, examples, strict=True)),
            )
        )
    kept = [one for one in findings if one.place is None or (one.rule, one.column) not in held]
    return kept + batch_findings


def settle_failures(
    failures: pl.DataFrame, rows_in_batch: int, compiled: CompiledRules
) -> tuple[pl.DataFrame, list[Finding]]:
    """The same for a failures frame: the failures that stay, and the findings about the batch."""
    groups = failures.group_by("rule", "column", maintain_order=True).agg(
        pl.col("_row").n_unique().alias("rows"), pl.col("_check").first()
    )
    batch_findings: list[Finding] = []
    kept = failures
    for rule_id, column, count, check in groups.iter_rows():
        rule = compiled.entries[check].rule
        if not _is_flood(count, rows_in_batch) or rule.flood == "fold":
            continue
        of_group = (pl.col("rule") == rule_id) & (pl.col("column") == column)
        flooding = failures.filter(of_group)
        kept = kept.filter(~of_group)
        shown = findings_of(flooding.head(EXAMPLES), compiled.entries)
        positions = flooding.get_column("_position").head(EXAMPLES).to_list()
        patterns = flooding.unique("_row").get_column("pattern").value_counts()
        batch_findings.append(
            _batch_finding(
                rule,
                column=column,
                count=count,
                rows=rows_in_batch,
                patterns=Counter(dict(patterns.iter_rows())),
                examples=[
                    ("" if position is None else str(position), finding.what)
                    for position, finding in zip(positions, shown, strict=True)
                ],
            )
        )
    return kept, batch_findings


def _is_flood(count: int, rows_in_batch: int) -> bool:
    return count >= FLOOD_MINIMUM and count > FLOOD_SHARE * rows_in_batch


def _batch_finding(
    rule: CompiledRule,
    *,
    column: str,
    count: int,
    rows: int,
    patterns: Counter[str],
    examples: Iterable[tuple[str, Message]],
) -> Finding:
    told = list(examples)
    cause = _cause(rule.rule.flood_causes, patterns, count)
    why = cause.cause if cause else rule.rule.likely_cause
    cured = patterns[cause.pattern] if cause else 0
    named = {"rule": rule.id, "count": count, "rows": rows, "share": f"{count / rows:.0%}"}
    zh = "；".join(f"第 {at} 行 {what.zh}" if at else what.zh for at, what in told)
    en = "; ".join(f"row {at}: {what.en}" if at else what.en for at, what in told)
    return Finding(
        rule=rule.id,
        severity=Severity.CRITICAL,
        what=Message(
            _WHAT.zh.format(cause=why.zh.format(cured=cured), examples=zh, **named),
            _WHAT.en.format(cause=why.en.format(cured=cured), examples=en, **named),
        ),
        advice=cause.advice if cause else _ADVICE,
        scope=Scope.DATASET,
        column=column,
        count=count,
        pattern="flood",
    )


def _cause(causes: Iterable[FloodCause], patterns: Counter[str], count: int) -> FloodCause | None:
    for cause in causes:
        if patterns[cause.pattern] >= cause.share * count:
            return cause
    return None
