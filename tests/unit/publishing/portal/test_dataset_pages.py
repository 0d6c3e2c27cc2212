"""The page of a dataset tells what it is, how fresh and how good, and how to take and cite it."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any

from portal_client import portal_client
from publishing_office import NOW, Office, make_dataset, parcel

from publishing.facts import RunFacts, SourceFacts
from publishing.last_checks import LastCheck, read_checks, record_checks
from publishing.portal.pages.freshness import Punctuality, freshness
from publishing.portal.pages.languages import CHINESE, ENGLISH
from publishing.portal.pages.values import shown_value
from publishing.repair import repair
from schemas.finding import Finding, Severity
from schemas.message import Message
from schemas.row_identity import row_id
from schemas.run import RunState
from warehouse.withdrawals import Withdrawal

DAY = dt.timedelta(days=1)


def _release(office: Office) -> None:
    office.accept([parcel("1"), parcel("2", None, ratio=None)])
    warning = Finding(
        "LND-02",
        Severity.WARNING,
        Message("价格<可疑>", "price <doubtful>"),
        Message("", ""),
        source="bureau",
    )
    source = SourceFacts(
        "run1",
        RunState.RELEASED,
        rows_held=3,
        findings={("LND-02", "warning"): 1, ("CAST-01", "error"): 3},
    )
    facts = RunFacts(sources={"bureau": source}, warnings=(warning,), now=NOW)
    office.release(facts=facts)


def test_the_page_says_how_good_and_how_to_take_it(office: Office) -> None:
    _release(office)
    page = portal_client(office).get("/datasets/parcels/")
    assert page.status_code == 200
    text = page.text
    assert "价格&lt;可疑&gt;" in text
    assert re.search(r"暂缓发布</dt><dd>3 行", text)
    assert "数字、日期或代码无法识别或有疑问" in text
    manifest = json.loads((office.version_folder(1) / "manifest.json").read_bytes())
    for name, facts in manifest["files"].items():
        assert f"/datasets/parcels/1/{name}" in text
        assert facts["sha256"] in text
    assert "50.0%" in text  # empty values of a field
    assert manifest["content_sha256"] in text
    assert "测试局" not in text


def test_search_engines_find_the_dataset(office: Office) -> None:
    import extruct

    _release(office)
    page = portal_client(office).get("/datasets/parcels/").text
    found = extruct.extract(page, syntaxes=["json-ld", "opengraph"])
    (dataset,) = found["json-ld"]
    assert dataset["@type"] == "Dataset"
    assert dataset["name"] == "地块"
    assert found["opengraph"]


def test_a_version_keeps_its_address_and_says_that_it_is_old(office: Office) -> None:
    _release(office)
    office.accept([parcel("1"), parcel("3")])
    office.release(facts=RunFacts(now=NOW + DAY), reason="更正 2 号")
    client = portal_client(office)
    old, current = client.get("/en/datasets/parcels/1/"), client.get("/en/datasets/parcels/2/")
    assert "not the current one" in old.text
    assert "not the current one" not in current.text
    assert client.get("/datasets/parcels/3/").status_code == 404
    assert client.get("/datasets/parcels").headers["location"] == "/datasets/parcels/"
    history = client.get("/datasets/parcels/versions/").text
    assert "更正 2 号" in history
    assert "delta/1..2.jsonl" in history
    assert "首次发布" in history
    assert client.get("/datasets/nothing/versions/").status_code == 404


def test_a_citation_names_version_and_day(office: Office) -> None:
    _release(office)
    page = portal_client(office, static=True).get("/datasets/parcels/").text
    assert (
        "自然资源局. 地块: 第1版[DS/OL]. 测试, 2026(2026-05-01)[引用日期]. "
        "http://127.0.0.1:8000/datasets/parcels/1/." in page
    )
    assert "@misc{county_parcels_1," in page


def test_values_keep_their_digits(office: Office) -> None:
    from decimal import Decimal

    price, new = office.dataset.field("price_cny"), office.dataset.field("is_new")
    assert shown_value(price, Decimal("1234567.10"), CHINESE).text == "1,234,567.10"
    assert shown_value(new, True, CHINESE).text == "是"
    assert shown_value(new, False, ENGLISH).text == "no"
    assert shown_value(new, None, ENGLISH).missing
    moment = dt.datetime(2026, 1, 15, 8, 30, tzinfo=dt.timezone(8 * dt.timedelta(hours=1)))
    seen = office.dataset.field("seen_at")
    assert shown_value(seen, moment, CHINESE).text == "2026-01-15 08:30+08:00"


def _manifest(**changes: object) -> dict[str, object]:
    source = {"source": "bureau", "department": None, "rows": 1, "fetched_at": NOW.isoformat()}
    return {"update_frequency": "daily", "sources": [source]} | changes


def test_a_source_that_is_looked_at_is_on_time_though_nothing_changes() -> None:
    later = NOW + 30 * DAY
    assert freshness(_manifest(), {}, NOW + DAY).punctuality is Punctuality.ON_TIME
    assert freshness(_manifest(), {}, later).punctuality is Punctuality.LATE
    looked_at = {"bureau": LastCheck(later, RunState.NO_CHANGE, later)}
    assert freshness(_manifest(), looked_at, later).punctuality is Punctuality.ON_TIME
    failed = {"bureau": LastCheck(later, RunState.FAILED, NOW)}
    told = freshness(_manifest(), failed, later)
    assert (told.punctuality, told.sources[0].failed_at) == (Punctuality.LATE, later)
    free = freshness(_manifest(update_frequency="irregular"), {}, later)
    assert free.punctuality is Punctuality.NO_PROMISE


def test_checks_are_kept_per_source_and_shown(office: Office) -> None:
    _release(office)
    folder = office.release_site.dataset_folder("parcels")
    assert read_checks(folder) == {}
    first = NOW + DAY
    record_checks(office.release_site, "parcels", [("bureau", RunState.NO_CHANGE)], first)
    record_checks(
        office.release_site,
        "parcels",
        [("bureau", RunState.FAILED), ("other", RunState.RELEASED)],
        first + DAY,
    )
    told = read_checks(folder)
    assert told["bureau"] == LastCheck(first + DAY, RunState.FAILED, first)
    assert told["other"].succeeded_at == first + DAY
    page = portal_client(office).get("/datasets/parcels/").text
    assert "最近一次（" in page
    (folder / "checks.json").write_bytes(b'{"sources"')
    assert read_checks(folder) == {}


def test_no_checks_are_written_before_a_release(office: Office) -> None:
    record_checks(office.release_site, "parcels", [("bureau", RunState.FAILED)], NOW)
    assert not office.release_site.dataset_folder("parcels").exists()


def test_the_examples_load_what_was_released(office: Office) -> None:
    import subprocess

    import duckdb
    import pandas as pd
    import polars as pl
    from portal_server import served

    from publishing.portal.pages.loading import loading_examples
    from publishing.portal.published import Published

    office.dataset = make_dataset(partition={"field": "signed_on", "by": "year"})
    office.accept([parcel("1"), parcel("2", "7.10", signed_on=dt.date(2025, 3, 1))])
    office.release()
    published = Published(office.release_site.site, office.release_site.public)
    version = published.version("parcels")
    assert version is not None
    with served(office) as base:
        site = published.site.model_copy(update={"base_url": base})
        code = {one.tool: one.code for one in loading_examples(site, version)}
        loaded: dict[str, object] = {}
        exec(code["pandas"], loaded)
        assert isinstance(rows := loaded["rows"], pd.DataFrame)
        assert sorted(rows["number"]) == ["1", "2"]
        exec(code["polars"], loaded)
        assert isinstance(frame := loaded["rows"], pl.DataFrame)
        assert frame["price_cny"].sum() == Decimal("107.10")
        saved = office.folder / "saved"
        saved.mkdir()
        subprocess.run(code["curl"], shell=True, check=True, cwd=saved, capture_output=True)
        assert {file.name for file in saved.iterdir()} == {
            "parcels.2025.csv",
            "parcels.2026.csv",
        }
    local = code["DuckDB"].replace(f"{base}/datasets/parcels/1/", f"{version.folder}/")
    assert len(duckdb.sql(local).fetchall()) == 2


def test_the_home_page_describes_the_catalogue(office: Office) -> None:
    import extruct

    _release(office)
    page = portal_client(office).get("/en/").text
    (catalogue,) = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    assert catalogue["@type"] == "DataCatalog"
    assert [one["url"] for one in catalogue["dataset"]] == [
        "http://127.0.0.1:8000/datasets/parcels/"
    ]


def test_what_was_withdrawn_is_told_and_not_shown(office: Office) -> None:
    def withdraw(**what: Any) -> None:
        given = {
            "dataset": "parcels",
            "reason": Message("处罚撤销", "revoked"),
            "requested_at": NOW,
        }
        office.release_site.warehouse.withdrawals.begin(Withdrawal(**(given | what)))
        repair(office.release_site)

    _release(office)
    office.accept([parcel("1"), parcel("3")])
    office.release(facts=RunFacts(now=NOW + DAY))
    client = portal_client(office)
    withdraw(version=1)
    gone = client.get("/datasets/parcels/1/")
    assert gone.status_code == 410
    assert "处罚撤销" in gone.text
    told = client.get("/datasets/parcels/1/", headers={"Accept": "application/json"}).json()
    assert told["error"]["reason_en"] == "revoked"
    history = client.get("/en/datasets/parcels/versions/").text
    assert "revoked" in history
    assert 'href="/en/datasets/parcels/1/"' not in history
    withdraw(row_id=row_id("parcels", ["3"]), keys=("3",))
    page = client.get("/datasets/parcels/")
    assert "部分内容已撤回" in page.text
    assert "处罚撤销" in page.text
    withdraw(version=2)
    assert client.get("/datasets/parcels/").status_code == 410
    assert client.get("/datasets/parcels/versions/").status_code == 410
    assert "还没有发布数据" in client.get("/").text
    office.accept([parcel("1")])
    office.release(waived_gates=frozenset({"REL-07"}))
    assert "没有可供比较的版本" in client.get("/datasets/parcels/versions/").text
    assert "none to compare with" in client.get("/en/datasets/parcels/versions/").text
