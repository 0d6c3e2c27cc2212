"""Rules in words for readers: complete, in both languages, without places to fill in."""

from __future__ import annotations

from flows.rule_words import rule_words
from schemas.dataset import Dataset
from schemas.definitions import BUILT_IN
from schemas.yaml_file import load_yaml


def _dataset(name: str) -> Dataset:
    file = next((BUILT_IN / "datasets").rglob(f"{name}.yml"))
    return Dataset.model_validate(load_yaml(file).data, strict=False)


def test_every_rule_that_a_dataset_uses_has_words() -> None:
    dataset = _dataset("land_supply_results")
    words = rule_words(dataset)
    assert {use.id for use in dataset.rules} <= set(words)
    assert {"READ-01", "LAY-01", "CAST-01", "FLD-01", "KEY-02", "KEY-03", "PII-01"} <= set(words)
    for rule, what in words.items():
        assert what.zh, rule
        assert what.en, rule
        assert "{" not in what.zh + what.en, rule
