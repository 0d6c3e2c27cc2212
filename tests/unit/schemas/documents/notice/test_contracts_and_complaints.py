"""Contracts and complaints of made notices, and what every notice says of its procurement."""

from __future__ import annotations

from reading_notices import rows_of, told, value

from schemas.documents.notice.notice_kind import NoticeKind

CONTRACT = """一、合同编号：HT-2026-018
二、合同名称：实验室设备采购合同
三、项目编号：QSCG-2026-018
四、项目名称：实验室设备采购
五、合同主体
采购人（甲方）：清水县第一中学
地址：清水县永清镇中山路1号
联系方式：13893800001
供应商（乙方）：兰州甲科技有限公司
地址：兰州市城关区甲路3号
联系方式：13919100002
六、合同主要信息
主要标的名称：投影仪
规格型号（或服务要求）：X-1
主要标的数量：20台
主要标的单价：4980.00元
合同金额：9.960000 万元
履约期限、地点等简要信息：签订之日起30日内，学校
采购方式：竞争性磋商
七、合同签订日期：2026年3月18日
八、合同公告日期：2026年3月19日
九、其他补充事宜：无
"""
COMPLAINT = """一、项目编号：QSCG-2026-018
二、项目名称：实验室设备采购
三、相关当事人
投诉人：兰州甲科技有限公司
地址：兰州市城关区甲路3号
法定代表人：王建国
被投诉人1：甘肃某某招标代理有限公司
地址：天水市秦州区建设路2号
四、基本情况
投诉人于2026年4月1日提起投诉。投诉事项1：采购文件参数具有倾向性。
五、处理依据及结果
经查，投诉事项1缺乏事实依据。根据《政府采购质疑和投诉办法》（财政部令第94号）第二十九条第二项的规定，投诉事项不成立，驳回投诉。
六、其他补充事宜
无
清水县财政局
2026年4月28日
"""


def test_the_form_of_a_contract_notice() -> None:
    [row] = rows_of(CONTRACT, "清水县第一中学实验室设备采购合同公告", wanted=NoticeKind.CONTRACT)

    expected = {
        "contract_number": "HT-2026-018",
        "contract_name": "实验室设备采购合同",
        "project_number": "QSCG-2026-018",
        "project_name": "实验室设备采购",
        "purchaser_name": "清水县第一中学",
        "supplier_name": "兰州甲科技有限公司",
        "amount_basis": "total",
        "amount_cny": "99600.000000",
        "value_published": "9.960000 万元",
        "unit_published": "万元",
        "procurement_method": "竞争性磋商",
        "signed_on": "2026-03-18",
        "published_at": "2026-03-19",
    }
    assert {name: value(row, name) for name in expected} == expected
    assert told(row) == []


def test_no_mobile_number_of_a_contract_is_carried() -> None:
    [row] = rows_of(CONTRACT, "实验室设备采购合同公告", wanted=NoticeKind.CONTRACT)

    assert not any("138938" in item.text or "139191" in item.text for item in row.values.values())


def test_an_amount_nobody_entered_is_missing() -> None:
    text = (
        "采购人名称\n某中学\n中标（成交）供应商名称\n甲科技有限公司\n合同金额\n0元 人民币\n"
        "合同期限\n年\n合同签署时间\n2026-03-17 00:32:09\n"
    )

    [row] = rows_of(text, "某中学设备采购项目合同", wanted=NoticeKind.CONTRACT)

    assert value(row, "amount_cny") == ""
    assert value(row, "value_published") == "0元 人民币"
    assert value(row, "signed_on") == "2026-03-17"
    assert value(row, "contract_name") == "某中学设备采购项目合同"
    assert told(row) == ["READ-47"]


def test_a_contract_without_supplier_or_amount_is_told() -> None:
    [row] = rows_of(
        "一、合同编号：H1\n五、合同主体\n采购人：某校\n", "某校合同公告", wanted=NoticeKind.CONTRACT
    )

    assert sorted(told(row)) == ["READ-41", "READ-42"]


