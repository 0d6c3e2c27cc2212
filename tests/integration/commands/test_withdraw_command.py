"""``gongkai withdraw`` as an operator uses it: plan, question, carrying out, what follows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.command_line import app
from flows.opened_site import open_site
from flows.withdrawal.carrying_out import withdraw
from schemas.message import Message

HEADER = "电子监管号,地块位置,面积(公顷),土地用途,供地方式,年限,成交价(万元),使用权人\n"
ROWS = (
    "6205212025B00011,清水县永清镇甲路1号,1.5,工业用地,挂牌出让,50,300,清水县甲公司\n",
    "6205212025B00022,清水县永清镇乙路2号,2.25,工业用地,挂牌出让,50,450.5,清水县秘密公司\n",
)
LAND = """\
dataset: land/land_supply_results
connector: {type: folder, path: inbox, glob: "*.csv"}
layout:
  reader: {type: delimited}
  mapping:
    supervision_number: 电子监管号
    location: 地块位置
    area_m2: 面积
    land_use_name: 土地用途
    supply_method: 供地方式
    term_years: {from: 年限, unit: a}
    price_cny: 成交价
    holder_name: 使用权人
load: full
"""
HOURLY = """\
dataset: environment/air_quality_hourly
connector: {type: folder, path: air, glob: "*.csv"}
layout:
  reader: {type: delimited}
  mapping:
    station_code: 站点
    station_name: 名称
    observed_at: {from: 时间, hour_label: end}
    pm25_ug_m3: {from: PM2.5, unit: ug/m3}
    pm10_ug_m3: {from: PM10, unit: ug/m3}
    so2_ug_m3: {from: SO2, unit: ug/m3}
    no2_ug_m3: {from: NO2, unit: ug/m3}
    co_mg_m3: {from: CO, unit: mg/m3}
    o3_ug_m3: {from: O3, unit: ug/m3}
load: full
"""
DAILY = """\
dataset: environment/air_quality_daily
connector: {type: release, dataset: air_quality_hourly}
load: full
"""
SITE = """\
format: 1
id: made
publisher:
  name: {zh: 试验县, en: Made county}
