"""What a booklet says beside its tables: sentences wrapped, torn, repeated, in lines and cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.documents.budget.statements import COLUMNS, statement_rows
from schemas.documents.budget.tables import (
    BudgetIdentity,
    BudgetTable,
    Note,
    Stage,
)
from schemas.documents.document import (
    Box,
    Document,
    DocumentPage,
    Grid,
    GridCell,
    TextLine,
    cell_place,
)

OFFICE = "清水县财政局"
BUDGET = BudgetIdentity(OFFICE, 2025, Stage.BUDGET)
FINAL = BudgetIdentity(OFFICE, 2025, Stage.FINAL_ACCOUNTS)
ITEM = "“一般公共服务支出（类）财政事务（款）行政运行（项）”"
CHAIN = "function:一般公共服务支出/财政事务/行政运行"


def page(*lines: str, number: int = 1, grids: Iterable[Grid] = ()) -> DocumentPage:
    """Lines without places (as of a workbook), then grids."""
    texts = [TextLine(text, at) for at, text in enumerate(lines, start=1)]
    return DocumentPage(number, f"page {number}", (*texts, *grids))


def grid(number: int, *cells: str, page_number: int = 1) -> Grid:
    place = f"page {page_number}"
    made = [
        GridCell(row, 0, text, cell_place(place, number, row, 0)) for row, text in enumerate(cells)
    ]
    return Grid(number, tuple(made), len(cells), 1)


def rows(
    *pages: DocumentPage, about: BudgetIdentity = BUDGET, tables: Sequence[BudgetTable] = ()
) -> list[dict[str, str]]:
    found = statement_rows(Document(pages), tables, about)
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def said(*lines: str, about: BudgetIdentity = BUDGET, kind: str = "amount") -> list[dict[str, str]]:
    return [one for one in rows(page(*lines), about=about) if one["statement_kind"] == kind]


def empty_table(table_id: str, title: str) -> BudgetTable:
    note = Note(title, "page 1 line 1", 1)
    return BudgetTable(table_id, note, "元", "page 1 table 1", (1,), (), grids=((1, 1),))


def only(found: list[dict[str, str]], *names: str) -> list[tuple[str, ...]]:
    return [tuple(one[name] for name in names) for one in found]


@pytest.mark.parametrize(
    ("printed", "value", "unit", "yuan"),
    [
        ("3,121.42万元", "3,121.42", "万元", "31214200.00"),
        ("156211123元", "156211123", "元", "156211123.00"),
        ("0万元", "0", "万元", "0.00"),
        ("87.70 万元", "87.70", "万元", "877000.00"),
        ("１２．５０万元", "１２．５０", "万元", "125000.00"),
        ("1.2亿元", "1.2", "亿元", "120000000.00"),
        ("31,214,205.80 元", "31,214,205.80", "元", "31214205.80"),
    ],
)
def test_amounts_are_read_as_printed(printed: str, value: str, unit: str, yuan: str) -> None:
    (one,) = said(f"2025年，{OFFICE}收入预算{printed}，其中：无。")
    assert (one["value"], one["unit"], one["amount_cny"]) == (value, unit, yuan)
    assert one["subject"] == "revenue_total"
    assert one["role"] == "current"
    assert (one["organization_name"], one["fiscal_year"], one["stage"]) == (
        OFFICE,
        "2025",
        "budget",
    )


@given(st.integers(1, 40))
def test_it_does_not_matter_where_a_line_is_wrapped(width: int) -> None:
    text = f"支出预算3,121.42万元，比2024年预算减少107.62万元，下降3.33%。1.{ITEM}1,623.18万元。"
    wrapped = [text[at : at + width] for at in range(0, len(text), width)]
    lines = tuple(
        TextLine(line, at, Box(96 if at == 1 else 72, 20 * at, 500, 20 * at + 12))
        for at, line in enumerate(wrapped, start=1)
    )
    found = rows(page("封面"), DocumentPage(2, "page 2", lines))
    numbers = only(found, "statement_kind", "value", "unit", "subject")
    assert ("amount", "3,121.42", "万元", "expenditure_total") in numbers
    assert ("growth", "107.62", "万元", "expenditure_total") in numbers
    assert ("growth", "3.33", "%", "expenditure_total") in numbers
    assert ("amount", "1,623.18", "万元", CHAIN) in numbers


def test_a_sentence_runs_over_a_page_break_past_page_number_and_header() -> None:
    full = "为保障机构正常运转而安排的各项支出，一般公共预算拨款支出预算12"
    found = rows(
        page("某县部门预算", number=1),
        page("某县部门预算说明", full, "— 2 —", number=2),
        page("某县部门预算说明", "3.45万元。", "— 3 —", number=3),
        page("某县部门预算说明", "完。", "— 4 —", number=4),
    )
    (one,) = [row for row in found if row["statement_kind"] == "amount"]
    assert (one["value"], one["subject"]) == ("123.45", "public_expenditure")
    assert one["place"] == "page 2 line 2"


def test_repeated_paragraphs_are_said_once() -> None:
    text = f"{OFFICE}收入预算3,121.42万元。"
    found = rows(page("封面", number=1), page(text, number=2), page(text, number=3))
    assert only(found, "place") == [("page 2 line 1",)]


def test_chain_with_the_years_amounts_and_growth() -> None:
    found = said(
        f"1.{ITEM}25.77万元，主要用于普查。2024年当年预算执行数为60.13万元，"
        "2025年预算安排25.77万元，比2024年预算执行数减少57.14%。"
    )
    assert only(found, "subject", "role", "value") == [
        (CHAIN, "current", "25.77"),
        (CHAIN, "base_year", "60.13"),
        (CHAIN, "current", "25.77"),
    ]
    (growth,) = said(
        f"1.{ITEM}25.77万元，主要用于普查。2024年当年预算执行数为60.13万元，"
        "2025年预算安排25.77万元，比2024年预算执行数减少57.14%。",
        kind="growth",
    )
    assert growth["direction"] == "decrease"
    assert (growth["amount_cny"], growth["base_cny"]) == ("257700.00", "601300.00")
    assert growth["compared_label"] == "2024年预算执行数"


@pytest.mark.parametrize(
    ("clause", "role"),
    [
        ("2024年收入预算100.00万元", "base_year"),
        ("上年收入预算100.00万元", "base_year"),
        ("2024年，收入预算100.00万元", "base_year"),
        ("2025年收入预算100.00万元", "current"),
        ("收入预算约100.00万元", "about"),
        ("收入预算100.00万元左右", "about"),
    ],
)
def test_other_years_are_not_taken_for_this_one(clause: str, role: str) -> None:
    assert only(said(f"{clause}。"), "role") == [(role,)]


def test_opening_budgets_are_told_from_final_accounts() -> None:
    found = said(
        "1、一般公共服务支出（类）财政事务（款）行政运行（项）。主要用于：运行。"
        "年初预算为1560.05万元，支出决算为1511.89万元。",
        about=FINAL,
    )
    assert only(found, "role", "subject", "value") == [
        ("opening_budget", CHAIN, "1560.05"),
        ("current", CHAIN, "1511.89"),
    ]


@pytest.mark.parametrize(
    ("words", "direction", "value", "change"),
    [
        ("比2024年预算增加107.62万元", "increase", "107.62", "1076200.00"),
        ("较上年减少1万元", "decrease", "1", "10000.00"),
        ("与2024年预算持平", "equal", "持平", ""),
        ("比2024年预算下降1.87%", "decrease", "1.87", ""),
    ],
)
def test_growth(words: str, direction: str, value: str, change: str) -> None:
    (one,) = said(f"政府性基金拨款支出预算10.00万元，{words}。", kind="growth")
    assert (one["direction"], one["value"], one["change_cny"]) == (direction, value, change)
    assert (one["subject"], one["amount_cny"]) == ("fund_expenditure", "100000.00")


def test_growth_belongs_to_the_amount_of_its_own_label() -> None:
    text = (
        f"{OFFICE}2025年度收入支出总计2995.39万元。与2024年度相比，收入支出总计减少56.95万元，"
        "下降1.87%。主要原因：人员经费减少10万元。"
    )
    found = said(text, kind="growth", about=FINAL)
    assert only(found, "value", "amount_cny", "change_cny", "compared_label") == [
        ("56.95", "29953900.00", "569500.00", "2024年度"),
        ("1.87", "29953900.00", "569500.00", "2024年度"),
    ]


def test_shares_with_and_without_a_sign() -> None:
    found = said(
        "本年支出合计2940.05万元，其中：基本支出2336.91万元，占79.49%；"
        "项目支出603.14万元，占 20.51；",
        about=FINAL,
        kind="share",
    )
    assert only(found, "label", "value", "unit", "amount_cny", "base_cny") == [
        ("基本支出", "79.49", "%", "23369100.00", "29400500.00"),
        ("项目支出", "20.51", "", "6031400.00", "29400500.00"),
    ]


def test_completion_is_compared_with_its_own_opening_budget_only() -> None:
    found = said(
        "“三公”经费支出年初预算为0.95万元，支出决算为0.00万元，完成预算的0%，"
        "其中：公务接待费决算为0.00万元，完成预算的0%。",
        about=FINAL,
        kind="share",
    )
    assert only(found, "subject", "base_cny") == [
        ("three_public_total", "9500.00"),
        ("three_public_reception", ""),
    ]


@pytest.mark.parametrize(
    ("about", "text", "expected"),
    [
        (
            FINAL,
            "2025年度收、支总计均为434.72万元。与2024年度相比，收、支总计各增加58.21万元。",
            [("amount", "balance_total", "", ""), ("growth", "balance_total", "", "582100.00")],
        ),
        (
            FINAL,
            "“三公”经费支出决算为62.07万元，完成全年预算84.82万元的73.2%。",
            [
                ("amount", "three_public_total", "", ""),
                ("amount", "three_public_total", "", ""),
                ("share", "three_public_total", "848200.00", ""),
            ],
        ),
        (
            BUDGET,
            "我校2025年收支总预算90.00万元，其中本年收入预算80.00万元。",
            [("amount", "balance_total", "", ""), ("amount", "revenue_year", "", "")],
        ),
        (
            BUDGET,
            "某局2025年收入、支出预算总计10.00万元，与上年相比收、支预算总计各增加1万元。",
            [("amount", "", "", ""), ("growth", "", "", "10000.00")],
        ),
        (
            BUDGET,
            "一般公共服务（类）财政事务（款）行政运行（项）2025年预算数为1.00万元，"
            "比2024年执行数减少0.05万元。",
            [
                ("amount", "function:一般公共服务/财政事务/行政运行", "", ""),
                ("growth", "function:一般公共服务/财政事务/行政运行", "", "500.00"),
            ],
        ),
        (
            BUDGET,
            "“教育支出（205类）普通教育（02款）小学教育（02项）”科目43.83万元。",
            [("amount", "function:教育支出/普通教育/小学教育", "", "")],
        ),
        (
            BUDGET,
            "基本支出预算2.00元，同比减少1.00元，下降33.33%。",
            [
                ("amount", "basic_expenditure", "", ""),
                ("growth", "basic_expenditure", "", "1.00"),
                ("growth", "basic_expenditure", "", "1.00"),
            ],
        ),
        (BUDGET, "2025年项目安排：人员经费20万元。", [("amount", "", "", "")]),
        (FINAL, "决算数大于预算数55.93万元。", []),
        (
            BUDGET,
            "公务接待2万元，公务用车购置0万元，公务用车运行维护8万元。",
            [
                ("amount", "three_public_reception", "", ""),
                ("amount", "three_public_vehicle_purchase", "", ""),
                ("amount", "three_public_vehicle_running", "", ""),
            ],
        ),
    ],
)
def test_wordings_of_other_places(
    about: BudgetIdentity, text: str, expected: list[tuple[str, ...]]
) -> None:
    found = rows(page(text), about=about)
    assert only(found, "statement_kind", "subject", "base_cny", "change_cny") == expected


def test_limits_are_no_amounts_and_counts_are_counts() -> None:
    text = "单价100万元（含）以上设备3台，车辆2辆，其中：机要通信用车0辆。"
    assert said(text) == []
    assert only(said(text, kind="count"), "value", "unit") == [
        ("3", "台"),
        ("2", "辆"),
        ("0", "辆"),
    ]


def test_a_part_is_not_taken_for_the_whole() -> None:
    found = said("下属学校收入预算5.00万元，局本级支出预算6.00万元。")
    assert only(found, "subject") == [("",), ("",)]


def test_pages_with_torn_lines_are_left_out() -> None:
    lines = (
        "支出总计减少万元，下降。本年收入合计万元，其中：财政拨款收入万元，占；",
        "56.95 1.87%",
    )
    torn = page(*lines, f"{OFFICE}收入预算3,121.42万元。")
    assert rows(torn) == []
    overlapping = DocumentPage(
        1,
        "page 1",
        (
            TextLine("收入预算 万元", 1, Box(72, 100, 300, 112)),
            TextLine("3,121.42", 2, Box(120, 104, 160, 116)),
            TextLine("支出预算3,121.42万元", 3, Box(72, 120, 300, 132)),
        ),
    )
    assert rows(overlapping) == []


@pytest.mark.parametrize(("confidence", "count"), [(0.95, 1), (0.94, 0), (None, 1)])
def test_text_that_was_not_recognised_surely_is_left_out(
    confidence: float | None, count: int
) -> None:
    line = TextLine("支出预算3,121.42万元。", 1, confidence=confidence)
    assert len(rows(DocumentPage(1, "page 1", (line,)))) == count


def test_numbers_beside_each_other_are_not_joined() -> None:
    assert only(said("收入预算1.50 2.50万元"), "value") == [("2.50",)] or not said(
        "收入预算1.50 2.50万元"
    )


def test_a_workbooks_cells_are_read_like_lines() -> None:
    sheet = DocumentPage(
        3,
        "编制说明",
        (
            Grid(
                1,
                (
                    GridCell(0, 0, "2025年部门预算编制说明", "编制说明!A1"),
                    GridCell(
                        2,
                        0,
                        f"    2025年，{OFFICE}收入预算10.00万元。\n    支出预算10.00万元。",
                        "编制说明!A3",
                    ),
                ),
                3,
                1,
            ),
        ),
    )
    found = rows(sheet)
    assert only(found, "subject", "place") == [
        ("revenue_total", "编制说明!A3"),
        ("expenditure_total", "编制说明!A3"),
    ]


def tables_with_note(note: str, above: str = "") -> list[dict[str, str]]:
    lines = [TextLine(above, 1)] if above else []
    made = DocumentPage(1, "page 1", (*lines, grid(1, "合计"), TextLine(note, 2)))
    tables = [empty_table("B9", "国有资本经营预算支出表")]
    return rows(made, tables=tables)


def test_tables_and_the_notes_under_them() -> None:
    table, note = tables_with_note(
        "注:本部门2025年无政府性基金预算财政拨款安排的预算，故本表为空表。"
    )
    assert (table["statement_kind"], table["table_id"], table["value"]) == ("table", "B9", "0")
    assert (note["statement_kind"], note["table_id"], note["label"]) == (
        "empty_table",
        "B9",
        "政府性基金",
    )
    assert note["place"] == "page 1 line 2"


@pytest.mark.parametrize(
    ("note", "fund"),
    [
        ("注：本部门没有国有资本经营预算拨款安排的支出。", ["国有资本经营"]),
        ("说明：本表无数据。", [""]),
        ("二、下一部分", []),
        ("编制日期：2025年2月", []),
    ],
)
def test_notes(note: str, fund: list[str]) -> None:
    found = [one for one in tables_with_note(note) if one["statement_kind"] == "empty_table"]
    assert [one["label"] for one in found] == fund


def test_a_note_inside_the_grid() -> None:
    made = page(grids=[grid(1, "合计", "注：本部门无政府性基金预算支出，故本表为空。")])
    found = rows(made, tables=[empty_table("B8", "政府性基金")])
    assert only(found, "statement_kind", "table_id", "label") == [
        ("table", "B8", "政府性基金"),
        ("empty_table", "B8", "政府性基金"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026年，XX收入预算x,xxx万元", ["XX", "x,xxx"]),
        ("比2025年预算增加（减少）XXX万元", ["增加（减少）", "XXX"]),
        ("预算主管部门：某某局", ["某某"]),
        ("合计#REF!", ["#REF!"]),
        ("××单位", ["××"]),
        ("下属X家预算单位", ["X"]),
        ("20XX年度部门决算", ["20XX"]),
        ("城市副中心X101、X102街坊", []),
        ("网址www.xxgk.gov.cn/xxgk", []),
        ("一、部门主要职能 ………………………… 3", []),
        ("比2024年预算增加10.00万元", []),
        ("尺寸为5×3米", []),
        ("二〇〇〇年设立，二〇〇八年改制", []),
        ("抚恤张某某家属", []),
        ("收支增加、减少情况", []),
        ("○○单位", ["○○"]),
    ],
)
def test_placeholders(text: str, found: list[str]) -> None:
    assert only(said(text, kind="placeholder"), "label") == [(one,) for one in found]


def test_the_cover_is_told_from_the_narrative() -> None:
    found = rows(
        page("2026年部门预算", "预算单位：XX单位", number=1),
        page("XX单位职能" + "。" * 200, number=2),
    )
    assert only(found, "section", "label") == [("cover", "XX"), ("narrative", "XX")]


def test_reasons_purposes_and_parts() -> None:
    found = rows(
        page(
            f"1.{ITEM}110.60万元，主要用于宣传事务。2024年当年预算执行数为114.00万元，"
            "2025年预算安排110.60万元，比2024年预算执行数减少2.98%。主要原因是：宣传经费增加。",
        ),
        page(
            "一般公共预算基本支出10.00万元，其中：人员经费6.00万元，主要包括：基本工资、奖金；"
            "公用经费4.00万元，主要包括：办公费、水费等。",
            number=2,
        ),
    )
    names = "statement_kind", "subject", "value", "direction", "compared_label"
    words = ("reason", "purpose", "parts")
    assert only([one for one in found if one["statement_kind"] in words], *names) == [
        ("reason", CHAIN, "宣传经费增加", "decrease", "2.98%"),
        ("purpose", CHAIN, "宣传事务", "", ""),
        ("parts", "personnel", "基本工资、奖金", "", ""),
        ("parts", "operation", "办公费、水费等", "", ""),
    ]


@pytest.mark.parametrize(
    ("words", "direction"),
    [
        ("比上年增加1.00万元。主要原因是经费增加。", "increase"),
        ("比上年增加1.00万元。决算数小于预算数的主要原因是经费减少。", "decrease"),
        ("比上年减少1.00万元。决算数大于预算数的主要原因是经费增加。", "increase"),
        ("比上年减少1.00万元，减少的主要原因是经费减少。", "decrease"),
        ("与上年持平，主要原因是经费保持不变。", "equal"),
        ("主要原因是经费减少。", ""),
    ],
)
def test_a_reason_explains_what_stands_before_it(words: str, direction: str) -> None:
    found = said(f"支出预算5.00万元，{words}", kind="reason")
    assert only(found, "direction") == [(direction,)]


def test_every_row_has_all_columns_as_text() -> None:
    found: list[Any] = statement_rows(Document((page("收入预算1万元"),)), (), BUDGET)
    assert all(len(row) == len(COLUMNS) for row in found)
    assert all(isinstance(value, str) for row in found for value in row)