def test_several_contracts_in_a_table() -> None:
    text = (
        "<html><body><h2>某局印刷服务合同公告</h2><table><tr><th>合同编号</th><th>供应商名称</th>"
        "<th>合同金额（万元）</th>"
        "<th>签订日期</th></tr><tr><td>H1</td><td>甲印务有限公司</td><td>12.5</td><td>2026-03-01"
        "</td></tr>"
        "<tr><td>H2</td><td>乙印务有限公司</td><td>8</td><td>2026-03-02</td></tr></table></body><"
        "/html>"
    )

    rows = rows_of(text, "某局印刷服务合同公告", wanted=NoticeKind.CONTRACT)

    found = [
        (value(r, "contract_number"), value(r, "supplier_name"), value(r, "amount_cny"))
        for r in rows
    ]
    assert found == [("H1", "甲印务有限公司", "125000.0"), ("H2", "乙印务有限公司", "80000")]
    assert [value(row, "contract_ordinal") for row in rows] == ["1", "2"]


def test_the_form_of_a_notice_on_a_complaint() -> None:
    [row] = rows_of(COMPLAINT, "清水县财政局投诉处理结果公告", wanted=NoticeKind.COMPLAINT)

    assert value(row, "project_number") == "QSCG-2026-018"
    assert value(row, "complainant_name") == "兰州甲科技有限公司"
    assert value(row, "respondent_name") == "甘肃某某招标代理有限公司"
    assert "参数具有倾向性" in value(row, "complaint_subject")
    assert value(row, "decision").endswith("驳回投诉。")
    assert value(row, "decided_by") == "清水县财政局"
    assert value(row, "decided_on") == "2026-04-28"
    assert told(row) == []


def test_the_text_of_a_decision_ends_before_its_date_and_the_foot_of_the_page() -> None:
    page = """<html><body><h1>课桌椅采购投诉处理结果公告</h1><div class="content">
        <p>一、项目编号：QS-1</p><p>四、基本情况</p><p>投诉事项：业绩不真实。</p>
        <p>五、处理依据及结果</p><p>投诉事项缺乏事实依据，驳回投诉。</p>
        <p>处理日期：2026年03月02日</p></div>
        <div class="foot">主办：某县人民政府办公室</div></body></html>"""
    (row,) = rows_of(page, title="课桌椅采购投诉处理结果公告", wanted=NoticeKind.COMPLAINT)
    assert value(row, "decision") == "投诉事项缺乏事实依据，驳回投诉。"


def test_a_complaint_without_decision_is_told() -> None:
    text = COMPLAINT.replace("投诉事项不成立，驳回投诉", "另行告知")

    [row] = rows_of(text, "清水县财政局投诉处理结果公告", wanted=NoticeKind.COMPLAINT)

    assert told(row) == ["READ-49"]


AWARD = """一、项目编号：QSCG-2026-018（招标文件编号：QSCG-2026-018）
二、项目名称：实验室设备采购（采购方式：竞争性磋商）
三、中标（成交）信息
供应商名称：兰州甲科技有限公司
中标（成交）金额：21.58万元
四、评审专家（单一来源采购人员）名单：
{experts}
五、凡对本次公告内容提出询问，请按以下方式联系。
1.采购人信息
名 称：清水县第一中学
联系方式：13893800001
2.采购代理机构信息
名　称：甘肃某某招标代理有限公司
2026年3月9日
"""
TITLE = "清水县第一中学实验室设备采购成交公告"


def test_what_an_award_says_of_its_procurement() -> None:
    [row] = rows_of(AWARD.format(experts="甲、乙、丙"), TITLE)

    expected = {
        "project_number": "QSCG-2026-018",
        "project_name": "实验室设备采购",
        "procurement_method": "竞争性磋商",
        "purchaser_name": "清水县第一中学",
        "agency_name": "甘肃某某招标代理有限公司",
        "published_at": "2026-03-09",
    }
    assert {name: value(row, name) for name in expected} == expected


