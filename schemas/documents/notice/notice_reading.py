"""From a notice to its rows: which kind it is, and what it says if it is of the wanted kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schemas.documents.document import Document, Grid
from schemas.documents.notice.award_rows import award_rows
from schemas.documents.notice.complaint_rows import complaint_rows
from schemas.documents.notice.contract_rows import contract_rows
from schemas.documents.notice.notice import Notice, NoticeFacts, NoticeRow
from schemas.documents.notice.notice_kind import NoticeKind, kind_of_notice
from schemas.documents.notice.sections import Section
from schemas.documents.notice.statements import Statement, statements_of
from schemas.documents.notice.wording import Key

NO_TEXT, UNKNOWN_KIND, MANY_EXPERTS = "READ-40", "READ-45", "READ-50"
PLAUSIBLE_EXPERTS = 30
"""A committee has three to seven members, for several lots a few more; longer lists are junk."""
_READERS = {
    NoticeKind.AWARD: award_rows,
    NoticeKind.CONTRACT: contract_rows,
    NoticeKind.COMPLAINT: complaint_rows,
}
COMMON = (
    "notice_kind", "notice_id", "project_number", "project_name", "procurement_method",
    "procurement_method_published", "purchaser_name", "agency_name", "budget_cny",
    "ceiling_price_cny", "tender_notice_on", "bids_opened_on", "evaluated_on", "published_at",
    "notice_title", "notice_url",
)  # fmt: skip
_AMOUNT = ("amount_basis", "amount_cny", "value_published", "unit_published")
_SUPPLIER = ("supplier_name", "supplier_code", "supplier_address")
COLUMNS: dict[NoticeKind, tuple[str, ...]] = {
    NoticeKind.AWARD: (
        *COMMON, "lot_ordinal", "supplier_ordinal", "lot_number", "lot_name", *_SUPPLIER,
        "award_status", "failure_reason", *_AMOUNT, "other_amount_cny", "other_value_published",
        "items_total_cny", "awarded_on",
    ),
    NoticeKind.CONTRACT: (
        *COMMON, "contract_ordinal", "contract_number", "contract_name", "lot_number", *_SUPPLIER,
        *_AMOUNT, "signed_on", "performance_period",
    ),
    NoticeKind.COMPLAINT: (
        *COMMON, "complaint_ordinal", "complainant_name", "respondent_name", "complaint_subject",
        "decision", "decision_number", "decided_by", "decided_on",
    ),
}  # fmt: skip
"""Columns of the raw table for each kind of notice that can be wanted, in this order."""


def read_notice(notice: Notice, wanted: NoticeKind) -> list[NoticeRow]:
    """The rows of one notice: those of the wanted kind, or a single one that says what it is."""
    facts = notice.facts
    kind = kind_of_document(notice.document, facts.title, facts.filed_under)
    if kind is NoticeKind.UNKNOWN or kind is not wanted:
        row = NoticeRow()
        _put_kind(row, kind, facts, notice.place)
        if kind is NoticeKind.UNKNOWN:
            row.tell(UNKNOWN_KIND, "notice_kind", facts.title)
        return [row]
    if not text_of(notice.document).strip():
        row = NoticeRow()
        _put_kind(row, kind, facts, notice.place)
        row.tell(NO_TEXT, "notice_title", facts.title)
        return [row]
    statements = statements_of(notice.document, facts.title)
    rows = _READERS[kind](statements, facts)
    experts = _experts(statements)
    if experts > PLAUSIBLE_EXPERTS:
        rows[0].tell(MANY_EXPERTS, "notice_title", str(experts), count=str(experts))
    for row in rows:
        row.put("notice_kind", kind.value, facts.places.get("title", notice.place))
    return rows


def _put_kind(row: NoticeRow, kind: NoticeKind, facts: NoticeFacts, place: str) -> None:
    row.put("notice_kind", kind.value, facts.places.get("title", place))
    row.put("notice_id", facts.record_id, facts.places.get("record_id", ""))
    row.put("notice_title", facts.title, facts.places.get("title", ""))
    row.put("notice_url", facts.url, facts.places.get("url", ""))


def kind_of_document(document: Document, title: str, filed_under: Sequence[str]) -> NoticeKind:
    """What kind of notice a document is, with what is known beside its text."""
    return kind_of_notice(title, filed_under, text_of(document))


def text_of(document: Document) -> str:
    """The whole text, a line or cell a line."""
    lines: list[str] = []
    for page in document.pages:
        for block in page.blocks:
            if isinstance(block, Grid):
                lines.extend(cell.text for cell in block.cells)
            else:
                lines.append(block.text)
    return "\n".join(lines)


def _experts(statements: list[Statement]) -> int:
    """The longest list of names of evaluators; only counted, never kept."""
    lists = [
        item.value
        for item in statements
        if item.key is Key.EXPERTS or item.section is Section.EXPERTS
    ]
    return max(
        (len([name for name in re.split(r"[,，、;；]", text) if name.strip()]) for text in lists),
        default=0,
    )
