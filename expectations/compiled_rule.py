"""One rule of one dataset, ready to run: predicates, severity, sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from expectations.rule import Check, RuleExpectation
from expectations.texts import Sentence, constant_text, cut
from schemas.dataset import Dataset, PrivacyClass
from schemas.finding import Severity
from schemas.message import Message

_KEPT_AS_IS = (PrivacyClass.NONE, PrivacyClass.IDENTIFIER)


@dataclass(frozen=True, slots=True)
class CompiledCheck:
    """A check with its sentences cut. ``part_names`` are the row values its sentences need."""

    check: Check
    part_names: tuple[str, ...]
    what_zh: Sentence
    what_en: Sentence
    advice_zh: Sentence
    advice_en: Sentence
    personal_columns: frozenset[str]

    @property
    def personal(self) -> bool:
        """True where the finding's value may name a person."""
        return self.check.column in self.personal_columns

    @property
    def positions(self) -> dict[str, int]:
        """Where each row value stands in the list column ``parts``."""
        return {name: index for index, name in enumerate(self.part_names)}


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with the id, severity and flood behaviour the dataset gives it."""

    id: str
    rule: RuleExpectation
    severity: Severity
    flood: Literal["hold", "fold"]
    checks: tuple[CompiledCheck, ...]

    def __str__(self) -> str:
        return f"{self.id} {type(self.rule).__name__}"


def compile_rule(
    rule: RuleExpectation,
    dataset: Dataset,
    *,
    rule_id: str,
    severity: Severity,
    flood: Literal["hold", "fold"],
) -> CompiledRule:
    """Cut the sentences of a rule for a dataset."""
    checks = tuple(
        _compile_check(rule, _with_titles(check, dataset), dataset) for check in rule.checks()
    )
    return CompiledRule(rule_id, rule, severity, flood, checks)


def _with_titles(check: Check, dataset: Dataset) -> Check:
    """Turn expressions that give a column's name into its titles."""
    zh = {field.name: field.title.zh for field in dataset.fields}
    en = {field.name: field.title.en for field in dataset.fields}
    titles = {name: (one.replace(zh), one.replace(en)) for name, one in check.titles.items()}
    return replace(check, parts={**check.parts, **titles}, titles={})


def _compile_check(rule: RuleExpectation, check: Check, dataset: Dataset) -> CompiledCheck:
    what, advice = check.what or rule.what, check.advice or rule.advice
    constants = _constants(rule, check, dataset)
    zh = {name: message.zh for name, message in constants.items()}
    en = {name: message.en for name, message in constants.items()}
    spoken = {name for name, part in check.parts.items() if isinstance(part, tuple)}
    sentences = (
        cut(what.zh, zh).in_language("zh", spoken),
        cut(what.en, en).in_language("en", spoken),
        cut(advice.zh, zh).in_language("zh", spoken),
        cut(advice.en, en).in_language("en", spoken),
    )
    part_names = tuple(sorted({name for sentence in sentences for name in sentence.names}))
    return CompiledCheck(check, part_names, *sentences, _personal_columns(dataset))


def _constants(rule: RuleExpectation, check: Check, dataset: Dataset) -> dict[str, Message]:
    texts: dict[str, Message] = {}
    for parameter in type(rule).model_fields:
        text = constant_text(getattr(rule, parameter))
        texts[parameter] = Message(text, text)
    titles = {field.name: field.title.as_message() for field in dataset.fields}
    nothing = Message("本行", "the row")
    texts["column_title"] = titles.get(check.column, nothing)
    for name, column in check.columns.items():
        texts[f"{name}_title"] = titles.get(column, Message(column, column))
        texts.pop(name, None)  # a row value stands before the parameter that names its column
    for name, constant in check.constants.items():
        texts[name] = constant if isinstance(constant, Message) else Message(constant, constant)
    for name in ("column", "value", *check.parts):
        texts.pop(name, None)
    return texts


def _personal_columns(dataset: Dataset) -> frozenset[str]:
    return frozenset(field.name for field in dataset.fields if field.privacy not in _KEPT_AS_IS)
