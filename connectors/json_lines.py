"""Database rows as canonical JSON lines: the same rows give the same bytes."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any


def json_line(columns: Sequence[str], row: Sequence[Any]) -> bytes:
    """One row as a JSON object in column order, with its line end.

    Decimals keep their digits as text (``"12.30"``), dates and times are ISO 8601, NULL is null,
    binary values are hexadecimal.
    """
    record = {name: _plain(value) for name, value in zip(columns, row, strict=True)}
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "surrogatepass") + b"\n"


def plain_text(value: Any) -> str:
    """The same value as text, for the incremental mark."""
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain)


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return format(value, "f")
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case dict():
            return {str(key): _plain(value[key]) for key in sorted(value, key=str)}
        case list() | tuple():
            return [_plain(item) for item in value]
    return str(value)
