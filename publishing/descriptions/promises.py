"""What every published value of a field satisfies.

Descriptions promise only that: a constraint whose breaking merely warns is not among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from schemas.dataset import Dataset, DatasetField, FieldType

NUMERIC = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.NUMBER, FieldType.YEAR)


_OF_PYTHON_ALONE = re.compile(r"\(\?(?:P[<=>]|[aiLmsux]|#|\()|\\[AZ]")


@dataclass(frozen=True, slots=True)
class Promises:
    """Of one field. Bounds are of numbers only, lengths, enum and pattern of texts only."""

    required: bool = False
    unique: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    exclusive_minimum: Decimal | None = None
    exclusive_maximum: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    enum: tuple[str, ...] | None = None
    pattern: str | None = None

    @property
    def whole_text_pattern(self) -> str | None:
        """The pattern in the regular expressions of ECMAScript, which search in any part of a
        text; None where it uses what only Python knows (named groups, flags, ``\\Z``)."""
        if self.pattern is None or _OF_PYTHON_ALONE.search(self.pattern):
            return None
        return f"^(?:{self.pattern})$"


def promises(dataset: Dataset, field: DatasetField) -> Promises:
    """What holds for every row of a release."""
    given = field.constraints
    in_key = field.name in dataset.primary_key
    if given.severity != "error":
        return Promises(required=in_key)
    required = in_key or given.required
    unique = given.unique or (in_key and len(dataset.primary_key) == 1)
    if field.type in NUMERIC:
        return Promises(
            required,
            unique,
            given.minimum,
            given.maximum,
            given.exclusive_minimum,
            given.exclusive_maximum,
        )
    if field.type is FieldType.STRING:
        return Promises(
            required,
            unique,
            min_length=given.min_length,
            max_length=given.max_length,
            enum=given.enum,
            pattern=given.pattern,
        )
    return Promises(required, unique)
