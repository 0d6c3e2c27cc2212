"""Reading the values of a query by the type of the field, strictly.

Values come as texts, as in a URL. A datetime without an offset is in the site's time zone. A day
is no moment, so a datetime needs a time: ``seen_at.le=2026-01-31`` would silently lose that day.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

from publishing.queries.refusals import QueryRefusedError
from schemas.dataset import DatasetField, FieldType
from schemas.message import Message

Value = str | int | float | bool | Decimal | dt.date | dt.datetime
MOST_CHARACTERS = 200  # with all filters at once a request stays below the 64 kB of HTTP servers
INTEGER = re.compile(r"[+-]?[0-9]{1,100}")
DECIMAL = re.compile(r"[+-]?[0-9]{1,100}(?:\.[0-9]{1,100})?")
NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,3})?"
)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DATETIME = re.compile(
    r"(?P<local>[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"(?P<offset>Z|[+\- ][0-9]{2}:[0-9]{2})?"
)
YEARMONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
TRUTH = {"true": True, "false": False}

EXAMPLES: dict[FieldType, str] = {
    FieldType.INTEGER: "12",
    FieldType.DECIMAL: "1234.56",
    FieldType.NUMBER: "1.5",
    FieldType.BOOLEAN: "true",
    FieldType.DATE: "2026-03-01",
    FieldType.DATETIME: "2026-03-01T08:00:00+08:00",
    FieldType.YEAR: "2026",
    FieldType.YEARMONTH: "2026-03",
}
_NAMES: dict[FieldType, tuple[str, str]] = {
    FieldType.INTEGER: ("整数", "a whole number"),
    FieldType.DECIMAL: ("小数", "a decimal number"),
    FieldType.NUMBER: ("数字", "a number"),
    FieldType.BOOLEAN: ("true 或 false", "true or false"),
    FieldType.DATE: ("日期", "a date"),
    FieldType.DATETIME: ("日期和时间", "a date and time"),
    FieldType.YEAR: ("年份", "a year"),
    FieldType.YEARMONTH: ("年月", "a year and month"),
}


def typed_value(parameter: str, field: DatasetField, text: str, zone: ZoneInfo) -> Value:
    """A value of a query.

    Raises:
        QueryRefusedError: the text is no value of the field's type (``wrong_value``).
    """
    if len(text) > MOST_CHARACTERS:
        raise QueryRefusedError(
            "wrong_value",
            parameter,
            Message(
                f"值超过 {MOST_CHARACTERS} 个字符。",
                f"The value is longer than {MOST_CHARACTERS} characters.",
            ),
            Message("请缩短。", "Make it shorter."),
        )
    if field.type is FieldType.STRING:
        value: Value | None = _text(text)
    elif field.type is FieldType.DATETIME:
        value = _datetime(text, zone)
    else:
        value = _READERS[field.type](text)
    if value is None:
        raise wrong_value(parameter, text, field.type)
    return value


def wrong_value(parameter: str, text: str, kind: FieldType) -> QueryRefusedError:
    """A text that is no value of a type."""
    if kind is FieldType.STRING:
        return QueryRefusedError(
            "wrong_value",
            parameter,
            Message("值不是有效的文字。", "The value is no valid text."),
            Message("请用 UTF-8 编码。", "Encode it in UTF-8."),
        )
    zh, en = _NAMES[kind]
    return QueryRefusedError(
        "wrong_value",
        parameter,
        Message(f"“{text}”不是{zh}。", f"'{text}' is not {en}."),
        Message(f"例如：{EXAMPLES[kind]}。", f"For example: {EXAMPLES[kind]}."),
        (EXAMPLES[kind],) if kind is not FieldType.BOOLEAN else tuple(TRUTH),
    )


def _text(text: str) -> str | None:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return None
    return text


def _integer(text: str) -> int | None:
    return int(text) if INTEGER.fullmatch(text) else None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if DECIMAL.fullmatch(text) else None


def _number(text: str) -> float | None:
    if not NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def _date(text: str) -> dt.date | None:
    if not DATE.fullmatch(text):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _datetime(text: str, zone: ZoneInfo) -> dt.datetime | None:
    found = DATETIME.fullmatch(text)
    if found is None:
        return None
    offset = (found["offset"] or "").replace(" ", "+")  # an unescaped + of a URL arrives as blank
    try:
        moment = dt.datetime.fromisoformat(found["local"] + offset)
        local = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment
        return local.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _yearmonth(text: str) -> str | None:
    return text if YEARMONTH.fullmatch(text) else None


_READERS: dict[FieldType, Callable[[str], Value | None]] = {
    FieldType.INTEGER: _integer,
    FieldType.YEAR: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: TRUTH.get,
    FieldType.DATE: _date,
    FieldType.YEARMONTH: _yearmonth,
}


def value_text(value: object) -> str:
    """A value as :func:`typed_value` reads it again."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value)
        case Decimal():
            return format(value, "f")
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)
