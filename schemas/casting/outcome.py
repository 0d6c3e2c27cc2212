"""What reading one text gives: a value or a refusal, and what has to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

CastValue: TypeAlias = str | int | float | bool | None
"""How a value is carried until its column is made: decimals as integers scaled by the field's
digits, dates as days and instants as milliseconds since 1970-01-01 UTC."""


@dataclass(frozen=True, slots=True)
class Told:
    """One rule that a text breaks, with the parts of its sentence."""

    rule: str
    parts: Mapping[str, object]


def told(rule: str, **parts: object) -> Told:
    """Shorthand for :class:`Told`."""
    return Told(rule, parts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value of one text (None where there is none) and what has to be told about it."""

    value: CastValue
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedError(Exception):
    """A text cannot be read; carries the rule. Never leaves the casting package."""

    reason: Told


def plain_number(value: Fraction, places: int = 12) -> str:
    """A number for a sentence: all digits where they end, else ``places`` of them."""
    from schemas.units import exact_decimal_of

    exact = exact_decimal_of(value)
    if exact is None:
        return f"{float(value):.{places}g}"
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
