"""Lines that a printer left out: columns and rows seen by the alignment of the words alone."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from second_extraction.boxes import Area, TextBox, boxes_of
from second_extraction.page_content import Rule, Word

NUMBER = re.compile(r"^[-−(（]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?[)）%]?$")
# Wrapped lines of one header follow each other more closely than this part of their size.
WRAPPED_PITCH = 1.45


def all_boxes(words: list[Word], area: Area) -> list[TextBox]:
    """The boxes of an area; where lines are missing, those that its alignment stands for."""
    inside = [word for word in words if area.holds(word)]
    lines = text_lines(inside)
    amounts = [index for index, line in enumerate(lines) if _amounts(line)]
    if not amounts:
        return boxes_of(inside, area)
    first = _first_row(lines, amounts[0])
    beside, below = _shares(area, lines[first:])
    if below:
        area = replace(area, horizontal=(*area.horizontal, *_row_lines(area, lines, first)))
    if not beside:
        return boxes_of(inside, area)
    rows = [word for line in lines[first:] for word in line]
    heads = _header_texts([word for line in lines[:first] for word in line], area)
    edges = _column_edges(rows, heads)
    ruled = [Rule(edge, area.top, area.bottom) for edge in edges]
    return [
        *_header_boxes(heads, area, [area.left, *edges, area.right]),
        *boxes_of(rows, replace(area, vertical=(*area.vertical, *ruled))),
    ]


def text_lines(words: list[Word]) -> list[list[Word]]:
    """Words whose middles are level, from top to bottom, each line from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda each: each.middle):
        if lines and word.middle - lines[-1][0].middle < 0.4 * word.size:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda each: each.left) for line in lines]


def _first_row(lines: list[list[Word]], first: int) -> int:
    """The first line of the first row: its name may begin above its amounts."""
    while (
        first and lines[first][0].middle - lines[first - 1][0].middle < 0.9 * lines[first][0].size
    ):
        first -= 1
    return first


def _amounts(line: list[Word]) -> list[Word]:
    return [word for word in line if NUMBER.match(word.text)]


def _shares(area: Area, lines: list[list[Word]]) -> tuple[bool, bool]:
    """Whether numbers stand in one box beside each other, and whether one below the other."""
    numbers = [word for line in lines for word in line if NUMBER.match(word.text)]
    beside = below = 0
    for box in boxes_of(numbers, area):
        levels = text_lines(box.words)
        below += len(levels) - 1
        beside += sum(len(level) - 1 for level in levels)
    return beside > 0.1 * len(numbers), below > 0.1 * len(numbers)


def _column_edges(rows: list[Word], heads: list[TextBox]) -> list[float]:
    """Places in the gaps that neither a word of the rows nor a lowest header covers."""
    words = _merged([(word.left, word.right) for word in rows])
    leaves = []
    for head in heads:
        left, right = _extent(head)
        is_leaf = not any(
            other.middle > head.middle + 3 and other.left < right and left < other.right
            for other in heads
        )
        if is_leaf and sum(left < end and start < right for start, end in words) < 2:
            leaves.append((left, right))
    columns = _merged([*words, *leaves])
    return [(one[1] + other[0]) / 2 for one, other in itertools.pairwise(columns)]


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans that overlap or nearly touch, made one."""
    whole: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if whole and left - whole[-1][1] <= 2.0:
            whole[-1] = (whole[-1][0], max(whole[-1][1], right))
        else:
            whole.append((left, right))
    return whole


def _row_lines(area: Area, lines: list[list[Word]], first: int) -> list[Rule]:
    """Lines between the rows; a line of text without a number belongs to its nearest neighbour."""
    rows = lines[first:]
    gaps = [below[0].middle - above[0].middle for above, below in itertools.pairwise(rows)]
    if not gaps:
        return []
    usual = sorted(gaps)[len(gaps) // 2]
    places = [(lines[first - 1][0].middle + rows[0][0].middle) / 2] if first else []
    for (above, below), gap in zip(itertools.pairwise(rows), gaps, strict=True):
        wraps = gap < 0.8 * usual and not (_amounts(above) and _amounts(below))
        if not wraps:
            places.append((above[0].middle + below[0].middle) / 2)
    return [Rule(place, area.left, area.right) for place in places]


def _header_boxes(boxes: list[TextBox], area: Area, edges: list[float]) -> list[TextBox]:
    """Headers without vertical lines: each spreads over the columns that are nearest to it."""
    for box in sorted(boxes, key=lambda each: -each.middle):
        level = [other for other in boxes if abs(other.middle - box.middle) < 3]
        below = [other for other in boxes if other.middle > box.middle + 3]
        mine = [
            (left, right)
            for left, right in itertools.pairwise(edges)
            if _belongs(box, (left, right), level, below, area)
        ]
        if mine:
            box.left, box.right = mine[0][0], mine[-1][1]
    return boxes


def _belongs(
    box: TextBox,
    column: tuple[float, float],
    level: list[TextBox],
    below: list[TextBox],
    area: Area,
) -> bool:
    """Whether a header stands over a column, or spreads over it as the nearest one there."""
    left, right = column
    middle = (left + right) / 2
    first, last = _extent(box)
    if min(last, right) - max(first, left) > 0.5 * min(last - first, right - left):
        return True
    lower = [other for other in below if other.left <= middle <= other.right]
    lower = [other for other in lower if other.middle - box.middle > 1.5 * box.words[0].size]
    if not lower:
        return False
    nearest = min(other.middle for other in lower)
    lines = [
        rule
        for rule in area.horizontal
        if box.middle < rule.at < nearest and rule.start <= (first + last) / 2 <= rule.end
    ]
    if any(not rule.start <= middle <= rule.end for rule in lines):
        return False
    return box is min(level, key=lambda other: _distance(other, middle))


def _extent(box: TextBox) -> tuple[float, float]:
    return min(word.left for word in box.words), max(word.right for word in box.words)


def _distance(box: TextBox, place: float) -> float:
    left, right = _extent(box)
    return max(left - place, place - right, 0.0)


def _header_texts(words: list[Word], area: Area) -> list[TextBox]:
    """Words of the header, wrapped lines joined."""
    boxes: list[TextBox] = []
    for word in sorted(words, key=lambda each: (each.middle, each.left)):
        above = next((box for box in boxes if _wraps(box.words[-1], word, area)), None)
        if above is None:
            boxes.append(TextBox(word.left, word.top, word.right, word.bottom, [word]))
        else:
            above.words.append(word)
            above.left, above.right = min(above.left, word.left), max(above.right, word.right)
            above.bottom = word.bottom
    return boxes


def _wraps(above: Word, word: Word, area: Area) -> bool:
    pitch = word.middle - above.middle
    return (
        0.5 * word.size < pitch < WRAPPED_PITCH * word.size
        and above.left < word.right
        and word.left < above.right
        and not any(
            above.middle < rule.at < word.middle and rule.start <= word.centre <= rule.end
            for rule in area.horizontal
        )
    )
