"""The industrial park's own register of land supply: an SQLite database, in ㎡ and 元."""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from examples.qingshui.department_files.faults import PlantedFault, planted
from examples.qingshui.department_files.land_parcels import LandResult, invent_results

SOURCE = "land_results_park_register"
YEAR = 2023
COUNT = 64
FILE_NAME = "park_register.sqlite"
TABLE = "gd_tz"

SCHEMA = f"""
CREATE TABLE {TABLE} (
    bh INTEGER PRIMARY KEY,      -- 编号
    dzjgh TEXT NOT NULL,         -- 电子监管号
    xmmc TEXT,                   -- 项目名称
    tdzl TEXT,                   -- 土地坐落
    mj_pfm TEXT,                 -- 面积（平方米）
    tdly TEXT,                   -- 土地来源
    tdyt TEXT,                   -- 土地用途
    gyfs TEXT,                   -- 供应方式
    synx INTEGER,                -- 使用年限
    hyfl TEXT,                   -- 行业分类
    tdjb TEXT,                   -- 土地级别
    cjj_yuan TEXT,               -- 成交价（元）
    syqr TEXT,                   -- 使用权人
    rjl_xx TEXT,                 -- 容积率下限
    rjl_sx TEXT,                 -- 容积率上限
    jdsj TEXT, kgsj TEXT, jgsj TEXT, sjkg TEXT, sjjg TEXT,
    pzjg TEXT,                   -- 批准机关
    qdrq TEXT,                   -- 签订日期
    gxsj TEXT NOT NULL           -- 更新时间
)
"""

Row = list[object]


def _day(day: dt.date | None) -> str | None:
    return day.strftime("%Y.%m.%d") if day else None


def _yuan(price: Decimal | None) -> str | None:
    return f"{price * 10000:,.2f}" if price is not None else None


def _row(serial: int, result: LandResult) -> Row:
    return [
        serial,
        result.number,
        result.project,
        result.location,
        f"{result.hectares * 10000:.2f}",
        result.land_source,
        result.use,
        result.method,
        result.term,
        result.industry,
        result.grade,
        _yuan(result.price),
        result.holder,
        result.plot_ratio_min or None,
        result.plot_ratio_max or None,
        _day(result.handover),
        _day(result.start),
        _day(result.completion),
        _day(result.started),
        _day(result.completed),
        result.approved_by,
        _day(result.signed),
        f"{result.signed.isoformat()} 17:30:00",
    ]


def make_rows() -> tuple[list[Row], list[PlantedFault]]:
    """The register's rows with their faults."""
    rng = random.Random("清水县工业园区土地台账")  # noqa: S311 - made data, no secret
    results = invent_results(rng, YEAR, COUNT)
    rows = [_row(serial, result) for serial, result in enumerate(results, start=1)]
    sold = [at for at, result in enumerate(results) if result.term]
    negative, region = sold[2], sold[6]
    rows[negative][11] = "-" + str(rows[negative][11])
    rows[region][1] = str(rows[region][1]).replace("620521", "620522", 1)
    faults = [
        planted("negative_price", SOURCE, FILE_NAME, f"line/{negative + 1}/cjj_yuan"),
        planted("other_county", SOURCE, FILE_NAME, f"line/{region + 1}/dzjgh"),
    ]
    return rows, faults


def write_register(folder: Path) -> list[PlantedFault]:
    """Write the database into the folder and return what was planted in it."""
    rows, faults = make_rows()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    path.unlink(missing_ok=True)
    marks = ", ".join("?" * len(rows[0]))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(SCHEMA)
        connection.executemany(f"INSERT INTO {TABLE} VALUES ({marks})", rows)  # noqa: S608
    return faults
