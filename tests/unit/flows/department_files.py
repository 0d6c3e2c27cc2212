"""Small files in the forms departments use, made for the tests of proposals."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import xlwt

LAND_TITLES = ("序号", "电子监管号", "宗地坐落", "供地方式", "成交价款(万元)", "供地面积(公顷)")
LAND_ROWS = [
    (
        str(number),
        f"6205212024B0{number:04d}",
        f"永清镇第{number}号地",
        "挂牌出让" if number % 2 else "划拨",
        f"{number * 10}.50",
        f"{number}.25",
    )
    for number in range(1, 13)
]
LAND_MAPPING = {
    "supervision_number": "电子监管号",
    "location": "宗地坐落",
    "supply_method": "供地方式",
    "price_cny": "成交价款",
    "area_m2": "供地面积",
}


def land_csv(path: Path, encoding: str, delimiter: str = ",", titles: Sequence[str] = ()) -> Path:
    """A plain table of land supply results; ``titles`` are lines above it."""
    lines = [*titles, delimiter.join(LAND_TITLES), *map(delimiter.join, LAND_ROWS)]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def merged_header_xls(path: Path) -> Path:
    """An .xls as bureaus make it: title, unit note, two merged header rows, total and notes below,
    and a second sheet with instructions."""
    book = xlwt.Workbook()
    guide = book.add_sheet("填表说明")
    for row, text in enumerate(("一、本表由自然资源局填报。", "二、面积保留两位小数。")):
        guide.write(row, 0, text)
    sheet = book.add_sheet("2024年供地结果")
    sheet.write_merge(0, 0, 0, 6, "2024年国有建设用地供应结果一览表")
    sheet.write(1, 0, "填报单位：清水县自然资源局")
    sheet.write(1, 6, "单位：公顷、万元")
    for column, title in ((0, "序号"), (1, "电子监管号"), (2, "土地坐落"), (3, "面积(公顷)")):
        sheet.write_merge(2, 3, column, column, title)
    sheet.write_merge(2, 2, 4, 5, "约定容积率")
    sheet.write(3, 4, "下限")
    sheet.write(3, 5, "上限")
    sheet.write_merge(2, 3, 6, 6, "成交价款(万元)")
    for number in range(1, 11):
        row = 3 + number
        cells = (number, f"6205212024B0{number:04d}", f"永清镇{number}号", number / 4)
        for column, value in enumerate((*cells, "1.0", "2.5", number * 12.5)):
            sheet.write(row, column, value)
    sheet.write(14, 0, "合计")
    sheet.write(14, 3, 13.75)
    sheet.write(14, 6, 687.5)
    sheet.write_merge(15, 15, 0, 6, "注：面积为合同约定面积。")
    sheet.write(16, 0, "填表人：某某")
    book.save(str(path))
    return path


def water_xlsx(path: Path) -> Path:
    """Readings whose times have no year and whose gaps are dashes, under titles of our own."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["省", "监测断面", "监测时间", "水温(℃)", "pH值", "氨氮(mg/L)", "浑浊度(NTU)"])
    for hour in range(8):
        gap = "--" if hour % 3 == 0 else "0.12"
        sheet.append(["甘肃省", "牛头河口", f"02-04 {hour:02d}:00", "3.1", "8.1", gap, "12.0"])
    book.save(path)
    return path


def result_page(path: Path) -> Path:
    """A page with a menu table and a table of results with remarks inside and below."""
    rows = "".join(
        f"<tr><td>QS-2024-{n}</td><td>永清镇{n}号</td><td>0.{n}918</td><td>{n}00.5</td>"
        "<td>清水县某某建设有限公司</td></tr>"
        for n in range(1, 6)
    )
    path.write_text(
        "<html><head><meta charset=utf-8><title>公示</title></head><body>"
        "<table><tr><td>首页</td><td>政务公开</td></tr><tr><td>通知</td><td>互动</td></tr></table>"
        "<table><tr><td>宗地编号</td><td>宗地位置</td><td>出让面积(公顷)</td>"
        f"<td>成交金额(万元)</td><td>竞得人</td></tr>{rows}"
        "<tr><td>备注：</td><td colspan=4>公示期十日</td></tr></table></body></html>",
        encoding="utf-8",
    )
    return path


def label_page(path: Path) -> Path:
    """One parcel as labels and values."""
    path.write_text(
        "<html><body><table>"
        "<tr><td>地块编号：</td><td>QS-2024-9</td><td>出让面积：</td><td>4500平方米</td></tr>"
        "<tr><td>规划容积率：</td><td>1.0≤容积率≤2.5</td><td>绿地率：</td><td>≥30</td></tr>"
        "<tr><td>起拍价：</td><td>560万元</td><td>竞买保证金：</td><td>112万元</td></tr>"
        "</table></body></html>",
        encoding="utf-8",
    )
    return path


def api_records() -> list[dict[str, object]]:
    """Records of an interface with the field names of the national land market."""
    return [
        {
            "gdGuid": f"0b8a-{number}",
            "dzBaBh": f"6205212024B0{number:04d}",
            "tdZl": f"永清镇{number}号",
            "gyFs": "挂牌出让",
            "gyMj": f"{number}.5",
            "qdRq": f"2024-03-{number:02d}",
            "czr": "张三",
        }
        for number in range(1, 9)
    ]


def api_json(path: Path, form: str) -> Path:
    """The records in an envelope, in lines, or as two documents with another shape behind."""
    records = api_records()
    if form == "document":
        text = json.dumps({"code": 0, "data": {"total": 8, "rows": records}}, ensure_ascii=False)
    elif form == "lines":
        text = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    else:
        strange = [{"no": n, "tdZl": "某地", "date": "2024-01-01", "x": 1, "y": 2} for n in (1, 2)]
        text = json.dumps(records, indent=1) + json.dumps(strange, indent=1)
    path.write_text(text, encoding="utf-8")
    return path


def records_xml(path: Path) -> Path:
    """Records as repeated elements below two levels."""
    rows = "".join(
        "<row>" + "".join(f"<{key}>{value}</{key}>" for key, value in record.items()) + "</row>"
        for record in api_records()
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><reply><head><code>0</code></head>'
        f"<rows>{rows}</rows></reply>",
        encoding="utf-8",
    )
    return path


def stations_geojson(path: Path) -> Path:
    """Hourly values of stations as features; a gap is what is left of a dash."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [106.1 + n / 100, 34.7]},
            "properties": {
                "station_id": f"26{n:02d}A",
                "position_name": f"站{n}",
                "time_point": "2026-02-20T07:00:00",
                "pm2_5": "-;" if n % 2 else str(30 + n),
                "aqi": str(50 + n),
            },
        }
        for n in range(10)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def hours_csv(path: Path, hours: range) -> Path:
    """Station values with the time in columns."""
    lines = ["点位编码,年,月,日,时,PM10(ug/m3),CO(mg/m3)"]
    lines += [f"2601A,2026,2,{day},{hour},{40 + hour},0.7" for day in (3, 4) for hour in hours]
    path.write_bytes("\n".join(lines).encode("gb18030"))
    return path


def zipped(path: Path, member: Path) -> Path:
    """The file in a ZIP archive under a Chinese folder, beside a file that is no data."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(member, f"供地结果/{member.name}")
        archive.writestr("__MACOSX/._x.csv", "junk")
    return path
