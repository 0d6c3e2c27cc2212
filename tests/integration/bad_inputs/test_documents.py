"""JSON, XML, HTML and ZIP (kinds 52, 53 and 55 to 58)."""

from __future__ import annotations

import io
import json
import zipfile
from decimal import Decimal
from typing import Any

import pytest

from schemas.run import RunState

NAMES = ("编号", "名称", "金额", "日期")
ROWS = [(f"H-{n}", f"某某工程队{n}", f"{n}00.50", f"2026-03-{n:02d}") for n in range(1, 10)]
RECORDS = [json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False) for row in ROWS]
MAPPING = "{number: 编号, party: 名称, price_cny: {from: 金额, unit: CNY}, signed_on: 日期}"
ALL = tuple(range(1, 10))
OTHERS = (1, 2, 3, 5, 6, 7, 8, 9)
CSV = "\n".join(",".join(row) for row in [("编号", "名称", "金额（元）", "日期"), *ROWS]) + "\n"


def xml(declared: str = "UTF-8", attributes: str = "") -> str:
    rows = "".join(
        "<row>" + "".join(f"<{k}>{v}</{k}>" for k, v in zip(NAMES, row, strict=True)) + "</row>"
        for row in ROWS
    )
    return f'<?xml version="1.0" encoding="{declared}"?><rows{attributes}>{rows}</rows>'


def page(*rows: str) -> str:
    head = "".join(f"<th>{name}</th>" for name in NAMES)
    whole = f"<table><tr>{head}</tr>{''.join(rows)}</table>"
    return f'<html><head><meta charset="utf-8"></head><body>{whole}</body></html>'


