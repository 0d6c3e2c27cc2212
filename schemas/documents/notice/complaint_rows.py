"""Rows of a notice on a complaint: what was complained of and what was decided."""

from __future__ import annotations

import re

from schemas.documents.notice.basics_reading import put_basics
from schemas.documents.notice.day_text import last_day_in
from schemas.documents.notice.notice import NoticeFacts, NoticeRow
from schemas.documents.notice.party_text import cleaned, is_nobody
from schemas.documents.notice.sections import Section
from schemas.documents.notice.statements import Statement
from schemas.documents.notice.wording import Key, compact, fold

NO_DECISION = "READ-49"
LONGEST = 4000
_PARTIES = {"投诉人": "complainant_name", "被投诉人": "respondent_name"}
_NUMBER = re.compile(
    r"[\u4e00-\u9fa5]{1,8}\s*[〔\[(（【]\s*20\d{2}\s*[〕\])）】]\s*(?:第\s*)?\d+\s*号"
)
_DECIDED = re.compile(r"驳回|成立|责令|撤销|终止|废标|无效|重新(?:开展|组织)|不予|予以")
_SAID_ELSEWHERE = re.compile(r"(?:日期|时间)$")  # of the decision: fields of their own
_AUTHORITY = re.compile(
    r"[\u4e00-\u9fa5]{2,20}(?:财政局|财政厅|财政部|财政和[\u4e00-\u9fa5]{1,8}局|行政审批[\u4e00-\u9fa5]{0,6}局)$"
)


def complaint_rows(statements: list[Statement], facts: NoticeFacts) -> list[NoticeRow]:
    """The one row of a notice on a complaint."""
    row = NoticeRow()
    put_basics(row, statements, facts)
    row.put("complaint_ordinal", "1")
    _put_parties(row, statements)
    _put_text(row, "complaint_subject", statements, Section.CIRCUMSTANCES)
    _put_text(row, "decision", statements, Section.DECISION)
    _put_authority(row, statements, facts)
    if "decision" not in row.values or not _DECIDED.search(row.values["decision"].text):
        row.tell(NO_DECISION, "decision", section="处理依据及结果")
    return [row]


def _put_parties(row: NoticeRow, statements: list[Statement]) -> None:
    for item in statements:
        name = compact(item.label) if item.label else ""
        column = _PARTIES.get(name.rstrip("0123456789")) or ""
        if item.key is Key.PURCHASER:
            column = "purchaser_name"
        if column and column not in row.values and not is_nobody(item.value):
            first = re.split(r"[,，;；]|\s{2,}", item.value)[0]
            row.put(column, cleaned(first), item.place)


def _put_text(row: NoticeRow, column: str, statements: list[Statement], section: Section) -> None:
    parts = [
        item
        for item in statements
        if item.section is section and item.table is None and not _SAID_ELSEWHERE.search(item.label)
    ]
    texts = [f"{item.label}：{item.value}" if item.label else item.value for item in parts]
    text = re.sub(r"\s+", " ", " ".join(text for text in texts if text.strip(" ：")))
    if text:
        row.put(column, text[:LONGEST], parts[0].place)


def _put_authority(row: NoticeRow, statements: list[Statement], facts: NoticeFacts) -> None:
    """Who decided, under which number and when: beneath the text."""
    for item in reversed(statements):
        text = re.sub(r"\s+", "", fold(item.value))
        if (
            not item.label
            and "decided_by" not in row.values
            and _AUTHORITY.search(text)
            and len(text) < 30
        ):
            row.put("decided_by", text, item.place)
        if (
            not item.label
            and "decided_on" not in row.values
            and len(text) < 40
            and last_day_in(text)
        ):
            row.put("decided_on", last_day_in(text), item.place)
        number = _NUMBER.search(item.value)
        if number and "decision_number" not in row.values and "财" in number[0]:
            row.put("decision_number", re.sub(r"\s+", "", number[0]), item.place)
    if "decided_on" not in row.values and facts.published:
        return
    if "decided_by" not in row.values:
        found = re.match(r"([\u4e00-\u9fa5]{2,20}财政[局厅])", facts.title)
        if found:
            row.put("decided_by", found[1], facts.places.get("title", ""))
