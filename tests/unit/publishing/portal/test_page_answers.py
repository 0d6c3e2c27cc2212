"""What every page has: language, headers, ETag, and words when something is wrong."""

from __future__ import annotations

from portal_client import portal_client
from publishing_office import Office, parcel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from publishing.portal.application import portal_application
from publishing.portal.portal import Portal
from publishing.portal.published import Published


def test_both_languages_name_each_other(office: Office) -> None:
    client = portal_client(office)
    chinese, english = client.get("/about/?a=1"), client.get("/en/about/")
    assert '<html lang="zh-CN">' in chinese.text
    assert '<html lang="en">' in english.text
    assert (chinese.headers["content-language"], english.headers["content-language"]) == (
        "zh-CN",
        "en",
    )
    assert 'href="/en/about/?a=1"' in chinese.text
    for page in (chinese, english):
        assert 'hreflang="en" href="http://127.0.0.1:8000/en/about/"' in page.text
        assert 'hreflang="x-default" href="http://127.0.0.1:8000/about/"' in page.text


def test_pages_allow_no_script_and_nothing_from_elsewhere(office: Office) -> None:
    client = portal_client(office)
    for path in ("/", "/nothing", "/health"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_a_page_is_the_same_until_a_release(office: Office) -> None:
    client = portal_client(office)
    empty = client.get("/")
    assert "还没有发布数据" in empty.text
    office.accept([parcel("1")])
    office.release()
    first = client.get("/")
    assert "地块" in first.text
    again = client.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["etag"] not in (
        empty.headers["etag"],
        client.get("/en/").headers["etag"],
    )
    office.accept([parcel("1"), parcel("2")])
    office.release()
    changed = client.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


def test_what_is_not_there_is_told_in_the_language_of_the_address(office: Office) -> None:
    client = portal_client(office)
    chinese, english = client.get("/nothing/"), client.get("/en/nothing/")
    assert (chinese.status_code, english.status_code) == (404, 404)
    assert "找不到此页" in chinese.text
    assert "This page does not exist" in english.text
    assert 'content="noindex"' in english.text
    program = client.get("/nothing/", headers={"Accept": "application/json"})
    assert program.json()["error"]["status"] == 404
    assert program.json()["error"]["advice_en"]
    assert client.post("/about/").status_code == 405


def test_a_withdrawal_gives_its_reason_and_a_fault_no_details(office: Office) -> None:
    def withdrawn(_request: Request) -> Response:
        raise HTTPException(410, "处罚决定已撤销")

    def broken(_request: Request) -> Response:
        raise RuntimeError("/srv/secret")

    portal = Portal(Published(office.release_site.site, office.release_site.public))
    application = portal_application(portal)
    application.router.routes += [Route("/en/gone", withdrawn), Route("/broken", broken)]
    client = TestClient(application, raise_server_exceptions=False)
    gone = client.get("/en/gone")
    assert gone.status_code == 410
    assert '<span lang="zh-CN">处罚决定已撤销</span>' in gone.text
    failed = client.get("/broken")
    assert failed.status_code == 500
    assert "门户出错了" in failed.text
    assert "secret" not in failed.text
    assert "secret" not in client.get("/broken", headers={"Accept": "application/json"}).text


def test_assets_are_kept_for_good_under_the_name_of_their_content(office: Office) -> None:
    client = portal_client(office)
    page = client.get("/").text
    address = next(part for part in page.split('"') if part.startswith("/assets/pages."))
    sheet = client.get(address)
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in sheet.headers["cache-control"]
    assert client.get("/assets/pages.000000000000.css").status_code == 404


def test_a_changed_site_file_makes_another_page(office: Office) -> None:
    site, public = office.release_site.site, office.release_site.public
    renamed = site.model_copy(update={"base_url": "https://data.example"})
    tags = {
        TestClient(portal_application(Portal(Published(one, public))))
        .get("/about/")
        .headers["etag"]
        for one in (site, renamed)
    }
    assert len(tags) == 2
