"""Detection and redaction of personal numbers: the vectors of the facts, and the algebra."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.personal_data import HitKind, detect, redact, screen_text
from expectations.personal_data.detection import KEPT_KINDS
from expectations.personal_data.patterns import CANDIDATE, CLOSE_CANDIDATE

TODAY = dt.date(2026, 11, 23)

REDACTED = [
    ("身份证号６２０５２１１９９００１０１１２３４。", "身份证号620521********1234。", "id_number"),
    ("620521 19900101 1234", "620521********1234", "id_number"),
    ("620521-19900101-1234", "620521********1234", "id_number"),
    ("620521\u200b199001011234", "620521********1234", "id_number"),
    ("1101051949123 1002 x号", "110105********002x号", "id_number"),
    ("残疾证62052119900101123443", "残疾证620521********1234**", "id_number"),
    ("残疾证62052119900101123443B1", "残疾证620521********1234****", "id_number"),
    ("学籍G620521199001011234", "学籍G620521********1234", "id_number"),
    ("360426199101010071", "360426********0071", "id_number"),
    ("11010519491231002X", "110105********002X", "id_number"),
    ("身份证号:620521199001011235", "身份证号:620521********1235", "id_number"),
    ("身份证号620521850615002", "身份证号620521*****5002", "id_number"),
    ("卡4111111111111111", "卡****1111", "bank_card"),
    ("6217003820001234568", "****4568", "bank_card"),
    ("6217 0038 2000 1234 568", "****4568", "bank_card"),
    ("一折通账号：620123456789", "一折通账号：****6789", "bank_card"),
    ("电话13812345678。", "电话138****5678。", "mobile"),
    ("①13812345678", "①138****5678", "mobile"),
    ("+86 13812345678", "+86 138****5678", "mobile"),
    ("013812345678", "0138****5678", "mobile"),
    ("138 1234 5678", "138****5678", "mobile"),
    ("138-1234-5678", "138****5678", "mobile"),
    ("2019 13812345678 300", "2019 138****5678 300", "mobile"),
    ("手机：1381 2345 678", "手机：138****5678", "mobile"),
    ("１３８１２３４５６７８", "138****5678", "mobile"),
    ("6205211990****1234", "620521********1234", "masked_id"),
    ("62052119900101****", "620521********", "masked_id"),
    ("永清镇李崖村三组12号", "永清镇李崖村*", "address"),
    ("幸福小区3号楼2单元501室东", "幸福小区*东", "address"),
]
KEPT = [
    ("620521850615002", "old_id_number"),
    ("联系 zhang.san@example.com", "email"),
    ("护照E12345678", "passport"),
    ("军官证：1234567", "officer_card"),
    ("车牌甘E12345", "licence_plate"),
    ("秘密★10年", "secret_mark"),
    ("绝密 ☆ 长期", "secret_mark"),
]
NOTHING = [
    "91620521MA71AB3C2W",
    "12620521438470015N",
    "11620521013947121U",
    "监管号6205212020B00015",
    "电子监管号4311292007B00552",
    "项目编号620521202602130012345",
    "620521190002290019",  # 1900 was no leap year
    "620521199902310012",  # 31 February
    "620521199001011235",  # check character
    "6217003820001234567",  # Luhn
    "项目编号6217003820001234568",
    "P52038220260001GU",
    "工业园区G03090106地块",
    "商业秘密",
    "清水县自然资源局 0938-7151234",
    "09387151234",
    "010-12345678",
    "总价13812345678元",
    "105.13812345678",
    "2026-01-01 00:00:00",
    "1500 3000 200",
    "77f6cd5c-d167-4b2a-8062-138123456789",
    "138****1234",
    "620521********1234",
    "社区三组南侧12号地块",
    "1号楼1200平方米",
    "清水县2026年第12号",
    "",
]


@pytest.mark.parametrize(("text", "expected", "kind"), REDACTED)
def test_personal_numbers_are_redacted_where_they_stand(
    text: str, expected: str, kind: str
) -> None:
    redacted, hits = screen_text(text, today=TODAY)
    assert (redacted, [hit.kind.value for hit in hits]) == (expected, [kind])


@pytest.mark.parametrize(("text", "kind"), KEPT)
def test_what_is_only_told_stays_as_published(text: str, kind: str) -> None:
    redacted, hits = screen_text(text, today=TODAY)
    assert (redacted, [hit.kind.value for hit in hits]) == (text, [kind])


@pytest.mark.parametrize("text", NOTHING)
def test_codes_amounts_and_office_numbers_are_no_hits(text: str) -> None:
    assert screen_text(text, today=TODAY) == (text, [])


def test_a_birth_date_in_the_future_is_none() -> None:
    born_today = "620521202611231239"
    assert detect(born_today, today=TODAY) != []
    assert detect(born_today, today=TODAY - dt.timedelta(days=1)) == []


def test_office_phones_may_be_published() -> None:
    text = "热线 13812345678，手机 13912345678"
    for written in ("13812345678", "+86 138-1234-5678", "１３８１２３４５６７８"):
        redacted, _ = screen_text(text, office_phones=[written], today=TODAY)
        assert redacted == "热线 13812345678，手机 139****5678"


def test_an_id_number_of_gansu_is_not_taken_for_a_card() -> None:
    assert [hit.kind for hit in detect("620521199001011234", today=TODAY)] == [HitKind.ID_NUMBER]


def test_several_numbers_in_one_text() -> None:
    text = "张三 620521199001011234 电话138 1234 5678，卡6217003820001234568"
    redacted, hits = screen_text(text, today=TODAY)
    assert redacted == "张三 620521********1234 电话138****5678，卡****4568"
    assert len(hits) == 3


PIECES = st.sampled_from(
    [text for text, *_ in REDACTED]
    + [text for text, *_ in KEPT]
    + [*NOTHING, " ", "-", "\u200b", ".", "*", "0", "1", "86", "x", "X", "元", "号", "账号", "电话"]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=5).map("".join),
    st.text(alphabet="0123456789１９*xX- .\u3000\u200b村组号楼室账号电话甘EG@★秘密年", max_size=40),
    st.text(max_size=40),
)


@given(TEXTS)
def test_nothing_redactable_remains_after_screening(text: str) -> None:
    redacted, hits = screen_text(text, today=TODAY)
    again = detect(redacted, today=TODAY)
    assert all(hit.kind in KEPT_KINDS for hit in again)
    assert screen_text(redacted, today=TODAY)[0] == redacted
    if not any(hit.replacement is not None for hit in hits):
        assert redacted == text


@given(TEXTS)
def test_only_the_spans_of_hits_change(text: str) -> None:
    hits = [hit for hit in detect(text, today=TODAY) if hit.replacement is not None]
    redacted = redact(text, hits)
    place = 0
    for hit in hits:
        assert hit.start >= place
        kept = text[place : hit.start]
        assert redacted.startswith(kept + (hit.replacement or ""))
        redacted = redacted[len(kept) + len(hit.replacement or "") :]
        place = hit.end
    assert redacted == text[place:]


@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_the_fast_filters_let_every_hit_through(texts: list[str]) -> None:
    column = pl.Series(texts, dtype=pl.String)
    found = pl.Series([bool(detect(text, today=TODAY)) for text in texts])
    for pattern in (CANDIDATE, CLOSE_CANDIDATE):
        missed = column.filter(found & ~column.str.contains(pattern))
        assert missed.to_list() == []
