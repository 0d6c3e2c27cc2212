"""Land supply from made files: amendments, duplicates, eras, several sources."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from schemas.run import RunState

HEADER = "监管号,位置,面积(公顷),用途,方式,价款(万元),权利人,签订日期\n"
SOURCE = """\
dataset: land_supply_results
connector: {type: folder, path: inbox, glob: "*.csv"}
layout:
  reader: {type: delimited}
  mapping:
    supervision_number: 监管号
    location: 位置
    area_m2: 面积
    land_use_name: 用途
    supply_method: 方式
    price_cny: 价款
    holder_name: 权利人
    contract_signed_on: 签订日期
load: full
"""


def row(number: str, price: str, *, area: str = "1.5", holder: str = "清水县某某公司") -> str:
    return f"{number},永清镇某路1号,{area},工业用地,挂牌出让,{price},{holder},2025-03-01\n"


def test_the_last_amendment_is_kept_and_older_ones_are_superseded(made_site: Any) -> None:
    made_site.source("bureau", SOURCE)
    made_site.write(
        "inbox/results.csv",
        HEADER
        + row("6205212025B00017", "100")
        + row("6205212025B00017-2", "120")
        + row("6205212025B00017-1", "110")
        + row("6205212025B00025", "90"),
    )

    outcome = made_site.run()["bureau"]

    assert outcome.state is RunState.RELEASED
    assert outcome.ledger.rows_superseded == 2
    rows = made_site.released("land_supply_results")
    assert rows.height == 2
    parcel = rows.row(by_predicate=pl.col("record_key") == "6205212025B00017", named=True)
    assert parcel["supervision_number"] == "6205212025B00017-2"
    assert parcel["amendment_number"] == 2
    assert parcel["price_cny"] == Decimal("1200000.00")


def test_the_same_row_twice_is_one_record(made_site: Any) -> None:
    made_site.source("bureau", SOURCE)
    made_site.write(
        "inbox/results.csv",
        HEADER + row("6205212025B00017", "100") * 2 + row("6205212025B00025", "9"),
    )

    outcome = made_site.run()["bureau"]

    assert (outcome.ledger.rows_duplicate, outcome.ledger.rows_new) == (1, 2)
    assert outcome.findings["error"] == 0


def test_one_key_with_two_prices_is_not_decided_by_chance(made_site: Any) -> None:
    made_site.source("bureau", SOURCE)
    good = "".join(row(f"6205212025B1{number:04d}", "50") for number in range(20))
    made_site.write(
        "inbox/results.csv",
        HEADER + good + row("6205212025B00017", "100") + row("6205212025B00017", "101"),
    )

    outcome = made_site.run()["bureau"]

    assert outcome.state is RunState.RELEASED
    assert outcome.ledger.rows_quarantined == 2
    held = made_site.quarantine(outcome)
    assert set(held.explode("rules").get_column("rules")) >= {"KEY-02"}
    assert all("价款(万元)" in raw for raw in held.get_column("raw_record"))
    assert made_site.released("land_supply_results").height == 20


def test_several_holders_are_masked_one_by_one(made_site: Any) -> None:
    made_site.source("bureau", SOURCE)
    made_site.write(
        "inbox/results.csv",
        HEADER
        + row("6205212025B00017", "100", holder="张三丰、李四")
        + row("6205212025B00025", "100", holder="清水县轩辕建材有限公司"),
    )

    made_site.run()

    rows = made_site.released("land_supply_results").sort("record_key")
    assert rows.get_column("holder_name").to_list() == ["张*丰、李*", "清水县轩辕建材有限公司"]
    assert rows.get_column("holder_kind").to_list() == ["natural_person", "organization"]


def test_eras_cover_years_whose_columns_differ(made_site: Any) -> None:
    made_site.source(
        "bureau",
        SOURCE.replace(
            "load: full\n",
            "  eras:\n"
            "    - valid_to: 2019-12-31\n"
            "      mapping:\n"
            "        area_m2: {from: 面积, unit: mu}\n"
            "        price_cny: 成交价\n"
            "load: upsert\n"
            "as_of: {file_name: '(?P<year>20\\d\\d)(?P<month>\\d\\d)'}\n",
        ),
    )
    made_site.write(
        "inbox/201806.csv",
        "监管号,位置,面积,用途,方式,成交价(元),权利人,签订日期\n"
        "6205212018B00017,永清镇,15,工业用地,挂牌出让,900000,清水县甲公司,2018-06-01\n",
    )
    made_site.write("inbox/202506.csv", HEADER + row("6205212025B00017", "100"))

    outcome = made_site.run()["bureau"]

    assert outcome.state is RunState.RELEASED
    rows = made_site.released("land_supply_results").sort("record_key")
    assert rows.get_column("area_m2").to_list() == [Decimal("10000.00"), Decimal("15000.00")]
    assert rows.get_column("price_cny").to_list() == [Decimal("900000.00"), Decimal("1000000.00")]


def test_one_source_failing_keeps_its_rows_and_the_others_go_on(made_site: Any) -> None:
    made_site.source("bureau", SOURCE)
    made_site.source("park", SOURCE.replace("path: inbox", "path: park"))
    made_site.write("inbox/results.csv", HEADER + row("6205212025B00017", "100"))
    made_site.write("park/results.csv", HEADER + row("6205212025B00025", "90"))
    made_site.run()
    made_site.write("park/results.csv", "<html><title>请稍候</title><script>x()</script></html>")
    made_site.write(
        "inbox/results.csv", HEADER + row("6205212025B00017", "100") + row("6205212025B00033", "80")
    )

    outcomes = made_site.run()

    assert outcomes["park"].state is RunState.FAILED
    assert outcomes["bureau"].state is RunState.RELEASED
    assert made_site.released("land_supply_results").height == 3
    manifest = (made_site.folder / "public/datasets/land_supply_results/2/manifest.json").read_text(
        encoding="utf-8"
    )
    assert '"last_run_state": "failed"' in manifest


def test_a_contradiction_of_units_holds_the_source(made_site: Any) -> None:
    made_site.source(
        "bureau", SOURCE.replace("price_cny: 价款", "price_cny: {from: 价款, unit: CNY}")
    )
    made_site.write("inbox/results.csv", HEADER + row("6205212025B00017", "100"))

    outcome = made_site.run()["bureau"]

    assert outcome.state is RunState.HELD
    assert "LAY-05" in set(made_site.findings(outcome).get_column("rule"))


def test_a_column_without_any_unit_fails_closed(made_site: Any) -> None:
    made_site.source("bureau", SOURCE)
    made_site.write(
        "inbox/results.csv", HEADER.replace("(万元)", "") + row("6205212025B00017", "100")
    )

    outcome = made_site.run()["bureau"]

    assert outcome.state is RunState.HELD
    assert "CAST-05" in set(made_site.findings(outcome).get_column("rule"))


def test_a_renamed_column_holds_the_source_and_names_the_new_one(made_site: Any) -> None:
    made_site.source("bureau", SOURCE)
    made_site.write(
        "inbox/results.csv", HEADER.replace("权利人", "权利人名称") + row("6205212025B00017", "100")
    )

    outcome = made_site.run()["bureau"]

    assert outcome.state is RunState.HELD
    told = made_site.findings(outcome).filter(pl.col("rule") == "LAY-02")
    assert "权利人名称" in told.item(0, "what_zh")


def test_cells_that_nothing_uses_are_told(made_site: Any) -> None:
    made_site.source("bureau", SOURCE)
    made_site.write(
        "inbox/results.csv",
        HEADER.replace("\n", ",备注\n")
        + row("6205212025B00017", "100").replace("\n", ",补交出让金\n"),
    )

    outcome = made_site.run()["bureau"]

    assert outcome.state is RunState.RELEASED
    told = made_site.findings(outcome).filter(pl.col("rule") == "LAY-01")
    assert told.select("column", "count").rows() == [("备注", 1)]


PAGE = """<table>
<tr><th>地块编号</th><th>地块位置</th><th>土地面积(公顷)</th><th>成交价(万元)</th><th>受让单位</th></tr>
<tr><td>A-1</td><td rowspan="2">永清镇西街</td><td>0.5</td><td>100</td><td>清水县甲公司</td></tr>
<tr><td>A-2</td><td>0.25</td><td>60</td><td>清水县乙公司</td></tr>
<tr><td>A-3</td><td>0.75</td><td>80</td><td>清水县丙公司</td></tr>
<tr><td>备注：</td></tr>
</table>"""


def test_a_page_row_that_lacks_a_cell_is_held_back_and_spans_are_opened_out(
    made_site: Any,
) -> None:
    made_site.folder_source(
        "pages", "land/land_transfer_notices", "inbox", "*.html", "land_result_table"
    )
    made_site.write("inbox/gs001.html", PAGE)

    outcome = made_site.run()["pages"]

    assert outcome.state is RunState.RELEASED
    rows = made_site.released("land_transfer_notices").sort("parcel_number")
    assert rows.get_column("parcel_number").to_list() == ["A-1", "A-2"]
    assert rows.get_column("location").to_list() == ["永清镇西街"] * 2
    assert rows.get_column("area_m2").to_list() == [Decimal("5000.00"), Decimal("2500.00")]
    told = made_site.findings(outcome).filter(pl.col("severity") == "error")
    assert set(told.get_column("rule")) >= {"READ-02"}
    assert outcome.ledger.rows_quarantined == 1
    assert outcome.ledger.rows_excluded == 1


def test_the_source_of_land_is_not_made_up_where_no_column_tells_it(made_site: Any) -> None:
    made_site.source("bureau", SOURCE)
    made_site.write("inbox/results.csv", HEADER + row("6205212025B00017", "100"))
    made_site.run()
    assert made_site.released("land_supply_results").item(0, "land_source") is None

    told = SOURCE.replace("load: full", "mapping: {land_source_published: 来源}\nload: full")
    made_site.source("bureau", told)
    lines = HEADER.strip() + ",来源\n" + row("6205212025B00017", "100").strip() + ",\n"
    made_site.write("inbox/results.csv", lines)
    made_site.run()
    blank = made_site.released("land_supply_results").item(0, "land_source")
    assert blank == "新增建设用地(来自存量库)"
