"""Examples of the rules on budgets. A value that ends in ``!`` stands in the cell that fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from budget_rows import example, frame, line
from rule_example import Example

from expectations.context import RuleContext


def income(table: str, name: str, values: Any, **more: Any) -> list[dict[str, Any]]:
    """A line of the revenue side of a table that balances."""
    return line(table, name, values, side="revenue", **more)


def all_of(total: str | None, basic: str | None, project: str | None) -> dict[str, str | None]:
    """The three columns of tables of expenditure."""
    return {"合计": total, "基本支出": basic, "项目支出": project}


SIDES = [
    example(
        "ExpectBudgetSidesBalance",
        income("B1", "收入总计", "100.00!"),
        line("B1", "支出总计", "100.02"),
        income("B1", "收入总计", "100.00", organization_name="乙"),
        line("B1", "支出总计", "100.01", organization_name="乙"),
        income("B4", "收入总计", "7", stage="adjusted_budget"),
        line("B4", "支出总计", {"合计": "7", "政府性基金预算": "9"}, stage="adjusted_budget"),
        income("T1", "总计", "5!", fiscal_year=2024),
        line("T1", "总计", "7", fiscal_year=2024),
        income("T4", "收入总计", "5"),
        income("T4", "本年收入合计", "4"),
        line("T4", "支出总计", "5"),
        income("B2", "合计", "1"),
        line("B2", "合计", "9", side="expenditure"),
    ),
    # final accounts are compared by 决算数; the tolerance is that of the coarser unit
    example(
        "ExpectBudgetSidesBalance",
        income("T1", "总计", {"年初预算数": "1", "决算数": "50000.00!"}),
        line("T1", "总计", {"年初预算数": "9", "决算数": "5.02"}, unit="万元"),
        income("T4", "总计", {"预算数": "1", "决算数": "50100.00"}),
        line("T4", "总计", {"预算数": "9", "决算数": "5.00"}, unit="万元"),
        income("B1", "收入总计", "3"),
        line("B1", "支出合计", "3"),
    ),
]

REVENUE = [
    example(
        "ExpectBudgetRevenueAddsUp",
        income("B1", "一、财政拨款收入", "60.00"),
        income("B1", "1. 一般公共预算资金", "60.00", path="财政拨款收入/一般公共预算资金"),
        income("B1", "二、事业收入", "30.00"),
        income("B1", "本年收入合计", "90.02!"),
        income("B1", "上年结转", "5.00"),
        income("B1", "收入总计", "95.04!"),
        line("B1", "本年支出合计", "80.00"),
        line("B1", "结转下年", "9.99"),
        line("B1", "支出总计", "90.00"),
        line("B1", "一、教育支出", "1.00"),
    ),
    # without 本年收入合计 the items and what is carried are added; blanks are nothing
    example(
        "ExpectBudgetRevenueAddsUp",
        income("B1", "一、财政拨款收入", "60.00"),
        income("B1", "二、事业收入", {"预算数": None}),
        income("B1", "三、上年结转", "5.00"),
        income("B1", "收入总计", "65.02!"),
        line("B1", "一、教育支出", "60.00"),
        line("B1", "结转下年", "5.00"),
        line("B1", "支出总计", "66.00!"),
        income("B1", "一、财政拨款收入", "60.00", organization_name="乙"),
        income("B1", "其中：专项", "10.00", organization_name="乙"),
        income("B1", "收入总计", "60.01", organization_name="乙"),
    ),
    # expenditure that carries nothing is the business of BUD-05
    example(
        "ExpectBudgetRevenueAddsUp",
        line("B1", "一、教育支出", "60.00"),
        line("B1", "支出总计", "61.00"),
        income("B1", "收入总计", "61.00"),
    ),
    # B4: 一、本年收入 holds its items, 二、上年结转 its parts
    example(
        "ExpectBudgetRevenueAddsUp",
        income("B4", "一、本年收入", "50.00!"),
        income("B4", "（一）一般公共预算拨款", "40.00", path="本年收入/一般公共预算拨款"),
        income("B4", "（二）政府性基金预算拨款", "9.00", path="本年收入/政府性基金预算拨款"),
        income("B4", "二、上年结转", "3.00"),
        income("B4", "（一）一般公共预算拨款", "3.00", path="上年结转/一般公共预算拨款"),
        income("B4", "收入总计", "53.00"),
        income("T1", "本年收入合计", "1.00"),
        income("T1", "一、其他收入", "9.00"),
    ),
    # only the parts of what is carried are printed; a form that lists expenditure twice
    example(
        "ExpectBudgetRevenueAddsUp",
        income("B1", "本年收入合计", "50.00"),
        income("B1", "财政拨款结转", "2.00"),
        income("B1", "非财政拨款结转", "1.00"),
        income("B1", "收入总计", "53.00"),
        line("B1", "一、教育支出", "50.00"),
        line("B1", "基本支出", "30.00"),
        line("B1", "项目支出", "20.00"),
        line("B1", "结转下年", "3.00"),
        line("B1", "支出总计", "53.00"),
    ),
]

ACCOUNTS = [
    example(
        "ExpectFinalAccountsBalance",
        income("T1", "一、一般公共预算财政拨款收入", "2,940.05", unit="万元"),
        income("T1", "八、其他收入", "6.20", unit="万元"),
        income("T1", "本年收入合计", "2,946.25", unit="万元"),
        income("T1", "使用非财政拨款结余（含专用结余）", "1.00", unit="万元"),
        income("T1", "年初结转和结余", "49.14", unit="万元"),
        income("T1", "总计", "2,996.42!", unit="万元"),
        line("T1", "一、一般公共服务支出", "2,940.05", unit="万元"),
        line("T1", "本年支出合计", "2,940.05", unit="万元"),
        line("T1", "结余分配", "1.00", unit="万元"),
        line("T1", "年末结转和结余", "55.34", unit="万元"),
        line("T1", "总计", "2,996.41", unit="万元"),
        income("B1", "收入总计", "1.00"),
        income("B1", "本年收入合计", "2.00"),
    ),
    example(
        "ExpectFinalAccountsBalance",
        income("T1", "一、财政拨款收入", "5.00"),
        income("T1", "本年收入合计", "6.00!"),
        line("T1", "本年支出合计", "5.00"),
        line("T1", "结余分配", "1.00"),
        line("T1", "年末结转和结余", "2.00"),
        line("T1", "总计", "8.03!"),
    ),
    # T4 prints the parts of the carry-over under the names of the year's items
    example(
        "ExpectFinalAccountsBalance",
        income("T4", "一、一般公共预算财政拨款", "50.00"),
        income("T4", "本年收入合计", "50.00"),
        income("T4", "年初财政拨款结转和结余", "3.00!"),
        income("T4", "一、一般公共预算财政拨款", "2.00", path="一般公共预算财政拨款#2"),
        income("T4", "二、政府性基金预算财政拨款", "9.00", path="政府性基金预算财政拨款#3"),
        income("T4", "总计", "53.00"),
        line("T4", "本年支出合计", {"合计": "50.00", "一般公共预算": "50.00"}),
        line("T4", "年末财政拨款结转和结余", {"合计": "3.00", "一般公共预算": "3.00"}),
        line("T4", "总计", {"合计": "53.00", "一般公共预算": "54.00!"}),
    ),
    # the same in order, and the parts of what is carried alone
    example(
        "ExpectFinalAccountsBalance",
        income("T4", "一、本年收入", "50.00"),
        income("T4", "（一）一般公共预算财政拨款", "50.00", path="本年收入/一般公共预算财政拨款"),
        income("T4", "年初财政拨款结转和结余", "2.00"),
        income("T4", "一般公共预算财政拨款", "2.00", path="一般公共预算财政拨款#2"),
        income("T4", "政府性基金预算财政拨款", "9.00", path="政府性基金预算财政拨款#3"),
        income("T4", "总计", "52.00"),
        income("T1", "本年收入合计", "50.00"),
        income("T1", "财政拨款结转", "2.00"),
        income("T1", "非财政拨款结转", "1.00"),
        income("T1", "总计", "53.00"),
        line("T1", "一、教育支出", "50.00"),
        line("T1", "总计", "53.00"),
        income("T1", "本年收入合计", "50.00", organization_name="乙"),
        income("T1", "年初结转和结余", "2.00", organization_name="乙"),
        income("T1", "项目支出结转", "1.00", organization_name="乙"),
        income("T1", "总计", "52.00", organization_name="乙"),
        income("T1", "一、其他收入", "50.00", organization_name="丙"),
        income("T1", "总计", "53.00!", organization_name="丙"),
        income("T4", "一、本年收入", "51.00!", organization_name="丁"),
        income(
            "T4",
            "（一）一般公共预算财政拨款",
            "50.00",
            path="本年收入/一般公共预算财政拨款",
            organization_name="丁",
        ),
    ),
    # two carry-overs: which of them the repeated items belong to cannot be told
    example(
        "ExpectFinalAccountsBalance",
        income("T4", "年初财政拨款结转和结余", "3.00"),
        income("T4", "使用非财政拨款结余", "3.00"),
        income("T4", "一、一般公共预算财政拨款", "2.00", path="一般公共预算财政拨款#2"),
        income("T4", "本年收入合计", "2.00", path="本年收入合计#2"),
    ),
    example(
        "ExpectFinalAccountsBalance",
        line(
            "T8",
            "212 城乡社区支出",
            {
                "年初结转和结余": "1.00",
                "本年收入": "10.00",
                "小计": "8.00",
                "基本支出": "3.00",
                "项目支出": "5.00",
                "年末结转和结余": "3.03!",
            },
        ),
        line(
            "T8",
            "合计",
            {
                "年初结转和结余": "1.00",
                "本年收入": "10.00",
                "本年支出合计": "8.00",
                "年末结转和结余": "3.02",
            },
        ),
        line("T8", "229 其他", {"本年收入": "1.00", "小计": "1.00"}),
        line("T9", "223 国资", {"本年收入": "9.00", "小计": "7.00", "年末结转和结余": "2.00"}),
        line("T3", "229 其他", {"年初结转和结余": "1.00", "年末结转和结余": "3.00"}),
    ),
]

COLUMNS = [
    example(
        "ExpectBudgetColumnsAddUp",
        line("B3", "201 一般公共服务支出", all_of("10.03!", "7.00", "3.00")),
        line("B3", "20106 财政事务", all_of("10.01", "7.00", "3.00")),
        line("B3", "2010601 行政运行", all_of("10.00", "10.00", None)),
        line("B3", "2010602 一般行政管理事务", all_of("10.00", None, None)),
        line("B3", "2010603 机关服务", all_of("10.00!", None, "3.00")),
        line("B3", "208 无合计", {"基本支出": "3.00", "项目支出": "4.00"}),
        line(
            "T3",
            "合计",
            {
                "本年支出合计": "15.00",
                "基本支出": "1.00",
                "项目支出": "2.00",
                "上缴上级支出": "3.00",
                "经营支出": "4.00",
                "对附属单位补助支出": "5.00",
            },
        ),
        line("B6", "301 工资福利支出", {"合计": "9.00", "基本支出": "1.00"}),
    ),
    # two years side by side; 小计 beside 基本支出; 小计 that is 基本支出
    example(
        "ExpectBudgetColumnsAddUp",
        line(
            "B5",
            "201 一般公共服务支出",
            {
                "2024年预算数合计": "99.00",
                "2024年预算数基本支出": "1.00",
                "2025年预算数合计": "5.00!",
                "2025年预算数基本支出": "1.00",
                "2025年预算数项目支出": "5.00",
                "2024年预算数项目支出": "1.00",
            },
        ),
        line("T8", "212 城乡社区支出", {"小计": "8.00!", "基本支出": "3.00", "项目支出": "6.00"}),
        line(
            "B8",
            "212 城乡社区支出",
            {"合计": "9.00", "小计": "4.00", "人员经费": "3.00", "项目支出": "5.00"},
        ),
    ),
    example(
        "ExpectBudgetColumnsAddUp",
        line(
            "B4",
            "一、教育支出",
            {
                "合计": "10.00!",
                "一般公共预算": "5.00",
                "政府性基金预算": "4.00",
                "国有资本经营预算": "2.00",
            },
        ),
        line("B4", "二、科学技术支出", {"合计": "5.00", "一般公共预算": "5.00"}),
        line(
            "B2",
            "合计",
            {
                "合计": "30.00",
                "上年结转": "1.00",
                "财政拨款收入": "20.00",
                "一般公共预算": "15.00",
                "政府性基金预算": "5.00",
                "事业收入": "9.00",
                "其中：教育收费": "2.00",
                "2024年预算数": "9.00",
            },
        ),
        line("T2", "201 一般公共服务支出", {"本年收入合计": "5.00!", "其他收入": "6.00"}),
        line("T2", "202 外交支出", {"本年收入合计": "5.00", "财政拨款收入": "5.00"}),
    ),
    # sources in groups, each with 小计
    example(
        "ExpectBudgetColumnsAddUp",
        line(
            "B2",
            "合计",
            {
                "合计": "30.00",
                "本年收入小计": "20.00",
                "本年收入一般公共预算": "12.00",
                "上年结转小计": "10.00",
            },
        ),
        line(
            "B2",
            "201 一般公共服务支出",
            {"合计": "9.00", "小计": "6.00", "一般公共预算": "6.00", "事业收入": "3.00"},
        ),
        line(
            "B2",
            "202 外交支出",
            {"合计": "9.00!", "小计": "6.00", "一般公共预算": "5.00", "事业收入": "2.00"},
        ),
        line("B2", "203 国防支出", {"合计": "9.00!", "财政拨款收入": "6.00"}),
        line("B2", "204 公共安全支出", {"合计": "30.00", "本年收入": "20.00", "上年结转": "10.00"}),
        line("B2", "205 教育支出", {"合计": "24.00", "一般公共预算": "15.00", "事业收入": "9.00"}),
        line(
            "B2",
            "206 科学技术支出",
            {"合计": "9.00", "小计": "6.00", "一般公共预算": "5.00", "事业收入": "3.00"},
        ),
    ),
]

BASIC = [
    example(
        "ExpectBasicExpenditureAddsUp",
        line("B6", "301 工资", {"合计": "9.00!", "人员经费": "9.00", "公用经费": "0.02"}),
        line("B6", "302 商品", {"合计": "9.00", "公用经费": "9.01"}),
        line("B6", "303 补助", {"合计": "9.00"}),
        line("B5", "201 一般", {"合计": "7.00", "基本支出": "5.00!", "人员经费": "4.00"}),
        line(
            "B5",
            "202 外交",
            {"合计": "7.00", "基本支出": "5.00", "人员经费": "4.00", "公用经费": "1.00"},
        ),
        line("B3", "203 国防", {"基本支出小计": "5.00!", "基本支出公用经费": "1.00"}),
        line("T6", "301 工资", {"合计": "3.00", "公用经费": "3.00"}),
        line("B4", "一、教育支出", {"合计": "5.00", "人员经费": "1.00"}),
    ),
    example(
        "ExpectBasicExpenditureAddsUp",
        line("T6", "301 工资福利支出", "2,082.85", unit="万元"),
        line("T6", "30101 基本工资", "2,082.85", unit="万元"),
        line("T6", "303 对个人和家庭的补助", "69.41", unit="万元"),
        line("T6", "302 商品和服务支出", "171.07", unit="万元"),
        line("T6", "310 资本性支出", "13.58", unit="万元"),
        line("T6", "人员经费合计", "2,152.26", unit="万元"),
        line("T6", "公用经费合计", "184.67!", unit="万元"),
        line("T5", "301 工资福利支出", "1.00"),
        line("T5", "人员经费合计", "2.00"),
    ),
]

HIERARCHY = [
    example(
        "ExpectBudgetLinesAddUp",
        line("B3", "201 一般公共服务支出", all_of("30.00", "20.00", "10.03!")),
        line("B3", "20106 财政事务", all_of("30.00!", "20.00", "10.00")),
        line("B3", "2010601 行政运行", all_of("20.00", "20.00", None)),
        line("B3", "2010602 一般行政管理事务", all_of("10.02", None, "10.00")),
        line("B3", "210 卫生健康支出", all_of("5.00", "5.00", None)),
        line("B3", "2101101 行政单位医疗", all_of("5.01", "5.00", None)),
        line("B3", "合计", all_of("35.00", "25.03!", "10.03")),
        line("B8", "合计", {"合计": "1.00"}),
        line("B3", "201 一般公共服务支出", {"合计": "7.00"}, organization_name="乙"),
    ),
    # a code listed twice (by units) is no parent; lines without code may complete the total
    example(
        "ExpectBudgetLinesAddUp",
        line("B2", "201 一般公共服务支出", {"合计": "3.00"}),
        line("B2", "201 一般公共服务支出", {"合计": "4.00"}, path="201#2"),
        line("B2", "20106 财政事务", {"合计": "4.00"}),
        line("B2", "上年结转", {"合计": "2.00"}),
        line("B2", "合计", {"合计": "9.00"}),
        line("T3", "201 一般公共服务支出", {"合计": "3.00"}),
        line("T3", "结转下年", {"合计": "2.00"}),
        line("T3", "合计", {"合计": "6.00!"}),
    ),
    # tables without codes: classes and 支出总计, 本年支出合计, and labels under labels
    example(
        "ExpectBudgetLinesAddUp",
        line("B1", "一、一般公共服务支出", "60.00"),
        line("B1", "二、教育支出", "30.00"),
        line("B1", "支出总计", "90.02!"),
        income("B1", "一、财政拨款收入", "50.00!"),
        income("B1", "1. 一般公共预算资金", "40.00", path="财政拨款收入/一般公共预算资金"),
        income("B1", "2. 政府性基金", "10.02", path="财政拨款收入/政府性基金"),
        income("B1", "二、事业收入", "9.00"),
        income("B1", "其中：教育收费", "2.00", path="事业收入/教育收费"),
        income("B1", "收入总计", "77.00"),
        line("T1", "一、教育支出", "30.00"),
        line("T1", "本年支出合计", "31.00!"),
        line("T1", "年末结转和结余", "9.00"),
        line("T1", "总计", "99.00"),
    ),
    example(
        "ExpectBudgetLinesAddUp",
        line("B4", "一、本年支出", {"合计": "60.00", "一般公共预算": "61.00!"}),
        line(
            "B4",
            "（一）教育支出",
            {"合计": "60.00", "一般公共预算": "60.00"},
            path="本年支出/教育支出",
        ),
        line("B10", "项目甲", {"预算数": "5.00"}),
        line("B10", "项目乙", {"预算数": "6.00"}, path="项目乙"),
        line("B10", "合计", {"预算数": "12.00!"}),
        line("B11", "货物", {"预算数": "5.00!"}),
        line("B11", "电脑", {"预算数": "4.00"}, path="货物/电脑"),
        line("B7", "因公出国（境）费", "5.00"),
        line("B7", "合计", "12.00"),
        line("T1", "201 教育支出", "30.00", path="教育支出"),
        line("T1", "总计", "30.00"),
        line("T1", "一般公共服务支出", "9.00", path="教育支出#2"),
    ),
]

DETAIL = [
    example(
        "ExpectBudgetLinesDetailed",
        line("B5", "201 一般公共服务支出", all_of("30.00", "20.00", "10.00")),
        line("B5", "20106 财政事务", {"合计": "30.00!", "基本支出": "20.00"}),
        line("B5", "205 教育支出", {"合计": "30.00"}),
        line("B5", "227 预备费", {"合计": "30.00"}),
        line("B3", "201 一般公共服务支出", {"合计": "30.00"}),
        line("B3", "2010601 行政运行", {"合计": "30.00"}),
        line("B3", "205 教育支出", {"合计": "0.00"}),
        line("B6", "301 工资福利支出", {"合计": "30.00"}),
        line("B6", "30101 基本工资", {"合计": "30.00"}),
        line("B6", "302 商品和服务支出", {"合计": "1.00!"}),
        line("T6", "302 商品和服务支出", {"决算数": "1.00!"}),
        line("B2", "201 一般公共服务支出", {"合计": "30.00"}),
        line("B9", "223 国有资本经营预算支出", {"合计": "3.00"}),
        line("B9", "22301 解决历史遗留问题", {"合计": "3.00"}),
        line("B9", "2230105 国有企业退休人员社会化管理", {"合计": "3.00"}),
        line("B9", "合计", {"合计": "3.00"}),
    ),
]

BETWEEN = [
    example(
        "ExpectBudgetTablesAgree",
        income("B1", "收入总计", "100.00"),
        line("B1", "本年支出合计", "90.00"),
        line("B1", "支出总计", "100.00"),
        line("B2", "合计", {"合计": "100.02!", "事业收入": "3.00"}),
        line("B3", "合计", all_of("90.00", "80.00", "10.00")),
        line(
            "B4", "支出总计", {"合计": "90.00", "一般公共预算": "70.00", "政府性基金预算": "20.00"}
        ),
        line("B5", "合计", all_of("70.01", "60.00", "10.00")),
        line("B8", "合计", all_of("20.02!", "10.00", "10.00")),
        line("B9", "合计", all_of("5.00", "3.00", "2.00")),
        income("B1", "收入总计", "100.00", organization_name="乙"),
        line("B3", "合计", all_of("101.00", "80.00", "10.00"), organization_name="乙"),
    ),
    example(
        "ExpectBudgetTablesAgree",
        income("T1", "本年收入合计", "90.00"),
        income("T1", "总计", "100.00"),
        line("T1", "本年支出合计", "80.00"),
        line("T2", "合计", {"本年收入合计": "91.00!"}),
        line("T3", "合计", {"本年支出合计": "80.00", "基本支出": "9.00"}),
        line("T3", "201 一般公共服务支出", {"本年支出合计": "8.00"}),
        line("T4", "本年支出合计", {"合计": "50.00", "一般公共预算财政拨款": "50.00"}),
        line("T4", "年末财政拨款结转和结余", {"合计": "5.00"}),
        line("T4", "总计", {"合计": "55.00"}),
        line("T5", "合计", all_of("51.00!", "40.00", "11.00")),
        line("T9", "合计", {"本年支出合计": "51.00"}),
    ),
    # B4 without columns for the three budgets
    example(
        "ExpectBudgetTablesAgree",
        line("B4", "支出总计", {"合计": "90.00!"}),
        line("B5", "合计", all_of("70.00", "60.00", "10.00")),
        line("B8", "合计", all_of("19.00", "10.00", "9.00")),
        line("B4", "支出总计", {"合计": "90.00"}, organization_name="乙"),
        line("B4", "结转下年", {"合计": "20.00"}, organization_name="乙"),
        line("B5", "合计", all_of("70.00", "60.00", "10.00"), organization_name="乙"),
        line("T4", "总计", {"合计": "90.00!"}),
        line("T5", "合计", all_of("70.00", "60.00", "10.00")),
        line("T8", "合计", {"小计": "20.00", "基本支出": "20.00"}),
        line("T9", "合计", {"合计": "3.00"}),
    ),
]

AGREEING = [
    example(
        "ExpectBasicExpenditureAgrees",
        line("B5", "合计", all_of("70.00", "60.02!", "10.00")),
        line("B6", "301 工资福利支出", {"合计": "60.00"}),
        line("B6", "30101 基本工资", {"合计": "59.00"}),
        line("B6", "合计", {"合计": "60.00"}),
        line("B5", "合计", all_of("70.00", "60.01", "10.00"), organization_name="乙"),
        line("B6", "合计", {"合计": "60.00"}, organization_name="乙"),
        line("B5", "合计", all_of("70.00", "60.00", "10.00"), organization_name="丙"),
        line("B6", "合计", {"合计": "61.00"}, organization_name="丙"),
        line("B6", "301 工资福利支出", {"合计": "60.00"}, organization_name="丙"),
    ),
    example(
        "ExpectBasicExpenditureAgrees",
        line("T5", "合计", {"合计": "90.00", "基本支出": "70.00!", "人员经费": "50.00!"}),
        line("T6", "人员经费合计", {"决算数": "50.00"}),
        line("T6", "公用经费合计", {"决算数": "19.00"}),
        line("T6", "合计", {"人员经费": "51.00"}),
        line("B5", "合计", {"2025年预算数基本支出": "5.00", "2024年预算数基本支出": "4.00"}),
        line("B6", "合计", {"合计": "6.00"}),
    ),
]

THREE = [
    example(
        "ExpectThreePublicLinesAddUp",
        line("B7", "合计", "9.03!", unit="万元"),
        line("B7", "因公出国（境）费", "1.00", unit="万元"),
        line("B7", "公务接待费", "2.00", unit="万元"),
        line("B7", "小计", "6.00", path="公务用车购置及运行费/小计", unit="万元"),
        line("B7", "购置费", "4.00", path="公务用车购置及运行费/购置费", unit="万元"),
        line("B7", "运行费", "2.01", path="公务用车购置及运行费/运行费", unit="万元"),
        line("B7", "机关运行经费", "229.43", unit="万元"),
        line("T7", "合计", {"预算数": "1.00", "决算数": "3.02!"}, unit="万元"),
        line("T7", "公务接待费", {"预算数": "1.00", "决算数": "3.00"}, unit="万元"),
        line("T7", "公务用车购置及运行维护费", {"决算数": "2.00!"}, fiscal_year=2020),
        line("T7", "公务用车运行维护费", {"决算数": "1.00"}, fiscal_year=2020),
        line("T7", "合计", {"决算数": "2.00"}, fiscal_year=2020),
    ),
    # a 合计 that adds 会议费 and 培训费, with and without a 小计 of the three
    example(
        "ExpectThreePublicLinesAddUp",
        line("B7", "合计", "10.00!"),
        line("B7", "小计", "6.00!", path="“三公”经费/小计"),
        line("B7", "公务接待费", "5.00", path="“三公”经费/公务接待费"),
        line("B7", "会议费", "2.00"),
        line("B7", "培训费", "1.00"),
        line("B7", "合计", "8.00", organization_name="乙"),
        line("B7", "公务接待费", "5.00", organization_name="乙"),
        line("B7", "会议费", "2.00", organization_name="乙"),
        line("B7", "培训费", "1.00", organization_name="乙"),
        line("B7", "合计", "5.00", organization_name="丙"),
        line("B7", "公务用车购置费", "2.00", organization_name="丙"),
        line("B7", "公务用车运行费", "3.00", organization_name="丙"),
        line("B7", "合计", "6.00!", organization_name="丁"),
        line("B7", "公务用车购置费", "2.00", organization_name="丁"),
        line("B7", "公务用车运行费", "3.00", organization_name="丁"),
        line("B3", "合计", "9.00"),
        line("B3", "公务接待费", "5.00"),
    ),
]

WITHIN = [
    example(
        "ExpectBasicItemsWithinThreePublic",
        line("B6", "30212 因公出国（境）费用", {"合计": "9601.00!", "公用经费": "9700.00"}),
        line("B6", "30217 公务接待费", {"合计": "9600.00"}),
        line("B6", "30231 公务用车运行维护费", {"合计": "40101.00!"}),
        line("B6", "31013 公务用车购置", {"合计": "20000.00"}),
        line("B6", "30913 公务用车购置", {"合计": "30151.00!"}),
        line("B6", "30101 基本工资", {"合计": "999999.00"}),
        line("B7", "合计", "9.00", unit="万元"),
        line("B7", "因公出国（境）费", "0.95", unit="万元"),
        line("B7", "公务接待费", "0.95", unit="万元"),
        line("B7", "公务用车购置费", "5.00", unit="万元"),
        line("B7", "公务用车购置及运行费", "4.00", unit="万元"),
        line("B6", "30217 公务接待费", {"合计": "95000.00!"}, organization_name="乙"),
        line("B7", "合计", "9.00", unit="万元", organization_name="乙"),
        line("B6", "30217 公务接待费", {"合计": "95000.00"}, organization_name="丙"),
        line("T7", "公务接待费", "9.00", unit="万元", organization_name="丙"),
    ),
    example(
        "ExpectBasicItemsWithinThreePublic",
        line("T6", "30217 公务接待费", "3.00!", unit="万元"),
        line("T7", "公务接待费", {"预算数": "9.00", "决算数": "2.00"}, unit="万元"),
        line("T6", "30217 公务接待费", "2.01", unit="万元", organization_name="乙"),
        line("T7", "公务接待费", {"决算数": "2.00"}, unit="万元", organization_name="乙"),
        line("B3", "30217 公务接待费", {"合计": "9.00"}, unit="万元", organization_name="丁"),
        line("T6", "30217 公务接待费", "9.00", unit="万元", organization_name="戊"),
        line("T6", "30217 公务接待费", "9.00", unit="万元", organization_name="戊", path="30217#2"),
        line("T7", "公务接待费", {"决算数": "2.00"}, unit="万元", organization_name="戊"),
        line("B7", "公务接待费", "2.00", unit="万元", organization_name="丁"),
    ),
]

_PARTS = ["vehicle_operation", "vehicle_purchase"]
_PRINTED = ["10000", "20000", "30000"]
_ITEMS = ["total", "overseas_travel", "official_reception", "vehicles"]
ITEMS = [
    Example(
        "ExpectBookletPublishedInTime",
        {
            "organization_name str": ["甲", "甲", "乙", "丙", "丁", "丁"],
            "fiscal_year int": [2026] * 6,
            "stage str": ["budget"] * 6,
            "table_id str": ["B3", "B1", "B1", "B1", "B1", "B1"],
            "side str": ["expenditure"] * 6,
            "line_path str": ["201", "合计", "合计", "合计", "合计", "合计"],
            "measure str": ["合计", "预算数", "预算数", "预算数", "合计", "预算数"],
            "approved_on date": [*["2026-01-20"] * 3, None, *["2026-01-20"] * 2],
            "published_on date": [
                *["2026-02-10"] * 2,
                "2026-02-09",
                "2026-03-09",
                *["2027-01-20"] * 2,
            ],
        },
        {(1, "published_on"), (4, "published_on")},
    ),
    Example(
        "ExpectThreePublicItemsAddUp",
        {
            "organization_name str": ["甲"] * 4 + ["乙"] * 4,
            "stage str": ["budget"] * 8,
            "fiscal_year int": [2025] * 8,
            "item str": _ITEMS * 2,
            "budget_cny dec": ["60201", *_PRINTED, "60200", *_PRINTED],
            "final_cny dec": ["30151", "10000", "20000", None, "5", None, None, None],
            "last_digit_cny dec": ["100"] * 8,
        },
        {(0, "budget_cny"), (0, "final_cny")},
    ),
    Example(
        "ExpectThreePublicItemsAddUp",
        {
            "organization_name str": ["甲"] * 6,
            "stage str": ["budget"] * 6,
            "fiscal_year int": [2025, 2025, 2024, 2023, 2023, 2023],
            "item str": ["vehicles", *_PARTS, "total", *_PARTS],
            "budget_cny dec": ["2.02", "2", "0.01", "6", "2", "3"],
            "final_cny dec": ["2.01", "2", "5", "5", "2", "3"],
            "last_digit_cny dec": [None] * 6,
        },
        {(0, "budget_cny"), (3, "budget_cny")},
    ),
]

CODES = [
    example(
        "ExpectBudgetCodeWellFormed",
        line("B3", "201 一般公共服务支出", {"合计": "1", "基本支出": "1"}),
        line("B3", "301 工资福利支出", {"合计": "1!", "基本支出": "1!"}),
        line("B3", "20106 财政事务", "1!", level=3),
        line("B3", "2010601 行政运行", "1", level=3),
        line("B6", "301 工资福利支出", "1"),
        line("B6", "501 机关工资福利支出", "1"),
        line("B6", "20106 财政事务", "1!"),
        line("B6", "30101 基本工资", "1", level=None),
        line("B10", "30101 项目", "1"),
        income("B1", "101 税收收入", "1"),
        income("B1", "201 税收收入", "1!"),
        line("B3", "合计", "1"),
        line("B3", "20101 人大事务", "1!", level=1),
        line("B3", "202 外交支出", "1", level=0),
        line("B3", "星号", "1!", code="*1", level=None),
    ),
]

PARENTS = [
    example(
        "ExpectBudgetCodeParentListed",
        line("B3", "201 一般公共服务支出", {"合计": "2"}),
        line("B3", "20106 财政事务", {"合计": "1"}),
        line("B3", "20506 教育事务", {"合计": "1!", "基本支出": "1"}),
        line("B3", "20507 教育事务", {"合计": "1"}),
        line("B3", "2010601 行政运行", {"合计": "1"}),
        line("B3", "2080501 行政单位离退休", {"合计": "1!"}),
        line("B5", "2010601 行政运行", {"合计": "1"}),
        line("B5", "2010701 行政运行", {"合计": "1"}),
        line("B5", "20107 税收事务", {"合计": "1"}),
        line("B5", "2010801 行政运行", {"合计": "1"}),
        line("B6", "30101 基本工资", {"合计": "1"}),
        line("B3", "合计", {"合计": "2"}),
        line("B8", "212010101 城乡", {"合计": "2!"}),
        line("B8", "212020101 城乡", {"合计": "2"}),
        line("B8", "2120201 城乡", {"合计": "2"}),
    ),
]

NAMES = [
    example(
        "ExpectBudgetCodeOneName",
        line("B3", "2080599 其他行政事业单位养老支出", {"合计": "2", "基本支出": "2"}),
        line("B5", "2080599 其它行政事业单位养老支出", {"合计": "2!", "基本支出": "2"}),
        line("B2", "2080599 其他行政事业 单位养老支出", {"合计": "2"}),
        line("B3", "2010601 行政运行", {"合计": "2"}),
        line("B5", "2010601 机关服务", {"合计": "2"}),
        line("B3", "30213 维修（护）费", {"合计": "2"}),
        line("B5", "30213 维修(护)费", {"合计": "2"}),
        line("B3", "2050201 学前教育", {"合计": "2"}),
        line("B5", "2050201 学前", {"合计": "2!"}),
        line("B3", "2050201 学前教育", {"合计": "2"}, fiscal_year=2024),
        line("B5", "2050201 学前教育", {"合计": "2"}, fiscal_year=2024),
        line("B5", "合计", {"合计": "2"}),
        # half alike: the bound between a spelling and another name
        line("B3", "30301 离休", {"合计": "2!"}),
        line("B5", "30301 离退", {"合计": "2"}),
        # of three names the usual one and the next are compared
        line("B3", "2200101 甲乙丙丁戊", {"合计": "2"}),
        line("B2", "2200101 甲乙丙丁戊", {"合计": "2"}),
        line("B5", "2200101 甲乙丙丁己", {"合计": "2!"}),
        line("B8", "2200101 甲乙丙丁庚", {"合计": "2!"}),
    ),
]

CONTRADICTIONS = [
    example(
        "ExpectBudgetCodeNotContradicted",
        line("B2", "2010601 行政运行", {"合计": "2"}),
        line("B3", "2010601 行政运行", {"合计": "2", "基本支出": "2"}),
        line("B5", "2010601 机关服务", {"合计": "2!", "基本支出": "2!"}),
        line("B3", "2080599 其他行政事业单位养老支出", {"合计": "2"}),
        line("B5", "2080599 其它行政事业单位养老支出", {"合计": "2"}),
        line("B3", "合计", {"合计": "2"}),
        line("B5", "总计", {"合计": "2"}),
    ),
    # neither name is the usual one: both are in doubt
    example(
        "ExpectBudgetCodeNotContradicted",
        line("B3", "2010601 行政运行", {"合计": "2!"}),
        line("B5", "2010601 机关服务", {"合计": "2!"}),
        line("B3", "2010601 行政运行", {"合计": "2"}, fiscal_year=2024),
        line("B3", "30301 离休", {"合计": "2"}),
        line("B5", "30301 离退", {"合计": "2"}),
        # the two rare names are alike, the usual one is not like them
        line("B2", "2100101 行政运行", {"合计": "2"}),
        line("B3", "2100101 行政运行", {"合计": "2"}),
        line("B5", "2100101 其他养老支出", {"合计": "2!"}),
        line("B8", "2100101 其它养老支出", {"合计": "2!"}),
        # three names, once each: the longest is compared with the next longest
        line("B3", "2200101 其他行政事业单位养老支出", {"合计": "2!"}),
        line("B5", "2200101 机关后勤服务中心运行费", {"合计": "2!"}),
        line("B8", "2200101 其他行政事业单位养老", {"合计": "2"}),
    ),
]


def _released(*lines: Sequence[dict[str, Any]]) -> RuleContext:
    """A context whose release holds these lines."""
    known = frame(*lines)
    return RuleContext(previous_release=lambda names: known.select(names))


UNITS = [
    # B6 says 万元 where its number is in 元
    example(
        "ExpectBudgetTablesInOneUnit",
        income("B1", "收入总计", "123456.00"),
        line("B1", "支出总计", "123456.00"),
        line("B3", "合计", all_of("123456.00", "100000.00", "23456.00")),
        line("B5", "合计", all_of("123456.00", "100000.00", "23456.00")),
        line("B6", "301 工资福利支出", {"合计": "100000.00!"}, unit="万元"),
        line("B6", "合计", {"合计": "100000.00!"}, unit="万元"),
    ),
    # two tables alone: both are in doubt; figures of one digit tell nothing
    example(
        "ExpectBudgetTablesInOneUnit",
        line("B6", "30217 公务接待费", {"合计": "9500.00!"}),
        line("B7", "公务接待费", "9500.00!", unit="万元"),
        line("B6", "30217 公务接待费", {"合计": "9500.00"}, organization_name="乙"),
        line("B7", "公务接待费", "0.95", unit="万元", organization_name="乙"),
        line("B6", "30217 公务接待费", {"合计": "0.09"}, organization_name="丙"),
        line("B7", "公务接待费", "0.09", unit="万元", organization_name="丙"),
        line("B3", "合计", all_of("0.10!", None, None), organization_name="丁"),
        line("B5", "合计", all_of("0.10!", None, None), unit="亿元", organization_name="丁"),
        # as far apart as the last digits allow, and further
        line("B3", "合计", all_of("951!", None, None), unit="万元", organization_name="己"),
        line("B5", "合计", all_of("950!", None, None), organization_name="己"),
        line("B3", "合计", all_of("952", None, None), unit="万元", organization_name="庚"),
        line("B5", "合计", all_of("950", None, None), organization_name="庚"),
        line("B3", "合计", all_of("95000.00!", None, None), organization_name="辛"),
        line("B5", "合计", all_of("95.00!", None, None), organization_name="辛"),
        # B6 agrees with one table and contradicts one: B7 stands alone
        line("B5", "合计", all_of(None, "9500.00", None), organization_name="壬"),
        line("B6", "合计", {"合计": "9500.00"}, organization_name="壬"),
        line("B6", "30217 公务接待费", {"合计": "9500.00"}, organization_name="壬"),
        line("B7", "公务接待费", "9500.00!", unit="万元", organization_name="壬"),
        line("B3", "合计", all_of("700.00", None, None), organization_name="戊"),
        line("B5", "合计", all_of("700.00", None, None), unit="万元", fiscal_year=2024),
    ),
]

LAST_YEAR = [
    example(
        "ExpectBudgetUnitAsLastYear",
        line("B3", "合计", {"合计": "1000.00!", "基本支出": "5.00!"}),
        line("B3", "201 一般公共服务支出", {"合计": "1000.00!"}),
        line("B5", "合计", {"合计": "999.99"}),
        line("B6", "合计", {"合计": "0.01!"}),
        line("B8", "合计", {"合计": "9999.00"}),
        line("B1", "支出总计", "0.00"),
        line("B2", "合计", {"合计": "5.00"}),
        line("B4", "支出总计", {"合计": "10.00!"}),
        line("B3", "合计", {"合计": "1000.00"}, organization_name="乙"),
        line("B3", "合计", {"合计": "1000.00"}, stage="adjusted_budget"),
        context=_released(
            line("B3", "合计", {"合计": "1.00"}, fiscal_year=2024),
            line("B5", "合计", {"合计": "1.00"}, fiscal_year=2024),
            line("B6", "合计", {"合计": "10.00"}, fiscal_year=2024),
            line("B8", "合计", {"合计": "1.00"}, fiscal_year=2024),
            line("B1", "支出总计", "5000.00", fiscal_year=2024),
            line("B2", "合计", {"合计": "0.00"}, fiscal_year=2024),
            line("B4", "支出总计", {"合计": "0.01"}, fiscal_year=2024),
            line("B3", "合计", {"合计": "1.00"}, fiscal_year=2023, organization_name="乙"),
        ),
    ),
]

GROWTH = [
    example(
        "ExpectBudgetClassChangePlausible",
        line("B3", "201 一般公共服务支出", {"合计": "4.01!", "基本支出": "9.00"}),
        line("B3", "205 教育支出", {"合计": "4.00"}),
        line("B3", "206 科学技术支出", {"合计": "0.05!"}),
        line("B3", "20502 普通教育", {"合计": "99.00"}),
        line("B3", "208 社会保障和就业支出", {"合计": "99.00"}),
        line("B5", "205 教育支出", {"合计": "99.00"}),
        line("T5", "205 教育支出", {"合计": "99.00!"}),
        # this year's batch stands before what was released of the same document
        line("B3", "201 一般公共服务支出", {"合计": "1.00"}, fiscal_year=2024),
        line("B3", "205 教育支出", {"合计": "1.00"}, fiscal_year=2024),
        line("B3", "20502 普通教育", {"合计": "1.00"}, fiscal_year=2024),
        line("B3", "208 社会保障和就业支出", {"合计": "0.00"}, fiscal_year=2024),
        line("B3", "206 科学技术支出", {"合计": "0.01"}, fiscal_year=2024),
        line("B5", "205 教育支出", {"合计": "1.00"}, fiscal_year=2024),
        context=_released(
            line("B3", "201 一般公共服务支出", {"合计": "9.00"}, fiscal_year=2024),
            line("T5", "205 教育支出", {"合计": "1.00"}, fiscal_year=2024),
        ),
    ),
]


def _debt(*released: tuple[str, int, str]) -> RuleContext:
    """A context whose release holds balances of general debt: division, year, balance."""
    known = Example(
        "",
        {
            "division_code str": [one[0] for one in released],
            "debt_kind str": ["general"] * len(released),
            "fiscal_year int": [one[1] for one in released],
            "balance_cny dec": [one[2] for one in released],
        },
        set(),
    ).frame()
    return RuleContext(previous_release=lambda names: known.select(names))


DEBT = [
    Example(
        "ExpectDebtWithinLimit",
        {
            "limit_cny dec": ["100", "100", "100", None, "100"],
            "balance_cny dec": ["99", "100", "100.01", "5", None],
        },
        {(2, "balance_cny")},
    ),
    # in 0.01 亿元 = 1 000 000: three addends may be 2 000 000 apart, four 2 500 000
    Example(
        "ExpectDebtMovementAddsUp",
        {
            "division_code str": ["a", "b", "c", "d", "e", "f", "g", "h"],
            "debt_kind str": ["general"] * 8,
            "fiscal_year int": [2025] * 8,
            "opening_balance_cny dec": ["150000000"] * 6 + [None, "150000000"],
            "issued_cny dec": ["31000000"] * 4 + [None, None, "31000000", "31000000.01"],
            "principal_repaid_cny dec": ["11000000"] * 3 + [None, None, "11000000", "1", None],
            "other_change_cny dec": [None, None, "-1000000", None, "1000000", None, None, None],
            "limit_cny dec": [None] * 8,
            "interest_paid_cny dec": [None] * 8,
            "balance_cny dec": [
                *["172000000", "173000000", "172000000", "183000000"],
                *["999000000", "138000000", "9", "181000000.04"],
            ],
        },
        {(1, "balance_cny"), (2, "balance_cny"), (3, "balance_cny"), (7, "balance_cny")},
    ),
    # a beginning that is not printed is last year's end: of the batch, else of the release
    Example(
        "ExpectDebtMovementAddsUp",
        {
            "division_code str": ["a", "a", "b", "c"],
            "debt_kind str": ["general"] * 4,
            "fiscal_year int": [2024, 2025, 2025, 2025],
            "opening_balance_cny dec": [None] * 4,
            "issued_cny dec": [None, "5.01", "5.01", "5.01"],
            "principal_repaid_cny dec": [None] * 4,
            "other_change_cny dec": [None] * 4,
            "limit_cny dec": [None] * 4,
            "interest_paid_cny dec": [None] * 4,
            "balance_cny dec": ["10.01", "15.04", "25.02", "99.01"],
        },
        {(1, "balance_cny")},
        context=_debt(("a", 2024, "70.01"), ("b", 2024, "20.01"), ("c", 2023, "20.01")),
    ),
]
DEBT += [
    # round numbers: the limit, the interest or another row of the table tells the last digit
    Example(
        "ExpectDebtMovementAddsUp",
        {
            "division_code str": ["a", "b", "c", "d", "d", "d"],
            "debt_kind str": ["general"] * 4 + ["special"] * 2,
            "fiscal_year int": [2025] * 5 + [2024],
            "opening_balance_cny dec": ["2100"] * 4 + [None] * 2,
            "issued_cny dec": ["200"] * 4 + [None] * 2,
            "principal_repaid_cny dec": ["100"] * 4 + [None] * 2,
            "other_change_cny dec": [None] * 6,
            "limit_cny dec": ["3000", "3010", None, None, None, "10"],
            "interest_paid_cny dec": ["100", None, "10", None, None, None],
            "balance_cny dec": ["2300", "2300", "2300", "2300", "500", "10"],
        },
        {(1, "balance_cny"), (2, "balance_cny")},
    ),
]

TRANSFERS = [
    Example(
        "ExpectRegionsSumToTotal",
        {
            "year int": [2025] * 4 + [2024] * 4 + [2023, 2022, 2022, 2021],
            "region str": ["甲", "乙", "丙", "合计"] * 2 + ["合计", "甲", "乙", "总计"],
            "amount_cny dec": [
                *["1.01", "2.01", "3.01", "6.06", "1.01", "2.01", "3.01", "6.05"],
                *["9.01", "1", "2", None],
            ],
        },
        {(3, "amount_cny")},
        {"region": "region", "amount": "amount_cny", "groups": ["year"]},
    ),
    Example(
        "ExpectRegionsSumToTotal",
        {
            "year int": [2025, 2025, 2024, 2024],
            "region str": ["甲", "全县", "甲", "合计"],
            "amount_cny dec": ["100", "220", "100", "900"],
        },
        {(1, "amount_cny")},
        {
            "region": "region",
            "amount": "amount_cny",
            "groups": ["year"],
            "totals": ["全县"],
        },
    ),
    Example(
        "ExpectSpecialTransfersNameProjects",
        {
            "kind str": ["专项转移支付"] * 3 + ["一般性转移支付", None],
            "project str": ["农田水利", "", None, None, None],
        },
        {(1, "project"), (2, "project")},
        {"kind": "kind", "project": "project"},
    ),
]

BUDGET_EXAMPLES = [
    *SIDES,
    *REVENUE,
    *ACCOUNTS,
    *COLUMNS,
    *BASIC,
    *HIERARCHY,
    *DETAIL,
    *BETWEEN,
    *AGREEING,
    *THREE,
    *WITHIN,
    *ITEMS,
    *CODES,
    *PARENTS,
    *NAMES,
    *CONTRADICTIONS,
    *UNITS,
    *LAST_YEAR,
    *GROWTH,
    *DEBT,
    *TRANSFERS,
]
