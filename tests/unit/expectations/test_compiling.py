"""From a dataset file to rules: ids, severities, and sentences for what is wrong."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from rule_running import dataset_of

from expectations.compiling import compile_rules, problems_in
from expectations.context import RuleContext
from schemas.dataset import Dataset
from schemas.finding import RowPlace, Scope, Severity
from schemas.message import DefinitionError

TEXT = {"zh": "测试", "en": "test"}


def dataset(fields: list[dict[str, Any]], rules: list[dict[str, Any]] = ()) -> Dataset:
    model = dataset_of(pl.DataFrame({"k": [""]})).model_dump(mode="json")
    titled = [
        {"title": {"zh": f"题{one['name']}", "en": f"title {one['name']}"}} | one for one in fields
    ]
    return Dataset.model_validate_json(json.dumps(model | {"fields": titled, "rules": list(rules)}))


KEY = {"name": "k", "type": "string", "constraints": {"required": True}}
AREA = {"name": "area_m2", "type": "decimal", "scale": 2}


def test_constraints_and_key_become_rules_with_fixed_ids() -> None:
    compiled = compile_rules(
        dataset(
            [
                KEY,
                {"name": "a", "type": "string", "constraints": {"required": True, "unique": True}},
                {"name": "b", "type": "integer", "constraints": {"minimum": 1}},
                {
                    "name": "c",
                    "type": "string",
                    "code_list": "use",
                    "constraints": {
                        "enum": ["x"],
                        "pattern": "x",
                        "max_length": 3,
                        "severity": "warning",
                    },
                },
            ]
        ),
        vocabularies={"use": {"01"}}.get,
    )
    told = [(one.id, one.severity.value, one.flood) for one in compiled.rules]
    assert told == [
        ("KEY-01", "error", "hold"),
        ("KEY-02", "error", "hold"),
        ("FLD-01", "error", "hold"),
        ("FLD-02", "error", "hold"),
        ("FLD-03", "error", "hold"),
        ("FLD-04", "warning", "fold"),
        ("FLD-05", "warning", "fold"),
        ("FLD-06", "warning", "fold"),
        ("FLD-07", "warning", "fold"),
    ]


@pytest.mark.parametrize(
    ("use", "zh", "en"),
    [
        (
            {"expectation": "ExpectLandAreaWithinBound"},
            "没有名为 ExpectLandAreaWithinBound 的规则，是不是 ExpectLandAreaWithinBounds？",
            "there is no expectation named ExpectLandAreaWithinBound; did you mean "
            "ExpectLandAreaWithinBounds?",
        ),
        (
            {"expectation": "ExpectLandAreaWithinBounds", "params": {"maximum": 5}},
            "没有参数 maximum（它的参数：column, maximum_m2），是不是 maximum_m2？",
            "has no parameter maximum (it has: column, maximum_m2); did you mean maximum_m2?",
        ),
        (
            {"expectation": "ExpectLandAreaWithinBounds", "params": {"maximum_m2": "big"}},
            '参数 maximum_m2 不能是 "big"',
            'parameter maximum_m2 of ExpectLandAreaWithinBounds cannot be "big"',
        ),
        (
            {"expectation": "ExpectNotBelow", "params": {"column": "area_m2"}},
            "缺少参数 other",
            "needs the parameter other",
        ),
        (
            {"expectation": "ExpectLandAreaWithinBounds", "params": {"column": "area"}},
            "参数 column 指向字段 area，数据集 example 没有该字段，是不是 area_m2？",
            "names the field area, which the dataset example has not; did you mean area_m2?",
        ),
        (
            {"expectation": "ExpectLandAreaWithinBounds", "params": {"column": "k"}},
            "字段 k 应为数字，而它的类型是 string",
            "field k (parameter column) must be a number, but its type is string",
        ),
        (
            {"expectation": "ExpectDatesInOrder", "params": {"dates": ["area_m2", "signed"]}},
            "字段 area_m2 应为日期",
            "field area_m2 (parameter dates) must be a date",
        ),
        (
            {"expectation": "ExpectLandAreaPlausible", "severity": "error"},
            "严重程度最高只能是 warning",
            "its severity can be warning at most",
        ),
        (
            {
                "expectation": "ExpectAirAveragesValid",
                "params": {"items": {"area_m2": {"count": "hours", "minimum": 20}}},
            },
            "指向字段 hours，数据集 example 没有该字段",
            "names the field hours, which the dataset example has not",
        ),
    ],
)
def test_a_wrong_rule_is_refused_with_a_sentence(use: dict[str, Any], zh: str, en: str) -> None:
    wrong = dataset([KEY, AREA], [{"id": "LND-01", "severity": "warning"} | use])
    problems = problems_in(wrong)
    assert any(zh in one.zh and en in one.en for one in problems), problems
    with pytest.raises(DefinitionError):
        compile_rules(wrong)


def test_a_right_rule_has_no_problem() -> None:
    rules = [{"id": "LND-01", "expectation": "ExpectLandAreaWithinBounds", "severity": "error"}]
    assert problems_in(dataset([KEY, AREA], rules)) == []


def test_findings_say_where_what_and_how_bad() -> None:
    rules = [{"id": "LND-01", "expectation": "ExpectLandAreaWithinBounds", "severity": "error"}]
    compiled = compile_rules(dataset([KEY, AREA], rules))
    frame = pl.DataFrame(
        {
            "k": ["a", "b"],
            "area_m2": ["1", "-12.50"],
            "_snapshot": [3, 3],
            "_container": [1, 1],
            "_position": [7, 9],
        }
    ).with_columns(
        pl.col("area_m2").cast(pl.Decimal(38, 2)), pl.col("_snapshot", "_container").cast(pl.Int32)
    )
    (finding,) = compiled.evaluate(frame, RuleContext())
    assert finding.place == RowPlace(3, 1, 9)
    assert (finding.rule, finding.severity, finding.column) == ("LND-01", Severity.ERROR, "area_m2")
    assert finding.value == "-12.5"
    assert finding.what.zh == "“题area_m2”为 -12.5 平方米，应大于 0 且小于 5000000 平方米"
    assert (
        finding.what.en == "title area_m2 is -12.5 m², which must be above 0 and below 5000000 m²"
    )
    assert compiled.evaluate(frame, RuleContext(), {Scope.DATASET}) == []


def test_values_of_personal_fields_stay_out_of_sentences_and_cases() -> None:
    personal = {
        "name": "holder",
        "type": "string",
        "privacy": "person_name",
        "constraints": {"enum": ["甲"]},
    }
    compiled = compile_rules(dataset([KEY, personal]))
    frame = pl.DataFrame({"k": ["a"], "holder": ["张三丰"]})
    (finding,) = compiled.evaluate(frame, RuleContext())
    assert finding.personal
    assert finding.value == "张三丰"  # masked by the flows, which know how
    assert "张三丰" not in finding.what.zh + finding.what.en + finding.pattern + finding.advice.zh


def test_a_predicate_that_is_no_predicate_is_rule_00(monkeypatch: pytest.MonkeyPatch) -> None:
    from expectations.rule import Check
    from expectations.rules.land_supply import ExpectLandAreaWithinBounds

    rules = [{"id": "LND-01", "expectation": "ExpectLandAreaWithinBounds", "severity": "error"}]
    monkeypatch.setattr(
        ExpectLandAreaWithinBounds, "checks", lambda self: (Check(pl.col("area_m2"), "area_m2"),)
    )
    compiled = compile_rules(dataset([KEY, AREA, {"name": "x", "type": "integer"}], rules))
    frame = pl.DataFrame({"k": [None], "area_m2": [1], "x": [1]}, schema_overrides={"k": pl.String})
    evaluation = compiled.evaluate_frame(frame, RuleContext())
    assert [one.rule for one in evaluation.broken] == ["RULE-00"]
    assert set(evaluation.failures["rule"]) == {"KEY-01"}  # the others are still evaluated
