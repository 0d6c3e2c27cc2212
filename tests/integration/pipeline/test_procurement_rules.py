"""Rules on procurement through whole runs: awards beside contracts and intentions, and twice."""

from __future__ import annotations

from typing import Any

import polars as pl

from schemas.run import RunState

AWARDS = """\
记录号,编号,项目,单位,供应商,代码,口径,金额,另写,预算,公告日,时间
a1,P-1,空调采购,某中学,甲有限公司,91110000600037341L,总价,1000,1000,900,2026-03-01,2026-03-16 09:00
a2,P-2,桌椅采购,某中学,乙有限公司,91350100M0001TGQXM,总价,500,501,,2026-03-20,2026-03-16 09:00
a3,P-3,保安服务,某中学,丙有限公司,,总价,700,,,2026-03-01,2026-03-16 09:00
a4,P-3,保安服务,某中学,丙有限公司,,总价,700,,,2026-03-01,2026-03-17 09:00
a5,P-4,食堂,某中学,张三,,每年,,,,2026-03-01,2026-03-16 09:00
"""
AWARD_MAPPING = """\
layout:
  reader: {type: delimited}
  mapping:
    notice_id: 记录号
    lot_ordinal: {constant: "1"}
    supplier_ordinal: {constant: "1"}
    award_status: {constant: 成交}
    project_number: 编号
    project_name: 项目
    purchaser_name: 单位
    supplier_name: 供应商
    supplier_code: 代码
    amount_basis: 口径
    amount_cny: {from: 金额, unit: CNY}
    other_amount_cny: {from: 另写, unit: CNY}
    budget_cny: {from: 预算, unit: CNY}
    tender_notice_on: 公告日
    published_at: 时间
load: full
"""
CONTRACTS = """\
记录号,合同号,项目号,单位,供应商,金额,签订,时间
c1,HT-1,P-1,某中学,甲有限公司,1100,2026-03-20,2026-03-23
c2,HT-2,P-2,某中学,乙有限公司,600.01,2026-03-20,2026-03-25
c3,HT-3,P-3,某中学,丙有限公司,700,2026-05-06,2026-05-07
"""
CONTRACT_MAPPING = """\
layout:
  reader: {type: delimited}
  mapping:
    notice_id: 记录号
    contract_ordinal: {constant: "1"}
    contract_number: 合同号
    project_number: 项目号
    purchaser_name: 单位
    supplier_name: 供应商
    amount_basis: {constant: 总价}
    amount_cny: {from: 金额, unit: CNY}
    signed_on: 签订
    published_at: 时间
load: full
"""


def deliver(site: Any, name: str, rows: str, mapping: str) -> Any:
    site.write(f"drop/{name}.csv", rows)
    site.source(
        name,
        f"dataset: procurement/procurement_{name}\n"
        f"connector: {{type: folder, path: drop, glob: '{name}.csv'}}\n" + mapping,
    )
    return site.run(name)[name]


def told(site: Any, outcome: Any) -> set[tuple[str, str, str, str]]:
    """(rule, severity, column, first part of the key) of every finding."""
    findings = site.findings(outcome).with_columns(pl.col("row_key").str.split("|").list.first())
    return set(findings.select("rule", "severity", "column", "row_key").iter_rows())


def test_awards_are_checked_and_one_given_twice_is_held(made_site: Any) -> None:
    outcome = deliver(made_site, "awards", AWARDS, AWARD_MAPPING)

    assert outcome.state is RunState.RELEASED
    assert (outcome.ledger.rows_new, outcome.ledger.rows_quarantined) == (4, 1)
    assert told(made_site, outcome) == {
        ("PRC-02", "warning", "amount_cny", "a1"),  # above its budget
        ("PRC-03", "warning", "published_at", "a2"),  # result before the tender notice
        ("PRC-05", "warning", "supplier_code", "a2"),  # a pilot code that fails its check
        ("PRC-09", "warning", "amount_cny", "a2"),  # two amounts for one thing
        ("PRC-08", "error", "notice_id", "a4"),  # the same award under another record id
    }
    rows = made_site.released("procurement_awards")
    person = rows.row(by_predicate=pl.col("notice_id") == "a5", named=True)
    assert (person["supplier_name"], person["supplier_kind"]) == ("张*", "natural_person")
    assert (person["amount_basis"], person["amount_cny"]) == ("per_year", None)
    assert "张三" not in made_site.public_text()


def test_contracts_are_compared_with_the_released_awards(made_site: Any) -> None:
    deliver(made_site, "awards", AWARDS, AWARD_MAPPING)

    outcome = deliver(made_site, "contracts", CONTRACTS, CONTRACT_MAPPING)

    assert outcome.state is RunState.RELEASED
    assert outcome.ledger.rows_new == 3
    assert told(made_site, outcome) == {
        ("PRC-01", "warning", "amount_cny", "c2"),  # 500 awarded; c1 is within the rounding
        ("PRC-07", "warning", "published_at", "c2"),  # three working days after signing
        ("PRC-03", "warning", "signed_on", "c3"),  # 51 days after the award notice
    }


def test_without_awards_the_comparison_is_skipped_and_said(made_site: Any) -> None:
    outcome = deliver(made_site, "contracts", CONTRACTS, CONTRACT_MAPPING)

    assert outcome.state is RunState.RELEASED
    assert told(made_site, outcome) == {("PRC-07", "warning", "published_at", "c2")}
