"""What a careful person would write down for a cell: numbers, dates, formats."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache

LOST_DIGITS_FROM = 10**15
"""Excel keeps 15 significant digits; integers of 16 digits and more have lost their last ones."""

_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_CONDITIONS = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
_BUILTIN: dict[int, str] = {
    9: "0%",
    10: "0.00%",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
} | dict.fromkeys((*range(27, 37), *range(50, 59)), "yyyy-mm-dd")
"""Built-in number formats that are not plain numbers (ECMA-376 part 1, 18.8.30; 27–36 and 50–58
are dates in Chinese workbooks)."""

_SCALE_WORD = re.compile(r"""[0#?]["\\ ]*((?:百|千)?[万亿]元?)"?\s*$""")
_PHANTOM_DAY = 60  # 29 February 1900, which Excel believes in
_LAST_SERIAL = 2958466  # 10000-01-01 in the 1900 system


@lru_cache(maxsize=65536)
def number_text(value: float) -> str:
    """A number without the noise of binary fractions and never with an exponent.

    Excel shows and keeps 15 significant digits, so ``0.30000000000000004`` is ``0.3``.
    Numbers that have lost digits are written with an exponent, so that nobody takes them for
    the identifier they were.
    """
    if has_lost_digits(value):
        return f"{value:.14E}"
    text = f"{value:.15g}"
    if "e" not in text:
        return "0" if text == "-0" else text
    return format(Decimal(text), "f")


def has_lost_digits(value: float) -> bool:
    """Whether the number is an integer of more digits than a spreadsheet keeps."""
    return abs(value) >= LOST_DIGITS_FROM and value == int(value)


@lru_cache(maxsize=4096)
def kind_of_format(code: str) -> str:
    """``date``, ``duration``, ``scaled`` (people see another number), ``worded`` (people see the
    number with a word such as 万元 behind it) or ``number``."""
    if code.lower() == "general" or code == "@":
        return "number"
    first = code.split(";")[0]
    if re.search(r"\[(h+|m+|s+)\]", first, re.IGNORECASE):
        return "duration"
    bare = _LITERALS.sub("", _CONDITIONS.sub("", first)).lower().replace("general", "")
    if re.search("[ymdhs]|[年月日时]", bare):
        return "date"
    if is_scaled(code):
        return "scaled"
    return "worded" if scale_word(code) else "number"


def scale_word(code: str) -> str:
    """The unit with 万 or 亿 that a format writes behind the stored number: ``0.00"万元"``."""
    found = _SCALE_WORD.search(code.split(";")[0])
    return found.group(1) if found else ""


def is_scaled(code: str) -> bool:
    """Percent, per mille by a trailing comma, or 万 by ``0!.0,`` / ``0"."#,``."""
    positive = code.split(";")[0]
    bare = _LITERALS.sub("", re.sub(r"!(.)", r"\\\1", positive))
    if "%" in bare or "‰" in positive:
        return True
    if re.search(r"[0#?]\s*,+\s*($|[^0#?,\s])", bare):
        return True
    # A point that is only painted shifts the number by as many places: 0!.0000 shows 万.
    return bool(re.search(r'[0#?](!\.|\\\.|"\.")[0#?]', positive))


def builtin_format(number: int) -> str:
    """The code of a built-in number format."""
    return _BUILTIN.get(number, "General")


def date_text(serial: float, *, epoch_1904: bool, code: str) -> str | None:
    """A date serial as ISO text; None where no such date exists.

    Serials below 1 are times of day. In the 1900 system serial 0 and serial 60 are days that never
    were.
    """
    if 0 <= serial < 1 and not _shows_day(code):
        return _clock(min(_split(serial)[1], 86399))
    if serial < (0 if epoch_1904 else 1):
        return None
    days, seconds = _split(serial + 1462 if epoch_1904 else serial)
    if days >= _LAST_SERIAL:
        return None
    if days == _PHANTOM_DAY:
        return None
    base = dt.date(1899, 12, 31) if days < _PHANTOM_DAY else dt.date(1899, 12, 30)
    day = (base + dt.timedelta(days=days)).isoformat()
    return f"{day} {_clock(seconds)}" if seconds or _shows_time(code) else day


def _split(serial: float) -> tuple[int, int]:
    """Days and whole seconds; serials are rounded to the second as Excel shows them."""
    days = int(serial)
    seconds = round((serial - days) * 86400)
    return (days + 1, 0) if seconds == 86400 else (days, seconds)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _shows_day(code: str) -> bool:
    return bool(re.search("[yYdD年日]", _LITERALS.sub("", code)))


def _shows_time(code: str) -> bool:
    return bool(re.search("[hHsS时]", _LITERALS.sub("", code)))


def duration_text(days: float) -> str:
    """A duration as hours, minutes and seconds."""
    seconds = round(days * 86400)
    sign = "-" if seconds < 0 else ""
    seconds = abs(seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
