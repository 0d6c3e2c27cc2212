"""Workbooks: each cell as a careful person would write it down."""

# ruff: noqa: DTZ001 - workbooks know no time zones

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import python_calamine
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from connectors.readers import read, workbook_xlsx
from connectors.readers.spreadsheet_values import date_text, kind_of_format, number_text
from schemas.message import UnreadableFileError
from schemas.raw_table import LocatorScheme, RawTable, locate
from schemas.reader_options import SpreadsheetReader


def tables(path: Path, *, chunk_rows: int = 200_000, **options: object) -> list[RawTable]:
    reader = SpreadsheetReader.model_validate({"type": "spreadsheet", **options}, strict=False)
    return list(read(path, reader, name=path.name, chunk_rows=chunk_rows))


def table(path: Path, **options: object) -> RawTable:
    (only,) = tables(path, **options)
    return only


def told(raw: RawTable) -> list[tuple[str, int | None, int | None]]:
    return [(problem.rule, problem.row, problem.column) for problem in raw.problems]


def refusal(path: Path, **options: object) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        tables(path, **options)
    return caught.value.message().zh


def sheet_xml(rows: str, extra: str = "", dimension: str = "A1") -> str:
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData>{extra}</worksheet>'
    )


def package(path: Path, sheet: str, **parts: str) -> Path:
    """A workbook made by hand, for what no library would write."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="a" '
        f'Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kinds}"><sheets>'
        '<sheet name="甲" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}">'
        f'<Relationship Id="r1" Type="{kinds}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{kinds}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="r3" Type="{kinds}/styles" Target="/xl/styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
        **{f"xl/{name}.xml": text for name, text in parts.items()},
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_text_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("表")
    for column, value in enumerate(["00123", "１２３", " 甲 ", "NA", "110101199003071234"]):
        sheet.write_string(0, column, value)
    for column, value in enumerate([0.1 + 0.2, 4, 1234567.8900000001, 1e-7, -2.5]):
        sheet.write_number(1, column, value)
    sheet.write_boolean(3, 0, True)
    sheet.write_string(3, 2, "_x0041_")
    book.close()
    raw = table(path)
    assert raw.container == "表"
    assert raw.scheme is LocatorScheme.SHEET
    assert raw.columns is None
    assert raw.cells.rows() == [
        ("00123", "１２３", " 甲 ", "NA", "110101199003071234"),
        ("0.3", "4", "1234567.89", "0.0000001", "-2.5"),
        ("true", None, "_x0041_", None, None),
    ]
    assert raw.positions.to_list() == [1, 2, 4]
    assert locate(raw.container, raw.scheme, 4, 2) == "表!C4"
    assert told(raw) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (4.0, "4"),
        (0.1, "0.1"),
        (1234567.8900000001, "1234567.89"),
        (2.675, "2.675"),
        (1e14, "100000000000000"),
        (999999999999999.0, "999999999999999"),
        (1e-10, "0.0000000001"),
        (123456789012.345, "123456789012.345"),
        (110101199003071234.0, "1.10101199003071E+17"),
    ],
)
def test_number_text(value: float, text: str) -> None:
    assert number_text(value) == text


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_decimals_that_people_type_come_back_as_typed(units: int, places: int) -> None:
    value = units / 10**places
    typed = f"{units / 10**places:.{places}f}"
    expected = typed.rstrip("0").rstrip(".") if "." in typed else typed
    assert number_text(value) == ("0" if expected in ("-0", "") else expected)


def test_an_identifier_kept_as_a_number_is_never_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["id"])
    book.active.append([110101199003071234])
    book.active.append([999999999999999])
    book.save(path)
    raw = table(path)
    assert told(raw) == [("READ-10", 2, 0)]
    assert "110101199003071" not in raw.cells.rows()[1][0]
    assert raw.cells.rows()[2] == ("999999999999999",)


def test_dates_are_iso(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy年m月d日"})
    stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    clock = book.add_format({"num_format": "hh:mm"})
    span = book.add_format({"num_format": "[h]:mm"})
    builtin = book.add_format({"num_format": 31})
    sheet.write_datetime(0, 0, dt.datetime(2026, 1, 5), day)
    sheet.write_datetime(0, 1, dt.datetime(2026, 1, 5, 14, 30), stamp)
    sheet.write_datetime(0, 2, dt.datetime(2026, 1, 5), stamp)
    sheet.write_number(0, 3, 0.75, clock)
    sheet.write_number(0, 4, 1.5, span)
    sheet.write_number(0, 5, 46027, builtin)
    sheet.write_string(0, 6, "2026.1.5")
    sheet.write_number(1, 0, 60, day)
    sheet.write_number(1, 1, 59, day)
    sheet.write_number(1, 2, 61, day)
    sheet.write_number(1, 3, -1, day)
    sheet.write_number(1, 4, 0, day)
    book.close()
    raw = table(path)
    assert raw.cells.rows() == [
        ("2026-01-05", "2026-01-05 14:30:00", "2026-01-05 00:00:00", "18:00:00", "36:00:00",
         "2026-01-05", "2026.1.5"),
        ("60", "1900-02-28", "1900-03-01", "-1", "0", None, None),
    ]  # fmt: skip
    assert told(raw) == [("READ-15", 2, 0), ("READ-15", 2, 3), ("READ-15", 2, 4)]


def test_the_1904_epoch(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    book.add_worksheet().write_datetime(0, 0, dt.datetime(2026, 1, 5), day)
    book.close()
    assert table(path).cells.rows() == [("2026-01-05",)]
    assert date_text(0, epoch_1904=True, code="yyyy-mm-dd") == "1904-01-01"


@given(
    st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(2999, 12, 31)).map(
        lambda t: t.replace(microsecond=0)
    )
)
def test_serials_turn_back_into_their_moment(moment: dt.datetime) -> None:
    serial = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    assert date_text(serial, epoch_1904=False, code="yyyy-mm-dd hh:mm:ss") == str(moment)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", "number"),
        ("#,##0.00", "number"),
        ("@", "number"),
        ('0.00"万元"', "worded"),
        ("[Red](#,##0)", "number"),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "number"),
        ("0%", "scaled"),
        ("0!.0,", "scaled"),
        ("0!.0000", "scaled"),
        ('0"."0,"万"', "scaled"),
        ("#,##0,", "scaled"),
        ("yyyy-mm-dd", "date"),
        ("[$-804]yyyy年m月d日;@", "date"),
        ("[h]:mm:ss", "duration"),
        ("[DBNum1][$-804]General", "number"),
        ('[>=10000]0!.0,"万";0', "scaled"),
    ],
)
def test_kinds_of_number_formats(code: str, kind: str) -> None:
    assert kind_of_format(code) == kind


def test_formats_that_show_another_number_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_number(0, 0, 0.35, book.add_format({"num_format": "0%"}))
    sheet.write_number(1, 0, 1234567, book.add_format({"num_format": '0!.0,"万元"'}))
    sheet.write_number(2, 0, -5, book.add_format({"num_format": "#,##0;(#,##0)"}))
    book.close()
    raw = table(path)
    assert raw.cells["0"].to_list() == ["0.35", "1234567", "-5"]
    assert told(raw) == [("READ-14", 1, 0), ("READ-14", 2, 0)]


def test_formulas_errors_and_what_is_missing(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>X()</f></c>'
        '<c r="C1" t="e"><v>#REF!</v></c><c r="D1" t="str"><f>"a"</f><v></v></c>'
        '<c r="E1" t="inlineStr"><is><t>文</t></is></c><c r="F1" t="s"><v>9</v></c></row>'
    )
    raw = table(package(tmp_path / "a.xlsx", sheet_xml(rows)))
    assert raw.cells.rows() == [("2", "", "#REF!", "", "文", "9")]
    assert told(raw) == [("READ-12", 1, 1), ("READ-11", 1, 2), ("READ-24", 1, 5)]


def test_rich_text_without_phonetic_guides(tmp_path: Path) -> None:
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><r><t>清</t></r>'
        '<r><t xml:space="preserve"> 水</t></r><rPh sb="0" eb="1"><t>qing</t></rPh></si></sst>'
    )
    path = package(
        tmp_path / "a.xlsx",
        sheet_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'),
        sharedStrings=strings,
    )
    assert table(path).cells.rows() == [("清 水",)]


def test_merged_ranges_fill_or_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for row in [["标题", None, None], ["甲", "约定容积率", None], [None, "上限", "下限"]]:
        book.active.append(row)
    for area in ("A1:C1", "A2:A3", "B2:C2"):
        book.active.merge_cells(area)
    book.save(path)
    assert table(path).cells.rows() == [
        ("标题", "标题", "标题"),
        ("甲", "约定容积率", "约定容积率"),
        ("甲", "上限", "下限"),
    ]
    assert table(path, merged="top_left").cells.rows() == [
        ("标题", None, None),
        ("甲", "约定容积率", None),
        (None, "上限", "下限"),
    ]


def test_a_merge_over_whole_columns_costs_nothing(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    extra = '<mergeCells><mergeCell ref="A1:A1048576"/><mergeCell ref="B1:XFD1"/></mergeCells>'
    raw = table(package(tmp_path / "a.xlsx", sheet_xml(rows, extra)))
    assert raw.cells.rows() == [("1", "2")]


def test_a_lying_dimension_allocates_nothing(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    path = package(tmp_path / "a.xlsx", sheet_xml(rows, dimension="A1:XFD1048576"))
    assert table(path).cells.shape == (1, 1)
    far = rows + '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    raw = table(package(tmp_path / "b.xlsx", sheet_xml(far)))
    assert raw.cells.shape == (2, 16_384)
    assert raw.positions.to_list() == [1, 1_048_576]


def test_a_cell_far_outside_a_long_table_is_refused_by_name(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 4001))
    far = '<row r="4001"><c r="XFD4001"><v>2</v></c></row>'
    assert "XFD4001" in refusal(package(tmp_path / "a.xlsx", sheet_xml(rows + far)))


def test_hidden_rows_columns_and_sheets_are_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for row in [["a", "b"], ["1", "2"], ["3", "4"]]:
        book.active.append(row)
    book.active.title = "数据"
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["B"].hidden = True
    secret = book.create_sheet("底稿")
    secret.sheet_state = "hidden"
    secret.append(["x"])
    book.create_sheet("Sheet3")
    book.save(path)
    raw = table(path)
    assert raw.cells.rows()[1] == ("1", "2")
    assert told(raw) == [("READ-22", None, None), ("READ-13", 2, None), ("READ-13", None, None)]
    hidden = table(path, sheets=("底稿",))
    assert hidden.cells.rows() == [("x",)]
    assert told(hidden) == [("READ-13", None, None)]


def test_sheets_are_chosen_by_name_or_pattern_and_never_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "2026年1月"
    book.active.append(["a"])
    book.create_sheet("填表说明").append(["说明"])
    book.save(path)
    assert "2026年1月、填表说明" in refusal(path)
    assert table(path, sheets=("/年.*月/",)).container == "2026年1月"
    assert [raw.container for raw in tables(path, sheets=("填表说明", "2026年1月"))] == [
        "填表说明",
        "2026年1月",
    ]
    assert "2月" in refusal(path, sheets=("2月",))


def test_xls_has_the_same_care(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"  # the name lies
    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    sheet.write_merge(0, 0, 0, 2, "标题")
    sheet.write(1, 0, "00123")
    sheet.write(1, 1, 0.1 + 0.2)
    sheet.write(1, 2, dt.datetime(2026, 1, 5), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(2, 0, 110101199003071234)
    sheet.write(2, 1, 0.5, xlwt.easyxf(num_format_str="0.0%"))
    sheet.write(2, 2, True)
    sheet.row(2).hidden = True
    book.add_sheet("空")
    book.save(path)
    raw = table(path)
    assert raw.cells.rows() == [
        ("标题", "标题", "标题"),
        ("00123", "0.3", "2026-01-05"),
        ("1.10101199003071E+17", "0.5", "true"),
    ]
    assert told(raw) == [("READ-13", 3, None), ("READ-10", 3, 0), ("READ-14", 3, 1)]


def test_html_saved_as_xls_is_read_as_the_page_it_is(tmp_path: Path) -> None:
    path = tmp_path / "导出.xls"
    path.write_bytes(
        "<html><meta charset=gb2312><table><tr><td>甲</td><td>乙</td></tr>"
        "<tr><td>1</td><td>2</td></tr></table></html>".encode("gb18030")
    )
    raw = table(path)
    assert raw.cells.rows() == [("甲", "乙"), ("1", "2")]
    assert locate(raw.container, raw.scheme, 2, 1) == "table 1 row 2 cell 2"


def test_a_login_page_saved_as_xls_is_refused_as_such(tmp_path: Path) -> None:
    path = tmp_path / "导出.xls"
    path.write_text("<html><title>用户登录</title><input type=password></html>")
    assert "登录页面" in refusal(path)


def test_hidden_rows_are_told_in_runs(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for row in range(1, 11):
        book.active.append([row])
        book.active.row_dimensions[row].hidden = row in (2, 3, 4, 8)
    book.save(path)
    assert [(p.row, p.value) for p in table(path).problems] == [
        (2, "第 2–4 行 / row 2–4"),
        (8, "第 8 行 / row 8"),
    ]


def test_a_column_of_percent_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for row in range(5):
        sheet.write_number(row, 0, 0.1, book.add_format({"num_format": "0%"}))
    book.close()
    assert told(table(path)) == [("READ-14", 1, 0)]


def test_text_named_xlsx_is_refused_with_the_right_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("a,b\n1,2\n")
    assert "reader.type: delimited" in refusal(path)
    path.write_bytes(b"")
    assert "0 字节" in refusal(path)


def test_cut_and_damaged_workbooks_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for number in range(2000):
        book.active.append([f"名称{number}", number])
    book.save(path)
    whole = path.read_bytes()
    for size in (100, len(whole) // 2, len(whole) - 30):
        path.write_bytes(whole[:size])
        assert "没有传完" in refusal(path)
    middle = bytearray(whole)
    middle[len(whole) // 2 : len(whole) // 2 + 200] = bytes(200)
    path.write_bytes(bytes(middle))
    assert refusal(path)


def test_cut_xls_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    for row in range(3000):
        sheet.write(row, 0, f"名称{row}")
    book.save(path)
    whole = path.read_bytes()
    for size in (600, 4096, len(whole) // 2):
        path.write_bytes(whole[:size])
        assert refusal(path)


def test_a_password_is_named(tmp_path: Path) -> None:
    # An encrypted xlsx is an OLE file with the stream EncryptedPackage; xlwt makes the container.
    path = tmp_path / "a.xlsx"
    book = xlwt.Workbook()
    book.add_sheet("x")
    buffer = io.BytesIO()
    book.save(buffer)
    data = buffer.getvalue().replace(
        "Workbook".encode("utf-16-le"), "Encrypte".encode("utf-16-le")
    ) + "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(data)
    assert "密码" in refusal(path)


def test_macros_are_told(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsm", sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<a/>")
    assert [problem.rule for problem in table(path).problems] == ["READ-20", "READ-20"]


def test_bombs_are_refused_before_they_unpack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_xlsx, "MAX_STRINGS_BYTES", 1 << 20)
    monkeypatch.setattr(workbook_xlsx, "MAX_STYLES_BYTES", 1 << 20)
    one = sheet_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    head = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>x</t></si>'
    )
    strings = head + " " * ((1 << 20) - len(head) - 6) + "</sst>"
    path = package(tmp_path / "a.xlsx", one, sharedStrings=strings)
    assert table(path).cells.rows() == [("x",)]
    path = package(tmp_path / "b.xlsx", one, sharedStrings=strings + " ")
    assert "sharedStrings" in refusal(path)
    path = package(tmp_path / "c.xlsx", one, styles=strings + " ")
    assert "styles" in refusal(path)
    path = package(tmp_path / "d.xlsx", '<!DOCTYPE a [<!ENTITY b "c">]>' + one)
    assert "DTD" in refusal(path)


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    openpyxl.Workbook().save(path)
    assert "没有内容" in refusal(path)


def test_chunks(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for number in range(25):
        book.active.append([number])
    book.save(path)
    found = tables(path, chunk_rows=10)
    assert [(raw.cells.height, raw.continues) for raw in found] == [
        (10, False),
        (10, True),
        (5, True),
    ]
    assert found[2].positions.to_list() == [21, 22, 23, 24, 25]


def test_a_second_library_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for row in range(200):
        sheet.write_string(row, 0, f"名称 {row}\n二行 <&>")
        sheet.write_number(row, 1, row * 1.1)
    book.close()
    other = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    mine = table(path).cells.rows()
    assert [row[0] for row in mine] == [row[0] for row in other]
    assert [float(row[1] or "") for row in mine] == pytest.approx(
        [row[1] for row in other], rel=1e-15
    )
