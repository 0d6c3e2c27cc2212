"""Amounts, times and identifiers as OCDS writes them."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]


def amount(value: Decimal | None) -> dict[str, Any] | None:
    """A value in yuan; the JSON number has exactly the digits of the decimal.

    A binary float writes up to 15 digits as they are. A longer number than that (more than
    9 999 999 999 999.99 yuan) has no exact form here and is left out.
    """
    if value is None:
        return None
    number: int | float = int(value) if value == value.to_integral_value() else float(value)
    if Decimal(repr(number)) != value:
        return None
    return {"amount": number, "currency": "CNY"}


def moment(value: dt.datetime | dt.date | None, zone: ZoneInfo) -> str | None:
    """RFC 3339 with offset; a day is the start of that day."""
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    return dt.datetime.combine(value, dt.time(), zone).isoformat(timespec="seconds")


def end_of_day(value: dt.date | None, zone: ZoneInfo) -> str | None:
    """The last second of a day: where a period that includes the day ends."""
    if value is None:
        return None
    return dt.datetime.combine(value, dt.time(23, 59, 59), zone).isoformat(timespec="seconds")


def written_alike(text: str) -> str:
    """A number or name in one form: half-width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def short_hash(*texts: str) -> str:
    """Twelve signs that stand for a text, always the same."""
    return hashlib.sha256("|".join(map(written_alike, texts)).encode()).hexdigest()[:12]


def without_nothing(given: dict[str, Any]) -> dict[str, Any]:
    """Without members that have no value: OCDS leaves out what is not known."""
    return {name: value for name, value in given.items() if value not in (None, "", [], {})}
