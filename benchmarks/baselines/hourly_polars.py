"""The hourly workload as a bare polars script: ``python -m … INPUT OUTPUT_FOLDER``."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import polars as pl

from benchmarks.baselines.reporting import imports_done, report

IMPORTS = imports_done()
COLUMNS = (
    "station_code",
    "station_name",
    "city_name",
    "observed_at",
    "pm25_ug_m3",
    "pm10_ug_m3",
    "so2_ug_m3",
    "no2_ug_m3",
    "co_mg_m3",
    "o3_ug_m3",
    "aqi_published",
    "aqi_category_published",
)
HIGHEST = {
    "pm25_ug_m3": 2000,
    "pm10_ug_m3": 2000,
    "so2_ug_m3": 2620,
    "no2_ug_m3": 3840,
    "co_mg_m3": 150,
    "o3_ug_m3": 1200,
}
CATEGORIES = ["优", "良", "轻度污染", "中度污染", "重度污染", "严重污染"]
KEY = ["station_code", "observed_at"]
HOURS = 4


def read(path: Path) -> tuple[pl.DataFrame, pl.Series]:
    """The typed rows, and which of them have a text that could not be read."""
    texts = pl.read_csv(
        path,
        encoding="gb18030",
        infer_schema=False,
        new_columns=list(COLUMNS),
        null_values=["", "NA"],
    )
    types: dict[str, pl.DataType] = {
        **dict.fromkeys(HIGHEST, pl.Float64()),
        "aqi_published": pl.Int64(),
    }
    moment = pl.col("observed_at").str.to_datetime("%Y-%m-%d %H:%M", strict=False)
    typed = texts.with_columns(
        *(pl.col(name).cast(dtype, strict=False) for name, dtype in types.items()),
        moment,
    )
    unread = pl.Series([False]).new_from_index(0, typed.height)
    for name in (*types, "observed_at"):
        unread |= typed[name].is_null() & texts[name].is_not_null()
    return typed, unread


def failing(rows: pl.DataFrame) -> dict[str, pl.Series]:
    """The rows that break each condition but those on repetition, by condition."""
    category = pl.col("aqi_category_published")
    conditions = {
        "FLD-06 station_code": ~pl.col("station_code").str.contains("^[0-9]{4}A$"),
        "FLD-01 station_name": pl.col("station_name").is_null(),
        "FLD-04 station_name": pl.col("station_name").str.len_chars() > 40,
        "FLD-01 city_name": pl.col("city_name").is_null(),
        "FLD-04 city_name": pl.col("city_name").str.len_chars() > 20,
        "KEY-01 ": pl.any_horizontal(pl.col(name).is_null() for name in KEY),
        **{
            f"FLD-03 {name}": (pl.col(name) < 0) | (pl.col(name) > limit)
            for name, limit in HIGHEST.items()
        },
        "AIR-06 co_mg_m3": pl.col("co_mg_m3") > 60,
        "FLD-01 aqi_published": pl.col("aqi_published").is_null(),
        "FLD-03 aqi_published": (pl.col("aqi_published") < 0) | (pl.col("aqi_published") > 500),
        "FLD-01 aqi_category_published": category.is_null(),
        "FLD-05 aqi_category_published": ~category.is_in(CATEGORIES),
        "AIR-02 pm25_ug_m3": pl.col("pm25_ug_m3") > pl.col("pm10_ug_m3"),
    }
    found = rows.select(mask.fill_null(value=False).alias(n) for n, mask in conditions.items())
    return {name: found[name] for name in conditions}


def is_warning(condition: str) -> bool:
    """Whether rows that break the condition are published all the same."""
    return condition.startswith(("AIR-02", "AIR-05")) or "aqi" in condition


def stuck(rows: pl.DataFrame) -> dict[str, int]:
    """How many values stand in a run of equal values of four hours or more."""
    ordered = rows.sort(KEY, maintain_order=True)
    follows = (pl.col("station_code") == pl.col("station_code").shift(1)) & (
        pl.col("observed_at") - pl.col("observed_at").shift(1) == pl.duration(hours=1)
    )
    counts = {}
    for name in HIGHEST:
        value = pl.col(name)
        run = (~(follows & (value == value.shift(1)).fill_null(value=False))).cum_sum()
        long = ordered.select(run.alias("run"), value).group_by("run").len()
        counts[f"AIR-05 {name}"] = int(long.filter(pl.col("len") >= HOURS)["len"].sum())
    return counts


def main() -> None:
    """Read, check, write."""
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    rows, unread = read(source)
    repeats = ~rows.select(pl.struct(pl.all()).is_first_distinct()).to_series()
    judged = rows.filter(~repeats & ~unread)
    found = failing(judged)
    failures = {"unread": int((unread & ~repeats).sum())}
    failures |= {name: int(mask.sum()) for name, mask in found.items()} | stuck(judged)
    conflicts = judged.select(pl.struct(KEY).is_duplicated()).to_series()
    failures["KEY-02 "] = int(conflicts.sum())
    wrong = conflicts
    for name, mask in found.items():
        if not is_warning(name):
            wrong = wrong | mask
    good = judged.filter(~wrong).sort(KEY)
    with gzip.open(folder / "rows.csv.gz", "wb", compresslevel=6) as file:
        good.write_csv(file)  # type: ignore[call-overload]
    good.write_parquet(folder / "rows.parquet")
    good.write_ndjson(folder / "rows.jsonl")
    report(IMPORTS, rows.height, good.height, failures)


if __name__ == "__main__":
    main()
