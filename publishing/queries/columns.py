"""How the fields of a version lie in its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from schemas.dataset import DatasetField, FieldType

NARROW, WIDE = 18, 38  # digits of a decimal in 8 and in 16 bytes
INTEGERS = {16: "SMALLINT", 32: "INTEGER", 64: "BIGINT"}  # by bits
MOST_NAMES = 4_000  # distinct texts up to which a column is kept as an enumeration
SQL_TYPES = {
    FieldType.STRING: "VARCHAR",
    FieldType.YEARMONTH: "VARCHAR",
    FieldType.INTEGER: "BIGINT",
    FieldType.YEAR: "BIGINT",
    FieldType.NUMBER: "DOUBLE",
    FieldType.BOOLEAN: "BOOLEAN",
    FieldType.DATE: "DATE",
    FieldType.DATETIME: "TIMESTAMPTZ",
}
EXACT = Context(prec=400)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def sql_text(text: str) -> str:
    """A text as an SQL literal, for what cannot be bound: settings and paths of our own."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Column:
    """One field in the table.

    Attributes:
        digits: of a decimal.
        bits: of a whole number.
        names: all texts of a column kept as an enumeration, in order; else None.
    """

    field: DatasetField
    digits: int = WIDE
    bits: int = 64
    names: Mapping[str, int] | None = None

    @property
    def sql(self) -> str:
        """The column as it is compared and sorted."""
        return quoted(self.field.name)

    @property
    def value(self) -> str:
        """The column as a value of the answer."""
        return f"CAST({self.sql} AS VARCHAR)" if self.names is not None else self.sql

    @property
    def type(self) -> str:
        """The SQL type of the column."""
        if self.field.type is FieldType.DECIMAL:
            return f"DECIMAL({self.digits},{self.field.scale or 0})"
        if self.names is not None:
            return quoted(enumeration_name(self.field.name))
        if self.is_whole:
            return INTEGERS[self.bits]
        return SQL_TYPES[self.field.type]

    @property
    def is_whole(self) -> bool:
        """Whether values are whole numbers."""
        return self.field.type in (FieldType.INTEGER, FieldType.YEAR)

    @property
    def is_text(self) -> bool:
        """Whether values are texts that people wrote."""
        return self.field.type is FieldType.STRING

    def range(self) -> tuple[Decimal, Decimal, Decimal] | None:
        """Least, greatest and smallest difference of the values an exact column can hold."""
        if self.is_whole:
            beyond = 2 ** (self.bits - 1)
            return Decimal(-beyond), Decimal(beyond - 1), Decimal(1)
        if self.field.type is FieldType.DECIMAL:
            step = Decimal(1).scaleb(-(self.field.scale or 0))
            greatest = EXACT.multiply(Decimal(10**self.digits - 1), step)
            return -greatest, greatest, step
        return None


def enumeration_name(field_name: str) -> str:
    """The name of a column's enumeration."""
    return f"names of {field_name}"


def rounded(value: Decimal, step: Decimal, *, up: bool) -> Decimal:
    """The nearest value a column can hold, above or below."""
    return value.quantize(step, ROUND_CEILING if up else ROUND_FLOOR, EXACT)
