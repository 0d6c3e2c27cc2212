"""``gongkai new source``: what is proposed for files of each form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import department_files as files
import pytest
from typer.testing import CliRunner

from flows.command_line import app
from schemas.definitions import load_definitions

SITE = """\
format: 1
id: qs
publisher:
  name: {zh: 清水县, en: Qingshui}
  division_code: "620521"
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "gongkai.yml").write_text(SITE, encoding="utf-8")
    return folder


def run(site: Path, file: Path, *more: str, code: int | None = None) -> dict[str, Any]:
    given = ["new", "source", "--from", str(file), "--site", str(site), "--json", *more]
    result = CliRunner().invoke(app, given)
    if code is not None:
        assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def certain(made: dict[str, Any]) -> dict[str, Any]:
    return {one["field"]: one["mapping"] for one in made["mapping"] if one["certain"]}


def uncertain(made: dict[str, Any]) -> dict[str, Any]:
    return {one["field"]: one["mapping"] for one in made["mapping"] if not one["certain"]}


def checks(site: Path) -> int:
    return CliRunner().invoke(app, ["check", "--site", str(site)]).exit_code


# -- delimited text -------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
def test_delimited_text(site: Path, tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = files.land_csv(tmp_path / "land results.csv", encoding, delimiter)
    made = run(site, file, code=0)
    assert made["dataset"] == "land_supply_results"
    assert made["reader"]["delimiter"] == delimiter
    expected = {"utf-8-sig": "utf-8", "utf-16": "auto"}.get(encoding, encoding)
    assert made["reader"]["encoding"] == expected
    assert certain(made) == files.LAND_MAPPING
    assert made["unused_columns"] == ["序号"]
    assert made["unmapped_required"] == []
    assert (made["trial"]["rows_read"], made["trial"]["rows_good"]) == (12, 12)
    assert made["trial"]["rows"][0]["area_m2"] == "12500.00"
    assert made["trial"]["rows"][0]["price_cny"] == "105000.00"
    assert made["source"] == "land_results"
    assert checks(site) == 0


def test_columns_without_a_field_are_a_comment_and_a_finding(site: Path, tmp_path: Path) -> None:
    made = run(site, files.land_csv(tmp_path / "land.csv", "gb18030"))
    assert "# ignore: [序号]" in made["yaml"]
    assert made["trial"]["unconsumed_columns"] == ["序号"]
    source = load_definitions(site).sources["land"].model
    assert source.ignore == ()


def test_big5_is_proposed_only_for_confirmation(site: Path, tmp_path: Path) -> None:
    rows = "\r\n".join(f"6205212024B000{n:02d},永清鎮{n}號,{n}.5" for n in range(10, 40))
    file = tmp_path / "traditional.csv"
    file.write_bytes(f"電子監管號,土地坐落,面積(公頃)\r\n{rows}\r\n".encode("big5"))
    result = CliRunner().invoke(
        app, ["new", "source", "--from", str(file), "--site", str(site), "--dry-run"]
    )
    assert result.exit_code == 1
    assert "Traceback" not in result.output


# -- workbooks ------------------------------------------------------------------------------------


def test_merged_header_with_notes_and_totals(site: Path, tmp_path: Path) -> None:
    file = files.merged_header_xls(tmp_path / "供地结果.xls")
    made = run(site, file, code=0)
    assert made["source"] == "land_supply_results_1"
    assert made["reader"]["sheets"] == ["2024年供地结果"]
    assert certain(made) == {
        "supervision_number": "电子监管号",
        "location": "土地坐落",
        "area_m2": "面积",
        "plot_ratio_min": "约定容积率/下限",
        "plot_ratio_max": "约定容积率/上限",
        "price_cny": "成交价款",
    }
    layout = load_definitions(site).sources["land_supply_results_1"].model.layout
    assert not isinstance(layout, str)
    assert layout is not None
    assert layout.table.header.rows == 2
    assert layout.table.header.starts_at is None
    assert [one.reason.zh for one in layout.table.exclude] == ["合计行"]
    assert layout.table.ends_before == "^(注|填表人)"
    assert made["trial"]["rows_good"] == 10
    assert made["trial"]["excluded_reasons"] == {"合计行": 1, "表尾之后的说明": 2}
    assert made["trial"]["rows"][0]["area_m2"] == "2500.00"


def test_times_without_a_year_and_dashes(site: Path, tmp_path: Path) -> None:
    made = run(site, files.water_xlsx(tmp_path / "water.xlsx"), code=0)
    assert made["dataset"] == "surface_water_quality"
    assert certain(made) == {
        "province_name": "省",
        "section_name": "监测断面",
        "observed_at": {"from": "监测时间", "date_format": "MM-DD HH:mm"},
        "water_temperature_c": "水温",
        "ph": "pH值",
        "ammonia_nitrogen_mg_l": "氨氮",
        "turbidity_ntu": "浑浊度",
    }
    assert made["missing_texts"] == [
        {"text": "--", "count": 3, "columns": ["氨氮"], "declared": True}
    ]
    assert "“--”出现 3 处（氨氮）" in made["yaml"]
    assert "# as_of:" in made["yaml"]


# -- pages ----------------------------------------------------------------------------------------


def test_table_of_a_page(site: Path, tmp_path: Path) -> None:
    made = run(site, files.result_page(tmp_path / "result.html"), code=1)
    assert made["dataset"] == "land_transfer_notices"
    assert made["reader"]["type"] == "html_tables"
    assert made["reader"]["tables"] == []
    assert "宗地编号" in made["reader"]["containing"]
    assert certain(made) == {
        "parcel_number": "宗地编号",
        "location": "宗地位置",
        "area_m2": "出让面积",
        "price_cny": "成交金额",
        "winner_name": "竞得人",
    }
    # nothing in the file says these: a person has to, and check says so
    assert made["unmapped_required"] == ["notice_kind", "notice_number"]
    assert [one["message_zh"].count("必填字段") for one in made["problems"]] == [1, 1]
    assert made["trial"] is None
    assert checks(site) == 2


def test_filling_in_what_was_open_makes_it_run(site: Path, tmp_path: Path) -> None:
    page = files.result_page(tmp_path / "result.html")
    made = run(site, page)
    path = Path(made["path"])
    text = path.read_text(encoding="utf-8")
    text = text.replace(
        "# ? notice_kind: {constant: transfer_notice}", "notice_kind: {constant: result_publicity}"
    )
    path.write_text(text.replace("# ? notice_number", "notice_number"), encoding="utf-8")
    assert checks(site) == 0
    result = CliRunner().invoke(
        app, ["try", made["source"], "--file", str(page), "--site", str(site), "--json"]
    )
    tried = json.loads(result.stdout)
    assert (tried["rows_good"], tried["rows_excluded"]) == (5, 1)
    assert tried["rows"][0]["area_m2"] == "1918.00"


def test_labels_and_values(site: Path, tmp_path: Path) -> None:
    made = run(site, files.label_page(tmp_path / "notice.html"), code=1)
    assert made["reader"]["type"] == "html_labels"
    assert certain(made) == {
        "parcel_number": "地块编号",
        "area_m2": "出让面积",
        "plot_ratio_min": {"from": "规划容积率", "bound": "lower"},
        "plot_ratio_max": {"from": "规划容积率", "bound": "upper"},
        "starting_price_cny": "起拍价",
        "deposit_cny": "竞买保证金",
    }
    # neither the label nor "≥30" says per cent
    assert uncertain(made) == {
        "green_ratio_percent": {"from": "绿地率", "bound": "only", "unit": "percent"}
    }


def test_layout_that_exists_is_named(site: Path, tmp_path: Path) -> None:
    page = tmp_path / "公示.html"
    page.write_text(
        "<table><tr><td>地块编号</td><td>地块位置</td><td>土地面积(公顷)</td><td>土地用途</td>"
        "<td>出让年限</td><td>成交价(万元)</td><td>受让单位</td></tr>"
        "<tr><td>QS-1</td><td>永清镇</td><td>0.39</td><td>工业用地</td><td>50</td><td>17.5</td>"
        "<td>清水县某某有限公司</td></tr><tr><td>备注：</td></tr></table>",
        encoding="utf-8",
    )
    made = run(site, page, "--id", "results", code=0)
    assert made["layout"] == "land_result_table"
    assert "layout: land_result_table" in made["yaml"]
    assert "mapping:" not in made["yaml"]
    assert "出让年限" not in made["yaml"]
    assert "term_years: a" in made["yaml"]  # what the layout declares by itself is said
    assert made["trial"]["rows_good"] == 1


def test_layout_of_the_site_is_found_too(site: Path, tmp_path: Path) -> None:
    (site / "layouts").mkdir()
    (site / "layouts" / "our_land.yml").write_text(
        "format: 1\nid: our_land\ntitle: {zh: 本县供地表, en: Our land}\n"
        "reader: {type: delimited, encoding: gb18030}\nmapping:\n"
        + "".join(f"  {name}: {column}\n" for name, column in files.LAND_MAPPING.items())
        + "ignore: [序号]\n",
        encoding="utf-8",
    )
    made = run(site, files.land_csv(tmp_path / "land.csv", "gb18030"), code=0)
    assert made["layout"] == "our_land"
    # the same titles in another encoding are no fit: the layout would not read them
    again = run(site, files.land_csv(tmp_path / "other.csv", "utf-8", "|"), code=0)
    assert again["layout"] is None


# -- documents ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "records"), [("document", "/data/rows"), ("lines", ""), ("concatenated", "")]
)
def test_json(site: Path, tmp_path: Path, form: str, records: str) -> None:
    made = run(site, files.api_json(tmp_path / "api.json", form), "--dry-run", code=1)
    assert made["reader"]["form"] == form
    assert made["reader"]["records"] == records
    fields = certain(made)
    assert fields["supervision_number"] == "dzBaBh"
    assert fields["record_id"] == "gdGuid"
    assert fields["contract_signed_on"] == "qdRq"
    # no unit anywhere: never guessed, so the line waits for a person
    assert uncertain(made)["area_m2"] == {"from": "gyMj", "unit": "m2"}
    assert "# ? area_m2: {from: gyMj, unit: m2}" in made["yaml"]
    assert made["unused_columns"] == ["gyMj", "czr"]
    excluded = "另一种结构的记录" in made["yaml"]
    assert excluded == (form == "concatenated")


