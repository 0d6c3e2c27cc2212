"""CSV and other delimited text. Everything is a string; header rows stay among the cells."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from connectors.readers import content_kind, frames, text_encoding, text_plausibility
from connectors.readers.content_kind import ContentKind
from connectors.readers.delimited_rows import (
    STAND_IN,
    Dialect,
    Rows,
    exact_rows,
    lines_of,
    regular_rows,
)
from connectors.readers.problems import problem
from connectors.readers.refusals import refuse
from schemas.raw_table import LocatorScheme, RawTable, ReadingProblem
from schemas.reader_options import DelimitedReader

SAMPLE_LINES = 2000
CANDIDATES = (",", "\t", ";", "|", "，")


def read_delimited(path: Path, options: DelimitedReader, chunk_rows: int) -> Iterator[RawTable]:
    """Read ``path`` in chunks; positions are the lines at which records start.

    A row of another width than the table's (the width of most rows in the first block) is a
    problem on that row, whose cells stay where they are. Cells beyond the width make the chunk
    wider, so a later chunk may have more columns than the first.

    Raises:
        UnreadableFileError: not text, no settled encoding, or another delimiter than declared.
    """
    kind = content_kind.kind_of(path)
    if kind is ContentKind.HTML:
        from connectors.readers.html_page import refuse_page

        raise refuse_page(path, "分隔文本（如 CSV）", "delimited text such as CSV")
    if kind not in (ContentKind.TEXT, ContentKind.XML, ContentKind.JSON) or (
        kind is not ContentKind.TEXT and not _is_delimited_after_all(path)
    ):
        raise content_kind.wrong_kind(kind, "分隔文本（如 CSV）", "delimited text such as CSV")
    with path.open("rb") as file:
        decoding = text_encoding.settle(file, options.encoding)
        reading = _Reading(options, decoding)
        chunk: list[Rows] = []
        height = 0
        emitted = False
        for rows in reading.all_rows(text_encoding.blocks(file, decoding)):
            chunk.append(rows)
            height += rows.cells.height
            while height >= chunk_rows:
                table, chunk = _take(chunk, chunk_rows, continues=emitted)
                emitted = True
                height -= chunk_rows
                yield table
        if height or not emitted:
            yield _take(chunk, max(height, 1), continues=emitted)[0]


def _is_delimited_after_all(path: Path) -> bool:
    """Text may begin with ``<`` or ``[`` and still be delimited: then it has no closing sign."""
    with path.open("rb") as file:
        head = file.read(content_kind.HEAD_BYTES)
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n").splitlines()[0]
    pairs = ((b"<", b">"), (b"[", b"]"), (b"{", b"}"))
    inside = any(first.startswith(start) and end in first for start, end in pairs)
    return not inside and first.strip() not in (b"[", b"{")


class _Reading:
    """What must be remembered from block to block while a file is read."""

    def __init__(self, options: DelimitedReader, decoding: text_encoding.Decoding) -> None:
        self._options = options
        self._encoding = decoding.encoding
        self._waiting = list(decoding.problems)
        self._dialect = Dialect(",", options.quote)
        self._delimiter = ""
        self._width = 0
        self._line = 1
        self._carried = ""
        self._carried_bad: dict[int, str] = {}
        self._told: set[str] = set()

    def all_rows(self, blocks: Iterator[text_encoding.TextBlock]) -> Iterator[Rows]:
        pending: text_encoding.TextBlock | None = None
        for block in blocks:
            if pending is not None:
                yield self._rows(pending, final=False)
            pending = block
        if pending is not None:
            yield self._rows(pending, final=True)

    def _rows(self, block: text_encoding.TextBlock, *, final: bool) -> Rows:
        if first := not self._width:
            self._look_at_first(block)
        rows = self._fast(block) or self._exact(block, final=final)
        if first or text_plausibility.worth_a_look(block.utf8):
            positions = frames.positions(rows.positions)
            rows.problems += text_plausibility.text_problems(rows.cells, positions)
        rows.problems += self._waiting + list(self._changes(block))
        self._waiting = []
        return rows

    def _look_at_first(self, block: text_encoding.TextBlock) -> None:
        sample = lines_of(block.text)[:SAMPLE_LINES]
        self._delimiter = _delimiter(sample, self._options)
        simple = len(self._delimiter) == 1 and self._delimiter.isascii()
        self._dialect = Dialect(self._delimiter if simple else STAND_IN, self._options.quote)
        lines = lines_of(self._with_stand_in(block.text))[:SAMPLE_LINES]
        rows, _, _, _ = exact_rows(lines, 1, self._dialect, final=True)
        widths = Counter(map(len, rows))
        self._width = max(widths, key=lambda width: (widths[width], width), default=1)

    def _with_stand_in(self, text: str) -> str:
        if self._dialect.delimiter != STAND_IN:
            return text
        return text.replace(self._delimiter, STAND_IN)

    def _restored(self, rows: list[list[str]]) -> list[list[str]]:
        """Put back delimiters that stand inside quoted cells."""
        if self._dialect.delimiter != STAND_IN:
            return rows
        return [[cell.replace(STAND_IN, self._delimiter) for cell in row] for row in rows]

    def _fast(self, block: text_encoding.TextBlock) -> Rows | None:
        if block.bad_lines or self._carried:
            return None
        utf8 = block.utf8
        if self._dialect.delimiter == STAND_IN:
            quote = self._options.quote.encode()
            if STAND_IN.encode() in utf8 or (quote and quote in utf8):
                return None
            utf8 = utf8.replace(self._delimiter.encode(), STAND_IN.encode())
        rows = regular_rows(utf8, self._width, self._line, self._dialect)
        if rows is not None:
            self._line += rows.cells.height
        return rows

    def _exact(self, block: text_encoding.TextBlock, *, final: bool) -> Rows:
        carried_lines = len(lines_of(self._carried))
        lines = lines_of(self._with_stand_in(self._carried + block.text))
        bad = self._carried_bad | {
            carried_lines + index: found for index, found in block.bad_lines.items()
        }
        first = self._line
        rows, starts, problems, left = exact_rows(lines, first, self._dialect, final=final)
        rows = self._restored(rows)
        read = len(lines) - left
        self._carried = "".join(lines_of(self._carried + block.text)[read:]) if left else ""
        self._carried_bad = {index - read: found for index, found in bad.items() if index >= read}
        self._line += read
        problems += self._undecodable(bad, first, starts, read)
        problems += self._ragged(rows, starts)
        cells = frames.frame(rows, max(self._width, max(map(len, rows), default=0)))
        return Rows(cells, starts, problems)

    def _undecodable(
        self, bad: dict[int, str], first: int, starts: list[int], read: int
    ) -> Iterator[ReadingProblem]:
        for index, found in bad.items():
            if index < read:
                line = first + index
                row = max((start for start in starts if start <= line), default=line)
                yield problem("READ-05", row, None, found, encoding=self._encoding)

    def _ragged(self, rows: list[list[str]], starts: list[int]) -> Iterator[ReadingProblem]:
        for row, start in zip(rows, starts, strict=True):
            if len(row) != self._width:
                rule = "READ-01" if len(row) > self._width else "READ-02"
                value = row[self._width] if len(row) > self._width else row[-1]
                column = min(len(row), self._width)
                yield problem(rule, start, column, value, found=len(row), expected=self._width)

    def _changes(self, block: text_encoding.TextBlock) -> Iterator[ReadingProblem]:
        """What was changed in the text, told once a file."""
        if block.swapped and "READ-07" not in self._told:
            self._told.add("READ-07")
            yield problem("READ-07", value="GB 18030-2022")
        if block.marks_removed and "READ-09" not in self._told:
            self._told.add("READ-09")
            yield problem("READ-09")


def _take(chunk: list[Rows], height: int, *, continues: bool) -> tuple[RawTable, list[Rows]]:
    """Cut ``height`` rows off the front of what was read."""
    cells = (
        pl.concat([rows.cells for rows in chunk], how="diagonal") if chunk else frames.frame([], 0)
    )
    where = (
        pl.concat([frames.positions(rows.positions) for rows in chunk])
        if chunk
        else frames.positions([])
    )
    problems = [found for rows in chunk for found in rows.problems]
    last = where[min(height, len(where)) - 1] if len(where) else 0
    now = [found for found in problems if found.row is None or found.row <= last]
    later = [found for found in problems if found.row is not None and found.row > last]
    table = RawTable(
        container="",
        scheme=LocatorScheme.LINE,
        columns=None,
        cells=cells[:height],
        positions=where[:height],
        continues=continues,
        problems=tuple(now),
    )
    rest = [Rows(cells[height:], where[height:].to_list(), later)] if height < cells.height else []
    return table, rest


def _delimiter(sample: list[str], options: DelimitedReader) -> str:
    consistent = _consistent_delimiters(sample, options.quote)
    declared = options.delimiter
    if declared == "auto":
        if len(consistent) == 1:
            return consistent[0]
        if not consistent and not any(sign in line for line in sample for sign in CANDIDATES):
            return ","
        raise refuse(
            "无法确定分隔符。",
            "The delimiter cannot be told.",
            f"请写明 reader.delimiter（候选：{'  '.join(map(repr, consistent or CANDIDATES))}）。",
            f"Declare reader.delimiter (one of {', '.join(map(repr, consistent or CANDIDATES))}).",
        )
    if not any(declared in line for line in sample) and len(consistent) == 1:
        raise refuse(
            f"声明的分隔符 {declared!r} 在文件中没有出现，文件用的像是 {consistent[0]!r}。",
            f"The declared delimiter {declared!r} is nowhere in the file, which seems to use "
            f"{consistent[0]!r}.",
            f"请写明 reader.delimiter: {consistent[0]!r}。",
            f"Declare reader.delimiter: {consistent[0]!r}.",
        )
    return declared


def _consistent_delimiters(sample: list[str], quote: str) -> list[str]:
    """The candidates that cut most lines into the same number (above 1) of cells."""
    found = []
    for candidate in CANDIDATES:
        rows = csv.reader(
            sample[:200],
            delimiter=candidate,
            quotechar=quote or None,
            quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        )
        try:
            widths = Counter(len(row) for row in rows if row)
        except csv.Error:
            continue
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1 and count * 5 >= sum(widths.values()) * 4:
            found.append(candidate)
    return found
