"""Days and times as notices write them."""

from __future__ import annotations

import datetime as dt
import re

from schemas.documents.notice.wording import fold

_DAY = re.compile(
    r"(?P<year>(?:19|20)\d{2})\s*[-年/.]\s*(?P<month>\d{1,2})\s*[-月/.]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:\s*T?\s*(?P<hour>\d{1,2})\s*[:时点]\s*(?P<minute>\d{1,2})(?:\s*[:分]\s*(?P<second>\d{1,2}))?)?"
)
_CHINESE = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_DAY = re.compile(
    r"([二][〇○零一二三四五六七八九]{3})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)


def _days(text: str) -> list[tuple[dt.date, str]]:
    found = []
    for match in _DAY.finditer(fold(text)):
        try:
            day = dt.date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            continue
        hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
        is_time = match["hour"] is not None and hour < 24 and minute < 60 and second < 60
        found.append((day, f" {hour:02d}:{minute:02d}:{second:02d}" if is_time else ""))
    for match in _CHINESE_DAY.finditer(text):
        year = int(match[1].replace("二", "2", 1).translate(_CHINESE))
        found.append((dt.date(year, _small(match[2]), _small(match[3])), ""))
    return found


def _small(numeral: str) -> int:
    tens, sign, ones = numeral.rpartition("十")
    digits = "零一二三四五六七八九"
    if not sign:
        return digits.index(numeral)
    return (digits.index(tens) if tens else 1) * 10 + (digits.index(ones) if ones else 0)


def day_in(text: str) -> str:
    """The first day in a text, ISO; empty where there is none."""
    found = _days(text)
    return found[0][0].isoformat() if found else ""


def last_day_in(text: str) -> str:
    """The last day in a text, ISO; empty where there is none."""
    found = _days(text)
    return found[-1][0].isoformat() if found else ""


def moment_in(text: str) -> str:
    """The first day in a text, with its time of day where one stands beside it."""
    found = _days(text)
    return f"{found[0][0].isoformat()}{found[0][1]}" if found else ""
