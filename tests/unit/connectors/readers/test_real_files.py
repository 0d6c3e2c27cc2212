"""Real department files. Expected values were read with other programs, or are computed here by
libraries that the readers do not use for the format."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine

from connectors.readers import read
from schemas.message import UnreadableFileError
from schemas.raw_table import RawTable, locate
from schemas.reader_options import (
    DelimitedReader,
    HtmlLabelReader,
    HtmlTableReader,
    JsonReader,
    ReaderOptions,
    SpreadsheetReader,
)

pytestmark = pytest.mark.real_data

CSV = DelimitedReader(type="delimited")
SHEET = SpreadsheetReader(type="spreadsheet")


def tables(path: Path, options: ReaderOptions) -> list[RawTable]:
    return list(read(path, options, name=path.name))


def table(path: Path, options: ReaderOptions) -> RawTable:
    (only,) = tables(path, options)
    assert only.problems == ()
    return only


def column(raw: RawTable, name: str) -> list[str | None]:
    assert raw.columns is not None
    return raw.cells[str(raw.columns.index(name))].to_list()


def test_xls_with_an_empty_header_cell(real_data: Path) -> None:
    raw = table(real_data / "land/landchina_2007年01月.xls", SHEET)
    assert raw.cells.shape == (91, 20)
    assert raw.cells.row(0)[8:11] == ("行业分类", None, "土地级别")
    assert raw.cells.row(1)[:5] == (
        "江华瑶族自治县",
        "4311292007B00552",
        "王氏食品厂",
        "江华工业园区工业大道北侧",
        "0.714700",
    )
    assert raw.cells.row(1)[16:18] == ("Nah", "\xa0")
    assert locate(raw.container, raw.scheme, 2, 1) == "sheet1!B2"
    assert sum(cell == "Nah" for row in raw.cells.rows() for cell in row) == 106


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("landchina_2007年01月.xls", (91, 20)),
        ("landchina_supply_results_2016_small.xls", (324, 28)),
    ],
)
def test_xls_agrees_with_calamine(real_data: Path, name: str, shape: tuple[int, int]) -> None:
    path = real_data / "land" / name
    raw = table(path, SHEET)
    assert raw.cells.shape == shape
    sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    mine = [[cell or "" for cell in row] for row in raw.cells.rows()]
    assert mine == sheet.to_python(skip_empty_area=False)


def test_xlsx_agrees_with_openpyxl(real_data: Path) -> None:
    rows = {}
    for path in [
        *(real_data / "environment").glob("*.xlsx"),
        *(real_data / "procurement").glob("*.xlsx"),
    ]:
        raw = table(path, SHEET)
        other = openpyxl.load_workbook(path).active
        expected = [
            tuple(None if cell is None else str(cell) for cell in row)
            for row in other.iter_rows(values_only=True)
        ]
        assert raw.cells.rows() == expected
        rows[path.name] = raw.cells.height
    assert rows["water_info_北京市.xlsx"] == 18
    assert rows["ccgp_shandong_procurement_intentions.xlsx"] == 80


def test_budget_workbooks_with_merged_headers(real_data: Path) -> None:
    folder = real_data / "budgets"
    old = folder / "putuo_2026_unit_budget_blank_official_template.xls"
    with pytest.raises(UnreadableFileError, match="单位收支总表"):
        tables(old, SHEET)
    named = SpreadsheetReader(type="spreadsheet", sheets=("单位收支总表", "/三公/"))
    first, second = tables(old, named)
    assert first.cells.row(0)[0] == "2026年预算单位财务收支预算总表"
    assert (first.positions[1], first.cells.row(1)[6]) == (4, "单位：元")
    assert second.cells.row(1)[6] == "单位:万元"
    trailing = SpreadsheetReader(
        type="spreadsheet", sheets=("部门国有资本经营预算拨款表",)
    )  # the file's own name ends with a blank
    new = folder / "putuo_2026_dept_budget_blank_official_template.xlsx"
    (state,) = tables(new, trailing)
    other = openpyxl.load_workbook(new)[state.container]
    assert state.cells.row(state.positions.to_list().index(9))[0] == str(other["A9"].value) == "223"
    merged = next(area for area in other.merged_cells.ranges if area.size["columns"] > 1)
    row = state.cells.row(state.positions.to_list().index(merged.min_row))
    assert set(row[merged.min_col - 1 : merged.max_col]) == {
        str(other.cell(merged.min_row, merged.min_col).value)
    }


def test_pipe_separated_text(real_data: Path) -> None:
    path = real_data / "land/landchina_results_pipe.txt"
    raw = table(path, DelimitedReader(type="delimited", delimiter="|"))
    lines = path.read_text().splitlines()
    assert raw.cells.rows() == [tuple(line.split("|")) for line in lines]
    assert raw.cells.shape == (31, 29)
    with pytest.raises(UnreadableFileError, match=r"'\|'"):
        tables(path, CSV)


@pytest.mark.parametrize(
    ("name", "encoding", "shape"),
    [
        ("environment/PRSA_Data_Changping_20130301-20170228.csv", "utf-8", (35_065, 18)),
        ("environment/PRSA_Data_Dongsi_20130301-20170228.csv", "utf-8", (35_065, 18)),
        ("procurement/shenzhen_gov_emall_categories.csv", "gb18030", (190, 2)),
        ("procurement/shenzhen_gov_emall_goods_201805121254.csv", "gb18030", (23_061, 4)),
        ("international/fdp_madrid_spending_2012_2015.csv", "utf-8", (20_218, 12)),
        ("international/taiwan_central_budget_2018.csv", "utf-8", (1_152, 9)),
        ("reference_codes/landchina_district_tree.csv", "utf-8", (3_464, 4)),
    ],
)
def test_csv_agrees_with_the_csv_module(
    real_data: Path, name: str, encoding: str, shape: tuple[int, int]
) -> None:
    path = real_data / name
    raw = table(path, CSV)
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file)
        expected = [tuple(row) for row in reader if row]
    assert raw.cells.rows() == expected
    assert raw.cells.shape == shape


def test_prsa_missing_values_stay_text(real_data: Path) -> None:
    raw = table(real_data / "environment/PRSA_Data_Changping_20130301-20170228.csv", CSV)
    first = ("1", "2013", "3", "1", "0", "3", "6", "13", "7", "300", "85", "-2.3", "1020.8")
    assert raw.cells.row(1) == (*first, "-19.7", "0", "E", "0.5", "Changping")
    assert sum((raw.cells[name] == "NA").sum() for name in raw.cells.columns) == 5_166


def test_two_arrays_one_after_the_other(real_data: Path) -> None:
    path = real_data / "land/landchina_supply_results.json"
    with pytest.raises(UnreadableFileError, match="concatenated"):
        tables(path, JsonReader(type="json"))
    details, listed = tables(path, JsonReader(type="json", form="concatenated"))
    assert (details.cells.height, listed.cells.height) == (203, 38)
    assert details.problems == listed.problems == ()
    text = path.read_text(encoding="gb18030")
    first, second = text.split("\n][\n")
    expected: list[dict[str, Any]] = json.loads(first + "]")
    assert column(details, "idnumber") == [record["idnumber"] for record in expected]
    assert column(details, "time4completion_reality")[0] == " "
    assert column(details, "paid_plan/1")[0] == '["2019年01月30日","10484.0000"]'
    assert column(listed, "serial_number") == [
        record["serial_number"] for record in json.loads("[" + second)
    ]
    assert listed.columns is not None
    assert locate(listed.container, listed.scheme, 0, 0, listed.columns[0]) == (
        "document 2/0/serial_number"
    )


def test_geojson_of_stations(real_data: Path) -> None:
    path = real_data / "environment/cnemc_national_stations_airnow_latest.geojson"
    raw = table(path, JsonReader(type="json", records="/features"))
    features = json.loads(path.read_text())["features"]
    assert raw.cells.height == len(features) == 1_495
    assert column(raw, "properties/aqi") == [feature["properties"]["aqi"] for feature in features]
    assert column(raw, "properties/pm10").count("-;") == 273
    assert column(raw, "properties/aqi").count("-;") == 20
    assert column(raw, "geometry/coordinates")[0] == "[116.366,39.8673]"
    assert locate(raw.container, raw.scheme, 17, 2, "properties/aqi") == (
        "/features/17/properties/aqi"
    )


def test_api_replies(real_data: Path) -> None:
    folder = real_data / "procurement"
    raw = table(
        folder / "ggzy_gov_cn_api_sample.json", JsonReader(type="json", records="/data/records")
    )
    assert raw.cells.height == 20
    assert column(raw, "informationType")[0] == "0203"
    assert column(raw, "deadline")[0] is None
    for number in range(1, 6):
        details = table(
            folder / f"ggzy_gov_cn_details_batch_{number}.json", JsonReader(type="json")
        )
        assert details.cells.height == 10


def test_land_result_table_with_notes_below(real_data: Path) -> None:
    file = real_data / "land/county_html_table__jinhua_jinxi_land_result.html"
    (raw,) = read(file, HtmlTableReader(type="html_tables"), name=file.name)
    # the lone cell of 备注: the layout excludes the row, and what is said of it goes with it
    assert [(one.rule, one.row) for one in raw.problems] == [("READ-02", 4)]
    assert raw.cells.rows() == [
        ("地块编号", "地块位置", "土地面积(公顷)", "土地用途", "出让年限", "成交价(万元)",
         "受让单位"),
        ("金西东区D-003-02号", "金西东区琳湖街东侧", "0.3918", "工业用地", "50", "176.31",
         "金华市海纳工具有限公司"),
        ("土地使用条件：", *["详见《建设用地规划条件书》"] * 6),
        ("备注：", *[None] * 6),
    ]  # fmt: skip
    assert locate(raw.container, raw.scheme, 2, 2) == "table 1 row 2 cell 3"


def test_parcel_notice_of_labels(real_data: Path) -> None:
    raw = table(
        real_data / "land/county_html_table__zhoushan_dinghai_parcel_notice.html",
        HtmlLabelReader(type="html_labels"),
    )
    assert raw.columns is not None
    found = dict(zip(raw.columns, raw.cells.row(0), strict=True))
    assert len(raw.columns) == len(found) == 18
    assert found["宗地编号"] == "定海区招拍挂地块SF-2016-001号"
    assert found["宗地面积"] == "45097平方米"
    assert found["建筑限高(米)"] == ""
    assert found["保证金"] == "1113万元"
    assert found["现状土地条件"] == "交地时现状为净地"
    assert found["挂牌截止时间"] == "2016年03月07日16时00分"
    assert found["备注"] is not None
    assert found["备注"].startswith("1、本宗地商务办公")
    assert raw.places[0, raw.columns.index("保证金")] == "table 1 row 4 cell 4"


def test_contract_page_with_header_cells(real_data: Path) -> None:
    raw = table(
        real_data / "procurement/ggzy_gov_cn_detail_b_sample.html",
        HtmlLabelReader(type="html_labels"),
    )
    assert raw.columns == (
        "采购人名称",
        "中标（成交）供应商名称",
        "合同金额",
        "合同期限",
        "合同签署时间",
    )
    assert raw.cells.row(0)[2:] == ("0元 人民币", "年", "2026-03-17 00:32:09")


def test_saved_list_page_of_layout_tables(real_data: Path) -> None:
    path = real_data / "land/landchina_list_page_gb2312_saved.html"
    with pytest.raises(UnreadableFileError, match="签订日期"):
        tables(path, HtmlTableReader(type="html_tables"))


def test_pdf_is_refused_by_name(real_data: Path) -> None:
    path = real_data / "budgets/putuo_finance_bureau_2025_dept_budget.pdf"
    for options in (SHEET, CSV, JsonReader(type="json"), HtmlTableReader(type="html_tables")):
        with pytest.raises(UnreadableFileError, match="PDF"):
            tables(path, options)
