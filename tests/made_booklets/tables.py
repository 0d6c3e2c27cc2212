"""The disclosure tables, made with invented amounts."""

from __future__ import annotations

from decimal import Decimal

from made_booklets.model import CODE, LABEL, OTHER, VALUE, Column, MadeTable, Style
from made_booklets.rows import (
    ECONOMIC_ITEMS,
    ECONOMIC_NAMES,
    FUNCTION_ITEMS,
    FUNCTION_NAMES,
    AmountRows,
)

Rows = list[list[str]]
STAFF = ("301", "303")  # economic classes of personnel
_CLASSES = [name for code, name in FUNCTION_NAMES.items() if len(code) == 3]


def code_cells(code: str, columns: int) -> list[str]:
    """A code in one column, or its levels in three (two) columns."""
    if columns == 1:
        return [code]
    return [code[:3], code[3:5], code[5:7]][:columns]


def by_function(
    made: AmountRows,
    table_id: str,
    title: str,
    unit: str,
    style: Style,
    *,
    codes: int = 3,
    measures: tuple[str, ...] = ("合计", "基本支出", "项目支出"),
    head: str = "支出预算",
    side: str = "expenditure",
    notes: tuple[str, ...] = (),
    label_width: float = 150,
    value_width: float = 75,
) -> MadeTable:
    """Lines by function; the first measure is the sum of the others."""
    columns = [
        *code_columns(codes),
        Column(
            LABEL, ("项目", "功能分类科目名称") if codes > 1 else ("功能分类科目名称",), label_width
        ),
        *(
            Column(VALUE, (head, name) if head else (name,), value_width, side=side)
            for name in measures
        ),
    ]
    rows: Rows = []
    for code, label, parts in made.lines(FUNCTION_ITEMS, FUNCTION_NAMES, len(measures) - 1):
        cells = [made.write(amount) for amount in (sum(parts, Decimal(0)), *parts)]
        rows.append([*code_cells(code, codes), label, *cells])
    return MadeTable(table_id, title, unit, tuple(columns), rows, notes, style)


def code_columns(codes: int) -> list[Column]:
    if codes == 1:
        return [Column(CODE, ("科目编码",), 60)]
    return [Column(CODE, ("项目", "功能分类科目编码", level), 30) for level in "类款项"[:codes]]


def by_economic_class(
    made: AmountRows, table_id: str, title: str, unit: str, style: Style, *, codes: int = 2
) -> MadeTable:
    """Lines by departmental economic class."""
    code_columns = (
        [Column(CODE, ("经济分类科目编码",), 70)]
        if codes == 1
        else [Column(CODE, ("项目", "经济分类科目编码", level), 36) for level in "类款"]
    )
    label = ("经济分类科目名称",) if codes == 1 else ("项目", "经济分类科目名称")
    columns = [
        *code_columns,
        Column(LABEL, label, 150),
        *(
            Column(VALUE, ("一般公共预算基本支出", name), 75)
            for name in ("合计", "人员经费", "公用经费")
        ),
    ]
    rows: Rows = []
    staff_total = Decimal(0)
    for code, name, (amount,) in made.lines(ECONOMIC_ITEMS, ECONOMIC_NAMES, 1):
        staff = amount if code[:3] in STAFF else Decimal(0)
        if len(code) == len("301"):
            staff_total += staff
        staff = staff if code else staff_total
        cells = [made.write(each) for each in (amount, staff, amount - staff)]
        rows.append([*code_cells(code, codes), name, *cells])
    return MadeTable(table_id, title, unit, tuple(columns), rows, (), style)


def two_sided(
    made: AmountRows,
    table_id: str,
    title: str,
    unit: str,
    style: Style,
    *,
    measure: str = "预算数",
    heads: tuple[str, str] = ("收入", "支出"),
    spent: tuple[str, ...] = (),
    numbered: bool = False,
) -> MadeTable:
    """Revenue left, expenditure right; ``spent`` splits the right half into several measures."""
    left = [
        "一、一般公共预算拨款收入",
        "二、政府性基金预算拨款收入",
        "三、国有资本经营预算拨款收入",
    ]
    left += ["四、财政专户管理资金收入", "五、事业收入", "六、其他收入"]
    right = [f"{mark}、{name}" for mark, name in zip("一二三四五六七八", _CLASSES, strict=True)]
    names = spent or (measure,)
    columns = [Column(LABEL, (heads[0], "项目"), 150, 0, "revenue")]
    if numbered:
        columns.append(Column(OTHER, (heads[0], "行次"), 30, 0))
    columns.append(Column(VALUE, (heads[0], measure), 80, 0, "revenue"))
    columns.append(Column(LABEL, (heads[1], "项目"), 140, 1))
    if numbered:
        columns.append(Column(OTHER, (heads[1], "行次"), 30, 1))
    columns += [Column(VALUE, (heads[1], name), 70, 1) for name in names]
    rows: Rows = []
    totals = [Decimal(0)] * len(names)
    for index in range(9):
        received = made.write(made.amount()) if index < 6 and index != 2 else ""
        row = [left[index] if index < 6 else ""]
        row += [str(index + 1)] if numbered else []
        row += [received, right[index] if index < 8 else ""]
        row += [str(index + 20)] if numbered else []
        parts = [made.amount() if index < 8 else Decimal(0) for _ in names[1:] or names]
        amounts = [sum(parts, Decimal(0)), *parts] if spent else parts
        totals = [a + b for a, b in zip(totals, amounts, strict=True)]
        cells = [made.write(amount) for amount in amounts] if index < 8 else [""] * len(names)
        rows.append([*row, *cells])
    last = ["收入总计", *(["19"] if numbered else []), made.write(totals[0] + 1), "支出总计"]
    last += [*(["38"] if numbered else []), *(made.write(total) for total in totals)]
    return MadeTable(table_id, title, unit, tuple(columns), [*rows, last], (), style)


