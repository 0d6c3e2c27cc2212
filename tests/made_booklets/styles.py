"""Booklets as several counties print them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from made_booklets.model import CODE, LABEL, OTHER, VALUE, Column, MadeBooklet, MadeTable, Style
from made_booklets.rows import (
    FUNCTION_ITEMS,
    FUNCTION_NAMES,
    AmountRows,
    plain,
    thousands,
    whole,
)
from made_booklets.tables import (
    Rows,
    by_economic_class,
    by_function,
    code_cells,
    code_columns,
    economic_in_halves,
    empty_table,
    funds_with_carry_over,
    three_public_columns,
    three_public_rows,
    two_sided,
)


def one_code_column() -> MadeBooklet:
    """Portrait; codes in one column; the header is not repeated; 万元; wrapped labels."""
    made = AmountRows(1, thousands)
    style = Style(rows_per_page=(15, 31), size=9)
    narrow = Style(rows_per_page=(15, 31), size=9)
    return MadeBooklet(
        "one_code_column",
        "云川县教育局",
        2025,
        False,
        (
            two_sided(made, "B1", "部门收支总表", "万元", style),
            by_function(
                made,
                "B2",
                "部门收入总表",
                "万元",
                style,
                codes=1,
                head="",
                side="revenue",
                measures=("合计", "上年结转", "一般公共预算", "事业收入", "其他收入"),
                label_width=110,
                value_width=64,
            ),
            by_function(
                made, "B3", "部门支出总表", "万元", narrow, codes=1, head="", label_width=90
            ),
            two_sided(made, "B4", "财政拨款收支总表", "万元", style),
            by_function(made, "B5", "一般公共预算支出表", "万元", style, codes=1, head=""),
            by_economic_class(made, "B6", "一般公共预算基本支出表", "万元", style, codes=1),
            three_public_rows(made, "B7", "一般公共预算“三公”经费支出表", "万元", style),
            empty_table(
                "B8",
                "政府性基金预算支出表",
                "万元",
                style,
                "注：本部门2025年没有使用政府性基金预算拨款安排的支出，故本表无数据。",
            ),
        ),
        portrait=True,
        narrative=("2025年收入预算1,234.56万元，比上年增加12.30万元。",),
    )


def three_code_columns() -> MadeBooklet:
    """Landscape; lines are thin boxes; the header is repeated; main tables 元, the others 万元."""
    made = AmountRows(2, whole, zero="0")
    style = Style(
        stroke="box", repeats_header=True, unit_place="department", rows_per_page=(14, 16)
    )
    return MadeBooklet(
        "three_code_columns",
        "云川县永清街道办事处",
        2024,
        False,
        (
            two_sided(made, "B1", "2024年部门财务收支预算总表", "元", style),
            by_function(
                made,
                "B2",
                "2024年部门收入预算总表",
                "元",
                style,
                side="revenue",
                head="收入预算",
                measures=("合计", "财政拨款收入", "事业收入", "事业单位经营收入", "其他收入"),
            ),
            by_function(made, "B3", "2024年部门支出预算总表", "元", style),
            two_sided(
                made,
                "B4",
                "2024年部门财政拨款收支预算总表",
                "元",
                style,
                heads=("财政拨款收入", "财政拨款支出"),
                spent=("合计", "一般公共预算", "政府性基金预算", "国有资本经营预算"),
            ),
            by_function(
                made,
                "B5",
                "2024年部门一般公共预算支出功能分类预算表",
                "元",
                style,
                head="一般公共预算支出",
            ),
            by_function(
                made,
                "B8",
                "2024年部门政府性基金预算支出功能分类预算表",
                "元",
                style,
                head="政府性基金预算支出",
            ),
            empty_table(
                "B9",
                "2024年部门国有资本经营预算支出功能分类预算表",
                "元",
                style,
                "注:本部门2024年无国有资本经营预算财政拨款安排的预算，故本表为空表。",
            ),
            by_economic_class(
                made, "B6", "2024年部门一般公共预算基本支出部门预算经济分类预算表", "元", style
            ),
            three_public_columns(
                AmountRows(3, plain), "B7", "部门“三公”经费和机关运行经费预算表", "万元", style
            ),
        ),
    )


def without_vertical_lines() -> MadeBooklet:
    """Horizontal lines only; amounts plain; the unit in the title."""
    made = AmountRows(4, plain)
    style = Style(rules="horizontal", unit_place="title", rows_per_page=(16, 20))
    return MadeBooklet(
        "without_vertical_lines",
        "云川县水利局",
        2025,
        False,
        (
            two_sided(made, "B1", "部门收支总表", "万元", style),
            by_function(made, "B3", "部门支出总表", "万元", style, codes=1, head=""),
            by_function(made, "B5", "一般公共预算支出表", "万元", style, head=""),
            by_economic_class(made, "B6", "一般公共预算基本支出表", "万元", style),
            three_public_columns(
                made, "B7", "“三公”经费支出预算表", "万元", style, with_running_costs=False
            ),
        ),
    )


def three_line_tables() -> MadeBooklet:
    """Only lines at the top, under the header and at the end."""
    made = AmountRows(5, thousands)
    style = Style(rules="three_lines", rows_per_page=(16, 20), repeats_header=True)
    return MadeBooklet(
        "three_line_tables",
        "云川县审计局",
        2025,
        False,
        (
            by_function(
                made,
                "B2",
                "部门收入总表",
                "元",
                style,
                codes=1,
                head="",
                side="revenue",
                measures=("合计", "一般公共预算拨款收入", "其他收入"),
                value_width=110,
            ),
            by_function(made, "B3", "部门支出总表", "元", style, codes=1, head="", label_width=190),
            by_function(
                made, "B5", "一般公共预算支出表", "元", style, codes=1, head="", label_width=190
            ),
            three_public_rows(
                made, "B7", "“三公”经费预算表", "元", style, ("上年预算数", "本年预算数")
            ),
        ),
    )


def open_sides() -> MadeBooklet:
    """No lines at the left and right edge; names before codes; sums behind their parts."""
    made = AmountRows(6, thousands, zero="0.00")
    style = Style(rules="open_sides", value_align="centre", shaded=True, rows_per_page=(17, 21))

    def turned(table: MadeTable) -> MadeTable:
        order = sorted(
            range(len(table.columns)),
            key=lambda index: {LABEL: 0, CODE: 1, VALUE: 2}[table.columns[index].kind],
        )
        values = [index for index in order if table.columns[index].kind == VALUE]
        order = [index for index in order if index not in values] + values[::-1]
        return MadeTable(
            table.table_id,
            table.title,
            table.unit,
            tuple(table.columns[index] for index in order),
            [[row[index] for index in order] for row in table.rows],
            table.notes,
            table.style,
        )

    return MadeBooklet(
        "open_sides",
        "云川县民政局",
        2025,
        False,
        (
            turned(
                by_function(
                    made,
                    "B2",
                    "部门收入预算总表",
                    "万元",
                    style,
                    codes=1,
                    head="",
                    side="revenue",
                    measures=("合计", "财政拨款收入", "其他收入"),
                )
            ),
            turned(by_function(made, "B3", "部门支出预算总表", "万元", style, codes=1, head="")),
            turned(
                by_economic_class(made, "B6", "一般公共预算基本支出预算表", "万元", style, codes=1)
            ),
            turned(
                by_function(made, "B5", "一般公共预算支出预算表", "万元", style, codes=1, head="")
            ),
        ),
    )


def title_in_the_grid() -> MadeBooklet:
    """As printed from a workbook: title and unit are rows of the grid."""
    made = AmountRows(7, plain, zero="0.00")
    style = Style(unit_place="grid", rows_per_page=(16, 22))
    return MadeBooklet(
        "title_in_the_grid",
        "云川县林业局",
        2025,
        False,
        (
            two_sided(made, "B1", "2025年部门收支预算总表", "元", style),
            by_function(made, "B3", "2025年部门支出预算总表", "元", style, codes=1, head=""),
            by_function(made, "B5", "2025年一般公共预算支出预算表", "元", style, head=""),
            by_economic_class(made, "B6", "2025年一般公共预算基本支出预算表", "元", style),
            three_public_rows(made, "B7", "2025年“三公”经费预算表", "元", style),
        ),
    )


def compared_with_last_year() -> MadeBooklet:
    """The same lowest header twice, told apart by its parent; changes in per cent."""
    made = AmountRows(8, thousands)
    style = Style(rows_per_page=(16, 22))
    columns = (
        *code_columns(3),
        Column(LABEL, ("项目", "功能分类科目名称"), 130),
        Column(VALUE, ("2024年执行数", "小计"), 62, measure="2024年执行数小计"),
        Column(VALUE, ("2024年执行数", "基本支出"), 62, measure="2024年执行数基本支出"),
        Column(VALUE, ("2025年预算数", "小计"), 62, measure="2025年预算数小计"),
        Column(VALUE, ("2025年预算数", "基本支出"), 62, measure="2025年预算数基本支出"),
        Column(VALUE, ("2025年预算数", "项目支出"), 62),
        Column(VALUE, ("增减%",), 50),
    )
    rows: Rows = []
    for code, label, (one, two, three) in made.lines(FUNCTION_ITEMS, FUNCTION_NAMES, 3):
        change = f"{(two - one) / one * 100:.2f}%" if one else ""
        amounts = [made.write(each) for each in (one + 1, one, two + three, two, three)]
        rows.append([*code_cells(code, 3), label, *amounts, change])
    compared = MadeTable("B5", "一般公共预算支出表", "万元", columns, rows, (), style)
    small = Style(rows_per_page=(40, 40))
    second = three_public_rows(
        made, "B7", "“三公”经费支出表", "万元", small, ("2024年预算数", "2025年预算数")
    )
    first = empty_table("B8", "政府性基金预算支出表", "万元", small, "本部门无政府性基金预算支出。")
    together = MadeTable(
        second.table_id,
        second.title,
        second.unit,
        second.columns,
        second.rows,
        ("说明：公务接待费比上年减少1.20万元。",),
        small,
        follows_on_page=True,
    )
    return MadeBooklet(
        "compared_with_last_year", "云川县统计局", 2025, False, (compared, first, together)
    )


def national_final_accounts() -> MadeBooklet:
    """The national forms 公开01 to 公开07 with 行次 and 栏次, three halves by economic class."""
    made = AmountRows(9, thousands)
    style = Style(counting_row=True, rows_per_page=(16, 24), size=8)

    def numbered(table: MadeTable, number: int) -> MadeTable:
        return MadeTable(
            table.table_id,
            table.title,
            table.unit,
            table.columns,
            table.rows,
            table.notes,
            table.style,
            f"公开{number:02}表",
        )

    return MadeBooklet(
        "national_final_accounts",
        "云川县市场监督管理局",
        2023,
        True,
        (
            numbered(
                two_sided(
                    made, "T1", "收入支出决算总表", "万元", style, measure="决算数", numbered=True
                ),
                1,
            ),
            numbered(
                by_function(
                    made,
                    "T2",
                    "收入决算表",
                    "万元",
                    style,
                    codes=1,
                    head="",
                    side="revenue",
                    measures=(
                        "本年收入合计",
                        "财政拨款收入",
                        "上级补助收入",
                        "事业收入",
                        "其他收入",
                    ),
                ),
                2,
            ),
            numbered(
                by_function(
                    made,
                    "T3",
                    "支出决算表",
                    "万元",
                    style,
                    codes=1,
                    head="",
                    measures=("本年支出合计", "基本支出", "项目支出", "经营支出"),
                ),
                3,
            ),
            numbered(
                by_function(
                    made,
                    "T5",
                    "一般公共预算财政拨款支出决算表",
                    "万元",
                    style,
                    codes=1,
                    head="本年支出",
                    measures=("小计", "基本支出", "项目支出"),
                ),
                5,
            ),
            numbered(economic_in_halves(made, Style(rows_per_page=(24, 30), size=8)), 6),
            numbered(
                three_public_columns(
                    made,
                    "T7",
                    "财政拨款“三公”经费支出决算表",
                    "万元",
                    Style(counting_row=True, size=8),
                    periods=("预算数", "决算数"),
                    with_running_costs=False,
                ),
                7,
            ),
            numbered(funds_with_carry_over(made, style), 8),
        ),
    )


def project_tables() -> MadeBooklet:
    """Projects and procurement: items without codes, remarks, quantities."""
    made = AmountRows(10, thousands)
    style = Style(rows_per_page=(12, 18))
    projects = MadeTable(
        "B10",
        "2025年部门项目支出预算表",
        "万元",
        (
            Column(OTHER, ("序号",), 30),
            Column(LABEL, ("项目名称",), 190),
            Column(VALUE, ("预算数", "合计"), 80),
            Column(VALUE, ("预算数", "财政拨款"), 80),
            Column(VALUE, ("预算数", "其他资金"), 80),
        ),
        [
            [str(index + 1), f"{name}项目", *(made.write(made.amount()) for _ in range(3))]
            for index, name in enumerate(
                (
                    "校园安全提升改造",
                    "信息化系统日常维护",
                    "乡村教师生活补助",
                    "义务教育薄弱环节改善与能力提升",
                    "普惠幼儿园建设",
                    "学生营养改善",
                    "中考考务",
                    "教师培训",
                    "图书购置",
                    "校车运行",
                    "课后服务",
                    "食堂设备更新",
                    "运动场维修",
                    "助学金",
                )
            )
        ],
        (),
        style,
    )
    procurement = MadeTable(
        "B11",
        "2025年政府采购预算表",
        "万元",
        (Column(LABEL, ("采购项目",), 220), Column(VALUE, ("预算金额",), 100)),
        [
            [name, made.write(made.amount())]
            for name in ("计算机设备", "印刷服务", "物业管理服务", "合计")
        ],
        (),
        style,
    )
    return MadeBooklet("project_tables", "云川县教育局", 2025, False, (projects, procurement))


def spread_words() -> MadeBooklet:
    """Words spread with blanks, negative amounts, title and unit on each page, turned pages."""
    made = AmountRows(11, thousands)
    style = Style(repeats_header=True, repeats_title=True, rows_per_page=(15, 15))

    def spread(table: MadeTable) -> MadeTable:
        wide = {
            "合计": "合    计",
            "项目": "项  目",
            "预算数": "预 算 数",
            "收入总计": "收　入　总　计",
        }
        columns = tuple(
            replace(column, heads=tuple(wide.get(head, head) for head in column.heads))
            for column in table.columns
        )
        rows = []
        for number, row in enumerate(table.rows):
            cells = [wide.get(text, text) for text in row]
            if number == 3 and cells[-1]:
                cells[-1] = f"-{cells[-1]}"
            for index, column in enumerate(table.columns):
                if column.kind == LABEL and number % 3 == 2 and cells[index]:
                    cells[index] = "　　" + cells[index]
            rows.append(cells)
        return replace(table, columns=columns, rows=rows)

    return MadeBooklet(
        "spread_words",
        "云川县司法局",
        2026,
        False,
        (
            spread(two_sided(made, "B1", "部门收支预算总表", "元", style)),
            spread(by_function(made, "B3", "部门支出预算总表", "元", style)),
            spread(
                by_function(made, "B5", "一般公共预算支出预算表", "元", style, codes=1, head="")
            ),
            spread(three_public_rows(made, "B7", "“三公”经费预算表", "元", style)),
        ),
        is_turned=True,
    )


def without_lines() -> MadeBooklet:
    """No line at all: only alignment tells columns and rows."""
    made = AmountRows(12, thousands, zero="0.00")
    style = Style(rules="none", rows_per_page=(20, 24), repeats_header=True, repeats_title=True)
    return MadeBooklet(
        "without_lines",
        "云川县档案馆",
        2025,
        False,
        (
            by_function(made, "B3", "部门支出总表", "元", style, codes=1, head="", label_width=200),
            by_function(
                made, "B5", "一般公共预算支出表", "元", style, codes=1, head="", label_width=200
            ),
            by_economic_class(made, "B6", "一般公共预算基本支出表", "元", style, codes=1),
        ),
    )


STYLES: tuple[Callable[[], MadeBooklet], ...] = (
    one_code_column,
    three_code_columns,
    without_vertical_lines,
    three_line_tables,
    open_sides,
    title_in_the_grid,
    compared_with_last_year,
    national_final_accounts,
    project_tables,
    spread_words,
    without_lines,
)