def test_the_heading_on_single_source_purchasers_names_no_method() -> None:
    [row] = rows_of(AWARD.replace("（采购方式：竞争性磋商）", "").format(experts="甲、乙"), TITLE)

    assert value(row, "procurement_method") == ""


def test_a_list_of_a_hundred_evaluators_is_one_warning_and_no_row() -> None:
    names = [f"某{chr(0x4E00 + number)}" for number in range(110)]

    rows = rows_of(AWARD.format(experts="，".join(names)), TITLE)

    assert len(rows) == 1
    assert told(rows[0]) == ["READ-50"]
    assert not any(names[5] in item.text for item in rows[0].values.values())


def test_thirty_evaluators_are_believed() -> None:
    names = "、".join(f"某{chr(0x4E00 + number)}" for number in range(30))

    assert told(rows_of(AWARD.format(experts=names), TITLE)[0]) == []


def test_facts_of_the_record_fill_what_the_text_leaves_out() -> None:
    text = "中标人：兰州甲科技有限公司\n中标金额：10元\n"

    [row] = rows_of(
        text, TITLE, purchaser="清水县第一中学", project_number="P1", published="2026-03-09 10:00"
    )

    assert value(row, "purchaser_name") == "清水县第一中学"
    assert value(row, "project_number") == "P1"
    assert value(row, "published_at") == "2026-03-09 10:00:00"


def test_every_value_has_its_place() -> None:
    [row] = rows_of(AWARD.format(experts="甲"), TITLE)

    assert row.values["supplier_name"].place == "/0/text line 4"
    assert row.values["amount_cny"].place == "/0/text line 5"
    assert row.values["purchaser_name"].place == "/0/text line 10"


def test_the_lot_stands_in_the_title_alone() -> None:
    text = "一、项目编号：X\n三、中标信息\n供应商名称：兰州甲律师事务所\n中标金额：23.5万元\n"

    [row] = rows_of(text, "市场监管项目（第一包：法律服务项目） 竞争性磋商成交公告")

    assert (value(row, "lot_number"), value(row, "lot_name")) == ("1", "法律服务项目")


def test_the_summary_is_kept_beside_the_award() -> None:
    text = (
        "总中标金额：￥668.790000 万元（人民币）\n五、中标（成交）信息\n"
        "供应商名称：甲科技有限公司\n中标（成交）金额：6687920.0元\n"
    )

    [row] = rows_of(text, TITLE)

    assert value(row, "amount_cny") == "6687920.0"
    assert value(row, "other_amount_cny") == "6687900.000000"
    assert value(row, "other_value_published") == "668.790000 万元"


def test_a_total_that_is_not_the_sum_of_the_lots_is_told() -> None:
    text = (
        "总中标金额：{total}元\n三、中标信息\n包1\n供应商名称：甲科技有限公司\n中标金额：100元\n"
        "包2\n供应商名称：乙科技有限公司\n中标金额：200元\n"
    )

    assert told(rows_of(text.format(total=300), TITLE)[0]) == []
    assert told(rows_of(text.format(total=350), TITLE)[0]) == ["READ-48"]


ITEMS_TABLE = (
    "<html><body><h2>某校设备采购成交公告</h2><p>三、成交信息</p><p>供应商名称：甲科技有限公司</p>"
    "<p>成交金额：{amount}元</p><p>四、主要标的信息</p><table><tr><th>名称</th><th>数量</th>"
    "<th>单价（元/台）</th></tr><tr><td>投影仪</td><td>20台</td><td>4980</td></tr>"
    "<tr><td>幕布</td><td>{count}</td><td>100.50</td></tr></table></body></html>"
)


def test_items_are_added_up() -> None:
    [row] = rows_of(ITEMS_TABLE.format(amount=99801, count="2"), TITLE)

    assert value(row, "items_total_cny") == "99801.00"
    assert row.values["items_total_cny"].place == "table 1 row 1 cell 1"


def test_items_without_a_number_are_not_added_up() -> None:
    [row] = rows_of(ITEMS_TABLE.format(amount=99801, count="一批"), TITLE)

    assert value(row, "items_total_cny") == ""
