"""Running one rule on one example in each of the ways there are."""

from __future__ import annotations

import json

import polars as pl
from rule_examples import Example

from expectations.compiled_rule import compile_rule
from expectations.compiling import ChunkedEvaluation, CompiledRules
from expectations.context import RuleContext
from expectations.evaluating import Evaluation
from expectations.rule import RuleExpectation
from expectations.vocabulary import rule_classes
from schemas.dataset import Dataset
from schemas.finding import Severity

_TYPES = {
    pl.Decimal: {"type": "decimal", "scale": 2},
    pl.Int64: {"type": "integer"},
    pl.Float64: {"type": "number"},
    pl.String: {"type": "string"},
    pl.Date: {"type": "date"},
    pl.Datetime: {"type": "datetime"},
    pl.Boolean: {"type": "boolean"},
}


def dataset_of(frame: pl.DataFrame, key: str = "") -> Dataset:
    """A dataset with the columns of a frame; titles are the names."""
    text = {"zh": "测试", "en": "test"}
    names = [name for name in frame.columns if not name.startswith("_")]
    fields = [
        {"name": name, "title": {"zh": f"题{name}", "en": f"title {name}"}}
        | _TYPES[type(frame.schema[name])]
        for name in names
    ]
    model = {
        "format": 1,
        "id": "example",
        "title": text,
        "description": text,
        "theme": "land",
        "owner": text,
        "update_frequency": "daily",
        "primary_key": [key or names[0]],
        "fields": fields,
    }
    return Dataset.model_validate_json(json.dumps(model))


def built(
    example: Example, classes: dict[str, type[RuleExpectation]] | None = None
) -> RuleExpectation:
    """The rule with the parameters of the example."""
    rule_class = (classes or rule_classes())[example.rule]
    return rule_class.model_validate_json(json.dumps(dict(example.params)))


def compiled(example: Example, rule: RuleExpectation | None = None) -> CompiledRules:
    """The rule alone, compiled for the example's columns."""
    dataset = dataset_of(example.frame())
    rule = rule or built(example)
    one = compile_rule(rule, dataset, rule_id=rule.rule_id, severity=Severity.WARNING, flood="fold")
    return CompiledRules(dataset, (one,))


def found(evaluation: Evaluation) -> set[tuple[int, str, str]]:
    """(row, column, pattern) of all failures."""
    assert evaluation.broken == []
    assert evaluation.skipped == []
    return set(evaluation.failures.select("_row", "column", "pattern").iter_rows())


def whole(
    rules: CompiledRules, frame: pl.DataFrame, context: RuleContext
) -> set[tuple[int, str, str]]:
    """Evaluated on all rows at once."""
    return found(rules.evaluate_frame(frame, context))


def in_chunks(
    rules: CompiledRules, frame: pl.DataFrame, context: RuleContext, size: int
) -> set[tuple[int, str, str]]:
    """Evaluated chunk by chunk."""
    evaluation = ChunkedEvaluation(rules, context)
    for start in range(0, frame.height, size):
        evaluation.add(frame.slice(start, size))
    return found(evaluation.finish())


def as_expected(example: Example, failures: set[tuple[int, str, str]]) -> bool:
    """Whether the failures are those the example names, patterns included where it names them."""
    if any(len(one) == 3 for one in example.fails):
        return failures == example.fails
    return {one[:2] for one in failures} == example.fails
