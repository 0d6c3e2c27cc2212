"""Made notices read as the reader reads them."""

from __future__ import annotations

from connectors.documents.web_pages import document_of, text_document
from connectors.readers.html_page import parsed
from schemas.documents.document import Document
from schemas.documents.notice.notice import Notice, NoticeFacts, NoticeRow
from schemas.documents.notice.notice_kind import NoticeKind
from schemas.documents.notice.notice_reading import read_notice


def document(text: str) -> Document:
    """The document of a page, or of plain text."""
    return document_of(parsed(text), "") if text.startswith("<") else text_document(text, "/0/text")


def rows_of(
    text: str,
    title: str = "",
    filed_under: tuple[str, ...] = (),
    wanted: NoticeKind = NoticeKind.AWARD,
    **facts: str,
) -> list[NoticeRow]:
    """The rows that a notice gives."""
    known = NoticeFacts(title=title, filed_under=filed_under, **facts)
    return read_notice(Notice(document(text), known, "/0"), wanted)


def value(row: NoticeRow, column: str) -> str:
    """The text of a value; empty for none."""
    found = row.values.get(column)
    return found.text if found is not None else ""


def told(row: NoticeRow) -> list[str]:
    """The rules of what could not be read."""
    return [item.rule for item in row.problems]
