"""Official numbers and codes: checked with python-stdnum, wrapped for what it gets wrong.

* unified social credit code (统一社会信用代码, GB 32100-2015): stdnum refuses the authority letters
  ``N`` and ``Y`` and others that the standard allows; only its check digit is used.
* resident id number (公民身份号码, GB 11643-1999): ``stdnum.cn.ric.is_valid`` raises KeyError for
  an unknown county of a known province; here it is False.
* division codes (行政区划代码, GB/T 2260) with the years in which they were in use.
* electronic supervision number (电子监管号) of the land supply system.

A wrong check digit of a credit code is a warning, never an impossibility: some codes really issued
fail the check (early pilot codes of Fujian).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from schemas.divisions import DIVISIONS
from schemas.vocabulary_files import load_vocabulary

_ALPHANUMERIC = "0-9A-HJ-NPQRTUWXY"  # without I, O, S, V and Z
CREDIT_CODE_LENGTH = 18
CREDIT_CODE = re.compile(rf"[1-9A-HJ-NPQRTUWXY][{_ALPHANUMERIC}][0-9]{{6}}[{_ALPHANUMERIC}]{{10}}")
ORGANIZATION_CODE = re.compile(r"[0-9A-Z]{8}[0-9X]")
ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ORGANIZATION_MODULUS = 11
OCR_CONFUSIONS = str.maketrans("IOSZV", "1052Y")
BLANKS_AND_HYPHENS = re.compile(r"[\s\u00a0\u3000\u200b-\u200f\ufeff-]+")
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


class CodeState(StrEnum):
    """What a check of a code found."""

    VALID = "valid"
    WRONG_LENGTH = "wrong_length"
    WRONG_FORMAT = "wrong_format"
    WRONG_CHECK = "wrong_check"


def compact(text: str) -> str:
    """Half-width, upper case, without blanks and hyphens: the form in which codes are checked."""
    return BLANKS_AND_HYPHENS.sub("", text.translate(FULL_WIDTH)).upper()


def credit_code_state(text: str) -> CodeState:
    """Check a unified social credit code by GB 32100-2015: length, alphabet, check character."""
    code = compact(text)
    if len(code) != CREDIT_CODE_LENGTH:
        return CodeState.WRONG_LENGTH
    if not CREDIT_CODE.fullmatch(code):
        return CodeState.WRONG_FORMAT
    if uscc.calc_check_digit(code[:-1]) != code[-1]:
        return CodeState.WRONG_CHECK
    return CodeState.VALID


def is_credit_code(text: str) -> bool:
    """True for a unified social credit code with the right check character."""
    return credit_code_state(text) is CodeState.VALID


def credit_code_suggestion(text: str) -> str | None:
    """A valid code that differs only by characters that OCR confuses (I/1, O/0, S/5, Z/2, V/Y).

    For the advice of a finding only; never to be put in place of what was published.
    """
    if is_credit_code(text):
        return None
    guess = compact(text).translate(OCR_CONFUSIONS)
    return guess if is_credit_code(guess) else None


def is_organization_code(text: str) -> bool:
    """True for an organization code (组织机构代码, GB 11714): characters 9–17 of a credit code."""
    code = compact(text)
    if not ORGANIZATION_CODE.fullmatch(code):
        return False
    total = sum(
        int(sign, 36) * weight for sign, weight in zip(code[:-1], ORGANIZATION_WEIGHTS, strict=True)
    )
    check = ORGANIZATION_MODULUS - total % ORGANIZATION_MODULUS
    return code[-1] == {10: "X", 11: "0"}.get(check, str(check))


def is_resident_id(text: str) -> bool:
    """True for a resident id number whose birth place was assigned in the year of birth.

    For detecting personal data use :func:`is_resident_id_by_digits`, which does not look at the
    place.
    """
    try:
        ric.validate(compact(text))
    except (ValidationError, KeyError):
        return False
    return True


def is_resident_id_by_digits(text: str, today: dt.date | None = None) -> bool:
    """True for 18 characters with a possible birth date (not after ``today``) and the right check.

    The region is ignored: a number of an unknown region is personal data all the same.
    """
    number = compact(text)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return False
    try:
        born = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    if today is not None and born > today:
        return False
    return ric.calc_check_digit(number) == number[-1]


def is_luhn(text: str) -> bool:
    """True for digits that satisfy the Luhn formula (bank cards)."""
    number = compact(text)
    return bool(re.fullmatch(r"[0-9]+", number)) and luhn.is_valid(number)


# -- divisions ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Division:
    """A name that a division code stood for, with the years of its use (None = open)."""

    code: str
    name: str
    year_from: int | None
    year_to: int | None

    def in_use(self, year: int) -> bool:
        """True where the code stood for this name in that year."""
        started = self.year_from is None or self.year_from <= year
        return started and (self.year_to is None or year <= self.year_to)


@lru_cache(maxsize=1)
def _divisions() -> dict[str, tuple[Division, ...]]:
    found: dict[str, tuple[Division, ...]] = {}
    for entry in load_vocabulary(DIVISIONS).entries:
        one = Division(
            entry.code,
            entry.zh,
            entry.valid_from.year if entry.valid_from else None,
            entry.valid_to.year if entry.valid_to else None,
        )
        found[entry.code] = (*found.get(entry.code, ()), one)
    return found


def divisions_of(code: str) -> tuple[Division, ...]:
    """Every name that a 6-digit GB/T 2260 code has stood for; empty for an unknown code."""
    return _divisions().get(code, ())


def is_division_code(code: str, year: int | None = None) -> bool:
    """True for a GB/T 2260 code (6 digits) that is or once was in use; with ``year``, in use then.

    The year of a change counts for both the old and the new name. Codes of statistical units
    (development zones, 5th digit 7) are not in GB/T 2260.
    """
    found = divisions_of(code)
    return bool(found) if year is None else any(division.in_use(year) for division in found)


def division_name(code: str, year: int | None = None) -> str | None:
    """The name the code stands for, or stood for in ``year``; None where there is none."""
    found = [one for one in divisions_of(code) if year is None or one.in_use(year)]
    return found[-1].name if found else None


# -- electronic supervision number ----------------------------------------------------------

SUPERVISION_NUMBER = re.compile(
    r"(?P<base>(?P<division>[0-9]{6})(?P<year>[0-9]{4})(?P<kind>[A-Z])(?P<serial>[0-9]{5}))"
    r"(?:-(?P<amendment>[0-9]{1,2}))?"
)


@dataclass(frozen=True, slots=True)
class SupervisionNumber:
    """The parts of an electronic supervision number (电子监管号), at most 19 characters.

    ``kind`` is A for allocation (划拨), B for grant (出让), seldom another letter; ``amendment``
    is 0 for the first registration and n for its n-th amendment (``-n``).
    """

    base: str
    division_code: str
    year: int
    kind: str
    serial: str
    amendment: int


def supervision_number(text: str) -> SupervisionNumber | None:
    """Read ``6205212020B00015`` or ``…-1``; None where the text has another form."""
    matched = SUPERVISION_NUMBER.fullmatch(text.strip().translate(FULL_WIDTH))
    if matched is None:
        return None
    return SupervisionNumber(
        base=matched["base"],
        division_code=matched["division"],
        year=int(matched["year"]),
        kind=matched["kind"],
        serial=matched["serial"],
        amendment=int(matched["amendment"] or 0),
    )
