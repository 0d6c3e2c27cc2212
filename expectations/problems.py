"""What is wrong with the rules of a dataset file, said before anything runs."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from expectations.rule import SEVERITY_ORDER, RuleExpectation
from expectations.vocabulary import rule_classes
from schemas.dataset import Dataset, RuleUse
from schemas.message import Message


def problems_in(dataset: Dataset) -> list[Message]:
    """Everything wrong with the rules of a dataset file, in sentences. Imports no Great
    Expectations."""
    problems: list[Message] = []
    for use in dataset.rules:
        rule, wrong = build_rule(use)
        problems += wrong
        if rule is not None:
            problems += _wrong_columns(use, rule, dataset)
            problems += _too_severe(use, rule)
    return problems


def build_rule(use: RuleUse) -> tuple[RuleExpectation | None, list[Message]]:
    """The rule with its parameters, or what is wrong with them."""
    rule_class = rule_classes().get(use.expectation)
    if rule_class is None:
        return None, [unknown_expectation(use)]
    try:
        text = json.dumps(use.params, ensure_ascii=False, default=str)
        return rule_class.model_validate_json(text), []
    except ValidationError as error:
        return None, [_wrong_parameter(use, rule_class, one) for one in error.errors()]


def unknown_expectation(use: RuleUse) -> Message:
    """There is no rule class of that name."""
    guess = _guess(use.expectation, rule_classes())
    return Message(
        f"规则 {use.id}：没有名为 {use.expectation} 的规则{guess.zh}",
        f"rule {use.id}: there is no expectation named {use.expectation}{guess.en}",
    )


def _wrong_parameter(
    use: RuleUse, rule_class: type[RuleExpectation], error: ErrorDetails
) -> Message:
    name = ".".join(str(part) for part in error["loc"])
    known = list(rule_class.model_fields)
    listed = ", ".join(known) or "–"
    match error["type"]:
        case "extra_forbidden":
            guess = _guess(name, known)
            return Message(
                f"规则 {use.id}：{use.expectation} 没有参数 {name}（它的参数：{listed}）{guess.zh}",
                f"rule {use.id}: {use.expectation} has no parameter {name} (it has: {listed})"
                f"{guess.en}",
            )
        case "missing":
            return Message(
                f"规则 {use.id}：{use.expectation} 缺少参数 {name}",
                f"rule {use.id}: {use.expectation} needs the parameter {name}",
            )
        case _:
            why = error["msg"]
            given = json.dumps(error["input"], ensure_ascii=False, default=str)
            return Message(
                f"规则 {use.id}：{use.expectation} 的参数 {name} 不能是 {given}（{why}）",
                f"rule {use.id}: parameter {name} of {use.expectation} cannot be {given} ({why})",
            )


def _wrong_columns(use: RuleUse, rule: RuleExpectation, dataset: Dataset) -> list[Message]:
    problems = []
    known = dataset.field_names
    for parameter, column, kind in rule.column_parameters():
        if column not in known:
            guess = _guess(column, known)
            problems.append(
                Message(
                    f"规则 {use.id}：参数 {parameter} 指向字段 {column}，"
                    f"数据集 {dataset.id} 没有该字段{guess.zh}",
                    f"rule {use.id}: parameter {parameter} names the field {column}, which the "
                    f"dataset {dataset.id} has not{guess.en}",
                )
            )
        elif dataset.field(column).type not in kind.types:
            found = dataset.field(column).type.value
            problems.append(
                Message(
                    f"规则 {use.id}：参数 {parameter} 的字段 {column} 应为{kind.name.zh}，"
                    f"而它的类型是 {found}",
                    f"rule {use.id}: field {column} (parameter {parameter}) must be "
                    f"{kind.name.en}, but its type is {found}",
                )
            )
    return problems


def _too_severe(use: RuleUse, rule: RuleExpectation) -> list[Message]:
    if SEVERITY_ORDER.index(use.severity) <= SEVERITY_ORDER.index(rule.severity_limit):
        return []
    limit = rule.severity_limit.value
    return [
        Message(
            f"规则 {use.id}：{use.expectation} 的依据尚未核实，严重程度最高只能是 {limit}",
            f"rule {use.id}: the source of {use.expectation} is not verified, so its severity can "
            f"be {limit} at most",
        )
    ]


def _guess(word: str, known: Iterable[str]) -> Message:
    near = difflib.get_close_matches(word, list(known), n=1)
    if not near:
        return Message("", "")
    return Message(f"，是不是 {near[0]}？", f"; did you mean {near[0]}?")
