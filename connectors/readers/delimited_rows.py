"""Rows of delimited text, block by block: a fast path for regular text, an exact one for the rest.

Both give the same rows; a test holds them side by side.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from connectors.readers import frames
from connectors.readers.problems import problem
from schemas.raw_table import ReadingProblem

MAX_FIELD_CHARACTERS = 64 << 20
MAX_RECORD_LINES = 1000
"""A quoted field may span so many lines; beyond that its quote counts as not closed."""

STAND_IN = "\x1f"
"""Takes the place of a delimiter that is not one byte, as ``，`` or ``||``."""


@dataclass(slots=True)
class Rows:
    """Rows of one block."""

    cells: pl.DataFrame
    positions: list[int] | range
    problems: list[ReadingProblem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Dialect:
    """Delimiter (one ASCII character) and quote (one or none) of the text."""

    delimiter: str
    quote: str


def regular_rows(text: bytes, width: int, first_line: int, dialect: Dialect) -> Rows | None:
    """Read a block in which every line is one record of ``width`` cells; None where it is not.

    Polars fills up short rows silently, so the delimiters are counted beside it.
    """
    lines = text.count(b"\n") + (not text.endswith(b"\n"))
    if b"\r" in text:
        if not text.count(b"\r") == text.count(b"\r\n") == text.count(b"\n"):
            return None
        text = text.replace(b"\r\n", b"\n")
    if width == 1 and (b"\n\n" in text or text.startswith(b"\n")):
        return None  # elsewhere a blank line lacks delimiters
    delimiter, quote = dialect.delimiter.encode(), dialect.quote.encode()
    quoted = bool(quote) and quote in text
    if quoted and not _quotes_are_plain(text, delimiter, quote):
        return None
    try:
        cells = pl.read_csv(
            text,
            has_header=False,
            schema=frames.schema(width),
            separator=dialect.delimiter,
            quote_char=dialect.quote if quoted else None,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        return None
    inside = _delimiters_inside(cells, dialect.delimiter) if quoted else 0
    if cells.height != lines or text.count(delimiter) != (width - 1) * lines + inside:
        return None
    return Rows(cells, range(first_line, first_line + lines))


def _quotes_are_plain(text: bytes, delimiter: bytes, quote: bytes) -> bool:
    """Whether each quote opens a cell or closes one, and none does both or neither."""
    opening = text.count(delimiter + quote) + text.count(b"\n" + quote) + text.startswith(quote)
    closing = text.count(quote + delimiter) + text.count(quote + b"\n") + text.endswith(quote)
    if opening != closing or opening + closing != text.count(quote):
        return False
    alone = (
        before + quote + after for before in (delimiter, b"\n") for after in (delimiter, b"\n")
    )
    first, last = quote + delimiter, delimiter + quote
    return not (
        any(sign in text for sign in alone)
        or text.startswith((first, quote + b"\n"))
        or text.endswith((last, b"\n" + quote))
        or text == quote
    )


def _delimiters_inside(cells: pl.DataFrame, delimiter: str) -> int:
    counted = cells.select(pl.all().str.count_matches(delimiter, literal=True).sum())
    return int(sum(counted.row(0)))


def lines_of(text: str) -> list[str]:
    """The lines of ``text`` with their ends: \\n, \\r\\n and \\r all end a line."""
    return list(io.StringIO(text, newline=""))


def exact_rows(
    lines: list[str], first_line: int, dialect: Dialect, *, final: bool
) -> tuple[list[list[str]], list[int], list[ReadingProblem], int]:
    """Read records of any shape.

    A record whose quotes are wrong is given as its first line, split at the delimiters with the
    quotes left in, with a problem; reading goes on with the line after it. So one open quote
    costs one row and never swallows the rest of the file.

    Returns:
        rows, their first lines, problems, and how many lines at the end belong to a record that
        may go on in the next block (0 where ``final``).
    """
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    rows: list[list[str]] = []
    starts: list[int] = []
    problems: list[ReadingProblem] = []
    done = 0
    while done < len(lines):
        for row, start, end in _records(lines, done, dialect):
            if row:
                rows.append(row)
                starts.append(first_line + start)
                if cell := _quoted_beside_blanks(row, "".join(lines[start:end]), dialect):
                    problems.append(problem("READ-03", first_line + start, None, cell))
            done = end
        if done >= len(lines):
            break
        if not final and len(lines) - done < MAX_RECORD_LINES and _is_open(lines, done, dialect):
            return rows, starts, problems, len(lines) - done
        literal = lines[done].rstrip("\r\n")
        rows.append(literal.split(dialect.delimiter))
        starts.append(first_line + done)
        problems.append(problem("READ-03", first_line + done, None, literal))
        done += 1
    return rows, starts, problems, 0


def _quoted_beside_blanks(row: list[str], text: str, dialect: Dialect) -> str:
    """A cell such as ``  "甲"``: RFC 4180 takes its quotes for text, who wrote it did not.

    A cell that is quoted as it should be does not stand in ``text``, the record as it was read,
    the way it reads: its own quotes are doubled there.
    """
    quote, delimiter = dialect.quote, dialect.delimiter
    if not quote or quote not in text:
        return ""
    framed = delimiter + text.rstrip("\r\n") + delimiter
    for cell in row:
        bare = cell.strip()
        wrapped = len(bare) > 1 and bare.startswith(quote) and bare.endswith(quote)
        if wrapped and bare != cell and f"{delimiter}{cell}{delimiter}" in framed:
            return cell
    return ""


def _reader(lines: Iterator[str], dialect: Dialect) -> Iterator[list[str]]:
    if not dialect.quote:
        return csv.reader(lines, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)


def _records(
    lines: list[str], start: int, dialect: Dialect
) -> Iterator[tuple[list[str], int, int]]:
    """Records from line ``start`` on, until one is wrong: (cells, its first line, line after)."""
    reader = _LimitedReader(lines, start, dialect)
    while (record := reader.next_record()) is not None:
        yield record


class _LimitedReader:
    """The csv module over lines, one record at a time, none longer than MAX_RECORD_LINES."""

    def __init__(self, lines: list[str], start: int, dialect: Dialect) -> None:
        self._lines = lines
        self._taken = start
        self._record_start = start
        self._reader = _reader(iter(self._next_line, None), dialect)

    def _next_line(self) -> str | None:
        too_long = self._taken - self._record_start >= MAX_RECORD_LINES
        if too_long or self._taken >= len(self._lines):
            return None
        self._taken += 1
        return self._lines[self._taken - 1]

    def next_record(self) -> tuple[list[str], int, int] | None:
        self._record_start = self._taken
        try:
            row = next(self._reader)
        except (csv.Error, StopIteration):
            return None
        return row, self._record_start, self._taken


def _is_open(lines: list[str], start: int, dialect: Dialect) -> bool:
    """Whether the record at ``start`` is wrong only because its lines end."""
    try:
        next(_reader(iter(lines[start:]), dialect))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False
