"""Numbers: the strict grammar, units, scale words, rounding."""

from __future__ import annotations

from decimal import Decimal

import pytest
from casting_case import a_field, a_reading, cast, one
from hypothesis import given
from hypothesis import strategies as st

from schemas.casting import rules
from schemas.casting.chinese_numeral import chinese_money, chinese_number
from schemas.message import DefinitionError

MONEY = a_field(type="decimal", scale=2, unit="CNY")
AREA = a_field(type="decimal", scale=2, unit="m2")
MEASURED = a_field(type="number", unit="mg/m3")
COUNT = a_field(type="integer")
YUAN = a_reading("CNY")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("007", "7"),
        ("+5", "5"),
        (".5", "0.5"),
        ("−5", "-5"),  # U+2212
        ("－5", "-5"),
        ("１２３．４５", "123.45"),
        ("1,234.5", "1234.5"),
        ("1，234，567", "1234567"),
        ("1,2345,6789", "123456789"),  # fours, as 万 and 亿 count
        ("12,3456", "123456"),
        ("(1,234.50)", "-1234.5"),
        ("（50）", "-50"),
        ("1e3", "1000"),
        ("1.5E+05", "150000"),
        ("25e-1", "2.5"),
        ("￥5", "5"),
        ("¥ 1,000", "1000"),
        ("RMB 20", "20"),
        ("-¥5", "-5"),
        ("¥-5", "-5"),
        ("1.5亿", "150000000"),
        ("3万", "30000"),
        ("2千", "2000"),
        ("1亿2000万", "120000000"),
        ("1亿2000万3000", "120003000"),
        ("5百万", "5000000"),
        ("一百二十万", "1200000"),
        ("壹佰贰拾万元整", "1200000"),
        ("壹佰贰拾叁万肆仟伍佰陆拾柒元", "1234567"),
        ("叁拾元伍角陆分", "30.56"),
        ("五元", "5"),
        ("\u00a07\u3000", "7"),
    ],
)
def test_odd_but_right_numbers_are_accepted(text: str, value: str) -> None:
    assert one(text, MONEY, YUAN) == (Decimal(value).quantize(Decimal("0.01")), [])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("1_000", rules.NOT_A_NUMBER),
        ("٣", rules.NOT_A_NUMBER),
        ("nan", rules.NOT_A_NUMBER),
        ("NaN", rules.NOT_A_NUMBER),
        ("inf", rules.NOT_A_NUMBER),
        ("-Infinity", rules.NOT_A_NUMBER),
        ("0x10", rules.NOT_A_NUMBER),
        ("1.2.3", rules.NOT_A_NUMBER),
        ("5.", rules.NOT_A_NUMBER),
        (".", rules.NOT_A_NUMBER),
        ("--5", rules.NOT_A_NUMBER),
        ("+-5", rules.NOT_A_NUMBER),
        ("(-5)", rules.NOT_A_NUMBER),
        ("-", rules.NOT_A_NUMBER),
        ("——", rules.NOT_A_NUMBER),
        ("/", rules.NOT_A_NUMBER),
        ("2019-5", rules.NOT_A_NUMBER),
        ("5-10", rules.NOT_A_NUMBER),
        ("<5", rules.NOT_A_NUMBER),
        ("27.0270;", rules.NOT_A_NUMBER),
        ("其他商服用地40年;", rules.NOT_A_NUMBER),
        ("一二三", rules.NOT_A_NUMBER),
        ("一万三", rules.NOT_A_NUMBER),
        ("①", rules.NOT_A_NUMBER),
        ("10²", rules.NOT_A_NUMBER),
        ("½", rules.NOT_A_NUMBER),
        ("1亿2亿", rules.NOT_A_NUMBER),
        ("3万5", rules.NOT_A_NUMBER),
        ("1e400", rules.TOO_LARGE),
        ("1e999999999999", rules.TOO_LARGE),
        ("9" * 500, rules.TOO_LARGE),
        ("1" + "0" * 36, rules.TOO_LARGE),
        ("1,23", rules.WRONG_GROUPING),
        ("12,34,567", rules.WRONG_GROUPING),
        ("1,234,5678", rules.WRONG_GROUPING),
        ("0,123", rules.WRONG_GROUPING),
        ("1,234,", rules.WRONG_GROUPING),
        ("5美元", rules.UNKNOWN_UNIT),
        ("5块", rules.UNKNOWN_UNIT),
        ("5平方米", rules.OTHER_DIMENSION),
    ],
)
def test_what_is_no_number_is_refused(text: str, rule: str) -> None:
    assert one(text, MONEY, YUAN) == (None, [rule])


