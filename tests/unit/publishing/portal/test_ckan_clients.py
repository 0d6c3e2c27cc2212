"""CKAN's clients against the portal: unchanged programs, over a real server on loopback."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
from ckan_programs import installed_programs, printed_by
from ckanapi import NotAuthorized, NotFound, RemoteCKAN, ValidationError
from portal_server import served
from publishing_office import Office, make_dataset, open_site, parcel

from publishing.portal.ckan.kept_packages import KeptPackages
from publishing.portal.published import Published

PRICES = ("9007199254740993.01", "0.10", None, "100.00", "250.50")


@dataclass(frozen=True, slots=True)
class Ckan:
    """A served portal, an ckanapi client on it, and the folders of its versions."""

    address: str
    client: RemoteCKAN
    folder: Path

    def resource(self, partition: str = "2026", name: str = "parcels") -> dict[str, Any]:
        """The resource of a partition whose rows can be queried."""
        found = self.client.action.package_show(id=name)["resources"]
        return next(r for r in found if r["datastore_active"] and r["partition"] == partition)


def rows() -> list[dict[str, Any]]:
    """Parcels of two years."""
    return [
        parcel(
            f"p{place}",
            price,
            signed_on=dt.date(2025 if place == 4 else 2026, 1, 15 + place),
            is_new=place % 2 == 0,
            floors=place,
        )
        for place, price in enumerate(PRICES)
    ]


@pytest.fixture(scope="module")
def ckan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ckan]:
    """Two datasets: parcels by year, and one more of another theme."""
    folder = tmp_path_factory.mktemp("site")
    site = open_site(folder, publisher={"name": {"zh": "清水县", "en": "Qingshui"}})
    first = make_dataset(partition={"field": "signed_on", "by": "year"})
    second = make_dataset(
        id="permits",
        theme="procurement",
        title={"zh": "许可", "en": "Permits"},
        owner={"zh": "审批局", "en": "Approvals"},
    )
    offices = [Office(folder, first, site), Office(folder, second, site, runs=100)]
    for office in offices:
        office.accept(rows())
        office.release()
    with served(offices[0]) as address:
        yield Ckan(address, RemoteCKAN(address), site.public / "datasets")
    site.warehouse.close()


def test_ckanapi_shows_packages_with_files_that_are_there(ckan: Ckan) -> None:
    assert ckan.client.action.package_list() == ["parcels", "permits"]
    shown = ckan.client.action.package_show(id="parcels")
    assert ckan.client.action.package_show(id=shown["id"]) == shown
    assert (shown["title"], shown["organization"]["title"]) == ("地块", "自然资源局")
    assert shown["license_id"] == "CC-BY-4.0"
    assert shown["isopen"] is True
    extras = {one["key"]: one["value"] for one in shown["extras"]}
    assert extras["公开属性"] == "proactive"
    for resource in shown["resources"]:
        file = ckan.folder / resource["url"].split("/datasets/")[1]
        assert file.stat().st_size == resource["size"]
        assert ckan.client.action.resource_show(id=resource["id"]) == resource


def test_ids_stay_the_same_in_the_next_version_and_hashes_follow_the_files(office: Office) -> None:
    site = office.release_site
    published = Published(site.site, site.public)
    kept, seen = KeptPackages(published), []
    for price in ("1.00", "2.00"):
        office.accept([parcel("a", price)])
        office.release()
        shown = kept.current().packages["parcels"]
        seen.append(shown)
        assert kept.current().packages["parcels"] is shown
    before, after = seen
    assert [r["id"] for r in before["resources"]] == [r["id"] for r in after["resources"]]
    assert (before["id"], before["version"], after["version"]) == (after["id"], "1", "2")
    assert all(
        one["hash"] != two["hash"]
        for one, two in zip(before["resources"], after["resources"], strict=True)
    )


def test_ckanapi_reads_the_rows_of_a_partition_exactly(ckan: Ckan) -> None:
    resource = ckan.resource()
    found = ckan.client.action.datastore_search(resource_id=resource["id"], limit=3)
    assert (found["total"], resource["row_count"]) == (4, 4)
    assert [one["_id"] for one in found["records"]] == [1, 2, 3]
    address = f"{ckan.address}/api/3/action/datastore_search?resource_id={resource['id']}"
    text = requests.get(address, timeout=30).text
    records = json.loads(text, parse_float=Decimal)["result"]["records"]
    written = {one["number"]: one["price_cny"] for one in records}
    expected = {f"p{at}": Decimal(p) if p else None for at, p in enumerate(PRICES) if at != 4}
    assert written == expected
    released = ckan.folder / resource["url"].split("/datasets/")[1]
    with released.open(encoding="utf-8", newline="") as stream:
        assert [row["number"] for row in csv.DictReader(stream)] == [r["number"] for r in records]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"filters": {"number": "p1"}}, ["p1"]),
        ({"filters": {"number": ["p1", "p3"]}}, ["p1", "p3"]),
        ({"filters": {"price_cny": {"gte": 100}}}, ["p0", "p3"]),
        ({"filters": {"price_cny": None}}, ["p2"]),
        ({"filters": {"is_new": True, "floors": 2}}, ["p2"]),
        ({"sort": "price_cny desc", "limit": 2}, ["p0", "p3"]),
        ({"sort": "floors desc, number asc", "offset": 1, "limit": 2}, ["p2", "p1"]),
        ({"q": "p3"}, ["p3"]),
        ({"q": {"number": "2"}}, ["p2"]),
        ({"limit": 0}, []),
    ],
)
def test_filters_words_order_and_pages(
    ckan: Ckan, given: dict[str, Any], expected: list[str]
) -> None:
    resource = ckan.resource()["id"]
    found = ckan.client.action.datastore_search(resource_id=resource, **given)
    assert [one["number"] for one in found["records"]] == expected
    reading = RemoteCKAN(ckan.address, get_only=True)
    texts = {k: v if isinstance(v, str | int) else json.dumps(v) for k, v in given.items()}
    by_get = reading.call_action("datastore_search", {"resource_id": resource, **texts})
    assert by_get["records"] == found["records"]


def test_fields_and_formats_of_records(ckan: Ckan) -> None:
    given = {"resource_id": ckan.resource()["id"], "fields": ["number", "price_cny"], "limit": 1}
    whole = ckan.client.action.datastore_search(**given)
    assert [one["id"] for one in whole["fields"]] == ["_id", "_row_id", "number", "price_cny"]
    row_id = whole["records"][0]["_row_id"]
    as_csv = ckan.client.action.datastore_search(**given, records_format="csv")["records"]
    assert list(csv.reader(io.StringIO(as_csv))) == [["1", row_id, "p0", "9007199254740993.01"]]
    as_tsv = ckan.client.action.datastore_search(**given, records_format="tsv")["records"]
    assert as_tsv == as_csv.replace(",", "\t")
    address = f"{ckan.address}/api/3/action/datastore_search"
    given["records_format"] = "lists"
    assert ',"p0",9007199254740993.01]' in requests.post(address, json=given, timeout=30).text


def test_a_whole_dataset_is_queried_by_its_name(ckan: Ckan) -> None:
    assert ckan.client.action.datastore_search(resource_id="parcels", limit=0)["total"] == 5
    told = ckan.client.action.datastore_info(id=ckan.resource("2025")["id"])
    assert told["meta"]["count"] == 1


@pytest.mark.parametrize(
    ("action", "given", "error"),
    [
        ("package_show", {"id": "nothing"}, NotFound),
        ("resource_show", {"id": "nothing"}, NotFound),
        ("datastore_search", {"resource_id": "nothing"}, NotFound),
        ("organization_show", {"id": "nothing"}, NotFound),
        ("package_show", {}, ValidationError),
        ("datastore_search", {}, ValidationError),
        ("datastore_search", {"resource_id": "parcels", "filters": {"x": 1}}, ValidationError),
        ("datastore_search", {"resource_id": "parcels", "sort": "x"}, ValidationError),
        ("datastore_search", {"resource_id": "parcels", "sort": "number; drop"}, ValidationError),
        ("datastore_search", {"resource_id": "parcels", "limit": -1}, ValidationError),
        ("datastore_search", {"resource_id": "parcels", "filters": "x"}, ValidationError),
        ("datastore_search", {"resource_id": "parcels", "q": ["a"]}, ValidationError),
        ("datastore_search", {"resource_id": "parcels", "limit": "9" * 5000}, None),
        ("package_search", {"facet.limit": "9" * 5000, "facet.field": ["tags"]}, None),
        (
            "datastore_search",
            {"resource_id": "parcels", "filters": {"price_cny": "much"}},
            ValidationError,
        ),
        ("datastore_search_sql", {"sql": "select 1"}, NotAuthorized),
        ("package_create", {"name": "x"}, NotAuthorized),
        ("package_delete", {"id": "parcels"}, NotAuthorized),
        ("user_list", {}, NotAuthorized),
    ],
)
def test_errors_arrive_as_ckan_has_them(
    ckan: Ckan, action: str, given: dict[str, Any], error: type[Exception] | None
) -> None:
    with nullcontext() if error is None else pytest.raises(error):
        ckan.client.call_action(action, given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["parcels", "permits"]),
        ({"q": "许可"}, ["permits"]),
        ({"q": "编号"}, ["parcels", "permits"]),
        ({"q": "title:地块"}, ["parcels"]),
        ({"q": "*:*", "fq": "groups:land"}, ["parcels"]),
        ({"fq": "groups:(land OR procurement)"}, ["parcels", "permits"]),
        ({"fq": "-groups:land"}, ["permits"]),
        ({"fq": "NOT name:parcels AND res_format:CSV"}, ["permits"]),
        ({"fq": 'tags:"Permits"'}, ["permits"]),
        ({"fq": "metadata_modified:[2026-04-30T00:00:00Z TO *]"}, ["parcels", "permits"]),
        ({"fq": "metadata_modified:[* TO 2026-04-30T00:00:00Z]"}, []),
        ({"q": "nothing at all"}, []),
        ({"sort": "name desc", "rows": 1}, ["permits"]),
        ({"rows": 1, "start": 1}, ["permits"]),
    ],
)
def test_packages_are_found(ckan: Ckan, given: dict[str, Any], expected: list[str]) -> None:
    found = ckan.client.action.package_search(**given)
    assert [one["name"] for one in found["results"]] == expected


def test_a_search_that_cannot_be_read_says_so(ckan: Ckan) -> None:
    for wrong in ("title:(", "nosuchfield:x", "a OR b"):
        address = f"{ckan.address}/api/3/action/package_search"
        answer = requests.get(address, params={"q": wrong}, timeout=30)
        assert answer.status_code == 400
        assert answer.json()["error"]["__type"] == "Search Query Error"


def test_facets_departments_themes_and_tags(ckan: Ckan) -> None:
    given = {"rows": 0, "facet.field": ["organization", "groups"]}
    found = ckan.client.call_action("package_search", given)
    assert found["facets"]["groups"] == {"land": 1, "procurement": 1}
    names = ckan.client.action.organization_list()
    assert found["facets"]["organization"] == dict.fromkeys(names, 1)
    one = ckan.client.action.organization_show(id=names[0], include_datasets=True)
    assert one["package_count"] == len(one["packages"]) == 1
    assert ckan.client.action.group_list() == ["land", "procurement"]
    assert ckan.client.action.group_show(id="land")["title"] == "土地"
    assert "Permits" in ckan.client.action.tag_list()
    assert ckan.client.action.status_show()["extensions"] == ["datastore"]
    assert ckan.client.action.site_read() is True


def test_the_command_dumps_all_datasets(ckan: Ckan) -> None:
    binaries = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    command = ["ckanapi", "dump", "datasets", "--all", "--datastore-fields", "-r", ckan.address]
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    dumped = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [one["name"] for one in dumped] == ["parcels", "permits"]
    active = [r for one in dumped for r in one["resources"] if r["datastore_active"]]
    assert all(resource["datastore_fields"] for resource in active)


def test_bodies_that_are_no_parameters_are_refused(ckan: Ckan) -> None:
    address = f"{ckan.address}/api/action/package_show"
    told = [
        requests.post(address, data=body, timeout=30).status_code
        for body in (b"{", b"[1]", b"\xff", b'{"id": ["parcels"]}', b"{" + b" " * 200_000 + b"}")
    ]
    assert told == [400, 400, 400, 409, 413]
    form = requests.post(address, data={"id": "parcels"}, timeout=30)
    assert form.json()["result"]["name"] == "parcels"
    unknown = requests.get(f"{ckan.address}/api/3/action/no_such", timeout=30)
    assert (unknown.status_code, unknown.json()[:11]) == (400, "Bad request")
    assert requests.get(f"{ckan.address}/api/3", timeout=30).json() == {"version": 3}
    assert unknown.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-RateLimit-Remaining" in unknown.headers


HARVEST = """
import json, sys
from ckanext.harvest.harvesters.ckanharvester import CKANHarvester
harvester = CKANHarvester()
harvester.config = {}
gathered = {}
for name, terms in json.loads(sys.argv[2]).items():
    found = harvester._search_for_datasets(sys.argv[1], terms)
    gathered[name] = [one["name"] for one in found]
    for one in found:
        harvester._get_organization(sys.argv[1], one["organization"]["name"])
        harvester._get_group(sys.argv[1], one["groups"][0])
print(json.dumps(gathered))
"""


@pytest.mark.slow
def test_ckans_own_harvester_gathers_all_datasets(
    ckan: Ckan, request: pytest.FixtureRequest
) -> None:
    programs = installed_programs(request.config)
    terms = {
        "all": None,
        "since": ["metadata_modified:[2026-04-30T00:00:00Z TO *]"],
        "nothing_new": ["metadata_modified:[2026-06-30T00:00:00Z TO *]"],
        "without": ["-organization:nobody"],
    }
    gathered = json.loads(printed_by(HARVEST, programs, ckan.address, json.dumps(terms)))
    both = ["parcels", "permits"]
    assert {name: sorted(found) for name, found in gathered.items()} == {
        "all": both,
        "since": both,
        "nothing_new": [],
        "without": both,
    }