def test_xml(site: Path, tmp_path: Path) -> None:
    made = run(site, files.records_xml(tmp_path / "reply.xml"), "--dry-run", code=1)
    assert made["reader"] == {"type": "xml", "records": "reply/rows/row"}
    assert certain(made)["location"] == "tdZl"


def test_geojson(site: Path, tmp_path: Path) -> None:
    file = files.stations_geojson(tmp_path / "air.geojson")
    made = run(site, file, "--dry-run", code=1)
    assert made["dataset"] == "air_quality_hourly"
    assert made["reader"]["records"] == "/features"
    assert certain(made)["longitude"]["extract"].startswith("^\\[")
    assert "observed_at" in made["unmapped_required"]  # start or end of the hour: nobody knows
    assert made["missing_texts"][0] == {
        "text": "-;",
        "count": 5,
        "columns": ["properties/pm2_5"],
        "declared": True,
    }
    said = run(site, file, "--dry-run", "--hour-label", "end", code=0)
    assert certain(said)["observed_at"] == {"from": "properties/time_point", "hour_label": "end"}
    assert said["trial"]["rows"][0]["longitude"] == pytest.approx(106.1)
    assert said["trial"]["rows"][0]["latitude"] == pytest.approx(34.7)


def test_archive(site: Path, tmp_path: Path) -> None:
    member = files.land_csv(tmp_path / "land.csv", "gb18030")
    made = run(site, files.zipped(tmp_path / "land.zip", member), code=0)
    assert 'members: "*.csv"' in made["yaml"]
    assert certain(made) == files.LAND_MAPPING
    assert made["trial"]["rows_good"] == 12


