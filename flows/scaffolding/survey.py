"""Looking at a file by its content: in which ways can it be read, and what stands in it."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import polars as pl

from connectors.readers import read
from connectors.readers.archive import member_name
from connectors.readers.content_kind import ContentKind, kind_of, wrong_kind
from connectors.readers.text_encoding import settle
from connectors.readers.text_plausibility import common_share
from flows.scaffolding.document_records import json_readers, xml_readers
from schemas.message import Message, UnreadableFileError
from schemas.raw_table import RawTable
from schemas.reader_options import (
    BudgetDocumentReader,
    DelimitedReader,
    HtmlLabelReader,
    HtmlTableReader,
    JsonReader,
    ReaderOptions,
    SpreadsheetReader,
)

SURVEY_ROWS = 20_000
TAIL_ROWS = 30
DELIMITERS = (",", "\t", ";", "|", "，")
FURTHER_ENCODINGS = ("utf-16-le", "utf-16-be", "big5")
PLAUSIBLE_SHARE = 0.9
MEMBER_BYTES = 512 << 20
MOST_PAGE_TABLES = 60


@dataclass(frozen=True, slots=True)
class FoundTable:
    """One way to read the file, and what it gives.

    Attributes:
        reader: the options that read it so.
        members: glob over members where the file is a ZIP archive.
        tables: the containers; of each its first rows and, behind them, its last ones.
        rows: how many rows the containers have, as far as they were looked at.
        shortened: True where rows between the first and the last were left out.
        remarks: what a person should confirm about the way of reading.
    """

    reader: ReaderOptions
    tables: tuple[RawTable, ...]
    rows: int
    members: str | None = None
    shortened: bool = False
    remarks: tuple[Message, ...] = ()


def survey(path: Path) -> list[FoundTable]:
    """Every way in which the file gives a table.

    Raises UnreadableFileError where there is none, with the reader's own reason.
    """
    kind = kind_of(path)
    ways = _in_archive(path) if kind is ContentKind.ZIP else _in_file(path, kind)
    found = list(ways)
    if not found:
        raise UnreadableFileError(
            Message("文件中没有找到表格。", "No table was found in the file."),
            where=path.name,
            advice=Message("请确认文件内容。", "Look into the file."),
        )
    return found


def _in_file(path: Path, kind: ContentKind) -> Iterator[FoundTable]:
    match kind:
        case ContentKind.XLSX | ContentKind.XLS:
            yield from _each(path, _sheet_readers(path, kind))
        case ContentKind.PDF | ContentKind.IMAGE:
            yield from _each(path, [BudgetDocumentReader(type="budget_document")])
        case ContentKind.HTML:
            yield from _each(path, _page_readers(path))
        case ContentKind.JSON:
            yield from _each(path, _record_readers(path))
        case ContentKind.XML:
            yield from _each(path, xml_readers(path))
        case ContentKind.TEXT:
            yield from _delimited(path)
        case _:
            raise wrong_kind(kind, "可读的数据文件", "a data file that can be read")


def _each(path: Path, readers: list[ReaderOptions]) -> Iterator[FoundTable]:
    """Those of the readers that work; where none does, the first one's reason is raised."""
    first: UnreadableFileError | None = None
    worked = False
    for reader in readers:
        try:
            found = read_whole(path, reader)
        except UnreadableFileError as error:
            first = first or error
            continue
        if found.rows:
            worked = True
            yield found
    if first is not None and not worked:
        raise first


def read_whole(path: Path, reader: ReaderOptions, members: str | None = None) -> FoundTable:
    """Read all containers, keeping the first and the last rows of each.

    Raises UnreadableFileError.
    """
    kept: list[RawTable] = []
    tails: list[list[RawTable]] = []
    rows, shortened = 0, False
    for table in read(path, reader, name=path.name, members=members, chunk_rows=SURVEY_ROWS):
        if table.companion:
            continue
        rows += table.cells.height
        if table.continues:
            shortened = True
            tails[-1] = [*tails[-1], table][-2:]
        else:
            kept.append(table)
            tails.append([])
    whole = tuple(
        _with_tail(head, tail) if tail else head for head, tail in zip(kept, tails, strict=True)
    )
    return FoundTable(reader, whole, rows, members, shortened)


def _with_tail(head: RawTable, tail: list[RawTable]) -> RawTable:
    last = pl.concat([table.cells for table in tail], how="diagonal").tail(TAIL_ROWS)
    positions = pl.concat([table.positions for table in tail]).tail(TAIL_ROWS)
    return replace(
        head,
        cells=pl.concat([head.cells, last], how="diagonal"),
        positions=pl.concat([head.positions, positions]),
    )


# -- readers of one kind ----------------------------------------------------------------------


def _sheet_readers(path: Path, kind: ContentKind) -> list[ReaderOptions]:
    if kind is ContentKind.XLSX:
        from connectors.readers.workbook_xlsx import open_xlsx as opened
    else:
        from connectors.readers.workbook_xls import open_xls as opened
    entries = opened(path).sheets
    filled = [entry for entry in entries if entry.load().rows]
    visible = [entry for entry in filled if not entry.hidden]
    if len(visible) == 1:
        return [SpreadsheetReader(type="spreadsheet")]
    return [SpreadsheetReader(type="spreadsheet", sheets=(entry.name,)) for entry in filled] or [
        SpreadsheetReader(type="spreadsheet")
    ]


