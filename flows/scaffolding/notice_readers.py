"""Whether a file holds procurement notices, and how the reader of notices is to read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from connectors.documents.notice_records import read_records
from connectors.documents.web_pages import read_page
from connectors.readers.json_documents import read_json
from schemas.documents.notice.notice_reading import kind_of_document
from schemas.reader_options import (
    WANTED_NOTICES,
    JsonReader,
    NoticeMembers,
    ProcurementNoticeReader,
)

_NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "noticetitle", "articletitle", "标题", "公告标题"),
    "text": ("content_text", "content", "text", "bodycontent", "noticecontent", "body", "正文"),
    "published": ("publish_date", "publishdate", "publishtime", "pubdate", "date", "发布时间"),
    "url": ("original_link", "url", "link", "detail_url", "linkurl", "href", "原文链接"),
    "record_id": ("record_id", "recordid", "articleid", "noticeid", "guid", "uuid", "id"),
    "filed_under": (
        "business_type", "info_type", "businesstypetext", "informationtypetext", "noticetype",
        "categoryname", "kind", "业务类型", "信息类型", "公告类型",
    ),
    "purchaser": ("issuer", "purchaser", "purchasername", "buyername", "采购人", "采购单位"),
    "agency": ("agency", "agencyname", "代理机构"),
    "project_number": ("project_number", "projectcode", "project_code", "projectno", "项目编号"),
}  # fmt: skip
"""Names under which portals and collectors keep the parts of a notice, most telling first."""
LOOKED_AT_RECORDS = 200


def page_readers(path: Path) -> Iterator[ProcurementNoticeReader]:
    """The reader of notices, where the page is one of a kind that it reads.

    Raises UnreadableFileError where the file is no page.
    """
    document, facts = read_page(path, "auto")
    kind = kind_of_document(document, facts.title, facts.filed_under)
    for wanted in WANTED_NOTICES:
        if kind == wanted:
            yield ProcurementNoticeReader(type="procurement_notice", wanted=wanted)


def record_readers(path: Path, place: JsonReader) -> Iterator[ProcurementNoticeReader]:
    """Readers of the notices in an array of records, for each wanted kind that is among them.

    Raises UnreadableFileError where nothing stands at the place.
    """
    members = _members(path, place)
    if place.form != "document" or not (members.title and members.text):
        return
    found: list[str] = []
    for number, record in enumerate(read_records(path, place.encoding, place.records, members)):
        if number >= LOOKED_AT_RECORDS:
            break
        facts = record.notice.facts
        found.append(kind_of_document(record.notice.document, facts.title, facts.filed_under))
    for wanted in sorted(WANTED_NOTICES, key=lambda kind: -found.count(kind)):
        if wanted in found:
            yield ProcurementNoticeReader(
                type="procurement_notice",
                wanted=wanted,
                form="json",
                encoding=place.encoding,
                records=place.records,
                members=members,
            )


def _members(path: Path, place: JsonReader) -> NoticeMembers:
    columns: tuple[str, ...] = ()
    for table in read_json(path, place, LOOKED_AT_RECORDS):
        columns = table.columns or ()
        break
    by_name = {column.lower(): column for column in columns}
    found = {
        part: tuple(by_name[name] for name in names if name in by_name)
        for part, names in _NAMES.items()
    }
    return NoticeMembers(**found)
