"""Judging a batch a second time with Great Expectations itself, where a site asks for it.

Production evaluates the rules on columns (``expectations.evaluating``). With ``second_opinion`` in
the site file, or ``gongkai run --great-expectations``, the same suite also runs in Great
Expectations, and a batch on which the two disagree is held. It costs the import of Great
Expectations (4-9 CPU seconds) and about 4 CPU seconds a million rows.
"""

from __future__ import annotations

import polars as pl

from expectations.compiling import CompiledRules
from expectations.context import RuleContext
from schemas.finding import Finding, Scope, Severity
from schemas.message import Message
from schemas.rule_text import RuleText

DISAGREEMENT = RuleText(
    "RULE-01",
    Severity.CRITICAL,
    Message(
        "规则 {rule} 用两种方法判断的结果不同：本系统判 {count} 行不成立，"
        "Great Expectations 判 {other} 行，整批暂停",
        "Two ways of judging rule {rule} disagree: {count} rows fail here, {other} in Great "
        "Expectations, so the batch is held",
    ),
    Message(
        "数据没有发布。请把本条连同来源文件报告给维护者。",
        "Nothing was released. Report this and the source file to the maintainers.",
    ),
    Scope.DATASET,
)


def second_opinion(
    rows: pl.DataFrame, failures: pl.DataFrame, rules: CompiledRules, context: RuleContext
) -> list[Finding]:
    """Where Great Expectations names other rows than ``failures`` does, one finding per rule.

    ``rows`` are the judged rows with their lineage columns; ``failures`` those of the columnar
    evaluator, of which only the ones about ``rows`` are compared.
    """
    from expectations.great_expectations_suites import validate_with_great_expectations

    place = ["_snapshot", "_container", "_position"]
    validation = validate_with_great_expectations(rows, rules, context)
    placed = rows.select(place).with_row_index("_row")
    theirs = validation.failing.select("rule", pl.col("_row").cast(pl.UInt32)).join(
        placed, on="_row"
    )
    ours = failures.join(placed.select(place), on=place, how="semi")
    found = list(validation.broken)
    for rule in sorted({*ours.get_column("rule"), *theirs.get_column("rule")}):
        here = _places(ours, rule)
        there = _places(theirs, rule)
        if here != there:
            found.append(
                DISAGREEMENT.finding(rule=rule, count=len(here), other=len(there), pattern=rule)
            )
    return found


def _places(failing: pl.DataFrame, rule: str) -> set[tuple[int, int, int]]:
    of_rule = failing.filter(pl.col("rule") == rule)
    return set(of_rule.select("_snapshot", "_container", "_position").iter_rows())