def _page_readers(path: Path) -> list[ReaderOptions]:
    from connectors.readers.html_page import open_page
    from flows.scaffolding.notice_readers import page_readers

    readers: list[ReaderOptions] = list(page_readers(path))
    page = open_page(path, "auto", needs_table=not readers)
    tables = [table for table in page.tables if table.own_text.strip()]
    for table in tables[:MOST_PAGE_TABLES]:
        number = (table.number,)
        readers.append(HtmlTableReader(type="html_tables", tables=number))
        readers.append(HtmlLabelReader(type="html_labels", tables=number))
    return readers or [HtmlTableReader(type="html_tables")]


def _record_readers(path: Path) -> list[ReaderOptions]:
    """Arrays of records, those of procurement notices first as notices."""
    from flows.scaffolding.notice_readers import record_readers

    places = json_readers(path)
    notices: list[ReaderOptions] = []
    for place in places:
        try:
            if isinstance(place, JsonReader):
                notices.extend(record_readers(path, place))
        except UnreadableFileError:
            continue  # what is wrong with it is told when it is read as an array
    return [*notices, *places]


def _delimited(path: Path) -> Iterator[FoundTable]:
    encoding, remarks = _encoding(path)
    refused: UnreadableFileError | None = None
    for delimiter in ("auto", *DELIMITERS):
        reader = DelimitedReader(type="delimited", encoding=encoding, delimiter=delimiter)
        try:
            found = read_whole(path, reader)
        except UnreadableFileError as error:
            refused = refused or error
            continue
        if delimiter != "auto":
            if any(table.cells.width > 1 for table in found.tables):
                yield replace(found, remarks=remarks)
            continue
        sign = _sign_of(path, reader, found)
        yield replace(found, reader=reader.model_copy(update={"delimiter": sign}), remarks=remarks)
        return
    if refused is not None and "delimiter" not in refused.what.en:
        raise refused


def _sign_of(path: Path, reader: DelimitedReader, found: FoundTable) -> str:
    """The delimiter that ``auto`` came to: the one that gives the same table."""
    for sign in DELIMITERS:
        try:
            again = read_whole(path, reader.model_copy(update={"delimiter": sign}))
        except UnreadableFileError:
            continue
        if again.rows == found.rows and again.tables[0].cells.equals(found.tables[0].cells):
            return sign
    return ","


def _encoding(path: Path) -> tuple[str, tuple[Message, ...]]:
    """The encoding to declare, and what must be confirmed about it.

    Where neither a mark, UTF-8 nor GB18030 fits, the other encodings are tried; only one whose
    text is nearly all everyday Chinese is proposed. Raises UnreadableFileError otherwise.
    """
    with path.open("rb") as file:
        try:
            settled = settle(file, "auto")
        except UnreadableFileError as error:
            file.seek(0)
            sample = file.read(1 << 20)
            for encoding in FURTHER_ENCODINGS:
                if _is_plausible(sample, encoding):
                    return encoding, (
                        Message(
                            f"编码像是 {encoding}，请与部门确认。",
                            f"The encoding looks like {encoding}; ask the department.",
                        ),
                    )
            raise error from None
    return ("auto" if settled.is_wide else settled.encoding), ()


def _is_plausible(sample: bytes, encoding: str) -> bool:
    text = sample.decode(encoding, "replace")
    if encoding.startswith("utf-16"):
        count, share = common_share(text)
        return count > 0 and share >= PLAUSIBLE_SHARE
    bad = text.count("\ufffd")
    return bad * 50 <= len(text) and any(character > "\u4e00" for character in text)


# -- archives -----------------------------------------------------------------------------------


def _in_archive(path: Path) -> Iterator[FoundTable]:
    """The largest member of each kind of file name stands for all of that kind."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError):
        raise wrong_kind(ContentKind.ZIP, "完整的压缩包", "a whole archive") from None
    refused: UnreadableFileError | None = None
    worked = False
    with archive, tempfile.TemporaryDirectory(prefix="gongkai-survey-") as folder:
        for pattern, member in _largest_of_each_kind(archive):
            target = Path(folder) / "member"
            target.write_bytes(_bytes_of(archive, member))
            try:
                ways = [way.reader for way in _in_file(target, kind_of(target))]
                for reader in ways:
                    found = read_whole(path, reader, pattern)
                    if found.rows:
                        worked = True
                        yield found
            except UnreadableFileError as error:
                refused = refused or error
    if refused is not None and not worked:
        raise refused


def _bytes_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as stream:
        data = stream.read(MEMBER_BYTES + 1)
    if len(data) > MEMBER_BYTES:
        raise UnreadableFileError(
            Message("压缩包中的文件过大。", "A member of the archive is too large."),
            where=member_name(member),
            advice=Message("请先解开再试。", "Unpack it first."),
        )
    return data


def _largest_of_each_kind(archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    largest: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member_name(member)
        hidden = "__MACOSX" in name or PurePosixPath(name).name.startswith(".")
        if member.is_dir() or hidden or member.flag_bits & 0x1:
            continue
        pattern = f"*{PurePosixPath(name).suffix}"
        if pattern not in largest or largest[pattern].file_size < member.file_size:
            largest[pattern] = member
    return list(largest.items())
