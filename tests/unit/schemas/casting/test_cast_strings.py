"""Strings, code lists, yes and no, names for comparison."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from casting_case import a_field, a_reading, cast, one
from hypothesis import assume, given
from hypothesis import strategies as st

from schemas.casting import normalized_name, rules
from schemas.finding import Severity
from schemas.message import DefinitionError
from schemas.vocabulary_files import load_vocabulary

TEXT = a_field(type="string")


@pytest.mark.parametrize(
    "text",
    [
        "00123",
        "NA",
        "null",
        "１２３",
        "ＡＢＣ",
        "①",
        "㈱",
        "㎡",
        "𠮷䶮㐀",
        "620521199001011234",
        "甲  乙",
        "一元",
        "Ångström café",
        "“引号”",
        "-",
        "——",
        "-5",
        "+86-938-7151234",
        "+86 138 0000 0000",
        "涓流河",
        "鎴",
        "<b>x</b>",
        "{{7*7}}",
    ],
)
def test_text_is_published_as_it_was_written(text: str) -> None:
    assert one(text, TEXT) == (text, [])


@pytest.mark.parametrize(
    ("text", "value", "found"),
    [
        ("  甲 ", "甲", []),
        ("\u3000甲\u00a0", "甲", []),
        ("甲\n乙", "甲 乙", []),
        ("甲 \r\n 乙", "甲 乙", []),
        ("甲\t乙", "甲 乙", []),
        ("甲\u200b乙", "甲乙", [rules.INVISIBLE_CHARACTERS]),
        ("\ufeff甲", "甲", [rules.INVISIBLE_CHARACTERS]),
        ("甲\x00乙", "甲乙", [rules.INVISIBLE_CHARACTERS]),
        ("abc\u202edcba", "abcdcba", [rules.INVISIBLE_CHARACTERS]),
        ("甲\ue000", "甲\ue000", [rules.PRIVATE_USE]),
        ("\u200b", None, []),
        ("", None, []),
        ("\u3000", None, []),
    ],
)
def test_what_cannot_be_seen(text: str, value: str | None, found: list[str]) -> None:
    assert one(text, TEXT) == (value, found)


@pytest.mark.parametrize(
    "text",
    [
        "å¸‚è´¢æ”¿å±€",
        "市财政局".encode().decode("cp1252", "replace"),
        "市财政局".encode("gb18030").decode("latin-1"),
        "财政局".encode().decode("latin-1"),
        "市财政局".encode().decode("gb18030"),
        "锟斤拷",
        "市财\ufffd局",
    ],
)
def test_garbled_text_is_refused(text: str) -> None:
    assert one(text, TEXT) == (None, [rules.MOJIBAKE])


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8))
def test_ordinary_chinese_is_hardly_ever_taken_for_garbled(text: str) -> None:
    assume(not any(mark in text for mark in ("锟斤", "烫烫烫", "屯屯屯")))  # what damage leaves
    value, found = one(text, TEXT)
    if found:
        assert found == [rules.MOJIBAKE]
        assert text.encode("gb18030").decode("utf-8"), "only what really decodes may be refused"
    else:
        assert value == text


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "；=1+1", "＝1+1", "= 1"]
)
def test_formulas_are_published_and_told(text: str) -> None:
    assert one(text, TEXT) == (text, [rules.FORMULA_LIKE])


def test_formula_behind_a_tab_or_return_is_told() -> None:
    assert one("\t=1+1", TEXT) == ("=1+1", [rules.FORMULA_LIKE])
    assert one("\r=1+1", TEXT) == ("=1+1", [rules.FORMULA_LIKE])


def test_missing_texts_and_aliases() -> None:
    reading = a_reading(missing=frozenset({"NA", "-;"}), aliases={"甲": "乙", "NA": "纳"})
    found = cast(["NA", "-;", " 甲 ", "丙", None], TEXT, reading)
    assert found.values == ["纳", None, "乙", "丙", None]
    assert found.rules == [[]] * 5


# -- code lists -----------------------------------------------------------------------------


def test_aliases_resolve_to_the_code_and_unknown_text_is_kept() -> None:
    field = a_field(type="string", code_list="surface_water_class")
    found = cast(["Ⅱ", "II类", "劣五类", "劣Ⅴ", "Ⅶ", None, "--"], field)
    assert found.values == ["Ⅱ", "Ⅱ", "劣Ⅴ", "劣Ⅴ", "Ⅶ", None, "--"]
    assert found.rules == [[], [], [], [], [rules.UNKNOWN_CODE], [], [rules.UNKNOWN_CODE]]
    assert {finding.severity for finding in found.findings} == {Severity.WARNING}


def test_severity_of_an_unknown_code_is_that_of_the_field_where_it_gives_one() -> None:
    field = a_field(type="string", code_list="holder_kind", constraints={"severity": "error"})
    assert cast(["外星人"], field).findings[0].severity is Severity.ERROR
    field = a_field(type="string", code_list="holder_kind", constraints={"required": True})
    assert cast(["外星人"], field).findings[0].severity is Severity.WARNING


def test_joined_codes() -> None:
    field = a_field(type="string", code_list="air_pollutant[]")
    found = cast(["颗粒物(PM10),细颗粒物(PM2.5)", "二氧化硫", "臭氧、沙尘"], field)
    assert found.values == ["pm10,pm25", "so2", "臭氧、沙尘"]
    assert found.rules == [[], [], [rules.UNKNOWN_CODE]]
    single = a_field(type="string", code_list="air_pollutant")
    assert one("颗粒物(PM10),细颗粒物(PM2.5)", single)[1] == [rules.UNKNOWN_CODE]


def test_code_list_of_the_site(tmp_path: Path) -> None:
    (tmp_path / "holder_kind.csv").write_text("code,zh,en\nvillage,村集体,Village\n", "utf-8")
    field = a_field(type="string", code_list="holder_kind")
    reading = dataclasses.replace(
        a_reading(), vocabulary=load_vocabulary("holder_kind", (tmp_path,))
    )
    assert one("村集体", field, reading) == ("village", [])
    assert one("自然人", field, reading) == ("natural_person", [])
    assert one("村集体", field) == ("村集体", [rules.UNKNOWN_CODE])


def test_unknown_code_list_is_a_wrong_definition() -> None:
    with pytest.raises(DefinitionError):
        one("甲", a_field(type="string", code_list="no_such_list"))


# -- yes and no, names ----------------------------------------------------------------------


def test_yes_and_no() -> None:
    field = a_field(type="boolean")
    found = cast(["是", "否", "TRUE", "0", "Y", "也许", None, ""], field)
    assert found.values == [True, False, True, False, True, None, None, None]
    assert found.rules[5] == [rules.NOT_YES_OR_NO]
    mapped = a_reading(aliases={"已建": "是", "未建": "否"})
    assert cast(["已建", "未建"], field, mapped).values == [True, False]


def test_names_are_compared_without_width_brackets_and_blanks() -> None:
    names = [
        "甲（乙）有限公司",
        "甲(乙)有限公司",
        "甲 (乙) 有限公司",
        "甲【乙】有限公司",
        "甲〔乙〕有限公司",
    ]
    assert len({normalized_name(name) for name in names}) == 1
    assert normalized_name("ＡＢＣ公司") == normalized_name("abc 公司")
    assert normalized_name("甲(乙)公司") != normalized_name("甲乙公司")
