"""Shapes of published texts, by which a column is told where the mapping gives it no type."""

from __future__ import annotations

import polars as pl

LEAST_CELLS = 3
"""So many filled cells a column needs before it says what belongs in it."""

# The first that fits is the shape of a text; what none fits is "text".
_SHAPES = {
    "address": r"(?i)^(?:https?://|www\.)\S+$",
    "moment": (
        r"^\d{4}\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{1,2}\s*日?|\s*月)?"
        r"(?:[ T]+[\d:.+Z时分秒]+)?$"
    ),
    "whole": r"^[-+]?\d{1,17}$",
    "number": r"^[-+]?[\d,，]+(?:\.\d+)?\s*[%％]?$",
    "answer": r"^(?:是|否|有|无|√|×|[YyNn])$",
    "code": r"^[A-Za-z0-9][A-Za-z0-9\-_/.()（）\[\]〔〕]{3,}$",
}


def shapes_of(texts: pl.Series) -> pl.Series:
    """The shape of each stripped text: address, moment, whole, number, answer, code or text."""
    text = pl.col("text")
    shape = pl.lit("text")
    for name, pattern in reversed(_SHAPES.items()):
        shape = pl.when(text.str.contains(pattern)).then(pl.lit(name)).otherwise(shape)
    return texts.alias("text").to_frame().select(shape.alias("shape")).to_series()


def usual_shapes(texts: pl.Series) -> frozenset[str]:
    """The shapes that occur among a column's filled texts; none where too few are filled."""
    filled = texts.filter(texts.str.len_bytes() > 0)
    if len(filled) < LEAST_CELLS:
        return frozenset()
    return frozenset(shapes_of(filled).unique())
