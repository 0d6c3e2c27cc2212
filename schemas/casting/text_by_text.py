"""The exact path: texts read one by one in Python, each distinct text once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import polars as pl

from schemas.casting import rules
from schemas.casting.cell_text import without_invisible
from schemas.casting.outcome import CastValue, Outcome, told
from schemas.casting.plain_text import is_mojibake
from schemas.casting.reading import CastProblem, Reading

ReadText = Callable[[str], Outcome]


def missing_texts(reading: Reading, *, numbers: bool) -> frozenset[str]:
    """Texts that mean "no value". A dash that means 0 is none of them, nor is a mapped text."""
    missing = {text.strip() for text in reading.missing} | {""}
    if numbers and reading.dash_is_zero:
        from schemas.casting.quantity import DASHES

        missing -= DASHES
    return frozenset(missing - set(reading.aliases))


@dataclass(slots=True)
class TextReader:
    """Reads texts with one reader function, remembering what each distinct text gave."""

    read: ReadText
    reading: Reading
    missing: frozenset[str]
    _known: dict[str, Outcome] = field(default_factory=dict)

    def outcome(self, text: str) -> Outcome:
        """What a text gives: invisible characters off, aliases, missing, then ``read``."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._outcome(text)
        return known

    def _outcome(self, text: str) -> Outcome:
        visible, invisible = without_invisible(text)
        if invisible and is_mojibake(text):  # the invisible characters are bytes of letters
            return Outcome(None, (told(rules.MOJIBAKE),))
        plain = visible.strip()
        if plain in self.reading.aliases:
            plain = self.reading.aliases[plain].strip()
            invisible = ""
        if not plain or plain in self.missing:
            return Outcome(None)
        outcome = self.read(plain)
        if not invisible:
            return outcome
        note = told(rules.INVISIBLE_CHARACTERS, characters=invisible)
        return Outcome(outcome.value, (note, *outcome.told))


def problems_of(row: int, text: str, outcome: Outcome) -> Iterable[CastProblem]:
    """The problems of one cell."""
    for one in outcome.told:
        yield CastProblem(row, one.rule, text.strip(), one.parts)


def read_rows(
    raw: pl.Series, rows: pl.Series, reader: TextReader
) -> tuple[list[CastValue], list[CastProblem]]:
    """Values of the given rows, in order, and their problems."""
    values: list[CastValue] = []
    problems: list[CastProblem] = []
    for row, text in zip(rows.to_list(), raw.gather(rows).to_list(), strict=True):
        outcome = reader.outcome(text)
        values.append(outcome.value)
        if outcome.told:
            problems.extend(problems_of(row, text, outcome))
    return values, problems
