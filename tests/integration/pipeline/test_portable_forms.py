"""``ocds.json`` beside the tables of a procurement dataset: hashed, listed, made of the rows."""

from __future__ import annotations

import hashlib
import json
from typing import Any

ROWS = """\
记录号,包,次,编号,项目,单位,供应商,结果,口径,金额,时间
n1,1,1,P-1,空调采购,某中学,甲有限公司,成交,总价,1000.10,2026-03-16 09:00
n1,2,1,P-1,空调采购,某中学,,废标,,,2026-03-16 09:00
n2,1,1,,桌椅采购,某中学,乙有限公司,成交,总价,500,2026-03-16
"""
MAPPING = """\
layout:
  reader: {type: delimited}
  mapping:
    notice_id: 记录号
    lot_ordinal: 包
    supplier_ordinal: 次
    project_number: 编号
    project_name: 项目
    purchaser_name: 单位
    supplier_name: 供应商
    award_status: 结果
    amount_basis: 口径
    amount_cny: {from: 金额, unit: CNY}
    published_at: 时间
load: full
"""


def deliver(site: Any, rows: str) -> Any:
    site.write("drop/awards.csv", rows)
    site.source(
        "awards",
        "dataset: procurement/procurement_awards\n"
        "connector: {type: folder, path: drop, glob: '*.csv'}\n" + MAPPING,
    )
    return site.run()["awards"]


def test_the_package_stands_beside_the_tables_and_is_hashed_like_them(made_site: Any) -> None:
    made_site.write(
        "gongkai.yml",
        "format: 1\nid: made\npublisher: {name: {zh: 试验县, en: Made county}}\n"
        "ocid_prefix: ocds-abc123\n",
    )
    outcome = deliver(made_site, ROWS)
    assert outcome.ledger.rows_new == 3

    folder = made_site.folder / "public" / "datasets" / "procurement_awards" / "1"
    content = (folder / "ocds.json").read_bytes()
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    sha256 = hashlib.sha256(content).hexdigest()
    assert manifest["files"]["ocds.json"] == {"sha256": sha256, "bytes": len(content)}
    assert f"{sha256}  ocds.json" in (folder / "SHA256SUMS").read_text("utf-8")
    told = {"file": "ocds.json", "rows": 2, "rows_left_out": 1}
    assert manifest["portable_forms"] == {"ocds": told}
    (release,) = json.loads(content)["releases"]
    assert release["ocid"] == "ocds-abc123-P-1"
    assert [one["status"] for one in release["awards"]] == ["active", "unsuccessful"]
    assert b'"amount": 1000.1' in content


def test_without_a_row_that_can_be_told_there_is_no_package(made_site: Any) -> None:
    deliver(made_site, "\n".join([ROWS.splitlines()[0], ROWS.splitlines()[3]]) + "\n")

    folder = made_site.folder / "public" / "datasets" / "procurement_awards" / "1"
    assert not (folder / "ocds.json").exists()
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["portable_forms"] == {"ocds": {"rows": 0, "rows_left_out": 1}}
