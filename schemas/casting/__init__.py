"""Casting: published texts to typed values, exactly or not at all."""

from schemas.casting.column import cast_column
from schemas.casting.organization_name import normalized_name
from schemas.casting.reading import CastColumn, CastProblem, Reading
from schemas.casting.rules import CASTING_RULES

__all__ = [
    "CASTING_RULES",
    "CastColumn",
    "CastProblem",
    "Reading",
    "cast_column",
    "normalized_name",
]
