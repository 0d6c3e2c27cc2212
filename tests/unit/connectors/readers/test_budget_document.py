"""The reader of budget documents: rows, places, what is declared, what must not be released."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter
import xlwt
from made_booklets.drawing import print_booklet
from made_booklets.styles import one_code_column
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from connectors.documents import pdf_pages
from connectors.readers import read
from connectors.readers.budget_rows import COLUMNS
from examples.qingshui.department_files.chinese_font import FILE as FONT_FILE
from schemas.documents.document import DocumentPage, Grid, GridCell, TextLine
from schemas.message import UnreadableFileError
from schemas.raw_table import RawTable
from schemas.reader_options import BudgetDocumentReader

FONT = "STSong-Light"
Rows = Sequence[Sequence[str]]
COVER, TITLE = "清水县水务局2026年部门预算", "部门支出总表"
SPENT: Rows = [
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["201", "一般公共服务支出", "5.50", "2.50", "3.00"],
]


def booklet(path: Path, *blocks: str | Rows, font: str = FONT) -> Path:
    if font == FONT:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    style = ParagraphStyle("text", fontName=font, fontSize=10, leading=16)
    story = [
        Paragraph(block, style)
        if isinstance(block, str)
        else Table(
            [list(row) for row in block],
            style=[("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), font)],
        )
        for block in blocks
    ]
    SimpleDocTemplate(str(path), pageCompression=0).build(story)
    return path


def tables(path: Path, **options: object) -> list[RawTable]:
    reader = BudgetDocumentReader.model_validate({"type": "budget_document", **options})
    return [table for table in read(path, reader, name=path.name) if not table.companion]


def rows(table: RawTable) -> list[dict[str, str | None]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in table.cells.iter_rows()]


def told(found: list[RawTable]) -> list[tuple[str, int | None]]:
    return [(problem.rule, problem.row) for table in found for problem in table.problems]


def test_a_row_per_printed_value_with_its_place(tmp_path: Path) -> None:
    file = booklet(tmp_path / "a.pdf", COVER, TITLE, "单位：万元", SPENT)

    (found,) = tables(file)

    assert told([found]) == []
    assert found.notes == ("单位：万元",)
    first = rows(found)[0]
    assert first | {"page": "1"} == dict.fromkeys(COLUMNS) | {
        "organization_name": "清水县水务局",
        "fiscal_year": "2026",
        "stage": "budget",
        "table_id": "B3",
        "table_title": "部门支出总表",
        "side": "expenditure",
        "scheme": "function",
        "code": "201",
        "label": "一般公共服务支出",
        "line_path": "201",
        "level": "1",
        "measure": "合计",
        "value_kind": "amount",
        "amount": "5.50",
        "value_published": "5.50",
        "unit_published": "万元",
        "page": "1",
    }
    place = found.places[0, COLUMNS.index("value_published")]
    assert place.startswith("page 1 table 1 r2 c3 [")
    assert found.places[0, COLUMNS.index("label")].startswith("page 1 table 1 r2 c2 [")


def test_what_is_declared_is_checked(tmp_path: Path) -> None:
    file = booklet(tmp_path / "a.pdf", COVER, TITLE, "单位：元", SPENT)

    fitting = {"organization_name": "甘肃省清水县水务局", "fiscal_year": 2026, "stage": "budget"}
    wrong = {"organization_name": "清水县财政局", "fiscal_year": 2025, "stage": "final_accounts"}
    (right,) = tables(file, **fitting)
    (other,) = tables(file, **wrong)

    assert told([right]) == []
    assert rows(right)[0]["organization_name"] == "甘肃省清水县水务局"
    assert told([other]) == [("READ-61", None)] * 3
    assert [problem.what.en for problem in other.problems] == [
        "The source file says that the organization is '清水县财政局'; the document says "
        "'清水县水务局'.",
        "The source file says that the year is '2025'; the document says '2026'.",
        "The source file says that the stage is '决算 / final_accounts'; the document says "
        "'预算 / budget'.",
    ]


def test_what_nobody_says_holds_the_batch_and_may_be_declared(tmp_path: Path) -> None:
    file = booklet(tmp_path / "a.pdf", "部门支出总表", "单位：元", SPENT)

    assert told(tables(file)) == [("READ-69", None)] * 3
    assert told(tables(file, organization_name="水务局", fiscal_year=2026, stage="budget")) == []


@pytest.mark.parametrize(
    ("above", "rule"), [((), "READ-64"), (("单位：元", "单位：万元"), "READ-68")]
)
def test_an_unsure_unit_releases_no_amount(
    above: tuple[str, ...], rule: str, tmp_path: Path
) -> None:
    file = booklet(tmp_path / "a.pdf", "清水县水务局2026年部门预算", "部门支出总表", *above, SPENT)

    (found,) = tables(file)

    assert told([found]) == [(rule, 1), (rule, 2), (rule, 3)]
    assert [(row["amount"], row["value_published"]) for row in rows(found)] == [
        (None, "5.50"),
        (None, "2.50"),
        (None, "3.00"),
    ]


def test_other_tables_are_excluded_and_told_once(tmp_path: Path) -> None:
    other = [["项目", "金额"], ["房屋", "1234.50"], ["车辆", "20.00"]]
    file = booklet(
        tmp_path / "a.pdf",
        "清水县水务局2026年部门预算",
        "部门支出总表",
        "单位：元",
        SPENT,
        "国有资产占用情况表",
        other,
    )

    spent, excluded = tables(file)

    assert {row["excluded_as"] for row in rows(excluded)} == {"unknown_title"}
    assert [row["value_published"] for row in rows(excluded)][2:4] == ["房屋", "1234.50"]
    assert told([spent, excluded]) == [("READ-63", None)]


def test_no_budget_table_at_all(tmp_path: Path) -> None:
    file = booklet(tmp_path / "a.pdf", "清水县水务局2026年部门预算", "机构设置", [["序号", "单位"]])

    assert ("READ-71", None) in told(tables(file))


def _xlsx(path: Path, write: Callable[[xlsxwriter.Workbook], None]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    write(book)
    book.close()
    return path


def _sheets(amount: float | None) -> Callable[[xlsxwriter.Workbook], None]:
    def write(book: xlsxwriter.Workbook) -> None:
        cover = book.add_worksheet("封面")
        cover.merge_range(2, 0, 2, 6, "清水县2026年县级部门预算")
        cover.merge_range(8, 0, 8, 6, "预算主管部门：清水县水务局")
        sheet = book.add_worksheet("部门支出总表")
        sheet.merge_range(1, 0, 1, 4, "2026年部门支出预算总表")
        sheet.write(3, 0, "编制部门：")
        sheet.write(3, 4, "单位：元")
        sheet.merge_range(5, 0, 5, 2, "功能分类科目编码")
        sheet.merge_range(5, 3, 6, 3, "功能分类科目名称")
        sheet.merge_range(5, 4, 6, 4, "合计")
        for column, text in enumerate("类款项"):
            sheet.write(6, column, text)
        sheet.write(7, 0, 205)
        sheet.write(7, 3, "教育支出")
        sheet.write(8, 0, 205)
        sheet.write(8, 1, "02")
        sheet.write(8, 3, "普通教育")
        if amount is not None:
            sheet.write(8, 4, amount)

    return write


def test_a_workbook_is_a_document_of_sheets(tmp_path: Path) -> None:
    (found,) = tables(_xlsx(tmp_path / "a.xlsx", _sheets(1234567.8)))

    (row,) = rows(found)
    assert (row["code"], row["measure"], row["amount"]) == ("20502", "合计", "1234567.8")
    assert (row["organization_name"], row["fiscal_year"]) == ("清水县水务局", "2026")
    assert found.places[0, COLUMNS.index("amount")] == "部门支出总表!E9"
    assert told([found]) == []


def test_a_workbook_without_amounts_is_a_template(tmp_path: Path) -> None:
    found = tables(_xlsx(tmp_path / "a.xlsx", _sheets(None)))

    assert told(found) == [("READ-62", None)]
    assert {row["excluded_as"] for table in found for row in rows(table)} == {"blank_template"}


def test_an_old_workbook(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("表3")
    texts = ["清水县水务局2026年部门支出预算总表", "单位：万元", "科目编码", "科目名称", "合计"]
    sheet.write_merge(0, 0, 0, 2, texts[0])
    sheet.write(1, 2, texts[1])
    for column, text in enumerate(texts[2:]):
        sheet.write(2, column, text)
    for column, value in enumerate((205, "教育支出", 12.5)):
        sheet.write(3, column, value)
    book.save(str(tmp_path / "a.xls"))

    (found,) = tables(tmp_path / "a.xls", organization_name="清水县水务局")

    assert [(row["code"], row["amount"]) for row in rows(found)] == [("205", "12.5")]


def test_fonts_without_text_release_nothing(tmp_path: Path) -> None:
    pdfmetrics.registerFont(TTFont("PartOfHei", str(FONT_FILE)))
    file = booklet(tmp_path / "a.pdf", "部门支出总表", "单位：元", SPENT, font="PartOfHei")
    file.write_bytes(file.read_bytes().replace(b"/ToUnicode", b"/NoUnicode"))

    found = tables(file, organization_name="水务局", fiscal_year=2026, stage="budget")

    assert ("READ-60", None) in told(found)


def _scan(confidence: float) -> DocumentPage:
    def cell(row: int, column: int, text: str, sure: float) -> GridCell:
        place = f"page 1 table 1 r{row + 1} c{column + 1}"
        return GridCell(row, column, text, place, confidence=sure)

    grid = [["科目编码", "科目名称", "合计"], ["201", "一般公共服务支出", "5.50"]]
    cells = tuple(
        cell(row, column, text, confidence if text == "5.50" else 0.99)
        for row, texts in enumerate(grid)
        for column, text in enumerate(texts)
    )
    blocks = (
        TextLine("清水县水务局2026年部门预算", 1, confidence=0.99),
        TextLine("部门支出总表", 2, confidence=0.99),
        TextLine("单位：元", 3, confidence=0.99),
        Grid(1, cells, 2, 3),
    )
    return DocumentPage(1, "page 1", blocks, 595, 842, is_scan=True)


@pytest.mark.parametrize(("confidence", "rules"), [(0.9, []), (0.899, [("READ-65", 1)])])
def test_unsure_recognition_is_quarantined(
    confidence: float,
    rules: list[tuple[str, int]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf_pages, "is_scan", lambda page: True)
    monkeypatch.setattr(pdf_pages, "require_recognition", lambda pages: None)
    monkeypatch.setattr(pdf_pages, "recognise_page", lambda *page: _scan(confidence))
    file = booklet(tmp_path / "a.pdf", "x")

    (found,) = tables(file)

    assert told([found]) == rules
    assert rows(found)[0]["recognition_confidence"] == f"{confidence:.3f}"


def test_scans_without_recognition_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_pages, "is_scan", lambda page: True)
    monkeypatch.setattr("connectors.documents.ocr.find_spec", lambda name: None)
    file = booklet(tmp_path / "a.pdf", "x")

    with pytest.raises(UnreadableFileError, match=r"gongkai\[ocr\]"):
        tables(file)


def test_a_text_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("科目,金额\n201,5\n", encoding="utf-8")

    with pytest.raises(UnreadableFileError, match="not a PDF, a workbook or a scan"):
        tables(tmp_path / "a.csv")


def test_statements_accompany_the_tables(tmp_path: Path) -> None:
    print_booklet(one_code_column(), tmp_path / "a.pdf")

    reader = BudgetDocumentReader(type="budget_document")
    found = list(read(tmp_path / "a.pdf", reader, name="a.pdf"))

    assert [table.companion for table in found if table.companion] == ["statements"]
    (statements,) = [table for table in found if table.companion]
    assert statements.cells.height > 0


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name",
    [
        "putuo_2026_dept_budget_blank_official_template.xlsx",
        "putuo_2026_unit_budget_blank_official_template.xls",
    ],
)
def test_official_templates_release_nothing(name: str, real_data: Path) -> None:
    found = tables(real_data / "budgets" / name)

    assert told(found)[0] == ("READ-62", None)
    assert {row["excluded_as"] for table in found for row in rows(table)} == {"blank_template"}
