"""Great Expectations and the columnar evaluator name the same rows, for every rule."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal

import polars as pl
import pytest
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_examples import EXAMPLES, Example
from rule_running import compiled, dataset_of, whole

from expectations import great_expectations_suites as suites
from expectations.compiling import CompiledRules, compile_rules
from expectations.context import RuleContext
from expectations.vocabulary import rule_classes
from schemas.dataset import Dataset

by_example = pytest.mark.parametrize(
    "example", EXAMPLES, ids=[f"{one.rule}-{n}" for n, one in enumerate(EXAMPLES)]
)


def rows_by_great_expectations(rules: CompiledRules, frame: pl.DataFrame, context: RuleContext):
    validation = suites.validate_with_great_expectations(frame, rules, context)
    assert validation.broken == []
    assert validation.skipped == []
    return set(validation.failing["_row"].to_list())


@by_example
def test_both_ways_name_the_same_rows(example: Example) -> None:
    rules, frame = compiled(example), example.frame()
    columnar = {row for row, _, _ in whole(rules, frame, example.context)}
    assert rows_by_great_expectations(rules, frame, example.context) == columnar
    assert columnar == {one[0] for one in example.fails}


def test_every_rule_is_a_genuine_expectation_class_of_its_name() -> None:
    for name in rule_classes():
        made = getattr(suites, name)
        assert issubclass(made, Expectation)
        assert made.__name__ == name


def test_suite_survives_json_and_refuses_unknown_parameters() -> None:
    example = next(one for one in EXAMPLES if one.rule == "ExpectPlotRatiosInOrder")
    suite = suites.build_suite(compiled(example))
    stored = json.loads(json.dumps(suite.to_json_dict()))
    again = ExpectationSuite(name=stored["name"], expectations=stored["expectations"])
    assert again.expectations == suite.expectations
    assert again.expectations[0].meta["rule"] == "LND-04"
    with pytest.raises(Exception, match="extra"):
        ExpectationConfiguration(
            type="expect_land_area_within_bounds", kwargs={"colum": "a"}
        ).to_domain_obj()


def test_a_rule_that_raises_is_rule_00_in_both_ways_and_never_a_pass() -> None:
    example = next(one for one in EXAMPLES if one.rule == "ExpectLandAreaWithinBounds")
    rules = compiled(example)
    frame = example.frame().rename({"area_m2": "another"})
    columnar = rules.evaluate_frame(frame, RuleContext())
    validated = suites.validate_with_great_expectations(frame, rules)
    for broken in (columnar.broken, validated.broken):
        assert [(one.rule, one.severity.value) for one in broken] == [("RULE-00", "critical")]
        assert "LND-01" in broken[0].what.zh
        assert "area_m2" in broken[0].what.en


def test_a_rule_that_cannot_be_applied_is_skipped_in_both_ways() -> None:
    example = next(one for one in EXAMPLES if one.rule == "ExpectDivisionOfSite")
    rules = compiled(example)
    assert [one.rule for one in rules.evaluate_frame(example.frame(), RuleContext()).skipped] == [
        "LND-09"
    ]
    validated = suites.validate_with_great_expectations(example.frame(), rules, RuleContext())
    assert [one.rule for one in validated.skipped] == ["LND-09"]
    assert validated.failing.is_empty()


def fields_dataset() -> Dataset:
    """A dataset whose checks all come from its fields."""
    text = {"zh": "测试", "en": "test"}
    model = dataset_of(pl.DataFrame({"k": [""], "a": [1], "x": [1.0]})).model_dump(mode="json")
    model["fields"] = [
        {"name": "k", "title": text, "type": "string", "constraints": {"pattern": "[A-Z][0-9]+"}},
        {
            "name": "a",
            "title": text,
            "type": "integer",
            "constraints": {"required": True, "minimum": 2, "exclusive_maximum": 5},
        },
        {"name": "x", "title": text, "type": "number", "constraints": {"maximum": 0.5}},
        {
            "name": "d",
            "title": text,
            "type": "decimal",
            "scale": 2,
            "constraints": {"minimum": 0.1, "severity": "warning"},
        },
        {
            "name": "t",
            "title": text,
            "type": "string",
            "constraints": {"enum": ["甲", "乙"], "min_length": 1, "max_length": 2},
        },
    ]
    return Dataset.model_validate_json(json.dumps(model))


ROWS = st.fixed_dictionaries(
    {
        "k": st.sampled_from(["A1", "B2", "b2", "A", "A1\n", "", None]),
        "a": st.sampled_from([1, 2, 3, 4, 5, 6, None]),
        "x": st.sampled_from([0.4, 0.5, 0.6, None]),
        "d": st.sampled_from([Decimal("0.09"), Decimal("0.10"), Decimal("0.11"), None]),
        "t": st.sampled_from(["甲", "乙", "丙丁", "甲乙丙", "", None]),
    }
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(ROWS, min_size=1, max_size=12))
def test_field_checks_agree_with_the_librarys_own_classes(rows: list[dict[str, object]]) -> None:
    """Null, ranges, lengths, sets and patterns: our predicates against Great Expectations'."""
    rules = compile_rules(fields_dataset())
    schema = {
        "k": pl.String,
        "a": pl.Int64,
        "x": pl.Float64,
        "d": pl.Decimal(38, 2),
        "t": pl.String,
    }
    frame = pl.DataFrame(rows, schema=schema)
    columnar = rules.evaluate_frame(frame, RuleContext())
    validated = suites.validate_with_great_expectations(frame, rules)
    assert columnar.broken == validated.broken == []
    ours = set(columnar.failures.select("rule", "_row").iter_rows())
    theirs = set(validated.failing.select("rule", "_row").iter_rows())
    assert ours == theirs
    native = {one.expectation_type for one in suites.build_suite(rules).expectations}
    assert "expect_column_values_to_not_be_null" in native


def test_columnar_evaluation_imports_neither_great_expectations_nor_pandas() -> None:
    code = (
        "import sys, datetime; import polars as pl\n"
        "from expectations.compiling import compile_rules, problems_in\n"
        "from expectations.context import RuleContext\n"
        "from expectations.vocabulary import rule_classes; rule_classes()\n"
        "heavy = {'great_expectations', 'pandas', 'pyarrow', 'prefect'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
