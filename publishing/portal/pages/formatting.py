"""How values are written for people in each language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from publishing.portal.pages.languages import CHINESE, Language
from publishing.portal.pages.texts import text_of
from schemas.message import Message
from schemas.strict import Text

CHINESE_SIGN = re.compile(r"[\u2e80-\u303f\u31c0-\u31ef\u3400-\u9fff\uf900-\ufaff\uff01-\uff60]")
_BROKEN_LINE = re.compile(f"(?<={CHINESE_SIGN.pattern}) +(?={CHINESE_SIGN.pattern})")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NO_VALUE = "—"


def text(value: Text | Message | Mapping[str, str], language: Language) -> str:
    """A text of our files in a language. Between Chinese signs, a line broken in the file leaves
    no blank."""
    if isinstance(value, Mapping):
        chosen = value["zh"] if language is CHINESE else value["en"]
    else:
        chosen = value.zh if language is CHINESE else value.en
    return _BROKEN_LINE.sub("", chosen)


def chinese(value: object, language: Language) -> Markup:
    """A text that is not translated: on an English page its Chinese is marked as such, so that it
    is pronounced and set as Chinese."""
    return in_chinese(str(value), escape(value), language)


def in_chinese(value: str, shown: Markup, language: Language) -> Markup:
    """What a text is shown as, marked as Chinese where it is and the page is not."""
    if language is CHINESE or not CHINESE_SIGN.search(value):
        return shown
    return Markup('<span lang="zh-CN">{}</span>').format(shown)


def number(value: float | Decimal | str) -> str:
    """Digits in groups of three, none lost: both languages write them so."""
    return f"{Decimal(value) if isinstance(value, str) else value:,}"


def day(value: dt.date | str, language: Language) -> str:
    """``2026年5月1日`` or ``1 May 2026``."""
    if isinstance(value, str):
        value = dt.date.fromisoformat(value)
    if language is CHINESE:
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: dt.datetime | str, language: Language, timezone: str) -> Markup:
    """A ``time`` element: day and minute in the site's time zone, exact for machines."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    local = value.astimezone(ZoneInfo(timezone))
    separator = " " if language is CHINESE else ", "
    return Markup('<time datetime="{}">{}{}{:%H:%M}</time>').format(
        local.isoformat(timespec="seconds"), day(local.date(), language), separator, local
    )


def date(value: dt.date | str, language: Language, timezone: str) -> Markup:
    """A ``time`` element of a day, or of the day of a moment in the site's time zone."""
    if isinstance(value, str):
        value = (
            dt.date.fromisoformat(value) if len(value) == 10 else dt.datetime.fromisoformat(value)
        )
    if isinstance(value, dt.datetime):
        value = value.astimezone(ZoneInfo(timezone)).date()
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), day(value, language))


def size(count: int) -> str:
    """Bytes as people read them: ``19.6 kB``; units of 1000 as in file managers and browsers."""
    amount, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 999.5:
            break
        amount, unit = amount / 1000, larger
    digits = 0 if unit == "B" or amount >= 99.95 else 1
    return f"{amount:.{digits}f} {unit}"


def share(part: int, whole: int) -> str:
    """A part in percent. What is not all or nothing is never shown as such."""
    if whole == 0:
        return NO_VALUE
    if part in (0, whole):
        return "100%" if part else "0%"
    percent = 100 * part / whole
    if percent < 0.1:
        return "<0.1%"
    return ">99.9%" if percent > 99.9 else f"{percent:.1f}%"


def age(since: dt.datetime, now: dt.datetime, language: Language) -> Markup:
    """The time between two moments as people say it."""
    hours = int((now - since) / dt.timedelta(hours=1))
    if hours < 1:
        return text_of("freshness.under_an_hour", language)
    if hours < 48:
        return text_of("freshness.hours", language, n=hours)
    return text_of("freshness.days", language, n=hours // 24)


def contact(value: str) -> Markup:
    """A way to reach the publisher: an address that can be followed is a link."""
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return Markup('<a href="mailto:{0}">{0}</a>').format(value)
    if re.match(r"https?://", value):
        return Markup('<a href="{0}">{0}</a>').format(value)
    return escape(value)
