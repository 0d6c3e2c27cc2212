"""What programs find on the pages: schema.org, and every address that the sitemap names."""

from __future__ import annotations

import re
from typing import Any

import extruct
import pytest
from lxml import etree
from made_rows import shipped_datasets
from portal_client import portal_client
from publishing_office import Office
from starlette.testclient import TestClient

BASE = "https://data.example.gov.cn"
LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
DATA_SERVICE = "http://www.w3.org/ns/dcat#DataService"


@pytest.fixture(scope="module")
def client(every_release: dict[str, Office]) -> TestClient:
    return portal_client(next(iter(every_release.values())))


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("dataset", [one.id for one in shipped_datasets()])
def test_search_engines_find_the_dataset_on_its_page(
    client: TestClient, every_release: dict[str, Office], dataset: str, language: str
) -> None:
    answer = client.get(f"{language}/datasets/{dataset}/")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = extruct.extract(answer.text, syntaxes=["json-ld"])["json-ld"]
    (said,) = [one for one in found if one["@type"] == "Dataset"]
    assert said["name"] == every_release[dataset].dataset.title.zh
    assert 50 <= len(said["description"]) <= 5000
    assert said["license"].startswith("https://")
    manifest = every_release[dataset].reader.manifest()
    for file in said["distribution"]:
        name = file["contentUrl"].rpartition("/")[2]
        assert file["sha256"] == manifest["files"][name]["sha256"]
        served = client.head(file["contentUrl"].removeprefix(BASE))
        assert served.status_code == 200
        assert file["contentSize"] == f"{manifest['files'][name]['bytes']} B"


def test_every_address_of_the_sitemap_is_a_page(
    client: TestClient, every_release: dict[str, Office]
) -> None:
    content = client.get("/sitemap.xml").content
    addresses = [str(one.text) for one in etree.fromstring(content).iter(LOCATION)]
    assert len(addresses) > 50
    lost = [
        address
        for address in addresses
        if client.get(address.removeprefix(BASE)).status_code != 200
    ]
    assert lost == []


def test_robots_are_told_where_the_sitemap_is(client: TestClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    (named,) = re.findall(r"^Sitemap: (.*)$", answer.text, re.MULTILINE)
    assert client.get(named.removeprefix(BASE)).status_code == 200


def test_the_service_of_the_catalogue_is_there(client: TestClient) -> None:
    described = client.get("/services.jsonld").json()["@graph"]
    (service,) = [one for one in described if DATA_SERVICE in one.get("@type", ())]
    for name in ("endpointDescription", "landingPage"):
        (value,) = service[f"http://www.w3.org/ns/dcat#{name}"]
        answer = client.get(value["@id"].removeprefix(BASE))
        assert answer.status_code == 200, value["@id"]
