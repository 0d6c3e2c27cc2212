"""The departments' files: the same bytes every time, and the faults where the list says."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlrd
from lxml import html
from stdnum.cn import ric, uscc

from examples.qingshui import make_files as making
from examples.qingshui.department_files import (
    air_quality,
    faults,
    land_market_api,
    land_register,
    land_yearly_rows,
    names,
    surface_water,
)
from examples.qingshui.department_files.air_index import published_index
from examples.qingshui.department_files.faults import PlantedFault

EXAMPLE = Path(making.__file__).parent


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[PlantedFault]]:
    folder = tmp_path_factory.mktemp("made")
    return folder, making.make_files(folder)


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_another_process_makes_the_same_bytes(
    made: tuple[Path, list[PlantedFault]], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "examples.qingshui.make_files", "--out", str(tmp_path)]
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "America/New_York"}
    subprocess.run(command, check=True, env=environment, cwd=EXAMPLE.parent.parent)
    (tmp_path / making.FAULTS_FILE).unlink()
    again = _hashes(tmp_path)
    assert again == _hashes(made[0])
    assert len(again) == 47


def test_the_committed_list_of_faults_is_the_one_made(
    made: tuple[Path, list[PlantedFault]],
) -> None:
    committed = (EXAMPLE / making.FAULTS_FILE).read_text(encoding="utf-8")
    assert committed == making.faults_as_json(made[1])


def test_the_readme_shows_the_table_of_faults(made: tuple[Path, list[PlantedFault]]) -> None:
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    shown = readme.partition(making.TABLE_BEGINS)[2].partition(making.TABLE_ENDS)[0]
    assert shown == faults.as_markdown(made[1])


def test_documenting_replaces_the_table_only(
    made: tuple[Path, list[PlantedFault]], tmp_path: Path
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"a\n{making.TABLE_BEGINS}old\n{making.TABLE_ENDS}z\n", encoding="utf-8")
    making.document(made[1][:1], tmp_path)
    table = faults.as_markdown(made[1][:1])
    assert readme.read_text(encoding="utf-8") == (
        f"a\n{making.TABLE_BEGINS}{table}{making.TABLE_ENDS}z\n"
    )
    assert (tmp_path / making.FAULTS_FILE).read_text(encoding="utf-8").count('"kind"') == 1


def test_every_kind_of_fault_is_planted(made: tuple[Path, list[PlantedFault]]) -> None:
    assert {fault.kind for fault in made[1]} == set(faults.fault_kinds())
    for fault in made[1]:
        assert fault.effect in faults.EFFECT_NAMES_ZH
        assert bool(fault.rule) == bool(fault.severity)


def _of(made: tuple[Path, list[PlantedFault]], kind: str) -> list[PlantedFault]:
    return [fault for fault in made[1] if fault.kind == kind]


def _sheet(made: tuple[Path, list[PlantedFault]]) -> xlrd.sheet.Sheet:
    path = made[0] / making.INBOX / "land_results" / land_yearly_rows.FILE_NAME
    return xlrd.open_workbook(path, formatting_info=True).sheet_by_name(land_yearly_rows.SHEET)


def _row_number(fault: PlantedFault) -> int:
    found = re.search(r"!([A-Z]*)(\d+)$", fault.locator)
    assert found
    return int(found[2])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("area_zero", 0.0),
        ("term_80_years", 80.0),
        ("area_in_words", "以实测为准"),
        ("allocated_with_price", 36.5),
        ("plot_ratio_exchanged", "2.20"),
        ("unknown_land_use", "康养小镇用地"),
        ("person_alone", names.PEOPLE[0]),
        ("persons_joined", "、".join(names.PEOPLE[1:4])),
        ("placeholder_date", "1901年01月02日"),
    ],
)
def test_the_workbook_holds_the_fault_in_its_cell(
    made: tuple[Path, list[PlantedFault]], kind: str, expected: object
) -> None:
    fault = _of(made, kind)[0]
    column = "ABCDEFGHIJKLMNOPQRSTUV".index(fault.locator.rpartition("!")[2][0])
    assert _sheet(made).cell_value(_row_number(fault) - 1, column) == expected


def test_the_workbook_looks_like_a_departments_one(
    made: tuple[Path, list[PlantedFault]],
) -> None:
    sheet = _sheet(made)
    assert (2, 3, 13, 15) in sheet.merged_cells  # 约定容积率 above 下限 and 上限
    assert (2, 4, 0, 1) in sheet.merged_cells  # 序号 over both header rows
    total = _row_number(_of(made, "total_row")[0]) - 1
    assert sheet.cell_value(total, 0) == "合计"
    areas = [sheet.cell_value(row, 4) for row in range(4, total)]
    numbers = [area for area in areas if isinstance(area, float)]
    assert sheet.cell_value(total, 4) == pytest.approx(sum(numbers), abs=1e-4)
    assert [sheet.cell_value(row, 0) for row in range(4, total)] == list(range(1, total - 3))
    assert str(sheet.cell_value(total + 1, 0)).startswith("注：")


def test_keys_that_clash_repeat_or_amend(made: tuple[Path, list[PlantedFault]]) -> None:
    sheet = _sheet(made)
    rows = [sheet.row_values(_row_number(fault) - 1) for fault in _of(made, "two_prices")]
    assert rows[0][1] == rows[1][1]
    assert rows[0][11] != rows[1][11]
    again = sheet.row_values(_row_number(_of(made, "same_row_again")[0]) - 1)
    same = [sheet.row_values(row)[1:] == again[1:] for row in range(4, sheet.nrows - 4)]
    assert same.count(True) == 2
    base = sheet.row_values(_row_number(_of(made, "amended_contract")[0]) - 1)[1]
    assert f"{base}-1" in sheet.col_values(1)


def test_personal_numbers_are_found_by_their_rules_and_belong_to_nobody(
    made: tuple[Path, list[PlantedFault]],
) -> None:
    sheet = _sheet(made)
    place = sheet.cell_value(_row_number(_of(made, "identity_number")[0]) - 1, 3)
    number = re.search(r"\d{17}[\dX]", place)
    assert number is not None
    assert ric.is_valid(number[0])
    place = sheet.cell_value(_row_number(_of(made, "mobile_number")[0]) - 1, 3)
    assert re.search(r"(?<!\d)154\d{8}(?!\d)", place)  # 154 is not given out


def test_records_of_the_interface_hold_the_faults(
    made: tuple[Path, list[PlantedFault]],
) -> None:
    path = made[0] / making.SERVED / "api" / land_market_api.FILE_NAME
    records = json.loads(path.read_text(encoding="utf-8"))
    wanted = {
        "shop_50_years": "50",
        "impossible_day": "2024-02-30 00:00:00",
        "sold_for_nothing": "0.0000",
    }
    for kind, value in wanted.items():
        (fault,) = _of(made, kind)
        page = int(re.search(r"第 (\d+) 页", fault.file)[1])  # type: ignore[index]
        _, _, _, place, key = fault.locator.split("/")
        assert records[(page - 1) * land_market_api.PAGE_SIZE + int(place)][key] == value


def test_credit_codes_are_right_in_both_checks(made: tuple[Path, list[PlantedFault]]) -> None:
    path = made[0] / making.SERVED / "api" / land_market_api.FILE_NAME
    codes = {record["srrXydm"] for record in json.loads(path.read_text(encoding="utf-8"))} - {""}
    assert len(codes) > 50
    for code in codes:
        assert uscc.is_valid(code)
        assert names.organization_check(code[8:16]) == code[16]
    # a known good one of the facts
    assert names.credit_code_check("91620521MA71AB3C2") == "W"
    assert names.organization_check("01394712") == "1"


def test_the_register_holds_the_faults(made: tuple[Path, list[PlantedFault]]) -> None:
    path = made[0] / making.DATABASE / land_register.FILE_NAME
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            f"SELECT dzjgh, cjj_yuan FROM {land_register.TABLE} ORDER BY bh"
        ).fetchall()
    assert len(rows) == land_register.COUNT
    negative, foreign = (
        int(_of(made, kind)[0].locator.split("/")[1]) - 1
        for kind in ("negative_price", "other_county")
    )
    assert [index for index, row in enumerate(rows) if (row[1] or "").startswith("-")] == [negative]
    assert [index for index, row in enumerate(rows) if not row[0].startswith("620521")] == [foreign]


def _csv_rows(path: Path, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding=encoding))))


def test_the_countys_hours_run_from_one_to_twenty_four(
    made: tuple[Path, list[PlantedFault]],
) -> None:
    paths = sorted((made[0] / making.INBOX / "air").glob("*.csv"))
    assert [path.name[-10:-4] for path in paths] == ["202602", "202603"]
    days = 0
    for path in paths:
        with pytest.raises(UnicodeDecodeError):
            path.read_bytes().decode("utf-8")
        rows = _csv_rows(path, "gb18030")[1:]
        assert {row[3] for row in rows} == {str(hour) for hour in range(1, 25)}
        assert any(row[2].endswith("-01") and row[3] == "24" for row in rows)
        assert any("NA" in row for row in rows)
        days += len(rows) // (24 * len(air_quality.COUNTY_STATIONS))
    assert days == air_quality.DAYS


@pytest.mark.parametrize(
    ("kind", "column", "expected"),
    [
        ("carbon_in_micrograms", 9, "120"),
        ("negative_concentration", 7, "-4"),
        ("doubled_point", 6, "12..5"),
        ("stuck_value", 7, "13"),
    ],
)
def test_the_stations_file_holds_the_fault_in_its_line(
    made: tuple[Path, list[PlantedFault]], kind: str, column: int, expected: str
) -> None:
    planted = _of(made, kind)
    assert len(planted) == (6 if kind == "stuck_value" else 1)
    for fault in planted:
        rows = _csv_rows(made[0] / making.INBOX / "air" / fault.file, "gb18030")
        found = re.fullmatch(r"line (\d+) column (\d+)", fault.locator)
        assert found
        assert int(found[2]) == column
        assert rows[int(found[1]) - 1][column - 1] == expected


def test_one_row_has_a_cell_too_many(made: tuple[Path, list[PlantedFault]]) -> None:
    (fault,) = _of(made, "extra_cell")
    rows = _csv_rows(made[0] / making.INBOX / "air" / fault.file, "gb18030")
    wide = [line for line, row in enumerate(rows, start=1) if len(row) != len(rows[0])]
    assert [f"line {line}" for line in wide] == [fault.locator]


def _station_series(rows: list[list[str]], station: str, column: int) -> list[str]:
    return [row[column] for row in rows if row[0] == station]


def test_no_value_is_stuck_but_the_planted_one(made: tuple[Path, list[PlantedFault]]) -> None:
    stuck = []
    rows: list[list[str]] = []
    for path in sorted((made[0] / making.INBOX / "air").glob("*.csv")):
        rows += _csv_rows(path, "gb18030")[1:]
    for station, _ in air_quality.COUNTY_STATIONS:
        for column in range(4, 10):
            series = _station_series(rows, station, column)
            for at in range(len(series) - 3):
                window = set(series[at : at + 4])
                if len(window) == 1 and window != {"NA"}:
                    stuck.append((station, column, series[at]))
    assert stuck == [("620521002", 6, "13")] * 3


def test_fine_dust_is_above_coarse_only_where_planted(
    made: tuple[Path, list[PlantedFault]],
) -> None:
    above = 0
    for path in (made[0] / making.INBOX / "air").glob("*.csv"):
        for row in _csv_rows(path, "gb18030")[1:]:
            fine, coarse = row[4], row[5]
            if fine.isdigit() and coarse.isdigit() and int(fine) > int(coarse):
                above += 1
    assert above == 1


def test_the_city_platform_labels_the_start_of_hours(
    made: tuple[Path, list[PlantedFault]],
) -> None:
    path = made[0] / making.SERVED / "air" / air_quality.CITY_FILE
    rows = _csv_rows(path, "utf-8-sig")
    assert {len(row) for row in rows} == {11}
    assert any("," in row[10] for row in rows)  # pollutants that tie
    assert rows[1][2] == "2026-02-01 00:00"
    assert rows[-1][2] == "2026-03-31 23:00"
    assert len(rows) == 1 + 24 * air_quality.DAYS
    levels = {int(row[9]) for row in rows[1:] if row[9] != "NA"}
    assert min(levels) <= 50
    assert max(levels) > 150


def test_the_city_platform_is_wrong_only_where_planted(
    made: tuple[Path, list[PlantedFault]],
) -> None:
    path = made[0] / making.SERVED / "air" / air_quality.CITY_FILE
    wrong = []
    for line, row in enumerate(_csv_rows(path, "utf-8-sig")[1:], start=2):
        values = {
            item: None if text == "NA" else Decimal(text)
            for item, text in zip(air_quality.ITEMS, row[3:9], strict=True)
        }
        index, pollutants = published_index(values, dt.date.fromisoformat(row[2][:10]))
        if row[9] != ("NA" if index is None else str(index)):
            wrong.append(f"line {line} column 10")
        if row[10] != (pollutants or "—"):
            wrong.append(f"line {line} column 11")
    assert wrong == [
        fault.locator for kind in ("wrong_index", "wrong_pollutant") for fault in _of(made, kind)
    ]


def test_water_files_have_no_year_and_one_spans_new_year(
    made: tuple[Path, list[PlantedFault]],
) -> None:
    path = made[0] / making.INBOX / "water" / "清水县水质实时数据_20260101.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book[surface_water.SHEET]
    times = [str(cell.value) for cell in sheet["D"][1:]]
    assert times[0] == "12-31 12:00"
    assert times[-1] == "01-01 08:00"
    assert len(times) == 120
    assert {cell.data_type for cell in sheet["G"]} == {"s"}
    assert book.properties.created == surface_water.CREATED
    (fault,) = _of(made, "ph_15")
    assert sheet[fault.locator.partition("!")[2]].value == "15.2"


def test_notices_say_the_area_in_square_metres_and_results_in_hectares(
    made: tuple[Path, list[PlantedFault]],
) -> None:
    folder = made[0] / making.SERVED / "tdsc"
    notice = html.fromstring((folder / "crgg_001.html").read_text(encoding="utf-8"))
    texts = [cell.text_content().strip() for cell in notice.iter("td")]
    area = texts[texts.index("宗地面积：") + 1]
    result = html.fromstring((folder / "jggs_001.html").read_text(encoding="utf-8"))
    (table,) = result.iter("table")
    first = [cell.text_content().strip() for cell in table[0][1]]
    assert area.endswith("平方米")
    assert float(area.removesuffix("平方米")) == pytest.approx(float(first[2]) * 10000, rel=0.01)
    assert [cell.get("rowspan") for cell in table[0][1]][-2:] == ["3", "3"]


def test_no_price_is_below_its_starting_price(made: tuple[Path, list[PlantedFault]]) -> None:
    folder = made[0] / making.SERVED / "tdsc"
    starting: dict[str, float] = {}
    for path in folder.glob("crgg_*.html"):
        page = html.fromstring(path.read_text(encoding="utf-8"))
        texts = [cell.text_content().strip() for cell in page.iter("td")]
        price = texts[texts.index("起始价：") + 1].removesuffix("万元")
        starting[texts[texts.index("宗地编号：") + 1]] = float(price)
    sold = 0
    for path in sorted(folder.glob("jggs_*.html")):
        (table,) = html.fromstring(path.read_text(encoding="utf-8")).iter("table")
        for row in table[0][1:-2]:
            cells = [cell.text_content().strip() for cell in row]
            assert float(cells[6]) >= starting[cells[0]]
            sold += 1
    assert sold == 12
