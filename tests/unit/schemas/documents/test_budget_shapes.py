"""The shapes that tables of budgets and final accounts come in."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_booklets.written_pages import written_document

from schemas.documents.budget.interpreting import Interpretation, WhyNot, interpret
from schemas.documents.budget.numbers import one_number
from schemas.documents.budget.tables import BudgetTable, Line, Stage

Rows = Sequence[Sequence[str]]
SPENT: Rows = [
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["201", "一般公共服务支出", "5.00", "2.00", "3.00"],
]


def read(*pages: Sequence[str | Rows]) -> Interpretation:
    return interpret(written_document(*pages))


def table(*pages: Sequence[str | Rows]) -> BudgetTable:
    found = read(*pages)
    assert found.leftovers == {}
    (only,) = found.tables
    return only


def said(lines: Sequence[Line]) -> list[tuple[str, str, int, list[tuple[str, str]]]]:
    return [
        (line.code, line.path, line.level, [(value.measure, value.text) for value in line.values])
        for line in lines
    ]


def test_codes_in_three_columns_printed_once() -> None:
    found = table(
        [
            "部门支出总表",
            "单位：万元",
            [
                ["科目编码", "<", "<", "科目名称", "合计", "基本支出", "<"],
                ["类", "款", "项", "^", "^", "人员经费", "公用经费"],
                ["201", "", "", "一般公共服务支出", "6", "4", "2"],
                ["", "06", "", "财政事务", "6", "4", "2"],
                ["", "", "01", "行政运行", "6", "4", "2"],
                ["合计", "<", "<", "<", "6", "4", "2"],
            ],
        ]
    )

    assert [(line.code, line.level) for line in found.lines] == [
        ("201", 1),
        ("20106", 2),
        ("2010601", 3),
        ("", 0),
    ]
    assert [value.measure for value in found.lines[0].values] == ["合计", "人员经费", "公用经费"]


def test_class_merged_over_its_rows_and_a_lost_zero() -> None:
    found = table(
        [
            "部门支出总表",
            "单位：元",
            [
                ["类", "款", "项", "科目名称", "合计"],
                ["201", "6", "01", "行政运行", "5"],
                ["^", "06", "02", "一般行政管理事务", "6"],
            ],
        ]
    )

    assert [line.code for line in found.lines] == ["2010601", "2010602"]
    assert found.lines[0].notices == ("6",)


@pytest.mark.parametrize("written", ["201-06-01", "201.06.01", "２０１０６０１", "201 06 01"])
def test_codes_in_one_column(written: str) -> None:
    rows = [["科目编码", "科目名称", "合计"], [written, "行政运行", "5.00"]]

    assert table(["部门支出总表", "单位：元", rows]).lines[0].code == "2010601"


@pytest.mark.parametrize("written", ["[2010601]行政运行", "2010601 行政运行", "2010601-行政运行"])
def test_codes_before_the_name(written: str) -> None:
    rows = [["科目", "合计", "项目支出"], [written, "5.00", "5.00"]]
    (line,) = table(["部门支出总表", "单位：元", rows]).lines

    assert (line.code, line.label) == ("2010601", "行政运行")


def test_halves_with_different_numbers_of_rows() -> None:
    found = table(
        [
            "部 门 收 支 总 表",
            "单 位 ： 万 元",
            [
                ["收    入", "<", "支    出", "<"],
                ["项    目", "预 算 数", "项    目", "预 算 数"],
                ["一、财政拨款收入", "3.00", "一、教 育 支 出", "2.00"],
                ["1.一般公共预算", "3.00", "二、卫生健康支出", "1.00"],
                ["二、事业收入", "", "", ""],
                ["收 入 总 计", "3.00", "支 出 总 计", "3.00"],
            ],
        ]
    )

    assert found.unit == "万元"
    assert [(line.side, line.path, line.level) for line in found.lines] == [
        ("revenue", "财政拨款收入", 1),
        ("revenue", "财政拨款收入/一般公共预算", 2),
        ("revenue", "事业收入", 1),
        ("revenue", "收入总计", 0),
        ("expenditure", "教育支出", 1),
        ("expenditure", "卫生健康支出", 1),
        ("expenditure", "支出总计", 0),
    ]
    assert [line.scheme for line in found.lines[3:5]] == ["revenue", "function"]


def test_statutory_form_with_row_and_column_numbers() -> None:
    found = table(
        ["清水县财政局", "2023年度部门决算"],
        [
            "收入支出决算总表",
            "公开01表",
            "部门：清水县财政局 2023年度 金额单位：万元",
            [
                ["收入", "<", "<", "支出", "<", "<"],
                ["项目", "行次", "决算数", "项目", "行次", "决算数"],
                ["栏次", "", "1", "栏次", "", "2"],
                ["一、财政拨款收入", "1", "1,234.50", "一、教育支出", "32", "1,000.00"],
                ["本年收入合计", "27", "1,234.50", "本年支出合计", "58", "1,000.00"],
                ["注：本表反映总收支。", "<", "<", "<", "<", "<"],
            ],
        ],
    )

    assert found.table_id == "T1"
    assert [value.text for value in found.amounts] == [
        "1,234.50",
        "1,234.50",
        "1,000.00",
        "1,000.00",
    ]
    assert [note.text for note in found.notes] == ["注：本表反映总收支。"]


def test_three_halves_and_a_total_over_two_of_them() -> None:
    found = table(
        [
            "一般公共预算财政拨款基本支出决算明细表",
            "单位：万元",
            [
                ["人员经费", "<", "<", "公用经费", "<", "<", "<", "<", "<"],
                ["科目编码", "科目名称", "决算数"] * 3,
                ["301", "工资福利支出", "9", "302", "商品和服务支出", "2", "307", "债务利息", ""],
                ["人员经费合计", "<", "9", "公用经费合计", "<", "<", "<", "<", "2"],
            ],
        ]
    )

    assert said([line for line in found.lines if line.values]) == [
        ("301", "301", 1, [("决算数", "9")]),
        ("", "人员经费合计", 0, [("决算数", "9")]),
        ("302", "302", 1, [("决算数", "2")]),
        ("", "公用经费合计", 0, [("决算数", "2")]),
    ]


def test_equal_lowest_headers_are_told_apart_by_their_parents() -> None:
    found = table(
        [
            "政府性基金预算财政拨款收入支出决算表",
            "单位：万元",
            [
                ["科目编码", "科目名称", "年初结转", "<", "本年支出", "<"],
                ["^", "^", "小计", "基本支出结转", "小计", "项目支出"],
                ["22960", "彩票公益金支出", "1", "2", "3", "4"],
            ],
        ]
    )

    assert [value.measure for value in found.lines[0].values] == [
        "年初结转小计",
        "基本支出结转",
        "本年支出小计",
        "项目支出",
    ]


@pytest.mark.parametrize("basis_above", [True, False])
def test_three_public_expenses_in_columns(basis_above: bool) -> None:
    items = ["合计", "出国费", "公务用车购置及运行费", "<", "公务接待费"]
    cars = ["^", "^", "购置费", "运行费", "^"]
    if basis_above:
        header = [
            ["2024年预算数", "<", "<", "<", "<", "2024年决算数", "<", "<", "<", "<"],
            items * 2,
            cars * 2,
        ]
        values = ["9", "1", "2", "3", "4", "8", "", "2", "2", "4"]
    else:
        double = [each for item in items for each in (item, "<")]
        header = [double, [each for car in cars for each in (car, "^" if car == "^" else "<")]]
        header[1] = ["^", "^", "^", "^", "购置费", "<", "运行费", "<", "^", "^"]
        header += [["预算数", "决算数"] * 5]
        values = ["9", "8", "1", "", "2", "2", "3", "2", "4", "4"]

    found = table(["财政拨款“三公”经费支出决算表", "单位：万元", [*header, values]])

    assert said(found.lines) == [
        ("", "合计", 0, [("预算数", "9"), ("决算数", "8")]),
        ("", "出国费", 1, [("预算数", "1")]),
        ("", "公务用车购置及运行费/购置费", 2, [("预算数", "2"), ("决算数", "2")]),
        ("", "公务用车购置及运行费/运行费", 2, [("预算数", "3"), ("决算数", "2")]),
        ("", "公务接待费", 1, [("预算数", "4"), ("决算数", "4")]),
    ]


def test_three_public_expenses_of_two_years_in_rows() -> None:
    found = table(
        [
            "“三公”经费预算表",
            "单位：万元",
            [
                ["项目", "2024年预算数", "2025年预算数", "增减%"],
                ["一、“三公”经费", "10.5", "9.5", "-9.52%"],
                ["（一）公务接待费", "3.5", "2.5", "-28.57%"],
                ["二、相关统计数", "", "", ""],
                ["公务用车保有量（辆）", "3", "3", ""],
            ],
        ]
    )

    kinds = [[value.kind.value for value in line.values] for line in found.lines]
    assert kinds == [["amount", "amount", "ratio"]] * 2 + [[], ["count", "count"]]
    assert [value.unit for value in found.lines[0].values] == ["万元", "万元", ""]
    assert [value.measure for value in found.lines[0].values] == [
        "2024年预算数",
        "2025年预算数",
        "增减%",
    ]


def test_rows_cut_by_the_end_of_a_page() -> None:
    header = ["科目编码", "科目名称", "合计"]
    found = table(
        ["部门支出总表", "单位：元", [header, ["2080505", "基本养老保险", "5.00"]]],
        [[["", "缴费支出", ""], ["2080506", "职业年金", ""]]],
        [[header, ["", "缴费支出", "7.00"], ["", "合计", "12.00"]]],
    )

    assert [(line.label, [value.text for value in line.values]) for line in found.lines] == [
        ("基本养老保险缴费支出", ["5.00"]),
        ("职业年金缴费支出", ["7.00"]),
        ("合计", ["12.00"]),
    ]
    assert found.pages == (1, 2, 3)


@pytest.mark.parametrize(
    "above",
    [
        ["部门支出总表", "单位：万元"],
        ["部门支出总表（单位：万元）"],
        ["单位：万元", "部门支出总表"],
        ["表3", "部门支出总表", "编制单位：清水县水务局 金额单位：万元"],
        ["三、部门支出总表", "万元"],
    ],
)
def test_where_a_unit_may_stand(above: list[str]) -> None:
    assert table([*above, SPENT]).unit == "万元"


def test_unit_in_the_header_or_in_the_grid() -> None:
    in_header = [["科目编码", "科目名称", "合计（万元）"], ["201", "教育", "5.00"]]
    in_grid = [["部门支出总表", "<", "<"], ["编制单位：清水县水务局", "", "单位：元"], *SPENT]

    value = table(["部门支出总表", in_header]).lines[0].values[0]
    assert (value.measure, value.unit) == ("合计", "万元")
    assert table([in_grid]).unit == "元"


def test_no_unit_and_two_units_fail_closed() -> None:
    assert table(["部门支出总表", SPENT]).unit == ""
    found = read(["部门支出总表", "单位：元", SPENT], ["单位：万元", SPENT])

    assert found.tables[0].unit == ""
    assert found.unit_conflicts == {"page 1 table 1": ("元", "万元")}


def test_title_on_the_page_before_and_a_page_of_contents() -> None:
    found = table(
        ["目录", "一、部门收支总表", "二、部门支出总表"],
        ["第二部分 部门预算公开表", "二、部门支出总表", "单位：元"],
        [SPENT],
    )

    assert (found.table_id, found.unit, found.title.page) == ("B3", "元", 2)


def test_running_lines_do_not_part_a_table() -> None:
    running = "清水县水务局2026年部门预算公开"
    rows: Rows = [["科目编码", "科目名称", "合计"], ["201", "甲", "1"]]
    pages: list[list[str | Rows]] = [[running, "部门支出总表", "单位：元", rows, "- 1 -"]]
    for number in range(2, 6):
        pages.append([running, [[f"20{number}", "乙", "1"]], f"- {number} -"])

    found = table(*pages)

    assert [line.code for line in found.lines] == ["201", "202", "203", "204", "205"]
    assert found.pages == (1, 2, 3, 4, 5)


def test_tables_of_several_offices_keep_their_own_names() -> None:
    def page(office: str) -> list[str | Rows]:
        return ["部门支出总表", f"编制单位：{office} 单位：元", SPENT]

    found = read(
        ["清水县教育局2026年部门预算"],
        page("清水县教育局"),
        page("清水县教育局"),
        page("清水县第一中学"),
    )

    assert found.identity.organization_name == "清水县教育局"
    assert [one.organization_name for one in found.tables][-1] == "清水县第一中学"
    assert not any(one.organization_name for one in found.tables[:-1])


def test_two_tables_on_a_page_and_two_in_one_grid() -> None:
    fund = [["科目编码", "科目名称", "合计", "基本支出", "项目支出"], ["合计", "<", "", "", ""]]
    found = read(
        [
            "部门政府性基金预算支出表",
            "单位：万元",
            fund,
            "注：本部门没有政府性基金预算。",
            "部门支出总表",
            "单位：元",
            SPENT,
        ],
        [
            [
                ["部门收入总表", "<", "<", "<", "<"],
                ["", "", "", "", "单位：元"],
                *SPENT,
                ["部门支出总表", "<", "<", "<", "<"],
                ["", "", "", "", "单位：万元"],
                *SPENT,
            ]
        ],
    )

    assert [(one.table_id, one.unit, len(one.amounts)) for one in found.tables] == [
        ("B8", "万元", 0),
        ("B3", "元", 3),
        ("B2", "元", 3),
        ("B3", "万元", 3),
    ]
    assert [note.text for note in found.tables[0].notes] == ["注：本部门没有政府性基金预算。"]


def test_tables_of_other_kinds_are_told_apart() -> None:
    found = read(
        ["包括以下单位：", [["序号", "单位名称"], ["1", "局本级"]]],
        ["项目绩效目标表", [["指标", "值"], ["合格率", "100%"]]],
        ["国有资产占用情况表", "单位：万元", [["项目", "金额"], ["房屋", "1234.5"]]],
        ["部门支出总表", "单位：元", SPENT],
    )

    assert [(one.why, one.numbers) for one in found.others] == [
        (WhyNot.NO_BUDGET_TABLE, 0),
        (WhyNot.PERFORMANCE, 0),
        (WhyNot.UNKNOWN_TITLE, 1),
    ]
    assert len(found.tables) == 1


def test_a_form_without_any_amount_is_a_template() -> None:
    blank = [["科目编码", "科目名称", "合计"], ["205.0", "教育支出", ""], ["…", "…", ""]]
    filled = [["科目编码", "科目名称", "合计"], ["205.0", "教育支出", "0.00"]]

    assert read(["部门支出总表", "单位：元", blank]).is_template
    assert not read(["部门支出总表", "单位：元", filled]).is_template
    assert read(["预算主管部门：清水县XX局"], ["部门支出总表", "单位：元", filled]).is_template


def test_a_table_that_is_empty_by_statement_is_no_template() -> None:
    fund = [["科目编码", "科目名称", "合计"], ["合计", "<", ""]]
    found = read(["部门政府性基金预算支出表", "单位：元", fund, "注：本部门无此项，故本表为空表。"])

    assert not found.is_template
    assert found.tables[0].is_empty


@pytest.mark.parametrize(
    ("cover", "name", "year", "stage"),
    [
        (["清水县财政局2025年部门预算"], "清水县财政局", 2025, Stage.BUDGET),
        (["清水县教育局", "2023年度部门决算"], "清水县教育局", 2023, Stage.FINAL_ACCOUNTS),
        (["某县2025年县级部门预算", "预算主管部门：某县水务局"], "某县水务局", 2025, Stage.BUDGET),
        (["二〇二四年度清水县第一中学部门决算公开"], "清水县第一中学", 2024, Stage.FINAL_ACCOUNTS),
        (["清水县财政局2025年调整预算"], "清水县财政局", 2025, Stage.ADJUSTED_BUDGET),
    ],
)
def test_who_when_and_what(cover: list[str], name: str, year: int, stage: Stage) -> None:
    found = read(cover, ["部门支出总表", "单位：元", SPENT]).identity

    assert (found.organization_name, found.fiscal_year, found.stage) == (name, year, stage)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("31,214,205.80", "31,214,205.80"),
        ("31,214,\n205.80", "31,214,205.80"),
        ("31,214,205.8\n0", "31,214,205.80"),
        ("100\n200", None),
        ("1.00\n2.00", None),
        ("1.00 2.00", None),
        ("12.5%", "12.5%"),
        ("１２３．５", "123.5"),
        ("三", None),
        ("1,23", None),
    ],
)
def test_one_number_or_none(text: str, number: str | None) -> None:
    assert one_number(text) == number


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                ["", "201", "06", "合计", "1.5", "教育支出", "类", "支出", "注：无", "<", "^"]
            ),
            min_size=3,
            max_size=6,
        ),
        min_size=1,
        max_size=7,
    ),
    st.sampled_from(["部门支出总表", "部门收支总表", "“三公”经费支出表", "其他表", "说明"]),
)
def test_every_cell_is_accounted_for_whatever_the_grid(rows: list[list[str]], title: str) -> None:
    width = min(len(row) for row in rows)
    cut = [
        [
            "" if (text == "<" and not column) or (text == "^" and not number) else text
            for column, text in enumerate(row[:width])
        ]
        for number, row in enumerate(rows)
    ]

    read([title, "单位：元", cut])  # interpreting asserts it