def test_largest_decimal_on_both_sides_of_the_bound() -> None:
    assert one("9" * 36, MONEY, YUAN) == (Decimal("9" * 36), [])
    assert one("1" + "0" * 36, MONEY, YUAN) == (None, [rules.TOO_LARGE])


def test_largest_integer_on_both_sides_of_the_bound() -> None:
    assert one(str(2**63 - 1), COUNT) == (2**63 - 1, [])
    assert one(str(2**63), COUNT) == (None, [rules.TOO_LARGE])
    assert one(str(-(2**63)), COUNT) == (-(2**63), [])
    assert one(str(-(2**63) - 1), COUNT) == (None, [rules.TOO_LARGE])


def test_largest_float() -> None:
    field = a_field(type="number")
    assert one("1e308", field) == (1e308, [])
    assert one("1e309", field) == (None, [rules.TOO_LARGE])
    assert one("1e-999", field) == (0.0, [])


@pytest.mark.parametrize(
    ("text", "value", "found"),
    [
        ("2.675", "2.68", [rules.ROUNDED]),
        ("2.665", "2.66", [rules.ROUNDED]),
        ("2.6650000001", "2.67", [rules.ROUNDED]),
        ("0.005", "0.00", [rules.ROUNDED]),
        ("0.015", "0.02", [rules.ROUNDED]),
        ("-0.015", "-0.02", [rules.ROUNDED]),
        ("2.67", "2.67", []),
        ("2.6700", "2.67", []),
    ],
)
def test_more_digits_are_rounded_half_even_once_and_told(
    text: str, value: str, found: list[str]
) -> None:
    assert one(text, MONEY, YUAN) == (Decimal(value), found)


def test_whole_numbers_stay_whole() -> None:
    assert cast(["45.0", "45.5", "50", "-3"], COUNT).values == [45, None, 50, -3]
    assert one("45.5", COUNT) == (None, [rules.NOT_WHOLE])


# -- units ----------------------------------------------------------------------------------


def test_hectares_with_six_digits_are_exact_in_square_metres() -> None:
    found = cast(["5.292804", "0.391800", "6.000000", "0.000001"], AREA, a_reading("ha"))
    assert found.values == [Decimal("52928.04"), Decimal("3918"), Decimal("60000"), Decimal("0.01")]
    assert found.rules == [[], [], [], []]


def test_mu_have_no_end_and_are_rounded_without_a_word() -> None:
    assert one("1", AREA, a_reading("mu")) == (Decimal("666.67"), [])
    assert one("3", AREA, a_reading("mu")) == (Decimal("2000.00"), [])


def test_micrograms_to_milligrams_is_the_nearest_float() -> None:
    found = cast(["1300", "599.7", "0.1", "7"], MEASURED, a_reading("ug/m3"))
    assert found.values == [1.3, 0.5997, 0.0001, 0.007]


def test_unit_in_the_cell_goes_before_the_column_and_is_told() -> None:
    assert one("45097平方米", AREA, a_reading("ha")) == (Decimal("45097"), [rules.UNIT_CONFLICT])
    assert one("4.5公顷", AREA, a_reading("ha")) == (Decimal("45000"), [])
    assert one("5566.257万元", MONEY) == (Decimal("55662570"), [])
    assert one("5566.257万元", MONEY, YUAN) == (Decimal("55662570"), [rules.UNIT_CONFLICT])
    assert one("40年", a_field(type="integer", unit="a"), a_reading("a")) == (40, [])
    assert one("四十年", a_field(type="integer", unit="a"), a_reading("a")) == (40, [])
    assert one("30%", a_field(type="decimal", scale=3, unit="1")) == (Decimal("0.3"), [])


