"""Which columns the words of a header stand over, where no lines say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.documents.characters import Character, box_of, words_of

SAME_CELL = 1.4
"""Header lines nearer to each other than so many heights of a letter are one wrapped header."""
PHRASE = 0.9
"""Words of a header nearer to each other than this share of their height are one phrase."""
NEW_COLUMN_COST = 60.0
"""A header so many points away from every free column names a column in which nothing stands."""
SKIP_COST = 12.0
WIDER = 6.0
"""Of the stretches of columns whose middle a header stands over, the widest within so many points
of the best one is taken."""

Placed = tuple[int, int, list[Character]]
"""First column, last column, the characters of a header cell."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch from left to right in points."""

    left: float
    right: float

    @property
    def centre(self) -> float:
        """Its middle."""
        return (self.left + self.right) / 2

    def overlap(self, other: Span) -> float:
        """How much of it the other covers; negative for a gap between them."""
        return min(self.right, other.right) - max(self.left, other.left)


@dataclass(slots=True)
class _Word:
    """A header word (or phrase, with its wrapped lines): its row, place and characters."""

    row: int
    middle: float
    characters: list[Character]

    @property
    def span(self) -> Span:
        box = box_of(self.characters)
        return Span(box.left, box.right)


def placed(
    lines: Sequence[list[Character]], columns: Sequence[Span], height: float
) -> tuple[list[Span], list[list[Placed]]]:
    """The columns, with those added that only a header names, and the header's cells by row.

    Words with nothing below them are the headers of columns, in order; the others stand over
    several.
    """
    words = _unwrapped(
        [
            _Word(row, line[0].middle, word)
            for row, line in enumerate(lines)
            for word in words_of(line, gap=PHRASE)
        ],
        height,
    )
    spans = list(columns)
    lowest = sorted(_lowest(words, len(spans)), key=lambda word: word.span.centre)
    matched = _aligned([word.span for word in lowest], spans)
    added = [word for word, column in zip(lowest, matched, strict=True) if column is None]
    spans = sorted([*spans, *(word.span for word in added)], key=lambda span: span.centre)
    column_of = {id(word): index for index, word in _numbered(lowest, matched, columns, spans)}
    rows: list[list[Placed]] = [[] for _ in lines]
    for word in words:
        if id(word) in column_of:
            index = column_of[id(word)]
            rows[word.row].append((index, index, word.characters))
    for word in words:
        if id(word) not in column_of:
            others = [one.span for one in words if one.row == word.row and one is not word]
            first, last = _stretch(word.span, spans, others)
            rows[word.row].append((first, last, word.characters))
    return spans, [_without_clashes(sorted(row, key=lambda cell: cell[0])) for row in rows]


def _numbered(
    lowest: Sequence[_Word],
    matched: Sequence[int | None],
    columns: Sequence[Span],
    spans: Sequence[Span],
) -> list[tuple[int, _Word]]:
    return [
        (spans.index(word.span if column is None else columns[column]), word)
        for word, column in zip(lowest, matched, strict=True)
    ]


def _unwrapped(words: list[_Word], height: float) -> list[_Word]:
    """Words right below each other around one middle, joined to one header."""
    kept: list[_Word] = []
    for word in words:
        for above in reversed(kept):
            near = 0 < word.middle - above.middle < SAME_CELL * height
            centred = abs(above.span.centre - word.span.centre) < height
            if near and centred and above.span.overlap(word.span) > 0:
                above.characters = above.characters + word.characters
                above.middle = word.middle
                break
        else:
            kept.append(word)
    return kept


def _lowest(words: Sequence[_Word], columns: int) -> list[_Word]:
    """The words with nothing below them; the last line, where it has one for each column."""
    if not words:
        return []
    last = [word for word in words if word.row == max(one.row for one in words)]
    if len(last) >= columns:
        return last
    return [
        word
        for word in words
        if not any(other.row > word.row and other.span.overlap(word.span) > 0 for other in words)
    ]


def _stretch(span: Span, columns: Sequence[Span], others: Sequence[Span]) -> tuple[int, int]:
    """The columns that a header stands over the middle of, none of which another one covers."""
    nearest = min(range(len(columns)), key=lambda at: abs(columns[at].centre - span.centre))
    over = [at for at, column in enumerate(columns) if column.overlap(span) > 0] or [nearest]
    taken = {
        at
        for at, column in enumerate(columns)
        if any(column.overlap(other) > 0 for other in others)
    }
    found: list[tuple[float, int, int]] = []
    for first in range(over[0] + 1):
        for last in range(over[-1], len(columns)):
            if taken.intersection(range(first, last + 1)) - set(over):
                continue
            middle = (columns[first].left + columns[last].right) / 2
            found.append((abs(middle - span.centre), first, last))
    if not found:
        return over[0], over[-1]
    best = min(found)[0]
    _, first, last = max(
        (one for one in found if one[0] <= best + WIDER), key=lambda one: one[2] - one[1]
    )
    return first, last


def _without_clashes(cells: list[Placed]) -> list[Placed]:
    """Two words over one column are one header."""
    kept: list[Placed] = []
    for start, end, word in cells:
        if kept and start <= kept[-1][1]:
            first, last, before = kept[-1]
            kept[-1] = (first, max(last, end), before + word)
        else:
            kept.append((start, end, word))
    return kept


def _aligned(words: Sequence[Span], columns: Sequence[Span]) -> list[int | None]:
    """For each word its column, in order and at the least distance; None for a column of its own.

    Numbers stand at the right of their column and headers in its middle, so nearness alone would
    mislead where a neighbour prints longer numbers.
    """
    count, width = len(words), len(columns)
    best: list[list[float]] = [[0.0] * (width + 1) for _ in range(count + 1)]
    for i in range(count + 1):
        for j in range(width + 1):
            options = [0.0] if i == 0 and j == 0 else []
            if i:
                options.append(best[i - 1][j] + NEW_COLUMN_COST)
            if j:
                options.append(best[i][j - 1] + SKIP_COST)
            if i and j:
                options.append(best[i - 1][j - 1] + _distance(words[i - 1], columns[j - 1]))
            best[i][j] = min(options)
    matched: list[int | None] = [None] * count
    i, j = count, width
    while i:
        if j and best[i][j] == best[i - 1][j - 1] + _distance(words[i - 1], columns[j - 1]):
            matched[i - 1] = j - 1
            i, j = i - 1, j - 1
        elif j and best[i][j] == best[i][j - 1] + SKIP_COST:
            j -= 1
        else:
            i -= 1
    return matched


def _distance(word: Span, column: Span) -> float:
    overlap = word.overlap(column)
    return 0.2 * abs(word.centre - column.centre) if overlap > 0 else 10.0 - overlap
