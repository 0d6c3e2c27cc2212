"""Department files made from a seed: the same rows and seed give the same bytes.

Some rows in a thousand are wrong on purpose, so that findings and quarantine are real. The
planted faults do not touch each other: each row has one at most.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

SEED = 20260301
STATIONS = 120
CHUNK_HOURS = 1_000
FIRST_HOUR = dt.datetime(2021, 1, 1, 1)  # noqa: DTZ001 - local time as departments write it
CITIES = ("清水市", "秦安市", "甘谷市", "武山市", "麦积市", "张家川市")
CATEGORIES = ("优", "良", "轻度污染", "中度污染", "重度污染", "严重污染")
ITEMS = {  # column of the file: mean, spread, digits behind the point
    "PM2.5": (45.0, 22.0, 1),
    "PM10": (85.0, 35.0, 1),
    "SO2": (14.0, 6.0, 1),
    "NO2": (38.0, 14.0, 1),
    "CO": (0.9, 0.35, 2),
    "O3": (70.0, 30.0, 1),
}
ONE_FAULT_IN = 2_000  # rows per fault of each kind
METHODS = ("划拨", "协议出让", "招标出让", "拍卖出让", "挂牌出让")
USES = ("城镇住宅用地", "工业用地", "商务金融用地", "公共设施用地", "仓储用地", "公路用地")
TOWNS = ("永清镇", "红堡镇", "白驼镇", "金集镇", "秦亭镇", "山门镇")
TRADES = ("建设", "置业", "机械", "农业科技", "商贸", "新材料")
LAND_ROWS_AT_ONCE = 100_000


def write_hourly(path: Path, rows: int, seed: int = SEED) -> None:
    """Hour after hour, all stations of an hour below each other; GB18030, NA for no value."""
    random = np.random.default_rng(seed)
    with path.open("wb") as file:
        header = ["站点编码", "站点名称", "城市", "时间", *ITEMS, "AQI", "类别"]
        file.write((",".join(header) + "\n").encode("gb18030"))
        for frame in _hours(random, rows):
            file.write(_text(_with_hourly_faults(frame, random)))


def write_decimals(path: Path, rows: int, seed: int = SEED) -> None:
    """Land supplied: areas in ha with six digits, amounts in 万元 with six; GB18030."""
    random = np.random.default_rng(seed)
    with path.open("wb") as file:
        for start in range(0, rows, LAND_ROWS_AT_ONCE):
            frame = _parcels(random, start, min(rows - start, LAND_ROWS_AT_ONCE))
            if start == 0:
                file.write((",".join(frame.columns) + "\n").encode("gb18030"))
            file.write(_text(_with_land_faults(frame, random)))


def _text(frame: pl.DataFrame) -> bytes:
    return frame.write_csv(include_header=False, quote_style="never").encode("gb18030")


def _hours(random: np.random.Generator, rows: int) -> Iterator[pl.DataFrame]:
    codes = [f"{1001 + number}A" for number in range(STATIONS)]
    stations = pl.DataFrame(
        {
            "站点编码": codes,
            "站点名称": [f"第{number + 1}监测站" for number in range(STATIONS)],
            "城市": [CITIES[number % len(CITIES)] for number in range(STATIONS)],
        }
    )
    hours = -(-rows // STATIONS)
    for first in range(0, hours, CHUNK_HOURS):
        count = min(CHUNK_HOURS, hours - first)
        moments = [FIRST_HOUR + dt.timedelta(hours=first + hour) for hour in range(count)]
        texts = pl.DataFrame({"时间": [f"{moment:%Y-%m-%d %H:%M}" for moment in moments]})
        frame = texts.join(stations, how="cross").select(*stations.columns, "时间")
        frame = frame.head(rows - first * STATIONS)
        yield frame.with_columns(*_readings(random, frame.height))


def _readings(random: np.random.Generator, rows: int) -> list[pl.Series]:
    columns = []
    fine = np.zeros(rows)
    for name, (mean, spread, digits) in ITEMS.items():
        values = np.abs(random.normal(mean, spread, rows)) + 10.0**-digits
        if name == "PM2.5":
            fine = values
        if name == "PM10":  # contains the fine particles
            values = fine + values / 2
        texts = pl.Series(name, values.round(digits)).cast(pl.String)
        columns.append(_some_missing(texts, random))
    index = np.clip(np.abs(random.normal(75, 40, rows)).astype(np.int64), 1, 500)
    levels = np.searchsorted([50, 100, 150, 200, 300], index)
    columns.append(pl.Series("AQI", index).cast(pl.String))
    columns.append(pl.Series("类别", np.array(CATEGORIES)[levels].tolist()))
    return columns


def _some_missing(texts: pl.Series, random: np.random.Generator) -> pl.Series:
    missing = pl.Series(random.random(len(texts)) < 0.005)
    empty = pl.Series(random.random(len(texts)) < 0.005)
    frame = pl.DataFrame({"text": texts, "missing": missing, "empty": empty})
    chosen = pl.when("missing").then(pl.lit("NA")).when("empty").then(pl.lit("")).otherwise("text")
    return frame.select(chosen.alias(texts.name)).to_series()


def _with_hourly_faults(frame: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    planted: list[tuple[str, pl.Expr]] = [
        ("PM2.5", pl.lit("-3.5")),  # below 0
        ("CO", pl.lit("880.0")),  # in µg/m³
        ("O3", pl.lit("12..3")),  # no number
        ("站点编码", pl.lit("X12")),  # no station code
        ("PM2.5", pl.lit("1500.0")),  # above PM10: a warning
        ("站点名称", pl.lit("")),
        ("类别", pl.lit("未知")),  # a warning
        ("AQI", pl.lit("612")),  # a warning
    ]
    changed, rest = _planted(frame, planted, random, kinds_beside=2)
    repeated = frame.filter(pl.Series(rest == 0))
    differing = frame.filter(pl.Series(rest == 1)).with_columns(pl.lit("33.3").alias("SO2"))
    return pl.concat([changed, repeated, differing])


def _planted(
    frame: pl.DataFrame,
    faults: list[tuple[str, pl.Expr]],
    random: np.random.Generator,
    kinds_beside: int = 0,
) -> tuple[pl.DataFrame, np.ndarray]:
    """The rows with a fault of each kind in some of them; and, for rows without one, numbers
    below ``kinds_beside`` where they are chosen for something else (others are higher)."""
    drawn = random.integers(0, ONE_FAULT_IN, frame.height)
    chosen = frame.with_columns(pl.Series("_drawn", drawn))
    for number, (column, value) in enumerate(faults):
        chosen = chosen.with_columns(
            pl.when(pl.col("_drawn") == number).then(value).otherwise(pl.col(column)).alias(column)
        )
    beside = drawn - len(faults)
    return chosen.drop("_drawn"), np.where(beside >= 0, beside, ONE_FAULT_IN + kinds_beside)


def _parcels(random: np.random.Generator, first: int, rows: int) -> pl.DataFrame:
    serials = range(first, first + rows)
    hectares = random.integers(1_000, 90_000_000, rows)  # in units of 0.01 m²
    price = random.integers(10_000, 99_000_000_000, rows)  # in units of 0.01 yuan
    lower = random.integers(10, 300, rows)
    upper = lower + random.integers(0, 300, rows)
    days = random.integers(0, 5_000, rows)
    signed = [dt.date(2012, 1, 1) + dt.timedelta(days=int(day)) for day in days]
    return pl.DataFrame(
        {
            "电子监管号": [f"6205212020B{serial:08d}" for serial in serials],
            "行政区": ["620521"] * rows,
            "项目名称": [f"清水县{serial % 977 + 1}号地块" for serial in serials],
            "项目位置": [
                f"{TOWNS[serial % len(TOWNS)]}第{serial % 31 + 1}村" for serial in serials
            ],
            "面积": _shifted(hectares, 6),
            "土地用途": [USES[serial % len(USES)] for serial in serials],
            "供地方式": [METHODS[serial % len(METHODS)] for serial in serials],
            "土地使用年限": pl.Series((40, 50, 70))
            .gather(pl.Series(random.integers(0, 3, rows)))
            .cast(pl.String),
            "成交价格": _shifted(price, 6),
            "土地使用权人": [
                f"清水县第{serial % 4001 + 1}{TRADES[serial % len(TRADES)]}有限公司"
                for serial in serials
            ],
            "容积率下限": _shifted(lower, 2),
            "容积率上限": _shifted(upper, 2),
            "合同签订日期": [f"{day.year}/{day.month}/{day.day}" for day in signed],
        }
    )


def _shifted(values: np.ndarray, digits: int) -> pl.Series:
    """Whole numbers with the point moved to the left."""
    whole, rest = pl.Series(values // 10**digits), pl.Series(values % 10**digits)
    return whole.cast(pl.String) + "." + rest.cast(pl.String).str.zfill(digits)


def _with_land_faults(frame: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    planted: list[tuple[str, pl.Expr]] = [
        ("面积", pl.lit("0.000000")),
        ("面积", pl.lit("1.2.3")),  # no number
        ("成交价格", pl.lit("-12.500000")),
        ("供地方式", pl.lit("赠与")),  # not in the list
        ("容积率下限", pl.lit("14.90")),  # above the upper bound: a warning
        ("合同签订日期", pl.lit("")),  # a warning
        ("土地使用年限", pl.lit("99")),  # a warning
    ]
    changed, rest = _planted(frame, planted, random, kinds_beside=1)
    return pl.concat([changed, frame.filter(pl.Series(rest == 0))])


def main() -> None:
    """Write one file: ``python -m benchmarks.generator hourly|decimals ROWS FILE``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("hourly", "decimals"))
    parser.add_argument("rows", type=int)
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    write = write_hourly if given.kind == "hourly" else write_decimals
    write(given.file, given.rows)


if __name__ == "__main__":
    main()
