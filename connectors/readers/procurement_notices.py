"""Procurement notices as rows: opened as documents, interpreted, each value with its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from connectors.documents.notice_records import NoticeRecord, read_records
from connectors.documents.web_pages import read_page
from connectors.readers import frames
from connectors.readers.problems import problem
from schemas.documents.notice.notice import NOTHING, Notice, NoticeFacts, NoticeRow
from schemas.documents.notice.notice_kind import NoticeKind
from schemas.documents.notice.notice_reading import COLUMNS, read_notice
from schemas.raw_table import LocatorScheme, RawTable, ReadingProblem
from schemas.reader_options import ProcurementNoticeReader


def read_procurement_notices(
    path: Path, options: ProcurementNoticeReader, chunk_rows: int
) -> Iterator[RawTable]:
    """Read a page, or the records of a JSON file, into rows of the wanted kind of notice.

    A notice of another kind is one row that says what it is in ``notice_kind`` and nothing else,
    for the layout to exclude. Positions count rows from 1 over the whole file.

    Raises:
        UnreadableFileError: no page, no JSON, or nothing at ``records``.
    """
    wanted = NoticeKind(options.wanted)
    columns = COLUMNS[wanted]
    rows: list[list[str | None]] = []
    places: dict[tuple[int, int], str] = {}
    problems: list[ReadingProblem] = []
    records, of_file = _notices(path, options)
    problems.extend(of_file)
    for record in records:
        first = len(rows) + 1
        for row in read_notice(record.notice, wanted):
            _add(row, record.notice, columns, rows, places, problems)
        problems.extend(
            ReadingProblem(found.rule, first, None, found.value, found.what)
            for found in record.problems
        )
    for table in frames.tables(
        "notices",
        LocatorScheme.PLACES,
        columns,
        rows,
        range(1, len(rows) + 1),
        problems,
        chunk_rows,
        places=places,
    ):
        yield frames.with_text_problems(table)


def _notices(
    path: Path, options: ProcurementNoticeReader
) -> tuple[Iterator[NoticeRecord], tuple[ReadingProblem, ...]]:
    if options.form == "json":
        return read_records(path, options.encoding, options.records, options.members), ()
    document, page = read_page(path, options.encoding)
    facts = NoticeFacts(
        title=page.title, published=page.published, url=page.url, filed_under=page.filed_under,
        places={"title": "title", "published": "head", "url": "head"},
    )  # fmt: skip
    return iter((NoticeRecord(Notice(document, facts, "page")),)), document.problems


def _add(
    row: NoticeRow,
    notice: Notice,
    columns: tuple[str, ...],
    rows: list[list[str | None]],
    places: dict[tuple[int, int], str],
    problems: list[ReadingProblem],
) -> None:
    index = len(rows)
    rows.append([row.values.get(name, NOTHING).text or None for name in columns])
    for column, name in enumerate(columns):
        value = row.values.get(name)
        # what the notice does not say stands nowhere in it but in the notice
        places[(index, column)] = (value.place if value is not None else "") or notice.place
    for found in row.problems:
        column = columns.index(found.column) if found.column in columns else 0
        problems.append(problem(found.rule, index + 1, column, found.value, **found.parts))