def three_public_columns(
    made: AmountRows,
    table_id: str,
    title: str,
    unit: str,
    style: Style,
    *,
    periods: tuple[str, ...] = (),
    measure: str = "预算数",
    with_running_costs: bool = True,
) -> MadeTable:
    """Items of the three public expenses as columns, one line of amounts."""
    vehicles = "公务用车购置及运行费"
    items: list[tuple[tuple[str, ...], str]] = [
        (("“三公”经费", "合计"), "合计"),
        (("“三公”经费", "因公出国（境）费"), "因公出国（境）费"),
        (("“三公”经费", "公务接待费"), "公务接待费"),
        *(
            (("“三公”经费", vehicles, leaf), f"{vehicles}/{leaf}")
            for leaf in ("小计", "购置费", "运行费")
        ),
    ]
    if with_running_costs:
        items.append((("机关运行经费",), "机关运行经费"))
    columns, cells = [], []
    for heads, item in items:
        for period in periods or ("",):
            padded = (*heads, period) if period else heads
            columns.append(
                Column(VALUE, padded, 56, side="none", measure=period or measure, item=item)
            )
            cells.append(made.write(made.amount()))
    return MadeTable(table_id, title, unit, tuple(columns), [cells], (), style)


def three_public_rows(
    made: AmountRows,
    table_id: str,
    title: str,
    unit: str,
    style: Style,
    measures: tuple[str, ...] = ("预算数",),
) -> MadeTable:
    """Items of the three public expenses as lines."""
    columns = [
        Column(LABEL, ("项目",), 220, side="none"),
        *(Column(VALUE, (name,), 100, side="none") for name in measures),
    ]
    rows = [
        [label, *(made.write(made.amount()) for _ in measures)]
        for label in (
            "合计",
            "1、因公出国（境）费用",
            "2、公务接待费",
            "3、公务用车费",
            "其中：（1）公务用车运行维护费",
            "（2）公务用车购置",
        )
    ]
    return MadeTable(table_id, title, unit, tuple(columns), rows, (), style)


def empty_table(table_id: str, title: str, unit: str, style: Style, statement: str) -> MadeTable:
    """A table without amounts, and the sentence that says why."""
    columns = (
        *code_columns(3),
        Column(LABEL, ("项目", "功能分类科目名称"), 150),
        *(Column(VALUE, ("支出", name), 75) for name in ("合计", "基本支出", "项目支出")),
    )
    rows = [["", "", "", label, "", "", ""] for label in ("", "", "合计")]
    return MadeTable(table_id, title, unit, columns, rows, (statement,), style)


def economic_in_halves(made: AmountRows, style: Style) -> MadeTable:
    """Basic spending by economic class in three halves beside each other."""
    lines = made.lines(ECONOMIC_ITEMS, ECONOMIC_NAMES, 1)
    groups = [[line for line in lines if line[0][:3] == code] for code in ("301", "302")]
    groups.append([line for line in lines if line[0][:3] in ("303", "310")])
    columns: list[Column] = []
    for half in range(3):
        head = "人员经费" if half == 0 else "公用经费"
        columns += [
            Column(CODE, (head, "科目编码"), 46, half),
            Column(LABEL, (head, "科目名称"), 100, half),
            Column(VALUE, (head, "决算数"), 60, half),
        ]
    rows: Rows = []
    for index in range(max(len(group) for group in groups)):
        row: list[str] = []
        for group in groups:
            if index < len(group):
                code, label, (amount,) = group[index]
                row += [code, label, made.write(amount)]
            else:
                row += ["", "", ""]
        rows.append(row)
    total = made.write(sum((line[2][0] for line in groups[0] if len(line[0]) == 3), Decimal(0)))
    rows.append(
        ["", "人员经费合计", total, "", "", "", "", "公用经费合计", made.write(made.amount() + 1)]
    )
    return MadeTable(
        "T6", "一般公共预算财政拨款基本支出决算明细表", "万元", tuple(columns), rows, (), style
    )


def funds_with_carry_over(made: AmountRows, style: Style) -> MadeTable:
    """Government funds: carried over, received, spent in three columns, carried on."""
    columns = (
        Column(CODE, ("项目", "功能分类科目编码"), 70),
        Column(LABEL, ("项目", "科目名称"), 150),
        Column(VALUE, ("年初结转和结余",), 70),
        Column(VALUE, ("本年收入",), 70),
        Column(VALUE, ("本年支出", "小计"), 70),
        Column(VALUE, ("本年支出", "基本支出"), 70),
        Column(VALUE, ("本年支出", "项目支出"), 70),
        Column(VALUE, ("年末结转和结余",), 70),
    )
    rows = [
        [code, label, *(made.write(made.amount()) for _ in range(6))]
        for code, label in (
            ("212", "城乡社区支出"),
            ("21208", "国有土地使用权出让收入安排的支出"),
            ("2120899", "其他国有土地使用权出让收入安排的支出"),
            ("", "合计"),
        )
    ]
    return MadeTable("T8", "政府性基金预算财政拨款收入支出决算表", "万元", columns, rows, (), style)
