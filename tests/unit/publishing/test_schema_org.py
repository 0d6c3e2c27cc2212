"""schema.org/Dataset: what search engines need, read back with the program that extracts it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import extruct
import pytest
from publishing_office import Office, make_dataset, parcel
from pydantic import ValidationError

from publishing.descriptions.schema_org import schema_org_dataset

SITE = {
    "publisher": {
        "name": {"zh": "清水县", "en": "Qingshui"},
        "division_code": "620521",
        "contact": "data@example.gov.cn",
    },
    "base_url": "https://data.example.gov.cn/",
}


def described(office: Office) -> dict[str, Any]:
    manifest = office.reader.manifest()
    said = schema_org_dataset(office.release_site.site, manifest, office.dataset)
    page = (
        '<html><head><script type="application/ld+json">'
        f"{json.dumps(said, ensure_ascii=False)}</script></head></html>"
    )
    (read,) = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    assert read == said
    return read


def test_says_what_search_engines_ask_for(make_office: Callable[..., Office]) -> None:
    office = make_office(site=SITE, time_field="signed_on")
    office.accept([parcel("1"), parcel("2", signed_on=dt.date(2026, 3, 9))])
    office.release()
    said = described(office)
    folder = "https://data.example.gov.cn/datasets/parcels/"
    assert said["@type"] == "Dataset"
    assert said["url"] == folder
    assert 50 <= len(said["description"]) <= 5000
    assert said["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert said["temporalCoverage"] == "2026-01-15/2026-03-09"
    assert said["spatialCoverage"]["identifier"] == "620521"
    assert said["isAccessibleForFree"] is True
    assert said["publisher"]["email"] == "data@example.gov.cn"
    assert [one["propertyID"] for one in said["variableMeasured"]] == office.dataset.field_names
    manifest = office.reader.manifest()
    assert {
        (one["contentUrl"], one["sha256"], one["contentSize"]) for one in said["distribution"]
    } == {
        (f"{folder}1/{name}", manifest["files"][name]["sha256"], f"{facts['bytes']} B")
        for name, facts in manifest["files"].items()
        if name in manifest["partitions"][0]["formats"].values()
    }


@pytest.mark.parametrize(
    ("by", "field", "rows", "period"),
    [
        ("month", "signed_on", ["2025-12-31", "2026-01-01"], ("2025-12-31", "2026-01-01")),
        ("year", "signed_on", ["2024-02-29"], ("2024-02-29", "2024-02-29")),
    ],
)
def test_the_period_is_that_of_the_partitions(
    make_office: Callable[..., Office],
    by: str,
    field: str,
    rows: list[str],
    period: tuple[str, str],
) -> None:
    office = make_office(partition={"field": field, "by": by})
    office.accept(
        [
            parcel(str(number), signed_on=dt.date.fromisoformat(day))
            for number, day in enumerate(rows)
        ]
    )
    office.release()
    told = office.reader.manifest()["temporal"]
    assert (told["start"], told["end"]) == period


def test_years_and_months_are_covered_whole(make_office: Callable[..., Office]) -> None:
    fields = [
        {"name": "number", "type": "string", "title": {"zh": "编号", "en": "Number"}},
        {"name": "month", "type": "yearmonth", "title": {"zh": "月份", "en": "Month"}},
        {"name": "year", "type": "year", "title": {"zh": "年度", "en": "Year"}},
    ]
    rows = [
        {"number": "1", "month": "2024-02", "year": 2023},
        {"number": "2", "month": "2023-11", "year": 2025},
    ]
    for name, period in {
        "month": ("2023-11-01", "2024-02-29"),
        "year": ("2023-01-01", "2025-12-31"),
    }.items():
        office = make_office(fields=tuple(fields), time_field=name)
        office.accept(rows)
        office.release()
        told = office.reader.manifest()["temporal"]
        assert (told["start"], told["end"]) == period


def test_without_a_time_no_period_is_claimed(office: Office) -> None:
    office.accept([parcel("1")])
    office.release()
    assert office.reader.manifest()["temporal"] is None
    assert "temporalCoverage" not in described(office)
    assert "spatialCoverage" not in described(office)


def test_a_time_field_must_be_a_time_and_exist() -> None:
    for name in ("price_cny", "nowhere"):
        with pytest.raises(ValidationError, match="time_field"):
            make_dataset(time_field=name)


def test_terms_of_a_licence_are_known_told_or_absent(make_office: Callable[..., Office]) -> None:
    own = {"name": "county", "path": "https://data.example.gov.cn/licence/"}
    terms = {
        "redistribution_allowed": True,
        "modification_allowed": False,
        "commercial_use_allowed": True,
        "attribution_required": True,
        "share_alike_required": False,
    }
    for licence, told in (
        (
            {"name": "CC-BY-SA-4.0", "path": "https://creativecommons.org/licenses/by-sa/4.0/"},
            terms | {"modification_allowed": True, "share_alike_required": True},
        ),
        (own | {"terms": terms}, terms),
        (own, None),
    ):
        office = make_office(licence=licence)
        office.accept([parcel("1")])
        office.release()
        assert office.reader.manifest()["licence"]["terms"] == told


def test_terms_that_contradict_the_licence_are_refused() -> None:
    terms = dict.fromkeys(
        (
            "redistribution_allowed",
            "modification_allowed",
            "commercial_use_allowed",
            "attribution_required",
            "share_alike_required",
        ),
        True,
    )
    with pytest.raises(ValidationError, match=r"CC-BY-4\.0"):
        make_dataset(licence={"name": "CC-BY-4.0", "path": "https://x.example/", "terms": terms})
