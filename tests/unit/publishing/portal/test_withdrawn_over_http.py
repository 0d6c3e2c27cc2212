"""After a withdrawal no answer of the portal holds the withdrawn value: everything is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import unquote, urljoin

import pytest
from portal_client import portal_client
from public_bytes import texts_in
from publishing_office import NOW, Office, parcel
from starlette.testclient import TestClient

from publishing.repair import repair
from schemas.message import Message
from schemas.row_identity import row_id
from warehouse.withdrawals import Withdrawal

SECRET, PRICE = "机密地块张三丰", "7654321.25"
ROW = row_id("parcels", [SECRET])
REASON = Message("处罚决定已撤销", "The decision was revoked")
LINK = re.compile(r'(?:href|src)="([^"#]+)"')
SEEDS = (
    "/",
    "/en/",
    "/catalog.json",
    "/catalog.jsonld",
    "/catalog.ttl",
    "/catalog.rdf",
    "/data.json",
    "/feed.xml",
    "/sitemap.xml",
    f"/datasets/?q={SECRET}",
    "/datasets/parcels/",
    "/datasets/parcels/versions/",
    "/datasets/parcels/versions.json",
    "/datasets/parcels/withdrawals.json",
    f"/datasets/parcels/rows/{ROW}/",
    *(f"/datasets/parcels/rows/{ROW}/?version={n}" for n in (1, 2, 3)),
    *(f"/datasets/parcels/delta/{n}..{n + 1}.jsonl" for n in (1, 2)),
    "/api/v1/datasets",
    "/api/v1/datasets/parcels",
    *(f"/api/v1/datasets/parcels/rows?version={n}" for n in (1, 2, 3)),
    f"/api/v1/datasets/parcels/rows?version=1&number={SECRET}",
    "/api/v1/datasets/parcels/rows",
    "/api/3/action/package_show?id=parcels",
    "/api/3/action/package_search?q=parcels",
)


def walk(client: TestClient, office: Office) -> dict[str, list[str]]:
    """Address -> all texts of its answer: the seeds, all files of all versions, all links."""
    waiting = list(SEEDS)
    for version in (1, 2, 3):
        folder = office.version_folder(version)
        if folder.exists():
            waiting += [f"/datasets/parcels/{version}/{one.name}" for one in folder.iterdir()]
        waiting.append(f"/datasets/parcels/{version}/parcels.csv")
    found: dict[str, list[str]] = {}
    while waiting:
        address = waiting.pop()
        if address in found or len(found) > 600:
            continue
        answer = client.get(address)
        assert answer.status_code < 500, (address, answer.text)
        found[address] = list(texts_in(answer.content))
        if answer.headers.get("content-type", "").startswith("text/html"):
            links = [urljoin(address, unescape(one)) for one in LINK.findall(answer.text)]
            waiting += [one for one in links if one.startswith("/")]
    return found


def holding(found: dict[str, list[str]], asked_for: str, *values: str) -> list[str]:
    """Addresses whose answers hold a value; an answer may repeat what it was asked for."""
    return sorted(
        address
        for address, texts in found.items()
        if asked_for not in unquote(address)
        and any(one in text for text in texts for one in values)
    )


@pytest.fixture
def office(make_office: Callable[..., Office]) -> Office:
    office = make_office(
        site={"formats": ["csv", "csv.gz", "jsonl", "parquet", "excel.xlsx"]},
    )
    office.accept([parcel("A"), parcel(SECRET, PRICE), parcel("B", "2.00")])
    office.release()
    office.accept([parcel("A"), parcel(SECRET, PRICE), parcel("B", "3.00")])
    office.release()
    office.accept([parcel("A"), parcel(SECRET, PRICE)])
    office.release()
    return office


def test_a_withdrawn_row_is_in_no_answer(office: Office) -> None:
    client = portal_client(office)
    before = walk(client, office)
    held = holding(before, SECRET, SECRET, PRICE)
    assert "/datasets/parcels/" in held
    assert "/datasets/parcels/1/parcels.excel.xlsx" in held
    assert "/api/v1/datasets/parcels/rows?version=1" in held
    assert "/datasets/parcels/delta/1..2.jsonl" not in held
    begun = Withdrawal("parcels", REASON, NOW, row_id=ROW, keys=(SECRET,))
    office.release_site.warehouse.withdrawals.begin(begun)
    repair(office.release_site)
    after = walk(client, office)
    assert holding(after, SECRET, SECRET, PRICE) == []
    of_search = after[f"/datasets/?q={SECRET}"]
    assert not any(PRICE in text for text in of_search)
    assert len(after) > 60
    assert any(REASON.zh in text and "撤回" in text for text in after["/feed.xml"])
    gone = client.get(f"/datasets/parcels/rows/{ROW}/")
    assert (gone.status_code, REASON.zh in gone.text) == (410, True)
    assert REASON.en in client.get("/en/datasets/parcels/versions/").text
    (notice,) = client.get("/datasets/parcels/withdrawals.json").json()["withdrawals"]
    assert (notice["rows"], notice["on"]) == ([ROW], "2026-05-01")


def test_files_of_a_withdrawn_version_answer_410_with_the_reason(office: Office) -> None:
    client = portal_client(office)
    assert client.get("/datasets/parcels/3/parcels.csv").status_code == 200
    office.release_site.warehouse.withdrawals.begin(Withdrawal("parcels", REASON, NOW, version=3))
    repair(office.release_site)
    answer = client.get("/datasets/parcels/3/parcels.csv", headers={"accept-language": "zh"})
    assert answer.status_code == 410
    assert REASON.zh in answer.text
    page = client.get("/datasets/parcels/3/")
    assert (page.status_code, REASON.zh in page.text) == (410, True)
    latest = client.get("/datasets/parcels/latest/parcels.csv")
    assert latest.headers["location"].endswith("/4/parcels.csv")
    assert all(
        client.get(one).status_code < 500 for one in ("/", "/datasets/", "/datasets/parcels/")
    )


def test_a_dataset_of_which_everything_was_withdrawn(
    make_office: Callable[..., Office],
) -> None:
    office = make_office()
    office.accept([parcel(SECRET, PRICE)])
    office.release()
    client = portal_client(office)
    assert client.get("/datasets/parcels/1/parcels.csv").status_code == 200
    office.release_site.warehouse.withdrawals.begin(Withdrawal("parcels", REASON, NOW, version=1))
    repair(office.release_site)
    assert client.get("/datasets/parcels/1/parcels.csv").status_code == 410
    for address in ("/", "/datasets/", "/feed.xml", "/health", "/catalog.json"):
        assert client.get(address).status_code == 200, address
    for address in ("/datasets/parcels/", "/datasets/parcels/latest/parcels.csv"):
        assert client.get(address).status_code in (404, 410), address
    assert holding(walk(client, office), SECRET, SECRET, PRICE) == []


def test_rows_of_a_withdrawn_version_are_gone_with_the_reason_in_both_languages(
    office: Office,
) -> None:
    client = portal_client(office)
    begun = [Withdrawal("parcels", REASON, NOW, version=number) for number in (1, 2, 3)]
    office.release_site.warehouse.withdrawals.begin(begun[0])
    repair(office.release_site)
    answer = client.get("/api/v1/datasets/parcels/rows?version=1")
    assert answer.status_code == 410
    assert f"原因：{REASON.zh}。" in answer.json()["detail"]
    assert f"withdrawn: {REASON.en}." in answer.json()["detail_en"]
    assert REASON.en in client.get(f"/en/datasets/parcels/rows/{ROW}/?version=1").text
    for one in (*begun[1:], Withdrawal("parcels", REASON, NOW, version=4)):
        office.release_site.warehouse.withdrawals.begin(one)
        repair(office.release_site)
    gone = client.get(f"/en/datasets/parcels/rows/{ROW}/")  # all versions are
    assert (gone.status_code, REASON.en in gone.text) == (410, True)
