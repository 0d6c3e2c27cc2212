"""Budget and final-accounts documents: opened, interpreted, given as rows with their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from connectors.readers import content_kind, frames
from connectors.readers.budget_rows import COLUMNS, excluded_table, value_tables
from connectors.readers.content_kind import ContentKind
from connectors.readers.problems import problem
from schemas.documents.budget.identity import same_organization
from schemas.documents.budget.interpreting import Interpretation, WhyNot, interpret
from schemas.documents.budget.statements import COLUMNS as STATEMENT_COLUMNS
from schemas.documents.budget.statements import COMPANION as STATEMENTS
from schemas.documents.budget.statements import statement_rows
from schemas.documents.budget.tables import BudgetIdentity, Stage
from schemas.documents.document import Document
from schemas.raw_table import LocatorScheme, RawTable, ReadingProblem
from schemas.reader_options import BudgetDocumentReader

_STAGES = {
    Stage.BUDGET: "预算 / budget",
    Stage.ADJUSTED_BUDGET: "调整预算 / adjusted_budget",
    Stage.FINAL_ACCOUNTS: "决算 / final_accounts",
}


def read_budget_document(path: Path, options: BudgetDocumentReader) -> Iterator[RawTable]:
    """Read a PDF booklet or workbook: one raw table per budget table and unit, its columns named
    as the dataset's fields; grids that are no budget tables come as rows to exclude.

    Raises:
        UnreadableFileError: no PDF or workbook; damaged, cut, encrypted; scanned pages without
            the extra that reads them.
    """
    yield from tables_of(open_document(path), options)


def tables_of(document: Document, options: BudgetDocumentReader) -> Iterator[RawTable]:
    """The same of a document that is open already."""
    declared = Stage(options.stage) if options.stage else None
    found = interpret(document, declared)
    settled = _settled(found.identity, options)
    problems = [*document.problems, *settled.problems, *_of_document(found)]
    problems += _unrecognised_pages(document)
    problems += _of_other_units(found, options)
    yielded = False
    for table in _tables(found, settled.identity, options.minimum_confidence):
        own = (*problems, *table.problems) if not yielded else table.problems
        yield frames.with_text_problems(replace(table, problems=tuple(own)))
        yielded = True
    if not yielded:
        yield _empty(problems)
    yield _companion(document, found, settled.identity)


def open_document(path: Path) -> Document:
    """Open a PDF, a workbook or a scanned image as a document. Raises UnreadableFileError."""
    kind = content_kind.kind_of(path)
    if kind is ContentKind.PDF:
        from connectors.documents.pdf_pages import read_pdf

        return read_pdf(path)
    if kind in (ContentKind.XLSX, ContentKind.XLS):
        from connectors.documents.workbook_pages import read_workbook

        return read_workbook(path, kind)
    if kind is ContentKind.IMAGE:
        from connectors.documents.image_pages import read_image

        return read_image(path)
    raise content_kind.wrong_kind(kind, "PDF、工作簿或扫描图像", "a PDF, a workbook or a scan")


def _tables(
    found: Interpretation, settled: BudgetIdentity, minimum_confidence: float
) -> Iterator[RawTable]:
    for table in found.tables:
        identity = settled
        if table.organization_name:
            identity = replace(settled, organization_name=table.organization_name)
        conflict = found.unit_conflicts.get(table.container, ())
        left = found.leftovers.get(table.container, [])
        yield from value_tables(
            table,
            identity,
            minimum_confidence=minimum_confidence,
            unit_conflict=conflict,
            leftovers=left,
            is_template=found.is_template,
        )
    for other in found.others:
        yield excluded_table(other, settled)


def _empty(problems: list[ReadingProblem]) -> RawTable:
    (table,) = frames.tables(
        "document", LocatorScheme.PLACES, COLUMNS, [], [], problems, chunk_rows=1
    )
    return table


def _companion(document: Document, found: Interpretation, identity: BudgetIdentity) -> RawTable:
    """What the document says beside its tables, for the rules that compare both."""
    rows = statement_rows(document, found.tables, identity)
    (table,) = frames.tables(
        STATEMENTS,
        LocatorScheme.PLACES,
        STATEMENT_COLUMNS,
        rows,
        range(1, len(rows) + 1),
        (),
        chunk_rows=max(len(rows), 1),
    )
    return replace(table, companion=STATEMENTS)


def _of_document(found: Interpretation) -> Iterator[ReadingProblem]:
    if found.is_template:
        yield problem("READ-62", value=_what_is_blank(found))
    elif not found.tables:
        yield problem("READ-71", value=str(len(found.others)))
    for title in found.without_table:
        yield problem("READ-72", value=f"{title.place} {title.text}")
    for table in found.tables:
        if table.is_aligned:
            yield problem("READ-73", value=f"{table.container} {table.title.text}")
    for other in found.others:
        if other.why is WhyNot.UNKNOWN_TITLE:
            named = f"{other.container} {other.title}".strip()
            yield problem("READ-63", value=named, numbers=other.numbers)


def _unrecognised_pages(document: Document) -> Iterator[ReadingProblem]:
    """A scan of which nothing could be read must not pass for a page without a table."""
    for page in document.pages:
        if page.is_scan and not page.blocks:
            yield problem("READ-74", value=page.name)


def _what_is_blank(found: Interpretation) -> str:
    office = found.identity.organization_name
    if found.has_placeholder_name:
        return office
    return "有科目而没有一个金额 / codes without any amount"


@dataclass(frozen=True, slots=True)
class _Settled:
    identity: BudgetIdentity
    problems: tuple[ReadingProblem, ...]


def _settled(found: BudgetIdentity, options: BudgetDocumentReader) -> _Settled:
    """What is declared, checked against what the document says of itself."""
    problems: list[ReadingProblem] = []
    name = found.organization_name
    if options.organization_name is not None:
        if name and not same_organization(name, options.organization_name):
            problems.append(
                _contradiction("单位", "the organization", options.organization_name, name)
            )
        name = options.organization_name
    year = found.fiscal_year
    if options.fiscal_year is not None:
        if year is not None and year != options.fiscal_year:
            problems.append(_contradiction("年度", "the year", str(options.fiscal_year), str(year)))
        year = options.fiscal_year
    stage = found.stage
    if options.stage is not None:
        declared = Stage(options.stage)
        if stage is not None and stage is not declared:
            problems.append(_contradiction("阶段", "the stage", _STAGES[declared], _STAGES[stage]))
        stage = declared
    if not name:
        problems.append(problem("READ-69", value="编制单位", value_en="whose it is"))
    if year is None:
        problems.append(problem("READ-69", value="年度", value_en="its year"))
    if stage is None:
        problems.append(
            problem("READ-69", value="是预算还是决算", value_en="whether it is a budget")
        )
    return _Settled(BudgetIdentity(name, year, stage), tuple(problems))


def _of_other_units(
    found: Interpretation, options: BudgetDocumentReader
) -> Iterator[ReadingProblem]:
    """Tables of other offices in a document that is declared to be one office's."""
    if options.organization_name is None:
        return
    for name in dict.fromkeys(table.organization_name for table in found.tables):
        if name and not same_organization(name, options.organization_name):
            yield _contradiction("单位", "the organization", options.organization_name, name)


def _contradiction(what_zh: str, what_en: str, declared: str, found: str) -> ReadingProblem:
    return problem("READ-61", value=found, declared=declared, what_zh=what_zh, what_en=what_en)
