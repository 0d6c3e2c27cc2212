"""Budget lines, what is derived from them, and debt tables, through the whole pipeline."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook

from schemas.run import RunState

LINES = """\
dataset: department_budget_lines
connector: {type: folder, path: inbox, glob: "*.csv"}
layout:
  reader: {type: delimited}
  mapping:
    organization_name: 单位
    fiscal_year: 年度
    stage: 阶段
    table_id: 表
    table_title: 表名
    side: 方向
    scheme: 体系
    code: 编码
    label: 名称
    line_path: 路径
    level: 级
    measure: 列
    value_kind: {constant: amount}
    amount_cny: {template: "{值}{计量}"}
    value_published: 值
    unit_published: 计量
load: upsert
"""
HEAD = "单位,年度,阶段,表,表名,方向,体系,编码,名称,路径,级,列,值,计量\n"
DERIVED = """\
dataset: three_public_expenses
connector: {type: release, dataset: department_budget_lines}
load: full
"""
DEBT = """\
dataset: government_debt
connector: {type: folder, path: inbox, glob: "*.xlsx"}
layout: government_debt_table
load: upsert
"""


def cell(table: str, label: str, measure: str, value: str, unit: str = "元", **more: str) -> str:
    code = more.get("code", "")
    scheme = "three_public" if table == "B7" else more.get("scheme", "function")
    side = "none" if table == "B7" else "expenditure"
    level = {0: "0", 3: "1", 5: "2", 7: "3"}[len(code)]
    given = ["某局", "2025", "budget", table, f"表{table}", side, scheme, code, label]
    return ",".join([*given, code or label, level, measure, value, unit]) + "\n"


BOOKLET = [
    cell("B3", "一般公共服务支出", "合计", "95000.00", code="201"),
    cell("B3", "财政事务", "合计", "95000.00", code="20106"),
    cell("B3", "行政运行", "合计", "95000.00", code="2010601"),
    cell("B3", "合计", "合计", "95000.00"),
    cell("B6", "公务接待费", "合计", "9500.00", code="30217", scheme="department_economic"),
    cell("B7", "合计", "预算数", "3.95", "万元"),
    cell("B7", "公务接待费", "预算数", "0.95", "万元"),
    cell("B7", "公务用车运行费", "预算数", "3.00", "万元"),
]


def frictionless(package: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", str(package), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_lines_derived_expenses_and_their_packages(made_site: Any) -> None:
    made_site.write("inbox/booklet.csv", HEAD + "".join(BOOKLET))
    made_site.source("budgets", LINES)
    made_site.source("expenses", DERIVED)

    outcomes = made_site.run()
    first, second = outcomes["budgets"], outcomes["expenses"]

    assert first.state is RunState.RELEASED
    assert first.findings == {"critical": 0, "error": 0, "warning": 0}
    lines = made_site.released("department_budget_lines")
    codes = lines.filter(pl.col("scheme") == "department_economic")
    assert codes.get_column("economic_code").to_list() == ["30217"]
    assert codes.get_column("functional_code").to_list() == [None]
    assert second.state is RunState.RELEASED
    assert second.upstream["used"] == 3
    assert second.upstream["not_used"] == {"another_table": 5}
    expenses = made_site.released("three_public_expenses")
    assert dict(expenses.select("item", "budget_cny").iter_rows()) == {
        "total": Decimal(39_500),
        "official_reception": Decimal(9_500),
        "vehicle_operation": Decimal(30_000),
    }
    for dataset in ("department_budget_lines", "three_public_expenses"):
        package = made_site.folder / "public" / "datasets" / dataset / "1" / "datapackage.json"
        said = json.loads(package.read_text(encoding="utf-8"))
        assert said["fiscalPeriod"] == {"start": "2025-01-01", "end": "2025-12-31"}
        report = frictionless(package)
        assert report["valid"], report
        assert report["stats"]["errors"] == 0


def test_an_error_of_the_document_is_told_and_published(made_site: Any) -> None:
    wrong = [row.replace("3.95", "4.05") for row in BOOKLET]
    made_site.write("inbox/booklet.csv", HEAD + "".join(wrong))
    made_site.source("budgets", LINES)

    outcome = made_site.run("budgets")["budgets"]

    assert outcome.state is RunState.RELEASED
    findings = made_site.findings(outcome)
    assert findings.get_column("rule").to_list() == ["BUD-08"]
    said = findings.row(0, named=True)
    assert "4.05 万元" in said["what_zh"]
    assert "3.95 万元" in said["what_zh"]
    assert "3.95 万元" in said["what_en"]
    assert made_site.released("department_budget_lines").height == len(BOOKLET)


def test_a_table_in_the_wrong_unit_is_held(made_site: Any) -> None:
    """B7 prints 9500.00 under 万元, B6 9500.00 元: neither unit can be trusted by itself."""
    wrong = [row.replace("0.95,万元", "9500.00,万元") for row in BOOKLET if "B7" not in row]
    wrong += [cell("B7", "公务接待费", "预算数", "9500.00", "万元")]
    made_site.write("inbox/booklet.csv", HEAD + "".join(wrong))
    made_site.source("budgets", LINES)

    outcome = made_site.run("budgets")["budgets"]

    assert outcome.state is RunState.RELEASED
    assert outcome.ledger.rows_quarantined == 2
    released = made_site.released("department_budget_lines")
    assert set(released.get_column("table_id")) == {"B3"}


def debt_workbook(path: Path, rows: list[list[Any]], note: str = "单位：亿元") -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2025年地方政府债务限额、余额及还本付息情况表"])
    sheet.append([note])
    sheet.append(
        [
            *["行政区划代码", "地区", "年度", "债务类型", "债务限额"],
            *["年初余额", "发行额", "还本额", "付息额", "年末余额"],
        ]
    )
    for row in rows:
        sheet.append(row)
    sheet.append(["注：本表数据为决算数。"])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


@pytest.mark.parametrize(("note", "factor"), [("单位：亿元", 10**8), ("单位：万元", 10**4)])
def test_debt_tables_in_either_unit(made_site: Any, note: str, factor: int) -> None:
    rows: list[list[Any]] = [
        ["620521", "清水县", 2025, "一般债务", 12.34, 11.00, 2.50, 1.30, 0.37, 12.20],
        ["620521", "清水县", 2025, "专项债券", 22.34, 21.00, 2.50, 1.30, 0.67, 22.20],
        ["", "", "", "合计", 34.68, 32.00, 5.00, 2.60, 1.04, 34.40],
    ]
    debt_workbook(made_site.folder / "inbox" / "debt.xlsx", rows, note)
    made_site.source("debt", DEBT)

    outcome = made_site.run()["debt"]

    assert outcome.state is RunState.RELEASED
    assert outcome.findings == {"critical": 0, "error": 0, "warning": 0}
    assert outcome.ledger.rows_excluded == 2
    debt = made_site.released("government_debt").sort("debt_kind")
    assert debt.get_column("debt_kind").to_list() == ["general", "special"]
    assert debt.get_column("limit_cny").to_list() == [
        Decimal("12.34") * factor,
        Decimal("22.34") * factor,
    ]
    package = made_site.folder / "public/datasets/government_debt/1/datapackage.json"
    assert frictionless(package)["valid"]


def test_debt_above_its_limit_and_a_balance_that_does_not_follow(made_site: Any) -> None:
    rows: list[list[Any]] = [
        ["620521", "清水县", 2025, "一般债务", 12.19, 11.00, 2.50, 1.30, 0.37, 12.20],
        ["620521", "清水县", 2025, "专项债务", 30.00, 21.00, 2.50, 1.30, 0.67, 22.30],
    ]
    debt_workbook(made_site.folder / "inbox" / "debt.xlsx", rows)
    made_site.source("debt", DEBT)

    outcome = made_site.run()["debt"]

    assert outcome.state is RunState.RELEASED
    findings = made_site.findings(outcome)
    assert sorted(findings.get_column("what_en")) == [
        "The balance is 2230000000 元, but beginning, issue and repayment give 2220000000 元",
        "The balance of 1220000000 元 is above the limit of 1219000000 元",
    ]


def test_debt_on_a_page_with_the_division_declared(made_site: Any) -> None:
    page = """<html><meta charset="utf-8"><p>单位：亿元</p><table>
    <tr><th>年度</th><th>债务类型</th><th>债务限额</th><th>年末余额</th></tr>
    <tr><td>2025</td><td>一般债务</td><td>12.34</td><td>12.20</td></tr>
    <tr><td>2025</td><td>专项债务</td><td>22.34</td><td>22.20</td></tr>
    </table></html>"""
    made_site.write("inbox/debt.html", page)
    made_site.source(
        "debt",
        DEBT.replace("*.xlsx", "*.html")
        + "reader: {type: html_tables, containing: [债务限额]}\n"
        + 'mapping: {division_code: {constant: "620521"}}\n',
    )

    outcome = made_site.run()["debt"]

    assert outcome.state is RunState.RELEASED
    debt = made_site.released("government_debt")
    assert set(debt.get_column("division_code")) == {"620521"}
    assert sorted(debt.get_column("balance_cny")) == [Decimal("1220000000"), Decimal("2220000000")]
