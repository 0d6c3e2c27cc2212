"""Bounds as planning conditions write them: 1.3≤容积率≤1.5, ≥10, 不大于2.5, 1.0-2.0.

Whether a bound itself is included (≤ or <) is not kept: the dataset holds limits only, and the
published text stays in the snapshot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from schemas.casting import rules
from schemas.casting.cell_text import half_width
from schemas.casting.number_text import NumberText, read_number
from schemas.casting.outcome import RefusedError, told

NO_BOUND = frozenset(
    {"/", "\\", "-", "--", "---", "—", "——", "–", "无", "不限", "无要求", "不作要求"}
)

_WORDS = (
    (r"大于或?等于|不小于|不低于|不少于|不得小于|不得低于|不得少于|至少|最低|>=|≧|⩾|≥", ">"),
    (r"小于或?等于|不大于|不高于|不超过|不多于|不得大于|不得高于|不得超过|至多|最高|<=|≦|⩽|≤", "<"),
    (r"大于|高于|超过", ">"),
    (r"小于|低于", "<"),
    (r"等于|=", "="),
)
_NUMBER = r"[+-]?[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?\s*(?:%|‰|[^\s0-9<>=～~—–至,;、且并和及-]*)"
_NAME = r"[^\s0-9<>=～~—–,;]*?"
BETWEEN = re.compile(
    rf"(?P<first>{_NUMBER})(?P<left>[<>])\s*{_NAME}\s*(?P<right>[<>])(?P<second>{_NUMBER})"
)
RANGE = re.compile(
    rf"(?:{_NAME}[:为=]?\s*)?(?P<first>[0-9][0-9.]*\s*%?)\s*(?:-|－|～|~|—|–|至|到)+\s*"
    rf"(?P<second>{_NUMBER})"
)
CLAUSE_BREAK = re.compile(r"\s*(?:[,;、且并和及]\s*)+(?=[^0-9]*[<>=])")
BEFORE = re.compile(rf"{_NAME}\s*[:为]?\s*(?P<sign>[<>=])\s*(?P<number>{_NUMBER})")
BEHIND = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<sign>[<>])\s*{_NAME}\S")
IN_WORDS = re.compile(rf"(?P<number>{_NUMBER}?)\s*\(?(?:含)?\)?(?P<word>以上|以下|以内)")
MIRRORED = {"<": ">", ">": "<"}
Bound = Literal["lower", "upper", "only"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits a text sets; None where it sets none on that side."""

    lower: NumberText | None
    upper: NumberText | None

    def take(self, bound: Bound) -> NumberText | None:
        """The wanted limit. ``only`` refuses a text with two different ones."""
        if bound == "lower":
            return self.lower
        if bound == "upper":
            return self.upper
        if self.lower and self.upper and self.lower != self.upper:
            raise RefusedError(told(rules.TWO_BOUNDS))
        return self.lower or self.upper


def read_bounds(text: str) -> Bounds:
    """Read one stripped text. Raises RefusedError where its bounds cannot be understood."""
    plain = half_width(text).strip()
    if plain in NO_BOUND:
        return Bounds(None, None)
    for words, sign in _WORDS:
        plain = re.sub(words, sign, plain)
    plain = plain.replace("⩽", "<").strip("。；; ")
    between = BETWEEN.fullmatch(plain)
    if between and between["left"] == between["right"]:
        first, second = _number(between["first"]), _number(between["second"])
        return _ordered(first, second) if between["left"] == "<" else _ordered(second, first)
    ranged = RANGE.fullmatch(plain)
    if ranged:
        return _ordered(_number(ranged["first"]), _number(ranged["second"]))
    if not re.search(r"[<>=]|以[上下内]", plain):
        both = _number(plain)
        return Bounds(both, both)
    return _clauses(plain)


def _ordered(lower: NumberText, upper: NumberText) -> Bounds:
    """A unit behind the second number only (1.0-2.0米, 20-30%) is that of both."""
    if lower.unit is None and upper.unit is not None:
        lower = NumberText(lower.value, upper.unit, upper.unit_text, told=lower.told)
    if lower.unit == upper.unit and lower.value > upper.value:
        raise RefusedError(told(rules.NOT_A_BOUND))
    return Bounds(lower, upper)


def _clauses(plain: str) -> Bounds:
    """Conditions joined by 且 or a comma, each with one bound; no side may be set twice."""
    lower: NumberText | None = None
    upper: NumberText | None = None
    for clause in CLAUSE_BREAK.split(plain):
        sign, number = _clause(clause.strip())
        if (sign in ">=" and lower is not None) or (sign in "<=" and upper is not None):
            raise RefusedError(told(rules.NOT_A_BOUND))
        lower = number if sign in ">=" else lower
        upper = number if sign in "<=" else upper
    if lower is not None and upper is not None:
        return _ordered(lower, upper)
    return Bounds(lower, upper)


def _clause(clause: str) -> tuple[str, NumberText]:
    before = BEFORE.fullmatch(clause)
    if before:
        return before["sign"], _number(before["number"])
    behind = BEHIND.fullmatch(clause)
    if behind:
        return MIRRORED[behind["sign"]], _number(behind["number"])
    words = IN_WORDS.fullmatch(clause)
    if words:
        return (">" if words["word"] == "以上" else "<"), _number(words["number"])
    raise RefusedError(told(rules.NOT_A_BOUND))


def _number(text: str) -> NumberText:
    try:
        return read_number(text.strip())
    except RefusedError as refusal:
        if refusal.reason.rule == rules.NOT_A_NUMBER:
            raise RefusedError(told(rules.NOT_A_BOUND)) from refusal
        raise
