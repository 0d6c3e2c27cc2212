"""Reports on errors: from the form to the finding, the answer and its page; what is not taken."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import pytest
from publishing_office import NOW, Office, parcel
from starlette.testclient import TestClient

from publishing.portal.application import portal_application
from publishing.portal.portal import Portal
from publishing.portal.published import Published
from publishing.portal.report_limits import FROM_ONE_ADDRESS, ReportLimits
from schemas.row_identity import row_id
from warehouse.reports import (
    CONTACT_KEPT,
    READERS,
    AnsweredError,
    NoSuchReportError,
    ReportLedger,
    ReportState,
)

ROW = row_id("parcels", ["1"])
PATH = "/datasets/parcels/report/"
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
GIVEN = {
    "row": ROW,
    "version": "1",
    "field": "price_cny",
    "told": "价格应为二百元，见公告",
    "wanted": "200.00",
    "contact": "王某 13893800000",
    "website": "",
}


@pytest.fixture
def client(office: Office) -> TestClient:
    """A portal with a database and one released row."""
    office.accept([parcel("1")])
    office.release()
    site = office.release_site
    portal = Portal(Published(site.site, site.public), reports=site.warehouse.reports)
    application = portal_application(portal)
    return TestClient(application, raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def ledger(office: Office) -> ReportLedger:
    return office.release_site.warehouse.reports


def post(client: TestClient, headers: Mapping[str, str] = FROM_HERE, **changes: str) -> int:
    return client.post(PATH, data=GIVEN | changes, headers=dict(headers)).status_code


def test_a_report_becomes_a_finding_and_a_case_and_is_answered(
    client: TestClient, ledger: ReportLedger, office: Office
) -> None:
    row_page = client.get(f"/datasets/parcels/rows/{ROW}/").text
    assert f'action="{PATH}"' in row_page
    assert f'name="row" value="{ROW}"' in row_page
    sent = client.post(PATH, data=GIVEN, headers=FROM_HERE)
    assert sent.status_code == 303
    address = sent.headers["location"]
    (report,) = ledger.listed()
    assert address == f"/reports/{report.reference}/"
    assert (report.value, report.source, report.row_key) == ("100.00", "bureau", '["1"]')
    finding = report.finding()
    assert (finding.rule, finding.severity.value, finding.row_key) == ("RPT-01", "warning", '["1"]')
    assert (finding.dataset, finding.column, finding.locator) == ("parcels", "price_cny", ROW)
    (case,) = office.release_site.warehouse.cases.open_cases("parcels", READERS)
    assert (case.rule, case.column, case.pattern, case.count) == ("RPT-01", "price_cny", ROW, 1)
    page = client.get(address)
    assert "已收到" in page.text
    assert report.reference in page.text
    answered = ledger.answer(
        report.reference, ReportState.REJECTED, reason="原文就是一百元", at=NOW
    )
    assert answered.contact == GIVEN["contact"]
    english = client.get(f"/en{address}")
    assert "Not accepted" in english.text
    assert "原文就是一百元" in english.text
    for text in (page.text, english.text, client.get(f"/datasets/parcels/rows/{ROW}/").text):
        for written in ("二百元", "200.00", "王某", "13893800000"):
            assert written not in text
    assert office.release_site.warehouse.cases.open_cases("parcels", READERS) == []
    with pytest.raises(AnsweredError):
        ledger.answer(report.reference, ReportState.ACCEPTED, reason="", at=NOW)


def test_nothing_of_a_report_is_in_a_release(client: TestClient, office: Office) -> None:
    assert post(client) == 303
    office.accept([parcel("1"), parcel("2")])
    office.release()
    files = [path for path in office.release_site.public.rglob("*") if path.is_file()]
    assert files
    secrets = ("二百元".encode(), b"13893800000", "王某".encode())
    assert [path for path in files for one in secrets if one in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://testserver"}, 303),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://data.county.example:8443"}, 403),
        ({"Referer": "http://testserver/datasets/parcels/report/"}, 303),
        ({"Referer": "http://testserver.elsewhere.example/"}, 403),
        ({}, 403),
    ],
)
def test_only_forms_of_this_portal_are_taken(
    client: TestClient, ledger: ReportLedger, headers: dict[str, str], status: int
) -> None:
    assert post(client, headers) == status
    assert len(ledger.listed()) == (status == 303)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://data.county.example:8443"}, 303),
        ({"Referer": "https://data.county.example:8443/en/datasets/parcels/report/"}, 303),
        ({"Origin": "http://data.county.example:8443"}, 403),
        ({"Origin": "https://data.county.example:443"}, 403),
        ({"Origin": "https://data.county.example:8443.elsewhere.example"}, 403),
        ({"Origin": "https://data.county.example:8443", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_proxy_may_pass_on_another_host(
    make_office: Callable[..., Office], headers: dict[str, str], status: int
) -> None:
    office = make_office(site={"base_url": "https://Data.County.example:8443/"})
    office.accept([parcel("1")])
    office.release()
    site = office.release_site
    portal = Portal(Published(site.site, site.public), reports=site.warehouse.reports)
    client = TestClient(portal_application(portal), follow_redirects=False)
    assert post(client, {"Host": "data.county.example"} | headers) == status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"website": "https://spam.example"}, 422),
        ({"told": "短"}, 422),
        ({"told": "长" * 2001}, 422),
        ({"wanted": "1" * 501}, 422),
        ({"contact": "1" * 201}, 422),
        ({"field": "no_such_field"}, 422),
        ({"row": "0" * 32}, 404),
        ({"row": "../../etc"}, 404),
        ({"version": "7"}, 404),
        ({"version": "1; DROP TABLE"}, 404),
        ({"told": "x" * 40_000}, 413),
    ],
)
def test_spam_and_wrong_input_is_not_kept(
    client: TestClient, ledger: ReportLedger, changes: dict[str, str], status: int
) -> None:
    answer = client.post(PATH, data=GIVEN | changes, headers=FROM_HERE)
    assert answer.status_code == status
    assert ledger.listed() == []
    if status == 422:  # what was written is not lost
        assert "还没有提交" in answer.text
        assert GIVEN["contact"] in answer.text or "contact" in changes


def test_a_body_of_another_kind_is_refused(client: TestClient, ledger: ReportLedger) -> None:
    for kind, body in (
        ("application/json", json.dumps(GIVEN)),
        ("text/plain", urlencode(GIVEN)),
        ("application/x-www-form-urlencoded", "told=%FF%FE&row="),
        ("application/x-www-form-urlencoded", "&".join(f"a{n}=1" for n in range(50))),
    ):
        headers = FROM_HERE | {"Content-Type": kind}
        assert client.post(PATH, content=body, headers=headers).status_code == 400
    assert ledger.listed() == []


def test_markup_in_what_is_written_stays_text(client: TestClient) -> None:
    told = "<script>alert(1)</script>" + "长" * 2000
    answer = client.post(PATH, data=GIVEN | {"told": told}, headers=FROM_HERE)
    assert "&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text


def test_an_address_that_sends_too_many_is_told_to_wait(
    client: TestClient, ledger: ReportLedger
) -> None:
    statuses = [post(client, told=f"第{n}处有误，请核实") for n in range(8)]
    most = FROM_ONE_ADDRESS[0][1]
    assert statuses == [303] * most + [429] * (8 - most)
    assert len(ledger.listed()) == most
    answer = client.post(PATH, data=GIVEN, headers=FROM_HERE)
    assert int(answer.headers["retry-after"]) > 0


def test_limits_are_of_an_address_and_pass() -> None:
    now = 1000.0
    limits = ReportLimits(lambda: now)
    assert [limits.seconds_to_wait("a") for _ in range(6)] == [0, 0, 0, 0, 0, 600]
    assert limits.seconds_to_wait("b") == 0
    now += 601
    assert limits.seconds_to_wait("a") == 0


def test_the_same_report_sent_twice_is_one(client: TestClient, ledger: ReportLedger) -> None:
    first = client.post(PATH, data=GIVEN, headers=FROM_HERE)
    second = client.post(PATH, data=GIVEN, headers=FROM_HERE)
    assert first.headers["location"] == second.headers["location"]
    assert len(ledger.listed()) == 1
    assert post(client, field="") == 303
    assert len(ledger.listed()) == 2


def test_contacts_are_erased_after_the_answer(client: TestClient, ledger: ReportLedger) -> None:
    assert post(client) == 303
    assert post(client, told="另一处也有误，请核实") == 303
    first, second = ledger.listed()
    ledger.answer(first.reference, ReportState.ACCEPTED, reason="", at=NOW)
    later = NOW + CONTACT_KEPT + dt.timedelta(days=1)
    ledger.answer(second.reference, ReportState.ACCEPTED, reason="", at=later)
    assert ledger.get(first.reference).contact == ""
    assert ledger.get(second.reference.lower()).contact == GIVEN["contact"]
    with pytest.raises(NoSuchReportError):
        ledger.get("AAAA-AAAA-AAAA")


def test_on_the_dataset_as_a_whole(client: TestClient, ledger: ReportLedger) -> None:
    form = client.get("/en/datasets/parcels/report/?field=ratio")
    assert '<option value="ratio" selected>' in form.text
    sent = client.post("/en" + PATH, data={"told": "缺少二月的数据", "row": ""}, headers=FROM_HERE)
    assert sent.status_code == 303
    assert sent.headers["location"].startswith("/en/reports/")
    assert "缺少" not in client.get(sent.headers["location"]).text
    (report,) = ledger.listed()
    assert (report.row_id, report.field, report.version) == ("", "", 1)
    assert client.get("/datasets/none/report/").status_code == 404


def test_without_a_database_readers_are_told_whom_to_write_to(office: Office) -> None:
    office.accept([parcel("1")])
    office.release()
    publisher = office.release_site.site.publisher.model_copy(
        update={"contact": "data@county.example"}
    )
    site = office.release_site.site.model_copy(update={"publisher": publisher})
    portal = Portal(Published(site, office.release_site.public), static=True)
    client = TestClient(portal_application(portal), follow_redirects=False)
    page = client.get(f"/datasets/parcels/rows/{ROW}/").text
    assert "<form" not in page.partition("<main")[2]
    assert 'href="mailto:data@county.example"' in page.partition("<main")[2].partition("</main")[0]
    assert client.get(PATH).status_code == 404
    assert client.post(PATH, data=GIVEN, headers=FROM_HERE).status_code in (404, 405)