def test_scale_word_under_a_scaled_header_is_not_guessed() -> None:
    assert one("5万", MONEY, a_reading("CNY_10k")) == (None, [rules.SCALE_WORD_UNCLEAR])
    assert one("5万", MONEY, YUAN) == (Decimal(50000), [])
    assert one("5万元", MONEY, a_reading("CNY_10k")) == (Decimal(50000), [])
    assert one("5万", AREA, a_reading("ha")) == (Decimal(500000000), [])


def test_currency_sign_takes_the_scale_of_the_column_or_yuan() -> None:
    assert one("￥5", MONEY, a_reading("CNY_10k")) == (Decimal(50000), [])
    assert one("￥5", MONEY) == (Decimal(5), [])
    assert one("￥5", AREA, a_reading("m2")) == (None, [rules.OTHER_DIMENSION])
    assert one("￥5", COUNT) == (None, [rules.OTHER_DIMENSION])


def test_column_without_a_unit_fails_closed_with_one_critical_problem() -> None:
    found = cast(["NA", "1", "2亩", "3"], AREA, a_reading(missing=frozenset({"NA"})))
    assert found.values == [None, None, Decimal("1333.33"), None]
    assert found.rules == [[], [rules.NO_UNIT], [], []]
    assert found.findings[0].severity == "critical"
    assert "2 个数值" in found.findings[0].what.zh


def test_column_of_another_dimension_fails_closed() -> None:
    found = cast(["1", "2"], AREA, a_reading("CNY_10k"))
    assert found.values == [None, None]
    assert found.rules == [[rules.COLUMN_OTHER_DIMENSION], []]


def test_only_dimensionless_fields_need_no_unit_in_the_source() -> None:
    assert one("7.91", a_field(type="number", unit="1")) == (7.91, [])
    assert one("30", a_field(type="number", unit="percent")) == (None, [rules.NO_UNIT])
    assert one("7", a_field(type="number")) == (7.0, [])
    assert one("7米", a_field(type="number")) == (None, [rules.OTHER_DIMENSION])


def test_unknown_unit_of_a_field_is_a_wrong_definition() -> None:
    with pytest.raises(DefinitionError):
        one("1", a_field(type="number", unit="parsec"))


# -- remarks, blanks, detection limits ------------------------------------------------------


def test_blanks_between_digits_are_joined_and_told() -> None:
    assert one("1 11 3万元", MONEY) == (Decimal(11130000), [rules.BLANKS_IN_NUMBER])
    assert one("5566. 257万元", MONEY) == (Decimal(55662570), [rules.BLANKS_IN_NUMBER])
    assert one("5566.257 万元", MONEY) == (Decimal(55662570), [])


def test_remark_beside_a_number_is_told() -> None:
    found = cast(["１，２３４．５　万元（不含税）"], MONEY)
    assert found.values == [Decimal(12345000)]
    assert found.rules == [[rules.COMMENT_IN_NUMBER]]
    assert "不含税" in found.findings[0].what.zh
    assert "1234.5万元" in found.findings[0].what.zh


def test_unit_in_brackets_is_no_remark() -> None:
    assert one("12(万元)", MONEY) == (Decimal(120000), [])
    assert one("55dB(A)", a_field(type="number", unit="dB")) == (55.0, [])


@pytest.mark.parametrize("text", ["约5", "约为5", "≈5", "5左右", "大约 5"])
def test_approximate_numbers_are_told(text: str) -> None:
    assert one(text, MONEY, YUAN) == (Decimal(5), [rules.APPROXIMATE])


