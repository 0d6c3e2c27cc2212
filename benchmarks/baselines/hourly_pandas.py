"""The hourly workload as a bare pandas script: ``python -m … INPUT OUTPUT_FOLDER``."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pandas as pd

from benchmarks.baselines.reporting import imports_done, report

importlib.import_module("pyarrow.parquet")  # pandas loads it only when it writes Parquet
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


def read(path: Path) -> tuple[pd.DataFrame, pd.Series[bool]]:
    """The typed rows, and which of them have a text that could not be read."""
    texts = pd.read_csv(
        path,
        encoding="gb18030",
        dtype="str",
        header=0,
        names=list(COLUMNS),
        keep_default_na=False,
        na_values=["", "NA"],
    )
    typed = texts.copy()
    for name in (*HIGHEST, "aqi_published"):
        typed[name] = pd.to_numeric(texts[name], errors="coerce")
    typed["observed_at"] = pd.to_datetime(
        texts["observed_at"], format="%Y-%m-%d %H:%M", errors="coerce"
    )
    typed["aqi_published"] = typed["aqi_published"].astype("Int64")
    unread = (typed.isna() & texts.notna()).any(axis=1)
    return typed, unread


def failing(rows: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    """The rows that break each condition but those on repetition, by condition."""
    code, name, city = rows["station_code"], rows["station_name"], rows["city_name"]
    index, category = rows["aqi_published"], rows["aqi_category_published"]
    return {
        "FLD-06 station_code": ~code.str.fullmatch("[0-9]{4}A", na=True),
        "FLD-01 station_name": name.isna(),
        "FLD-04 station_name": name.str.len() > 40,
        "FLD-01 city_name": city.isna(),
        "FLD-04 city_name": city.str.len() > 20,
        "KEY-01 ": rows[KEY].isna().any(axis=1),
        **{
            f"FLD-03 {item}": (rows[item] < 0) | (rows[item] > limit)
            for item, limit in HIGHEST.items()
        },
        "AIR-06 co_mg_m3": rows["co_mg_m3"] > 60,
        "FLD-01 aqi_published": index.isna(),
        "FLD-03 aqi_published": ((index < 0) | (index > 500)).fillna(value=False),
        "FLD-01 aqi_category_published": category.isna(),
        "FLD-05 aqi_category_published": category.notna() & ~category.isin(CATEGORIES),
        "AIR-02 pm25_ug_m3": rows["pm25_ug_m3"] > rows["pm10_ug_m3"],
    }


def is_warning(condition: str) -> bool:
    """Whether rows that break the condition are published all the same."""
    return condition.startswith(("AIR-02", "AIR-05")) or "aqi" in condition


def stuck(rows: pd.DataFrame) -> dict[str, int]:
    """How many values stand in a run of equal values of four hours or more."""
    ordered = rows.sort_values(KEY)
    follows = ordered["station_code"].eq(ordered["station_code"].shift()) & ordered[
        "observed_at"
    ].diff().eq(pd.Timedelta(hours=1))
    counts = {}
    for name in HIGHEST:
        same = follows & ordered[name].eq(ordered[name].shift())
        sizes = (~same).cumsum().value_counts()
        counts[f"AIR-05 {name}"] = int(sizes[sizes >= HOURS].sum())
    return counts


def main() -> None:
    """Read, check, write."""
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    rows, unread = read(source)
    repeats = rows.duplicated()
    judged = rows[~repeats & ~unread]
    found = failing(judged)
    failures = {"unread": int((unread & ~repeats).sum())}
    failures |= {name: int(mask.sum()) for name, mask in found.items()} | stuck(judged)
    conflicts = judged.duplicated(KEY, keep=False)
    failures["KEY-02 "] = int(conflicts.sum())
    wrong = conflicts
    for name, mask in found.items():
        if not is_warning(name):
            wrong = wrong | mask
    good = judged[~wrong.astype(bool)].sort_values(KEY)
    good.to_csv(
        folder / "rows.csv.gz", index=False, compression={"method": "gzip", "compresslevel": 6}
    )
    good.to_parquet(folder / "rows.parquet", index=False)
    good.to_json(
        folder / "rows.jsonl", orient="records", lines=True, date_format="iso", force_ascii=False
    )
    report(IMPORTS, len(rows), len(good), failures)


if __name__ == "__main__":
    main()
