"""From a number and its unit to the value of a field: exact, rounded once at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from schemas.batch import DECIMAL_PRECISION
from schemas.casting import rules
from schemas.casting.bound_text import read_bounds
from schemas.casting.cell_text import half_width
from schemas.casting.number_text import NumberText, labelled_numbers, read_number
from schemas.casting.outcome import Outcome, RefusedError, Told, plain_number, told
from schemas.casting.reading import Reading
from schemas.dataset import DatasetField, FieldType
from schemas.units import Unit, exact_decimal_of, unit_of_code

DASHES = frozenset("-－–—−")
SCALED_MONEY = re.compile(r"_(?:100|1k|10k|1M|10M|100M)(?![0-9A-Za-z])")
BELOW_LIMIT = re.compile(
    r"<\s*[0-9][0-9.,]*\s*\S*|[0-9]+(?:\.[0-9]+)?\s*L|N\.?D\.?|未检出(?:\(.*\))?|低于检出限|小于检出限"
)
INT64_LIMIT = 2**63
NO_UNIT_WORD = "—"


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """How numbers without a unit of their own get into the field's unit.

    ``factor`` is None where nothing says their unit, or where it measures something else; then
    ``refusal`` is the rule that holds the batch.
    """

    field_unit: Unit | None
    column_unit: Unit | None
    factor: Fraction | None
    refusal: str = ""


def plan_units(field: DatasetField, reading: Reading) -> UnitPlan:
    """Compare the field's unit with what header, note and mapping say. Never guesses."""
    if field.unit is None:
        return UnitPlan(None, None, Fraction(1))
    wanted = unit_of_code(field.unit)
    if reading.unit is None:
        if wanted.code == "1":
            return UnitPlan(wanted, None, Fraction(1))
        return UnitPlan(wanted, None, None, rules.NO_UNIT)
    if reading.unit.dimension != wanted.dimension:
        return UnitPlan(wanted, reading.unit, None, rules.COLUMN_OTHER_DIMENSION)
    return UnitPlan(wanted, reading.unit, reading.unit.factor / wanted.factor)


def read_quantity(text: str, field: DatasetField, reading: Reading, plan: UnitPlan) -> Outcome:
    """The value of one stripped text for an integer, decimal or number field."""
    if reading.dash_is_zero and text in DASHES:
        return Outcome(0)
    measured = plan.field_unit is not None and plan.field_unit.measured
    if measured and BELOW_LIMIT.fullmatch(half_width(text).strip()):
        return Outcome(None, (told(rules.BELOW_DETECTION),))
    try:
        if reading.bound is None:
            number: NumberText | None = _one_number(text)
        else:
            number = read_bounds(text).take(reading.bound)
        if number is None:
            return Outcome(None)
        exact, notes = _in_field_unit(number, plan)
        outcome = _typed(exact, field)
    except RefusedError as refusal:
        return Outcome(None, (refusal.reason,))
    return Outcome(outcome.value, (*number.told, *notes, *outcome.told))


def _one_number(text: str) -> NumberText:
    """The number of a text; of several labelled ones where they are equal, else refused."""
    try:
        return read_number(text)
    except RefusedError as refusal:
        several = labelled_numbers(text)
        if refusal.reason.rule != rules.NOT_A_NUMBER or several is None:
            raise
    first = several[0]
    if any(number.unit != first.unit or number.value != first.value for number in several):
        raise RefusedError(told(rules.SEVERAL_VALUES))
    return first


def _in_field_unit(number: NumberText, plan: UnitPlan) -> tuple[Fraction, tuple[Told, ...]]:
    if plan.field_unit is None:
        if number.unit is not None or number.currency_sign:
            raise RefusedError(_other_dimension(number, NO_UNIT_WORD))
        return number.value, ()
    if number.unit is not None:
        return _by_own_unit(number, number.unit, plan)
    if number.currency_sign and plan.field_unit.dimension != "money":
        raise RefusedError(_other_dimension(number, plan.field_unit.code))
    if plan.factor is None:
        if number.currency_sign and plan.refusal == rules.NO_UNIT:
            return _by_own_unit(number, unit_of_code("CNY"), plan)
        raise RefusedError(told(plan.refusal))
    if number.scale_word and plan.column_unit and SCALED_MONEY.search(plan.column_unit.code):
        raise RefusedError(
            told(
                rules.SCALE_WORD_UNCLEAR,
                unit_text=number.scale_word,
                column_unit=plan.column_unit.zh,
            )
        )
    return number.value * plan.factor, ()


def _other_dimension(number: NumberText, field_unit: str) -> Told:
    return told(rules.OTHER_DIMENSION, unit_text=number.unit_text or "¥", field_unit=field_unit)


def _by_own_unit(
    number: NumberText, unit: Unit, plan: UnitPlan
) -> tuple[Fraction, tuple[Told, ...]]:
    """The unit in the cell goes before that of the column; where they differ it is told."""
    assert plan.field_unit is not None
    if unit.dimension != plan.field_unit.dimension:
        raise RefusedError(_other_dimension(number, plan.field_unit.code))
    notes: tuple[Told, ...] = ()
    if plan.column_unit is not None and plan.column_unit.factor != unit.factor:
        notes = (
            told(
                rules.UNIT_CONFLICT,
                unit_text=number.unit_text,
                column_unit=plan.column_unit.zh,
            ),
        )
    return number.value * unit.factor / plan.field_unit.factor, notes


def _typed(exact: Fraction, field: DatasetField) -> Outcome:
    match field.type:
        case FieldType.INTEGER:
            if exact.denominator != 1:
                raise RefusedError(told(rules.NOT_WHOLE))
            if not -INT64_LIMIT <= exact.numerator < INT64_LIMIT:
                raise RefusedError(told(rules.TOO_LARGE))
            return Outcome(exact.numerator)
        case FieldType.NUMBER:
            try:
                return Outcome(exact.numerator / exact.denominator)
            except OverflowError as error:
                raise RefusedError(told(rules.TOO_LARGE)) from error
        case _:
            return _scaled(exact, field.scale or 0)


def _scaled(exact: Fraction, scale: int) -> Outcome:
    """The integer of the decimal's digits, rounded half to even (GB/T 8170) once.

    Rounding is told where the published digits went on; not where only a conversion such as 亩 to
    ㎡ has no end.
    """
    digits = exact * 10**scale
    rounded = round(digits)
    if abs(rounded) >= 10**DECIMAL_PRECISION:
        raise RefusedError(told(rules.TOO_LARGE))
    if digits.denominator == 1 or exact_decimal_of(digits) is None:
        return Outcome(rounded)
    shown = plain_number(Fraction(rounded, 10**scale))
    return Outcome(rounded, (told(rules.ROUNDED, rounded=shown),))
