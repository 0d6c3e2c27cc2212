"""``gongkai reports`` and ``gongkai explain --text`` as an operator uses them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.command_line import app
from flows.opened_site import open_site
from warehouse.reports import ErrorReport

CSV = "电子监管号,面积(公顷),成交价(万元),使用权人\n6205212025B00011,1.5,1234.50,清水县甲公司\n"
SOURCE = """\
dataset: land/land_supply_results
connector: {type: folder, path: inbox, glob: "*.csv"}
layout:
  reader: {type: delimited}
  mapping:
    supervision_number: 电子监管号
    area_m2: 面积
    price_cny: 成交价
    holder_name: 使用权人
load: full
"""
MOBILE = "13893812345"


def gongkai(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


@pytest.fixture
def site(made_site: Any) -> str:
    """A site with one released row, and one report on its price."""
    made_site.source("bureau", SOURCE)
    made_site.write("inbox/results.csv", CSV)
    made_site.run()
    report = ErrorReport(
        dataset="land_supply_results",
        version=1,
        row_id="0" * 32,
        row_key='["6205212025B00011"]',
        source="bureau",
        field="price_cny",
        value="12,345,000.00",
        told=f"价格不对，可打{MOBILE}问我",
        wanted="",
        contact="someone@example.org",
        received_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
    )
    with open_site(made_site.folder) as opened:
        opened.warehouse.reports.receive(report)
    return str(made_site.folder)


def listed(site: str, *more: str) -> list[dict[str, Any]]:
    code, output = gongkai("reports", *more, "--site", site, "--json")
    assert code == 0
    found: list[dict[str, Any]] = json.loads(output)
    return found


def test_a_report_is_listed_shown_and_answered(site: str) -> None:
    (one,) = listed(site)
    reference = one["reference"]
    assert (one["state"], one["field"], one["told"][:4]) == ("received", "price_cny", "价格不对")
    code, output = gongkai("reports", reference.lower(), "--site", site)
    assert code == 0
    assert "someone@example.org" in output
    code, output = gongkai("findings", "land_supply_results", "--site", site, "--json")
    told = [item for item in json.loads(output) if item["rule"] == "RPT-01"]
    assert [(item["severity"], item["column"], item["source"]) for item in told] == [
        ("warning", "price_cny", "readers@portal")
    ]
    assert MOBILE not in output
    assert "someone@example.org" not in output
    assert reference in told[0]["action_zh"]
    for wrong in (
        ("--accept",),
        (reference, "--reject"),
        (reference, "--accept", "--reject"),
        (reference, "--reject", "--reason", f"请打{MOBILE}"),
        ("AAAA-AAAA-AAAA", "--accept"),
    ):
        assert gongkai("reports", *wrong, "--site", site)[0] == 2, wrong
    assert listed(site)[0]["state"] == "received"
    code, output = gongkai("reports", reference, "--reject", "--reason", "无误", "--site", site)
    assert (code, "无误" in output) == (0, True)
    assert listed(site) == []
    assert [item["state"] for item in listed(site, "--all")] == ["rejected"]
    assert gongkai("reports", reference, "--accept", "--site", site)[0] == 1
    assert "RPT-01" not in gongkai("findings", "--site", site, "--json")[1]


def test_explain_reads_what_stands_in_the_document(site: str) -> None:
    asked = ("explain", "supervision_number=6205212025B00011", "--site", site, "--text")
    code, output = gongkai(*asked, "--json")
    assert code == 0
    found = json.loads(output)
    assert found["trouble_zh"] == ""
    (price,) = [value for value in found["values"] if value["field"] == "price_cny"]
    assert price["value"] == "12345000.00"
    assert price["cells"] == [
        {
            "place": "line 2 column 3",
            "text": "1234.50",
            "headers": ["成交价(万元)"],
            "note_zh": "",
            "note_en": "",
        }
    ]
    assert "1 万元 = 10000 元" in price["conversion_zh"]
    code, output = gongkai(*asked)
    assert code == 0
    assert "1234.50" in output
