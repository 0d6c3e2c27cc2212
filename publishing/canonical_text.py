"""The canonical texts of values: CSV and JSON lines.

Both are functions of the values alone, not of the rows around them, so that equal content has
equal bytes however it is cut into chunks.

- CSV: UTF-8 without BOM, LF, ISO dates, datetimes with offset, decimals with their full scale,
  floats in the shortest form that reads back as the same double, without an exponent; an empty
  field is "no value", an empty text is ``""``.
- JSON lines: compact, keys in field order, nulls explicit. Decimals are exact JSON numbers without
  trailing zeros but with one digit behind the point at least (as doubles are written); decimals of
  scale 0 are integers. Doubles are written in their shortest form.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import polars as pl

CHUNK_ROWS = 100_000
OFFSET_FORMAT = "%Y-%m-%dT%H:%M:%S%:z"
MILLISECOND_FORMAT = "%Y-%m-%dT%H:%M:%S%.3f%:z"
# A double has 15 exact decimal digits; below that, and not so small that an exponent is written,
# its shortest text is the decimal's own.
EXACT_DIGITS = 15
SMALLEST_WITHOUT_EXPONENT = 1e-4
MARK = "\ufdd0"  # a noncharacter: never part of a text by the Unicode standard


def datetime_texts(values: pl.Series) -> pl.Series:
    """ISO texts with offset; milliseconds only where there are any.

    Formatted once per distinct moment: hourly data has few of them.
    """
    moments = values.drop_nulls().unique()
    whole = moments.dt.strftime(OFFSET_FORMAT)
    if (moments.dt.millisecond() != 0).any():
        texts = pl.select(
            pl.when(moments.dt.millisecond() == 0)
            .then(whole)
            .otherwise(moments.dt.strftime(MILLISECOND_FORMAT))
        ).to_series()
    else:
        texts = whole
    return values.replace_strict(moments, texts, default=None, return_dtype=pl.String)


def _datetimes_as_text(frame: pl.DataFrame) -> pl.DataFrame:
    columns = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)]
    return frame.with_columns(datetime_texts(frame[name]).alias(name) for name in columns)


def csv_header(names: Sequence[str]) -> bytes:
    """The header line. Field names are snake_case and need no quotes."""
    return (",".join(names) + "\n").encode()


def csv_lines(frame: pl.DataFrame) -> bytes:
    """The rows of a frame as canonical CSV lines, without header."""
    buffer = io.BytesIO()
    _datetimes_as_text(frame).write_csv(
        buffer, include_header=False, float_scientific=False, batch_size=65_536
    )
    return buffer.getvalue()


def json_lines(frame: pl.DataFrame) -> bytes:
    """The rows of a frame as canonical JSON lines."""
    frame = _datetimes_as_text(frame)
    marked = []
    columns = []
    for name, dtype in frame.schema.items():
        if isinstance(dtype, pl.Decimal):
            values = frame[name]
            if dtype.scale == 0 and _fits_integer(values):
                columns.append(values.cast(pl.Int64))
            elif dtype.scale and _is_exact_as_double(values):
                columns.append(values.cast(pl.Float64))
            else:
                marked.append(name)
                columns.append(_plain_number(values, dtype.scale))
    if not marked:
        return _ndjson(frame.with_columns(columns))
    return _with_bare_numbers(frame.with_columns(columns), marked)


def _fits_integer(values: pl.Series) -> bool:
    limit = 10**18
    return bool(values.is_between(-limit, limit).all())


def _is_exact_as_double(values: pl.Series) -> bool:
    """True where every value, cast to a double, is written with the decimal's own digits."""
    scale = values.dtype.scale if isinstance(values.dtype, pl.Decimal) else 0
    doubles = values.cast(pl.Float64).abs()
    if scale > 4 and ((doubles > 0) & (doubles < SMALLEST_WITHOUT_EXPONENT)).any():
        return False
    greatest = doubles.max()
    return greatest is None or float(str(greatest)) < 10.0 ** (EXACT_DIGITS - scale)


def _plain_number(values: pl.Series, scale: int) -> pl.Series:
    """The digits of decimals without superfluous zeros."""
    texts = values.cast(pl.String)
    if scale == 0:
        return texts
    return texts.str.replace(r"^(-?\d+\.\d(?:\d*[1-9])?)0*$", "$1")


def _ndjson(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_ndjson(buffer)
    return buffer.getvalue()


def _with_bare_numbers(frame: pl.DataFrame, columns: Sequence[str]) -> bytes:
    """JSON lines in which the texts of some columns stand as bare numbers.

    The texts are marked, written as JSON texts, and the quotes taken off at the marks. A text of
    the data that looks like a mark is told by the count; the mark is then made longer.
    """
    expected = sum(frame.height - frame[name].null_count() for name in columns)
    mark = MARK
    while True:
        number = [pl.format("{}{}{}", pl.lit(mark), name, pl.lit(mark)) for name in columns]
        raw = _ndjson(
            frame.with_columns(n.alias(name) for n, name in zip(number, columns, strict=True))
        )
        opening, closing = f'"{mark}'.encode(), f'{mark}"'.encode()
        if raw.count(opening) == raw.count(closing) == expected:
            return raw.replace(opening, b"").replace(closing, b"")
        mark += MARK


def chunks(frame: pl.DataFrame, rows: int = CHUNK_ROWS) -> Iterator[pl.DataFrame]:
    """The rows of a frame, a bounded number at a time."""
    yield from frame.iter_slices(rows)
