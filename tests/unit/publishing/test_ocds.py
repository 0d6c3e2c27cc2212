"""The OCDS release package: required members, closed code lists, exact amounts, whose is whose."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas
from publishing.json_text import json_document
from publishing.ocds import OcdsPackage, ocds_package
from publishing.ocds.values import amount
from schemas.batch import polars_dtype
from schemas.dataset import Dataset
from schemas.site import Site
from schemas.validation import read_model
from schemas.yaml_file import load_yaml

NOW = dt.datetime(2026, 3, 17, 1, 0, tzinfo=dt.UTC)
CODE = "91110000600037341L"
SITE = Site.model_validate(
    {
        "format": 1,
        "id": "made",
        "publisher": {"name": {"zh": "某县财政局", "en": "Finance bureau"}},
        "base_url": "https://data.example.org/",
    }
)
# The closed code lists of OCDS 1.1.5 that a package of ours can touch, and required members.
TAGS = {"planning", "tenderUpdate", "award", "contract"}
METHODS = {"open", "selective", "limited", "direct"}
STATUSES = {"pending", "active", "cancelled", "unsuccessful"}
REQUIRED = {
    "": {"uri", "version", "publishedDate", "publisher", "releases"},
    "releases": {"ocid", "id", "date", "tag", "initiationType"},
    "parties": {"id"},
    "tender": {"id"},
    "awards": {"id"},
    "contracts": {"id", "awardID"},
    "documents": {"id"},
}


def dataset(name: str) -> Dataset:
    path = Path(schemas.__file__).parent / "datasets" / "procurement" / f"{name}.yml"
    model, problems = read_model(load_yaml(path), Dataset)
    assert problems == []
    assert model is not None
    return model


def package(name: str, *rows: dict[str, Any], site: Site = SITE) -> OcdsPackage:
    """The package of rows given by the fields that matter; all others are empty."""
    model = dataset(name)
    schema = {field.name: polars_dtype(field, "Asia/Shanghai") for field in model.fields}
    whole = [{field: row.get(field) for field in schema} for row in rows]
    return ocds_package(model, pl.DataFrame(whole, schema=schema), site, version=3, now=NOW)


def award(**changed: Any) -> dict[str, Any]:
    row = {
        "notice_id": "n1", "lot_ordinal": 1, "supplier_ordinal": 1, "project_number": "P－1",
        "project_name": "空调采购", "purchaser_name": "某中学", "agency_name": "某代理公司",
        "supplier_name": "甲公司", "supplier_code": CODE, "supplier_kind": "organization",
        "supplier_address": "某路1号", "award_status": "active", "amount_basis": "total",
        "amount_cny": Decimal("6687920.00"), "awarded_on": dt.date(2026, 3, 16),
        "published_at": NOW, "notice_url": "https://example.org/n1", "procurement_method": "GKZB",
    }  # fmt: skip
    return row | changed


def contract(**changed: Any) -> dict[str, Any]:
    row = {
        "notice_id": "c1", "contract_ordinal": 1, "contract_number": "HT-1", "contract_name": "合",
        "project_number": "P-1", "purchaser_name": "某中学", "supplier_name": "甲公司",
        "supplier_kind": "organization", "amount_cny": Decimal("6687920.10"),
        "signed_on": dt.date(2026, 3, 20), "published_at": NOW, "notice_url": "https://e.org/c1",
        "performance_from": dt.date(2026, 4, 1), "performance_to": dt.date(2026, 4, 30),
    }  # fmt: skip
    return row | changed


def every_kind() -> list[OcdsPackage]:
    intention = {
        "purchaser_name": "某中学", "project_name": "空调采购", "budget_cny": Decimal(7000000),
        "expected_month": "2026-03", "published_on": dt.date(2026, 1, 30), "description": "空调",
        "notice_url": "https://example.org/i1",
    }  # fmt: skip
    complaint = {
        "notice_id": "t1", "complaint_ordinal": 1, "project_number": "P-1", "published_at": NOW,
        "project_name": "空调采购", "purchaser_name": "某中学", "notice_url": "https://e.org/t1",
    }  # fmt: skip
    failed = award(
        lot_ordinal=2, supplier_name=None, supplier_code=None, award_status="unsuccessful",
        amount_cny=None, failure_reason="有效供应商不足三家", supplier_kind=None,
    )  # fmt: skip
    yearly = award(
        notice_id="n2", amount_cny=None, value_published="513360.00", unit_published="元每年"
    )
    return [
        package("procurement_intentions", intention),
        package("procurement_awards", award(), failed, yearly),
        package("procurement_contracts", contract(), contract(contract_ordinal=2)),
        package("procurement_complaints", complaint),
    ]


def members(value: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object with the name of the member it stands in."""
    if isinstance(value, dict):
        yield name, value
        for key, one in value.items():
            yield from members(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from members(one, name)


@pytest.mark.parametrize("made", every_kind(), ids=["planning", "award", "contract", "complaint"])
def test_required_members_and_closed_code_lists(made: OcdsPackage) -> None:
    for name, one in members(made.document):
        assert REQUIRED.get(name, set()) <= set(one), name
        assert None not in one.values()
    for release in made.document["releases"]:
        assert set(release["tag"]) <= TAGS
        assert release["initiationType"] == "tender"
        assert release["ocid"].startswith("ocds-213czf-")
        assert release.get("tender", {}).get("procurementMethod", "open") in METHODS
        assert all(one.get("status", "active") in STATUSES for one in release.get("awards", []))
        ids = [one["id"] for one in release["parties"]]
        assert len(ids) == len(set(ids))
        referred = [
            one["id"] for name, one in members(release)
            if name in ("buyer", "procuringEntity", "suppliers")
        ]  # fmt: skip
        assert set(referred) <= set(ids)
        for kind in ("awards", "contracts"):
            own = [one["id"] for one in release.get(kind, [])]
            assert len(own) == len(set(own))
        awards = {one["id"] for one in release.get("awards", [])}
        assert {one["awardID"] for one in release.get("contracts", [])} <= awards
    currencies = {one["currency"] for name, one in members(made.document) if "currency" in one}
    assert currencies <= {"CNY"}


def test_an_award_and_its_contract_speak_of_the_same_award() -> None:
    (given,) = package("procurement_awards", award()).document["releases"]
    (signed,) = package("procurement_contracts", contract()).document["releases"]
    assert given["ocid"] == signed["ocid"] == "ocds-213czf-P-1"
    assert signed["contracts"][0]["awardID"] == given["awards"][0]["id"]


def test_what_an_award_says() -> None:
    (release,) = package("procurement_awards", award()).document["releases"]
    (one,) = release["awards"]
    assert one["value"] == {"amount": 6687920, "currency": "CNY"}
    assert one["date"] == "2026-03-16T00:00:00+08:00"
    assert one["suppliers"] == [{"id": f"CN-SAIC-{CODE}", "name": "甲公司"}]
    assert one["documents"][0]["documentType"] == "awardNotice"
    assert release["date"] == "2026-03-17T09:00:00+08:00"
    roles = {party["name"]: party["roles"] for party in release["parties"]}
    assert roles == {
        "某中学": ["buyer", "procuringEntity"],
        "某代理公司": ["procuringEntity"],
        "甲公司": ["supplier"],
    }
    supplier = release["parties"][2]
    assert supplier["identifier"] == {"scheme": "CN-SAIC", "id": CODE, "legalName": "甲公司"}
    assert supplier["address"] == {"streetAddress": "某路1号", "countryName": "中国"}


def test_an_unsuccessful_lot_has_a_reason_and_no_value() -> None:
    made = every_kind()[1].document["releases"]
    failed = next(one for release in made for one in release["awards"] if "suppliers" not in one)
    assert failed["status"] == "unsuccessful"
    assert failed["description"] == "有效供应商不足三家"
    assert "value" not in failed


def test_a_price_per_year_is_no_value() -> None:
    made = every_kind()[1].document["releases"]
    yearly = next(release for release in made if release["id"] == "n2-award")["awards"][0]
    assert "value" not in yearly
    assert yearly["description"] == "513360.00 元每年"


def test_masked_persons_stay_apart_and_have_no_address() -> None:
    two = [
        award(lot_ordinal=lot, supplier_name="张*", supplier_code=None,
              supplier_kind="natural_person")
        for lot in (1, 2)
    ]  # fmt: skip
    (release,) = package("procurement_awards", *two).document["releases"]
    persons = [party for party in release["parties"] if party["name"] == "张*"]
    assert len({party["id"] for party in persons}) == 2
    assert all("address" not in party and "identifier" not in party for party in persons)


def test_a_code_that_fails_its_check_is_no_identifier() -> None:
    (release,) = package("procurement_awards", award(supplier_code="91110000600037341A")).document[
        "releases"
    ]
    supplier = next(party for party in release["parties"] if party["name"] == "甲公司")
    assert supplier["id"].startswith("name-")
    assert "identifier" not in supplier


@pytest.mark.parametrize(
    ("code", "tender_notice", "method"),
    [
        ("GKZB", None, "open"), ("YQZB", None, "selective"), ("DYLY", None, "direct"),
        ("KJXY", None, "selective"), ("JZCS", dt.date(2026, 3, 1), "open"),
        ("JZCS", None, "limited"), ("QT", None, None), (None, None, None),
    ],
)  # fmt: skip
def test_methods(code: str | None, tender_notice: dt.date | None, method: str | None) -> None:
    row = award(procurement_method=code, tender_notice_on=tender_notice)
    (release,) = package("procurement_awards", row).document["releases"]
    assert release["tender"].get("procurementMethod") == method


def test_packages_of_one_project_stay_apart() -> None:
    three = [award(notice_id=f"n{n}", supplier_name=f"{n}公司", supplier_code=None) for n in "123"]
    made = package("procurement_awards", *three).document["releases"]
    assert len({one["ocid"] for one in made}) == 1
    assert len({one["id"] for one in made}) == 3
    assert len({one["awards"][0]["id"] for one in made}) == 3


def test_rows_without_number_or_date_are_left_out_and_counted() -> None:
    made = package(
        "procurement_awards", award(), award(project_number=None),
        award(published_at=None, awarded_on=None),
    )  # fmt: skip
    assert (made.rows, made.rows_left_out) == (1, 2)


def test_the_prefix_is_that_of_the_site_and_bytes_are_the_same_every_time() -> None:
    site = SITE.model_copy(update={"ocid_prefix": "ocds-abc123"})
    one = package("procurement_awards", award(), site=site).document
    assert one["releases"][0]["ocid"] == "ocds-abc123-P-1"
    assert one["uri"] == "https://data.example.org/datasets/procurement_awards/3/ocds.json"
    again = package("procurement_awards", award(), site=site).document
    assert json_document(one) == json_document(again)


@given(fen=st.integers(0, 10**15 - 1))
def test_amounts_are_written_with_exactly_their_digits(fen: int) -> None:
    value = Decimal(fen).scaleb(-2)
    made = amount(value)
    assert made is not None
    assert Decimal(json.dumps(made["amount"])) == value


@pytest.mark.real_data
@pytest.mark.parametrize("made", every_kind(), ids=["planning", "award", "contract", "complaint"])
def test_the_standards_own_checker_finds_nothing(
    made: OcdsPackage, real_data: Path, tmp_path: Path
) -> None:
    """libcoveocds with the schema of tag 1__1__5, offline."""
    from libcoveocds.api import ocds_json_output
    from libcoveocds.config import LibCoveOCDSConfig

    schema = real_data.parent / "validators" / "ocds-1.1.5-schema.zip"
    assert schema.exists(), f"no {schema.name} in the folder validators beside the real data"
    file = tmp_path / "ocds.json"
    file.write_bytes(json_document(made.document))
    config = LibCoveOCDSConfig()
    config.config["standard_zip"] = f"file://{schema}"
    config.config["context"] = "api"
    result = ocds_json_output(str(tmp_path), str(file), lib_cove_ocds_config=config)
    assert result["version_used"] == "1.1"
    assert result["validation_errors"] == []
    assert list(result["additional_closed_codelist_values"].values()) == []
