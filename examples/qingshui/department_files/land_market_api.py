"""Records of the provincial land market, as its JSON interface gives them, page by page."""

from __future__ import annotations

import datetime as dt
import json
import random
import uuid
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from examples.qingshui.department_files import names
from examples.qingshui.department_files.faults import PlantedFault, planted
from examples.qingshui.department_files.land_parcels import LandResult, invent_results

SOURCE = "land_results_market_api"
YEAR = 2024
COUNT = 90
PAGE_SIZE = 40
FILE_NAME = "land_market_results.json"
API_PATH = "/api/land/result/list"
EMPTY_DATE = "1900-01-01 00:00:00"

Record = dict[str, Any]


def _moment(day: dt.date | None) -> str:
    return f"{day.isoformat()} 00:00:00" if day else EMPTY_DATE


def _land_source(result: LandResult) -> str:
    """The market gives an area: all of the parcel = existing land, 0 = new land, else reserve."""
    if result.land_source == "现有建设用地":
        return f"{result.hectares:.6f}"
    return "0.000000" if result.land_source == "新增建设用地" else ""


def _record(result: LandResult, rng: random.Random) -> Record:
    identity = uuid.UUID(int=rng.getrandbits(128), version=4)
    return {
        "gdGuid": str(identity),
        "xzqDm": names.COUNTY_CODE,
        "xzqFullName": "甘肃省天水市清水县",
        "dzBaBh": result.number,
        "xmMc": result.project,
        "tdZl": result.location,
        "gyMj": f"{result.hectares:.6f}",
        "tdLy": _land_source(result),
        "tdYt": result.use,
        "gyFs": result.method,
        "crNx": str(result.term or ""),
        "hyFl": result.industry,
        "tdJb": result.grade,
        "je": f"{result.price:.4f}" if result.price is not None else "0.0000",
        "srr": result.holder,
        "srrXydm": names.credit_code(rng) if result.term else "",
        "minRjl": result.plot_ratio_min,
        "maxRjl": result.plot_ratio_max,
        "jdSj": _moment(result.handover),
        "dgSj": _moment(result.start),
        "jgSj": _moment(result.completion),
        "sjDgSj": _moment(result.started),
        "sjJgSj": _moment(result.completed),
        "pzJg": result.approved_by,
        "qdRq": _moment(result.signed),
    }


def _place(kind: str, index: int, key: str = "") -> PlantedFault:
    """The fault in one value of a record, or in the whole: each page is a file of its own."""
    page, place = divmod(index, PAGE_SIZE)
    pointer = f"/data/rows/{place}" + (f"/{key}" if key else "")
    return planted(kind, SOURCE, f"{API_PATH} 第 {page + 1} 页", pointer)


def make_records() -> tuple[list[Record], list[PlantedFault]]:
    """All records of the year with their faults."""
    rng = random.Random("甘肃土地市场")  # noqa: S311 - made data, no secret
    results = invent_results(rng, YEAR, COUNT)
    shops = [at for at, result in enumerate(results) if result.use == "零售商业用地"]
    sold = [at for at, result in enumerate(results) if result.term and at not in shops]
    too_long, person = shops[0], shops[1]
    no_day, free = sold[3], sold[9]
    common = Counter(result.use for result in results if result.term).most_common(1)[0][0]
    # enough parcels of the most common use are sold for it to have a median price
    huge = next(at for at in sold[10:] if results[at].use == common)
    results[too_long] = replace(results[too_long], term=50)
    results[person] = replace(results[person], holder=names.PEOPLE[4], project="个人建房")
    results[free] = replace(results[free], price=Decimal(0))
    results[huge] = replace(results[huge], price=(results[huge].price or Decimal(0)) * 10000)
    records = [_record(result, rng) for result in results]
    records[no_day]["qdRq"] = f"{YEAR}-02-30 00:00:00"
    faults = [
        _place("shop_50_years", too_long, "crNx"),
        _place("person_alone", person, "srr"),
        _place("impossible_day", no_day, "qdRq"),
        _place("sold_for_nothing", free, "je"),
        _place("price_in_yuan", huge),
    ]
    return records, faults


def write_records(folder: Path) -> list[PlantedFault]:
    """Write what the departments' server serves page by page; return what was planted."""
    records, faults = make_records()
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(records, ensure_ascii=False, indent=1)
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return faults
