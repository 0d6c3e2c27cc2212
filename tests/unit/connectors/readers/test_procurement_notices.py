"""Notices as raw tables: from pages and from JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.readers import read
from schemas.message import UnreadableFileError
from schemas.raw_table import RawTable
from schemas.reader_options import ProcurementNoticeReader

TEXT = "一、项目编号：P1\n三、中标信息\n供应商名称：兰州甲科技有限公司\n中标金额：{}\n"
MEMBERS = {
    "title": ("title",),
    "text": ("text",),
    "url": ("link", "url"),
    "record_id": ("id",),
    "filed_under": ("kind",),
}


def options(**more: Any) -> ProcurementNoticeReader:
    return ProcurementNoticeReader.model_validate(
        {
            "type": "procurement_notice",
            "wanted": "award",
            "form": "json",
            "members": MEMBERS,
            **more,
        }
    )


def table(path: Path, given: ProcurementNoticeReader) -> RawTable:
    [found] = read(path, given, name=path.name)
    return found


def column(found: RawTable, name: str) -> list[str | None]:
    assert found.columns is not None
    return found.cells.get_column(str(found.columns.index(name))).to_list()


def written(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "notices.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_each_record_is_rows_or_says_what_it_is(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {
            "data": [
                {
                    "id": "a",
                    "title": "某校成交公告",
                    "text": TEXT.format("10元"),
                    "link": "",
                    "url": "https://e.cn/a",
                },
                {"id": "b", "title": "某校招标公告", "text": "x"},
                {
                    "id": "c",
                    "title": "某校成交公告",
                    "text": TEXT.format("10元"),
                    "kind": "更正事项",
                },
                {"id": "d", "title": "某校成交公告", "text": None},
            ]
        },
    )

    found = table(path, options(records="/data"))

    assert column(found, "notice_kind") == ["award", "tender", "correction", "award"]
    assert column(found, "notice_id") == ["a", "b", "c", "d"]
    assert column(found, "notice_url")[0] == "https://e.cn/a"
    assert found.positions.to_list() == [1, 2, 3, 4]
    assert found.columns is not None
    assert found.places[(0, found.columns.index("supplier_name"))] == "/data/0/text line 3"
    assert found.places[(0, found.columns.index("notice_url"))] == "/data/0/url"
    assert [(problem.rule, problem.row) for problem in found.problems] == [("READ-40", 4)]


def test_text_of_a_record_may_be_html(tmp_path: Path) -> None:
    html = (
        "<p>三、中标信息</p><table><tr><td>供应商名称</td><td>中标金额（元）</td></tr>"
        "<tr><td>甲科技有限公司</td><td>10</td></tr></table>"
    )
    path = written(tmp_path, [{"title": "某校成交公告", "text": html}])

    found = table(path, options())

    assert column(found, "supplier_name") == ["甲科技有限公司"]
    assert found.columns is not None
    place = found.places[(0, found.columns.index("amount_cny"))]
    assert place == "/0/text table 1 row 2 cell 2"


def test_a_problem_stands_at_its_row_and_column(tmp_path: Path) -> None:
    path = written(tmp_path, [{"title": "某校成交公告", "text": TEXT.format("10")}])

    found = table(path, options())

    assert found.columns is not None
    [problem] = found.problems
    assert (problem.rule, problem.row) == ("READ-43", 1)
    assert problem.column == found.columns.index("value_published")
    assert column(found, "amount_cny") == [None]


def test_records_without_the_members_named_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="没有"):
        table(written(tmp_path, [{"name": "x"}]), options())


def test_json_needs_members() -> None:
    with pytest.raises(ValidationError, match="members"):
        options(members={})


def test_a_page_is_one_notice(tmp_path: Path) -> None:
    path = tmp_path / "1.html"
    lines = "".join(f"<p>{line}</p>" for line in TEXT.format("10元").split("\n"))
    path.write_text(f"<html><body><h2>某校成交公告</h2>{lines}</body></html>", encoding="utf-8")

    found = table(path, options(form="html", members={}))

    assert column(found, "supplier_name") == ["兰州甲科技有限公司"]
    assert found.columns is not None
    assert found.places[(0, found.columns.index("amount_cny"))] == "line 5"
