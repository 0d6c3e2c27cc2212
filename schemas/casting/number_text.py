"""Numbers as people write them, by a strict grammar of our own.

Python's ``int()`` and ``float()`` take ``1_000``, ``٣``, ``nan`` and ``1e400``; here they are
errors. Values are exact fractions; nothing passes through a binary float.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from schemas.casting import rules
from schemas.casting.cell_text import half_width
from schemas.casting.chinese_numeral import NUMERAL, chinese_money, chinese_number
from schemas.casting.outcome import RefusedError, Told, plain_number, told
from schemas.units import Unit, find_unit, unit_of_code

PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
IN_THREES = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
IN_FOURS = re.compile(r"[1-9][0-9]{0,3}(?:,[0-9]{4})+(?:\.[0-9]+)?")
HEAD = re.compile(
    r"(?P<sign>[+-])?\s*(?P<currency>RMB|CNY|人民币|¥)?[:\s]*(?P<inner_sign>[+-])?\s*"
    r"(?P<digits>[0-9.,](?:[0-9.,\s]*[0-9.,])?)"
    r"(?P<exponent>[eE][+-]?[0-9]+)?\s*(?P<rest>.*)",
    re.IGNORECASE,
)
APPROXIMATELY = re.compile(r"^(?:大约|约为|约|≈|近似)\s*|\s*左右$")
IN_BRACKETS = re.compile(r"\((?P<inner>[^()]+)\)\s*(?P<unit>[^()]*)")
REMARK = re.compile(r"(?P<number>.*?[^\s(\[【])\s*[(\[【](?P<remark>[^()\[\]【】]+)[)\]】]")
SCALE_WORD = re.compile(r"(?P<word>万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百)(?P<rest>.*)")
SCALES = {
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}
YI_AND_WAN = re.compile(
    r"(?:(?P<yi>[0-9]+)亿)?(?:(?P<wan>[0-9]{1,4})万)?(?P<ones>[0-9]{4})?(?P<rest>[^0-9].*)?"
)
LABELLED = re.compile(
    r"(?P<label>[\u4e00-\u9fff()、]{2,40})[:\s]*(?P<number>[0-9][0-9.,]*\s*[^0-9\s]+)"
)
LABEL_BREAK = re.compile(r"\s*[;；]\s*")
BOUND_WORDS = re.compile(r"不|低于|高于|大于|小于|超过|至少|至多|以[上下内]|[约近至到]$")
LONGEST = 400
SMALLEST_EXPONENT, LARGEST_EXPONENT = -400, 400


@dataclass(frozen=True, slots=True)
class NumberText:
    """A number read from a cell.

    Attributes:
        value: the number, with 万 and 亿 that belong to it already counted.
        unit: the unit written in the cell, or None.
        unit_text: how it is written there (a unit, or a scale word).
        scale_word: 万, 亿 … standing without a unit, or ``""``.
        currency_sign: True where only a currency sign (¥) says that it is money.
        told: remarks on the way it is written.
    """

    value: Fraction
    unit: Unit | None = None
    unit_text: str = ""
    scale_word: str = ""
    currency_sign: bool = False
    told: tuple[Told, ...] = ()


def read_number(text: str) -> NumberText:
    """Read one stripped text. Raises RefusedError where it is not a number."""
    if len(text) > LONGEST:
        raise RefusedError(told(rules.TOO_LARGE))
    plain = half_width(text).strip()
    approximate = APPROXIMATELY.search(plain)
    if approximate:
        found = _with_brackets(APPROXIMATELY.sub("", plain))
        note = told(rules.APPROXIMATE, read_as=_read_as(found))
        return _with_note(found, note)
    return _with_brackets(plain)


def _with_note(found: NumberText, note: Told) -> NumberText:
    return NumberText(
        found.value,
        found.unit,
        found.unit_text,
        found.scale_word,
        found.currency_sign,
        (*found.told, note),
    )


def _read_as(found: NumberText) -> str:
    return plain_number(found.value) + ("" if found.scale_word else found.unit_text)


def _with_brackets(text: str) -> NumberText:
    """Brackets around a number make it negative; behind it they hold its unit or a remark."""
    whole = IN_BRACKETS.fullmatch(text)
    if whole:
        found = _bare_number(f"{whole['inner'].strip()}{whole['unit'].strip()}")
        if whole["inner"].lstrip()[0] in "+-":
            raise RefusedError(told(rules.NOT_A_NUMBER))
        return NumberText(
            -found.value,
            found.unit,
            found.unit_text,
            found.scale_word,
            found.currency_sign,
            found.told,
        )
    behind = REMARK.fullmatch(text)
    if behind is None or find_unit(_unit_part(text)) is not None:
        return _bare_number(text)
    unit = find_unit(behind["remark"])
    if unit is not None:
        return _bare_number(behind["number"] + behind["remark"])
    found = _bare_number(behind["number"])
    remark = told(rules.COMMENT_IN_NUMBER, comment=behind["remark"], read_as=_read_as(found))
    return _with_note(found, remark)


def _unit_part(text: str) -> str:
    """What follows the digits: ``dB(A)`` is one unit, not a unit and a remark."""
    matched = HEAD.fullmatch(text)
    return matched["rest"] if matched else ""


def _bare_number(text: str) -> NumberText:
    matched = HEAD.fullmatch(text)
    if matched is None:
        return _chinese(text)
    if matched["sign"] and matched["inner_sign"]:
        raise RefusedError(told(rules.NOT_A_NUMBER))
    digits, blanks = _digits(matched["digits"])
    rest = matched["rest"]
    composed = _yi_and_wan(digits, rest) if not matched["exponent"] else None
    if composed is not None:
        value, rest = composed
    else:
        value = _fraction(digits, matched["exponent"] or "")
    if "-" in (matched["sign"], matched["inner_sign"]):
        value = -value
    notes = (told(rules.BLANKS_IN_NUMBER, read_as=digits + rest),) if blanks else ()
    return _with_unit(value, rest, bool(matched["currency"]), notes)


def _digits(written: str) -> tuple[str, bool]:
    """The digits without blanks and grouping, and whether blanks stood between them."""
    joined = re.sub(r"\s+", "", written)
    if "," in joined:
        if not (IN_THREES.fullmatch(joined) or IN_FOURS.fullmatch(joined)):
            raise RefusedError(told(rules.WRONG_GROUPING))
    elif not PLAIN.fullmatch(joined):
        raise RefusedError(told(rules.NOT_A_NUMBER))
    return joined.replace(",", ""), joined != written


def _fraction(digits: str, exponent: str) -> Fraction:
    """The exact value; the exponent is looked at before anything large is computed."""
    if len(exponent) > len("e+0000"):
        power = LARGEST_EXPONENT + 1 if "-" not in exponent else SMALLEST_EXPONENT - 1
    else:
        power = int(exponent[1:]) if exponent else 0
    value = Decimal(digits)
    if not value:
        return Fraction(0)
    if value.adjusted() + power > LARGEST_EXPONENT:
        raise RefusedError(told(rules.TOO_LARGE))
    if value.adjusted() + power < SMALLEST_EXPONENT:
        return Fraction(0)
    return Fraction(value) * Fraction(10) ** power


def _yi_and_wan(digits: str, rest: str) -> tuple[Fraction, str] | None:
    """1亿2000万, 3亿0500万元, 5万3000: a number written in parts; None where it is not."""
    if "." in digits or not re.match(r"[亿万]\s*[0-9]", rest):
        return None
    matched = YI_AND_WAN.fullmatch(digits + re.sub(r"\s+", "", rest))
    if matched is None or not (matched["yi"] or matched["wan"]):
        raise RefusedError(told(rules.NOT_A_NUMBER))
    value = int(matched["yi"] or 0) * 10**8 + int(matched["wan"] or 0) * 10**4
    return Fraction(value + int(matched["ones"] or 0)), matched["rest"] or ""


def _with_unit(value: Fraction, rest: str, currency: bool, notes: tuple[Told, ...]) -> NumberText:
    rest = rest.strip()
    if not rest:
        return NumberText(value, currency_sign=currency, told=notes)
    unit = find_unit(rest)
    if unit is not None:
        return NumberText(value, unit, rest, told=notes)
    scaled = SCALE_WORD.fullmatch(rest)
    if scaled:
        value *= SCALES[scaled["word"]]
        inner = scaled["rest"].strip()
        unit = find_unit(inner) if inner else None
        if not inner:
            return NumberText(value, None, rest, scaled["word"], currency, notes)
        if unit is not None:
            return NumberText(value, unit, inner, told=notes)
    if any(sign.isdigit() for sign in rest) or not any(sign.isalpha() for sign in rest):
        raise RefusedError(told(rules.NOT_A_NUMBER))
    raise RefusedError(told(rules.UNKNOWN_UNIT, unit_text=rest))


def _chinese(text: str) -> NumberText:
    """一百二十万, 壹佰贰拾万元整, 四十年."""
    bare = re.sub(r"^(?:人民币|RMB)[:\s]*|\s+", "", text)
    money = chinese_money(bare)
    if money is not None:
        return NumberText(Fraction(money), unit_of_code("CNY"), "元")
    numeral = NUMERAL.match(bare)
    if numeral is None:
        raise RefusedError(told(rules.NOT_A_NUMBER))
    number, rest = chinese_number(numeral[0]), bare[numeral.end() :]
    if number is None:
        raise RefusedError(told(rules.NOT_A_NUMBER))
    return _with_unit(Fraction(number), rest, currency=bare != re.sub(r"\s+", "", text), notes=())


def labelled_numbers(text: str) -> tuple[NumberText, ...] | None:
    """The numbers of 城镇住宅用地70年; 其他商服用地40年; — two or more, each with a label and a
    unit. None where the text has another form."""
    parts = [part for part in LABEL_BREAK.split(half_width(text).strip()) if part]
    matched = [LABELLED.fullmatch(part) for part in parts]
    if len(parts) < 2 or None in matched:
        return None
    found = []
    for one in matched:
        if one is None or BOUND_WORDS.search(one["label"]):
            return None
        try:
            found.append(_bare_number(one["number"]))
        except RefusedError:
            return None
    return tuple(found) if all(number.unit is not None for number in found) else None
