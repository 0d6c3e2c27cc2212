"""``<id>.excel.csv``: a CSV for people who open it with Excel. The canonical CSV stays as it is.

UTF-8 with BOM (else Excel reads Chinese as GBK), CRLF, Chinese headers with units, local times
without offset. Excel looks at the first characters of a cell and guesses what it holds, whatever
the quotes; so a text is marked where that guess would change it:

- what Excel would run as a formula (first character ``= + - @``, also in full width, tab, line
  feed or carriage return) has an apostrophe put before it;
- what Excel would take for a number, a date or a truth value (``0701``, ``2026-03``, ``1E5``,
  identifiers of more than 15 digits) has a tab put before it, as usual in China.

Both marks are single characters in front; taking them off gives the text of the canonical CSV.
https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import polars as pl

from publishing.canonical_text import chunks
from publishing.hashed_file import FileFacts, PlainFile
from publishing.workbook import EXCEL_DIGITS, column_header
from schemas.dataset import Dataset

MOST_ROWS: Final = 1_048_575  # of a sheet below its header
BOM: Final = b"\xef\xbb\xbf"
FORMULA: Final = r"^[=+\-@＝＋－＠\t\r\n]"
_SIGNS: Final = r"[\s0-9０-９.,:/%()¥￥$eE+\-．，：／年月日时分秒点]*"
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
GUESSED: Final = (
    rf"(?i)^(?:{_SIGNS}[0-9０-９]{_SIGNS}(?:[ap]m)?|true|false"
    rf"|[0-9]{{1,2}}[-/ ]?{_MONTH}[-/ ]?[0-9]{{0,4}}|{_MONTH}[-/ ]?[0-9]{{1,4}})$"
)
LOCAL_TIME: Final = "%Y-%m-%d %H:%M:%S"


def write_excel_csv(path: Path, frame: pl.DataFrame, dataset: Dataset) -> FileFacts:
    """Write the rows of one release or partition (at most MOST_ROWS)."""
    file = PlainFile(path)
    file.write(BOM)
    headers = [column_header(field) for field in dataset.fields]
    file.write(_lines(pl.DataFrame({str(n): [text] for n, text in enumerate(headers)})))
    for chunk in chunks(frame):
        file.write(_lines(chunk.select(_cells(chunk[name]) for name in chunk.columns)))
    return file.close()


def _lines(cells: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    cells.write_csv(buffer, include_header=False, line_terminator="\r\n", float_scientific=False)
    return buffer.getvalue()


def _cells(values: pl.Series) -> pl.Series:
    """A column as it is written: numbers and dates bare, texts marked where needed."""
    dtype = values.dtype
    if isinstance(dtype, pl.Datetime):
        return values.dt.replace_time_zone(None).dt.strftime(LOCAL_TIME)
    if dtype == pl.Boolean:
        return values.cast(pl.String).str.to_uppercase()
    if isinstance(dtype, pl.Decimal):
        return _exact(values, 10 ** (EXCEL_DIGITS - dtype.scale))
    if dtype == pl.Int64:
        return _exact(values, 10**EXCEL_DIGITS)
    return _marked(values) if dtype == pl.String else values


def _exact(values: pl.Series, limit: int) -> pl.Series:
    """Numbers with more digits than a cell holds are written as texts."""
    texts = values.cast(pl.String)
    fits = values.is_between(1 - limit, limit - 1).fill_null(value=True)
    return texts if fits.all() else texts.zip_with(fits, "\t" + texts)


def _marked(texts: pl.Series) -> pl.Series:
    formula = texts.str.contains(FORMULA).fill_null(value=False)
    guessed = texts.str.contains(GUESSED).fill_null(value=False) & ~formula
    marked = texts.zip_with(~formula, "'" + texts) if formula.any() else texts
    return marked.zip_with(~guessed, "\t" + texts) if guessed.any() else marked