# -- times over columns ---------------------------------------------------------------------------


def test_hours_that_run_to_24_are_ends(site: Path, tmp_path: Path) -> None:
    made = run(site, files.hours_csv(tmp_path / "hours.csv", range(1, 25)), code=0)
    assert certain(made)["observed_at"] == {
        "template": "{年}-{月}-{日} {时}:00",
        "hour_label": "end",
    }
    assert certain(made)["station_code"] == "点位编码"
    assert made["trial"]["rows_good"] == 48


def test_hours_that_run_to_23_are_left_to_a_person(site: Path, tmp_path: Path) -> None:
    file = files.hours_csv(tmp_path / "hours.csv", range(24))
    made = run(site, file, "--dry-run", code=1)
    assert "observed_at" in uncertain(made)
    said = run(site, file, "--hour-label", "start", code=0)
    assert certain(said)["observed_at"]["hour_label"] == "start"


# -- refusals -------------------------------------------------------------------------------------


def refused(site: Path, *given: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["new", "source", "--site", str(site), *given])
    assert "Traceback" not in result.output
    return result.exit_code, result.output


NOTICE = "一、项目编号：P1\n三、中标信息\n供应商名称：兰州甲科技有限公司\n中标金额：10元\n"


def test_page_of_a_procurement_notice(site: Path, tmp_path: Path) -> None:
    lines = "".join(f"<p>{line}</p>" for line in NOTICE.split("\n"))
    file = tmp_path / "t1.html"
    file.write_text(f"<html><body><h2>某校空调采购成交公告</h2>{lines}</body></html>", "utf-8")

    made = run(site, file, code=0)

    assert made["dataset"] == "procurement_awards"
    [written] = (site / "sources").glob("*.yml")
    text = written.read_text(encoding="utf-8")
    assert "layout: procurement_award_notices" in text
    assert checks(site) == 0


