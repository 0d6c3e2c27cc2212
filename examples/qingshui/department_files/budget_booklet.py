"""A department's budget booklet (PDF): cover, contents, narrative, nine tables, further notes.

Main tables are in 元, the table of the three public expenses in 万元, as departments have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from examples.qingshui.department_files.budget_figures import (
    FISCAL_YEAR,
    ORGANIZATION,
    Budget,
    Line,
    invent_budget,
)
from examples.qingshui.department_files.chinese_font import FONT, register_font
from examples.qingshui.department_files.faults import PlantedFault, planted

SOURCE = "budget_booklets"
FILE = f"{ORGANIZATION}{FISCAL_YEAR}年部门预算.pdf"
WRONG_DIGIT_CODE = "2070109"  # its project amount is printed with two digits exchanged
TEN_TIMES_CODE = "2080506"  # the narrative gives ten times its amount
# Where gongkai tells of them: the total of the row, and the cell that the narrative contradicts.
WRONG_DIGIT_PLACE = "page 6 table 1 r8 c5 [357.2,241.0,498.9,259.0]"
TEN_TIMES_PLACE = "page 8 table 1 r15 c5 [357.2,367.0,498.9,385.0]"

_BODY = ParagraphStyle("body", fontName=FONT, fontSize=11, leading=19, wordWrap="CJK")
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=9.5, leading=12)
_HEAD = ParagraphStyle("head", parent=_CELL, alignment=TA_CENTER)
_TITLE = ParagraphStyle("title", parent=_BODY, fontSize=17, leading=28, alignment=TA_CENTER)
_NUMBER = ParagraphStyle("number", parent=_CELL, alignment=TA_RIGHT)

Row = Sequence[Flowable | str]


def _money(amount: Decimal) -> str:
    """An amount in 元 as main tables print it; nothing for 0."""
    return f"{amount:,.2f}" if amount else ""


def _ten_thousands(amount: Decimal) -> str:
    return f"{amount / 10000:.2f}"


def exchanged_digits(amount: Decimal) -> Decimal:
    """The amount as somebody typed it who exchanged its second and third digit."""
    digits = str(amount)
    return Decimal(digits[0] + digits[2] + digits[1] + digits[3:])


def _text(text: str, style: ParagraphStyle = _CELL) -> Paragraph:
    return Paragraph(escape(text), style)


def _heads(*texts: str) -> list[Paragraph | str]:
    return [_text(text, _HEAD) if text else "" for text in texts]


def _numbers(*amounts: Decimal) -> list[Paragraph]:
    return [_text(_money(amount), _NUMBER) for amount in amounts]


def _code_cells(code: str, parts: int) -> list[str]:
    cells = [code[:3], code[3:5], code[5:7]][:parts]
    return cells + [""] * (parts - len(cells))


def _titled(title: str, unit: str, table: Table, note: str = "") -> list[Flowable]:
    """A table below its title, the department and the unit."""
    above = Table(
        [[_text(f"编制部门：{ORGANIZATION}"), _text(f"单位：{unit}", _NUMBER)]],
        colWidths=[180 * mm, 75 * mm],
    )
    story: list[Flowable] = [_text(f"{FISCAL_YEAR}年{title}", _TITLE), above, table]
    if note:
        story.append(_text(f"注：{note}"))
    return [*story, PageBreak()]


def _ruled(
    rows: Sequence[Row], widths: Sequence[float], heads: int, spans: Sequence[tuple[int, ...]]
) -> Table:
    """A ruled table; ``spans`` are (first column, first row, last column, last row)."""
    style: list[Any] = [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
        ("FONT", (0, 0), (-1, -1), FONT, 9.5),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("ALIGN", (0, 0), (2, -1), "CENTER"),
    ]
    style += [("SPAN", (left, top), (right, bottom)) for left, top, right, bottom in spans]
    return Table(
        [list(row) for row in rows],
        colWidths=[width * mm for width in widths],
        repeatRows=heads,
        style=TableStyle(style),
    )


def _function_table(
    head: str, measures: Sequence[str], rows: Sequence[tuple[Line, Sequence[Decimal]]]
) -> Table:
    """类, 款, 项 in three columns, the name, and the measures; the total stands last."""
    blank = [""] * len(measures)
    table: list[Row] = [
        [*_heads("项目", "", "", ""), *_heads(head), *blank[1:]],
        [*_heads("功能分类科目编码", "", "", "功能分类科目名称"), *_heads(*measures)],
        [*_heads("类", "款", "项", ""), *blank],
    ]
    for line, amounts in rows:
        if line.code:
            table.append([*_code_cells(line.code, 3), _text(line.name), *_numbers(*amounts)])
        else:
            table.append([_text("合计", _HEAD), "", "", "", *_numbers(*amounts)])
    last = len(table) - 1
    spans = [(0, 0, 3, 0), (4, 0, 3 + len(measures), 0), (0, 1, 2, 1), (3, 1, 3, 2)]
    spans += [(4 + at, 1, 4 + at, 2) for at in range(len(measures))]
    if rows:
        spans.append((0, last, 3, last))
    width = (255 - 30 - 75) / len(measures)
    return _ruled(table, [10, 10, 10, 75, *[width] * len(measures)], 3, spans)


def _two_sided(budget: Budget) -> Table:
    left = [
        ("一、财政拨款收入", budget.total.total),
        ("1. 一般公共预算资金", budget.total.total),
        ("2. 政府性基金", Decimal(0)),
        ("3. 国有资本经营预算", Decimal(0)),
        ("二、事业收入", Decimal(0)),
        ("三、事业单位经营收入", Decimal(0)),
        ("四、其他收入", Decimal(0)),
    ]
    right = [
        (f"{'一二三四五六'[at]}、{line.name}", line.total) for at, line in enumerate(budget.classes)
    ]
    right += [("", Decimal(0))] * (len(left) - len(right))
    rows: list[Row] = [
        _heads("本年收入", "", "本年支出", ""),
        _heads("项目", "预算数", "项目", "预算数"),
    ]
    for (one, amount), (other, spent) in zip(left, right, strict=True):
        rows.append([_text(one), *_numbers(amount), _text(other), *_numbers(spent)])
    total = _numbers(budget.total.total)
    rows.append([_text("收入总计", _HEAD), *total, _text("支出总计", _HEAD), *total])
    return _ruled(rows, [70, 57, 70, 57], 2, [(0, 0, 1, 0), (2, 0, 3, 0)])


def _appropriations(budget: Budget) -> Table:
    names = ("一般公共预算资金", "政府性基金", "国有资本经营预算")
    rows: list[Row] = [
        _heads("财政拨款收入", "", "财政拨款支出", "", "", "", ""),
        _heads(
            "项目", "预算数", "项目", "合计", "一般公共预算", "政府性基金预算", "国有资本经营预算"
        ),
    ]
    for at in range(max(len(names), len(budget.classes))):
        income = budget.total.total if at == 0 else Decimal(0)
        name = f"{'一二三'[at]}、{names[at]}" if at < len(names) else ""
        line = budget.classes[at] if at < len(budget.classes) else Line("", "", *[Decimal(0)] * 2)
        rows.append(
            [
                _text(name),
                *_numbers(income),
                _text(f"{'一二三四五六'[at]}、{line.name}"),
                *_numbers(line.total, line.total, Decimal(0), Decimal(0)),
            ]
        )
    total = budget.total.total
    rows.append(
        [
            _text("收入总计", _HEAD),
            *_numbers(total),
            _text("支出总计", _HEAD),
            *_numbers(total, total, Decimal(0), Decimal(0)),
        ]
    )
    return _ruled(rows, [45, 35, 60, 35, 30, 25, 25], 2, [(0, 0, 1, 0), (2, 0, 6, 0)])


def _economic_table(budget: Budget) -> Table:
    rows: list[Row] = [
        _heads("项目", "", "", "一般公共预算基本支出", "", ""),
        _heads("部门预算经济分类科目编码", "", "经济分类科目名称", "合计", "人员经费", "公用经费"),
        _heads("类", "款", "", "", "", ""),
    ]
    rows += [
        [
            *_code_cells(line.code, 2),
            _text(line.name),
            *_numbers(line.total, line.first, line.second),
        ]
        for line in budget.economic
    ]
    basic = budget.basic
    rows.append([_text("合计", _HEAD), "", "", *_numbers(basic.total, basic.first, basic.second)])
    last = len(rows) - 1
    spans = [(0, 0, 2, 0), (3, 0, 5, 0), (0, 1, 1, 1), (2, 1, 2, 2), (0, last, 2, last)]
    spans += [(at, 1, at, 2) for at in (3, 4, 5)]
    return _ruled(rows, [18, 18, 84, 45, 45, 45], 3, spans)


def _three_public(budget: Budget) -> Table:
    reception, vehicles = budget.economic_amount("30217"), budget.economic_amount("30231")
    rows: list[Row] = [
        _heads("“三公”经费预算数", "", "", "", "", "", "机关运行经费预算数"),
        _heads("合计", "因公出国(境)费", "公务接待费", "公务用车购置及运行费", "", "", ""),
        _heads("", "", "", "小计", "购置费", "运行费", ""),
        [
            _text(_ten_thousands(reception + vehicles), _NUMBER),
            _text("0.00", _NUMBER),
            _text(_ten_thousands(reception), _NUMBER),
            _text(_ten_thousands(vehicles), _NUMBER),
            _text("0.00", _NUMBER),
            _text(_ten_thousands(vehicles), _NUMBER),
            _text(_ten_thousands(budget.basic.second), _NUMBER),
        ],
    ]
    spans = [(0, 0, 5, 0), (6, 0, 6, 2), (0, 1, 0, 2), (1, 1, 1, 2), (2, 1, 2, 2), (3, 1, 5, 1)]
    return _ruled(rows, [36] * 7, 3, spans)


def _paragraphs(*texts: str) -> list[Flowable]:
    return [_text(f"　　{text}", _BODY) for text in texts]


def _narrative(budget: Budget) -> list[Flowable]:
    total = _ten_thousands(budget.total.total)
    more = _ten_thousands(budget.total.total - budget.last_year)
    last = FISCAL_YEAR - 1
    names = {line.code: line.name for line in budget.functions}
    texts = [
        f"{FISCAL_YEAR}年，{ORGANIZATION}收入预算{total}万元，其中：财政拨款收入{total}万元，"
        f"比{last}年预算增加{more}万元；事业收入0万元；事业单位经营收入0万元；其他收入0万元。",
        f"支出预算{total}万元，其中：财政拨款支出预算{total}万元，比{last}年预算增加{more}万元。"
        f"财政拨款支出预算中，一般公共预算拨款支出预算{total}万元；政府性基金拨款支出预算0万元，"
        f"与{last}年预算持平；国有资本经营预算拨款支出预算0万元，与{last}年预算持平。",
        "财政拨款支出主要内容如下：",
    ]
    leaves = [line for line in budget.functions if len(line.code) == len("2070101")]
    for number, line in enumerate(leaves, start=1):
        amount = line.total * (10 if line.code == TEN_TIMES_CODE else 1)
        chain = f"{names[line.code[:3]]}（类）{names[line.code[:5]]}（款）{line.name}（项）"
        texts.append(f"{number}.“{chain}”{_ten_thousands(amount)}万元，主要用于{line.name}。")
    return [_text(f"{FISCAL_YEAR}年部门预算编制说明", _TITLE), *_paragraphs(*texts), PageBreak()]


def _further_notes(budget: Budget) -> list[Flowable]:
    reception, vehicles = budget.economic_amount("30217"), budget.economic_amount("30231")
    public = _ten_thousands(reception + vehicles)
    last = FISCAL_YEAR - 1
    return [
        _text("其他相关情况说明", _TITLE),
        *_paragraphs(
            f"一、{FISCAL_YEAR}年“三公”经费预算情况说明",
            f"{FISCAL_YEAR}年“三公”经费预算数为{public}万元，与{last}年预算持平。其中：",
            f"（一）因公出国（境）费0.00万元，与{last}年预算持平。",
            f"（二）公务用车购置及运行费{_ten_thousands(vehicles)}万元，其中：公务用车购置费0.00万元；"
            f"公务用车运行费{_ten_thousands(vehicles)}万元，与{last}年预算持平。",
            f"（三）公务接待费{_ten_thousands(reception)}万元，与{last}年预算持平。",
            "二、机关运行经费预算",
            f"{FISCAL_YEAR}年{ORGANIZATION}财政拨款的机关运行经费预算为"
            f"{_ten_thousands(budget.basic.second)}万元。",
        ),
    ]


def _front(titles: Sequence[str]) -> list[Flowable]:
    return [
        Spacer(1, 60 * mm),
        _text(f"清水县{FISCAL_YEAR}年部门预算", _TITLE),
        Spacer(1, 40 * mm),
        _text(f"预算主管部门：{ORGANIZATION}", _TITLE),
        _text("（演示文件，单位、人员和数字均系虚构）", _HEAD),
        PageBreak(),
        _text("目　录", _TITLE),
        *[_text(text, _BODY) for text in ("一、部门预算编制说明", "二、部门预算表")],
        *[
            _text(f"　　{number}. {FISCAL_YEAR}年{title} ………………………", _BODY)
            for number, title in enumerate(titles, start=1)
        ],
        _text("三、其他相关情况说明", _BODY),
        PageBreak(),
    ]


def story(budget: Budget) -> list[Flowable]:
    """The whole booklet."""
    titles = (
        "部门财务收支预算总表",
        "部门收入预算总表",
        "部门支出预算总表",
        "部门财政拨款收支预算总表",
        "部门一般公共预算支出功能分类预算表",
        "部门政府性基金预算支出功能分类预算表",
        "部门国有资本经营预算支出功能分类预算表",
        "部门一般公共预算基本支出部门预算经济分类预算表",
        "部门“三公”经费和机关运行经费预算表",
    )
    lines = (*budget.functions, budget.total)
    nothing = Decimal(0)
    revenue = _function_table(
        "收入预算",
        ("合计", "财政拨款收入", "事业收入", "事业单位经营收入", "其他收入"),
        [(line, (line.total, line.total, nothing, nothing, nothing)) for line in lines],
    )
    spending = ("合计", "基本支出", "项目支出")
    parts = [(line, (line.total, line.first, line.second)) for line in lines]
    misprinted = [
        (line, (line.total, line.first, exchanged_digits(line.second)))
        if line.code == WRONG_DIGIT_CODE
        else (line, amounts)
        for line, amounts in parts
    ]
    empty = [(Line("", "合计", nothing, nothing), (nothing, nothing, nothing))]
    funds = f"本部门{FISCAL_YEAR}年无政府性基金预算财政拨款安排的支出，故本表为空表。"
    capital = f"本部门{FISCAL_YEAR}年无国有资本经营预算财政拨款安排的支出，故本表为空表。"
    return [
        *_front(titles),
        *_narrative(budget),
        *_titled(titles[0], "元", _two_sided(budget)),
        *_titled(titles[1], "元", revenue),
        *_titled(titles[2], "元", _function_table("支出预算", spending, misprinted)),
        *_titled(titles[3], "元", _appropriations(budget)),
        *_titled(titles[4], "元", _function_table("一般公共预算支出", spending, parts)),
        *_titled(titles[5], "元", _function_table("政府性基金预算支出", spending, empty), funds),
        *_titled(
            titles[6], "元", _function_table("国有资本经营预算支出", spending, empty), capital
        ),
        *_titled(titles[7], "元", _economic_table(budget)),
        *_titled(titles[8], "万元", _three_public(budget)),
        *_further_notes(budget),
    ]


def write_booklet(folder: Path) -> list[PlantedFault]:
    """Write the booklet into the drop folder and return what was planted in it."""
    register_font()
    folder.mkdir(parents=True, exist_ok=True)
    document = SimpleDocTemplate(
        str(folder / FILE),
        pagesize=landscape(A4),
        leftMargin=21 * mm,
        rightMargin=21 * mm,
        topMargin=18 * mm,
        bottomMargin=16 * mm,
        title=f"{ORGANIZATION}{FISCAL_YEAR}年部门预算",
        invariant=True,  # the same bytes every time
    )
    document.build(story(invent_budget()))
    return [
        planted("exchanged_digits", SOURCE, FILE, WRONG_DIGIT_PLACE),
        planted("ten_times", SOURCE, FILE, TEN_TIMES_PLACE),
    ]
