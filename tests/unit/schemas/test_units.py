"""Units: found as people write them, converted exactly, taken from headers and notes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.message import DefinitionError
from schemas.units import (
    convert,
    convert_fraction,
    exact_decimal_of,
    find_unit,
    unit_codes,
    unit_in_header,
    unit_in_note,
    unit_of_code,
    units_in_note,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("元", "CNY"), ("人民币元", "CNY"), ("RMB", "CNY"), ("rmb", "CNY"), ("CNY", "CNY"),
        ("￥", "CNY"), ("¥", "CNY"), ("千元", "CNY_1k"), ("万元", "CNY_10k"), ("万 元", "CNY_10k"),
        ("（万元）", "CNY_10k"), ("万元人民币", "CNY_10k"), ("亿元", "CNY_100M"),
        ("公顷", "ha"), ("hm²", "ha"), ("hm2", "ha"), ("HM2", "ha"), ("平方米", "m2"),
        ("㎡", "m2"), ("m2", "m2"), ("m²", "m2"), ("m^2", "m2"), ("Ｍ２", "m2"), ("亩", "mu"),
        ("平方公里", "km2"), ("km²", "km2"), ("万亩", "mu_10k"),
        ("µg/m³", "ug/m3"),  # micro sign
        ("μg/m³", "ug/m3"),  # Greek mu
        ("ug/m3", "ug/m3"), ("㎍/m³", "ug/m3"), ("微克/立方米", "ug/m3"), ("mg/m³", "mg/m3"),
        ("mg/L", "mg/L"), ("㎎/L", "mg/L"), ("毫克/升", "mg/L"), ("μg/L", "ug/L"), ("℃", "Cel"),
        ("°C", "Cel"), ("μS/cm", "uS/cm"), ("µS/cm", "uS/cm"), ("NTU", "NTU"),
        ("cells/L", "cells/L"), ("个/L", "cells/L"), ("%", "percent"), ("％", "percent"),
        ("年", "a"), ("月", "mo"), ("天", "d"), ("元/平方米", "CNY/m2"), ("元/㎡", "CNY/m2"),
        ("万元/公顷", "CNY_10k/ha"), ("万元/亩", "CNY_10k/mu"), ("无量纲", "1"), ("dB(A)", "dB"),
    ],
)  # fmt: skip
def test_units_as_people_write_them(text: str, code: str) -> None:
    unit = find_unit(text)
    assert unit is not None
    assert unit.code == code


@pytest.mark.parametrize(
    "text", ["", " ", "上限", "美元", "元元", "A", "M", "()", "万", "备注", "2026"]
)
def test_what_is_no_known_unit_is_none(text: str) -> None:
    assert find_unit(text) is None


def test_every_code_finds_itself() -> None:
    for code in unit_codes():
        assert unit_of_code(code).code == code
        found = find_unit(code)
        assert found is not None
        assert found.code == code


def test_unknown_code_is_a_wrong_definition() -> None:
    with pytest.raises(DefinitionError):
        unit_of_code("万元")


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("1", "ha", "m2", Decimal(10000)),
        ("5.292804", "ha", "m2", Decimal("52928.04")),
        ("1", "ha", "mu", Decimal(15)),
        ("1", "km2", "ha", Decimal(100)),
        ("1", "km2", "mu", Decimal(1500)),
        ("1", "mu", "m2", Fraction(2000, 3)),
        ("3", "mu", "m2", Decimal(2000)),
        ("1668.0000", "CNY_10k", "CNY", Decimal(16680000)),
        ("0.00000001", "CNY_100M", "CNY", Decimal(1)),
        ("1", "CNY_10k/mu", "CNY/m2", Decimal(15)),
        ("1", "CNY_10k/ha", "CNY/m2", Decimal(1)),
        ("1300", "ug/m3", "mg/m3", Decimal("1.3")),
        ("1", "mg/L", "ug/L", Decimal(1000)),
        ("30", "percent", "1", Decimal("0.3")),
        ("40", "a", "mo", Decimal(480)),
        ("0", "mu", "m2", Decimal(0)),
    ],
)
def test_conversion_is_exact(
    value: str, source: str, target: str, expected: Decimal | Fraction
) -> None:
    assert convert(Decimal(value), unit_of_code(source), unit_of_code(target)) == expected


@pytest.mark.parametrize(
    ("source", "target"), [("CNY", "m2"), ("a", "d"), ("person", "household"), ("mg/L", "cells/L")]
)
def test_dimensions_are_not_mixed(source: str, target: str) -> None:
    with pytest.raises(ValueError, match="cannot convert"):
        convert(Decimal(1), unit_of_code(source), unit_of_code(target))


@given(
    st.decimals(-(10**12), 10**12, places=6),
    st.sampled_from(unit_codes()),
    st.sampled_from(unit_codes()),
)
def test_there_and_back(value: Decimal, source_code: str, target_code: str) -> None:
    source, target = unit_of_code(source_code), unit_of_code(target_code)
    if source.dimension == target.dimension:
        there = convert_fraction(value, source, target)
        assert convert_fraction(there, target, source) == Fraction(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, max_value=10**30))
def test_exact_decimal(value: Decimal) -> None:
    assert exact_decimal_of(Fraction(value)) == value
    assert exact_decimal_of(Fraction(1, 3)) is None


@pytest.mark.parametrize(
    ("header", "name", "code"),
    [
        ("成交价格(万元)", "成交价格", "CNY_10k"),
        ("成交价格（万元）", "成交价格", "CNY_10k"),
        ("面积 (公顷)", "面积", "ha"),
        ("pH(无量纲)", "pH", "1"),
        ("电导率(μS/cm)", "电导率", "uS/cm"),
        ("建筑密度(%)", "建筑密度", "percent"),
        ("噪声(dB(A))", "噪声", "dB"),
        ("楼面价【元/㎡】", "楼面价", "CNY/m2"),
        ("金额（单位：万元）", "金额", "CNY_10k"),
        ("预算数（万元）/合计", "预算数/合计", "CNY_10k"),
        ("投资(固定资产)(万元)", "投资(固定资产)", "CNY_10k"),
    ],
)
def test_units_of_headers(header: str, name: str, code: str) -> None:
    found = unit_in_header(header)
    assert found is not None
    assert (found[0], found[1].code) == (name, code)


@pytest.mark.parametrize(
    "header",
    ["约定容积率(上限)", "面积", "万元", "(", "价格(", "投资(万元)/单价(元)", "面积(万元)合计", ""],
)
def test_headers_without_a_unit(header: str) -> None:
    assert unit_in_header(header) is None


def test_notes() -> None:
    for note in (
        "单位：万元",
        "单位:万元",
        "（单位：万元）",
        "金额单位： 万元",
        "单位：人民币万元 2026年",
    ):
        unit = unit_in_note(note)
        assert unit is not None, note
        assert unit.code == "CNY_10k"
    for note in ("编制单位：某某局", "填报单位：万元", "单位", "备注：万元", "单位：某某局"):
        assert unit_in_note(note) is None
    assert [unit.code for unit in units_in_note("单位：平方米、万元")] == ["m2", "CNY_10k"]
    assert unit_in_note("单位：平方米、万元") is None
