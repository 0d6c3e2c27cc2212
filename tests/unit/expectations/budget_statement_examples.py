"""Examples of the rules on what booklets say beside their tables: cells and statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import polars as pl
from rule_example import Example

from expectations.context import RuleContext
from schemas.documents.budget.statements import COLUMNS, Statement

OFFICE = "某县财政局"
BOOKLET = {"organization_name": OFFICE, "fiscal_year": "2025", "stage": "budget"}
CHAIN = "function:一般公共服务支出/财政事务/行政运行"
_KINDS = {
    "organization_name": "str",
    "fiscal_year": "int",
    "stage": "str",
    "table_id": "str",
    "table_title": "str",
    "side": "str",
    "scheme": "str",
    "code": "str",
    "label": "str",
    "line_path": "str",
    "measure": "str",
    "amount_cny": "dec",
    "value_published": "str",
    "unit_published": "str",
    "page": "int",
}
Cell = dict[str, Any]


def cell(table: str, line: str, measure: str, value: str | None, **more: Any) -> Cell:
    """A printed cell: ``"2010601 行政运行"`` has a code, ``"合计"`` has none."""
    code, _, label = line.rpartition(" ")
    unit = more.pop("unit", "元")
    factor = {"元": 1, "万元": 10_000}[unit]
    given = {
        "organization_name": OFFICE,
        "fiscal_year": 2025,
        "stage": "final_accounts" if table.startswith("T") else "budget",
        "table_id": table,
        "table_title": f"表{table}",
        "side": "none" if table[1:] == "7" else "expenditure",
        "scheme": "three_public" if table[1:] == "7" else "function",
        "code": code or None,
        "label": label,
        "line_path": code or label,
        "measure": measure,
        "amount_cny": None if value is None else f"{float(value) * factor:.2f}",
        "value_published": value,
        "unit_published": unit,
        "page": 12,
    }
    return given | more


def statement(kind: str, **more: str) -> dict[str, str]:
    """A statement of the booklet."""
    given = asdict(Statement(kind)) | BOOKLET | {"place": "page 7 line 3 [1,2,3,4]"}
    return given | {"sentence": f"{kind} {more.get('value', more.get('label', ''))}"} | more


def amount(subject: str, value: str, *, role: str = "current", **more: str) -> dict[str, str]:
    """An amount in 万元 with two decimals."""
    given = {
        "subject": subject,
        "label": subject,
        "value": value,
        "unit": "万元",
        "role": role,
        "amount_cny": f"{float(value) * 10_000:.2f}",
        "precision_cny": "100.00",
    }
    return statement("amount", **(given | more))


def ratio(kind: str, value: str, current: str, **more: str) -> dict[str, str]:
    """Growth or a share of an amount in 元."""
    given = {"value": value, "unit": "%", "amount_cny": current, "precision_cny": "100.00"}
    return statement(kind, **(given | more))


def said(*statements: Mapping[str, str]) -> RuleContext:
    """A context with these statements."""
    frame = pl.DataFrame(
        [dict(one) for one in statements], schema=dict.fromkeys(COLUMNS, pl.String)
    )
    return RuleContext(companion=lambda name: frame if name == "statements" else None)


def example(
    rule: str,
    cells: Sequence[Cell],
    context: RuleContext,
    fails: set[tuple[int, str, str]],
    **params: Any,
) -> Example:
    """Cells by column."""
    columns = {f"{name} {kind}": [one[name] for one in cells] for name, kind in _KINDS.items()}
    return Example(rule, columns, fails, params, context)


_TOTALS = [
    cell("B1", "收入总计", "预算数", "1000000", side="revenue", scheme="revenue"),
    cell("B1", "支出总计", "预算数", "1000000"),
    cell("B2", "合计", "合计", "900000", side="revenue"),
    cell("B2", "合计", "其他收入", "5000", side="revenue"),
]
_FUNCTIONS = [
    cell("B5", "201 一般公共服务支出", "合计", "900000"),
    cell("B5", "20106 财政事务", "合计", "900000"),
    cell("B5", "2010601 行政运行", "合计", "877080"),
    cell("B5", "2010601 行政运行", "基本支出", "870000"),
    cell("B3", "2010601 行政运行", "合计", "880000"),
    cell("B3", "201 一般公共服务支出", "合计", "900000"),
    cell("B3", "20106 财政事务", "合计", "900000"),
]
_THREE_PUBLIC = [
    cell("B7", "合计", "预算数", "47.91", unit="万元"),
    cell("B7", "公务接待费", "预算数", "1.35", unit="万元"),
    cell("B7", "小计", "预算数", "46.56", unit="万元", line_path="公务用车购置及运行费/小计"),
    cell("B7", "机关运行经费预算数", "预算数", "443.18", unit="万元"),
]
_FINAL = {"stage": "final_accounts"}
_FINAL_CELLS = [
    cell("T7", "公务接待费", "预算数", "0.95", unit="万元"),
    cell("T7", "公务接待费", "决算数", "0.50", unit="万元"),
    cell("T5", "合计", "合计", "100.00", unit="万元"),
    cell("T4", "总计", "决算数", "200.00", unit="万元", side="revenue", scheme="revenue"),
]
_HELD = [cell("B1", "支出总计", "预算数", "250000"), cell("B3", "合计", "合计", "250000")]
_PLACEHOLDER = {"label": "XX", "section": "narrative"}
_OTHER_CHAIN = "function:社会保障和就业支出/养老支出/离退休"
_SCHEME = {"scheme": "department_economic"}
_ECONOMIC = [
    cell("B6", "合计", "人员经费", "60", **_SCHEME),
    cell("B6", "合计", "公用经费", "40", **_SCHEME),
    cell("B6", "30101 基本工资", "合计", "30", **_SCHEME),
    cell("B6", "30103 奖金", "合计", "20", **_SCHEME),
    cell("B6", "30302 离退休费", "合计", "10", **_SCHEME),
    cell("B6", "30201 办公费", "合计", "10", **_SCHEME),
    cell("B6", "30202 印刷费", "合计", "0", **_SCHEME),
    cell("B6", "30205 水费", "合计", "10", **_SCHEME),
    cell("B6", "30206 电费", "合计", "10", **_SCHEME),
    cell("B6", "30299 其他商品和服务支出", "合计", "10", **_SCHEME),
]


def _reason(words: str, direction: str, subject: str = CHAIN) -> dict[str, str]:
    change = {"direction": direction, "compared_label": "2.98%"}
    return statement("reason", label="行政运行", subject=subject, value=words, **change)


def _purpose(words: str, subject: str = CHAIN) -> dict[str, str]:
    return statement("purpose", label="行政运行", subject=subject, value=words)


def _parts(subject: str, words: str) -> dict[str, str]:
    return statement("parts", label="经费", subject=subject, value=words)


BUDGET_STATEMENT_EXAMPLES = [
    # agreement with any of the cells that may be meant; else the likeliest is told
    example(
        "ExpectNarrativeAmountsInTables",
        _TOTALS,
        said(amount("revenue_total", "90.00"), amount("other_revenue", "0.50")),
        set(),
    ),
    example(
        "ExpectNarrativeAmountsInTables",
        _TOTALS,
        said(
            amount("revenue_total", "100.02"),
            amount("revenue_total", "1.00", role="base_year"),
            amount("expenditure_total", "100.01"),
            amount("other_revenue", "5.00"),
            amount("superior_revenue", "7.00"),
            amount("", "8.00"),
        ),
        {(0, "amount_cny", "amount"), (3, "amount_cny", "amount")},
    ),
    # 87.70 is 877 080 元 cut off; ten times as much is not
    example(
        "ExpectNarrativeAmountsInTables",
        _FUNCTIONS,
        said(amount(CHAIN, "87.70"), amount(CHAIN, "88.00")),
        set(),
    ),
    example(
        "ExpectNarrativeAmountsInTables",
        _FUNCTIONS,
        said(
            amount(CHAIN, "877.08"),
            amount("function:一般公共服务/财政事务/行政运行", "87.69"),
            amount("function:一般公共服务支出/人大事务/行政运行", "1.00"),
            amount("function:一般公共服务支出", "9.00"),
        ),
        {(2, "amount_cny", "amount"), (0, "amount_cny", "amount")},
    ),
    example(
        "ExpectNarrativeAmountsInTables",
        _THREE_PUBLIC,
        said(
            amount("three_public_total", "47.91"),
            amount("three_public_reception", "13.50"),
            amount("three_public_vehicles", "46.57"),
            amount("agency_operation", "443.20"),
        ),
        {(1, "amount_cny", "amount"), (3, "amount_cny", "amount")},
    ),
    # final accounts: 年初预算 stands in 预算数 of the three public expenses, and nowhere else
    example(
        "ExpectNarrativeAmountsInTables",
        _FINAL_CELLS,
        said(
            amount("three_public_reception", "0.90", role="opening_budget", **_FINAL),
            amount("three_public_reception", "0.50", **_FINAL),
            amount("public_expenditure", "110.00", role="opening_budget", **_FINAL),
            amount(
                "three_public_reception",
                "0.80",
                role="opening_budget",
                sentence="年初预算",
                **_FINAL,
            ),
            amount("fiscal_balance", "0.30", **_FINAL),
        ),
        {(0, "amount_cny", "amount"), (3, "amount_cny", "amount")},
    ),
    # a unit is in doubt where two amounts are 10 000 times off and none agrees
    example(
        "ExpectNarrativeConfirmsUnits",
        [*_THREE_PUBLIC, cell("B3", "合计", "合计", "1.00")],
        said(
            amount("three_public_total", "0.004791", precision_cny="0.01"),
            amount("three_public_reception", "0.000135", precision_cny="0.01"),
            amount("project_expenditure", "0.00"),
            amount("agency_operation", "1.00", role="base_year"),
        ),
        {(row, "amount_cny", "unit") for row in range(4)},
    ),
    example(
        "ExpectNarrativeConfirmsUnits",
        [cell("B7", "合计", "预算数", "47.91"), cell("B7", "公务接待费", "预算数", "1.35")],
        said(
            amount("three_public_total", "47.91"),
            amount("three_public_reception", "1.35"),
        ),
        {(0, "amount_cny", "unit"), (1, "amount_cny", "unit")},
    ),
    example(
        "ExpectNarrativeConfirmsUnits",
        _THREE_PUBLIC,
        said(
            amount("three_public_total", "0.004791", precision_cny="0.01"),
            amount("three_public_total", "0.004791", precision_cny="0.01", label="合计"),
        ),
        set(),
    ),
    example(
        "ExpectNarrativeConfirmsUnits",
        _THREE_PUBLIC,
        said(
            amount("three_public_total", "0.004791", precision_cny="0.01"),
            amount("three_public_reception", "0.000135", precision_cny="0.01"),
            amount("agency_operation", "443.18"),
        ),
        set(),
    ),
    # 0 in 万元 is not 10 000 times less than 1.35
    example(
        "ExpectNarrativeConfirmsUnits",
        [
            cell("B7", "合计", "预算数", "0.00", unit="万元"),
            cell("B7", "公务接待费", "预算数", "0.00", unit="万元"),
        ],
        said(amount("three_public_total", "47.91"), amount("three_public_reception", "1.35")),
        set(),
    ),
    # growth and shares
    example(
        "ExpectNarrativeRatiosRecomputable",
        _HELD,
        said(
            ratio("growth", "25.00", "250000.00", base_cny="200000.00", direction="increase"),
            ratio("growth", "2.10", "29400500.00", change_cny="631400.00", direction="decrease"),
            ratio("growth", "9.99", "250000.00", direction="increase"),
            ratio("growth", "9.99", "", base_cny="1.00", direction="increase"),
            ratio("share", "79.49", "23369100.00", base_cny="29400500.00"),
            ratio("share", "50.00", "23369100.00"),
        ),
        set(),
    ),
    example(
        "ExpectNarrativeRatiosRecomputable",
        _HELD,
        said(
            ratio(
                "growth",
                "100.00",
                "250000.00",
                base_cny="0.00",
                direction="increase",
                subject="expenditure_total",
            )
        ),
        {(0, "amount_cny", "base_zero")},
    ),
    example(
        "ExpectNarrativeRatiosRecomputable",
        [*_HELD, cell("B1", "本年支出合计", "预算数", "240000")],
        said(
            ratio(
                "growth",
                "26.00",
                "250000.00",
                base_cny="200000.00",
                direction="increase",
                subject="expenditure_total",
            )
        ),
        {(0, "amount_cny", "growth")},
    ),
    example(
        "ExpectNarrativeRatiosRecomputable",
        _HELD,
        said(ratio("share", "71.73", "21066600.00", base_cny="29400500.00")),
        {(0, "", "share")},
    ),
    example(
        "ExpectNarrativeRatiosRecomputable",
        _HELD,
        said(ratio("share", "76.23", "250000.00", unit="")),
        {(0, "", "percent_sign")},
    ),
    # templates and what was left in of them
    example(
        "ExpectBookletFilledIn",
        _HELD,
        said(
            *(statement("placeholder", **_PLACEHOLDER, value=str(one)) for one in range(2)),
            statement("placeholder", label="XX", section="cover", value="0"),
        ),
        set(),
    ),
    example(
        "ExpectBookletFilledIn",
        _HELD,
        said(
            *(statement("placeholder", **_PLACEHOLDER, value=str(one)) for one in range(2)),
            statement("placeholder", label="XX", section="cover", value="3"),
            *(amount("revenue_total", str(one)) for one in range(5)),
        ),
        {(0, "", "template")},
    ),
    example(
        "ExpectBookletFilledIn",
        _HELD,
        said(
            *(statement("placeholder", **_PLACEHOLDER, value=str(one)) for one in range(4)),
            *(amount("revenue_total", str(one)) for one in range(4)),
        ),
        set(),
    ),
    example(
        "ExpectBookletFilledIn",
        _HELD,
        said(
            *(statement("placeholder", **_PLACEHOLDER, value=str(one)) for one in range(4)),
            *(amount("revenue_total", str(one)) for one in range(3)),
        ),
        {(0, "", "template")},
    ),
    example(
        "ExpectNarrativeFilledIn",
        _HELD,
        said(statement("placeholder", **_PLACEHOLDER)),
        {(0, "", "placeholder")},
    ),
    example("ExpectNarrativeFilledIn", _HELD, said(amount("revenue_total", "25.00")), set()),
    Example(
        "ExpectNoPlaceholder",
        {
            "organization_name str": ["某县财政局", "XX局", "普陀区××街道", "某某局", None],
            "label str": ["行政运行", "…", "合计", "XX项目", None],
            "value_published str": ["1.00", "#REF!", "x,xxx", "0", None],
        },
        {
            (1, "organization_name"),
            (2, "organization_name"),
            (3, "organization_name"),
            (1, "label"),
            (3, "label"),
            (1, "value_published"),
            (2, "value_published"),
        },
    ),
    # empty tables
    example(
        "ExpectEmptyTableExplained",
        _HELD,
        said(
            statement("table", table_id="B8", value="0", label="政府性基金"),
            statement("table", table_id="B9", value="3"),
            statement("table", table_id="B7", value="0"),
            statement("empty_table", label="国有资本经营"),
        ),
        {(0, "", "B8")},
    ),
    example(
        "ExpectEmptyTableExplained",
        _HELD,
        said(
            statement("table", table_id="B8", value="0"),
            statement("table", table_id="B9", value="0"),
            statement("empty_table", label="政府性基金"),
            statement("empty_table", label="", table_id="B9"),
        ),
        set(),
    ),
    example(
        "ExpectEmptyTableNoteFits",
        [*_HELD, cell("B7", "合计", "预算数", "0", unit="万元")],
        said(
            statement("empty_table", table_id="B8", label="政府性基金", value="空表"),
            statement("empty_table", table_id="B8", label="国有资本经营", value="空表"),
            statement("empty_table", table_id="B9", label="", value="空表"),
            statement("empty_table", table_id="B7", label="三公", value="空表"),
            statement("empty_table", table_id="B3", label="三公"),
            statement("empty_table", table_id="", label="政府性基金"),
        ),
        set(),
    ),
    example(
        "ExpectEmptyTableNoteFits",
        _HELD,
        said(
            statement("empty_table", table_id="B8", label="政府性基金", value="空表"),
            statement("empty_table", table_id="B9", label="政府性基金", value="空表"),
        ),
        {(0, "", "fund")},
    ),
    example(
        "ExpectEmptyTableNoteFits",
        [
            cell("B7", "合计", "预算数", "0", unit="万元"),
            cell("B7", "小计", "预算数", "1.35", unit="万元"),
            cell("B7", "运行费", "预算数", "1.35", unit="万元"),
        ],
        said(
            statement("empty_table", table_id="B7", label="三公", value="空表"),
            statement("empty_table", table_id="B8", label="政府性基金", value="空表"),
        ),
        {(1, "amount_cny", "not_empty")},
    ),
    # words: reasons, purposes, lists of parts
    example(
        "ExpectReasonsFitChanges",
        _FUNCTIONS,
        said(
            _reason("行政运行经费减少", "decrease"),
            _reason("行政运行经费增加", "equal"),
            _reason("上年项目经费增加", "decrease"),
            _reason("项目调整", "decrease"),
            _reason("人员经费增加，设备减少", "decrease"),
            _purpose("行政运行"),
            _purpose("财政事务行政运行"),
            _purpose("日常运转"),
            amount(CHAIN, "87.70"),
            amount(_OTHER_CHAIN, "1.00"),
        ),
        set(),
    ),
    example(
        "ExpectReasonsFitChanges",
        _FUNCTIONS,
        said(_reason("行政运行经费增加", "decrease")),
        {(2, "amount_cny", "reason")},
    ),
    example(
        "ExpectReasonsFitChanges",
        _FUNCTIONS,
        said(_reason("其他经费减少", "increase", subject="")),
        {(5, "", "reason")},
    ),
    example(
        "ExpectReasonsFitChanges",
        _FUNCTIONS,
        said(_reason("离退休经费增加", "increase"), amount(_OTHER_CHAIN, "1.00")),
        {(2, "amount_cny", "other_item")},
    ),
    example(
        "ExpectReasonsFitChanges",
        _FUNCTIONS,
        said(_purpose("养老支出离退休"), amount(_OTHER_CHAIN, "1.00")),
        {(2, "amount_cny", "other_item")},
    ),
    example(
        "ExpectPurposesFitTables",
        _FUNCTIONS,
        said(_purpose("局本级基本支出"), _purpose("宣传"), _purpose("项目支出", subject="")),
        set(),
    ),
    example(
        "ExpectPurposesFitTables",
        _FUNCTIONS,
        said(_purpose("宣传等项目支出")),
        {(3, "amount_cny", "nature")},
    ),
    example(
        "ExpectPurposesFitTables",
        _ECONOMIC,
        said(
            _parts("personnel", "基本工资、奖金、离退休费等"),
            _parts("operation", "办公费、其他商品和服务支出、水费和电费"),
            _parts("operation", "租车、保险、办公费"),
        ),
        set(),
    ),
    example(
        "ExpectPurposesFitTables",
        _ECONOMIC,
        said(_parts("personnel", "基本工资、离退休费")),
        {(0, "amount_cny", "parts")},
    ),
    example(
        "ExpectPurposesFitTables",
        _ECONOMIC,
        said(_parts("operation", "办公费、水费、电费、印刷费、其他商品和服务支出等")),
        {(1, "amount_cny", "parts")},
    ),
]
