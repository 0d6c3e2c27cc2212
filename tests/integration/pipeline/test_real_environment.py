"""Real files of air and water monitoring. Expected values were read off the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.run import RunState

pytestmark = pytest.mark.real_data
HOURLY = "environment/air_quality_hourly"


def test_one_hour_of_all_national_stations(made_site: Any, real_data: Path) -> None:
    made_site.folder_source(
        "cnemc", HOURLY, real_data / "environment", "cnemc_*.geojson", "cnemc_airnow_geojson"
    )

    outcome = made_site.run()["cnemc"]

    assert outcome.state is RunState.RELEASED
    rows = made_site.released("air_quality_hourly")
    assert rows.height == 1495
    assert rows.get_column("observed_at").dt.strftime("%Y-%m-%dT%H:%M%z").unique().to_list() == [
        "2018-02-20T07:00+0800"
    ]
    assert rows.get_column("pm10_ug_m3").null_count() == 273  # "-;"
    assert rows.get_column("aqi_published").null_count() == 20
    first = rows.row(by_predicate=pl.col("station_code") == "1001A", named=True)
    assert (first["longitude"], first["latitude"]) == (116.366, 39.8673)
    assert (first["pm25_ug_m3"], first["co_mg_m3"], first["o3_ug_m3"]) == (38.0, 0.7, 84.0)
    assert first["aqi_published"] == 54


def test_published_indexes_that_do_not_follow_are_one_case(
    made_site: Any, real_data: Path, count_rules: Any
) -> None:
    made_site.folder_source(
        "cnemc", HOURLY, real_data / "environment", "cnemc_*.geojson", "cnemc_airnow_geojson"
    )
    outcome = made_site.run()["cnemc"]
    findings = made_site.findings(outcome)

    disagreeing = findings.filter(
        (pl.col("rule") == "AIR-03") & (pl.col("column") == "aqi_published")
    )
    assert set(disagreeing.get_column("severity")) == {"warning"}
    assert disagreeing.get_column("pattern").n_unique() == 1
    assert 0 < disagreeing.height < 1475
    assert outcome.ledger.rows_quarantined == 0
    assert "24" in disagreeing.item(0, "what_zh") + disagreeing.item(0, "advice_zh")


def test_the_cause_is_settled_in_the_source_file(made_site: Any, real_data: Path) -> None:
    made_site.folder_source(
        "cnemc",
        HOURLY,
        real_data / "environment",
        "cnemc_*.geojson",
        "cnemc_airnow_geojson",
        "mapping:\n  o3_ug_m3: {from: properties/o3_24h, unit: ug/m3}\nignore: [properties/o3]\n",
    )

    outcome = made_site.run()["cnemc"]

    rows = made_site.released("air_quality_hourly")
    both = rows.filter(pl.col("aqi_published").is_not_null())
    assert both.height == 1475
    assert (both.get_column("aqi") == both.get_column("aqi_published")).all()
    rules = set(made_site.findings(outcome).get_column("rule"))
    assert rules <= {"SEC-02"}  # a station is named after an armed police detachment


def test_four_years_of_two_stations_and_their_days(made_site: Any, real_data: Path) -> None:
    made_site.folder_source(
        "stations", HOURLY, real_data / "environment", "PRSA_*.csv", "air_station_history_csv"
    )
    made_site.source(
        "days",
        "dataset: environment/air_quality_daily\n"
        "connector: {type: release, dataset: air_quality_hourly}\nload: full\n",
    )

    outcomes = made_site.run()

    assert outcomes["stations"].state is RunState.RELEASED
    assert outcomes["stations"].ledger.rows_read == 70128
    assert outcomes["stations"].ledger.rows_quarantined == 0
    rows = made_site.released("air_quality_hourly")
    assert rows.height == 70128
    first = (
        rows.filter(pl.col("station_name") == "Changping").sort("observed_at").row(0, named=True)
    )
    # hour 0 of 2013-03-01 is labelled with its start; the dataset labels with the end
    assert first["observed_at"].isoformat() == "2013-03-01T01:00:00+08:00"
    assert first["co_mg_m3"] == 0.3  # 300 µg/m³
    assert outcomes["days"].state is RunState.RELEASED
    upstream = outcomes["days"].upstream
    assert upstream is not None
    assert upstream["used"] + sum(upstream["not_used"].values()) == 70128
    days = made_site.released("air_quality_daily")
    assert days.filter(pl.col("aqi").is_not_null()).height > 2500
    few = days.filter(pl.col("pm25_valid_hours") < 20)
    assert few.get_column("pm25_ug_m3").is_null().all()
    assert len(made_site.versions("air_quality_hourly")["versions"]) == 1


def test_surface_water_without_a_year(made_site: Any, real_data: Path, count_rules: Any) -> None:
    made_site.folder_source(
        "water",
        "environment/surface_water_quality",
        real_data / "environment",
        "water_info_*.xlsx",
        "national_surface_water_xlsx",
        "as_of: {date: 2026-01-10}\n",
    )

    outcome = made_site.run()["water"]

    assert outcome.state is RunState.RELEASED
    rows = made_site.released("surface_water_quality")
    assert rows.height == outcome.ledger.rows_read == 132
    # 02-04 lies after 2026-01-10, so it is of the year before
    assert rows.get_column("observed_at").dt.year().unique().to_list() == [2025]
    section = rows.row(
        by_predicate=(pl.col("section_name") == "磴口")
        & (pl.col("province_name") == "内蒙古自治区"),
        named=True,
    )
    assert section["water_temperature_c"] == 1.1
    assert section["ammonia_nitrogen_mg_l"] == 0.085
    assert section["chlorophyll_a_mg_l"] is None
    assert section["class_published"] == "Ⅱ"
    assert section["class_computed"] is None
    told = count_rules(made_site.findings(outcome))
    assert told[("LAY-08", "warning")] == rows.select("province_name", "section_name").n_unique()


def test_the_water_body_type_comes_from_the_sites_lookup(made_site: Any, real_data: Path) -> None:
    made_site.folder_source(
        "water",
        "environment/surface_water_quality",
        real_data / "environment",
        "water_info_*.xlsx",
        "national_surface_water_xlsx",
    )
    made_site.write(
        "vocab/surface_water_sections.csv",
        "province_name,section_name,section_code,water_body_type\n内蒙古自治区,磴口,,river\n",
    )

    outcome = made_site.run()["water"]

    assert outcome.state is RunState.RELEASED
    rows = made_site.released("surface_water_quality")
    section = rows.row(by_predicate=pl.col("section_name") == "磴口", named=True)
    assert section["water_body_type"] == "river"
    assert section["class_computed"] == "Ⅱ"
