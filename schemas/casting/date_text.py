"""Dates, instants, months and years of texts."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from schemas.casting import rules
from schemas.casting.date_parts import (
    FIRST_YEAR,
    LAST_YEAR,
    DateParts,
    declared_parts,
    tidy,
    usual_parts,
)
from schemas.casting.outcome import Outcome, RefusedError, told
from schemas.casting.reading import Reading
from schemas.dataset import DatasetField, FieldType

EPOCH_DAY = dt.date(1970, 1, 1)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
FIRST_SENTINEL_YEAR = 2100
SENTINEL_DAYS = frozenset({dt.date(1899, 12, 30), dt.date(1899, 12, 31), dt.date(1900, 1, 1)})
SENTINEL_MONTH = (1901, 1)
MIDNIGHT_AT_THE_END = 24


def is_sentinel(day: dt.date) -> bool:
    """True for days that systems write for "no date": 1900-01-01 and the two days before (day 0
    of databases and spreadsheets), January 1901, and 2100 and later."""
    return (
        day in SENTINEL_DAYS
        or (day.year, day.month) == SENTINEL_MONTH
        or day.year >= FIRST_SENTINEL_YEAR
    )


def read_date(text: str, field: DatasetField, reading: Reading) -> Outcome:
    """The value of one stripped text for a date, datetime, yearmonth or year field."""
    try:
        parts = _parts(tidy(text), reading)
        match field.type:
            case FieldType.YEAR:
                return Outcome(_year(parts))
            case FieldType.YEARMONTH:
                return _month(parts, reading)
            case FieldType.DATE:
                return _day(parts, reading)
            case _:
                return _instant(parts, field, reading)
    except RefusedError as refusal:
        return Outcome(None, (refusal.reason,))


def _parts(text: str, reading: Reading) -> DateParts:
    if reading.date_format is not None:
        found = declared_parts(text, reading.date_format, reading.as_of)
        if found is not None:
            return found
    return usual_parts(text)


def _year(parts: DateParts) -> int:
    if not FIRST_YEAR <= parts.year <= LAST_YEAR:
        raise RefusedError(told(rules.IMPOSSIBLE_DATE))
    return parts.year


def _date(parts: DateParts, day: int | None) -> dt.date:
    if parts.month is None or day is None:
        raise RefusedError(told(rules.INCOMPLETE_DATE))
    try:
        return dt.date(parts.year, parts.month, day)
    except ValueError as error:
        raise RefusedError(told(rules.IMPOSSIBLE_DATE)) from error


def _without_sentinel(day: dt.date, value: str | int, reading: Reading) -> Outcome:
    if not is_sentinel(day):
        return Outcome(value)
    if day.isoformat() in reading.missing:
        return Outcome(None)
    return Outcome(None, (told(rules.SENTINEL_DATE),))


def _month(parts: DateParts, reading: Reading) -> Outcome:
    day = _date(parts, parts.day if parts.day is not None else 1)
    return _without_sentinel(day, f"{day:%Y-%m}".rjust(7, "0"), reading)


def _local(parts: DateParts) -> dt.datetime:
    """Date and time as written; 24:00 is midnight of the next day."""
    day = _date(parts, parts.day)
    hour = parts.hour or 0
    at_the_end = hour == MIDNIGHT_AT_THE_END and not (
        parts.minute or parts.second or parts.microsecond
    )
    try:
        time = dt.time(0 if at_the_end else hour, parts.minute, parts.second, parts.microsecond)
        return dt.datetime.combine(day, time) + dt.timedelta(days=int(at_the_end))
    except (ValueError, OverflowError) as error:
        raise RefusedError(told(rules.IMPOSSIBLE_DATE)) from error


def _moment(parts: DateParts, reading: Reading) -> dt.datetime:
    """The instant, in the site's zone. A local time that a clock change skipped is impossible;
    of two equal ones the earlier is taken."""
    zone = ZoneInfo(reading.timezone)
    local = _local(parts)
    if parts.offset is not None:
        if abs(parts.offset) >= 24 * 60:
            raise RefusedError(told(rules.IMPOSSIBLE_DATE))
        written = dt.timezone(dt.timedelta(minutes=parts.offset))
        try:
            return local.replace(tzinfo=written).astimezone(zone)
        except OverflowError as error:
            raise RefusedError(told(rules.IMPOSSIBLE_DATE)) from error
    moment = local.replace(tzinfo=zone)
    if moment.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise RefusedError(told(rules.IMPOSSIBLE_DATE))
    return moment


def _day(parts: DateParts, reading: Reading) -> Outcome:
    """The day; a time beside it only moves it where an offset or 24:00 does."""
    day = (_moment(parts, reading) if parts.offset is not None else _local(parts)).date()
    return _without_sentinel(day, (day - EPOCH_DAY).days, reading)


def _instant(parts: DateParts, field: DatasetField, reading: Reading) -> Outcome:
    if parts.hour is None and field.without_time is None:
        _date(parts, parts.day)
        raise RefusedError(told(rules.INCOMPLETE_DATE))
    moment = _moment(parts, reading)
    milliseconds = (moment - EPOCH) // dt.timedelta(milliseconds=1) + hour_shift(field, reading)
    found = _without_sentinel(moment.date(), milliseconds, reading)
    if moment.microsecond % 1000 == 0 or found.value is None:
        return found
    return Outcome(
        milliseconds, (told(rules.ROUNDED, rounded=moment.isoformat(" ", "milliseconds")),)
    )


def hour_shift(field: DatasetField, reading: Reading) -> int:
    """Milliseconds from the label the source writes to the one that is published."""
    if field.hour_label is None or reading.hour_label in (None, field.hour_label):
        return 0
    return 3_600_000 if field.hour_label == "end" else -3_600_000
