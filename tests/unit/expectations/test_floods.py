"""One rule failing on a large part of a batch is one finding that holds it."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from rule_running import dataset_of

from expectations.compiling import CompiledRules, compile_rules
from expectations.context import RuleContext
from expectations.floods import settle_failures
from schemas.dataset import Dataset
from schemas.finding import Severity

COLUMNS = {
    "plot_ratio_min": pl.Decimal(38, 2),
    "plot_ratio_max": pl.Decimal(38, 2),
    "price_cny": pl.Decimal(38, 2),
    "supply_method": pl.String(),
}


def rules(*uses: dict[str, Any]) -> CompiledRules:
    model = dataset_of(pl.DataFrame(schema={"k": pl.String(), **COLUMNS})).model_dump(mode="json")
    return compile_rules(Dataset.model_validate_json(json.dumps(model | {"rules": list(uses)})))


RATIOS = {"id": "LND-04", "expectation": "ExpectPlotRatiosInOrder", "severity": "warning"}


def ratios(pairs: list[tuple[str, str]]) -> pl.DataFrame:
    size = len(pairs)
    return pl.DataFrame(
        {
            "k": [str(one) for one in range(size)],
            "plot_ratio_min": [low for low, _ in pairs],
            "plot_ratio_max": [high for _, high in pairs],
            "price_cny": [None] * size,
            "supply_method": [None] * size,
            "_snapshot": [0] * size,
            "_container": [0] * size,
            "_position": list(range(2, size + 2)),
        },
        schema_overrides={
            "_snapshot": pl.Int32,
            "_container": pl.Int32,
            "_position": pl.Int64,
            "price_cny": pl.String,
            "supply_method": pl.String,
        },
    ).cast(dict(COLUMNS))


def settled(compiled: CompiledRules, frame: pl.DataFrame) -> tuple[int, list[Any]]:
    failures = compiled.evaluate_frame(frame, RuleContext()).failures
    kept, floods = settle_failures(failures, frame.height, compiled)
    assert kept.columns == failures.columns
    return kept.height, floods


@pytest.mark.parametrize(
    ("failing", "rows", "is_flood"),
    [(4, 5, False), (5, 25, False), (5, 24, True), (6, 25, True), (5, 5, True), (20, 100, False)],
)
def test_a_flood_is_more_than_a_fifth_and_five_rows(
    failing: int, rows: int, is_flood: bool
) -> None:
    frame = ratios([("2", "1")] * failing + [("1", "2")] * (rows - failing))
    kept, floods = settled(rules(RATIOS), frame)
    assert (kept == 0, len(floods)) == (is_flood, int(is_flood))


def test_exchanged_columns_are_named_with_the_number_they_would_cure() -> None:
    frame = ratios([("2", "1")] * 19 + [("99", "1")] + [("1", "2")] * 20)
    _, (flood, *others) = settled(rules(RATIOS), frame)
    assert others == []
    assert flood.severity is Severity.CRITICAL
    assert (flood.rule, flood.column, flood.count) == ("LND-04", "plot_ratio_min", 20)
    assert flood.place is not None
    assert flood.place.position == 2
    assert "40 行中的 20 行（50%）" in flood.what.zh
    assert "其中 19 行就成立了" in flood.what.zh
    assert "would cure 19 of them" in flood.what.en
    assert "mapping" in flood.advice.zh


def test_below_95_percent_curable_the_cause_is_left_open() -> None:
    frame = ratios([("2", "1")] * 18 + [("99", "1")] * 2)
    _, (flood,) = settled(rules(RATIOS), frame)
    assert "exchang" not in flood.what.en
    assert "flood: fold" in flood.advice.en


def test_fold_keeps_the_warnings_in_one_case() -> None:
    compiled = rules({**RATIOS, "flood": "fold"})
    frame = ratios([("2", "1")] * 20)
    assert settled(compiled, frame) == (20, [])
    findings = compiled.evaluate(frame, RuleContext())
    assert len({one.case_key() for one in findings}) == 1


def test_rules_that_share_an_id_and_a_column_are_told_apart() -> None:
    negative = {"id": "LND-02", "expectation": "ExpectPriceNotNegative", "severity": "error"}
    missing = {
        "id": "LND-02",
        "expectation": "ExpectTransferredLandWithPrice",
        "severity": "warning",
        "params": {"term": None},
        "flood": "fold",
    }
    compiled = rules(negative, missing)
    frame = ratios([("1", "2")] * 10).with_columns(
        pl.lit("挂牌出让").alias("supply_method"),
        pl.when(pl.int_range(10) < 4).then(pl.lit(-1)).cast(pl.Decimal(38, 2)).alias("price_cny"),
    )
    kept, floods = settled(compiled, frame)
    assert floods == []  # 4 negative prices are no flood, the 10 warnings fold
    assert kept == 14
    assert len({one.case_key() for one in compiled.evaluate(frame, RuleContext())}) == 3
