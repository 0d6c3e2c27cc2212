"""The command line as an operator uses it: words, JSON, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.command_line import app

CSV = (
    "电子监管号,地块位置,面积(公顷),土地用途,供地方式,年限,成交价(万元),使用权人\n"
    "6205212025B00011,清水县永清镇甲路1号,1.5,工业用地,挂牌出让,50,300,清水县甲公司\n"
    "6205212025B00022,清水县永清镇乙路2号,2.25,工业用地,挂牌出让,50,450.5,张三\n"
    "6205212025B00033,清水县白驼镇丙路3号,0,工业用地,挂牌出让,50,90,清水县丙公司\n"
)
SOURCE = """\
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
RUN_KEYS = {
    "source", "dataset", "state", "version", "rows_read", "rows_new", "rows_changed",
    "rows_unchanged", "rows_quarantined", "rows_dropped", "rows_duplicate", "rows_superseded",
    "rows_excluded", "findings", "message",
}  # fmt: skip
FINDING_KEYS = {
    "finding_id", "run", "dataset", "source", "rule", "severity", "column", "row_key", "value",
    "locator", "snapshot", "message_zh", "message_en", "action_zh", "action_en",
}  # fmt: skip


def gongkai(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def gongkai_json(*arguments: str) -> tuple[int, Any]:
    code, output = gongkai(*arguments, "--json")
    return code, json.loads(output)


@pytest.fixture
def land_site(made_site: Any) -> str:
    """A site with one small source of land results; its third row has no area."""
    made_site.source("bureau", SOURCE)
    made_site.write("inbox/results.csv", CSV)
    return str(made_site.folder)


def test_check_says_that_nothing_is_wrong(land_site: str) -> None:
    code, output = gongkai("check", "--site", land_site)
    assert code == 0
    assert "没有问题" in output


@pytest.mark.parametrize(
    ("wrong", "right", "line", "says"),
    [
        ("load: full", "", 1, "load"),
        ("load: full", "load: everything", 17, "full"),
        ("load: full", "load: partition", 17, "没有分区"),
        ("load: full", "load: full\nlod: full", 18, "load"),
        ("area_m2: 面积", "area: 面积", 11, "没有字段"),
        ("area_m2: 面积", "area_m2: {from: 面积, unit: 平房米}", 11, "单位"),
        ("area_m2: 面积", "area_m2: {from: 面积, unit: CNY}", 11, "换算"),
        ("    area_m2: 面积\n", "", 8, "area_m2"),
        ("area_m2: 面积", "unit_price_cny_per_m2: 面积", 11, "计算"),
        ("type: folder", "type: floppy", 5, "type"),
        ("land/land_supply_results", "land/parking", 4, "数据集"),
        ("reader: {type: delimited}", "reader: {type: delimited, encodng: x}", 7, "encoding"),
        ("load: full", "load: full\nschedule: {cron: '0 25 * * *'}", 18, ""),
    ],
)
def test_check_refuses_with_file_line_and_sentence(
    made_site: Any, wrong: str, right: str, line: int, says: str
) -> None:
    made_site.source("bureau", SOURCE.replace(wrong, right))

    code, problems = gongkai_json("check", "--site", str(made_site.folder))

    assert code == 2
    assert problems
    first = problems[0]
    assert first["file"].endswith("sources/bureau.yml")
    told = [item for item in problems if says in item["message_zh"]]
    assert told, problems
    assert line in [item["line"] for item in problems]
    assert told[0]["message_en"]


def test_a_wrong_rule_is_refused_with_its_line(made_site: Any) -> None:
    text = (Path("schemas/datasets/land/land_transfer_notices.yml")).read_text(encoding="utf-8")
    made_site.write(
        "datasets/land/land_transfer_notices.yml",
        text.replace("{start: published_on,", "{start: published_at,"),
    )
    code, problems = gongkai_json("check", "--site", str(made_site.folder))
    assert code == 2
    assert "published_at" in problems[0]["message_zh"]
    assert problems[0]["line"] > 100


def test_a_wrong_file_keeps_everything_from_running(made_site: Any) -> None:
    made_site.source("bureau", SOURCE.replace("load: full", "load: everything"))
    code, output = gongkai("run", "--site", str(made_site.folder))
    assert code == 2
    assert "sources/bureau.yml:" in output
    assert "Traceback" not in output


def test_run_releases_and_tells(land_site: str) -> None:
    code, outcomes = gongkai_json("run", "--site", land_site)

    assert code == 0
    assert set(outcomes[0]) >= RUN_KEYS
    assert outcomes[0]["state"] == "released"
    assert (outcomes[0]["rows_read"], outcomes[0]["rows_new"]) == (3, 2)
    assert outcomes[0]["rows_quarantined"] == 1
    assert set(outcomes[0]["findings"]) == {"critical", "error", "warning"}

    code, found = gongkai_json("findings", "--site", land_site)
    assert code == 0
    assert all(set(item) >= FINDING_KEYS for item in found)
    area = next(item for item in found if item["rule"] == "LND-01")
    assert area["locator"] == "line 4 column 3"
    assert area["row_key"] == "6205212025B00033"
    assert area["severity"] == "error"


def test_the_second_run_says_no_change(land_site: str) -> None:
    gongkai("run", "--site", land_site)
    code, outcomes = gongkai_json("run", "--site", land_site)
    assert code == 0
    assert outcomes[0]["state"] == "no_change"
    assert outcomes[0]["rows_unchanged"] == 2
    assert outcomes[0]["version"] == 1


def test_a_changed_value_makes_a_version_with_a_diff(land_site: str, made_site: Any) -> None:
    gongkai("run", "--site", land_site)
    made_site.write("inbox/results.csv", CSV.replace("450.5", "451"))

    code, outcomes = gongkai_json("run", "--site", land_site)

    assert code == 0
    assert (outcomes[0]["state"], outcomes[0]["version"]) == ("released", 2)
    assert (outcomes[0]["rows_changed"], outcomes[0]["rows_unchanged"]) == (1, 1)
    _, found = gongkai_json("diff", "land_supply_results", "--site", land_site)
    changed = {item["field"]: (item["old"], item["new"]) for item in found["changes"]}
    assert changed["price_cny"] == ("4505000.00", "4510000.00")
    assert found["rows_changed"] == 1


def test_explain_walks_back_to_the_cell(land_site: str) -> None:
    gongkai("run", "--site", land_site)
    code, found = gongkai_json(
        "explain", "supervision_number=6205212025B00022", "--site", land_site
    )
    assert code == 0
    places = {item["field"]: item["locator"] for item in found["values"]}
    assert places["area_m2"] == "line 3 column 3"
    assert found["file"] == "results.csv"
    by_id = gongkai_json("explain", found["row_id"], "--site", land_site)[1]
    assert by_id["values"] == found["values"]
    holder = next(item for item in found["values"] if item["field"] == "holder_name")
    assert holder["value"] == "张*"


def test_explain_by_several_values(land_site: str) -> None:
    gongkai("run", "--site", land_site)
    first = gongkai_json("explain", "supervision_number=6205212025B00022", "--site", land_site)[1]
    values = {item["field"]: item["value"] for item in first["values"]}
    given = [f"{name}={values[name]}" for name in ("supervision_number", "record_key")]
    assert gongkai_json("explain", *given, "--site", land_site)[1]["row_id"] == first["row_id"]
    code, output = gongkai("explain", given[0], "record_key=nobody", "--site", land_site)
    assert code == 1
    assert "nobody" in output
    code, output = gongkai("explain", "land_use_scheme=GB/T 21010-2017", "--site", land_site)
    assert code == 1
    assert "record_key=" in output


def test_explain_of_an_unknown_row_says_so(land_site: str) -> None:
    gongkai("run", "--site", land_site)
    code, output = gongkai("explain", "supervision_number=nobody", "--site", land_site)
    assert code == 1
    assert "没有行" in output
    assert "Traceback" not in output


def test_rollback_makes_a_version_and_a_hold_until_lifted(land_site: str, made_site: Any) -> None:
    gongkai("run", "--site", land_site)
    made_site.write("inbox/results.csv", CSV.replace("450.5", "451"))
    gongkai("run", "--site", land_site)

    code, done = gongkai_json(
        "rollback", "land_supply_results", "1", "--reason", "价格有误", "--site", land_site
    )

    assert code == 0
    assert done == {"dataset": "land_supply_results", "version": 3, "content_of": 1}
    prices = made_site.released("land_supply_results").get_column("price_cny").to_list()
    assert sorted(map(str, prices)) == ["3000000.00", "4505000.00"]
    code, outcomes = gongkai_json("run", "--force", "--site", land_site)
    assert outcomes[0]["state"] == "held"
    assert code == 1
    _, state = gongkai_json("status", "--site", land_site)
    assert state["holds"][0]["dataset"] == "land_supply_results"
    gongkai("rollback", "land_supply_results", "--lift", "--site", land_site)
    code, outcomes = gongkai_json("run", "--force", "--site", land_site)
    assert (code, outcomes[0]["state"], outcomes[0]["version"]) == (0, "released", 4)


def test_rollback_without_a_reason_is_refused(land_site: str) -> None:
    gongkai("run", "--site", land_site)
    code, output = gongkai("rollback", "land_supply_results", "1", "--site", land_site)
    assert code == 2
    assert "--reason" in output


def test_replay_needs_no_file_any_more(land_site: str, made_site: Any) -> None:
    gongkai("run", "--site", land_site)
    (made_site.folder / "inbox/results.csv").unlink()
    made_site.source("bureau", SOURCE + "mapping: {land_grade: {constant: 一级}}\n")

    code, outcomes = gongkai_json("replay", "bureau", "--site", land_site)

    assert code == 0, outcomes[0]["message"]
    assert outcomes[0]["state"] == "released"
    assert outcomes[0]["rows_changed"] == 2


def test_a_sudden_drop_is_held_until_it_is_accepted(land_site: str, made_site: Any) -> None:
    gongkai("run", "--site", land_site)
    lines = CSV.splitlines(keepends=True)
    made_site.write("inbox/results.csv", "".join(lines[:2]))

    code, outcomes = gongkai_json("run", "--site", land_site)
    assert (code, outcomes[0]["state"]) == (1, "held")
    assert "REL-02" in outcomes[0]["message"]
    assert "--accept" in outcomes[0]["message"]
    assert made_site.released("land_supply_results").height == 2

    code, outcomes = gongkai_json(
        "run", "--accept", "REL-02", "--accept", "REL-04", "--site", land_site
    )
    assert (code, outcomes[0]["state"]) == (0, "released")
    assert made_site.released("land_supply_results").height == 1


def test_try_shows_and_writes_nothing(made_site: Any) -> None:
    made_site.source("bureau", SOURCE)
    file = made_site.write("elsewhere/results.csv", CSV.replace("使用权人\n", "使用权人,备注\n", 1))
    before = sorted(str(path) for path in made_site.folder.rglob("*"))

    code, trial = gongkai_json(
        "try", "bureau", "--file", str(file), "--site", str(made_site.folder)
    )

    assert code == 1  # the rows lack the cell of 备注: three of three
    assert trial["held"]
    assert sorted(str(path) for path in made_site.folder.rglob("*")) == before


def test_unused_columns_are_shown(made_site: Any) -> None:
    made_site.source("bureau", SOURCE)
    lines = CSV.splitlines()
    wide = "\n".join([lines[0] + ",备注", *(line + ",无" for line in lines[1:])]) + "\n"
    file = made_site.write("elsewhere/results.csv", wide)
    code, trial = gongkai_json(
        "try", "bureau", "--file", str(file), "--site", str(made_site.folder)
    )
    assert code == 0
    assert trial["unconsumed_columns"] == ["备注"]


def test_an_unknown_source_is_named_with_the_known_ones(land_site: str) -> None:
    code, output = gongkai("run", "nobody", "--site", land_site)
    assert code == 2
    assert "bureau" in output


def test_outside_a_site_the_commands_say_so(tmp_path: Path) -> None:
    code, output = gongkai("status", "--site", str(tmp_path))
    assert code == 2
    assert "gongkai init" in output


def test_an_unknown_severity_is_wrong_use(land_site: str) -> None:
    code, _ = gongkai("findings", "--severity", "bad", "--site", land_site)
    assert code == 2


def test_a_dataset_that_is_not_public_is_never_released(made_site: Any) -> None:
    text = Path("schemas/datasets/land/land_supply_results.yml").read_text(encoding="utf-8")
    made_site.write(
        "datasets/land/land_supply_results.yml",
        text.replace("{attribute: proactive}", "{attribute: not_public, reason: R15B}"),
    )
    made_site.source("bureau", SOURCE)
    made_site.write("inbox/results.csv", CSV)

    code, outcomes = gongkai_json("run", "--site", str(made_site.folder))

    assert code == 1
    assert outcomes[0]["state"] == "refused"
    assert "R15B" in outcomes[0]["message"]
    assert not (made_site.folder / "public" / "datasets").exists()


def test_init_lays_out_a_site_that_checks(tmp_path: Path) -> None:
    folder = tmp_path / "county"
    code, _ = gongkai("init", str(folder), "--name", "某县人民政府", "--division", "620521")
    assert code == 0
    assert gongkai("check", "--site", str(folder))[0] == 0
    code, output = gongkai("init", str(folder), "--name", "某县人民政府")
    assert code == 2
    assert "已经有" in output


def test_a_failed_fetch_ends_as_failed_and_keeps_what_was_released(
    land_site: str, made_site: Any
) -> None:
    gongkai("run", "--site", land_site)
    made_site.write("inbox/results.csv", "")
    code, outcomes = gongkai_json("run", "--site", land_site)
    assert code == 1
    assert outcomes[0]["state"] in ("failed", "partial", "held")
    assert outcomes[0]["message"]
    assert made_site.released("land_supply_results").height == 2


def test_backfill_cuts_one_release_at_the_end(land_site: str, made_site: Any) -> None:
    made_site.source("bureau", SOURCE.replace("load: full", "load: upsert"))
    code, outcomes = gongkai_json(
        "backfill", "bureau", "--from", "2026-01-01", "--to", "2026-01-03", "--site", land_site
    )
    assert code == 0
    assert [item["logical_date"] for item in outcomes] == ["2026-01-01", "2026-01-02", "2026-01-03"]
    assert made_site.versions("land_supply_results")["current"] == 1
    code, again = gongkai_json(
        "backfill", "bureau", "--from", "2026-01-01", "--to", "2026-01-03", "--site", land_site
    )
    assert (code, again) == (0, [])


def test_english_is_complete_beside_chinese(land_site: str) -> None:
    code, output = gongkai("run", "--site", land_site, "--language", "en")
    assert code == 0
    assert "[released] bureau" in output
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in output)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("try", "bureau", "--file", "nowhere.csv"), "文件不存在"),
        (("rollback", "land_supply_results", "9", "--reason", "x"), "没有版本 9"),
        (("diff", "land_supply_results", "1", "7"), "没有版本 7"),
        (("status", "--language", "fr"), "zh-CN | en"),
        (("serve", "--port", "99999"), "65535"),
    ],
)
def test_wrong_use_ends_with_2_and_a_sentence(
    land_site: str, arguments: tuple[str, ...], says: str
) -> None:
    gongkai("run", "--site", land_site)
    code, output = gongkai(*arguments, "--site", land_site)
    assert (code, says in output) == (2, True), output
    assert "程序内部错误" not in output


def test_a_second_site_in_one_place_and_a_wrong_division_are_wrong_use(
    land_site: str, tmp_path: Path
) -> None:
    assert gongkai("init", land_site, "--name", "某县", "--division", "620521")[0] == 2
    code, output = gongkai("init", str(tmp_path / "new"), "--name", "某县", "--division", "62")
    assert (code, "这里是 6 位数字" in output) == (2, True), output


def test_a_replay_of_a_run_that_never_was_says_so(land_site: str) -> None:
    gongkai("run", "--site", land_site)
    code, outcomes = gongkai_json(
        "replay", "bureau", "--run", "20260101T000000-0", "--site", land_site
    )
    assert (code, outcomes[0]["state"]) == (1, "failed")
    assert "20260101T000000-0" in outcomes[0]["message"]
    assert "请先运行" not in outcomes[0]["message"]
