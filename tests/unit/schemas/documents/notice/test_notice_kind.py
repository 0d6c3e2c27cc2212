"""What kind of notice a notice is."""

from __future__ import annotations

import pytest
from reading_notices import rows_of, value

from schemas.documents.notice.notice_kind import NoticeKind, kind_of_notice

K = NoticeKind
TITLES = (
    ("某校空调采购中标（成交）结果公告", K.AWARD),
    ("某校空调采购项目成交公告", K.AWARD),
    ("某校设备采购竞争性磋商成交公告", K.AWARD),
    ("某校设备采购项目中标结果公告(二次)", K.AWARD),
    ("某校软件服务单一来源采购成交结果公告", K.AWARD),
    ("某局定点印刷框架协议采购入围结果公告", K.AWARD),
    ("不动产变更登记服务项目中标公告", K.AWARD),
    ("关于某校空调采购项目的采购结果公告", K.AWARD),
    ("某校空调采购公开招标中标公告", K.AWARD),
    ("某校空调采购合同公告", K.CONTRACT),
    ("某中学智慧体育采购项目合同", K.CONTRACT),
    ("合同能源管理服务项目公开招标公告", K.TENDER),
    ("合同能源管理服务项目中标公告", K.AWARD),
    ("某财政局关于某项目投诉处理结果公告", K.COMPLAINT),
    ("政府采购投诉处理决定书（某财采〔2026〕3号）", K.COMPLAINT),
    ("某工程中标候选人公示", K.CANDIDATES),
    ("某项目成交候选供应商公示", K.CANDIDATES),
    ("某项目评标结果公示", K.CANDIDATES),
    ("某校空调采购竞争性磋商更正公告", K.CORRECTION),
    ("某校空调采购中标结果更正公告", K.CORRECTION),
    ("某训练中心2026年安保服务更正公告(四)", K.CORRECTION),
    ("会议中心1标段招标澄清文件", K.CORRECTION),
    ("某校空调采购废标公告", K.TERMINATION),
    ("某校空调采购流标公告（第二包）", K.TERMINATION),
    ("某校空调采购终止公告", K.TERMINATION),
    ("某校空调采购公开招标公告", K.TENDER),
    ("某校空调采购询价公告", K.TENDER),
    ("支持学前教育发展采购项目-招标[采购]公告", K.TENDER),
    ("体育公园建设项目施工招标资格预审公告", K.TENDER),
    ("某校软件服务单一来源采购公示", K.SINGLE_SOURCE),
    ("某局2026年6月政府采购意向", K.INTENTION),
    ("某校空调采购履约验收公告", K.ACCEPTANCE),
    ("某公司31%股权转让公告", K.PROPERTY_TRADE),
)


@pytest.mark.parametrize(("title", "kind"), TITLES, ids=[title for title, _ in TITLES])
def test_title_tells_the_kind(title: str, kind: NoticeKind) -> None:
    assert kind_of_notice(title, (), "采购人：某校") is kind


@pytest.mark.parametrize(
    ("title", "filed", "kind"),
    [
        ("某公园（施工）中标结果公告", ("工程建设", "交易结果公示"), K.ENGINEERING_AWARD),
        ("某小学双电源技改工程中标结果公告", ("政府采购", "中标公告"), K.AWARD),
        ("某公园设计、施工一体化招标公告", ("工程建设", "招标/资审公告"), K.ENGINEERING_TENDER),
        ("羽毛球队赞助项目", ("其他", "成交公示"), K.OTHER_TRADE),
        ("某宗地成交公示", ("土地使用权", "成交公示"), K.LAND_TRADE),
        ("某设备转让", ("国有产权", "成交公示"), K.PROPERTY_TRADE),
        ("某校空调采购", ("政府采购", "中标公告"), K.AWARD),
        ("某校空调采购", ("政府采购", "采购合同"), K.CONTRACT),
        ("某校空调采购成交公告", ("政府采购", "更正事项"), K.CORRECTION),
        ("某校空调采购", (), K.UNKNOWN),
    ],
)
def test_filing_of_the_portal_helps(title: str, filed: tuple[str, ...], kind: NoticeKind) -> None:
    assert kind_of_notice(title, filed, "") is kind


def test_works_tendered_by_an_employer_are_outside_government_procurement() -> None:
    works = "一、中标人信息\n中标人:\n甲公司\n投标总报价中标价格:\n100 元\n招 标 人:\n某局\n"
    bought = "一、中标信息\n供应商名称：甲公司\n1.采购人信息\n名称：某局\n"

    assert kind_of_notice("某公园中标结果公告", (), works) is K.ENGINEERING_AWARD
    assert kind_of_notice("某公园中标结果公告", (), bought) is K.AWARD


def test_a_notice_without_title_is_told_by_its_sections() -> None:
    assert kind_of_notice("", (), "三、中标（成交）信息\n供应商名称：甲公司") is K.AWARD
    assert kind_of_notice("", (), "一、合同编号：H1\n二、合同名称：设备合同") is K.CONTRACT
    assert kind_of_notice("", (), "1、第一中标候选人：甲公司") is K.CANDIDATES


def test_other_kinds_give_one_row_that_says_what_it_is() -> None:
    rows = rows_of("一、项目编号：1\n中标人：甲公司", "某校空调采购更正公告", record_id="r1")

    assert [value(row, "notice_kind") for row in rows] == ["correction"]
    assert value(rows[0], "notice_id") == "r1"
    assert set(rows[0].values) == {"notice_kind", "notice_id", "notice_title"}


def test_a_kind_that_cannot_be_told_is_a_finding() -> None:
    [row] = rows_of("今日天气晴", "通知")

    assert value(row, "notice_kind") == "unknown"
    assert [problem.rule for problem in row.problems] == ["READ-45"]


def test_an_award_without_text_is_a_finding() -> None:
    [row] = rows_of("", "某校空调采购成交公告")

    assert [problem.rule for problem in row.problems] == ["READ-40"]
