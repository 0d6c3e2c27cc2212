"""From a dataset file to rules that run: its fields' constraints, its key, and its ``rules:``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

import polars as pl

from expectations.compiled_rule import CompiledRule, compile_rule
from expectations.context import RuleContext
from expectations.describing import findings_of
from expectations.evaluating import Entry, Evaluation, evaluate, no_failures
from expectations.problems import build_rule, problems_in, unknown_expectation
from expectations.rule import RuleExpectation
from expectations.rules.fields import (
    ExpectFieldInCodeList,
    ExpectFieldInSet,
    ExpectFieldLengthWithin,
    ExpectFieldMatchesPattern,
    ExpectFieldPresent,
    ExpectFieldWithinRange,
)
from expectations.rules.keys import ExpectFieldUnique, ExpectKeyPresent, ExpectKeyUnambiguous
from schemas.dataset import Dataset, DatasetField
from schemas.finding import Finding, Scope, Severity
from schemas.message import DefinitionError, Message

ALL_SCOPES: frozenset[Scope] = frozenset(Scope)
CodesOf = Callable[[str], Collection[str] | None]
"""Code list name -> its codes, or None where there is no such list."""

_CHECK_FIRST = Message("请先运行 gongkai check。", "Run `gongkai check` first.")


def _no_code_lists(_name: str) -> Collection[str] | None:
    return None


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """All rules of a dataset, ready to run on frames of its fields plus lineage columns."""

    dataset: Dataset
    rules: tuple[CompiledRule, ...]
    division_code: str | None = None
    entries: tuple[Entry, ...] = field(init=False)

    def __post_init__(self) -> None:
        pairs = [(rule, check) for rule in self.rules for check in rule.checks]
        entries = tuple(Entry(number, *pair) for number, pair in enumerate(pairs))
        object.__setattr__(self, "entries", entries)

    def of_scopes(self, scopes: Collection[Scope]) -> list[Entry]:
        """The checks of rules with these scopes."""
        return [entry for entry in self.entries if entry.rule.rule.scope in scopes]

    def columns_of(self, scopes: Collection[Scope]) -> list[str]:
        """The fields that rules with these scopes read, in the dataset's order."""
        rules = [entry.rule.rule for entry in self.of_scopes(scopes)]
        if any(rule.reads_all_columns for rule in rules):
            return self.dataset.field_names
        read = {name for rule in rules for name in rule.columns()}
        return [name for name in self.dataset.field_names if name in read]

    def evaluate_frame(
        self,
        frame: pl.DataFrame,
        context: RuleContext,
        scopes: Collection[Scope] = ALL_SCOPES,
        *,
        first_row: int = 0,
    ) -> Evaluation:
        """The fast core: failures as a frame (:data:`expectations.evaluating.FAILURES_SCHEMA`).

        Rules of scope ``row`` may be given any chunk of a batch; all others need the whole of
        what their scope names: use :class:`ChunkedEvaluation` where the batch comes in chunks.
        """
        return evaluate(self.of_scopes(scopes), frame, self._with_division(context), first_row)

    def evaluate(
        self,
        frame: pl.DataFrame,
        context: RuleContext,
        scopes: Collection[Scope] = ALL_SCOPES,
    ) -> list[Finding]:
        """Findings of the rules with these scopes, in the order of rules and rows."""
        evaluation = self.evaluate_frame(frame, context, scopes)
        return findings_of(evaluation.failures, self.entries) + evaluation.broken

    def _with_division(self, context: RuleContext) -> RuleContext:
        if context.division_code is not None or self.division_code is None:
            return context
        return replace(context, division_code=self.division_code)


