"""Which characters belong to which cell of a ruled grid."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from connectors.documents.characters import Character, lines_of, text_of, word_text, words_of
from connectors.documents.ruled_grids import RuledGrid
from schemas.documents.document import Grid, GridCell, cell_place

EDGE = 2.0
"""Text may stand so far outside the grid's outer line and still belong to it."""
_NUMBER = re.compile(r"[-+(（]?[¥￥]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:[.．]\d+)?[)）]?%?")
_DIGITS = frozenset("0123456789,.，．-")


def fill_grid(
    ruled: RuledGrid, characters: Iterable[Character], page_name: str, number: int
) -> tuple[Grid, list[Character]]:
    """The grid with its texts, and the characters that stand outside it."""
    index = _Index(ruled)
    inside: dict[int, list[Character]] = {}
    outside: list[Character] = []
    for character in characters:
        cell = index.at(character.centre, character.middle)
        if cell is None:
            outside.append(character)
        else:
            inside.setdefault(cell, []).append(character)
    _mend_straddling(index, inside)
    cells = tuple(
        GridCell(
            row=cell.row,
            column=cell.column,
            rows=cell.rows,
            columns=cell.columns,
            text=text_of(inside.get(position, ())),
            place=cell_place(page_name, number, cell.row, cell.column, cell.box),
            box=cell.box,
        )
        for position, cell in enumerate(ruled.cells)
    )
    grid = Grid(number, cells, len(ruled.ys) - 1, len(ruled.xs) - 1, ruled.box)
    return grid, outside


class _Index:
    """From a point to the cell that holds it."""

    def __init__(self, ruled: RuledGrid) -> None:
        self.ruled = ruled
        self._by_place = {
            (row, column): position
            for position, cell in enumerate(ruled.cells)
            for row in range(cell.row, cell.row + cell.rows)
            for column in range(cell.column, cell.column + cell.columns)
        }

    def at(self, x: float, y: float) -> int | None:
        row, column = _between(self.ruled.ys, y), _between(self.ruled.xs, x)
        return None if row is None or column is None else self._by_place.get((row, column))

    def right_of(self, position: int, y: float) -> int | None:
        """The cell that begins where this one ends."""
        cell = self.ruled.cells[position]
        row = _between(self.ruled.ys, y)
        return None if row is None else self._by_place.get((row, cell.column + cell.columns))


def _between(stops: Sequence[float], value: float) -> int | None:
    if value < stops[0]:
        return 0 if value >= stops[0] - EDGE else None
    if value > stops[-1]:
        return len(stops) - 2 if value <= stops[-1] + EDGE else None
    return min(bisect_right(stops, value) - 1, len(stops) - 2)


def _mend_straddling(index: _Index, inside: dict[int, list[Character]]) -> None:
    """Bring a number that runs over the line between two cells together in one of them.

    Numbers stand at the right of their cell, so one too wide for it begins in the cell before: it
    goes to the cell where it ends, unless that cell holds more text of its own and the other does
    not.
    """
    for position in sorted(inside):
        for line in lines_of(inside.get(position, ())):
            follower = index.right_of(position, line[0].middle)
            if follower is None or follower not in inside:
                continue
            tail = _last_word(line)
            head = _first_word(inside[follower], tail) if tail else []
            if not head or not _NUMBER.fullmatch(word_text(tail) + word_text(head)):
                continue
            alone_left = len(inside[position]) == len(tail)
            alone_right = len(inside[follower]) == len(head)
            if alone_left and not alone_right:
                giver, taker, moved = follower, position, head
            else:
                giver, taker, moved = position, follower, tail
            inside[giver] = [one for one in inside[giver] if one not in moved]
            inside[taker] += moved


def _last_word(line: Sequence[Character]) -> list[Character]:
    words = words_of(line)
    if not words:
        return []
    tail: list[Character] = []
    for character in reversed(words[-1]):
        if character.text not in _DIGITS:
            break
        tail.insert(0, character)
    return tail


def _first_word(characters: Sequence[Character], tail: Sequence[Character]) -> list[Character]:
    """The first word of the following cell, where ``tail`` was drawn just before it
    and it goes on without a gap."""
    end, middle, height = tail[-1].right, tail[-1].middle, tail[-1].height
    for line in lines_of(characters):
        if abs(line[0].middle - middle) > 0.3 * height:
            continue
        words = words_of(line)
        if (
            words
            and words[0][0].order == tail[-1].order + 1
            and -0.3 * height <= words[0][0].left - end <= 0.15 * height
        ):
            return [one for one in words[0] if one.text in _DIGITS]
    return []
