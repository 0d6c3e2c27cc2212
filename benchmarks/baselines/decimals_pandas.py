"""The decimals workload as a bare pandas script: ``python -m … INPUT OUTPUT_FOLDER``.

Amounts are Python decimals: what pandas gives a script that needs them exact and writes them to
all three formats.
"""

from __future__ import annotations

import importlib
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

from benchmarks.baselines.reporting import imports_done, report

importlib.import_module("pyarrow.parquet")  # pandas loads it only when it writes Parquet
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
TEN_THOUSAND = Decimal(10_000)  # ha -> m², 万元 -> 元
CENT = Decimal("0.01")
WARNINGS = (
    "division_code",
    "location",
    "land_use_name",
    "term_years",
    "contract_signed_on",
    "plot_ratios",
)


def exact(text: object, factor: Decimal) -> Decimal | None:
    """The text as a decimal with two digits, or None."""
    if not isinstance(text, str):
        return None
    try:
        return (Decimal(text) * factor).quantize(CENT)
    except InvalidOperation:
        return None


def read(path: Path) -> tuple[pd.DataFrame, pd.Series[bool]]:
    """The typed rows, and which of them have a text that could not be read."""
    texts = pd.read_csv(
        path,
        encoding="gb18030",
        dtype="str",
        header=0,
        names=list(COLUMNS),
        keep_default_na=False,
        na_values=[""],
    )
    typed = texts.copy()
    for name in ("area_m2", "price_cny"):
        typed[name] = pd.Series([exact(text, TEN_THOUSAND) for text in texts[name]], dtype=object)
    for name in ("term_years", "plot_ratio_min", "plot_ratio_max"):
        typed[name] = pd.Series([exact(text, Decimal(1)) for text in texts[name]], dtype=object)
    signed = pd.to_datetime(texts["contract_signed_on"], format="%Y/%m/%d", errors="coerce")
    typed["contract_signed_on"] = signed
    unread = (typed.isna() & texts.notna()).any(axis=1)
    typed["holder_kind"] = texts["holder_name"].notna().map({True: "organization", False: None})
    return typed, unread


def failing(rows: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    """The rows that break each condition but those on repetition, by condition."""
    number, method = rows["supervision_number"], rows["supply_method"]
    # comparing needs no exactness here, and decimals with gaps cannot be compared in pandas
    amounts = ["area_m2", "term_years", "price_cny", "plot_ratio_min", "plot_ratio_max"]
    about = rows[amounts].astype("float64")
    lower, upper = about["plot_ratio_min"], about["plot_ratio_max"]
    return {
        "supervision_number present": number.isna(),
        "supervision_number length": number.str.len() > 24,
        "division_code form": ~rows["division_code"].str.fullmatch("[0-9]{6}", na=True),
        "location present": rows["location"].isna(),
        "area_m2 present": about["area_m2"].isna(),
        "area_m2 above 0": about["area_m2"] <= 0,
        "land_use_name present": rows["land_use_name"].isna(),
        "supply_method known": method.notna() & ~method.isin(METHODS),
        "term_years in range": (about["term_years"] < 0) | (about["term_years"] > 70),
        "price_cny not negative": about["price_cny"] < 0,
        "plot_ratio_min not negative": lower < 0,
        "plot_ratio_max not negative": upper < 0,
        "contract_signed_on present": rows["contract_signed_on"].isna(),
        "plot_ratios in order": (lower > upper) | (upper > 15),
    }


def main() -> None:
    """Read, check, write."""
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    rows, unread = read(source)
    repeats = rows.duplicated()
    judged = rows[~repeats & ~unread]
    found = failing(judged)
    failures = {"unread": int((unread & ~repeats).sum())}
    failures |= {name: int(mask.sum()) for name, mask in found.items()}
    wrong = judged.duplicated("supervision_number", keep=False)
    failures["supervision_number unique"] = int(wrong.sum())
    for name, mask in found.items():
        if not name.startswith(WARNINGS):
            wrong = wrong | mask
    good = judged[~wrong.astype(bool)].sort_values("supervision_number")
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
