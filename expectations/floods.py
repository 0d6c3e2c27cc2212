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
PLACE = ("_row", "_snapshot", "_container", "_position")

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


def settle_failures(
    failures: pl.DataFrame, rows_in_batch: int, compiled: CompiledRules
) -> tuple[pl.DataFrame, list[Finding]]:
    """The failures that stay, and one critical finding about the batch for each flood.

    A flood is one rule failing in one column on more than 20 % of ``rows_in_batch`` rows, and on
    5 at least. Rules with ``flood: fold`` keep their failures. Two rules of a dataset may share
    an id; each is looked at by itself.
    """
    numbers = {id(rule): number for number, rule in enumerate(compiled.rules)}
    rule_of = [numbers[id(entry.rule)] for entry in compiled.entries]
    numbered = failures.with_columns(
        pl.Series("_rule", rule_of, dtype=pl.Int32).gather(failures.get_column("_check"))
    )
    groups = numbered.group_by("_rule", "column", maintain_order=True).agg(
        pl.struct(PLACE).n_unique().alias("rows")
    )
    kept, batch_findings = numbered, []
    for number, column, count in groups.iter_rows():
        rule = compiled.rules[number]
        if rule.flood == "fold" or not is_flood(count, rows_in_batch):
            continue
        of_group = (pl.col("_rule") == number) & (pl.col("column") == column)
        flooding = kept.filter(of_group)
        kept = kept.filter(~of_group)
        batch_findings.append(
            _batch_finding(
                rule,
                column=column,
                count=count,
                rows=rows_in_batch,
                patterns=_counts_by_pattern(flooding),
                examples=_examples(flooding, compiled),
            )
        )
    return kept.drop("_rule"), batch_findings


def is_flood(count: int, rows_in_batch: int) -> bool:
    """More than 20 % of the rows, and at least 5."""
    return count >= FLOOD_MINIMUM and count > FLOOD_SHARE * rows_in_batch


def _counts_by_pattern(flooding: pl.DataFrame) -> Counter[str]:
    """How many rows fail with each pattern."""
    counts = flooding.group_by("pattern").agg(pl.struct(PLACE).n_unique())
    return Counter(dict(counts.iter_rows()))


def _examples(flooding: pl.DataFrame, compiled: CompiledRules) -> list[Finding]:
    """The first failures."""
    return findings_of(flooding.drop("_rule").head(EXAMPLES), compiled.entries)


def _batch_finding(
    rule: CompiledRule,
    *,
    column: str,
    count: int,
    rows: int,
    patterns: Counter[str],
    examples: Sequence[Finding],
) -> Finding:
    """One finding for all; its place is that of the first example, where somebody can look."""
    cause = _cause(rule.rule.flood_causes, patterns, count)
    why = cause.cause if cause else rule.rule.likely_cause
    cured = patterns[cause.pattern] if cause else 0
    named = {"rule": rule.id, "count": count, "rows": rows, "share": f"{count / rows:.0%}"}
    zh = "；".join(dict.fromkeys(example.what.zh for example in examples))
    en = "; ".join(dict.fromkeys(example.what.en for example in examples))
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
        place=examples[0].place if examples else None,
        count=count,
        pattern="flood",
    )


def _cause(causes: Iterable[FloodCause], patterns: Counter[str], count: int) -> FloodCause | None:
    for cause in causes:
        if patterns[cause.pattern] >= cause.share * count:
            return cause
    return None
