"""Marking in a text what a query found in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from publishing.portal.pages.search import pairs

BEFORE, LONGEST = 40, 160
"""Signs shown before the first match, and in all, of a long text."""
LONGEST_WORD = 25


def highlighted(text: str, words: Sequence[str]) -> Markup:
    """The text, escaped, with ``<mark>`` around what was found."""
    shown = Markup()
    at = 0
    for start, end in _joined(_places(text, words)):
        shown += escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:end])
        at = end
    return shown + escape(text[at:])


def snippet(text: str, words: Sequence[str]) -> Markup:
    """The part of a long text around its first match; its beginning where there is none."""
    if len(text) <= LONGEST:
        return highlighted(text, words)
    places = _joined(_places(text, words))
    start = max(0, places[0][0] - BEFORE) if places else 0
    if start + LONGEST >= len(text):
        start = len(text) - LONGEST
    part = text[start : _end_of_word(text, start + LONGEST)]
    before, after = "…" if start else "", "…" if start + len(part) < len(text) else ""
    return Markup("{}{}{}").format(before, highlighted(part, words), after)


def _end_of_word(text: str, end: int) -> int:
    """Where to cut so that no word of letters is broken; Chinese has no blanks to look for."""
    if end >= len(text) or not (text[end - 1].isascii() and text[end].isascii()):
        return end
    blank = text.rfind(" ", end - LONGEST_WORD, end)
    return blank if blank > 0 else end


def _places(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    folded = text.casefold()
    if len(folded) != len(text):  # a sign that folds to two: places would not fit
        folded = text.lower()
        if len(folded) != len(text):
            return []
    found = []
    for word in words:
        parts = [word] if word in folded else pairs(word)
        found += [place for part in parts for place in _occurrences(folded, part)]
    return found


def _occurrences(text: str, part: str) -> Iterable[tuple[int, int]]:
    at = text.find(part)
    while at >= 0:
        yield at, at + len(part)
        at = text.find(part, at + 1)


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in order; those that touch are one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