@pytest.mark.parametrize(
    "text", ["<0.02", "＜0.02", "0.01L", "未检出", "ND", "低于检出限", "<0.02mg/L"]
)
def test_below_detection_is_empty_and_told_for_measurements_only(text: str) -> None:
    water = a_field(type="number", unit="mg/L")
    assert one(text, water, a_reading("mg/L")) == (None, [rules.BELOW_DETECTION])
    value, found = one(text, a_field(type="number", unit="m3"), a_reading("m3"))
    if text == "0.01L":
        assert (value, found) == (0.00001, [rules.UNIT_CONFLICT])  # litres
    else:
        assert value is None
        assert found == [rules.NOT_A_NUMBER]


def test_dash_is_zero_only_where_declared() -> None:
    accounting = a_reading("CNY", dash_is_zero=True, missing=frozenset({"", "-"}))
    assert cast(["-", "－", "—", "--"], MONEY, accounting).values == [0, 0, 0, None]
    assert one("-", MONEY, a_reading("CNY", missing=frozenset({"-"}))) == (None, [])
    assert one("-", MONEY, YUAN) == (None, [rules.NOT_A_NUMBER])


def test_missing_texts_and_aliases_go_before_numbers() -> None:
    reading = a_reading("CNY", missing=frozenset({"NA", "-99", " 无 "}), aliases={"五": "5.5"})
    found = cast(["NA", "-99", " -99 ", "-98", "无", "五", None, " \u00a0", "na"], MONEY, reading)
    assert found.values == [None, None, None, Decimal(-98), None, Decimal("5.5"), None, None, None]
    assert found.rules[:8] == [[]] * 8
    assert found.rules[8] == [rules.NOT_A_NUMBER]


def test_invisible_characters_in_numbers_are_told() -> None:
    assert one("3\u200b5", MONEY, YUAN) == (Decimal(35), [rules.INVISIBLE_CHARACTERS])


def test_several_labelled_numbers_are_empty_and_told_unless_equal() -> None:
    term = a_field(type="integer", unit="a")
    texts = [
        "城镇住宅用地70年; 其他商服用地40年;",
        "中低价位、中小套型普通商品住房用地50年；公共设施用地50年",
        "不低于40年; 不高于50年;",
        "住宅70年; 商业40公顷;",
        "住宅70年; 商业",
        "住宅70; 商业40;",
        "住宅70年;",
    ]
    found = cast(list(texts), term, a_reading("a"))
    assert found.values == [None, 50, None, None, None, None, None]
    assert found.rules[:3] == [[rules.SEVERAL_VALUES], [], [rules.NOT_A_NUMBER]]
    assert found.rules[3:] == [[rules.SEVERAL_VALUES], *[[rules.NOT_A_NUMBER]] * 3]
    assert found.findings[0].severity == "warning"


# -- properties -----------------------------------------------------------------------------

decimals = st.decimals(-(10**12), 10**12, places=2, allow_nan=False, allow_infinity=False)


@given(decimals)
def test_formatted_numbers_come_back(value: Decimal) -> None:
    full_width = str(value).translate({**{48 + n: 0xFF10 + n for n in range(10)}, 46: "．"})
    texts = [f"{value:f}", f"{value:,f}", f"{value:,f}元", f"¥{value:f}", full_width, f" {value} "]
    found = cast(list(texts), MONEY, YUAN)
    assert found.values == [value] * len(texts)
    assert found.rules == [[]] * len(texts)


@given(st.integers(0, 10**12 - 1))
def test_chinese_numerals_come_back(value: int) -> None:
    from cn2an import An2Cn

    assert chinese_number(An2Cn().an2cn(str(value), "low")) == value
    assert chinese_number(An2Cn().an2cn(str(value), "up")) == value


@given(st.integers(1, 10**10))
def test_capital_amounts_come_back(cents: int) -> None:
    from cn2an import An2Cn

    amount = Decimal(cents) / 100
    assert chinese_money(An2Cn().an2cn(str(amount), "rmb")) == amount


@given(st.text(max_size=12))
def test_no_text_breaks_the_reader(text: str) -> None:
    value, found = one(text, MONEY, YUAN)
    assert (
        value is not None or found or not text.strip() or "\u200b" in text or not text.isprintable()
    )
