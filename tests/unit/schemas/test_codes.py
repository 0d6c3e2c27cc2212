"""Official numbers: the test vectors of the standards, and of what python-stdnum gets wrong."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from schemas.codes import (
    CodeState,
    SupervisionNumber,
    compact,
    credit_code_state,
    credit_code_suggestion,
    division_name,
    divisions_of,
    is_credit_code,
    is_division_code,
    is_luhn,
    is_organization_code,
    is_resident_id,
    is_resident_id_by_digits,
    supervision_number,
)
from schemas.vocabulary_files import load_vocabulary


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("91110000600037341L", CodeState.VALID),
        ("91350100M000100Y43", CodeState.VALID),
        ("11620521013947121U", CodeState.VALID),
        ("12620521438470015N", CodeState.VALID),
        ("91620521MA71AB3C2W", CodeState.VALID),
        ("52620521MJY00001XL", CodeState.VALID),
        ("54620521ME000001XC", CodeState.VALID),
        ("９１１１００００６０００３７３４１Ｌ", CodeState.VALID),
        ("9111 0000-6000 37341l", CodeState.VALID),
        ("91350100M0001TGQXM", CodeState.WRONG_CHECK),
        ("91350211M0000XUF46", CodeState.WRONG_CHECK),
        ("A1110000600037341L", CodeState.WRONG_CHECK),
        ("911100006000373I1L", CodeState.WRONG_FORMAT),
        ("9111X000600037341L", CodeState.WRONG_FORMAT),
        ("01110000600037341L", CodeState.WRONG_FORMAT),
        ("12345", CodeState.WRONG_LENGTH),
        ("", CodeState.WRONG_LENGTH),
    ],
)
def test_credit_codes(code: str, state: CodeState) -> None:
    assert credit_code_state(code) is state
    assert is_credit_code(code) is (state is CodeState.VALID)


def test_computed_check_characters_of_the_real_codes_that_fail() -> None:
    assert uscc.calc_check_digit("91350100M0001TGQX") == "1"
    assert uscc.calc_check_digit("91350211M0000XUF4") == "R"


def test_authorities_written_with_a_letter_are_allowed() -> None:
    body = "N2620521MF0000012"
    code = body + uscc.calc_check_digit(body)
    assert not uscc.is_valid(code), "python-stdnum takes digits only; if it has learnt, drop ours"
    assert is_credit_code(code)


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_is_found(position: int, character: str) -> None:
    code = "91110000600037341L"
    changed = code[:position] + character + code[position + 1 :]
    assert is_credit_code(changed) is (changed == code)


def test_ocr_confusions_are_suggested_never_taken() -> None:
    assert credit_code_suggestion("9111OOOO600037341L") == "91110000600037341L"
    assert credit_code_suggestion("91110000600037341L") is None
    assert credit_code_suggestion("91350100M0001TGQXM") is None


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("01394712-1", True),
        ("013947121", True),
        ("013947122", False),
        ("600037341", True),
        ("0139471", False),
        ("", False),
    ],
)
def test_organization_codes(code: str, valid: bool) -> None:
    assert is_organization_code(code) is valid


@pytest.mark.parametrize(
    ("number", "valid", "by_digits"),
    [
        ("620521199001011234", True, True),
        ("620521198506150024", True, True),
        ("620521200002290015", True, True),
        ("360426199101010071", True, True),
        ("11010519491231002X", True, True),
        ("11010519491231002x", True, True),
        ("440524188001010014", False, True),  # the region was not assigned in 1880
        ("620521190002290019", False, False),
        ("620521199902310012", False, False),
        ("62999919910101001X", False, True),  # python-stdnum raises KeyError
        ("620521199001011235", False, False),
        ("620521202602130012345", False, False),
        ("91620521MA71AB3C2W", False, False),
        ("", False, False),
    ],
)
def test_resident_ids(number: str, valid: bool, by_digits: bool) -> None:
    assert is_resident_id(number) is valid
    assert is_resident_id_by_digits(number) is by_digits


def test_birth_in_the_future_is_no_resident_id() -> None:
    number = "620521199001011234"
    assert is_resident_id_by_digits(number, dt.date(1990, 1, 1))
    assert not is_resident_id_by_digits(number, dt.date(1989, 12, 31))


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("4111111111111111", True),
        ("6217003820001234568", True),
        ("6217003820001234567", False),
        ("", False),
        ("abc", False),
    ],
)
def test_luhn(number: str, valid: bool) -> None:
    assert is_luhn(number) is valid


def test_compact_leaves_what_a_code_is_made_of() -> None:
    assert compact(" ６２ 05\u200b-2１x ") == "620521X"


# -- divisions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("620500", "天水市"),
        ("620502", "秦州区"),
        ("620503", "麦积区"),
        ("620521", "清水县"),
        ("620522", "秦安县"),
        ("620523", "甘谷县"),
        ("620524", "武山县"),
        ("620525", "张家川回族自治县"),
        ("629999", None),
        ("62052", None),
        ("62052１", None),
    ],
)
def test_division_names(code: str, name: str | None) -> None:
    assert division_name(code) == name
    assert is_division_code(code) is (name is not None)


def test_divisions_keep_their_former_names_and_years() -> None:
    assert [division.name for division in divisions_of("620502")] == ["秦城区", "秦州区"]
    assert division_name("620502", 2003) == "秦城区"
    assert division_name("620502", 2004) == "秦州区"
    assert is_division_code("110103", 2010)  # 崇文区, merged in 2010
    assert not is_division_code("110103", 2011)
    assert is_division_code("110103")


def test_divisions_that_python_stdnum_lacks() -> None:
    assert division_name("330113") == "临平区"
    assert not is_division_code("330113", 2020)
    assert is_division_code("330104", 2021)
    assert not is_division_code("330104", 2022)


def test_division_vocabulary() -> None:
    divisions = load_vocabulary("division")
    entry = divisions.resolve("清水县")
    assert entry is not None
    assert entry.code == "620521"
    assert divisions.resolve("市辖区") is None
    assert divisions.resolve("秦城区") is not None  # a name of the past
    assert len(divisions.codes) > 6000


@pytest.mark.real_data
def test_every_division_of_today_is_known(real_data: Path) -> None:
    path = real_data / "reference_codes" / "admin_divisions_areas.csv"
    with path.open(encoding="utf-8") as lines:
        listed = [row for row in csv.DictReader(lines) if len(row["code"]) == 6]
    counties = [row for row in listed if row["code"][4] != "7"]  # no statistical units
    unknown = [row["name"] for row in counties if not is_division_code(row["code"])]
    assert len(counties) > 2800
    assert len(unknown) <= 5, unknown  # islands and units that GB/T 2260 has not


# -- electronic supervision number ----------------------------------------------------------


def test_supervision_numbers() -> None:
    assert supervision_number("6205212020B00015") == SupervisionNumber(
        "6205212020B00015", "620521", 2020, "B", "00015", 0
    )
    amended = supervision_number(" 3304832007B00137-1 ")
    assert amended is not None
    assert (amended.base, amended.amendment) == ("3304832007B00137", 1)
    last = supervision_number("3304832007B00137-12")
    assert last is not None
    assert last.amendment == 12


@pytest.mark.parametrize(
    "text",
    ["", "6205212020b00015", "6205212020B0001", "6205212020B000155", "6205212020B00015-", "x",
     "6205212020B00015-123", "620521202000015"],
)  # fmt: skip
def test_other_texts_are_no_supervision_numbers(text: str) -> None:
    assert supervision_number(text) is None
