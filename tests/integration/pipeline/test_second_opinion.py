"""Great Expectations as a second judge of the same batch."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from expectations.compiling import compile_rules
from expectations.context import RuleContext
from flows.opened_site import open_site
from flows.running import run_sources, select_sources
from flows.second_opinion import second_opinion
from flows.source_run import RunOptions
from schemas.definitions import load_definitions
from schemas.run import RunState

SOURCE = """\
dataset: environment/air_quality_hourly
connector: {type: folder, path: inbox, glob: "*.csv"}
layout:
  reader: {type: delimited}
  mapping:
    station_code: station
    station_name: station
    observed_at: {from: time, hour_label: end}
    pm25_ug_m3: PM2.5
    pm10_ug_m3: PM10
    co_mg_m3: CO
  missing: ["", NA]
load: full
"""
HEADER = "station,time,PM2.5(μg/m3),PM10(μg/m3),CO(mg/m3)\n"


def _hours() -> str:
    lines = []
    for hour in range(48):
        when = dt.datetime(2026, 1, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hour)
        fine = {5: "-1", 9: "3000", 11: "NA", 20: "80"}.get(hour, str(20 + hour % 7))
        carbon = "900" if hour == 30 else "0.5"
        lines.append(f"S1,{when:%Y-%m-%d %H:%M},{fine},{40 + hour % 5},{carbon}\n")
    return HEADER + "".join(lines)


def test_both_judges_agree_and_the_batch_is_released(made_site: Any) -> None:
    made_site.source("station", SOURCE)
    made_site.write("inbox/hours.csv", _hours())

    with open_site(made_site.folder) as opened:
        options = RunOptions(dt.date(2026, 1, 3), with_great_expectations=True)
        outcome = run_sources(opened, select_sources(opened), options)[0]

    assert outcome.state is RunState.RELEASED
    findings = made_site.findings(outcome)
    assert "RULE-01" not in set(findings.get_column("rule"))
    assert {"AIR-01", "AIR-02", "AIR-06"} <= set(findings.get_column("rule"))
    assert outcome.ledger.rows_quarantined == 3


def test_a_disagreement_is_critical(made_site: Any) -> None:
    definitions = load_definitions(made_site.folder)
    dataset = definitions.datasets["air_quality_hourly"].model
    rules = compile_rules(dataset)
    made_site.source("station", SOURCE)
    made_site.write("inbox/hours.csv", _hours())
    made_site.run()
    rows = made_site.released("air_quality_hourly").with_columns(
        pl.lit(0, dtype=pl.Int32).alias("_snapshot"),
        pl.lit(0, dtype=pl.Int32).alias("_container"),
        pl.int_range(0, pl.len(), dtype=pl.Int64).alias("_position"),
    )
    context = RuleContext(logical_date=dt.date(2026, 1, 3))
    failures = rules.evaluate_frame(rows, context).failures

    assert second_opinion(rows, failures, rules, context) == []
    fewer = failures.filter(pl.col("rule") != "AIR-02")
    told = second_opinion(rows, fewer, rules, context)

    assert [(item.rule, item.severity.value, item.pattern) for item in told] == [
        ("RULE-01", "critical", "AIR-02")
    ]
