"""The columnar evaluator: predicates on a frame, failures as a frame.

Nothing here goes row by row. All predicates of rules that look at single rows are evaluated in one
pass; what is said about a failing row is only worked out for the rows that fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from expectations.compiled_rule import CompiledCheck, CompiledRule
from expectations.context import NotApplicable, RuleContext
from expectations.texts import value_text
from schemas.finding import Finding, Scope, Severity
from schemas.message import Message
from schemas.rule_text import RuleText

LINEAGE = {"_snapshot": pl.Int32(), "_container": pl.Int32(), "_position": pl.Int64()}
FAILURES_SCHEMA: dict[str, pl.DataType] = {
    "_check": pl.Int32(),  # index into CompiledRules.entries
    "rule": pl.String(),
    "column": pl.String(),
    "value": pl.String(),
    "pattern": pl.String(),
    "parts": pl.List(pl.String()),  # row values for the sentences
    "_row": pl.UInt32(),  # index of the row in the evaluated frame (or in all chunks together)
    **LINEAGE,
}

# Whatever a rule raises becomes RULE-00, never a pass; a panic of polars is no Exception by birth.
WHATEVER_RULES_RAISE = (Exception, pl.exceptions.PanicException)

RULE_NOT_EVALUATED = RuleText(
    id="RULE-00",
    severity=Severity.CRITICAL,
    scope=Scope.DATASET,
    what=Message(
        "规则 {rule} 无法执行（{reason}），因此不能说这批数据符合它",
        "Rule {rule} could not be evaluated ({reason}), so this batch cannot be said to satisfy it",
    ),
    advice=Message(
        "请检查数据集文件中该规则的列和参数；若它们无误，请把本条报告给维护者。",
        "Check the columns and parameters of the rule in the dataset file; if they are right, "
        "report this to the maintainers.",
    ),
)


@dataclass(frozen=True, slots=True)
class SkippedRule:
    """A rule that could not be applied here, and why: neither passed nor failed."""

    rule: str
    reason: Message


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came out: failing rows as a frame, rules that raised as findings, skipped rules."""

    failures: pl.DataFrame
    broken: list[Finding] = field(default_factory=list)
    skipped: list[SkippedRule] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Entry:
    """One check of one rule, with its number in ``_check``."""

    number: int
    rule: CompiledRule
    check: CompiledCheck


def no_failures() -> pl.DataFrame:
    """An empty failures frame."""
    return pl.DataFrame(schema=FAILURES_SCHEMA)


def evaluate(
    entries: Sequence[Entry], frame: pl.DataFrame, context: RuleContext, first_row: int = 0
) -> Evaluation:
    """Evaluate checks on a frame that holds everything their scopes ask for.

    ``first_row`` is the number of the frame's first row, where it is a chunk of something longer.
    """
    numbered = _with_lineage(frame).with_row_index("_row", offset=first_row)
    alone = [one for one in entries if one.rule.rule.needs_preparation()]
    together = [one for one in entries if not one.rule.rule.needs_preparation()]
    found: list[pl.DataFrame] = []
    broken: list[Finding] = []
    skipped: list[SkippedRule] = []
    failing, raised = _evaluate_together(together, numbered)
    found += failing
    broken += raised
    for rule, of_rule in _by_rule(alone):
        try:
            prepared = rule.rule.prepare(_read_by(rule, numbered), context)
            if isinstance(prepared, NotApplicable):
                skipped.append(SkippedRule(rule.id, prepared.reason))
                continue
            found += _failing_rows(of_rule, prepared)
        except WHATEVER_RULES_RAISE as error:
            broken.append(_not_evaluated(rule, error))
    failures = pl.concat(found) if found else no_failures()
    return Evaluation(failures, broken, skipped)


def _with_lineage(frame: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in LINEAGE if name not in frame.columns]
    return frame.with_columns(pl.lit(None, LINEAGE[name]).alias(name) for name in missing)


