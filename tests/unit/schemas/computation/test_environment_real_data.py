"""The environment layouts and computations on real files, from raw cells to computed values."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.readers import read
from schemas.arrangement import Arranged, arrange
from schemas.batch_building import BatchBuilder
from schemas.computation import derive
from schemas.dataset import Dataset
from schemas.definitions import BUILT_IN
from schemas.effective_layout import effective_layout
from schemas.finding import Finding
from schemas.layout import Layout
from schemas.raw_values import snapshot_facts
from schemas.snapshot import Snapshot
from schemas.source import Source
from schemas.validation import read_model
from schemas.yaml_file import load_yaml

pytestmark = pytest.mark.real_data


def environment_dataset(name: str) -> Dataset:
    path = Path(BUILT_IN) / "datasets" / "environment" / f"{name}.yml"
    dataset, problems = read_model(load_yaml(path), Dataset)
    assert dataset is not None, problems
    return dataset


def batch(
    path: Path, layout_name: str, dataset: Dataset, vocabulary: Path, **source: Any
) -> tuple[pl.DataFrame, list[Finding]]:
    layout, problems = read_model(
        load_yaml(Path(BUILT_IN) / "layouts" / f"{layout_name}.yml"), Layout
    )
    assert layout is not None, problems
    given = {
        "format": 1,
        "id": "tried",
        "dataset": dataset.id,
        "department": {"zh": "部门", "en": "department"},
        "connector": {"type": "folder", "path": ".", "glob": "*"},
        "layout": layout_name,
        "load": "upsert",
        **source,
    }
    effective = effective_layout(
        Source.model_validate(given, strict=False), layout, dt.date(2025, 2, 5)
    )
    content = path.read_bytes()
    fetched = dt.datetime(2025, 2, 5, 1, tzinfo=dt.UTC)
    snapshot = Snapshot(
        hashlib.sha256(content).hexdigest(), path, path.name, "", fetched, len(content)
    )
    builder = BatchBuilder(dataset, "Asia/Shanghai", (vocabulary,))
    tables = read(path, effective.reader, name=path.name)
    frames = [
        builder.add(records, effective, 0, snapshot_facts(snapshot))
        for records in arrange(tables, effective, Arranged())
    ]
    builder.finish(0, allow_empty=False)
    return pl.concat(frames), builder.findings


def agreeing(frame: pl.DataFrame, published: str, computed: str) -> tuple[int, int]:
    both = frame.filter(pl.col(published).is_not_null())
    return both.filter(pl.col(published) == pl.col(computed)).height, both.height


def test_national_stations_hour(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "environment" / "cnemc_national_stations_airnow_latest.geojson"
    hourly = environment_dataset("air_quality_hourly")
    frame, findings = batch(path, "cnemc_airnow_geojson", hourly, tmp_path)
    assert frame.height == 1495
    assert findings == []
    assert agreeing(frame, "aqi_published", "aqi") == (1285, 1475)
    # here the columns of the 1-hour and of the largest 24-hour ozone are exchanged
    ozone = {"o3_ug_m3": {"from": "properties/o3_24h", "unit": "ug/m3"}}
    frame, findings = batch(
        path, "cnemc_airnow_geojson", hourly, tmp_path, mapping=ozone, ignore=["properties/o3"]
    )
    assert findings == []
    assert agreeing(frame, "aqi_published", "aqi") == (1475, 1475)


def test_station_histories_and_their_days(real_data: Path, tmp_path: Path) -> None:
    hourly = environment_dataset("air_quality_hourly")
    frames = []
    for path in sorted((real_data / "environment").glob("PRSA_*.csv")):
        frame, findings = batch(path, "air_station_history_csv", hourly, tmp_path)
        assert findings == []
        frames.append(frame)
    hours = pl.concat(frames)
    assert hours.height == 70_128
    assert hours.get_column("co_mg_m3").max() == 10.0  # 10 000 µg/m³
    assert hours.select(hourly.primary_key).is_duplicated().sum() == 0
    derived = derive(hours, environment_dataset("air_quality_daily"))
    assert derived.frame.height == 2 * 1461
    assert (derived.used, dict(derived.not_used)) == (69_272, {"no_value": 856})
    invalid = pl.col("pm25_valid_hours") < 20
    assert derived.frame.select(pl.col("pm25_ug_m3").is_null().eq(invalid).all()).item()


def test_surface_water_readings(real_data: Path, tmp_path: Path) -> None:
    water = environment_dataset("surface_water_quality")
    agreeing_rows, published_rows = 0, 0
    for path in sorted((real_data / "environment").glob("water_info_*.xlsx")):
        frame, findings = batch(path, "national_surface_water_xlsx", water, tmp_path)
        assert {finding.rule for finding in findings} == {"LAY-08"}
        assert frame.get_column("class_computed").null_count() == frame.height
        assert frame.select(water.primary_key).is_duplicated().sum() == 0
        sections = frame.select("province_name", "section_name").with_columns(
            pl.lit("river").alias("water_body_type"), pl.lit("").alias("section_code")
        )
        sections.write_csv(tmp_path / "surface_water_sections.csv")
        frame, findings = batch(path, "national_surface_water_xlsx", water, tmp_path)
        (tmp_path / "surface_water_sections.csv").unlink()
        same, all_published = agreeing(frame, "class_published", "class_computed")
        agreeing_rows, published_rows = agreeing_rows + same, published_rows + all_published
        assert set(frame.get_column("observed_at").dt.year()) == {2025}
    # by the limits of lakes the other four agree too
    assert (agreeing_rows, published_rows) == (126, 130)
