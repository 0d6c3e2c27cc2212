"""More booklets: the forms of other provinces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from made_booklets.model import CODE, LABEL, OTHER, VALUE, Column, MadeBooklet, MadeTable, Style
from made_booklets.rows import (
    ECONOMIC_ITEMS,
    ECONOMIC_NAMES,
    FUNCTION_ITEMS,
    FUNCTION_NAMES,
    AmountRows,
    plain,
    thousands,
)
from made_booklets.tables import (
    STAFF,
    by_economic_class,
    by_function,
    empty_table,
    three_public_columns,
    two_sided,
)


def overall_situation_tables() -> MadeBooklet:
    """总体情况表: numbered titles, dashes for nothing, basic spending split into its parts."""
    made = AmountRows(21, plain, zero="-")
    style = Style(rows_per_page=(20, 34), size=8)
    columns = (
        Column(CODE, ("科目编码",), 54),
        Column(LABEL, ("科目名称",), 140),
        Column(VALUE, ("合计",), 60),
        Column(VALUE, ("基本支出", "小计"), 60),
        Column(VALUE, ("基本支出", "人员经费"), 60),
        Column(VALUE, ("基本支出", "公用经费"), 60),
        Column(VALUE, ("项目支出",), 60),
    )
    rows = []
    for code, label, (staff, running, project) in made.lines(FUNCTION_ITEMS, FUNCTION_NAMES, 3):
        amounts = (staff + running + project, staff + running, staff, running, project)
        rows.append([code, label, *(made.write(amount) for amount in amounts)])
    return MadeBooklet(
        "overall_situation_tables",
        "云川县自然资源局",
        2026,
        False,
        (
            two_sided(made, "B1", "表1：部门收支总体情况表", "万元", style),
            by_function(
                made,
                "B2",
                "表2：部门收入总体情况表",
                "万元",
                style,
                codes=1,
                head="",
                side="revenue",
                measures=("合计", "一般公共预算拨款", "其他收入"),
                label_width=140,
            ),
            by_function(
                made,
                "B3",
                "表3：部门支出总体情况表",
                "万元",
                style,
                codes=1,
                head="",
                label_width=140,
            ),
            two_sided(
                made,
                "B4",
                "表4：财政拨款收支总体情况表",
                "万元",
                style,
                spent=("合计", "一般公共预算", "政府性基金预算"),
            ),
            MadeTable("B5", "表5：一般公共预算支出情况表", "万元", columns, rows, (), style),
            by_economic_class(
                made, "B6", "表6：一般公共预算基本支出情况表", "万元", style, codes=1
            ),
            with_meetings(made, style),
            empty_table(
                "B8",
                "表8：政府性基金预算支出情况表",
                "万元",
                Style(size=8),
                "本单位无政府性基金预算支出，本表为空。",
            ),
        ),
        portrait=True,
    )


def with_meetings(made: AmountRows, style: Style) -> MadeTable:
    """Three public expenses with meetings and training beside them, one line per unit."""
    table = three_public_columns(
        made,
        "B7",
        "表7：一般公共预算“三公”经费、会议费、培训费支出情况表",
        "万元",
        style,
        with_running_costs=False,
    )
    columns = [replace(column, width=52) for column in table.columns]
    columns += [
        Column(VALUE, (name,), 52, side="none", measure="预算数", item=name)
        for name in ("会议费", "培训费")
    ]
    cells = [made.write(made.amount() + 1) for _ in columns]
    return replace(table, columns=tuple(columns), rows=[cells])


def three_kinds_of_lines() -> MadeBooklet:
    """Revenue, spending by function and spending by economic class side by side."""
    made = AmountRows(22, thousands)
    style = Style(rows_per_page=(22, 26), size=8)
    left = ["一、一般公共预算拨款", "二、政府性基金预算拨款", "三、事业收入", "四、其他收入"]
    functions = [name for code, name in FUNCTION_NAMES.items() if len(code) == 3]
    economic = list(ECONOMIC_NAMES.values())
    columns = (
        Column(LABEL, ("收入", "项目"), 130, 0, "revenue"),
        Column(VALUE, ("收入", "预算数"), 70, 0, "revenue"),
        Column(LABEL, ("支出", "功能分类"), 130, 1),
        Column(VALUE, ("支出", "预算数"), 70, 1),
        Column(LABEL, ("支出", "经济分类"), 130, 2),
        Column(VALUE, ("支出", "预算数"), 70, 2),
    )
    rows = []
    for index, name in enumerate(functions):
        row = [left[index], made.write(made.amount())] if index < len(left) else ["", ""]
        row += [name, made.write(made.amount())]
        row += [economic[index], made.write(made.amount())] if index < len(economic) else ["", ""]
        rows.append(row)
    rows.append(
        [
            "收入总计",
            made.write(made.amount() + 1),
            "支出总计",
            made.write(made.amount() + 1),
            "支出合计",
            made.write(made.amount() + 1),
        ]
    )
    first = MadeTable("B1", "部门收支总表", "元", columns, rows, (), style)
    return MadeBooklet(
        "three_kinds_of_lines",
        "云川县科学技术局",
        2025,
        False,
        (first, with_remarks(made, style)),
    )


def with_remarks(made: AmountRows, style: Style) -> MadeTable:
    """Basic spending by economic class with a column of remarks."""
    columns = (
        Column(CODE, ("部门预算支出经济分类科目", "科目编码"), 60),
        Column(LABEL, ("部门预算支出经济分类科目", "科目名称"), 160),
        *(
            Column(VALUE, ("本年一般公共预算基本支出", name), 80)
            for name in ("合计", "人员经费", "公用经费")
        ),
        Column(OTHER, ("备注",), 90),
    )
    rows = []
    staff_total = Decimal(0)
    for code, label, (amount,) in made.lines(ECONOMIC_ITEMS, ECONOMIC_NAMES, 1):
        staff = amount if code[:3] in STAFF else Decimal(0)
        if len(code) == len("301"):
            staff_total += staff
        staff = staff if code else staff_total
        remark = "含离退休人员" if code == "30101" else ""
        rows.append(
            [code, label, *(made.write(each) for each in (amount, staff, amount - staff)), remark]
        )
    return MadeTable("B6", "一般公共预算基本支出表", "元", columns, rows, (), style)


def final_accounts_by_appropriation() -> MadeBooklet:
    """Final accounts with 行次 in the two-sided table of appropriations; notes below each table."""
    made = AmountRows(23, thousands, zero="0.00")
    style = Style(
        counting_row=False, rows_per_page=(18, 26), size=8, stroke="box", unit_place="department"
    )
    note = (
        "注：1.本表反映部门本年度的收支情况。2.本表以“万元”为金额单位，因四舍五入可能存在尾差0.01。",
    )
    four = two_sided(
        made,
        "T4",
        "财政拨款收入支出决算总表",
        "万元",
        style,
        measure="决算数",
        numbered=True,
        spent=("合计", "一般公共预算财政拨款", "政府性基金预算财政拨款"),
    )
    three = by_function(
        made,
        "T3",
        "支出决算表",
        "万元",
        style,
        codes=3,
        head="本年支出",
        measures=("本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出"),
        notes=note,
    )
    seven = three_public_columns(
        made,
        "T7",
        "财政拨款“三公”经费支出决算表",
        "万元",
        style,
        periods=("预算数", "决算数"),
        with_running_costs=False,
    )
    return MadeBooklet(
        "final_accounts_by_appropriation",
        "云川县残疾人联合会",
        2024,
        True,
        (
            replace(four, notes=note),
            three,
            replace(seven, columns=tuple(replace(c, width=46) for c in seven.columns)),
        ),
    )


def narrow_columns() -> MadeBooklet:
    """Amounts wider than their columns, double lines around the table, gaps at the corners."""
    made = AmountRows(25, thousands)
    style = Style(rows_per_page=(16, 22), has_double_frame=True, corner_gap=0.8)
    return MadeBooklet(
        "narrow_columns",
        "云川县应急管理局",
        2025,
        False,
        (
            by_function(made, "B3", "部门支出总表", "元", style, label_width=190, value_width=50),
            by_function(
                made,
                "B5",
                "一般公共预算支出表",
                "元",
                style,
                codes=1,
                head="",
                label_width=190,
                value_width=50,
            ),
            two_sided(made, "B1", "部门收支总表", "元", style),
        ),
    )


def units_in_headers() -> MadeBooklet:
    """The unit stands only in brackets behind each measure."""
    made = AmountRows(26, plain)
    style = Style(rows_per_page=(16, 22), unit_place="header")
    spent = by_function(
        made,
        "B3",
        "部门支出总表",
        "万元",
        style,
        codes=1,
        head="",
        measures=("合计（万元）", "基本支出（万元）", "项目支出（万元）"),
    )
    columns = tuple(
        replace(column, measure=column.heads[-1].partition("（")[0])
        if column.kind == VALUE
        else column
        for column in spent.columns
    )
    return MadeBooklet(
        "units_in_headers",
        "云川县交通运输局",
        2025,
        False,
        (replace(spent, columns=columns),),
    )


def offices_as_lines() -> MadeBooklet:
    """Offices with their own codes as lines of one table and before the functions of another."""
    made = AmountRows(27, thousands)
    style = Style(rows_per_page=(18, 24), repeats_header=True, size=8)
    offices = (("301001", "云川县文化馆"), ("301002", "云川县图书馆"), ("301003", "云川县博物馆"))
    measures = ("合计", "上年结转", "一般公共预算拨款收入", "事业收入")
    received = MadeTable(
        "B2",
        "部门收入总表",
        "元",
        (
            Column(OTHER, ("单位代码",), 60),
            Column(LABEL, ("单位名称",), 150, side="revenue"),
            *(Column(VALUE, (name,), 90, side="revenue") for name in measures),
        ),
        [
            [code, name, *(made.write(made.amount()) for _ in measures)]
            for code, name in (*offices, ("", "合计"))
        ],
        (),
        style,
    )
    measures = ("合计", "基本支出", "项目支出")
    rows = []
    for code, label, parts in made.lines(FUNCTION_ITEMS, FUNCTION_NAMES, 2):
        cells = [made.write(amount) for amount in (sum(parts, Decimal(0)), *parts)]
        rows.append([code, label, "301001" if len(code) == len("2010101") else "", *cells])
    spent = MadeTable(
        "B3",
        "部门支出总表",
        "元",
        (
            Column(CODE, ("科目编码",), 60),
            Column(LABEL, ("科目名称",), 170),
            Column(OTHER, ("单位编码",), 60),
            *(Column(VALUE, (name,), 90) for name in measures),
        ),
        rows,
        (),
        style,
    )
    return MadeBooklet("offices_as_lines", "云川县文化和旅游局", 2025, False, (received, spent))


MORE_STYLES: tuple[Callable[[], MadeBooklet], ...] = (
    overall_situation_tables,
    three_kinds_of_lines,
    final_accounts_by_appropriation,
    narrow_columns,
    units_in_headers,
    offices_as_lines,
)