formats: [csv, parquet]
"""
DATASET = "land_supply_results"
SECRETS = ("6205212025B00022", "秘密公司", "乙路2号", "4505000")


def gongkai(*arguments: str, answer: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments), input=answer)
    return result.exit_code, result.output


def gongkai_json(*arguments: str) -> tuple[int, Any]:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    return result.exit_code, json.loads(result.stdout)


def public_text(site: Path) -> str:
    files = (one for one in sorted((site / "public").rglob("*")) if one.is_file())
    return "\n".join(
        one.read_text("utf-8") for one in files if one.suffix in (".csv", ".json", ".jsonl", ".xml")
    )


def held(site: Path) -> list[str]:
    text = public_text(site)
    return [one for one in SECRETS if one in text]


@pytest.fixture
def site(made_site: Any) -> Path:
    """A site with one released dataset of two rows."""
    made_site.write("gongkai.yml", SITE)
    made_site.source("bureau", LAND)
    made_site.write("inbox/results.csv", HEADER + "".join(ROWS))
    assert gongkai("run", "--site", str(made_site.folder))[0] == 0
    folder: Path = made_site.folder
    return folder


def options(site: Path, *more: str) -> list[str]:
    return [DATASET, "supervision_number=6205212025B00022", *more, "--site", str(site)]


def test_a_row_is_shown_asked_for_and_withdrawn(site: Path) -> None:
    assert held(site) == list(SECRETS)
    code, said = gongkai("withdraw", *options(site, "--reason", "出让合同被撤销", "--dry-run"))
    assert code == 0
    assert "版本 1" in said
    code, said = gongkai("withdraw", *options(site, "--reason", "出让合同被撤销"), answer="n\n")
    assert code == 1
    assert "没有改动" in said
    code, said = gongkai("withdraw", *options(site, "--reason", "出让合同被撤销"))
    assert code == 1
    assert "--yes" in said
    assert held(site) == list(SECRETS)
    code, said = gongkai(
        "withdraw",
        *options(site, "--reason", "出让合同被撤销", "--revoked-on", "2020-01-06"),
        answer="y\n",
    )
    assert code == 0, said
    assert held(site) == []
    assert "出让合同被撤销" in (site / "public/feed.xml").read_text("utf-8")
    code, states = gongkai_json("status", "--site", str(site))
    (state,) = states["withdrawals"]
    assert state["completed_at"] is not None
    assert state["is_late"]
    assert "三个工作日" in gongkai("status", "--site", str(site))[1]


def test_the_next_runs_count_it_and_bring_it_back_only_when_it_is_lifted(site: Path) -> None:
    assert gongkai("withdraw", *options(site, "--reason", "撤销", "--yes"))[0] == 0
    code, (outcome,) = gongkai_json("run", "--site", str(site))
    assert (code, outcome["state"]) == (0, "no_change")
    assert (outcome["rows_read"], outcome["rows_unchanged"]) == (2, 1)
    assert outcome["excluded_reasons"] == {"已撤回 / withdrawn": 1}
    code, (outcome,) = gongkai_json("run", "--site", str(site))
    assert (outcome["rows_excluded"], outcome["state"]) == (1, "no_change")
    assert "已撤回 1" in gongkai("run", "--site", str(site))[1]
    changed = ROWS[0].replace("300", "310")
    (site / "inbox/results.csv").write_text(HEADER + changed + ROWS[1].replace("450.5", "460.75"))
    code, (outcome,) = gongkai_json("run", "--site", str(site))
    assert outcome["state"] == "released"
    assert (outcome["rows_changed"], outcome["rows_excluded"]) == (1, 1)
    assert held(site) == []
    assert "4607500" not in public_text(site)
    code, said = gongkai("withdraw", *options(site, "--lift"))
    assert (code, "理由" in said) == (2, True)
    code, told = gongkai_json("withdraw", *options(site, "--lift", "--reason", "误撤"))
    assert (code, told["lifted"]) == (0, True)
    code, (outcome,) = gongkai_json("run", "--site", str(site))
    assert (outcome["state"], outcome["version"]) == ("released", 3)
    rows = [site / f"public/datasets/{DATASET}/{number}/{DATASET}.csv" for number in (1, 2, 3)]
    assert ["6205212025B00022" in one.read_text("utf-8") for one in rows] == [False, False, True]
    assert "4607500" in rows[2].read_text("utf-8")  # as the department gives it now
    assert gongkai("withdraw", *options(site, "--reason", "再次撤销", "--yes"))[0] == 0
    assert held(site) == []


def test_a_field_is_emptied(site: Path) -> None:
    arguments = options(site, "--field", "holder_name", "--reason", "涉及商业秘密", "--yes")
    code, told = gongkai_json("withdraw", *arguments)
    assert (code, told["fields"]) == (0, ["holder_name"])
    assert held(site) == ["6205212025B00022", "乙路2号", "4505000"]
    code, told = gongkai_json("withdraw", *arguments)  # told again: nothing is left to do
    assert (code, told["done"]) == (0, True)
    code, said = gongkai("withdraw", *options(site, "--reason", "全部撤销", "--yes"))
    assert code == 0, said
    assert held(site) == []


WRONG: tuple[tuple[tuple[str, ...], int, str], ...] = (
    ((), 2, "理由"),
    (("--reason", "撤销", "--json"), 2, "--yes"),
    (("--reason", "清水县秘密公司的合同被撤销", "--yes"), 2, "holder_name"),
    (("--reason", "4505000 元的合同被撤销", "--yes"), 2, "price_cny"),
    (("--reason", "撤销", "--field", "record_key", "--yes"), 2, "主键"),
    (("--reason", "撤销", "--field", "holder", "--yes"), 2, "没有字段"),
    (("--reason", "撤销", "--revoked-on", "2999-01-01", "--yes"), 2, "将来"),
    (("--reason", "撤销", "--lift"), 1, "没有这样的撤回"),
)


def test_wrong_use_changes_nothing(site: Path) -> None:
    for more, code, says in WRONG:
        found, said = gongkai("withdraw", *options(site, *more))
        assert (found, says in said) == (code, True), said
    where = ["--reason", "撤销", "--yes", "--site", str(site)]
    assert gongkai("withdraw", "nothing", "1", *where)[0] == 2
    assert gongkai("withdraw", DATASET, "0123456789abcdef0123456789abcdef", *where)[0] == 1
    assert gongkai("withdraw", DATASET, "supply_method=挂牌出让", *where)[0] == 2
    assert gongkai("withdraw", DATASET, "7", *where)[0] == 2
    assert held(site) == list(SECRETS)


def test_a_version_is_withdrawn_and_the_dataset_held(site: Path) -> None:
    code, told = gongkai_json(
        "withdraw", DATASET, "1", "--reason", "误发", "--yes", "--site", str(site)
    )
    assert (code, told["content_that_becomes_current"]) == (0, 0)
    pointer = json.loads((site / f"public/datasets/{DATASET}/versions.json").read_bytes())
    assert pointer["current"] is None
    assert held(site) == []
    code, (outcome,) = gongkai_json("run", "--site", str(site))
    assert (code, outcome["state"]) == (1, "held")
    assert gongkai("withdraw", DATASET, "1", "--lift", "--reason", "x", "--site", str(site))[0] == 1


TARGETS = """\
targets:
  - {{kind: object_storage, name: mirror, url: "file://{folder}/mirror"}}
  - {{kind: sql, name: analysts, url: "sqlite:///analysts.db"}}
