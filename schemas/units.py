"""Units of measurement: found in the words people write, converted exactly.

The table is ``vocab/units.yml``. A unit's *code* is what dataset and source files write
(``CNY_10k``, ``m2``, ``ug/m3``); its aliases are what sheets write (``万元``, ``㎡``, ``µg/m³``).
Factors are exact fractions (1 亩 = 2000/3 ㎡), so a conversion never passes through a binary
float. A unit is never guessed: what is not in the table is None, and the caller fails closed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from schemas.message import DefinitionError, Message
from schemas.yaml_file import load_yaml

UNITS_FILE = Path(__file__).with_name("vocab") / "units.yml"
OPENING_BRACKETS = "(（[【〔"
CLOSING_BRACKETS = ")）]】〕"
SHORTEST_CASE_BLIND = 2
"""Single letters keep their case: ``A`` is no year and ``M`` no metre."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit. One of it is ``factor`` base units of its dimension."""

    code: str
    dimension: str
    factor: Fraction
    zh: str
    en: str
    measured: bool = False
    """True where readings may stand below a detection limit."""


def _plain(text: str) -> str:
    """Fold the ways of typing one unit: width, superscripts, micro signs, blanks, brackets."""
    folded = unicodedata.normalize("NFKC", text)
    folded = re.sub(r"[\s\u200b-\u200f\ufeff^]+", "", folded)
    folded = folded.replace("·", "").replace("⋅", "").replace("∕", "/").replace("⁄", "/")
    if len(folded) > 1 and folded[0] in "([【〔" and folded[-1] in ")]】〕":
        inner = folded[1:-1]
        if not any(sign in inner for sign in "()[]【】〔〕"):
            folded = inner
    return folded


@dataclass(frozen=True, slots=True)
class _UnitTable:
    by_code: Mapping[str, Unit]
    by_alias: Mapping[str, Unit]
    by_folded_alias: Mapping[str, Unit]


def _read_unit(code: str, entry: dict[str, Any], dimensions: dict[str, Any]) -> Unit:
    return Unit(
        code=code,
        dimension=entry["dimension"],
        factor=Fraction(str(entry["factor"])),
        zh=entry["zh"],
        en=entry["en"],
        measured=bool(dimensions[entry["dimension"]].get("measured", False)),
    )


@cache
def _table() -> _UnitTable:
    content: dict[str, Any] = load_yaml(UNITS_FILE).data
    by_code: dict[str, Unit] = {}
    by_alias: dict[str, Unit] = {}
    for code, entry in content["units"].items():
        unit = _read_unit(code, entry, content["dimensions"])
        by_code[code] = unit
        for alias in (code, unit.zh, *entry.get("aliases", ())):
            known = by_alias.setdefault(_plain(alias), unit)
            if known is not unit:
                raise AssertionError(f"{alias!r} is written for {known.code} and for {code}")
    folded: dict[str, set[Unit]] = {}
    for alias, unit in by_alias.items():
        folded.setdefault(alias.casefold(), set()).add(unit)
    by_folded_alias = {
        alias: next(iter(units))
        for alias, units in folded.items()
        if len(units) == 1 and len(alias) >= SHORTEST_CASE_BLIND
    }
    return _UnitTable(by_code, by_alias, by_folded_alias)


def unit_codes() -> tuple[str, ...]:
    """All unit codes, in the order of the table."""
    return tuple(_table().by_code)


def unit_of_code(code: str) -> Unit:
    """The unit a dataset or source file names by its code. Raises DefinitionError if unknown."""
    try:
        return _table().by_code[code]
    except KeyError:
        raise DefinitionError(
            Message(f"没有代码为“{code}”的计量单位。", f"There is no unit with the code {code!r}."),
            advice=Message(
                "请使用 schemas/vocab/units.yml 中的单位代码，例如 CNY_10k、m2、ug/m3。",
                "Use a unit code of schemas/vocab/units.yml, such as CNY_10k, m2 or ug/m3.",
            ),
        ) from None


