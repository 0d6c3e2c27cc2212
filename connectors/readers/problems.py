"""Making reading problems from the texts of ``schemas.reading_rules``."""

from __future__ import annotations

from schemas.message import Message
from schemas.raw_table import ReadingProblem
from schemas.reading_rules import READING_RULES

SHOWN_CHARACTERS = 80


def shown(text: str) -> str:
    """A value short enough to stand in a sentence."""
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def problem(
    rule: str, row: int | None = None, column: int | None = None, value: str = "", **parts: object
) -> ReadingProblem:
    """The problem with its sentence; ``row`` is a position, ``column`` a 0-based column."""
    text = READING_RULES[rule].what
    named = {"value": shown(value), **parts}
    what = Message(text.zh.format_map(named), text.en.format_map(named))
    return ReadingProblem(rule, row, column, shown(value), what)
