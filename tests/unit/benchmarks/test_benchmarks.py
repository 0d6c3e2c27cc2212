"""The benchmarks run, and what is measured side by side is the same work.

The figures are no matter here; that they are made of equal results is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from benchmarks.generator import write_decimals, write_hourly
from benchmarks.measuring import ROOT, FailedRunError, Measurement, measure, median_of
from benchmarks.workloads import ratios

ROWS = 9_000


def measured(folder: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks", *arguments, "--folder", str(folder), "--json"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    (found,) = json.loads(ended.stdout)
    return found


@pytest.fixture(scope="module", params=["hourly", "decimals"])
def benchmark(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp(request.param)
    return measured(folder, request.param, "--rows", str(ROWS)), folder


def released(folder: Path, name: str) -> pl.DataFrame:
    (versions,) = folder.glob(f"{name}-site/public/datasets/*/1")
    files = [file for file in versions.glob("*.parquet") if not file.name.startswith("lineage")]
    return pl.concat([pl.read_parquet(file, hive_partitioning=False) for file in sorted(files)])


def test_each_process_is_measured(benchmark: tuple[dict[str, Any], Path]) -> None:
    found, _ = benchmark
    assert found["rows"] == ROWS
    for one in (found, found["baselines"]["polars"], found["baselines"]["pandas"]):
        assert one["cpu_s"] > one["imports_cpu_s"] > 0
        assert one["wall_s"] > 0
        assert one["peak_mb"] > 20
    assert set(found["ratios"]) == {"polars", "pandas"}
    for ratio in found["ratios"].values():
        assert all(value > 0 for value in ratio.values())


def test_all_three_agree_on_the_good_rows(benchmark: tuple[dict[str, Any], Path]) -> None:
    found, _ = benchmark
    told = found["told"]
    for baseline in found["baselines"].values():
        assert baseline["told"]["rows_good"] == told["rows_new"]
        assert baseline["told"]["rows_read"] == told["rows_read"]
    assert told["rows_quarantined"] > 5
    assert told["rows_duplicate"] > 0
    out = told["rows_quarantined"] + told["rows_duplicate"]
    assert told["rows_new"] + out == told["rows_read"] > ROWS


def test_all_three_agree_on_the_content(benchmark: tuple[dict[str, Any], Path]) -> None:
    found, folder = benchmark
    ours = released(folder, found["name"])
    for script in found["baselines"]:
        theirs = pl.read_parquet(folder / f"{found['name']}-{script}" / "rows.parquet")
        if found["name"] == "hourly":  # the scripts write the hour as the department does
            zone = "Asia/Shanghai"
            local = pl.col("observed_at").dt.replace_time_zone(zone)
            theirs = theirs.with_columns(local.cast(ours.schema["observed_at"]))
        theirs = theirs.select(ours.columns).cast(dict(ours.schema))
        assert_frame_equal(ours, theirs, check_exact=True)


def test_all_three_find_the_same(benchmark: tuple[dict[str, Any], Path]) -> None:
    found, _ = benchmark
    counts = [one["told"]["failures"] for one in found["baselines"].values()]
    assert counts[0] == counts[1]
    told = found["told"]
    assert told["findings_critical"] == 0
    if found["name"] == "hourly":
        warnings = sum(n for name, n in counts[0].items() if "aqi" in name or name[:6] == "AIR-02")
        warnings += sum(n for name, n in counts[0].items() if name.startswith("AIR-05"))
        assert told["findings_warning"] == warnings > 0
        assert told["findings_error"] == sum(counts[0].values()) - warnings > 0


def test_a_run_without_changes_and_a_check_are_measured(tmp_path: Path) -> None:
    found = measured(tmp_path, "unchanged", "--rows", "240")
    assert found["rows"] == 240
    for one in (found, found["first_run"], found["check_of_demo_site"]):
        assert one["cpu_s"] > 0
    assert (
        len(list((tmp_path / "unchanged-site/public/datasets/air_quality_hourly").glob("1"))) == 1
    )
    assert not (tmp_path / "unchanged-site/public/datasets/air_quality_hourly/2").exists()


def test_the_generator_gives_the_same_bytes_for_the_same_seed(tmp_path: Path) -> None:
    for write in (write_hourly, write_decimals):
        first, again, other = (tmp_path / f"{number}.csv" for number in range(3))
        write(first, 500, 1)
        write(again, 500, 1)
        write(other, 500, 2)
        assert first.read_bytes() == again.read_bytes() != other.read_bytes()
        assert len(first.read_text("gb18030").splitlines()) >= 501


def test_a_failed_process_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(FailedRunError, match="hourly_polars"):
        measure("benchmarks.baselines.hourly_polars", [tmp_path / "none.csv", tmp_path])


def test_medians_and_ratios() -> None:
    runs = [Measurement(cpu, cpu * 2, cpu * 10, 0.5) for cpu in (1.0, 9.0, 2.0)]
    middle = median_of(runs)
    assert (middle.cpu_s, middle.wall_s, middle.peak_mb, middle.imports_cpu_s) == (2, 4, 90, 0.5)
    assert ratios(middle, Measurement(4.0, 8.0, 45.0, 1.0)) == {
        "cpu": 0.5,
        "cpu_without_imports": 0.5,
        "wall": 0.5,
        "peak": 2.0,
    }
    assert ratios(middle, Measurement(4.0, 8.0, 45.0))["cpu_without_imports"] is None
