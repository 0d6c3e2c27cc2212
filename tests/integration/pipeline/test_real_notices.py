"""Real procurement notices, against what a person read in them (tests/expected/procurement)."""

from __future__ import annotations

import csv
import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.run import RunState

pytestmark = pytest.mark.real_data
EXPECTED = Path(__file__).parents[2] / "expected" / "procurement"
DAY = dt.date(2026, 11, 1)
READER = """\
reader:
  type: procurement_notice
  wanted: {wanted}
  form: json
  members:
    title: [title]
    text: [content_text]
    published: [publish_date]
    url: [original_link, detail_url]
    record_id: [record_id]
    filed_under: [business_type, info_type]
    purchaser: [issuer]
    agency: [agency]
    project_number: [project_code]
"""
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def expected(name: str, file: str) -> list[dict[str, str]]:
    with (EXPECTED / name).open(encoding="utf-8") as stream:
        return [row for row in csv.DictReader(stream) if re.fullmatch(file, row["file"])]


def notices(site: Any, folder: Path, wanted: str, glob: str, more: str = "") -> None:
    site.folder_source(
        "notices",
        f"procurement/procurement_{wanted}s",
        folder,
        glob,
        f"procurement_{wanted}_notices",
        more,
    )


def read_by_eye(row: dict[str, str], released: pl.DataFrame, wanted: list[str]) -> list[str]:
    """Columns in which the released row of that supplier differs from what was read by eye."""
    found = released.filter(pl.col("supplier_name") == row["supplier_name"])
    assert found.height == 1, row["supplier_name"]
    values = found.row(0, named=True)
    different = []
    for name in wanted:
        value = values[name]
        shown = "" if value is None else str(value)
        if isinstance(value, Decimal):
            shown = f"{value:.2f}"
        if isinstance(value, dt.datetime):
            shown = value.isoformat()
        if shown != row[name]:
            different.append(f"{name}: {shown!r}, by eye {row[name]!r}")
    return different


AWARD = [
    "project_number", "project_name", "lot_number", "lot_name", "purchaser_name", "agency_name",
    "supplier_code", "supplier_kind", "amount_basis", "amount_cny", "unit_published", "awarded_on",
    "published_at",
]  # fmt: skip


def test_fifty_notices_hold_eight_awards(made_site: Any, real_data: Path) -> None:
    folder = real_data / "procurement"
    notices(made_site, folder, "award", "*_details_batch_*.json", READER.format(wanted="award"))

    outcome = made_site.run(day=DAY)["notices"]

    assert outcome.state is RunState.RELEASED
    outcome.ledger.check()
    assert (outcome.ledger.rows_read, outcome.ledger.rows_excluded) == (50, 42)
    assert outcome.ledger.rows_quarantined == 0
    rows = made_site.released("procurement_awards")
    wanted = expected("awards.csv", r"ggzy.*")
    assert rows.height == len(wanted) == 8
    assert [read_by_eye(row, rows, AWARD) for row in wanted] == [[]] * 8
    shared = rows.filter(pl.col("project_number") == "11000026210200163774-XM001")
    assert sorted(shared.get_column("lot_number").to_list()) == ["1", "2", "3"]


def test_every_notice_that_is_no_award_is_excluded_for_what_it_is(
    made_site: Any, real_data: Path
) -> None:
    folder = real_data / "procurement"
    notices(made_site, folder, "award", "*_details_batch_*.json", READER.format(wanted="award"))

    reasons = made_site.run(day=DAY)["notices"].ledger.excluded_reasons

    kinds = [row["notice_kind"] for row in expected("notices.csv", r"ggzy.*batch.*")]
    assert reasons["合同公告"] == kinds.count("contract") == 2
    assert reasons["候选人公示，不是结果"] == kinds.count("candidates") == 3
    assert reasons["产权、资产交易"] == kinds.count("property_trade") == 2
    assert sum(reasons.values()) == len(kinds) - kinds.count("award")


def test_both_contracts_have_no_amount(made_site: Any, real_data: Path) -> None:
    folder = real_data / "procurement"
    notices(
        made_site, folder, "contract", "*_details_batch_*.json", READER.format(wanted="contract")
    )

    outcome = made_site.run(day=DAY)["notices"]

    rows = made_site.released("procurement_contracts")
    wanted = expected("contracts.csv", r"ggzy.*batch.*")
    columns = [
        "contract_number", "contract_name", "project_number", "purchaser_name", "amount_basis",
        "amount_cny", "value_published", "unit_published", "signed_on", "published_at",
    ]  # fmt: skip
    assert rows.height == len(wanted) == 2
    assert [read_by_eye(row, rows, columns) for row in wanted] == [[], []]
    told = made_site.findings(outcome).filter(pl.col("rule") == "READ-47")
    assert told.get_column("value").to_list() == ["0元 人民币"] * 2


def test_a_contract_page(made_site: Any, real_data: Path) -> None:
    notices(made_site, real_data / "procurement", "contract", "*_b_sample.html")

    outcome = made_site.run(day=DAY)["notices"]

    assert outcome.state is RunState.RELEASED
    rows = made_site.released("procurement_contracts")
    [wanted] = expected("contracts.csv", r".*b_sample.html")
    columns = ["contract_name", "purchaser_name", "amount_cny", "value_published", "signed_on"]
    assert read_by_eye(wanted, rows, columns) == []


def test_a_list_of_notices_without_their_text_is_held_or_excluded(
    made_site: Any, real_data: Path
) -> None:
    """20 records of a list page: one contract whose text is missing, the rest of other kinds."""
    members = """\
reader:
  type: procurement_notice
  wanted: contract
  form: json
  records: /data/records
  members:
    title: [title]
    text: [bodyContent]
    record_id: [id]
    filed_under: [businessTypeText, informationTypeText]
"""
    notices(made_site, real_data / "procurement", "contract", "*_api_sample.json", members)

    outcome = made_site.run(day=DAY)["notices"]

    assert outcome.ledger.rows_read == 20
    found = made_site.findings(outcome)
    assert found.filter(pl.col("rule") == "READ-40").height == 1
    assert outcome.ledger.rows_excluded == 19


def test_an_award_page_saved_by_a_browser(made_site: Any, real_data: Path) -> None:
    notices(made_site, real_data / "procurement", "award", "ccgp_shenzhen*.html")

    outcome = made_site.run(day=DAY)["notices"]

    rows = made_site.released("procurement_awards")
    [wanted] = expected("awards.csv", r"ccgp.*")
    assert rows.height == 1
    assert read_by_eye(wanted, rows, AWARD) == []
    found = made_site.findings(outcome)
    assert found.filter(pl.col("rule") == "READ-50").height == 1
    [beside] = found.filter(pl.col("rule") == "PRC-09").iter_rows(named=True)
    assert "6687920" in beside["what_zh"]
    assert "668.790000 万元" in beside["what_zh"]


def test_no_mobile_number_and_no_evaluator_of_the_page_is_released(
    made_site: Any, real_data: Path
) -> None:
    source = real_data / "procurement" / "ccgp_shenzhen_school_aircon_award_page_saved.html"
    numbers = set(MOBILE.findall(source.read_text(encoding="utf-8")))
    assert numbers
    notices(made_site, source.parent, "award", source.name)
    made_site.run(day=DAY)

    files = [path for path in (made_site.folder / "public").rglob("*") if path.is_file()]
    assert files
    for path in files:
        data = path.read_bytes()
        assert not any(number.encode() in data for number in numbers), path
        assert "丁一飞".encode() not in data, path
