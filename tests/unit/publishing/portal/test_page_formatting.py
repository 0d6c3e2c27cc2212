"""Values as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from publishing.portal.pages import formatting
from publishing.portal.pages.languages import CHINESE, ENGLISH
from schemas.strict import Text


def test_moments_stand_in_the_time_zone_of_the_site() -> None:
    written = "2026-04-30T23:30:00+00:00"
    chinese = formatting.moment(written, CHINESE, "Asia/Shanghai")
    assert chinese == '<time datetime="2026-05-01T07:30:00+08:00">2026年5月1日 07:30</time>'
    assert "1 May 2026, 07:30" in formatting.moment(written, ENGLISH, "Asia/Shanghai")
    assert "2026年5月1日" in formatting.date(written, CHINESE, "Asia/Shanghai")
    assert "30 April 2026" in formatting.date("2026-04-30", ENGLISH, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (19_588, "19.6 kB"), (999_600, "1.0 MB")],
)
def test_sizes(count: int, shown: str) -> None:
    assert formatting.size(count) == shown


def test_digits_are_never_lost() -> None:
    assert formatting.number(Decimal("1234567.80")) == "1,234,567.80"
    assert formatting.number("0.10") == "0.10"
    assert formatting.number(12) == "12"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, "—"),
        (0, 5, "0%"),
        (5, 5, "100%"),
        (1, 100_000, "<0.1%"),
        (99_999, 100_000, ">99.9%"),
        (1, 8, "12.5%"),
    ],
)
def test_what_is_not_all_is_not_shown_as_all(part: int, whole: int, shown: str) -> None:
    assert formatting.share(part, whole) == shown


def test_a_line_broken_in_a_file_leaves_no_blank_between_chinese_signs() -> None:
    text = Text(zh="级别和首要污染物， 按观测 PM2.5 日期", en="a b")
    assert formatting.text(text, CHINESE) == "级别和首要污染物，按观测 PM2.5 日期"


def test_chinese_is_marked_on_english_pages_only() -> None:
    assert formatting.chinese("<地块>", ENGLISH) == '<span lang="zh-CN">&lt;地块&gt;</span>'
    assert formatting.chinese("地块", CHINESE) == "地块"
    assert formatting.chinese("plot", ENGLISH) == "plot"


def test_a_contact_is_a_link_where_it_can_be_followed() -> None:
    assert formatting.contact("data@county.example") == (
        '<a href="mailto:data@county.example">data@county.example</a>'
    )
    assert formatting.contact("电话 <0938>") == "电话 &lt;0938&gt;"
    assert formatting.contact("javascript:alert(1)") == "javascript:alert(1)"
