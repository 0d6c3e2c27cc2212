"""Values of rows as the pages write them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from publishing.portal.pages.languages import CHINESE, Language
from schemas.dataset import DatasetField, FieldType

NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.NUMBER)


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value as a page writes it.

    Attributes:
        text: "" for no value and for an empty text.
        missing: there is no value.
        is_number: is set at the end of its column.
    """

    text: str
    missing: bool
    is_number: bool


def shown_value(field: DatasetField, value: Any, language: Language) -> ShownValue:
    """Every digit is shown; only the grouping of thousands is added. Dates stay ISO dates, as in
    the files, so that what is read here is found there."""
    is_number = field.type in NUMBERS
    if value is None:
        return ShownValue("", missing=True, is_number=is_number)
    match value:
        case bool():
            words = ("是", "否") if language is CHINESE else ("yes", "no")
            text = words[0] if value else words[1]
        case int() if field.type is FieldType.INTEGER:
            text = f"{value:,}"
        case Decimal():
            text = f"{value:,f}"
        case float():
            text = f"{value:,}"
        case dt.datetime():
            text = value.isoformat(sep=" ", timespec="minutes" if not value.second else "seconds")
        case _:
            text = str(value)
    return ShownValue(text, missing=False, is_number=is_number)