def test_records_of_procurement_notices(site: Path, tmp_path: Path) -> None:
    file = tmp_path / "notices.json"
    record = {
        "id": "a",
        "title": "某校空调采购成交公告",
        "content": NOTICE,
        "url": "https://e.cn/a",
    }
    file.write_text(json.dumps({"data": [record]}, ensure_ascii=False), encoding="utf-8")

    made = run(site, file, code=0)

    assert made["dataset"] == "procurement_awards"
    [written] = (site / "sources").glob("*.yml")
    text = written.read_text(encoding="utf-8")
    assert "layout: procurement_award_notices" in text
    assert "records: /data" in text
    assert "text: [content]" in text
    assert checks(site) == 0


def test_nothing_is_overwritten(site: Path, tmp_path: Path) -> None:
    file = files.land_csv(tmp_path / "land.csv", "utf-8")
    run(site, file, "--id", "land", code=0)
    path = site / "sources" / "land.yml"
    path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    code, told = refused(site, "--from", str(file), "--id", "land")
    assert code == 2
    assert "已存在" in told
    assert path.read_text(encoding="utf-8").endswith("# mine\n")
    # without --id another name is found
    assert run(site, file, code=0)["source"] == "land_2"


def test_dry_run_writes_nothing(site: Path, tmp_path: Path) -> None:
    before = sorted(site.rglob("*"))
    made = run(site, files.land_csv(tmp_path / "land.csv", "utf-8"), "--dry-run", code=0)
    assert made["written"] is False
    assert made["trial"]["rows_good"] == 12
    assert sorted(site.rglob("*")) == before


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("--from", "no such file.csv"), 2),
        (("--from", "{land}", "--dataset", "no_such_dataset"), 2),
        (("--from", "{land}", "--dataset", "air_quality_daily"), 2),
        (("--from", "{land}", "--id", "Land Results"), 2),
        (("--from", "{land}", "--hour-label", "middle"), 2),
        (("--from", "{land}", "--site", "{nowhere}"), 2),
        (("--from", "{empty}"), 1),
        (("--from", "{pdf}"), 1),
        (("--from", "{prose}"), 1),
        (("--from", "{other}"), 1),
    ],
)
def test_refusals_are_sentences(
    site: Path, tmp_path: Path, given: tuple[str, ...], code: int
) -> None:
    known = {
        "land": files.land_csv(tmp_path / "land.csv", "utf-8"),
        "nowhere": tmp_path / "nowhere",
        "empty": tmp_path / "empty.csv",
        "pdf": tmp_path / "report.xlsx",
        "prose": tmp_path / "prose.html",
        "other": tmp_path / "other.csv",
    }
    known["nowhere"].mkdir()
    known["empty"].write_bytes(b"")
    known["pdf"].write_bytes(b"%PDF-1.7\n")
    known["prose"].write_text("<html><body><p>没有表格</p></body></html>", encoding="utf-8")
    known["other"].write_text("颜色,形状\n红,圆\n蓝,方\n", encoding="utf-8")
    filled = [text.format(**known) for text in given]
    found, told = refused(site, *filled)
    assert found == code, told
    assert told.strip()
    assert not (site / "sources").exists()


def test_aliases_of_the_site_are_known(site: Path, tmp_path: Path) -> None:
    file = tmp_path / "land.csv"
    file.write_text(
        "本县统一编号,坐落,面积(亩)\n6205212024B00001,永清镇,3\n6205212024B00002,红堡镇,6\n",
        encoding="utf-8",
    )
    land = ("--dry-run", "--dataset", "land/land_supply_results")
    before = run(site, file, *land)
    assert "supervision_number" not in certain(before)
    (site / "vocab").mkdir()
    (site / "vocab" / "field_aliases.csv").write_text(
        "field,alias\nsupervision_number,本县统一编号\n", encoding="utf-8"
    )
    after = run(site, file, *land, code=0)
    assert certain(after)["supervision_number"] == "本县统一编号"
    assert after["trial"]["rows"][0]["area_m2"] == "2000.00"


# -- real files -----------------------------------------------------------------------------------


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("pattern", "layout"),
    [
        ("land/*jinxi*.html", "land_result_table"),
        ("land/*dinghai*.html", "land_notice_labels"),
        ("land/landchina_20*.xls", "landchina_results_monthly"),
        ("land/*pipe.txt", "landchina_results_pipe"),
        ("land/*results.json", "landchina_results_json"),
        ("land/*small.xls", "landchina_results_export"),
        ("environment/PRSA*.csv", "air_station_history_csv"),
        ("environment/*.geojson", "cnemc_airnow_geojson"),
        ("environment/water_info_*.xlsx", "national_surface_water_xlsx"),
    ],
)
def test_real_files_are_recognised(site: Path, real_data: Path, pattern: str, layout: str) -> None:
    found = sorted(real_data.glob(pattern))
    assert found
    for file in found:
        made = run(site, file, "--dry-run")
        assert made["layout"] == layout
        assert made["problems"] == []
        assert made["trial"]["rows_good"] > 0
        assert made["unused_columns"] == []
