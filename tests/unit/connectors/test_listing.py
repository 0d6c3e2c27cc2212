"""List pages, detail pages, attachments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback import Department, Reply, Request, department, make_context, reply
from pydantic import ValidationError

from connectors import listing
from schemas.connector_options import ListingConnector
from schemas.message import FetchError, IncompleteFetchError
from schemas.snapshot import Fetched

Site = dict[str, str | bytes | int]


def run(
    server: Department, tmp_path: Path, reader_type: str = "html_tables", **options: Any
) -> Fetched:
    connector = ListingConnector.model_validate(
        {
            "type": "listing",
            "url": f"{server.url}/list/index.html",
            "items": "ul li",
            "limits": {"seconds_between_requests": 0.0, "attempts": 2},
            **options,
        },
        strict=False,
    )
    return listing.fetch(connector, make_context(tmp_path, reader_type=reader_type))


def page(body: str, encoding: str = "utf-8") -> bytes:
    return f"<html><head><meta charset=gb2312></head><body>{body}</body></html>".encode(encoding)


def serving(site: Site) -> Callable[[Request], Reply]:
    """Pages by path; a number is a status."""

    def answer(request: Request) -> Reply:
        content = site.get(request.target, 404)
        if isinstance(content, int):
            return reply(status=f"{content} X")
        return reply(content if isinstance(content, bytes) else page(content))

    return answer


def detail(number: int) -> str:
    return f"<table><tr><td>宗地</td><td>{number}</td></tr></table>"


def items(*numbers: int, more: str = "") -> str:
    links = "".join(f'<li><a href="../d/{n}.html">公告{n}号</a></li>' for n in numbers)
    return f"<ul>{links}</ul>{more}"


DETAILS: Site = {f"/d/{n}.html": detail(n) for n in range(1, 8)}
NEXT = {"next": "a.next"}


def names(fetched: Fetched) -> list[str]:
    return [snapshot.name for snapshot in fetched.snapshots]


def test_details_come_in_list_order_over_next_links(tmp_path: Path) -> None:
    site: Site = {
        **DETAILS,
        "/list/index.html": items(5, 2, more='<a class="next" href="index_1.html">下一页</a>'),
        "/list/index_1.html": items(7, 1, more='<a class="next" href="#">下一页</a>'),
    }
    with department(serving(site)) as server:
        first = run(server, tmp_path, pages=NEXT)
        second = run(server, tmp_path, pages=NEXT)
    assert names(first) == ["5.html", "2.html", "7.html", "1.html"]
    assert [one.headers["link-text"] for one in first.snapshots] == [
        "公告5号",
        "公告2号",
        "公告7号",
        "公告1号",
    ]
    assert first.snapshots[0].path.read_bytes() == page(detail(5))
    assert (first.new_content, second.new_content) == (True, False)
    assert second.snapshots == first.snapshots
    assert "no next link" in first.evidence.en


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_titles_in_any_encoding_whatever_the_page_says(tmp_path: Path, encoding: str) -> None:
    body = (
        '<ul><li><a href="/d/1.html" title="土地出让结果公示第1号">土地出让结…</a></li>'
        '<li><a href="/d/2.html">土地出让公告</a></li></ul>'
    )
    site: Site = {**DETAILS, "/list/index.html": page(body, encoding)}
    with department(serving(site)) as server:
        assert names(run(server, tmp_path, title_matches="结果公示第")) == ["1.html"]


@pytest.mark.parametrize(
    "href",
    ["/d/1.html", "../d/1.html", "../d/./1.html#top", " ../d/1.html ", "\n../d/1\t.html"],
)
def test_relative_links(tmp_path: Path, href: str) -> None:
    site: Site = {**DETAILS, "/list/index.html": f'<ul><li><a href="{href}">一</a></li></ul>'}
    with department(serving(site)) as server:
        assert names(run(server, tmp_path)) == ["1.html"]


def test_a_base_element_is_honoured(tmp_path: Path) -> None:
    body = '<base href="/d/"><ul><li><a href="1.html">一</a></li></ul>'
    with department(serving({**DETAILS, "/list/index.html": body})) as server:
        assert names(run(server, tmp_path)) == ["1.html"]


@pytest.mark.parametrize(
    "href",
    ["javascript:show(1)", "JaVaScRiPt:show(1)", "java\nscript:x", "#", "", "data:x", "file:///a"],
)
def test_links_that_cannot_be_followed_are_no_subset(tmp_path: Path, href: str) -> None:
    body = items(1, more=f'<ul><li><a href="{href}">脚本</a></li></ul>')
    with (
        department(serving({**DETAILS, "/list/index.html": body})) as server,
        pytest.raises(IncompleteFetchError, match="can be followed"),
    ):
        run(server, tmp_path)


def test_a_detail_on_another_host_is_refused(tmp_path: Path) -> None:
    body = items(1, more='<ul><li><a href="http://evil.example/x">他处</a></li></ul>')
    with (
        department(serving({**DETAILS, "/list/index.html": body})) as server,
        pytest.raises(IncompleteFetchError, match="undeclared host"),
    ):
        run(server, tmp_path)


@pytest.mark.parametrize("status", [404, 500, 403])
def test_one_detail_that_cannot_be_got_is_partial(tmp_path: Path, status: int) -> None:
    site: Site = {**DETAILS, "/list/index.html": items(1, 2, 3), "/d/2.html": status}
    with (
        department(serving(site)) as server,
        pytest.raises(IncompleteFetchError, match="Item 2 of 3") as caught,
    ):
        run(server, tmp_path)
    assert str(status) in caught.value.what.en


def numbered(count: int, size: int, end: int | str = 404, first: int = 1) -> Site:
    site: Site = dict(DETAILS)
    for number in range(-(-count // size)):
        start = number * size + 1
        name = "index.html" if number == 0 else f"index_{number + first - 1}.html"
        site[f"/list/{name}"] = items(*range(start, min(start + size, count + 1)))
    site[f"/list/index_{-(-count // size) + first - 1}.html"] = end
    return site


@pytest.mark.parametrize(("end", "shown"), [(404, "404"), ("<p>无</p>", "is empty")])
def test_numbered_pages_end_with_none_or_an_empty_one(
    tmp_path: Path, end: int | str, shown: str
) -> None:
    with department(serving(numbered(7, 3, end))) as server:
        pages = {"url": f"{server.url}/list/index_{{page}}.html"}
        fetched = run(server, tmp_path, pages=pages)
    assert names(fetched) == [f"{n}.html" for n in range(1, 8)]
    assert shown in fetched.evidence.en


def test_the_first_number_may_name_the_first_page_again(tmp_path: Path) -> None:
    site = numbered(7, 3, first=2)
    site["/list/index_1.html"] = site["/list/index.html"]
    with department(serving(site)) as server:
        pages = {"url": f"{server.url}/list/index_{{page}}.html"}
        assert len(run(server, tmp_path, pages=pages).snapshots) == 7


def test_a_pager_that_gives_the_first_page_for_ever_is_partial(tmp_path: Path) -> None:
    def answer(request: Request) -> Reply:
        return reply(page(items(1, 2) if "/list/" in request.target else detail(1)))

    with (
        department(answer) as server,
        pytest.raises(IncompleteFetchError, match="repeats items"),
    ):
        run(server, tmp_path, pages={"url": f"{server.url}/list/index_{{page}}.html"})


def test_next_links_in_a_circle_are_partial(tmp_path: Path) -> None:
    site: Site = {
        **DETAILS,
        "/list/index.html": items(1, more='<a class="next" href="b.html">下一页</a>'),
        "/list/b.html": items(2, more='<a class="next" href="index.html">下一页</a>'),
    }
    with (
        department(serving(site)) as server,
        pytest.raises(IncompleteFetchError, match="go round"),
    ):
        run(server, tmp_path, pages=NEXT)


def test_a_next_link_by_script_is_partial(tmp_path: Path) -> None:
    script = '<a class="next" href="javascript:go(2)">下一页</a>'
    site: Site = {**DETAILS, "/list/index.html": items(1, more=script)}
    with (
        department(serving(site)) as server,
        pytest.raises(IncompleteFetchError, match="followed"),
    ):
        run(server, tmp_path, pages=NEXT)


@pytest.mark.parametrize(
    ("text", "count", "is_whole"),
    [
        ("共 7 条", 7, True),
        ("第1页/共3页 7条记录", 7, True),
        ("共 1,007 条", 7, False),
        ("共 8 条", 7, False),
        ("共 5 条", 7, False),
    ],
)
def test_the_total_is_proved(tmp_path: Path, text: str, count: int, is_whole: bool) -> None:
    site = numbered(count, 3)
    for path, content in site.items():
        if path.startswith("/list/") and isinstance(content, str):
            site[path] = f"{content}<span class=total>{text}</span>"
    with department(serving(site)) as server:
        options = {"pages": {"url": f"{server.url}/list/index_{{page}}.html"}, "total": ".total"}
        if is_whole:
            assert "its total is 7" in run(server, tmp_path, **options).evidence.en
            return
        with pytest.raises(IncompleteFetchError, match="The list says"):
            run(server, tmp_path, **options)


def test_a_script_behind_the_last_next_link_does_no_harm_with_a_total(tmp_path: Path) -> None:
    script = '<a class="next" href="javascript:void(0)">下一页</a><b class=total>共2条</b>'
    site: Site = {**DETAILS, "/list/index.html": items(1, 2, more=script)}
    with department(serving(site)) as server:
        assert len(run(server, tmp_path, pages=NEXT, total=".total").snapshots) == 2


def test_a_next_link_beyond_the_total_is_followed(tmp_path: Path) -> None:
    more = '<a class="next" href="b.html">下一页</a><b class=total>共2条</b>'
    site: Site = {
        **DETAILS,
        "/list/index.html": items(1, 2, more=more),
        "/list/b.html": items(3, more="<b class=total>共2条</b>"),
    }
    with (
        department(serving(site)) as server,
        pytest.raises(IncompleteFetchError, match="says 2 items, its pages hold 3"),
    ):
        run(server, tmp_path, pages=NEXT, total=".total")


@pytest.mark.parametrize("text", ["", "共 3 页 第 1 页"])
def test_a_total_that_is_not_there(tmp_path: Path, text: str) -> None:
    body = items(1, more=f"<span class=total>{text}</span>")
    with (
        department(serving({**DETAILS, "/list/index.html": body})) as server,
        pytest.raises(FetchError, match="no single number"),
    ):
        run(server, tmp_path, total=".total")


def test_an_item_added_while_paging_is_seen_by_the_total(tmp_path: Path) -> None:
    asked = {"/list/index.html": 0}
    site = numbered(6, 3)

    def answer(request: Request) -> Reply:
        if request.target in asked:
            asked[request.target] += 1
        grown = asked["/list/index.html"] > 1 or request.target != "/list/index.html"
        held = [7, 1, 2, 3, 4, 5, 6] if grown else [1, 2, 3, 4, 5, 6]
        lists = {"/list/index.html": 0, "/list/index_1.html": 3, "/list/index_2.html": 6}
        if request.target in lists:
            start = lists[request.target]
            total = f"<span class=total>共{len(held)}条</span>"
            return reply(page(items(*held[start : start + 3], more=total)))
        return serving(site)(request)

    with department(answer) as server:
        pages = {"url": f"{server.url}/list/index_{{page}}.html"}
        fetched = run(server, tmp_path, pages=pages, total=".total")
    assert names(fetched)[:2] == ["7.html", "1.html"]
    assert len(fetched.snapshots) == 7


def test_attachments_are_what_is_read(tmp_path: Path) -> None:
    site: Site = {
        "/list/index.html": items(1, 2),
        "/d/1.html": '<a class=f href="files/一.csv">一</a><a class=f href="files/二.csv">二</a>',
        "/d/2.html": '<a class=f href="/d/files/三.csv">附件</a><a href="other.csv">其他</a>',
    }
    for number, name in enumerate(["一", "二", "三"]):
        encoded = "".join(f"%{byte:02X}" for byte in name.encode())
        site[f"/d/files/{encoded}.csv"] = f"{number}".encode()
    with department(serving(site)) as server:
        fetched = run(server, tmp_path, "delimited", attachments="a.f")
        assert names(fetched) == ["一.csv", "二.csv", "三.csv"]
        site["/d/2.html"] = "<p>无附件</p>"
        with pytest.raises(IncompleteFetchError, match="no attachment"):
            run(server, tmp_path, "delimited", attachments="a.f")


def test_an_attachment_that_is_a_login_page_is_partial(tmp_path: Path) -> None:
    site: Site = {
        "/list/index.html": items(1),
        "/d/1.html": '<a class=f href="1.csv">附件</a>',
        "/d/1.csv": "<form><input type=password></form>",
    }
    with (
        department(serving(site)) as server,
        pytest.raises(IncompleteFetchError, match="Blocked"),
    ):
        run(server, tmp_path, "delimited", attachments="a.f")


def test_a_list_without_items(tmp_path: Path) -> None:
    with (
        department(serving({"/list/index.html": "<div id=app></div>"})) as server,
        pytest.raises(FetchError, match="has no items"),
    ):
        run(server, tmp_path)
    with (
        department(serving({"/list/index.html": items(1)})) as server,
        pytest.raises(FetchError, match="title_matches"),
    ):
        run(server, tmp_path, title_matches="结果")


def test_a_list_cut_without_a_length_is_partial(tmp_path: Path) -> None:
    whole = page(items(1, 2, 3))

    def answer(request: Request) -> Reply:
        if request.target.startswith("/list"):
            return reply(whole[:cut], length=None)
        return serving(DETAILS)(request)

    cut = len(whole)
    with department(answer) as server:
        assert len(run(server, tmp_path).snapshots) == 3
        cut = len(whole) - 60
        with pytest.raises(IncompleteFetchError, match="HTML file is not whole"):
            run(server, tmp_path)


def test_unchanged_details_are_not_sent_again(tmp_path: Path) -> None:
    def answer(request: Request) -> Reply:
        if request.headers.get("if-none-match") == '"1"':
            return reply(status="304 Not Modified", length=None)
        if request.target.startswith("/list"):
            return reply(page(items(1, 2)), ETag='"1"')
        return reply(page(detail(1)) + request.target.encode(), ETag='"1"')

    with department(answer) as server:
        first, second = run(server, tmp_path), run(server, tmp_path)
    assert first.snapshots == second.snapshots
    asked = [(r.target, "if-none-match" in r.headers) for r in server.requests[3:]]
    assert asked == [("/list/index.html", False), ("/d/1.html", True), ("/d/2.html", True)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"items": "ul >>"},
        {"title_matches": "("},
        {"pages": {"url": "http://h/list"}},
        {"pages": {"next": "a["}},
        {"attachments": "a["},
        {"total": "["},
    ],
)
def test_wrong_selectors_are_found_by_check(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ListingConnector.model_validate(
            {"type": "listing", "url": "http://h/", "items": "a", **wrong}, strict=False
        )
