"""Made procurement notices through the whole pipeline."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from schemas.run import RunState

READER = """\
reader:
  type: procurement_notice
  wanted: award
  form: json
  members: {title: [title], text: [text], published: [date], url: [url], record_id: [id]}
"""
TEXT = """一、项目编号：P-{number}
二、项目名称：第{number}号设备采购
三、中标（成交）信息
供应商名称：{supplier}
供应商地址：兰州市城关区{number}号
中标（成交）金额：{amount}
四、凡对本次公告内容提出询问，请按以下方式联系。
1.采购人信息
名 称：清水县第一中学
联系方式：王老师 13893800001
"""


def written(site: Any, notices: list[dict[str, str]]) -> None:
    site.write("inbox/notices.json", json.dumps(notices, ensure_ascii=False))
    site.folder_source(
        "notices",
        "procurement/procurement_awards",
        "inbox",
        "*.json",
        "procurement_award_notices",
        READER,
    )


def notice(number: int, amount: str, supplier: str = "") -> dict[str, str]:
    return {
        "id": f"n{number}",
        "title": f"清水县第一中学第{number}号设备采购成交公告",
        "date": "2026-03-09 10:00",
        "url": f"https://data.example.gov.cn/{number}",
        "text": TEXT.format(
            number=number, amount=amount, supplier=supplier or f"兰州第{number}科技有限公司"
        ),
    }


def test_notices_that_cannot_be_read_hold_themselves_and_no_others(made_site: Any) -> None:
    readable = [notice(number, f"{number}00000元") for number in range(1, 23)]
    without_unit = [notice(number, f"{number}00000") for number in range(23, 31)]
    written(made_site, [*readable, *without_unit])

    outcome = made_site.run(day=dt.date(2026, 11, 1))["notices"]

    assert outcome.state is RunState.RELEASED
    outcome.ledger.check()
    assert (outcome.ledger.rows_new, outcome.ledger.rows_quarantined) == (22, 8)
    rows = made_site.released("procurement_awards")
    assert rows.height == 22
    found = made_site.findings(outcome)
    assert found.filter(found["rule"] == "READ-43").height == 8


def test_a_natural_person_is_masked_and_no_mobile_number_released(made_site: Any) -> None:
    person = notice(1, "32000元", "王建国")
    written(made_site, [person, notice(2, "50000元")])

    made_site.run(day=dt.date(2026, 11, 1))

    rows = made_site.released("procurement_awards")
    names = set(rows.get_column("supplier_name").to_list())
    assert "王建国" not in names
    assert "兰州第2科技有限公司" in names
    public = made_site.public_text()
    assert "王建国" not in public
    assert "13893800001" not in public


def test_the_same_notice_under_two_record_ids_is_told(made_site: Any) -> None:
    first = notice(1, "50000元")
    written(made_site, [first, {**first, "id": "n1-again"}, notice(2, "60000元")])

    outcome = made_site.run(day=dt.date(2026, 11, 1))["notices"]

    found = made_site.findings(outcome)
    assert found.filter(found["rule"] == "PRC-08").height > 0
