"""Lines, columns and items of budget tables, told by their words."""

from __future__ import annotations

import pytest

from schemas.budget_wording import (
    ColumnRole,
    LineKind,
    ThreePublicItem,
    column_role,
    decimals_of,
    is_of_which,
    kind_below,
    line_kind,
    plain_label,
    three_public_item,
)


@pytest.mark.parametrize(
    ("label", "plain"),
    [
        ("一、财政拨款收入", "财政拨款收入"),
        ("二十六、抗疫特别国债安排的支出", "抗疫特别国债安排的支出"),
        ("1. 一般公共预算资金", "一般公共预算资金"),
        ("（一）一般公共预算拨款", "一般公共预算拨款"),
        ("(1)货物", "货物"),
        ("① 货物", "货物"),
        ("其中：财政拨款结转", "财政拨款结转"),
        ("收 入 总 计", "收入总计"),
        ("因公出国（境）费", "因公出国(境)费"),
        ("“三公”经费", "三公经费"),
        ("一般公共服务支出", "一般公共服务支出"),
        ("2025.5", "2025.5"),
        ("100万元以上设备", "100万元以上设备"),
    ],
)
def test_plain_label(label: str, plain: str) -> None:
    assert plain_label(label) == plain


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("收入总计", LineKind.GRAND_TOTAL),
        ("总 计", LineKind.GRAND_TOTAL),
        ("本年收入合计", LineKind.YEAR_TOTAL),
        ("一、本年支出", LineKind.YEAR_TOTAL),
        ("合计", LineKind.TOTAL),
        ("支出合计", LineKind.TOTAL),
        ("使用非财政拨款结余（含专用结余）", LineKind.CARRIED),
        ("年初财政拨款结转和结余", LineKind.CARRIED),
        ("用事业基金弥补收支差额", LineKind.CARRIED),
        ("二、上年结转", LineKind.CARRIED),
        ("结余分配", LineKind.CARRIED),
        ("二、结转下年", LineKind.CARRIED),
        ("年末结转和结余", LineKind.CARRIED),
        ("项目支出结转和结余", LineKind.CARRIED_PART),
        ("转入事业基金", LineKind.CARRIED_PART),
        ("人员经费合计", LineKind.STAFF_TOTAL),
        ("公用经费合计", LineKind.OPERATING_TOTAL),
        ("其中：教育收费", LineKind.OF_WHICH),
        ("项目支出", LineKind.NATURE),
        ("工资福利支出", LineKind.NATURE),
        ("一、一般公共服务支出", LineKind.ITEM),
        ("二十三、其他支出", LineKind.ITEM),
        ("四、上级补助收入", LineKind.ITEM),
        ("农村基金会", LineKind.ITEM),
    ],
)
def test_line_kind(label: str, kind: LineKind) -> None:
    assert line_kind(label) is kind


def test_an_item_below_a_carry_over_is_a_part_of_it() -> None:
    label = "（一）一般公共预算拨款"
    assert kind_below("上年结转/一般公共预算拨款", label) is LineKind.CARRIED_PART
    assert kind_below("本年收入/一般公共预算拨款", label) is LineKind.ITEM


@pytest.mark.parametrize(
    ("measure", "role", "group"),
    [
        ("合计", ColumnRole.TOTAL, ""),
        ("本年支出合计", ColumnRole.TOTAL, ""),
        ("本年支出小计", ColumnRole.TOTAL, ""),
        ("2025年预算数合计", ColumnRole.TOTAL, "2025年预算数"),
        ("2025年预算数基本支出", ColumnRole.BASIC, "2025年预算数"),
        ("2024年预算数合计", ColumnRole.OTHER_YEAR, ""),
        ("2024年执行数", ColumnRole.OTHER_YEAR, ""),
        ("2025年执行数", ColumnRole.OTHER_YEAR, ""),
        ("上年预算数", ColumnRole.OTHER_YEAR, ""),
        ("增减%", ColumnRole.OTHER_YEAR, ""),
        ("上年结转", ColumnRole.OPENING, ""),
        ("年初结转和结余", ColumnRole.OPENING, ""),
        ("年末结转和结余", ColumnRole.CLOSING, ""),
        ("小计", ColumnRole.SUBTOTAL, ""),
        ("基本支出小计", ColumnRole.BASIC, ""),
        ("日常公用经费", ColumnRole.OPERATING, ""),
        ("项目支出", ColumnRole.PROJECT, ""),
        ("对附属单位补助支出", ColumnRole.AFFILIATED, ""),
        ("一般公共预算财政拨款", ColumnRole.GENERAL_BUDGET, ""),
        ("政府性基金预算", ColumnRole.FUND_BUDGET, ""),
        ("国有资本经营预算", ColumnRole.CAPITAL_BUDGET, ""),
        ("财政拨款收入", ColumnRole.FISCAL, ""),
        ("其中：教育收费", ColumnRole.OF_WHICH, ""),
        ("决算数", ColumnRole.AMOUNT, ""),
        ("附属单位上缴收入", ColumnRole.OTHER, ""),
    ],
)
def test_column_role(measure: str, role: ColumnRole, group: str) -> None:
    assert column_role(measure, 2025) == (role, group)


@pytest.mark.parametrize(
    ("path", "label", "item"),
    [
        ("合计", "合计", ThreePublicItem.TOTAL),
        ("“三公”经费预算数/合计", "合计", ThreePublicItem.TOTAL),
        ("“三公”经费/小计", "小计", ThreePublicItem.SUBTOTAL),
        ("因公出国（境）费", "因公出国（境）费", ThreePublicItem.OVERSEAS_TRAVEL),
        ("公务接待费", "公务接待费", ThreePublicItem.OFFICIAL_RECEPTION),
        ("公务用车购置及运行费/小计", "小计", ThreePublicItem.VEHICLES),
        ("公务用车购置及运行维护费", "公务用车购置及运行维护费", ThreePublicItem.VEHICLES),
        ("公务用车购置及运行费/购置费", "购置费", ThreePublicItem.VEHICLE_PURCHASE),
        ("公务用车购置及运行费/运行费", "运行费", ThreePublicItem.VEHICLE_OPERATION),
        ("公务用车运行维护费#2", "公务用车运行维护费", ThreePublicItem.VEHICLE_OPERATION),
        ("机关运行经费预算数", "机关运行经费预算数", ThreePublicItem.AGENCY_OPERATION),
        ("会议费", "会议费", ThreePublicItem.MEETINGS),
        ("培训费", "培训费", ThreePublicItem.TRAINING),
        ("车辆数", "车辆数", None),
        ("备注", "备注", None),
    ],
)
def test_three_public_item(path: str, label: str, item: ThreePublicItem | None) -> None:
    assert three_public_item(path, label) is item


def test_of_which_and_decimals() -> None:
    assert is_of_which("其中:政府采购")
    assert is_of_which("1.其中：政府采购")
    assert not is_of_which("政府采购（其中）")
    assert [decimals_of(one) for one in ("1,234.50", "0", "１．２", "(3.456)")] == [2, 0, 1, 3]
