"""The forms in which dates are written, taken apart by strict grammars (facts 1.7).

Forms that need to be declared (``date_format``): without a year, with two digits of it, 民国 years,
day first, spreadsheet serial numbers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from schemas.casting import rules
from schemas.casting.cell_text import half_width
from schemas.casting.outcome import RefusedError, told
from schemas.message import DefinitionError, Message


@dataclass(frozen=True, slots=True)
class DateParts:
    """A date and time as far as a text gives them; offset in minutes where it has one."""

    year: int
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int = 0
    second: int = 0
    microsecond: int = 0
    offset: int | None = None


_TIME = (
    r"(?P<hour>[0-9]{1,2})(?:"
    r":(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"|[时点](?:(?P<minute_zh>[0-9]{1,2})分(?:(?P<second_zh>[0-9]{1,2})秒)?)?"
    r")\s*(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
USUAL = re.compile(
    r"(?P<year>[0-9]{4})(?:"
    r"(?P<sign>[-/.])(?P<month>[0-9]{1,2})(?:(?P=sign)(?P<day>[0-9]{1,2}))?"
    r"|年(?:度|(?P<month_zh>[0-9]{1,2})月(?:份|(?P<day_zh>[0-9]{1,2})[日号]?)?)?"
    r"|(?P<month_8>[0-9]{2})(?P<day_8>[0-9]{2})?"
    rf")?(?:(?:\s*T\s*|\s+|(?<=[日号])){_TIME})?",
    re.IGNORECASE,
)
COMPACT = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})[ T]?"
    r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?"
)
TWO_DIGITS = re.compile(
    r"'?[0-9]{2}(?:年?|([-/.])[0-9]{1,2}\1[0-9]{1,2}|年[0-9]{1,2}月(?:[0-9]{1,2}[日号]?)?)(?:\s.*)?"
)
MINGUO = re.compile(
    r"(?:中华民国|中華民國|民国|民國)\s*[0-9元]{1,3}.*"
    r"|[0-9]{3}(?:年[0-9]{1,2}月|([-/.])[0-9]{1,2}\1[0-9]{1,2}).*"
)
WITHOUT_YEAR = re.compile(r"[0-9]{1,2}(?:[-/.][0-9]{1,2}|月[0-9]{1,2}[日号]?)(?:\s+[0-9:]+)?")
SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
AROUND_CHINESE_SIGNS = re.compile(r"\s*([年月日号时点分秒])\s*")
NUMERALS = "〇一二三四五六七八九"
CHINESE = re.compile(
    r"(?P<year>[〇一二三四五六七八九]{4})年"
    r"(?:度|(?P<month>[一二三四五六七八九十]{1,2})月(?:(?P<day>[一二三四五六七八九十]{1,3})[日号])?)?"
)
PLAIN_NUMERALS = str.maketrans("○零Ｏ", "〇〇〇")
FIRST_YEAR, LAST_YEAR = 1000, 2999
CENTURIES = ("19", "20")


def tidy(text: str) -> str:
    """Half width, and no blanks around 年 月 日 时 分 秒."""
    return AROUND_CHINESE_SIGNS.sub(r"\1", half_width(text).strip())


def usual_parts(text: str) -> DateParts:
    """Take apart a tidy text in one of the usual forms; raise RefusedError with the best reason."""
    matched = COMPACT.fullmatch(text) or USUAL.fullmatch(text)
    if matched is None:
        chinese = CHINESE.fullmatch(text.translate(PLAIN_NUMERALS))
        if chinese is None:
            raise RefusedError(told(_why_not(text)))
        return _chinese_parts(chinese)
    found = {name: value for name, value in matched.groupdict().items() if value is not None}
    if "month_8" in found and "day_8" not in found and found["year"][:2] not in CENTURIES:
        raise RefusedError(told(rules.TWO_DIGIT_YEAR))  # 260305 is no month of the year 2603
    return _parts(found)


def _why_not(text: str) -> str:
    if MINGUO.fullmatch(text):
        return rules.MINGUO_YEAR
    if TWO_DIGITS.fullmatch(text):
        return rules.TWO_DIGIT_YEAR
    if WITHOUT_YEAR.fullmatch(text):
        return rules.INCOMPLETE_DATE
    if SERIAL.fullmatch(text):
        return rules.SERIAL_DATE
    return rules.NOT_A_DATE


def _parts(found: Mapping[str, str]) -> DateParts:
    def number(*names: str) -> int | None:
        return next((int(found[name]) for name in names if name in found), None)

    fraction = found.get("fraction", "")
    return DateParts(
        year=int(found["year"]),
        month=number("month", "month_zh", "month_8"),
        day=number("day", "day_zh", "day_8"),
        hour=number("hour"),
        minute=number("minute", "minute_zh") or 0,
        second=number("second", "second_zh") or 0,
        microsecond=int(fraction[:6].ljust(6, "0")) if fraction else 0,
        offset=_offset(found.get("offset")),
    )


def _offset(text: str | None) -> int | None:
    if text is None:
        return None
    if text in "Zz":
        return 0
    hours, minutes = int(text[1:3]), int(text[-2:])
    return (hours * 60 + minutes) * (-1 if text[0] == "-" else 1)


def _chinese_parts(matched: re.Match[str]) -> DateParts:
    year = int("".join(str(NUMERALS.index(digit)) for digit in matched["year"]))
    return DateParts(year, _small_number(matched["month"]), _small_number(matched["day"]))


def _small_number(text: str | None) -> int | None:
    """一 … 三十一; an impossible numeral gives an impossible day."""
    if text is None:
        return None
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return NUMERALS.index(text) if len(text) == 1 else 0
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return (NUMERALS.index(tens) if tens else 1) * 10 + (NUMERALS.index(ones) if ones else 0)


# -- declared forms -------------------------------------------------------------------------

EXCEL_1900, EXCEL_1904 = "excel_1900", "excel_1904"
PHANTOM_DAY = 60
TOKENS = re.compile(r"YYYY|YY|ROC|MM|M|DD|D|HH|H|mm|ss")
TOKEN_GROUPS = {
    "YYYY": ("year", "[0-9]{4}"),
    "YY": ("short_year", "[0-9]{2}"),
    "ROC": ("minguo_year", "[0-9]{1,3}"),
    "MM": ("month", "[0-9]{1,2}"),
    "M": ("month", "[0-9]{1,2}"),
    "DD": ("day", "[0-9]{1,2}"),
    "D": ("day", "[0-9]{1,2}"),
    "HH": ("hour", "[0-9]{1,2}"),
    "H": ("hour", "[0-9]{1,2}"),
    "mm": ("minute", "[0-9]{2}"),
    "ss": ("second", "[0-9]{2}"),
}
FIXED_WIDTH = "[0-9]{2}"
MINGUO_OFFSET = 1911
SHORT_YEARS_AHEAD = 19


@lru_cache(maxsize=128)
def declared_pattern(date_format: str) -> re.Pattern[str]:
    """The grammar of a ``date_format``. Raises DefinitionError where it names no month."""
    pieces: list[str] = []
    names: list[str] = []
    position, touching = 0, False
    for token in TOKENS.finditer(date_format):
        literal = date_format[position : token.start()]
        pieces.append(re.sub(r"(?:\\?\s)+", r"\\s+", re.escape(tidy_literal(literal))))
        name, digits = TOKEN_GROUPS[token[0]]
        following = TOKENS.match(date_format, token.end())
        touching = bool(following) or (touching and not literal)
        pieces.append(f"(?P<{name}>{FIXED_WIDTH if touching and len(token[0]) == 2 else digits})")
        names.append(name)
        position = token.end()
    pieces.append(re.escape(tidy_literal(date_format[position:])))
    if "month" not in names or len(set(names)) != len(names):
        raise DefinitionError(
            Message(f"date_format“{date_format}”有误。", f"date_format {date_format!r} is wrong."),
            advice=Message(
                "由 YYYY YY ROC MM M DD D HH H mm ss 组成，各用一次，至少有月份；"
                "或写 excel_1900、excel_1904。",
                "It is made of YYYY YY ROC MM M DD D HH H mm ss, each once, with a month at least; "
                "or is excel_1900 or excel_1904.",
            ),
        )
    return re.compile("".join(pieces))


def tidy_literal(text: str) -> str:
    """Literal parts of a format are compared in half width."""
    return AROUND_CHINESE_SIGNS.sub(r"\1", half_width(text))


def declared_parts(text: str, date_format: str, as_of: dt.date) -> DateParts | None:
    """Take apart a tidy text in the declared form; None where it has another.

    Without a year, the year is that of ``as_of``, or the year before for a date after it. A year
    of two digits falls between 80 years before and 19 after ``as_of``. A form without hours is
    midnight.
    """
    if date_format in (EXCEL_1900, EXCEL_1904):
        return _serial_parts(text, date_format)
    matched = declared_pattern(date_format).fullmatch(text)
    if matched is None:
        return None
    found = {name: int(value) for name, value in matched.groupdict().items()}
    month, day = found["month"], found.get("day")
    if "year" in found:
        year = found["year"]
    elif "minguo_year" in found:
        year = found["minguo_year"] + MINGUO_OFFSET
    elif "short_year" in found:
        latest = as_of.year + SHORT_YEARS_AHEAD
        year = latest - (latest - found["short_year"]) % 100
    else:
        year = as_of.year - ((month, day or 1) > (as_of.month, as_of.day))
    return DateParts(
        year, month, day, found.get("hour", 0), found.get("minute", 0), found.get("second", 0)
    )


def _serial_parts(text: str, system: str) -> DateParts | None:
    """Days since the epoch of the workbook, times as parts of a day, to the nearest second.

    In the 1900 system serial 60 is 29 February 1900, a day that never was.
    """
    if not re.fullmatch(r"[0-9]{1,7}(?:\.[0-9]+)?", text):
        return None
    days, _, fraction = text.partition(".")
    serial = int(days)
    seconds = round(86400 * int(fraction) / 10 ** len(fraction)) if fraction else 0
    if system == EXCEL_1904:
        first = dt.date(1904, 1, 1)
    else:
        if serial in (0, PHANTOM_DAY):
            raise RefusedError(told(rules.IMPOSSIBLE_DATE))
        first = dt.date(1899, 12, 31 if serial < PHANTOM_DAY else 30)
    try:
        moment = dt.datetime.combine(first, dt.time()) + dt.timedelta(days=serial, seconds=seconds)
    except OverflowError as error:
        raise RefusedError(told(rules.IMPOSSIBLE_DATE)) from error
    return DateParts(
        moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second
    )
