"""Requests that no honest reader makes: none is a fault of the server, leads elsewhere, stays in a
cache for others, or fills the memory."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from portal_client import portal_client
from publishing_office import NOW, Office, parcel
from starlette.testclient import TestClient

from publishing.portal.api.kept_answers import Answer, KeptAnswers
from publishing.portal.application import portal_application
from publishing.portal.pages.rendering import KEPT_BYTES, LARGEST_KEPT, KeptPages
from publishing.portal.portal import Portal
from publishing.portal.published import Published
from publishing.portal.report_limits import FROM_ONE_ADDRESS
from publishing.repair import repair
from schemas.message import Message
from schemas.portal_options import PortalOptions
from schemas.row_identity import row_id
from warehouse.withdrawals import Withdrawal

SEARCH = "/api/3/action/datastore_search"
REASON = Message("处罚决定已撤销", "The decision was revoked")
LONG = "9" * 5000


@pytest.fixture
def client(office: Office) -> TestClient:
    """Three rows in one version."""
    office.accept([parcel("1"), parcel("2"), parcel("3")])
    office.release()
    return portal_client(office)


def withdraw(office: Office, **what: object) -> None:
    begun = replace(Withdrawal("parcels", REASON, NOW, version=1), **what)
    office.release_site.warehouse.withdrawals.begin(begun)
    repair(office.release_site)


def test_numbers_and_names_of_any_length_are_not_found(client: TestClient) -> None:
    for path in (
        f"/datasets/parcels/{LONG}/",
        f"/datasets/parcels/{LONG}",
        f"/datasets/parcels/{LONG}/parcels.csv",
        f"/datasets/parcels/delta/{LONG}..2.jsonl",
        f"/{'a' * 300}.json",
    ):
        assert client.get(path).status_code == 404, path[:60]


def test_redirects_repeat_neither_host_nor_scheme_of_a_request(client: TestClient) -> None:
    for path, target in (
        ("/en", "/en/"),
        ("/en?a=//evil.example", "/en/?a=//evil.example"),
        ("/datasets/parcels?a=%26b&c=//d", "/datasets/parcels/?a=%26b&c=//d"),
        ("/en/datasets/parcels/1?a=b", "/en/datasets/parcels/1/?a=b"),
        ("/api/v1/datasets/", "/api/v1/datasets"),
        ("/api/3/action/package_list/", "/api/3/action/package_list"),
    ):
        answer = client.get(path, headers={"host": "evil.example"})
        assert (answer.status_code, answer.headers["location"]) in ((307, target), (308, target))


def test_errors_are_kept_by_no_cache(client: TestClient) -> None:
    for path, status in (
        ("/api/3/action/package_show?id=none", 404),
        ("/api/3/action/package_show", 409),
        ("/api/3/action/none", 400),
        ("/api/3/action/package_create", 403),
        ("/api/3/none", 404),
        ("/api/v1/datasets/none/rows", 404),
        ("/datasets/none/versions.json", 404),
        ("/datasets/none/", 404),
        ("/none.json", 404),
    ):
        for accept in ("*/*", "application/json"):
            answer = client.get(path, headers={"accept": accept})
            assert answer.status_code == status, path
            assert answer.headers["cache-control"] == "no-store", path


def test_a_dataset_has_one_name(client: TestClient) -> None:
    for name in ("./parcels", "../datasets/parcels", "parcels/", "."):
        answer = client.get("/api/v1/openapi.json", params={"dataset": name})
        assert answer.status_code == 404, name


def test_what_answers_one_request_only_is_not_kept_for_others(client: TestClient) -> None:
    path = "/datasets/parcels/1/parcels.csv"
    for headers, status in (({"if-match": '"x"'}, 412), ({"range": "bytes=999999-"}, 416)):
        answer = client.get(path, headers=headers)
        assert answer.status_code == status
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "body",
    [
        '{"resource_id":"\\ud800"}',
        '{"resource_id":"parcels","q":"\\ud800"}',
        '{"resource_id":"parcels","filters":{"\\ud800":1}}',
        '{"resource_id":"parcels","filters":{"number":NaN}}',
        '{"resource_id":"parcels","filters":{"number":1e999}}',
        '{"resource_id":"parcels","sort":[""]}',
        '{"resource_id":"parcels","filters":"{\\"number\\":NaN}"}',
    ],
)
def test_json_that_cannot_be_answered_is_refused(client: TestClient, body: str) -> None:
    answer = client.post(SEARCH, content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 409)
    assert answer.json()["success"] is False


def test_a_search_has_bounds(client: TestClient) -> None:
    path = "/api/3/action/package_search"
    for parameters in (
        {"fq_list": ["state:active " * 50] * 50},
        {"fq": f"tags:({'a OR ' * 300}a)"},
        {"facet.field": ["tags"] * 60},
    ):
        answer = client.post(path, json=parameters)
        assert answer.status_code in (400, 409), parameters


def test_a_cursor_with_a_number_that_cannot_be_read_is_wrong(client: TestClient) -> None:
    cursor = base64.urlsafe_b64encode(f'[{LONG},1,[],""]'.encode()).decode()
    answer = client.get("/api/v1/datasets/parcels/rows", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_cursor")


def test_both_interfaces_to_the_rows_count_against_one_limit(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(site={"portal": {"rate_limit_per_minute": 3}})
    office.accept([parcel("1")])
    office.release()
    client = portal_client(office)
    asked = ("/api/v1/datasets/parcels/rows", f"{SEARCH}?resource_id=parcels") * 2
    assert [client.get(path).status_code for path in asked] == [200, 200, 200, 429]


def test_a_withdrawn_row_is_gone_for_programs_too(office: Office, client: TestClient) -> None:
    gone = row_id("parcels", ["2"])
    path = f"/api/v1/datasets/parcels/rows/{gone}"
    assert client.get(path).status_code == 200
    withdraw(office, version=None, row_id=gone, keys=("2",))
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (410, "withdrawn")
    assert REASON.zh in answer.json()["detail"]
    assert REASON.en in answer.json()["detail_en"]
    assert client.get(f"/api/v1/datasets/parcels/rows/{'0' * len(gone)}").status_code == 404


def test_a_withdrawn_version_tells_its_reason_in_both_languages(
    office: Office, client: TestClient
) -> None:
    withdraw(office)
    told = client.get("/api/v1/datasets/parcels/rows?version=1").json()
    assert f"原因：{REASON.zh}。" in told["detail"]
    assert f"withdrawn: {REASON.en}." in told["detail_en"]
    row = row_id("parcels", ["2"])
    for query in ("", "?version=1"):
        page = client.get(f"/en/datasets/parcels/rows/{row}/{query}")
        assert (page.status_code, REASON.en in page.text) == (410, True), query


def test_readers_behind_a_proxy_are_told_apart(office: Office) -> None:
    office.accept([parcel("1")])
    office.release()
    site = office.release_site
    options = PortalOptions(trusted_proxies=("10.0.0.1",))
    published = Published(site.site.model_copy(update={"portal": options}), site.public)
    portal = Portal(published, reports=site.warehouse.reports)
    client = TestClient(
        portal_application(portal), follow_redirects=False, client=("10.0.0.1", 50_000)
    )

    def send(reader: str, said: int) -> int:
        headers = {"sec-fetch-site": "same-origin", "x-forwarded-for": f"1.1.1.1, {reader}"}
        told = {"told": f"这一行的价格有误 {said}"}
        return client.post("/datasets/parcels/report/", data=told, headers=headers).status_code

    most = FROM_ONE_ADDRESS[0][1]
    assert [send("192.0.2.1", number) for number in range(most + 1)] == [303] * most + [429]
    assert send("192.0.2.2", 100) == 303


def test_pages_and_answers_are_kept_within_a_bound_of_bytes() -> None:
    pages = KeptPages()
    size = LARGEST_KEPT
    for number in range(KEPT_BYTES // size + 1):
        pages.keep(str(number), b"x" * size)
    assert pages.get("0") is None
    assert pages.get("1") is not None
    pages.keep("huge", b"x" * (size + 1))
    assert pages.get("huge") is None
    answers = KeptAnswers(most_bytes=10_000)
    for number in range(100):
        answers.keep(str(number), Answer(b"", {}))
    assert answers.get("0") is None
    assert answers.get("99") is not None


def test_a_long_filter_of_the_list_is_not_repeated(client: TestClient) -> None:
    answer = client.get("/datasets/", params={"theme": "a" * 20_000})
    assert answer.text.count("a" * 1_000) <= 40  # in the address of the page itself


def test_a_day_may_get_another_version_and_is_not_kept_for_long(client: TestClient) -> None:
    asked = "/api/v1/datasets/parcels/rows?version="
    assert client.get(f"{asked}2999-12-31").headers["cache-control"] == "public, max-age=60"
    assert client.get(f"{asked}1").headers["cache-control"] == "public, max-age=3600"
    assert json.loads(client.get(f"{asked}2999-12-31").text)["meta"]["version"] == 1
