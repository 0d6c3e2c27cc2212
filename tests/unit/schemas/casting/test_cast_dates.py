"""Dates, instants, months and years."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from casting_case import a_field, a_reading, cast, one
from hypothesis import given
from hypothesis import strategies as st

from schemas.casting import cast_column, rules
from schemas.message import DefinitionError

DATE = a_field(type="date")
INSTANT = a_field(type="datetime")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "2026年3月5日",
        "2026年03月05日",
        "2026 年 3 月 5 日",
        "二〇二六年三月五日",
        "二○二六年三月五日",
        "二零二六年三月五日",
        "2026.3.5",
        "2026/3/5",
        "2026-03-05",
        "20260305",
        "２０２６年３月５日",
        "2026/3/5 0:00:00",
        "2026-03-05T00:00:00",
        "2026-03-04T16:00:00Z",
        "2026年03月05日09时00分",
        "2026-03-04 24:00",
    ],
)
def test_all_usual_forms_of_a_day(text: str) -> None:
    assert one(text, DATE) == (dt.date(2026, 3, 5), [])


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("二〇二四年十月十日", 10, 10),
        ("二〇二四年十二月三十一日", 12, 31),
        ("二〇二四年一月二十日", 1, 20),
    ],
)
def test_chinese_months_and_days(text: str, month: int, day: int) -> None:
    assert one(text, DATE) == (dt.date(2024, month, day), [])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("20260230", rules.IMPOSSIBLE_DATE),
        ("2025-02-29", rules.IMPOSSIBLE_DATE),
        ("2026年13月1日", rules.IMPOSSIBLE_DATE),
        ("0000-00-00", rules.IMPOSSIBLE_DATE),
        ("二〇二六年二月三十日", rules.IMPOSSIBLE_DATE),
        ("26.3.5", rules.TWO_DIGIT_YEAR),
        ("26-03-05", rules.TWO_DIGIT_YEAR),
        ("15年3月5日", rules.TWO_DIGIT_YEAR),
        ("260305", rules.TWO_DIGIT_YEAR),
        ("民国115年3月5日", rules.MINGUO_YEAR),
        ("115年3月5日", rules.MINGUO_YEAR),
        ("115/3/5", rules.MINGUO_YEAR),
        ("2026年1月", rules.INCOMPLETE_DATE),
        ("2026", rules.INCOMPLETE_DATE),
        ("02-04 11:00", rules.INCOMPLETE_DATE),
        ("46086", rules.SERIAL_DATE),
        ("46086.5", rules.SERIAL_DATE),
        ("2026-3/5", rules.NOT_A_DATE),
        ("05/03/2026", rules.NOT_A_DATE),
        ("+2026-3-5", rules.NOT_A_DATE),
        ("2026-03-05 9", rules.NOT_A_DATE),
        ("明天", rules.NOT_A_DATE),
        ("2026-03-05abc", rules.NOT_A_DATE),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(text: str, rule: str) -> None:
    assert one(text, DATE) == (None, [rule])


def test_leap_day_on_both_sides() -> None:
    assert one("2024-02-29", DATE) == (dt.date(2024, 2, 29), [])
    assert one("2025年2月29日", DATE) == (None, [rules.IMPOSSIBLE_DATE])
    assert one("2000-02-29", DATE) == (dt.date(2000, 2, 29), [])


@pytest.mark.parametrize(
    ("text", "sentinel"),
    [
        ("1899-12-29", False),
        ("1899-12-30", True),
        ("1899-12-31", True),
        ("1900-01-01", True),
        ("1900年01月01日", True),
        ("1900-01-02", False),
        ("1900-12-31", False),
        ("1901-01-01", True),
        ("1901年01月02日", True),
        ("1901-01-31", True),
        ("1901-02-01", False),
        ("2099-12-31", False),
        ("2100-01-01", True),
        ("9999-12-31", True),
    ],
)
def test_sentinel_dates_are_empty_and_told(text: str, sentinel: bool) -> None:
    value, found = one(text, DATE)
    assert (value is None) == sentinel
    assert found == ([rules.SENTINEL_DATE] if sentinel else [])


def test_declared_sentinel_dates_are_not_told_however_they_are_written() -> None:
    reading = a_reading(missing=frozenset({"1900-01-01", "1901年01月02日"}))
    found = cast(["1900年01月01日", "1900/1/1", "1901年01月02日", "1901-01-03"], DATE, reading)
    assert found.values == [None] * 4
    assert found.rules == [[], [], [], [rules.SENTINEL_DATE]]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016年02月27日09时00分", at(2016, 2, 27, 9)),
        ("2016年2月27日9时", at(2016, 2, 27, 9)),
        ("2007/9/7 0:00:00", at(2007, 9, 7)),
        ("2007/9/1 15:54:21", at(2007, 9, 1, 15, 54, 21)),
        ("2018-02-20T07:00:00", at(2018, 2, 20, 7)),
        ("2018-02-20T07:00:00Z", at(2018, 2, 20, 15)),
        ("2018-02-20T07:00:00+09:00", at(2018, 2, 20, 6)),
        ("2018-02-20 07:00:00+0800", at(2018, 2, 20, 7)),
        ("2024-3-1 5:07", at(2024, 3, 1, 5, 7)),
        ("20240301093000", at(2024, 3, 1, 9, 30)),
        ("202403010930", at(2024, 3, 1, 9, 30)),
        ("2024-12-31 24:00", at(2025, 1, 1)),
        ("2024-02-28 24:00:00", at(2024, 2, 29)),
        ("2024-01-01 00:00:00.123", at(2024, 1, 1, 0, 0, 0, 123000)),
    ],
)
def test_instants_are_told_in_the_zone_of_the_site(text: str, moment: dt.datetime) -> None:
    assert one(text, INSTANT) == (moment, [])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2024-12-31 24:30", rules.IMPOSSIBLE_DATE),
        ("2024-12-31 25:00", rules.IMPOSSIBLE_DATE),
        ("2024-12-31 23:60", rules.IMPOSSIBLE_DATE),
        ("2024-12-31 23:59:60", rules.IMPOSSIBLE_DATE),
        ("2024-12-31", rules.INCOMPLETE_DATE),
        ("2025-02-29 01:00", rules.IMPOSSIBLE_DATE),
        ("1988-04-17 02:30", rules.IMPOSSIBLE_DATE),  # skipped by summer time in Shanghai
        ("02-04 11:00", rules.INCOMPLETE_DATE),
    ],
)
def test_what_is_no_instant_is_refused(text: str, rule: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    skipped = dt.datetime(1988, 4, 17, 2, 30, tzinfo=zone).astimezone(dt.UTC).astimezone(zone)
    assert skipped.hour == 3, "the time zone table of this machine has another summer time"
    assert one(text, INSTANT) == (None, [rule])


def test_digits_below_a_millisecond_are_told() -> None:
    value, found = one("2024-01-01 00:00:00.1234", INSTANT)
    assert (value, found) == (at(2024, 1, 1, 0, 0, 0, 123000), [rules.ROUNDED])


# -- declared forms -------------------------------------------------------------------------


def test_year_comes_from_as_of_and_never_from_the_future() -> None:
    reading = a_reading(date_format="MM-DD HH:mm")  # as of 4 February 2026
    found = cast(["02-04 11:00", "02-05 00:00", "12-31 24:00", "01-01 00:00"], INSTANT, reading)
    assert found.values == [at(2026, 2, 4, 11), at(2025, 2, 5), at(2026, 1, 1), at(2026, 1, 1)]
    new_year = a_reading(date_format="MM-DD HH:mm", as_of=dt.date(2026, 1, 1))
    assert one("12-31 23:00", INSTANT, new_year) == (at(2025, 12, 31, 23), [])


def test_leap_day_without_a_year() -> None:
    early = a_reading(date_format="MM-DD HH:mm", as_of=dt.date(2025, 1, 10))
    assert one("02-29 08:00", INSTANT, early) == (at(2024, 2, 29, 8), [])
    late = a_reading(date_format="MM-DD HH:mm", as_of=dt.date(2025, 3, 10))
    assert one("02-29 08:00", INSTANT, late) == (None, [rules.IMPOSSIBLE_DATE])


@pytest.mark.parametrize(
    ("date_format", "text", "day"),
    [
        ("YYMMDD", "260305", dt.date(2026, 3, 5)),
        ("YY-MM-DD", "45-3-5", dt.date(2045, 3, 5)),  # 19 years ahead
        ("YY-MM-DD", "46-3-5", dt.date(1946, 3, 5)),
        ("民国ROC年M月D日", "民国115年3月5日", dt.date(2026, 3, 5)),
        ("ROC/MM/DD", "115/03/05", dt.date(2026, 3, 5)),
        ("DD/MM/YYYY", "05/03/2026", dt.date(2026, 3, 5)),
        ("YYMMDD", "2026-03-05", dt.date(2026, 3, 5)),  # the usual forms stay
        ("excel_1900", "46086", dt.date(2026, 3, 5)),
        ("excel_1900", "46086.99", dt.date(2026, 3, 5)),
        ("excel_1900", "2026.3.5", dt.date(2026, 3, 5)),
        ("excel_1900", "20260305", dt.date(2026, 3, 5)),
        ("excel_1900", "59", dt.date(1900, 2, 28)),
        ("excel_1900", "61", dt.date(1900, 3, 1)),
        ("excel_1904", "44624", dt.date(2026, 3, 5)),
    ],
)
def test_declared_forms(date_format: str, text: str, day: dt.date) -> None:
    assert one(text, DATE, a_reading(date_format=date_format)) == (day, [])


def test_the_day_that_never_was() -> None:
    reading = a_reading(date_format="excel_1900")
    assert one("60", DATE, reading) == (None, [rules.IMPOSSIBLE_DATE])
    assert one("0", DATE, reading) == (None, [rules.IMPOSSIBLE_DATE])
    assert one("1", DATE, reading) == (None, [rules.SENTINEL_DATE])


def test_serial_times_are_to_the_second() -> None:
    reading = a_reading(date_format="excel_1900")
    assert one("46086.041666666664", INSTANT, reading) == (at(2026, 3, 5, 1), [])


def test_declared_form_without_hours_is_midnight() -> None:
    assert one("2026-03-05", INSTANT, a_reading(date_format="YYYY-MM-DD")) == (at(2026, 3, 5), [])


@pytest.mark.parametrize("date_format", ["YYYY", "MM-MM", "nonsense"])
def test_wrong_date_format_is_a_wrong_definition(date_format: str) -> None:
    with pytest.raises(DefinitionError):
        one("2026-03-05", DATE, a_reading(date_format=date_format))


# -- hours ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-05 01:00", at(2024, 5, 5)),
        ("2024-05-05 00:00", at(2024, 5, 4, 23)),  # midnight
        ("2024-05-04 24:00", at(2024, 5, 4, 23)),  # the same midnight, written the other way
        ("2024-03-01 00:00:00", at(2024, 2, 29, 23)),  # month end of a leap year
        ("2023-03-01 00:00:00", at(2023, 2, 28, 23)),
        ("2025-01-01 00:00", at(2024, 12, 31, 23)),  # year end
        ("2025年01月01日00时00分", at(2024, 12, 31, 23)),  # by the exact path
    ],
)
def test_end_of_hour_becomes_start_of_hour(text: str, moment: dt.datetime) -> None:
    field = a_field(type="datetime", hour_label="start")
    assert one(text, field, a_reading(hour_label="end")) == (moment, [])


def test_start_of_hour_becomes_end_of_hour() -> None:
    field = a_field(type="datetime", hour_label="end")
    assert one("2024-12-31 23:00", field, a_reading(hour_label="start"))[0] == at(2025, 1, 1)
    assert one("2024-12-31 23:00", field, a_reading(hour_label="end"))[0] == at(2024, 12, 31, 23)


def test_hourly_field_needs_the_label_of_its_source() -> None:
    with pytest.raises(DefinitionError):
        one("2024-12-31 23:00", a_field(type="datetime", hour_label="end"))


# -- months and years -----------------------------------------------------------------------


def test_months() -> None:
    field = a_field(type="yearmonth")
    texts = [
        "2019-5",
        "2026年07月",
        "2026年7月份",
        "201905",
        "2019.5",
        "2019-05-03",
        "二〇一九年五月",
    ]
    expected = ["2019-05", "2026-07", "2026-07", "2019-05", "2019-05", "2019-05", "2019-05"]
    assert cast(list(texts), field).values == expected
    assert one("2019", field) == (None, [rules.INCOMPLETE_DATE])
    assert one("2019-13", field) == (None, [rules.IMPOSSIBLE_DATE])
    assert one("1900-01", field) == (None, [rules.SENTINEL_DATE])


def test_years() -> None:
    field = a_field(type="year")
    texts = ["2019", "2016年", "2016年度", "二〇一六年", "２０１６", "2019-05"]
    assert cast(list(texts), field).values == [2019, 2016, 2016, 2016, 2016, 2019]
    assert one("16", field) == (None, [rules.TWO_DIGIT_YEAR])
    assert one("0999", field) == (None, [rules.IMPOSSIBLE_DATE])
    assert one("1000", field) == (1000, [])
    assert one("2999", field) == (2999, [])
    assert one("3000", field) == (None, [rules.IMPOSSIBLE_DATE])


# -- properties -----------------------------------------------------------------------------

days = st.dates(dt.date(1902, 1, 1), dt.date(2099, 12, 31))


@given(days)
def test_days_come_back_in_every_form(day: dt.date) -> None:
    texts = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.isoformat()} 23:59:59",
    ]
    found = cast(list(texts), DATE)
    assert found.values == [day] * len(texts)
    assert found.rules == [[]] * len(texts)


@given(st.datetimes(dt.datetime(1992, 1, 1), dt.datetime(2099, 12, 30)))  # noqa: DTZ001 local
def test_instants_come_back(moment: dt.datetime) -> None:
    local = moment.replace(microsecond=0)
    texts = [
        f"{local:%Y-%m-%d %H:%M:%S}",
        f"{local:%Y年%m月%d日%H时%M分%S秒}",
        f"{local:%Y%m%d%H%M%S}",
    ]
    expected = local.replace(tzinfo=SHANGHAI)
    assert cast(list(texts), INSTANT).values == [expected] * 3
    assert one(expected.astimezone(dt.UTC).isoformat(), INSTANT)[0] == expected


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    for field in (DATE, INSTANT, a_field(type="yearmonth"), a_field(type="year")):
        column = cast_column(pl.Series([text]), field, a_reading())
        assert (
            column.values[0] is not None
            or column.problems
            or not text.strip()
            or not (text.isprintable())
        )


def test_a_day_counts_from_its_start_only_where_the_field_says_so() -> None:
    from_start = a_field(type="datetime", without_time="start_of_day")
    assert one("2026年3月5日", from_start) == (at(2026, 3, 5), [])
    assert one("2026-03-05 23:31", from_start) == (at(2026, 3, 5, 23, 31), [])
    assert one("2026-03", from_start) == (None, [rules.INCOMPLETE_DATE])
    assert one("2026-03-05", INSTANT) == (None, [rules.INCOMPLETE_DATE])
