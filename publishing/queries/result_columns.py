"""The columns of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from schemas.batch import DECIMAL_PRECISION
from schemas.dataset import Dataset, FieldType


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of an answer. ``scale`` is that of decimals, else 0."""

    name: str
    type: FieldType
    scale: int = 0

    def dtype(self, timezone: str) -> pl.DataType:
        """The dtype of the canonical texts; whole sums may be larger than 64 bits."""
        match self.type:
            case FieldType.STRING | FieldType.YEARMONTH:
                return pl.String()
            case FieldType.INTEGER | FieldType.YEAR:
                return pl.Decimal(DECIMAL_PRECISION, 0)
            case FieldType.DECIMAL:
                return pl.Decimal(DECIMAL_PRECISION, self.scale)
            case FieldType.NUMBER:
                return pl.Float64()
            case FieldType.BOOLEAN:
                return pl.Boolean()
            case FieldType.DATE:
                return pl.Date()
            case FieldType.DATETIME:
                return pl.Datetime("ms", timezone)


def field_columns(dataset: Dataset, names: Sequence[str]) -> tuple[ResultColumn, ...]:
    """The columns of fields."""
    fields = [dataset.field(name) for name in names]
    return tuple(ResultColumn(field.name, field.type, field.scale or 0) for field in fields)
