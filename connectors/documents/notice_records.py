"""Notices in JSON: records whose text, title and other facts stand in members of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.documents.web_pages import fragment_document, text_document
from connectors.readers.json_documents import read_json
from connectors.readers.refusals import refuse
from schemas.documents.notice.notice import Notice, NoticeFacts
from schemas.raw_table import RawTable, ReadingProblem, locate
from schemas.reader_options import JsonReader, NoticeMembers

_MARKUP = re.compile(r"<(?:p|div|table|br|span|h\d|td|tr|section)\b[^>]*>", re.IGNORECASE)
CHUNK_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """A notice of a record, with what was wrong with the record itself."""

    notice: Notice
    problems: tuple[ReadingProblem, ...] = ()


def read_records(
    path: Path, encoding: str, records: str, members: NoticeMembers
) -> Iterator[NoticeRecord]:
    """The notices of a JSON file, one for each element of the array at ``records``.

    Raises:
        UnreadableFileError: no JSON, nothing at ``records``, or no record has the members named.
    """
    options = JsonReader(type="json", encoding=encoding, records=records)
    for table in read_json(path, options, CHUNK_ROWS):
        yield from _of_table(table, members)


def _of_table(table: RawTable, members: NoticeMembers) -> Iterator[NoticeRecord]:
    names = table.columns or ()
    if table.cells.height and not {*members.title, *members.text} & set(names):
        shown = "、".join(names[:12])
        raise refuse(
            f"记录中没有 reader.members 所写的标题和正文成员；有：{shown}。",
            f"No member for title or text as reader.members says; the records have {shown}.",
            "请核对 reader.members。",
            "Check reader.members.",
        )
    for index, row in enumerate(table.cells.iter_rows()):
        record = _Record(table, index, dict(zip(names, row, strict=True)))
        position = int(table.positions[index])
        problems = tuple(found for found in table.problems if found.row == position)
        yield NoticeRecord(record.notice(members), problems)


@dataclass(frozen=True, slots=True)
class _Record:
    """One record: its members by name, and how their places are written."""

    table: RawTable
    index: int
    values: dict[str, str | None]

    def place(self, name: str) -> str:
        column = (self.table.columns or ()).index(name)
        own = self.table.places.get((self.index, column))
        position = int(self.table.positions[self.index])
        return own or locate(self.table.container, self.table.scheme, position, column, name)

    def first(self, names: tuple[str, ...]) -> tuple[str, str]:
        """The first of these members that has a value, with its place."""
        for name in names:
            text = self.values.get(name)
            if text and text.strip():
                return text, self.place(name)
        return "", ""

    def notice(self, members: NoticeMembers) -> Notice:
        found = {
            name: self.first(getattr(members, name))
            for name in (
                "title",
                "published",
                "url",
                "record_id",
                "purchaser",
                "agency",
                "project_number",
            )
        }
        text, place = self.first(members.text)
        here = locate(
            self.table.container, self.table.scheme, int(self.table.positions[self.index])
        )
        document = (
            fragment_document(text, place) if _MARKUP.search(text) else text_document(text, place)
        )
        facts = NoticeFacts(
            **{name: " ".join(value.split()) for name, (value, _) in found.items()},
            filed_under=tuple(
                value for name in members.filed_under if (value := self.values.get(name) or "")
            ),
            places={name: where for name, (_, where) in found.items() if where},
        )
        return Notice(document, facts, here)