def find_unit(text: str) -> Unit | None:
    """The unit written in ``text`` (a code or an alias), or None where it is not a known one.

    Full-width forms, superscripts, ``㎡``, both micro signs, blanks and one pair of brackets
    around the whole make no difference; nor does the case of two letters and more.
    """
    plain = _plain(text)
    if not plain:
        return None
    table = _table()
    return table.by_alias.get(plain) or table.by_folded_alias.get(plain.casefold())


def convert_fraction(value: Fraction | Decimal | int, source: Unit, target: Unit) -> Fraction:
    """``value`` of ``source`` in ``target``, exactly. Raises ValueError across dimensions."""
    if source.dimension != target.dimension:
        raise ValueError(
            f"cannot convert {source.code} ({source.dimension}) "
            f"to {target.code} ({target.dimension})"
        )
    return Fraction(value) * source.factor / target.factor


def convert(value: Decimal, source: Unit, target: Unit) -> Decimal | Fraction:
    """The same as a Decimal where it has an end, else (1 亩 in ㎡) as the exact Fraction."""
    exact = convert_fraction(value, source, target)
    return exact_decimal_of(exact) or exact if exact else Decimal(0)


def exact_decimal_of(value: Fraction) -> Decimal | None:
    """The Decimal equal to ``value``; None where the decimal expansion has no end."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(twos, fives)
    scaled = value.numerator * 10**places // value.denominator
    digits = tuple(int(digit) for digit in str(abs(scaled)))
    return Decimal((int(scaled < 0), digits, -places))


def _bracketed(text: str) -> list[tuple[int, int]]:
    """Spans of bracketed parts that stand at the end of the text or of a ``/``-separated part."""
    spans = []
    for start, sign in enumerate(text):
        if sign not in OPENING_BRACKETS:
            continue
        depth = 0
        for end in range(start, len(text)):
            depth += (text[end] in OPENING_BRACKETS) - (text[end] in CLOSING_BRACKETS)
            if depth == 0:
                rest = text[end + 1 :].lstrip()
                if not rest or rest.startswith("/"):
                    spans.append((start, end + 1))
                break
    return spans


def unit_in_header(header: str) -> tuple[str, Unit] | None:
    """Split ``成交价格(万元)`` into the header without the unit, and the unit.

    The bracket stands at the end of the header, or of one of the rows of a header of several
    rows (``预算数（万元）/合计``). None where no bracket holds a known unit (``容积率(上限)``),
    or where two of them hold different ones.
    """
    found: list[tuple[tuple[int, int], Unit]] = []
    for start, end in _bracketed(header):
        inner = header[start + 1 : end - 1]
        unit = find_unit(inner) or unit_in_note(inner)
        if unit is not None:
            found.append(((start, end), unit))
    if not found or len({unit for _, unit in found}) > 1:
        return None
    name = header
    for (start, end), _ in reversed(found):
        name = name[:start].rstrip() + name[end:].lstrip()
    return name.strip(), found[0][1]


NOTE = re.compile(r"(?<!编制)(?<!填报)单位\s*[:：为]\s*(?P<units>[^\s。]+)")
NOTE_BREAK = re.compile(r"[，,；;、]")


def units_in_note(note: str) -> tuple[Unit, ...]:
    """The units of a note above a table: one of ``单位：万元``, two of ``单位：平方米、万元``.

    ``编制单位：某某局`` names an office, not a unit.
    """
    matched = NOTE.search(note)
    if matched is None:
        return ()
    parts = NOTE_BREAK.split(matched["units"])
    found = (find_unit(part) or find_unit(part.rstrip(CLOSING_BRACKETS)) for part in parts)
    return tuple(dict.fromkeys(unit for unit in found if unit is not None))


def noted_unit(notes: Iterable[str], dimension: str) -> Unit | None:
    """The unit of that dimension which the notes above a table name.

    None where none does, and where they name two: they do not say which column has which.
    """
    named = {
        unit.code: unit
        for note in notes
        for unit in units_in_note(note)
        if unit.dimension == dimension
    }
    return next(iter(named.values())) if len(named) == 1 else None


def unit_in_note(note: str) -> Unit | None:
    """The unit of a note that names exactly one; else None."""
    found = units_in_note(note)
    return found[0] if len(found) == 1 else None
