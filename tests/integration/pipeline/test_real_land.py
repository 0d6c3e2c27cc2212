"""Real files of land supply: four layouts, one dataset. Expected values were read off the files."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.run import RunState

pytestmark = pytest.mark.real_data
RESULTS = "land/land_supply_results"
SWAPPED = "mapping:\n  plot_ratio_min: 约定容积率(上限)\n  plot_ratio_max: 约定容积率(下限)\n"


def four_sources(site: Any, land: Path, export_more: str = SWAPPED) -> None:
    site.folder_source("pipe", RESULTS, land, "*_pipe.txt", "landchina_results_pipe")
    site.folder_source("monthly", RESULTS, land, "landchina_2*.xls", "landchina_results_monthly")
    site.folder_source("documents", RESULTS, land, "*_results.json", "landchina_results_json")
    site.folder_source(
        "export", RESULTS, land, "*_2016_small.xls", "landchina_results_export", export_more
    )


def test_four_layouts_make_one_dataset(made_site: Any, real_data: Path) -> None:
    four_sources(made_site, real_data / "land")

    outcomes = made_site.run()

    assert {name: one.state for name, one in outcomes.items()} == dict.fromkeys(
        ("pipe", "monthly", "documents", "export"), RunState.RELEASED
    )
    counts = {name: one.ledger.rows_read for name, one in outcomes.items()}
    assert counts == {"pipe": 30, "monthly": 90, "documents": 241, "export": 323}
    assert outcomes["documents"].ledger.rows_excluded == 38
    assert list(outcomes["documents"].ledger.excluded_reasons) == ["列表页记录（不是供地结果详情）"]
    for one in outcomes.values():
        one.ledger.check()
    rows = made_site.released("land_supply_results")
    good = sum(one.ledger.rows_new for one in outcomes.values())
    assert rows.height == good
    assert rows.get_column("record_key").is_unique().all()


def test_keys_are_supervision_numbers_or_record_ids(made_site: Any, real_data: Path) -> None:
    four_sources(made_site, real_data / "land")
    made_site.run()
    rows = made_site.released("land_supply_results")

    with_number = rows.filter(pl.col("supervision_number").is_not_null())
    base = with_number.get_column("supervision_number").str.replace(r"-\d+$", "")
    assert (with_number.get_column("record_key") == base).all()
    without = rows.filter(pl.col("supervision_number").is_null())
    assert without.height == 323  # the 2016 export has no supervision number
    assert (without.get_column("record_key") == without.get_column("record_id")).all()


def test_one_parcel_is_read_as_the_page_shows_it(made_site: Any, real_data: Path) -> None:
    four_sources(made_site, real_data / "land")
    made_site.run()
    rows = made_site.released("land_supply_results")

    parcel = rows.row(by_predicate=pl.col("record_key") == "1306262018B00730", named=True)

    assert parcel["area_m2"] == Decimal("52928.04")
    assert parcel["price_cny"] == Decimal("104840000.00")
    assert parcel["land_use_name"] == "其他普通商品住房用地"
    assert (parcel["land_use_scheme"], parcel["land_use_code"]) == ("GB/T 21010-2017", "0701")
    assert parcel["supply_method"] == "挂牌出让"
    assert parcel["term_years"] == 50
    assert parcel["holder_kind"] == "organization"
    assert parcel["handover_due_on"] == dt.date(2018, 12, 31)
    assert (parcel["plot_ratio_min"], parcel["plot_ratio_max"]) == (
        Decimal("1.00"),
        Decimal("2.00"),
    )
    assert parcel["unit_price_cny_per_m2"] == Decimal("1980.80")


def test_exchanged_plot_ratio_columns_are_one_finding_that_holds_the_source(
    made_site: Any, real_data: Path
) -> None:
    four_sources(made_site, real_data / "land", export_more="")

    outcome = made_site.run("export")["export"]

    assert outcome.state is RunState.HELD
    findings = made_site.findings(outcome)
    critical = findings.filter(pl.col("severity") == "critical")
    assert critical.select("rule", "count").rows() == [("LND-04", 108)]
    assert "对调" in critical.item(0, "what_zh")
    assert outcome.ledger.rows_quarantined == 0


def test_exchanged_plot_ratio_columns_are_settled_in_the_source_file(
    made_site: Any, real_data: Path
) -> None:
    four_sources(made_site, real_data / "land")

    outcome = made_site.run("export")["export"]

    assert outcome.state is RunState.RELEASED
    findings = made_site.findings(outcome)
    in_order = findings.filter(
        (pl.col("rule") == "LND-04") & (pl.col("column") == "plot_ratio_min")
    )
    assert in_order.height < 0.05 * outcome.ledger.rows_read  # what is left is wrong row by row
    assert set(in_order.get_column("severity")) == {"warning"}
    assert outcome.ledger.rows_new == 323


def test_sentinel_dates_are_null(made_site: Any, real_data: Path) -> None:
    four_sources(made_site, real_data / "land")
    outcomes = made_site.run()
    rows = made_site.released("land_supply_results")

    dates = [name for name, dtype in rows.schema.items() if dtype == pl.Date]
    earliest = min(day for name in dates if (day := rows.get_column(name).min()) is not None)
    assert earliest > dt.date(1950, 1, 1)
    told = made_site.findings(outcomes["monthly"]).filter(pl.col("rule") == "CAST-25")
    assert told.height == 14  # 1901年01月02日 stands in 14 cells of the file
    assert set(told.get_column("severity")) == {"warning"}


def test_natural_persons_are_masked_everywhere(made_site: Any, real_data: Path) -> None:
    four_sources(made_site, real_data / "land")
    made_site.run()
    rows = made_site.released("land_supply_results")

    persons = rows.filter(pl.col("holder_kind") == "natural_person").get_column("holder_name")
    assert persons.len() > 40
    assert persons.str.contains(r"[*某]").all()
    assert "章仁国" not in made_site.public_text()  # a holder in the 2016 export
    texts = rows.select("project_name", "location", "holder_name", "approved_by")
    words = "\n".join(str(cell) for column in texts for cell in column)
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", words)
    assert not re.search(r"(?<!\d)\d{17}[\dXx](?!\d)", words)


def test_a_term_for_each_of_several_uses_is_published_as_written(
    made_site: Any, real_data: Path
) -> None:
    four_sources(made_site, real_data / "land")
    made_site.run("pipe")
    rows = made_site.released("land_supply_results")

    several = rows.filter(pl.col("term_published").str.contains(";"))
    assert several.height == 5
    assert several.get_column("term_years").is_null().all()
    assert rows.filter(pl.col("term_years").is_not_null()).height > 0


def test_the_second_run_changes_nothing(made_site: Any, real_data: Path) -> None:
    four_sources(made_site, real_data / "land")
    made_site.run()

    again = made_site.run()

    assert {one.state for one in again.values()} == {RunState.NO_CHANGE}
    assert made_site.versions("land_supply_results")["current"] == 1


def test_county_notices(made_site: Any, real_data: Path) -> None:
    land = real_data / "land"
    notices = "land/land_transfer_notices"
    made_site.folder_source("results", notices, land, "*land_result.html", "land_result_table")
    made_site.folder_source("parcels", notices, land, "*parcel_notice.html", "land_notice_labels")

    outcomes = made_site.run()

    assert {one.state for one in outcomes.values()} == {RunState.RELEASED}
    rows = made_site.released("land_transfer_notices")
    result = rows.row(by_predicate=pl.col("notice_kind") == "result_publicity", named=True)
    notice = rows.row(by_predicate=pl.col("notice_kind") == "transfer_notice", named=True)
    assert rows.height == 2
    assert result["parcel_number"] == "金西东区D-003-02号"
    assert result["area_m2"] == Decimal("3918.00")  # 0.3918 公顷
    assert result["price_cny"] == Decimal("1763100.00")  # 176.31 万元
    assert result["winner_kind"] == "organization"
    assert notice["area_m2"] == Decimal("45097.00")
    assert notice["deposit_cny"] == Decimal("11130000.00")  # 1 11 3万元
    assert notice["starting_price_cny"] == Decimal("55662570.00")
    assert (notice["plot_ratio_min"], notice["plot_ratio_max"]) == (
        Decimal("1.30"),
        Decimal("1.50"),
    )
    assert notice["building_density_percent"] == Decimal("50.00")
    assert notice["green_ratio_percent"] == Decimal("10.00")
    assert notice["term_years"] == 40
    assert outcomes["results"].ledger.rows_excluded == 2  # 土地使用条件, 备注


def test_every_released_value_is_traced_to_its_cell(made_site: Any, real_data: Path) -> None:
    from flows.explaining import explain_row
    from flows.opened_site import open_site

    four_sources(made_site, real_data / "land")
    made_site.run()

    with open_site(made_site.folder) as opened:
        found = explain_row(opened, "record_key=4311292007B00552")

    places = {item["field"]: item["locator"] for item in found["values"]}
    assert found["file"] == "landchina_2007年01月.xls"
    assert places["area_m2"] == "sheet1!E2"
    assert places["price_cny"] == "sheet1!L2"
    assert places["term_years"] == "sheet1!I2"
    assert places["industry_name"] == "sheet1!J2"
