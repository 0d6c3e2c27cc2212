"""The identity of a published row: the hash of its dataset and key, stable across versions."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

ROW_ID_BYTES = 16
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_text = json.encoder.encode_basestring


def _canonical(value: object) -> object:
    """One key value as the text or number that enters the hash."""
    match value:
        case None | bool() | int() | str() | float():
            return value
        case Decimal():
            return format(value, "f")
        case dt.datetime() | dt.date():
            return value.isoformat()
        case _:
            raise TypeError(f"a key value cannot be a {type(value).__name__}")


def _json(value: object) -> str:
    """One key value as canonical JSON."""
    return _ENCODER.encode(_canonical(value))


# The same for the usual types, without an encoder for each value: pages have many.
_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _text,
    int: int.__repr__,
    Decimal: lambda value: f'"{value:f}"',
    dt.date: lambda value: f'"{value.isoformat()}"',
    dt.datetime: lambda value: f'"{value.isoformat()}"',
}


def row_id(dataset_id: str, key_values: Sequence[object]) -> str:
    """Hex of the first 16 bytes of sha256(dataset id + canonical JSON of the key values).

    ``key_values`` stand in the order of the dataset's primary key. Dates are ISO texts, decimals
    texts with the field's scale.
    """
    key = ",".join([_WRITERS.get(type(value), _json)(value) for value in key_values])
    return hashlib.sha256(f"{dataset_id}[{key}]".encode()).hexdigest()[: 2 * ROW_ID_BYTES]


def row_ids(dataset_id: str, keys: pl.DataFrame) -> Iterable[str]:
    """The ids of all rows of a frame that holds the key columns in key order."""
    return (row_id(dataset_id, values) for values in keys.iter_rows())


def key_text(key_values: Iterable[object]) -> str:
    """A key as people read it in findings and conflicts: its values joined with ``|``."""
    return "|".join("" if value is None else str(_canonical(value)) for value in key_values)
