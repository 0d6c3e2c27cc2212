"""Datasets are found by Chinese words, wherever these stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from portal_client import portal_client
from publishing_office import Office, make_dataset, parcel

from publishing.portal.pages.highlighting import highlighted, snippet
from publishing.portal.pages.listing import listed_datasets
from publishing.portal.pages.search import SearchIndex, query_words
from publishing.portal.published import Published

DATASETS = (
    {
        "id": "parcels",
        "title": {"zh": "国有建设用地供应结果", "en": "Supply of land"},
        "description": {"zh": "每一宗已供应的用地。", "en": "Parcels supplied."},
    },
    {
        "id": "air",
        "title": {"zh": "空气质量日数据", "en": "Daily air quality"},
        "description": {"zh": "监测站的日均值。", "en": "Daily means of stations."},
        "theme": "environment",
        "owner": {"zh": "生态环境局", "en": "Ecology bureau"},
        "update_frequency": "daily",
    },
    {
        "id": "awards",
        "title": {"zh": "中标结果", "en": "Awards"},
        "description": {"zh": "含土地整治项目。", "en": "Including land projects."},
        "theme": "procurement",
        "owner": {"zh": "财政局", "en": "Finance bureau"},
    },
)


@pytest.fixture
def site(make_office: Callable[..., Office]) -> Office:
    office = make_office()
    for changes in DATASETS:
        office.dataset = make_dataset(**changes)
        office.accept([parcel("1")])
        office.release()
    return office


def _found(site: Office, query: str) -> list[str]:
    published = Published(site.release_site.site, site.release_site.public)
    return [hit.listed.dataset.id for hit in SearchIndex(listed_datasets(published)).search(query)]


FOUND = {
    "空气": ["air"],
    "ＡＩＲ": ["air"],
    "土地": ["parcels", "awards", "air"],  # its theme, its description, another name of a field
    "用地供应": ["parcels"],
    "建设用地供应情况": ["parcels"],  # most pairs of signs
    "生态环境局": ["air"],
    "容积率": ["air", "awards", "parcels"],  # a field that all have
    "结果 财政局": ["awards"],
    "结果 环境局": [],
    "学校": [],
    "": ["air", "awards", "parcels"],
}


def test_words_find_datasets(site: Office) -> None:
    assert {query: _found(site, query) for query in FOUND} == FOUND


def test_the_list_marks_what_it_found_and_says_what_to_do_where_it_found_nothing(
    site: Office,
) -> None:
    client = portal_client(site)
    page = client.get("/datasets/", params={"q": "供应"}).text
    assert "国有建设用地<mark>供应</mark>结果" in page
    assert "找到 1 个与“供应”有关的数据集" in page
    field = client.get("/datasets/", params={"q": "容积率"}).text
    assert "<mark>容积率</mark>" in field
    nothing = client.get("/en/datasets/", params={"q": "学校", "theme": "land"}).text
    assert "No dataset found" in nothing
    assert "Drop the filters" in nothing
    assert "<script" not in client.get("/datasets/", params={"q": "<script>"}).text


def test_filters_narrow_down_and_can_be_taken_back(site: Office) -> None:
    client = portal_client(site)
    page = client.get("/datasets/", params={"theme": "environment"}).text
    assert "空气质量日数据" in page
    assert "中标结果" not in page
    assert 'href="/datasets/" aria-current="true"' in page
    by_owner = client.get("/datasets/", params={"department": "财政局"}).text
    assert "中标结果" in by_owner
    assert "空气质量" not in by_owner.split("<main")[1].split("dataset-list")[1]
    assert client.get("/datasets/", params={"page": "2"}).status_code == 404
    assert client.get("/datasets/", params={"page": "x"}).status_code == 404
    assert client.get("/themes/environment/").status_code == 200
    assert client.get("/themes/nothing/").status_code == 404


def test_a_static_list_needs_no_server(site: Office) -> None:
    client = portal_client(site, static=True)
    page = client.get("/datasets/").text
    assert "<form" not in page
    assert "?" not in "".join(
        part.split('"')[0] for part in page.split("<main")[1].split('href="')[1:]
    )
    assert page.count('class="dataset-item"') == 3


def test_marks_fall_on_what_was_found() -> None:
    assert highlighted("建设用地供应结果", query_words("供应情况结果")) == (
        "建设用地<mark>供应结果</mark>"
    )
    assert highlighted("a < B", ["b"]) == "a &lt; <mark>B</mark>"
    assert highlighted("Straße İ", ["straße"]) == "Straße İ"  # folds to another length
    long = "前" * 300 + "重点" + "后" * 300
    assert "<mark>重点</mark>" in snippet(long, ["重点"])
    assert len(snippet(long, ["重点"])) < 200
    assert snippet("word " * 60, []).endswith("word…")
