"""Text as detection sees it, with the way back to the original characters.

Numbers hide behind full-width digits, zero-width characters and blanks. They are looked for in a
folded copy, but redacted in the text as published: nothing else of a value may change.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

CLAIMED = "\x00"
"""Stands in a view for a character that already belongs to a hit."""


_BLANKS_IN_NUMBER = re.compile(r"(?<=\d)\s+(?=[\dXx])")


@lru_cache(maxsize=16_384)
def _fold(character: str) -> str:
    """One character in its plain form: ``６`` → ``6``, ``＠`` → ``@``, ideographic space → blank.

    Circled and raised digits stay: ``①138…`` is a list number before a telephone number.
    """
    if character < "\x80":
        return character
    decimal = unicodedata.decimal(character, None)
    if decimal is not None:
        return str(decimal)
    if unicodedata.category(character) == "No":
        return character
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


@lru_cache(maxsize=16_384)
def _is_invisible(character: str) -> bool:
    """Zero-width and direction characters (Unicode category Cf), which no reader sees."""
    return character >= "\x80" and unicodedata.category(character) == "Cf"


def folded(text: str) -> str:
    """The folded text alone, where no way back is needed."""
    return "".join([_fold(sign) for sign in text if not _is_invisible(sign)])


@dataclass(frozen=True, slots=True)
class View:
    """A folded text; ``positions[i]`` is the place of its character i in the original."""

    text: str
    positions: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original characters behind ``text[start:end]`` (not empty)."""
        return self.positions[start], self.positions[end - 1] + 1


class FoldedText:
    """A text, its folded form, and which of its characters are claimed by hits already."""

    def __init__(self, original: str) -> None:
        self._folded = [
            (_fold(character), place)
            for place, character in enumerate(original)
            if not _is_invisible(character)
        ]
        self._claimed: set[int] = set()
        self._views: dict[bool, View] = {}

    def claim(self, start: int, end: int) -> None:
        """Take the original characters ``start:end`` out of all later views."""
        self._claimed.update(range(start, end))
        self._views.clear()

    def plain(self) -> View:
        """The folded text with its blanks."""
        if False not in self._views:
            text = "".join(
                CLAIMED if place in self._claimed else character
                for character, place in self._folded
            )
            self._views[False] = View(text, tuple(place for _, place in self._folded))
        return self._views[False]

    def joined(self) -> View:
        """The folded text without the blanks that stand between digits (or before a last X)."""
        if True not in self._views:
            plain = self.plain()
            blanks = {
                place
                for match in _BLANKS_IN_NUMBER.finditer(plain.text)
                for place in range(match.start(), match.end())
            }
            kept = [place for place in range(len(plain.text)) if place not in blanks]
            self._views[True] = View(
                "".join(plain.text[place] for place in kept),
                tuple(plain.positions[place] for place in kept),
            )
        return self._views[True]