def cells(row: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>"


def packed(*members: tuple[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


READERS = {
    "json": "{type: json}",
    "lines": "{type: json, form: lines}",
    "data": "{type: json, records: /data}",
    "xml": "{type: xml, records: rows/row}",
    "html": "{type: html_tables}",
}


def array(*records: str) -> str:
    return "[" + ",".join(records) + "]"


@pytest.mark.parametrize(
    ("reader", "content"),
    [
        pytest.param("json", b"\xef\xbb\xbf" + array(*RECORDS).encode(), id="52 BOM"),
        pytest.param("json", array(*RECORDS).encode("gbk"), id="JSON in GBK"),
        pytest.param("lines", "\n".join(RECORDS).encode(), id="NDJSON"),
        pytest.param("xml", xml(attributes=' xmlns="urn:new"').encode(), id="56 a namespace"),
        pytest.param("xml", xml("GBK").encode("gbk"), id="56 GBK declared"),
        pytest.param("html", page(*map(cells, ROWS)).encode(), id="57 plain"),
    ],
)
def test_documents_that_are_right(bureau: Any, reader: str, content: bytes) -> None:
    bureau.reads(READERS[reader], mapping=MAPPING)
    ended = bureau.delivers(content, "a.txt")
    assert ended.state is RunState.RELEASED
    assert ended.told() == set()
    ended.assert_good(*ALL)


TWICE = '{"编号": "X", "编号": "Y", "名称": "甲", "金额": "1", "日期": "2026-01-01"}'


@pytest.mark.parametrize(
    ("reader", "record", "rule", "locator"),
    [
        pytest.param("json", TWICE, "READ-16", "/3/编号", id="52 a key twice"),
        pytest.param(
            "json", RECORDS[3].replace('"400.50"', "NaN"), "READ-17", "/3/金额", id="52 NaN"
        ),
        pytest.param("lines", '{"编号": "H-4",', "READ-18", "line/4", id="52 a broken line"),
        pytest.param("json", "null", "READ-19", "/3", id="null in the array"),
        pytest.param("json", "7", "READ-19", "/3", id="a number in the array"),
    ],
)
def test_one_bad_record_costs_one_record(
    bureau: Any, reader: str, record: str, rule: str, locator: str
) -> None:
    bureau.reads(READERS[reader], mapping=MAPPING)
    records = [*RECORDS[:3], record, *RECORDS[4:]]
    ended = bureau.delivers("\n".join(records) if reader == "lines" else array(*records), "a.json")
    assert (rule, "error", locator) in ended.told()
    assert (ended.ledger.rows_read, ended.ledger.rows_quarantined) == (9, 1)
    assert ended.quarantine.height == 1
    ended.assert_good(*OTHERS)


def test_numbers_of_json_keep_all_their_digits(bureau: Any) -> None:
    """Kind 52: a whole number above 2**53."""
    bureau.reads(READERS["json"], mapping=MAPPING)
    big = '{"编号": 9007199254740993, "名称": "甲", "金额": 12345678901234.10, "日期": null}'
    ended = bureau.delivers(array(*RECORDS, big), "a.json")
    assert ended.row("9007199254740993")[2] == Decimal("12345678901234.10")


@pytest.mark.parametrize(
    ("reader", "content", "zh", "en"),
    [
        ("json", array(*RECORDS)[:-1] + ",]", "JSON 第 1 行第", "column"),
        ("json", array(*RECORDS)[:-40], "没有传完", "cut"),
        ("json", "[" * 100_000 + "]" * 100_000, "嵌套过深", "nested"),
        ("data", '{"code": 500, "msg": "系统错误"}', "系统错误", "error reply"),
        ("data", '{"code": 500, "msg": "系统错误", "data": null}', "系统错误", "error reply"),
        ("json", "<html><body>登录</body></html>", "网页", "page"),
        ("xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><rows><row>&b;</row></rows>", "DTD", "DTD"),
        (
            "xml",
            "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><rows><row>&b;</row></rows>",
            "DOCTYPE",
            "DOCTYPE",
        ),
        ("xml", xml()[:-20], "重新获取文件", "Get the file again"),
        ("xml", xml().encode("gbk"), "声明的编码是 UTF-8", "declares the encoding UTF-8"),
        ("html", "<html><body><table id=t></table></body></html>", "脚本", "scripts"),
        ("html", "<html><body><div id=app></div></body></html>", "没有表格", "no table"),
    ],
)
def test_documents_that_cannot_be_used_are_refused_whole(
    bureau: Any, reader: str, content: str | bytes, zh: str, en: str
) -> None:
    bureau.reads(READERS[reader], mapping=MAPPING)
    ended = bureau.delivers(content, "a.txt")
    assert ended.state is RunState.FAILED
    assert zh in ended.message
    assert en in ended.outcome.message.en
    assert ended.released == {}


def test_cells_that_span_rows_and_columns(bureau: Any) -> None:
    """Kind 57: and numbers beside blanks that do not break."""
    bureau.reads(READERS["html"], mapping=MAPPING)
    ended = bureau.delivers(
        page(
            "<tr><td>A</td><td rowspan=2>共用队</td><td>&nbsp;1.5&nbsp;</td>"
            "<td>2026-01-01</td></tr><tr><td>B</td><td>2</td><td>2026-01-02</td></tr>",
            cells(ROWS[0]),
            "<tr><td colspan=2>合计</td><td>104</td><td></td></tr>",
        ),
        "a.html",
    )
    assert ended.row("A")[1:3] == ("共用队", Decimal("1.50"))
    assert ended.row("B")[1:3] == ("共用队", Decimal("2.00"))
    assert ("LAY-12", "error", "table 1 row 5") in ended.told()
    assert set(ended.released) == {"A", "B", "H-1"}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(packed(("__MACOSX/._a.csv", b"\0\1"), ("a.csv", CSV)), id="58 __MACOSX"),
        pytest.param(
            packed(("xxxx.csv", CSV)).replace(b"xxxx", "合同".encode("gbk")), id="58 GBK names"
        ),
    ],
)
def test_archives_that_are_right(bureau: Any, content: bytes) -> None:
    bureau.reads("{type: delimited}", layout={"members": "'*.csv'"})
    ended = bureau.delivers(content, "a.zip")
    assert ended.told() == set()
    ended.assert_good(*ALL)


def symlink() -> bytes:
    link = zipfile.ZipInfo("l.csv")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "zh"),
    [
        pytest.param(packed(("../a.csv", CSV)), "指向包外", id="58 .."),
        pytest.param(packed(("/etc/a.csv", CSV)), "指向包外", id="58 absolute"),
        pytest.param(
            packed(("a.csv", CSV), ("b.csv", CSV)).replace(b"b.csv", b"a.csv"), "同名", id="58 same"
        ),
        pytest.param(packed(("b.zip", packed(("a.csv", CSV)))), "b.zip", id="58 nested"),
        pytest.param(packed(("a.csv", b"0" * 200_000_000)), "膨胀过大", id="58 bomb"),
        pytest.param(symlink(), "是链接", id="58 symlink"),
    ],
)
def test_archives_that_may_be_traps_are_refused(bureau: Any, content: bytes, zh: str) -> None:
    bureau.reads("{type: delimited}", layout={"members": "'*.csv'"})
    ended = bureau.delivers(content, "a.zip")
    assert ended.state is RunState.FAILED
    assert zh in ended.message
    assert ended.released == {}
