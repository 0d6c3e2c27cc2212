"""HTML tables and label:value tables, as a person sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.readers import read
from schemas.message import UnreadableFileError
from schemas.raw_table import LocatorScheme, RawTable, locate
from schemas.reader_options import HtmlLabelReader, HtmlTableReader

PAGE = "<!DOCTYPE html><html><head><title>公告</title></head><body>{}</body></html>"


def tables(
    folder: Path, body: str, *, encoding: str = "utf-8", **options: object
) -> list[RawTable]:
    path = folder / "page.html"
    path.write_bytes(PAGE.format(body).encode(encoding))
    reader = HtmlTableReader.model_validate({"type": "html_tables", **options}, strict=False)
    return list(read(path, reader, name="page.html"))


def table(folder: Path, body: str, **options: object) -> RawTable:
    (only,) = tables(folder, body, **options)  # type: ignore[arg-type]
    return only


def labels(folder: Path, body: str, **options: object) -> RawTable:
    path = folder / "page.html"
    path.write_text(PAGE.format(body))
    reader = HtmlLabelReader.model_validate({"type": "html_labels", **options}, strict=False)
    (only,) = read(path, reader, name="page.html")
    return only


def record(raw: RawTable) -> list[tuple[str, str | None]]:
    assert raw.columns is not None
    return list(zip(raw.columns, raw.cells.rows()[0], strict=True))


def refusal(folder: Path, body: str, **options: object) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        tables(folder, body, **options)  # type: ignore[arg-type]
    return caught.value.message().zh


def test_rowspan_and_colspan_are_opened_out(tmp_path: Path) -> None:
    raw = table(
        tmp_path,
        """<table><tr><th rowspan=2>地块</th><th colspan=2>容积率</th></tr>
        <tr><th>上限</th><th>下限</th></tr>
        <tr><td rowspan="3">甲</td><td>1</td><td>2</td></tr>
        <tr><td>3</td><td>4</td></tr></table>""",
    )
    assert raw.cells.rows() == [
        ("地块", "容积率", "容积率"),
        ("地块", "上限", "下限"),
        ("甲", "1", "2"),
        ("甲", "3", "4"),
    ]
    assert raw.scheme is LocatorScheme.TABLE
    assert locate(raw.container, raw.scheme, 4, 2) == "table 1 row 4 cell 3"


def test_spans_that_make_no_sense_are_read_as_browsers_do(tmp_path: Path) -> None:
    raw = table(
        tmp_path,
        "<table><tr><td colspan=0>a</td><td rowspan=0>b</td><td colspan=x>c</td></tr>"
        "<tr><td>d</td></tr></table>",
    )
    assert raw.cells.rows() == [("a", "b", "c"), ("d", "b", None)]
    assert "5000000" in refusal(
        tmp_path,
        "<table>" + "<tr><td colspan=1000 rowspan=65534>x</td><td>y</td></tr>" * 110 + "</table>",
    )


def test_text_of_cells(tmp_path: Path) -> None:
    raw = table(
        tmp_path,
        "<table><tr><td>&nbsp;1<a href=x>11</a>3万元 </td><td>a\n  b<br>c<p>d</p></td>"
        "<td>x&nbsp;y</td><td>&nbsp;</td><td>１２<script>var z</script><!-- no --></td></tr>"
        "</table>",
    )
    assert raw.cells.rows() == [("1113万元", "a b\nc\nd", "x\xa0y", "", "１２")]


def test_layout_tables_do_not_swallow_the_data(tmp_path: Path) -> None:
    inner = "<table><tr><td>甲</td><td>乙</td></tr><tr><td>1</td><td>2</td></tr></table>"
    raw = table(
        tmp_path,
        f"<table><tr><td></td><td><table><tr><td>{inner}</td></tr></table></td></tr></table>",
    )
    assert raw.container == "table 3"
    assert raw.cells.rows() == [("甲", "乙"), ("1", "2")]


def test_a_table_within_a_cell_belongs_to_the_cell_unless_read_itself(tmp_path: Path) -> None:
    body = (
        "<table><tr><td>项目</td><td><table><tr><td>子1</td><td>子2</td></tr></table></td></tr>"
        "<tr><td>x</td><td>y</td></tr></table>"
    )
    (outer,) = tables(tmp_path, body, tables=(1,))
    assert outer.cells.rows() == [("项目", "子1\n子2"), ("x", "y")]
    outer, inner = tables(tmp_path, body, tables=(1, 2))
    assert outer.cells.rows() == [("项目", ""), ("x", "y")]
    assert inner.cells.rows() == [("子1", "子2")]


def test_several_tables_are_never_guessed(tmp_path: Path) -> None:
    body = (
        "<table><tr><td>甲表</td><td>1</td></tr></table>"
        "<table><tr><td>乙表</td><td>2</td></tr></table>"
    )
    assert "reader.containing" in refusal(tmp_path, body)
    assert table(tmp_path, body, containing=("乙表",)).container == "table 2"
    assert "丙表" in refusal(tmp_path, body, containing=("丙表",))
    assert "第 3 个表格" in refusal(tmp_path, body, tables=(3,))


def test_notes_beside_the_table(tmp_path: Path) -> None:
    raw = table(
        tmp_path,
        "<h1>标题</h1><p>单位：公顷</p><div><table><caption>表一</caption>"
        "<tr><td>a</td><td>b</td></tr></table></div>",
    )
    assert raw.notes == ("标题", "单位：公顷", "表一")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("<script>location='/x'</script>请稍候…", "验证"),
        ("<form><input type=password></form>", "登录"),
        ("<div id=app></div>", "脚本"),
        ("<table></table>", "脚本"),
        ("<table><tr><th>a</th></tr></table>", "脚本"),
    ],
)
def test_pages_without_data_are_refused_as_what_they_are(
    tmp_path: Path, body: str, word: str
) -> None:
    assert word in refusal(tmp_path, body)


def test_gb18030_pages_and_other_files(tmp_path: Path) -> None:
    body = "<table><tr><td>市财政局</td><td>镕</td></tr></table>"
    assert table(tmp_path, body, encoding="gb18030").cells.rows() == [("市财政局", "镕")]
    path = tmp_path / "x.html"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableFileError, match="delimited"):
        list(read(path, HtmlTableReader(type="html_tables"), name="x.html"))


def test_garbled_cells_are_told(tmp_path: Path) -> None:
    raw = table(tmp_path, "<table><tr><td>锟斤拷</td><td>b</td></tr></table>")
    assert [(p.rule, p.row, p.column) for p in raw.problems] == [("READ-06", 1, 0)]


def test_labels_with_colons(tmp_path: Path) -> None:
    raw = labels(
        tmp_path,
        """<table><tr><td>宗地 编号：</td><td>&nbsp;A-1</td><td>面积:</td><td>45097平方米</td></tr>
        <tr><td colspan=4>现状土地条件：净地：已平整</td></tr>
        <tr><td>估价备案号：</td><td></td><td>时间：</td><td>09:00</td></tr>
        <tr><td>备注：</td><td>一：二</td></tr></table>""",
    )
    assert record(raw) == [
        ("宗地编号", "A-1"),
        ("面积", "45097平方米"),
        ("现状土地条件", "净地：已平整"),
        ("估价备案号", ""),
        ("时间", "09:00"),
        ("备注", "一：二"),
    ]
    assert raw.scheme is LocatorScheme.PLACES
    assert raw.places[0, 1] == "table 1 row 1 cell 4"
    assert raw.places[0, 2] == "table 1 row 2 cell 1"


def test_labels_in_header_cells_and_by_turns(tmp_path: Path) -> None:
    raw = labels(
        tmp_path,
        "<table><tr><th>采购人</th><td>某局</td><th>金额</th><td>1元</td></tr>"
        "<tr><td>电子监管号</td><td>123</td><td>面积</td><td>2</td></tr></table>",
    )
    assert record(raw) == [
        ("采购人", "某局"),
        ("金额", "1元"),
        ("电子监管号", "123"),
        ("面积", "2"),
    ]


def test_nothing_is_dropped_from_label_tables(tmp_path: Path) -> None:
    raw = labels(
        tmp_path,
        """<table><tr><td colspan=4>公告内容</td></tr>
        <tr><td>甲：</td><td>1</td><td>无名</td></tr>
        <tr><td>乙：</td><td>丙：</td><td>3</td></tr>
        <tr><td>甲：</td><td>4</td></tr>
        <tr><td>丁：</td></tr></table>""",
    )
    assert record(raw) == [
        ("甲", "1"),
        ("row 2 cell 3", "无名"),
        ("乙", None),
        ("丙", "3"),
        ("甲", "4"),
        ("丁", None),
    ]
    assert "公告内容" in raw.notes


def test_label_and_value_in_one_cell(tmp_path: Path) -> None:
    raw = labels(tmp_path, "<table><tr><td>面积：45097平方米</td><td>坐落：某镇</td></tr></table>")
    assert record(raw) == [("面积", "45097平方米"), ("坐落", "某镇")]


def test_several_records_of_a_page_begin_with_a_label(tmp_path: Path) -> None:
    raw = labels(
        tmp_path,
        "<table><tr><td>公告号：</td><td>1号</td></tr>"
        "<tr><td>宗地 编号：</td><td>A</td><td>面积：</td><td>1</td></tr>"
        "<tr><td>宗地编号：</td><td>B</td><td>用途：</td><td>工业</td></tr></table>"
        "<table><tr><td>宗地编号：</td><td>C</td><td>面积：</td><td>3</td></tr>"
        "<tr><td>面积：</td><td>4</td></tr></table>",
        tables=(1, 2),
        record_begins="宗地编号",
    )
    assert raw.columns == ("公告号", "宗地编号", "面积", "用途", "面积")
    assert raw.cells.rows() == [
        ("1号", "A", "1", None, None),
        ("1号", "B", None, "工业", None),
        ("1号", "C", "3", None, "4"),
    ]
    assert raw.positions.to_list() == [1, 2, 3]
    assert raw.places[2, 1] == "table 2 row 1 cell 2"
    assert raw.places[1, 0] == "table 1 row 1 cell 2"


def test_a_page_without_the_label_is_one_record(tmp_path: Path) -> None:
    page = "<table><tr><td>编号：</td><td>A</td></tr></table>"
    assert record(labels(tmp_path, page, record_begins="宗地编号")) == [("编号", "A")]


def test_several_tables_make_one_record(tmp_path: Path) -> None:
    raw = labels(
        tmp_path,
        "<table><tr><td>甲：</td><td>1</td></tr></table><table><tr><td>乙：</td><td>2</td></tr></table>",
        tables=(1, 2),
    )
    assert record(raw) == [("甲", "1"), ("乙", "2")]
    assert raw.places[0, 1] == "table 2 row 1 cell 2"
