"""The one entry of this room: read a file as its options say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import assert_never

from schemas.message import UnreadableFileError
from schemas.raw_table import RawTable
from schemas.reader_options import (
    BudgetDocumentReader,
    DelimitedReader,
    HtmlLabelReader,
    HtmlTableReader,
    JsonReader,
    ProcurementNoticeReader,
    ReaderOptions,
    SpreadsheetReader,
    XmlReader,
)

DEFAULT_CHUNK_ROWS = 200_000


def read(
    path: Path,
    options: ReaderOptions,
    *,
    name: str,
    members: str | None = None,
    chunk_rows: int = DEFAULT_CHUNK_ROWS,
) -> Iterator[RawTable]:
    """Read a file into raw tables.

    Args:
        path: where the bytes lie.
        options: the reader and how it is to read.
        name: the file's name as the department gave it, for messages.
        members: glob over member names where the file is a ZIP archive.
        chunk_rows: containers come in chunks of at most so many rows; ``continues`` marks all but
            the first.

    Raises:
        UnreadableFileError: the file as a whole cannot be read as ``options`` says. It may come
            after some tables: then none of them may be used.
    """
    try:
        if members is not None:
            from connectors.readers.archive import read_members

            yield from read_members(path, options, members, chunk_rows, _read_plain)
        else:
            yield from _read_plain(path, options, chunk_rows)
    except UnreadableFileError as error:
        where = f"{name} {error.where}".rstrip()
        raise UnreadableFileError(error.what, where=where, advice=error.advice) from error


def _read_plain(path: Path, options: ReaderOptions, chunk_rows: int) -> Iterator[RawTable]:
    # Each format brings its own libraries; only the one needed is loaded.
    match options:
        case DelimitedReader():
            from connectors.readers.delimited import read_delimited

            yield from read_delimited(path, options, chunk_rows)
        case SpreadsheetReader():
            from connectors.readers.spreadsheet import read_spreadsheet

            yield from read_spreadsheet(path, options, chunk_rows)
        case HtmlTableReader():
            from connectors.readers.html_tables import read_html_tables

            yield from read_html_tables(path, options, chunk_rows)
        case HtmlLabelReader():
            from connectors.readers.html_labels import read_html_labels

            yield from read_html_labels(path, options)
        case JsonReader():
            from connectors.readers.json_documents import read_json

            yield from read_json(path, options, chunk_rows)
        case XmlReader():
            from connectors.readers.xml_records import read_xml

            yield from read_xml(path, options, chunk_rows)
        case ProcurementNoticeReader():
            from connectors.readers.procurement_notices import read_procurement_notices

            yield from read_procurement_notices(path, options, chunk_rows)
        case BudgetDocumentReader():
            from connectors.readers.budget_document import read_budget_document

            yield from read_budget_document(path, options)
        case _:
            assert_never(options)
