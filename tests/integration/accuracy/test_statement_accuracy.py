"""What real booklets say beside their tables, against what was read off their pages by eye: found,
and told where it contradicts the tables, and only there."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from connectors.readers.budget_document import open_document
from expectations.budget_booklets import BookletRule
from expectations.context import RuleContext
from expectations.rules.budget_statements import (
    ExpectBookletFilledIn,
    ExpectEmptyTableExplained,
    ExpectEmptyTableNoteFits,
    ExpectNarrativeAmountsInTables,
    ExpectNarrativeConfirmsUnits,
    ExpectNarrativeFilledIn,
    ExpectNarrativeRatiosRecomputable,
)
from expectations.rules.budget_wording import ExpectPurposesFitTables, ExpectReasonsFitChanges
from schemas.documents.budget.interpreting import Interpretation, interpret
from schemas.documents.budget.printed_numbers import YUAN
from schemas.documents.budget.statements import COLUMNS, statement_rows
from schemas.documents.budget.tables import ValueKind

pytestmark = pytest.mark.real_data
EXPECTED = Path(__file__).parents[2] / "expected" / "budgets"
BOOKLETS = sorted(
    path.name.removesuffix(".narrative.csv") for path in EXPECTED.glob("*.narrative.csv")
)
ON_NUMBERS = (
    ExpectNarrativeAmountsInTables,
    ExpectNarrativeConfirmsUnits,
    ExpectNarrativeRatiosRecomputable,
)
ON_TEXTS = (
    ExpectPurposesFitTables,
    ExpectReasonsFitChanges,
    ExpectBookletFilledIn,
    ExpectEmptyTableExplained,
    ExpectEmptyTableNoteFits,
    ExpectNarrativeFilledIn,
)
SCHEMA = {
    "organization_name": pl.String,
    "fiscal_year": pl.Int64,
    "stage": pl.String,
    "table_id": pl.String,
    "table_title": pl.String,
    "side": pl.String,
    "scheme": pl.String,
    "code": pl.String,
    "label": pl.String,
    "line_path": pl.String,
    "measure": pl.String,
    "amount_cny": pl.Decimal(38, 2),
    "value_published": pl.String,
    "unit_published": pl.String,
    "page": pl.Int64,
}
Statement = Mapping[str, str]


def cells(found: Interpretation) -> pl.DataFrame:
    """The printed amounts, in the form of the dataset."""
    rows = [
        (
            found.identity.organization_name,
            found.identity.fiscal_year,
            found.identity.stage,
            table.table_id,
            table.title.text,
            line.side,
            line.scheme,
            line.code or None,
            line.label,
            line.path,
            value.measure,
            Decimal(value.text.replace(",", "")) * YUAN[value.unit],
            value.text,
            value.unit,
            value.page,
        )
        for table in found.tables
        for line in table.lines
        for value in line.values
        if value.kind is ValueKind.AMOUNT
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").with_row_index("_row")


@cache
def said(booklet: str, folder: Path) -> tuple[pl.DataFrame, list[Statement]]:
    """Cells and statements of a booklet."""
    document = open_document(folder / "budgets" / f"{booklet}.pdf")
    found = interpret(document)
    rows = statement_rows(document, found.tables, found.identity)
    return cells(found), [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def told(
    rules: Iterable[type[BookletRule]], frame: pl.DataFrame, statements: Iterable[Statement]
) -> list[tuple[str, str]]:
    """Pattern and sentence of what the rules report."""
    given = pl.DataFrame([dict(one) for one in statements], dict.fromkeys(COLUMNS, pl.String))
    context = RuleContext(companion=lambda _name: given)
    found = []
    for rule in rules:
        prepared = rule().prepare(frame, context)
        assert isinstance(prepared, pl.DataFrame)
        for suffix in ("", "_booklet"):
            names = f"_pattern{suffix}", f"_zh{suffix}"
            found += prepared.filter(pl.col(names[1]).is_not_null()).select(names).rows()
    return found


@pytest.mark.parametrize("booklet", BOOKLETS)
def test_every_number_read_by_eye(booklet: str, real_data: Path) -> None:
    """Found as printed; told exactly where the eye saw it contradict the tables."""
    frame, statements = said(booklet, real_data)
    with (EXPECTED / f"{booklet}.narrative.csv").open(encoding="utf-8", newline="") as lines:
        by_eye = list(csv.DictReader(lines))
    missing, wrong = [], []
    for line in by_eye:
        same = [
            one
            for one in statements
            if (one["value"], one["unit"]) == (line["value"], line["unit"])
            and one["place"].startswith((f"page {line['page']} ", f"page {int(line['page']) - 1} "))
        ]
        if not same:
            missing.append(line)
            continue
        contradicted = [one for one in same if told(ON_NUMBERS, frame, [one])]
        if bool(contradicted) != (line["contradicts_table"] == "yes"):
            wrong.append(line)
    assert missing == []
    assert wrong == []
    assert len(by_eye) > 30


@pytest.mark.parametrize(
    ("booklet", "expected"),
    [
        (
            "putuo_finance_bureau_2024_final_accounts",
            {
                "amount": ["财政拨款收入支出总计"],
                "nature": ["一般行政管理事务", "基本支出"],
                "parts": ["个人农业生产补贴", "奖励金"],
                "share": ["71.73%"],
            },
        ),
        (
            "putuo_finance_bureau_2025_dept_budget",
            {"amount": ["887.36"], "fund": ["B9 是国有资本经营的表"]},
        ),
        (
            "putuo_wanli_subdistrict_2024_dept_budget",
            {
                "amount": ["352.67"],
                "base_zero": ["增加100.00%"],
                "growth": ["0.53%"],
                "other_item": ["事业单位离退休", "城管执法"],
                "reason": ["宣传事务", "2.98%"],
                "not_empty": ["无“三公”经费和机关运行经费预算"],
            },
        ),
    ],
)
def test_all_that_is_told_of_a_booklet(
    booklet: str, expected: dict[str, list[str]], real_data: Path
) -> None:
    frame, statements = said(booklet, real_data)

    found = sorted(told((*ON_NUMBERS, *ON_TEXTS), frame, statements))

    assert sorted({pattern for pattern, _ in found}) == sorted(expected)
    for pattern, words in expected.items():
        sentences = " ".join(sentence for name, sentence in found if name == pattern)
        assert all(word in sentences for word in words)
    assert len(found) <= len(expected) + 1


@pytest.mark.parametrize("booklet", BOOKLETS)
def test_most_amounts_of_the_year_find_their_cell(booklet: str, real_data: Path) -> None:
    """Of the amounts whose wording names a line of the tables, all that are not 0 but those of
    机关运行经费 in final accounts, which no table has."""
    frame, statements = said(booklet, real_data)
    rule = ExpectNarrativeAmountsInTables()
    unmatched = [
        one["label"]
        for one in statements
        if one["statement_kind"] == "amount"
        and one["role"] == "current"
        and one["subject"]
        and Decimal(one["amount_cny"]) != 0
        and not told([type(rule)], frame, [{**one, "amount_cny": "999999999999.00"}])
    ]
    assert unmatched in ([], ["机关运行经费支出"])


@pytest.mark.parametrize(
    "template",
    [
        "putuo_2026_dept_budget_blank_official_template.xlsx",
        "putuo_2026_unit_budget_blank_official_template.xls",
    ],
)
def test_a_template_is_known_by_its_words_alone(template: str, real_data: Path) -> None:
    """Were its tables filled in, its cover and narrative would still hold it."""
    document = open_document(real_data / "budgets" / template)
    found = interpret(document)
    rows = statement_rows(document, found.tables, found.identity)
    statements = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    name = found.identity.organization_name
    line = (name, 2026, "budget", "B1", "", "revenue", "revenue", None, "收入总计", "收入总计")
    row = (*line, "预算数", Decimal("1.00"), "1.00", "元", 9)
    frame = pl.DataFrame([row], schema=SCHEMA, orient="row").with_row_index("_row")

    assert [one for one, _ in told([ExpectBookletFilledIn], frame, statements)] == ["template"]
