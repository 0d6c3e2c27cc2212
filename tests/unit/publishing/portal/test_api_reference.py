"""The page of the API: its examples work, its codes are those there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from portal_client import portal_client
from publishing_office import Office, make_dataset, open_site, parcel

import publishing
from publishing.portal.pages.api_reference import PROBLEMS

ROOT = Path(publishing.__file__).parent
FOLDERS = ("queries", "portal/api")
CODE = re.compile(
    r"(?:QueryRefusedError|QueryTooHeavyError|VersionChangedError|ProblemError)\("
    r"\s*(?:HTTPStatus\.\w+,)?\s*\"(?P<code>[a-z_]+)\"",
)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_example_and_link_of_the_page_is_answered(office: Office, prefix: str) -> None:
    office.accept([parcel(str(place), f"{place}.50") for place in range(20)])
    office.release()
    client = portal_client(office)
    page = client.get(f"{prefix}/api/")
    assert page.status_code == 200
    links = set(re.findall(r'href="(/api/v1/[^"]+)"', page.text))
    assert len(links) >= 6
    for link in links:
        answer = client.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200, link


def test_a_site_without_the_api_has_neither_page_nor_link(tmp_path: Path) -> None:
    office = Office(tmp_path, make_dataset(), open_site(tmp_path, query_api=False))
    office.accept([parcel("1")])
    office.release()
    client = portal_client(office)
    assert client.get("/api/").status_code == 404
    assert client.get("/api/v1/datasets").status_code == 404
    assert 'href="/api/"' not in client.get("/").text
    office.release_site.warehouse.close()


def test_the_page_explains_every_code() -> None:
    told = {code for _, codes in PROBLEMS for code in codes}
    written = {
        found["code"]
        for folder in FOLDERS
        for module in (ROOT / folder).rglob("*.py")
        for found in CODE.finditer(module.read_text("utf-8"))
    }
    assert len(written) > 15
    assert written - told == set()
