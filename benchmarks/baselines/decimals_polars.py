"""The decimals workload as a bare polars script: ``python -m … INPUT OUTPUT_FOLDER``."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import polars as pl

from benchmarks.baselines.reporting import imports_done, report

IMPORTS = imports_done()
COLUMNS = (
    "supervision_number",
    "division_code",
    "project_name",
    "location",
    "area_m2",
    "land_use_name",
    "supply_method",
    "term_years",
    "price_cny",
    "holder_name",
    "plot_ratio_min",
    "plot_ratio_max",
    "contract_signed_on",
)
METHODS = ["划拨", "协议出让", "招标出让", "拍卖出让", "挂牌出让"]
TEN_THOUSAND = 10_000  # ha -> m², 万元 -> 元
WARNINGS = (
    "division_code",
    "location",
    "land_use_name",
    "term_years",
    "contract_signed_on",
    "plot_ratios",
)


def read(path: Path) -> tuple[pl.DataFrame, pl.Series]:
    """The typed rows, and which of them have a text that could not be read."""
    texts = pl.read_csv(
        path, encoding="gb18030", infer_schema=False, new_columns=list(COLUMNS), null_values=[""]
    )
    exact = [
        pl.col(name).cast(pl.Decimal(38, 6), strict=False) * TEN_THOUSAND
        for name in ("area_m2", "price_cny")
    ]
    small = pl.col("term_years", "plot_ratio_min", "plot_ratio_max")
    typed = texts.with_columns(
        *(value.cast(pl.Decimal(38, 2)) for value in exact),
        small.cast(pl.Decimal(38, 2), strict=False),
        pl.col("contract_signed_on").str.to_date("%Y/%m/%d", strict=False),
        pl.when(pl.col("holder_name").is_not_null())
        .then(pl.lit("organization"))
        .alias("holder_kind"),
    )
    unread = pl.Series([False]).new_from_index(0, typed.height)
    for name in COLUMNS:
        unread |= typed[name].is_null() & texts[name].is_not_null()
    return typed, unread


def failing(rows: pl.DataFrame) -> dict[str, pl.Series]:
    """The rows that break each condition but those on repetition, by condition."""
    lower, upper = pl.col("plot_ratio_min"), pl.col("plot_ratio_max")
    method = pl.col("supply_method")
    conditions = {
        "supervision_number present": pl.col("supervision_number").is_null(),
        "supervision_number length": pl.col("supervision_number").str.len_chars() > 24,
        "division_code form": ~pl.col("division_code").str.contains("^[0-9]{6}$"),
        "location present": pl.col("location").is_null(),
        "area_m2 present": pl.col("area_m2").is_null(),
        "area_m2 above 0": pl.col("area_m2") <= 0,
        "land_use_name present": pl.col("land_use_name").is_null(),
        "supply_method known": ~method.is_in(METHODS),
        "term_years in range": (pl.col("term_years") < 0) | (pl.col("term_years") > 70),
        "price_cny not negative": pl.col("price_cny") < 0,
        "plot_ratio_min not negative": lower < 0,
        "plot_ratio_max not negative": upper < 0,
        "contract_signed_on present": pl.col("contract_signed_on").is_null(),
        "plot_ratios in order": (lower > upper) | (upper > 15),
    }
    found = rows.select(mask.fill_null(value=False).alias(n) for n, mask in conditions.items())
    return {name: found[name] for name in conditions}


def main() -> None:
    """Read, check, write."""
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    rows, unread = read(source)
    repeats = ~rows.select(pl.struct(pl.all()).is_first_distinct()).to_series()
    judged = rows.filter(~repeats & ~unread)
    found = failing(judged)
    failures = {"unread": int((unread & ~repeats).sum())}
    failures |= {name: int(mask.sum()) for name, mask in found.items()}
    wrong = judged.select(pl.col("supervision_number").is_duplicated()).to_series()
    failures["supervision_number unique"] = int(wrong.sum())
    for name, mask in found.items():
        if not name.startswith(WARNINGS):
            wrong = wrong | mask
    good = judged.filter(~wrong).sort("supervision_number")
    with gzip.open(folder / "rows.csv.gz", "wb", compresslevel=6) as file:
        good.write_csv(file)  # type: ignore[call-overload]
    good.write_parquet(folder / "rows.parquet")
    good.write_ndjson(folder / "rows.jsonl")
    report(IMPORTS, rows.height, good.height, failures)


if __name__ == "__main__":
    main()