@dataclass(slots=True)
class ChunkedEvaluation:
    """Evaluate a batch that comes in chunks, with the same result as evaluating it whole.

    Rules that look at single rows are evaluated as chunks come. For the others only the columns
    they read are kept, and they are evaluated once, on all rows, by :meth:`finish`.
    """

    rules: CompiledRules
    context: RuleContext
    _kept: list[pl.DataFrame] = field(default_factory=list)
    _parts: list[Evaluation] = field(default_factory=list)
    _rows: int = 0

    def add(self, chunk: pl.DataFrame) -> None:
        """Take the next chunk. Chunks come in the order of the batch."""
        rows = self.rules
        part = rows.evaluate_frame(chunk, self.context, {Scope.ROW}, first_row=self._rows)
        self._parts.append(part)
        lineage = [name for name in chunk.columns if name.startswith("_")]
        self._kept.append(chunk.select(*rows.columns_of(ALL_SCOPES - {Scope.ROW}), *lineage))
        self._rows += chunk.height

    def finish(self) -> Evaluation:
        """Everything found, each broken or skipped rule told once."""
        if self._kept:
            whole = pl.concat(self._kept, rechunk=False)
            rest = ALL_SCOPES - {Scope.ROW}
            self._parts.append(self.rules.evaluate_frame(whole, self.context, rest))
            self._kept.clear()
        broken = {one.pattern: one for part in self._parts for one in part.broken}
        skipped = {one.rule: one for part in self._parts for one in part.skipped}
        frames = [part.failures for part in self._parts]
        failures = pl.concat(frames) if frames else no_failures()
        return Evaluation(failures, list(broken.values()), list(skipped.values()))


def compile_rules(
    dataset: Dataset,
    *,
    division_code: str | None = None,
    vocabularies: CodesOf = _no_code_lists,
) -> CompiledRules:
    """Compile fields, key and rules of a dataset.

    Raises:
        DefinitionError: something of :func:`problems_in` is wrong.
    """
    problems = problems_in(dataset)
    if problems:
        raise DefinitionError(problems[0], where=dataset.id, advice=_CHECK_FIRST)
    built = [*_of_key(dataset)]
    for one in dataset.fields:
        built += _of_field(one, dataset, vocabularies)
    for use in dataset.rules:
        rule, _ = build_rule(use)
        if rule is None:  # problems_in has refused it
            raise DefinitionError(unknown_expectation(use), where=dataset.id, advice=_CHECK_FIRST)
        built.append(
            compile_rule(rule, dataset, rule_id=use.id, severity=use.severity, flood=use.flood)
        )
    return CompiledRules(dataset, tuple(built), division_code)


def _compiled_constraint(
    rule: RuleExpectation, dataset: Dataset, severity: Literal["error", "warning"]
) -> CompiledRule:
    flood: Literal["hold", "fold"] = "hold" if severity == "error" else "fold"
    return compile_rule(
        rule, dataset, rule_id=rule.rule_id, severity=Severity(severity), flood=flood
    )


def _of_key(dataset: Dataset) -> Iterable[CompiledRule]:
    key = dataset.primary_key
    yield _compiled_constraint(ExpectKeyPresent(key=key), dataset, "error")
    yield _compiled_constraint(ExpectKeyUnambiguous(key=key), dataset, "error")


def _of_field(one: DatasetField, dataset: Dataset, vocabularies: CodesOf) -> Iterable[CompiledRule]:
    for rule in _constraint_rules(one, dataset, vocabularies):
        yield _compiled_constraint(rule, dataset, one.constraints.severity)


def _constraint_rules(
    one: DatasetField, dataset: Dataset, vocabularies: CodesOf
) -> Iterable[RuleExpectation]:
    limits = one.constraints
    if limits.required and one.name not in dataset.primary_key:
        yield ExpectFieldPresent(column=one.name)
    if limits.unique:
        yield ExpectFieldUnique(column=one.name)
    bounds = (limits.minimum, limits.maximum, limits.exclusive_minimum, limits.exclusive_maximum)
    if any(bound is not None for bound in bounds):
        yield ExpectFieldWithinRange(
            column=one.name,
            minimum=limits.minimum,
            maximum=limits.maximum,
            exclusive_minimum=limits.exclusive_minimum,
            exclusive_maximum=limits.exclusive_maximum,
        )
    if limits.min_length is not None or limits.max_length is not None:
        yield ExpectFieldLengthWithin(
            column=one.name,
            minimum_length=limits.min_length or 0,
            maximum_length=limits.max_length,
        )
    if limits.enum is not None:
        yield ExpectFieldInSet(column=one.name, values=limits.enum)
    if limits.pattern is not None:
        yield ExpectFieldMatchesPattern(column=one.name, pattern=limits.pattern)
    codes = vocabularies(one.code_list) if one.code_list is not None else None
    if one.code_list is not None and codes is not None:
        yield ExpectFieldInCodeList(
            column=one.name, code_list=one.code_list, codes=tuple(sorted(codes))
        )


__all__ = [
    "ALL_SCOPES",
    "ChunkedEvaluation",
    "CompiledRules",
    "compile_rules",
    "problems_in",
]
