"""Pages of the web as documents: lines and grids in reading order, with their places."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.documents.web_pages import document_of, fragment_document, read_page, text_document
from connectors.readers.html_page import parsed
from schemas.documents.document import Grid, TextLine
from schemas.message import UnreadableFileError


def blocks(html: str) -> list[TextLine | Grid]:
    return list(document_of(parsed(f"<html><body>{html}</body></html>"), "").pages[0].blocks)


def texts(html: str) -> list[str]:
    return [block.text for block in blocks(html) if isinstance(block, TextLine)]


def test_blocks_break_lines_and_runs_of_text_join() -> None:
    assert texts("<p>中标<b>金额</b>：<span>1</span>00元</p><div>二<br>三</div>尾") == [
        "中标金额：100元",
        "二",
        "三",
        "尾",
    ]


def test_scripts_menus_and_controls_are_no_text() -> None:
    html = (
        "<nav>首页</nav><div class='top-nav'>公告</div><script>var a=1</script><style>p{}</style>"
        "<select><option>省</option></select><p>正文</p><footer>版权</footer>"
    )

    assert texts(html) == ["正文"]


def test_wide_blanks_part_words_and_single_ones_do_not() -> None:
    assert texts("<p>供应商名称：甲&nbsp;&nbsp;&nbsp;&nbsp;地址：乙 丙</p>") == [
        "供应商名称：甲  地址：乙 丙"
    ]


def test_a_grid_knows_spans_and_places() -> None:
    html = (
        "<table><tr><td>外</td></tr></table><table><tr><th rowspan='2'>包</th><"
        "th colspan='2'>供应商</th></tr>"
        "<tr><td>名称</td><td>金额</td></tr></table>"
    )

    grid = next(block for block in blocks(html) if isinstance(block, Grid))

    assert (grid.number, grid.height, grid.width) == (2, 2, 3)
    assert [(cell.text, cell.place) for cell in grid.cells] == [
        ("包", "table 2 row 1 cell 1"),
        ("供应商", "table 2 row 1 cell 2"),
        ("名称", "table 2 row 2 cell 2"),
        ("金额", "table 2 row 2 cell 3"),
    ]
    assert [cell.text if cell else None for cell in grid.rows()[1]] == ["包", "名称", "金额"]


def test_a_table_that_lays_out_others_is_read_through() -> None:
    html = (
        "<table><tr><td><p>三、中标信息</p><table><tr><td>甲</td><td>1</td></tr></table><p>后</p>"
        "</td></tr></table>"
    )

    found = blocks(html)

    assert [type(block).__name__ for block in found] == ["TextLine", "Grid", "TextLine"]
    assert isinstance(found[1], Grid)
    assert found[1].number == 2


def test_a_cell_with_the_whole_notice_lays_out() -> None:
    notice = "".join(f"<p>{number}、第{number}节</p><p>内容</p>" for number in "一二三四")

    assert texts(f"<table><tr><td>{notice}</td><td>侧栏</td></tr></table>")[0] == "一、第一节"


def test_lines_are_counted_and_places_carry_the_name() -> None:
    document = text_document("一\n\n  二  \n", "/3/content_text")

    assert [(line.number, line.text) for line in document.pages[0].lines] == [(1, "一"), (3, "二")]
    assert fragment_document("<p>一</p><table><tr><td>a</td><td>b</td></tr></table>", "/3/t").pages[
        0
    ].grids[0].cells[0].place == ("/3/t table 1 row 1 cell 1")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "page.html"


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            "<meta name='ArticleTitle' content='某校成交公告'><title>网站</title>",
            "<p>x</p>",
            "某校成交公告",
        ),
        (
            "<title>某某政府网</title>",
            "<h1>某某政府网</h1><h2>某校空调采购成交公告</h2>",
            "某校空调采购成交公告",
        ),
        ("<title>某校空调采购成交公告_某某政府网</title>", "<p>正文</p>", "某校空调采购成交公告"),
        (
            "<title>网站</title>",
            "<p>当前位置：首页 » 中标公告</p><p>某校空调采购成交公告</p>",
            "某校空调采购成交公告",
        ),
        ("", "<div class='article-title'>某校空调采购合同</div><p>正文</p>", "某校空调采购合同"),
    ],
)
def test_the_title_is_that_of_the_article(page: Path, head: str, body: str, title: str) -> None:
    page.write_text(f"<html><head>{head}</head><body>{body}</body></html>", encoding="utf-8")

    assert read_page(page, "auto")[1].title == title


def test_what_a_page_says_of_itself(page: Path) -> None:
    page.write_text(
        "<html><head><meta name='PubDate' content='2026-03-09 10:00'><meta name='ColumnName' cont"
        "ent='中标公告'>"
        "<link rel='canonical' href='https://data.example.gov.cn/1.html'></head><body><p>正文"
        "</p></body></html>",
        encoding="utf-8",
    )

    facts = read_page(page, "auto")[1]

    assert facts.published == "2026-03-09 10:00"
    assert facts.url == "https://data.example.gov.cn/1.html"
    assert facts.filed_under == ("中标公告",)


def test_gb18030_is_read(page: Path) -> None:
    page.write_bytes("<html><body><p>某校空调采购成交公告</p></body></html>".encode("gb18030"))

    assert read_page(page, "auto")[0].pages[0].lines[0].text == "某校空调采购成交公告"


def test_a_login_page_is_refused(page: Path) -> None:
    page.write_text(
        "<html><body><form><input type='password'></form></body></html>", encoding="utf-8"
    )

    with pytest.raises(UnreadableFileError, match="登录"):
        read_page(page, "auto")
