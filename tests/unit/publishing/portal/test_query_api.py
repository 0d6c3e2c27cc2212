"""The query API as a programmer uses it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from portal_client import portal_client
from publishing_office import NOW, Office, make_dataset, open_site, parcel
from queried_parcels import parcels, queried_office
from starlette.testclient import TestClient

from publishing.facts import RunFacts
from publishing.portal.api.kept_answers import BESIDE_BODY, Answer, KeptAnswers
from publishing.portal.api.negotiation import Format, chosen_format
from publishing.portal.api.parameters import split_values
from publishing.portal.api.problems import ProblemError
from publishing.queries.engine import QueryEngine
from schemas.row_identity import row_id

ROWS = "/api/v1/datasets/parcels/rows"
COUNT = 25


def parcel_rows(extra: str = "") -> list[dict[str, Any]]:
    return [
        parcel(
            f"P{place:03d}{extra}",
            f"{place}.{place:02d}",
            ratio=None if place % 5 == 0 else place / 8,
            is_new=place % 2 == 0,
            floors=place % 3,
            signed_on=dt.date(2024 + place % 2, 1 + place % 12, 1),
        )
        for place in range(COUNT)
    ]


@pytest.fixture(scope="module")
def parcel_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("api")
    office = Office(folder, make_dataset(), open_site(folder, base_url="https://data.example/"))
    office.accept(parcel_rows())
    office.release()
    office.accept([*parcel_rows(), parcel("Q", "1e0"[:1], ratio=1e-7)])
    office.release(facts=RunFacts(now=NOW + dt.timedelta(days=3)))
    yield office
    office.release_site.warehouse.close()


@pytest.fixture(scope="module")
def client(parcel_office: Office) -> TestClient:
    return portal_client(parcel_office)


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["number"] for row in answer.json()["rows"]]


def test_rows_are_filtered_sorted_and_selected(client: TestClient) -> None:
    asked = {
        "price_cny.ge": "3.01",
        "price_cny.lt": "12.12",
        "floors.in": "0,2",
        "sort": "-price_cny",
        "select": "number,price_cny",
    }
    body = client.get(ROWS, params=asked).json()
    assert [row["number"] for row in body["rows"]] == [
        "P011",
        "P009",
        "P008",
        "P006",
        "P005",
        "P003",
    ]
    assert list(body["rows"][0]) == ["_row_id", "number", "price_cny"]
    assert body["rows"][0]["_row_id"] == row_id("parcels", ["P011"])
    assert body["meta"]["total"] == 6
    assert (body["meta"]["version"], body["meta"]["dataset"]) == (2, "parcels")
    assert body["meta"]["licence"]["name"] == "CC-BY-4.0"
    assert len(body["meta"]["content_sha256"]) == 64


def test_decimals_are_exact_in_every_format(client: TestClient) -> None:
    text = client.get(ROWS, params={"number": "P007", "select": "price_cny"}).text
    assert '"price_cny":7.07}' in text
    total = client.get(ROWS, params={"aggregate": "sum:price_cny,avg:price_cny", "version": 1})
    parsed = json.loads(total.text, parse_float=Decimal)["rows"][0]
    exact = sum(Decimal(f"{place}.{place:02d}") for place in range(COUNT))
    assert parsed == {"sum:price_cny": exact, "avg:price_cny": exact / COUNT}
    line = client.get(ROWS, params={"aggregate": "sum:price_cny", "format": "csv", "version": 1})
    assert line.text == f"sum:price_cny\n{exact}\n"


def test_all_rows_as_lines_and_as_csv_are_the_released_files(
    client: TestClient, parcel_office: Office
) -> None:
    folder = parcel_office.version_folder(2)
    released = (folder / "parcels.jsonl").read_text("utf-8").splitlines()
    lines = client.get(ROWS, params={"format": "ndjson"}).text.splitlines()
    parsed = [json.loads(line, parse_float=Decimal) for line in lines]
    assert [one.pop("_row_id") for one in parsed]
    assert parsed == [json.loads(line, parse_float=Decimal) for line in released]
    table = client.get(ROWS, headers={"Accept": "text/csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    without_ids = [line.partition(",")[2] for line in table.text.splitlines()]
    assert without_ids == (folder / "parcels.csv").read_text("utf-8").splitlines()


def test_the_answer_opens_in_two_lines_of_polars(client: TestClient) -> None:
    frame = pl.read_csv(io.StringIO(client.get(ROWS, params={"format": "csv"}).text))
    assert frame.height == COUNT + 1
    assert frame["price_cny"].sum() > 0


def test_groups_by_fields_and_by_parts_of_dates(client: TestClient) -> None:
    asked = {
        "group": "signed_on.year,is_new",
        "aggregate": "count,sum:floors",
        "sort": "-count,signed_on.year",
        "number.starts_with": "P",
        "format": "csv",
    }
    rows = list(csv.DictReader(io.StringIO(client.get(ROWS, params=asked).text)))
    expected: dict[tuple[str, str], list[int]] = {}
    for one in parcel_rows():
        key = (str(one["signed_on"].year), str(one["is_new"]).lower())
        expected.setdefault(key, []).append(one["floors"])
    found = {
        (row["signed_on.year"], row["is_new"]): (int(row["count"]), int(row["sum:floors"]))
        for row in rows
    }
    assert found == {key: (len(floors), sum(floors)) for key, floors in expected.items()}
    counts = [int(row["count"]) for row in rows]
    assert counts == sorted(counts, reverse=True)


def test_next_links_lead_through_all_rows_of_one_version(
    client: TestClient, parcel_office: Office
) -> None:
    address = f"{ROWS}?sort=floors&limit=7&floors.ge=0&version=1"
    found: list[str] = []
    while address:
        answer = client.get(address)
        found += numbers(answer)
        following = answer.json()["meta"]["next"]
        assert answer.links.get("next", {}).get("url") == following
        assert following is None or following.startswith("https://data.example/api/v1/")
        address = (following or "").removeprefix("https://data.example")
        assert not address or "version=1" in address
    assert len(found) == len(set(found)) == COUNT


def test_a_cursor_stays_in_its_version(client: TestClient) -> None:
    first = client.get(ROWS, params={"version": 1, "limit": 20}).json()["meta"]
    cursor = first["next"].partition("cursor=")[2]
    answer = client.get(ROWS, params={"limit": 20, "cursor": cursor})
    assert answer.json()["meta"]["version"] == 1
    wrong = client.get(ROWS, params={"limit": 20, "cursor": cursor, "floors": 1})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "wrong_cursor")


def test_versions_by_number_and_by_day(client: TestClient) -> None:
    day = NOW.date()
    for text, number in (
        ("1", 1),
        ("2", 2),
        (str(day + dt.timedelta(days=1)), 1),
        (str(day + dt.timedelta(days=9)), 2),
    ):
        assert client.get(ROWS, params={"version": text}).json()["meta"]["version"] == number
    for text in ("3", "0", "9" * 30, str(day - dt.timedelta(days=1))):
        answer = client.get(ROWS, params={"version": text})
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_version")


def test_answers_have_strong_etags_of_version_and_query(client: TestClient) -> None:
    first = client.get(ROWS, params={"floors": 1})
    etag = first.headers["etag"]
    assert etag.startswith('"')
    again = client.get(ROWS, params={"floors": 1}, headers={"If-None-Match": f'"x", W/{etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    others = [{"floors": 2}, {"floors": 1, "format": "csv"}, {"floors": 1, "version": 1}]
    assert len({client.get(ROWS, params=one).headers["etag"] for one in others} | {etag}) == 4
    assert first.headers["cache-control"] == "public, max-age=60"
    named = client.get(ROWS, params={"version": 2})
    assert named.headers["cache-control"] == "public, max-age=3600"
    document = client.get("/api/v1/datasets/parcels")
    known = {"If-None-Match": document.headers["etag"]}
    assert client.get("/api/v1/datasets/parcels", headers=known).status_code == 304


def test_head_is_get_without_body(client: TestClient) -> None:
    whole, head = client.get(ROWS), client.head(ROWS)
    assert head.content == b""
    for name in ("etag", "content-length", "content-type", "link", "x-total-count"):
        assert head.headers.get(name) == whole.headers.get(name)


@pytest.mark.parametrize(
    ("asked", "status", "code", "parameter"),
    [
        ("prize.ge=1", 422, "unknown_parameter", "prize.ge"),
        ("price_cny.like=1", 422, "unknown_operator", "price_cny.like"),
        ("price_cny.ge=viel", 422, "wrong_value", "price_cny.ge"),
        ("floors=1&floors=2", 422, "one_value", "floors.eq"),
        ("limit=1&limit=2", 422, "one_value", "limit"),
        ("limit=10001", 422, "out_of_range", "limit"),
        ("limit=-1", 422, "wrong_value", "limit"),
        ("limit=", 422, "wrong_value", "limit"),
        ("sort=", 422, "unknown_field", "sort"),
        ("sort=number,x", 422, "unknown_field", "sort"),
        ("select=", 422, "unknown_field", "select"),
        ("group=x", 422, "unknown_field", "group"),
        ("group=number&aggregate=sum:number", 422, "unknown_function", "aggregate"),
        ("group=number&select=number", 409, "conflict", "select"),
        ("group=floors&sort=number", 409, "conflict", "sort"),
        ("sort=sum:floors", 409, "conflict", "sort"),
        ("group=floors,floors", 409, "doubled_column", "group"),
        ("cursor=x", 409, "wrong_cursor", "cursor"),
        ("cursor=", 200, "", ""),
        ("version=next", 422, "wrong_value", "version"),
        ("version=2026-02-30", 422, "wrong_value", "version"),
        ("format=xlsx", 422, "unknown_format", "format"),
        ("q=" + "x" * 101, 422, "wrong_value", "q"),
        ("number=%ff", 200, "", ""),  # read as the replacement character, which no row has
        ("number.contains='%20OR%201=1%20--", 200, "", ""),
        ("seen_at.ge=2026-01-15T08:30:00+08:00", 200, "", ""),  # the + arrives as a blank
    ],
)
def test_wrong_parameters_are_told(
    client: TestClient, asked: str, status: int, code: str, parameter: str
) -> None:
    answer = client.get(f"{ROWS}?{asked}")
    assert answer.status_code == status, answer.text
    if status == 200:
        return
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (told["code"], told["parameter"], told["status"]) == (code, parameter, status)
    assert told["detail"] != told["detail_en"]
    assert answer.headers["cache-control"] == "no-store"


def test_too_many_groups_are_refused(tmp_path: Any) -> None:
    office = Office(tmp_path, make_dataset(), open_site(tmp_path))
    office.accept([parcel(str(place)) for place in range(10_001)])
    office.release()
    answer = portal_client(office).get(ROWS, params={"group": "number", "aggregate": "count"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_groups")
    office.release_site.warehouse.close()


def test_one_row_by_its_id(client: TestClient) -> None:
    wanted = row_id("parcels", ["Q"])
    answer = client.get(f"{ROWS}/{wanted}")
    assert answer.json()["row"]["number"] == "Q"
    assert answer.json()["row"]["_row_id"] == wanted
    assert answer.json()["meta"]["page"].startswith("https://data.example/datasets/parcels/rows/")
    before = client.get(f"{ROWS}/{wanted}", params={"version": 1})
    assert (before.status_code, before.json()["code"]) == (404, "no_such_row")
    assert client.get(f"{ROWS}/{wanted}", params={"limit": 1}).status_code == 422


def test_rows_with_keys_of_every_type_are_found_and_written_alike(tmp_path: Path) -> None:
    key = ("town", "number", "seen_at", "signed_on", "price_cny", "is_new", "floors", "period")
    rows = [row for row in parcels(400, 3) if all(row[name] is not None for name in key)]
    office = queried_office(tmp_path / "site", rows, primary_key=key)
    client = portal_client(office)
    answer = client.get(ROWS, params={"limit": 10_000})
    for row in answer.json()["rows"]:
        assert client.get(f"{ROWS}/{row['_row_id']}").json()["row"] == row
    for wrong in ("0" * 32, "x", "A" * 32, "0" * 33):
        assert client.get(f"{ROWS}/{wrong}").json()["code"] == "no_such_row"
    office.release_site.warehouse.close()


def test_a_withdrawn_version_is_gone(tmp_path: Path) -> None:
    office = Office(tmp_path, make_dataset(), open_site(tmp_path))
    for price in ("1.00", "2.00"):
        office.accept([parcel("1", price)])
        office.release()
    client = portal_client(office)
    cursor = client.get(ROWS, params={"version": 2, "limit": 1}).json()["meta"]
    assert cursor["version"] == 2
    pointer = office.release_site.dataset_folder("parcels") / "versions.json"
    told = json.loads(pointer.read_text("utf-8"))
    told["versions"][1]["withdrawn"] = {
        "reason": {"zh": "处罚已撤销", "en": "The penalty was revoked"},
        "on": "2026-05-02",
    }
    pointer.write_text(json.dumps(told), "utf-8")
    gone = client.get(ROWS, params={"version": 2})
    assert (gone.status_code, gone.json()["code"]) == (410, "withdrawn")
    assert "处罚已撤销" in gone.json()["detail"]
    assert client.get(ROWS).json()["meta"]["version"] == 1
    newest = client.get("/api/v1/datasets/parcels").json()["versions"][0]
    assert newest == {"version": 2, "withdrawn": told["versions"][1]["withdrawn"]}
    told["versions"][0]["withdrawn"] = told["versions"][1]["withdrawn"]
    pointer.write_text(json.dumps(told), "utf-8")
    assert client.get(ROWS).status_code == 410
    assert client.get("/api/v1/datasets/parcels").status_code == 410
    assert client.get("/api/v1/datasets").json() == {"datasets": []}
    assert client.get("/api/v1/openapi.json").status_code == 200
    office.release_site.warehouse.close()


def test_damage_and_faults_are_told_in_the_words_of_the_api(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(tmp_path, make_dataset(), open_site(tmp_path))
    office.accept([parcel("1")])
    office.release()
    file = office.version_folder(1) / "parcels.parquet"
    kept = file.read_bytes()
    file.unlink()
    file.write_bytes(kept[:-1])
    client = portal_client(office)
    changing = client.get(ROWS)
    assert (changing.status_code, changing.json()["code"]) == (503, "version_changing")
    assert changing.headers["retry-after"]
    file.write_bytes(kept)
    assert client.get(ROWS).status_code == 200
    (office.version_folder(1) / "manifest.json").unlink()
    damaged = portal_client(office).get(ROWS)
    assert (damaged.status_code, damaged.json()["code"]) == (503, "release_damaged")

    def fail(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(QueryEngine, "rows", fail)
    fault = client.get(ROWS, params={"floors": 1})
    assert (fault.status_code, fault.json()["code"]) == (500, "fault")
    assert "RuntimeError" not in fault.text
    office.release_site.warehouse.close()


def test_answers_are_kept_within_a_bound_of_bytes() -> None:
    kept = KeptAnswers(most_bytes=3 * (30 + BESIDE_BODY))
    for number in range(10):
        kept.keep(str(number), Answer(b"x" * 30, {}))
        assert kept.get("0" if number < 3 else str(number)) is not None
    assert [str(one) for one in range(10) if kept.get(str(one))] == ["7", "8", "9"]


def test_datasets_are_listed_and_described(client: TestClient) -> None:
    (listed,) = client.get("/api/v1/datasets").json()["datasets"]
    assert listed["id"] == "parcels"
    assert listed["links"]["rows"] == f"https://data.example{ROWS}"
    described = client.get("/api/v1/datasets/parcels").json()
    assert [one["version"] for one in described["versions"]] == [2, 1]
    fields = {field["name"]: field for field in described["fields"]}
    assert fields["price_cny"]["unit"] == "元"
    assert "sum" in fields["price_cny"]["functions"]
    assert "contains" in fields["number"]["operators"]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/nothing",
        "/datasets/none",
        "/datasets/none/rows",
        "/datasets/..%2f/rows",
        "/datasets/parcels/rows/a%0Ab",
    ],
)
def test_what_is_not_there_is_404(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1{path}", follow_redirects=True)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_nothing_can_be_written(client: TestClient, method: str) -> None:
    answer = client.request(method, ROWS)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert "access-control-allow-origin" not in answer.headers


def test_other_origins_may_read(client: TestClient) -> None:
    for answer in (client.get(ROWS), client.get(f"{ROWS}?x=1"), client.head(ROWS)):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "X-RateLimit-Remaining" in answer.headers["access-control-expose-headers"]
    asking = {"Origin": "https://else.example", "Access-Control-Request-Method": "POST"}
    preflight = client.options(ROWS, headers=asking)
    assert preflight.status_code == 204
    assert "POST" not in preflight.headers["access-control-allow-methods"]


def test_a_client_that_asks_too_much_waits(tmp_path: Any) -> None:
    site = open_site(tmp_path, portal={"rate_limit_per_minute": 3})
    office = Office(tmp_path, make_dataset(), site)
    office.accept([parcel("1")])
    office.release()
    client = portal_client(office)
    left = [client.get(ROWS).headers["x-ratelimit-remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = client.get(ROWS)
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    assert refused.headers["x-ratelimit-limit"] == "3"
    assert 0 < int(refused.headers["retry-after"]) <= 20
    assert refused.headers["access-control-allow-origin"] == "*"
    assert client.options(ROWS).status_code == 204
    office.release_site.warehouse.close()


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, Format.JSON),
        ("*/*", Format.JSON),
        ("text/html,application/xhtml+xml,*/*;q=0.8", Format.JSON),
        ("text/csv", Format.CSV),
        ("text/*", Format.CSV),
        ("application/x-ndjson, application/json;q=0.5", Format.NDJSON),
        ("application/json;q=0.1, text/csv;q=0.2", Format.CSV),
        ("application/*, application/json;q=0", Format.NDJSON),
        ("text/html", None),
        ("application/json;q=0", None),
        ("text/csv;q=x", None),
    ],
)
def test_formats_are_negotiated(accept: str | None, chosen: Format | None) -> None:
    if chosen is None:
        with pytest.raises(ProblemError) as refused:
            chosen_format(None, accept)
        assert refused.value.status == 406
    else:
        assert chosen_format(None, accept) is chosen


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a,b", ["a", "b"]),
        ("", [""]),
        ("a,", ["a", ""]),
        ('"a,b",c', ["a,b", "c"]),
        ('"say ""x"""', ['say "x"']),
        ('a"b,c', ['a"b', "c"]),
        ('"a"b,c', ['"a"b', "c"]),
        ('"a,b', ['"a', "b"]),
        ('"",x', ["", "x"]),
    ],
)
def test_lists_of_values_are_read_as_in_csv(text: str, values: list[str]) -> None:
    assert split_values(text) == values
