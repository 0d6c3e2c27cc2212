"""From failures to findings: severity and sentences, put on in bulk."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from expectations.evaluating import Entry
from schemas.finding import Finding, RowPlace
from schemas.message import Message

SENTENCES = ("what_zh", "what_en", "advice_zh", "advice_en")


def describe(failures: pl.DataFrame, entries: Sequence[Entry]) -> pl.DataFrame:
    """The failures with ``severity``, ``scope``, ``personal`` and the four sentences, ready to be
    written as Parquet. Internal columns (``_check``, ``parts``) are left out."""
    described = [
        _describe_check(of_check, entries[of_check.item(0, "_check")])
        for of_check in failures.partition_by("_check", maintain_order=True)
    ]
    if not described:
        texts = [pl.lit(None, pl.String).alias(name) for name in ("severity", "scope", *SENTENCES)]
        empty = failures.with_columns(*texts, pl.lit(None, pl.Boolean).alias("personal"))
        return empty.drop("_check", "parts")
    return pl.concat(described)


def _describe_check(failures: pl.DataFrame, entry: Entry) -> pl.DataFrame:
    check = entry.check
    positions = check.positions
    sentences = (check.what_zh, check.what_en, check.advice_zh, check.advice_en)
    return failures.with_columns(
        pl.lit(entry.rule.severity.value).alias("severity"),
        pl.lit(entry.rule.rule.scope.value).alias("scope"),
        *(
            sentence.expression(positions).str.replace_all(r"\s*[\r\n]+\s*", " ").alias(name)
            for name, sentence in zip(SENTENCES, sentences, strict=True)
        ),
        pl.lit(check.personal).alias("personal"),
    ).drop("_check", "parts")


def findings_of(failures: pl.DataFrame, entries: Sequence[Entry]) -> list[Finding]:
    """Finding objects of failures, in their order by check."""
    findings: list[Finding] = []
    for of_check in failures.partition_by("_check", maintain_order=True):
        findings += _findings_of_check(of_check, entries[of_check.item(0, "_check")])
    return findings


def _findings_of_check(failures: pl.DataFrame, entry: Entry) -> list[Finding]:
    described = _describe_check(failures, entry)
    severity, scope = entry.rule.severity, entry.rule.rule.scope
    personal, rule = entry.check.personal, entry.rule.id
    columns = ("column", "value", "pattern", "_snapshot", "_container", "_position", *SENTENCES)
    rows = zip(*(described.get_column(name).to_list() for name in columns), strict=True)
    return [
        Finding(
            rule=rule,
            severity=severity,
            what=Message(what_zh, what_en),
            advice=Message(advice_zh, advice_en),
            scope=scope,
            column=column,
            value=value,
            place=None if position is None else RowPlace(snapshot, container, position),
            pattern=pattern,
            personal=personal,
        )
        for (
            column,
            value,
            pattern,
            snapshot,
            container,
            position,
            what_zh,
            what_en,
            advice_zh,
            advice_en,
        ) in rows
    ]
