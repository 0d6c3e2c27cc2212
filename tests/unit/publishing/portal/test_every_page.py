"""Every page of a site, in both languages: links that resolve, words that are translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from lxml import html
from portal_client import portal_client
from portal_site import lay_out_site
from publishing_office import Office
from starlette.testclient import TestClient

from publishing.portal.pages.formatting import CHINESE_SIGN
from publishing.portal.pages.paths import page_paths
from publishing.portal.portal import Portal
from publishing.portal.published import Published

QUERIES = (
    "/datasets/?q=%E4%BE%9B%E5%9C%B0",
    "/en/datasets/?q=supply",
    *(
        f"{prefix}/datasets/?{query}"
        for prefix in ("", "/en")
        for query in ("q=nothing&theme=land", "theme=registers&sort=rows")
    ),
)
HERE = "http://testserver"
BROKEN_TEXT = re.compile("\ufffd|锟斤拷|Ã.|â€|(?<!-)\\bNone\\b(?!-)|\\bundefined\\b|\\{\\w*\\}")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = lay_out_site(tmp_path_factory.mktemp("site"))
    yield made
    made.release_site.warehouse.close()


@pytest.fixture(scope="module")
def client(office: Office) -> TestClient:
    return portal_client(office)


@pytest.fixture(scope="module")
def pages(office: Office, client: TestClient) -> dict[str, html.HtmlElement]:
    """All pages by address, some searches, and a page that is not there."""
    site = office.release_site
    paths = page_paths(Portal(Published(site.site, site.public)))
    found = {}
    for path in [*paths, *QUERIES]:
        answer = client.get(path)
        assert answer.status_code == 200, path
        found[path] = html.fromstring(answer.text)
    for path in ("/nothing/", "/en/nothing/"):
        found[path] = html.fromstring(client.get(path).text)
    return found


def test_all_links_and_files_of_all_pages_resolve(
    client: TestClient, pages: dict[str, html.HtmlElement]
) -> None:
    seen: dict[str, set[str]] = {}
    for path, page in pages.items():
        if "nothing/" in path:  # what it leads to stands on the others; it is not there itself
            continue
        for element in page.iter("a", "link", "img", "form"):
            for name in ("href", "src", "action"):
                target = element.get(name)
                if target is None or target.startswith(("mailto:", "data:")):
                    continue
                if element.get("rel") in ("canonical", "alternate") and "://" in target:
                    target = urlsplit(target)._replace(scheme="", netloc="").geturl()
                whole = urljoin(f"{HERE}{path}", target)
                if whole.startswith(HERE):
                    address, fragment = urldefrag(whole)
                    seen.setdefault(address, set()).add(fragment)
    broken = []
    for address, fragments in seen.items():
        answer = client.get(address.removeprefix(HERE), follow_redirects=True)
        if answer.status_code != 200:
            broken.append((address, answer.status_code))
        for fragment in filter(None, fragments):
            if not html.fromstring(answer.text).xpath("//*[@id=$id]", id=unquote(fragment)):
                broken.append((address, f"#{fragment}"))
    assert broken == []
    assert len(seen) > 100


def test_what_stands_on_an_english_page_is_english_or_marked_as_chinese(
    pages: dict[str, html.HtmlElement],
) -> None:
    left = {
        (path, text)
        for path, page in pages.items()
        if path.startswith("/en/")
        for text in _texts(page, "en")
        if CHINESE_SIGN.search(text)
    }
    assert left == set()


def test_what_stands_on_a_chinese_page_is_chinese(pages: dict[str, html.HtmlElement]) -> None:
    words = re.compile(r"^[A-Z][a-z]+( [a-z]+)+\.?$")  # a sentence or phrase of ours
    left = {
        (path, text)
        for path, page in pages.items()
        if not path.startswith("/en/")
        for text in _texts(page, "zh-CN")
        if words.match(text)
    }
    assert left == set()


def test_no_text_is_broken(pages: dict[str, html.HtmlElement]) -> None:
    broken = {
        (path, found[0])
        for path, page in pages.items()
        for text in page.itertext("title", "h1", "h2", "h3", "p", "td", "th", "dd", "dt", "li")
        if (found := BROKEN_TEXT.search(text))
    }
    assert broken == set()


def test_every_page_says_what_it_is(pages: dict[str, html.HtmlElement]) -> None:
    for path, page in pages.items():
        language = "en" if path.startswith("/en/") else "zh-CN"
        assert page.get("lang") == language
        assert len(page.xpath("//h1")) == 1, path
        assert page.xpath("string(//title)").strip(), path
        assert page.xpath("string(//meta[@name='description']/@content)"), path
        assert page.xpath("//meta[@property='og:title']/@content"), path
        assert page.xpath("//a[@class='skip']/@href") == ["#content"], path
    titles = [page.xpath("string(//title)") for path, page in pages.items() if "?" not in path]
    once = [title for title in titles if titles.count(title) > 1]
    assert {title for title in once if "找不到" not in title} == set()


def test_a_static_copy_offers_nothing_that_needs_a_server(office: Office) -> None:
    client = portal_client(office, static=True)
    site = office.release_site
    for path in page_paths(Portal(Published(site.site, site.public), static=True)):
        page = html.fromstring(client.get(path).text)
        assert page.xpath("//form") == [], path
        links = [link for link in page.xpath("//a/@href") if not link.startswith("http")]
        assert [link for link in links if "?" in link or link.startswith("/api/")] == [], path


def _texts(page: html.HtmlElement, language: str) -> Iterator[str]:
    """The texts of a page that are said in its language, attributes included."""
    for element in page.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "code", "pre", "style"):
            continue
        own = next(iter(element.xpath("ancestor-or-self::*[@lang][1]/@lang")), language)
        if own == language:
            texts = [element.text, *(child.tail for child in element)]
            texts += [element.get(name) for name in ("aria-label", "alt", "content", "placeholder")]
            yield from (text.strip() for text in texts if text and text.strip())


def test_pages_are_found_below_the_place_where_they_are_mounted(office: Office) -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    inner = portal_client(office).app
    outer = TestClient(Starlette(routes=[Mount("/open", app=inner)]))  # type: ignore[arg-type]
    page = html.fromstring(outer.get("/open/en/datasets/").text)
    assert page.get("lang") == "en"
    links = [link for link in page.xpath("//a/@href") if link.startswith("/")]
    assert links
    assert all(link.startswith("/open/") for link in links)
    assert outer.get(links[1]).status_code == 200


def test_templates_have_no_scripts_and_no_styles_of_their_own() -> None:
    import publishing.portal.pages as subject

    for template in (Path(subject.__file__).parent / "templates").glob("*.html"):
        text = template.read_text("utf-8")
        assert not re.search(r"<script(?! type=\"application/ld\+json\")|\son\w+=|style=", text)