def _read_by(rule: CompiledRule, frame: pl.DataFrame) -> pl.DataFrame:
    """Only what the rule reads, so that sorting and joining stay cheap."""
    if rule.rule.reads_all_columns:
        return frame
    return frame.select("_row", *rule.rule.columns(), *LINEAGE)


def _by_rule(entries: Iterable[Entry]) -> Iterator[tuple[CompiledRule, list[Entry]]]:
    rules: dict[int, tuple[CompiledRule, list[Entry]]] = {}
    for entry in entries:
        rules.setdefault(id(entry.rule), (entry.rule, []))[1].append(entry)
    yield from rules.values()


def _evaluate_together(
    entries: Sequence[Entry], frame: pl.DataFrame
) -> tuple[list[pl.DataFrame], list[Finding]]:
    """All in one pass; where something raises, rule by rule, to tell which it was."""
    try:
        return _failing_rows(entries, frame), []
    except WHATEVER_RULES_RAISE:
        return _evaluate_each(entries, frame)


def _evaluate_each(
    entries: Sequence[Entry], frame: pl.DataFrame
) -> tuple[list[pl.DataFrame], list[Finding]]:
    found: list[pl.DataFrame] = []
    broken: list[Finding] = []
    for rule, of_rule in _by_rule(entries):
        try:
            found += _failing_rows(of_rule, frame)
        except WHATEVER_RULES_RAISE as error:
            broken.append(_not_evaluated(rule, error))
    return found, broken


def _failing_rows(entries: Sequence[Entry], frame: pl.DataFrame) -> list[pl.DataFrame]:
    if not entries or frame.is_empty():
        return []
    masks = frame.select(
        entry.check.check.fails.alias(str(position)) for position, entry in enumerate(entries)
    )
    found = []
    for position, entry in enumerate(entries):
        mask = masks.to_series(position)
        if mask.dtype != pl.Boolean:
            raise TypeError(f"the predicate of {entry.rule} gives {mask.dtype}, not true or false")
        if len(mask) != frame.height:  # a constant predicate
            mask = pl.repeat(mask[0], frame.height, dtype=pl.Boolean, eager=True)
        if mask.any():
            found.append(_failures_of(entry, frame.filter(mask)))
    return found


def _failures_of(entry: Entry, rows: pl.DataFrame) -> pl.DataFrame:
    """The failing rows of one check as a failures frame."""
    check = entry.check.check
    pattern = pl.lit(check.pattern) if isinstance(check.pattern, str) else check.pattern
    if entry.check.personal and isinstance(check.pattern, pl.Expr):
        pattern = pl.lit("")  # a case must not carry a person's data
    value = pl.lit("")
    if check.value is not None:
        value = check.value
    elif check.column:
        value = value_text(check.column, rows.schema[check.column])
    parts = [_part(name, entry.check, rows) for name in entry.check.part_names]
    texts = pl.concat_list(parts) if parts else pl.lit(None, pl.List(pl.String))
    return rows.select(
        pl.lit(entry.number, pl.Int32).alias("_check"),
        pl.lit(entry.rule.id).alias("rule"),
        pl.lit(check.column).alias("column"),
        value.fill_null("").alias("value"),
        pattern.cast(pl.String).fill_null("").alias("pattern"),
        texts.alias("parts"),
        "_row",
        *LINEAGE,
    )


def _part(name: str, compiled: CompiledCheck, rows: pl.DataFrame) -> pl.Expr:
    """One row value for the sentences. Values of personal columns are not repeated in them."""
    check = compiled.check
    plain, _, language = name.partition("@")
    if plain in check.parts:
        part = check.parts[plain]
        if isinstance(part, tuple):
            part = part[0] if language == "zh" else part[1]
        return part.cast(pl.String)
    column = check.column if name == "value" else check.columns[name]
    if column in compiled.personal_columns:
        return pl.lit("***")
    return value_text(column, rows.schema[column])


def _not_evaluated(rule: CompiledRule, error: BaseException) -> Finding:
    reason = f"{type(error).__name__}: {error}".splitlines()[0][:300]
    return RULE_NOT_EVALUATED.finding(rule=str(rule), reason=reason, pattern=str(rule))
