"""Every rule on its examples: whole and in chunks, and with sentences that read well."""

from __future__ import annotations

import re

import polars as pl
import pytest
from rule_examples import EXAMPLES, Example
from rule_running import as_expected, built, compiled, in_chunks, whole

from expectations.describing import describe, findings_of
from expectations.vocabulary import rule_classes

every_example = pytest.mark.parametrize(
    "example", EXAMPLES, ids=[f"{one.rule}-{n}" for n, one in enumerate(EXAMPLES)]
)


def test_every_rule_has_examples() -> None:
    assert {one.rule for one in EXAMPLES} == set(rule_classes())


@every_example
def test_rule_fails_exactly_where_the_example_says(example: Example) -> None:
    failures = whole(compiled(example), example.frame(), example.context)
    assert as_expected(example, failures), failures


@every_example
@pytest.mark.parametrize("size", [1, 2, 5])
def test_chunks_give_the_same_rows(example: Example, size: int) -> None:
    rules, frame = compiled(example), example.frame()
    assert in_chunks(rules, frame, example.context, size) == whole(rules, frame, example.context)


@every_example
def test_rows_without_values_are_silent_or_told_by_is_null(example: Example) -> None:
    """A comparison with a missing value cannot be made, so it is no failure."""
    frame = example.frame().clear(n=3)
    failures = whole(compiled(example), frame, example.context)
    told = {"ExpectFieldPresent", "ExpectKeyPresent"}
    assert bool(failures) == (example.rule in told)


@every_example
def test_sentences_are_complete(example: Example) -> None:
    rules = compiled(example)
    evaluation = rules.evaluate_frame(example.frame(), example.context)
    described = describe(evaluation.failures, rules.entries)
    findings = findings_of(evaluation.failures, rules.entries)
    assert described.height == len(findings)
    for finding in findings:
        for message in (finding.what, finding.advice):
            assert not re.search(r"\{[a-z_@]+\}|None", message.zh + message.en), message
            assert re.search(r"[\u4e00-\u9fff]", message.zh)
            assert message.en
    assert described["what_zh"].to_list() == [one.what.zh for one in findings]
    assert described["what_en"].to_list() == [one.what.en for one in findings]
    assert described["value"].to_list() == [one.value for one in findings]


def test_every_rule_reads_only_the_columns_it_names() -> None:
    for example in EXAMPLES:
        rule = built(example)
        if rule.reads_all_columns:
            continue
        rules = compiled(example)
        frame = example.frame()
        narrow = frame.select(name for name in frame.columns if name in rule.columns())
        narrowed = rules.evaluate_frame(narrow, example.context)
        assert narrowed.broken == [], (example.rule, narrowed.broken)
        wide = rules.evaluate_frame(frame, example.context)
        assert narrowed.failures.equals(wide.failures)


def test_empty_frame_has_no_failures() -> None:
    for example in EXAMPLES:
        evaluation = compiled(example).evaluate_frame(example.frame().clear(), example.context)
        assert evaluation.broken == [], (example.rule, evaluation.broken)
        assert evaluation.failures.height == 0
        assert isinstance(evaluation.failures, pl.DataFrame)