"""


def test_targets_lose_it_too(made_site: Any) -> None:
    folder = made_site.folder
    made_site.write("gongkai.yml", SITE + TARGETS.format(folder=folder))
    made_site.source("bureau", LAND)
    made_site.write("inbox/results.csv", HEADER + "".join(ROWS))

    def holding() -> set[str]:
        files = [*(folder / "mirror").rglob("*"), *folder.glob("analysts.db*")]
        return {
            file.name
            for file in files
            if file.is_file() and any(one.encode() in file.read_bytes() for one in SECRETS)
        }

    assert gongkai("run", "--site", str(folder))[0] == 0
    assert {"analysts.db", f"{DATASET}.csv", f"{DATASET}.parquet"} <= holding()
    code, said = gongkai("withdraw", *options(folder, "--reason", "撤销", "--yes"))
    assert code == 0
    assert "mirror" in said
    assert holding() == set()


def hourly_site(made_site: Any, days: int) -> tuple[str, str]:
    """Hours of a station and the days computed from them; one hour has a strange value."""
    hours = [
        f"620521001,甲站,2026-03-0{day} {hour:02d}:00,{20 + hour},50,10,20,0.5,60\n"
        for day in range(1, days + 1)
        for hour in range(1, 24)
    ]
    hours[4] = hours[4].replace(",25,", ",931,")
    made_site.write("gongkai.yml", SITE)
    made_site.source("hourly", HOURLY)
    made_site.source("daily", DAILY)
    header = "站点,名称,时间,PM2.5,PM10,SO2,NO2,CO,O3\n"
    made_site.write("air/a.csv", header + "".join(hours))
    where = ("--site", str(made_site.folder))
    code, said = gongkai("run", *where)
    assert code == 0, said
    return where


STRANGE = ("air_quality_hourly", "pm25_ug_m3=931.0", "--reason", "仪器故障", "--yes")


def test_derived_datasets_lose_what_was_made_from_the_row(made_site: Any) -> None:
    where = hourly_site(made_site, days=8)
    before = made_site.released("air_quality_daily", 1)
    code, told = gongkai_json("withdraw", *STRANGE, *where)
    assert code == 0, json.dumps(told, ensure_ascii=False)[-1500:]
    (derived,) = told["derived"]
    assert derived["dataset"] == "air_quality_daily"
    assert [len(ids) for ids in derived["rows"].values()] == [1]
    assert made_site.released("air_quality_daily", 1).height == before.height - 1
    after = made_site.released("air_quality_daily", 2)
    assert after.height == before.height
    means = [frame.sort("date")["pm25_ug_m3"].to_list() for frame in (before, after)]
    assert means[0][0] > means[1][0]
    assert means[0][1:] == means[1][1:]
    code, states = gongkai_json("status", *where)
    assert [one["completed_at"] is not None for one in states["withdrawals"]] == [True]


def test_a_derived_version_that_a_killed_process_left_is_rid_of_it_too(made_site: Any) -> None:
    """Its folder stands in its place, and the pointer does not name it yet."""
    hourly_site(made_site, days=8)
    pointer = made_site.folder / "public/datasets/air_quality_daily/versions.json"
    before = made_site.released("air_quality_daily", 1)
    pointer.write_text(json.dumps({"current": None, "versions": []}))
    with open_site(made_site.folder, repaired=False) as opened:  # it was killed while we waited
        reason = Message("仪器故障", "a faulty instrument")
        assert withdraw(opened, STRANGE[0], [STRANGE[1]], [], reason=reason).is_done
    assert made_site.released("air_quality_daily", 1).height == before.height - 1
    assert made_site.released("air_quality_daily", 2).height == before.height


def test_a_derived_dataset_that_does_not_follow_is_said(made_site: Any) -> None:
    """One day of two loses its primary pollutant: the gate asks a person first."""
    where = hourly_site(made_site, days=2)
    code, said = gongkai("withdraw", *STRANGE, *where)
    assert code == 1
    assert "尚未完成" in said
    assert made_site.released("air_quality_daily").height == 1
    assert "尚未跟上" in gongkai("status", *where)[1]
    assert gongkai("run", "daily", "--accept", "REL-03", *where)[0] == 0
    assert made_site.released("air_quality_daily").height == 2
    code, states = gongkai_json("status", *where)
    assert [one["completed_at"] is not None for one in states["withdrawals"]] == [True]
    assert gongkai("withdraw", *STRANGE, *where)[0] == 0
    version = ("air_quality_hourly", "1", "--reason", "误发", "--yes", *where)
    code, told = gongkai_json("withdraw", *version)
    assert (code, told["done"]) == (1, False)
    assert told["derived_versions"] == {"air_quality_daily": [1, 2]}
    for number in ("1", "2"):  # versions made from a withdrawn version are told, not taken
        following = ("air_quality_daily", number, "--reason", "误发", "--yes", *where)
        assert gongkai("withdraw", *following)[0] == 0
    code, told = gongkai_json("withdraw", *version)
    assert (code, told["done"]) == (0, True)
    assert "均已撤回" in gongkai("run", "daily", *where)[1]
