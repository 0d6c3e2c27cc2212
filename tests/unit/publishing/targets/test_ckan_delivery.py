"""A CKAN shows what is published: made once, changed, deleted, and gone on with after trouble."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ckan_instance import TOKEN, Instance, ckan_instance
from delivery_office import Desk, desk
from publishing_office import parcel
from test_object_delivery import redact

from flows.delivering import DeliveryOutcome

MONTHS = {"partition": {"field": "signed_on", "by": "month"}}
JANUARY, FEBRUARY = dt.date(2026, 1, 1), dt.date(2026, 2, 1)


@pytest.fixture
def instance() -> Iterator[Instance]:
    with ckan_instance() as found:
        yield found


def ckan(instance: Instance, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "ckan",
        "name": "province",
        "url": instance.url,
        "token": {"variable": "CKAN_TOKEN"},
        "organization": "county",
        "timeout_seconds": 0.5,
        **changes,
    }


@pytest.fixture
def site(tmp_path: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("CKAN_TOKEN", TOKEN)
    with desk(tmp_path, ckan(instance)) as opened:
        yield opened


def done(outcomes: list[DeliveryOutcome]) -> dict[str, Any]:
    assert [str(one.error) for one in outcomes if not one.succeeded] == []
    assert len(outcomes) == 1
    return dict(outcomes[0].done)


def package(instance: Instance) -> dict[str, Any]:
    (found,) = instance.active().values()
    return found


def test_a_package_is_made_and_changed_in_place(site: Desk, instance: Instance) -> None:
    site.publish([parcel("a")])
    made = done(site.deliver())
    first = package(instance)
    assert (made["created"], made["id"]) == (1, first["id"])
    assert (first["name"], first["title"], first["version"]) == ("county-parcels", "地块", "1")
    manifest = site.opened.reader("parcels").manifest(1)
    csv = next(one for one in first["resources"] if one["url"].endswith("/parcels.csv"))
    assert csv["url"] == "https://data.county.example/datasets/parcels/1/parcels.csv"
    assert csv["hash"] == manifest["files"]["parcels.csv"]["sha256"]
    assert len(first["resources"]) == 4
    site.publish([parcel("a"), parcel("b")])
    assert done(site.deliver())["updated"] == 1
    second = package(instance)
    assert (second["id"], second["version"]) == (first["id"], "2")
    assert [one["id"] for one in second["resources"]] == [one["id"] for one in first["resources"]]
    extras = {one["key"]: one["value"] for one in second["extras"]}
    assert extras["gongkai_rows"] == "2"
    assert instance.calls == ["package_show", "package_create", "package_show", "package_patch"]


def test_nothing_is_sent_twice_even_where_our_notes_are_lost(
    site: Desk, instance: Instance
) -> None:
    site.publish([parcel("a")])
    done(site.deliver())
    assert site.deliver() == []
    with site.opened.warehouse._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM deliveries")
    assert done(site.deliver())["updated"] == 0
    assert instance.writes() == ["package_create"]
    assert done(site.deliver(recheck=True))["updated"] == 1
    assert len(instance.packages) == 1


def test_what_was_taken_away_by_hand_comes_back(site: Desk, instance: Instance) -> None:
    site.publish([parcel("a")])
    done(site.deliver())
    assert site.deliver(look=True) == []
    writes = len(instance.writes())
    package(instance)["state"] = "deleted"
    assert site.deliver() == []
    assert done(site.deliver(look=True))["updated"] == 1
    assert len(package(instance)["resources"]) == 4
    instance.packages.clear()
    assert done(site.deliver(look=True))["created"] == 1
    del package(instance)["resources"][0]
    assert done(site.deliver(look=True))["updated"] == 1
    assert len(package(instance)["resources"]) == 4
    assert site.deliver(look=True) == []
    assert len(instance.writes()) == writes + 3


def test_a_target_that_cannot_be_asked_is_tried_again(
    site: Desk, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.publish([parcel("a")])
    done(site.deliver())
    with monkeypatch.context() as patched:
        patched.delenv("CKAN_TOKEN")
        (failed,) = site.deliver(look=True)
    assert not failed.succeeded
    assert failed.next_attempt_at is not None
    site.wait(minutes=1)
    assert done(site.deliver())["updated"] == 0
    assert instance.writes() == ["package_create"]
    assert site.deliver(look=True) == []


def test_what_others_added_stays(site: Desk, instance: Instance) -> None:
    site.publish([parcel("a")])
    done(site.deliver())
    shown = package(instance)
    shown["groups"] = [{"name": "land"}]
    shown["extras"].append({"key": "spatial", "value": "{}"})
    shown["resources"].append({"id": "foreign", "url": "https://x.example/guide.pdf"})
    site.publish([parcel("b")])
    done(site.deliver())
    shown = package(instance)
    assert shown["groups"] == [{"name": "land"}]
    assert {"key": "spatial", "value": "{}"} in shown["extras"]
    assert shown["resources"][-1]["id"] == "foreign"


def test_resources_of_partitions_that_are_gone_go(
    tmp_path: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CKAN_TOKEN", TOKEN)
    with desk(tmp_path, ckan(instance, formats=["csv", "parquet"]), **MONTHS) as site:
        site.publish([parcel("a", signed_on=JANUARY), parcel("b", signed_on=FEBRUARY)])
        done(site.deliver())
        assert [one["name"] for one in package(instance)["resources"]] == [
            "2026-01 CSV 表格", "2026-01 Parquet", "2026-02 CSV 表格", "2026-02 Parquet",
        ]  # fmt: skip
        site.publish([parcel("b", signed_on=FEBRUARY)])
        done(site.deliver())
        assert len(package(instance)["resources"]) == 2


def test_a_dataset_that_goes_is_deleted_and_may_come_back(site: Desk, instance: Instance) -> None:
    site.publish([parcel("a")])
    done(site.deliver())
    identifier = package(instance)["id"]
    site.set_targets(ckan(instance, themes=["budget"]))
    assert done(site.deliver())["deleted"] == 1
    assert instance.active() == {}
    assert site.deliver() == []
    site.set_targets(ckan(instance))
    done(site.deliver())
    assert package(instance)["id"] == identifier


@pytest.mark.parametrize("resources", ["link", "upload"])
def test_nothing_withdrawn_stays(site: Desk, instance: Instance, resources: str) -> None:
    site.set_targets(ckan(instance, resources=resources))
    site.publish([parcel("geheim-4711")])
    done(site.deliver())
    redact(site.folder / "public/datasets/parcels", b"x", b"x", gone=1)
    assert site.withdrawal([1]) == ["province"]
    assert done(site.deliver())["deleted"] == 1
    assert instance.active() == {}
    assert not any(b"geheim-4711" in content for content in instance.files.values())


def test_uploads_send_what_changed(
    tmp_path: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CKAN_TOKEN", TOKEN)
    target = ckan(instance, resources="upload", formats=["csv", "jsonl"])
    with desk(tmp_path, target, **MONTHS) as site:
        rows = [parcel("a", signed_on=JANUARY), parcel("geheim-4711", signed_on=FEBRUARY)]
        site.publish(rows)
        counts = done(site.deliver())
        assert (counts["created"], counts["uploaded"]) == (1, 4)
        csv = site.folder / "public/datasets/parcels/1/parcels.2026-01.csv"
        first = package(instance)["resources"][0]
        assert instance.files[first["id"]] == csv.read_bytes()
        assert first["url"].endswith("/parcels.2026-01.csv")
        rows[0] = parcel("a", "7.00", signed_on=JANUARY)
        site.publish(rows)
        counts = done(site.deliver())
        assert (counts["uploaded"], counts["deleted"]) == (2, 0)
        assert package(instance)["version"] == "2"
        site.publish(rows[:1])
        counts = done(site.deliver())
        assert (counts["uploaded"], counts["deleted"]) == (0, 2)
        assert len(package(instance)["resources"]) == 2
        assert not any(b"geheim-4711" in content for content in instance.files.values())


@pytest.mark.parametrize("resources", ["link", "upload"])
@pytest.mark.parametrize("trouble", [500, 602, 1.0], ids=["500", "done but not told", "timeout"])
def test_after_trouble_at_any_call_it_goes_on(
    site: Desk, instance: Instance, resources: str, trouble: int | float
) -> None:
    site.set_targets(
        ckan(instance, resources=resources, formats=["csv", "parquet"], timeout_seconds=0.3)
    )
    site.publish([parcel("a")])
    failures = 0
    for place in (1, 2, 4):
        instance.trouble = {len(instance.calls) + place: trouble}
        outcomes = site.deliver()
        failures += sum(not one.succeeded for one in outcomes)
        instance.trouble = {}
        site.wait(hours=6)
    if not outcomes or not outcomes[0].succeeded:
        done(site.deliver())
    assert failures >= 2
    assert len(instance.packages) == 1
    shown = package(instance)
    assert (shown["version"], len(shown["resources"])) == ("1", 2)
    assert site.deliver() == []


def test_only_missing_uploads_are_sent_after_trouble(site: Desk, instance: Instance) -> None:
    site.set_targets(ckan(instance, resources="upload"))
    site.publish([parcel("a")])
    instance.trouble = {5: 500}  # show, create, two files, and the third fails
    (outcome,) = site.deliver()
    assert "HTTP 500" in outcome.error.zh
    assert "<html>" not in outcome.error.zh
    assert package(instance)["version"] == ""
    site.wait(minutes=1)
    assert done(site.deliver())["uploaded"] == 2


@pytest.mark.parametrize(
    ("change", "token", "says"),
    [
        ({"organization": "nowhere"}, TOKEN, "owner_org"),
        ({}, "wrong-token-77", "令牌"),
        ({"url": "http://127.0.0.1:9"}, TOKEN, "ConnectionError"),
    ],
)
def test_refusals_say_what_to_do(
    site: Desk,
    instance: Instance,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any],
    token: str,
    says: str,
) -> None:
    monkeypatch.setenv("CKAN_TOKEN", token)
    site.set_targets(ckan(instance, **change))
    site.publish([parcel("a")])
    (outcome,) = site.deliver()
    assert not outcome.succeeded
    assert says in outcome.error.zh
    assert token not in str(outcome)
    assert instance.packages == {}


def test_a_package_of_somebody_else_is_left_alone(site: Desk, instance: Instance) -> None:
    instance.packages["x"] = {
        "id": "x", "name": "county-parcels", "state": "active", "owner_org": "county",
        "resources": [], "extras": [],
    }  # fmt: skip
    site.publish([parcel("a")])
    (outcome,) = site.deliver()
    assert "不是本站点建立的" in outcome.error.zh
    site.set_targets(ckan(instance, themes=["budget"]))
    site.deliver(retry=True)
    assert instance.active().keys() == {"county-parcels"}
