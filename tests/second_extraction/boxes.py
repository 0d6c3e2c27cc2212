"""Boxes of a table: each word asks the ruled lines around it in which box it stands."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from second_extraction.page_content import PageContent, Rule, Word

# Lines that miss each other by less than this (PDF points) are meant to touch.
REACH = 3.0


@dataclass(frozen=True, slots=True)
class Area:
    """A table as it stands on one page, with the lines that rule it."""

    left: float
    top: float
    right: float
    bottom: float
    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]

    def holds(self, word: Word) -> bool:
        """Whether a word stands inside."""
        return (
            self.left - REACH < word.centre < self.right + REACH
            and self.top - REACH < word.middle < self.bottom + REACH
        )


@dataclass(slots=True)
class TextBox:
    """What stands between the same four lines."""

    left: float
    top: float
    right: float
    bottom: float
    words: list[Word] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words from top to bottom, wrapped lines joined without a blank."""
        rows: list[list[Word]] = []
        for word in sorted(self.words, key=lambda each: each.middle):
            if rows and word.middle - rows[-1][0].middle < 0.5 * word.size:
                rows[-1].append(word)
            else:
                rows.append([word])
        return "".join(
            word.text for row in rows for word in sorted(row, key=lambda each: each.left)
        )

    @property
    def middle(self) -> float:
        """Half way between the highest and the lowest word."""
        heights = [word.middle for word in self.words]
        return (min(heights) + max(heights)) / 2

    @property
    def centre(self) -> float:
        """Half way between left and right."""
        return (self.left + self.right) / 2

    def is_level_with(self, height: float) -> bool:
        """Whether a height lies between its upper and lower line."""
        return self.top - 0.5 <= height <= self.bottom + 0.5

    def is_over(self, place: float) -> bool:
        """Whether a place from the left lies between its left and right line."""
        return self.left - 0.5 <= place <= self.right + 0.5


def areas_of(page: PageContent) -> list[Area]:
    """The ruled tables of a page, from top to bottom."""
    groups = _touching(page.horizontal, page.vertical)
    areas = []
    for horizontal, vertical in groups:
        if len(horizontal) < 2:
            continue
        area = Area(
            left=min([rule.start for rule in horizontal] + [rule.at for rule in vertical]),
            top=min([rule.at for rule in horizontal] + [rule.start for rule in vertical]),
            right=max([rule.end for rule in horizontal] + [rule.at for rule in vertical]),
            bottom=max([rule.at for rule in horizontal] + [rule.end for rule in vertical]),
            horizontal=tuple(horizontal),
            vertical=tuple(vertical),
        )
        if area.right - area.left > 60 and area.bottom - area.top > 12:
            areas.append(area)
    return sorted(areas, key=lambda each: (each.top, each.left))


def _touching(
    horizontal: Iterable[Rule], vertical: Iterable[Rule]
) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of lines that touch each other, or that are one under the other and equally long."""
    across, down = list(horizontal), list(vertical)
    parent = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for here, flat in enumerate(across):
        for there, steep in enumerate(down):
            if (
                steep.start - REACH <= flat.at <= steep.end + REACH
                and flat.start - REACH <= steep.at <= flat.end + REACH
            ):
                parent[root(here)] = root(len(across) + there)
    _join_bare_lines(
        across, {root(len(across) + there) for there in range(len(down))}, parent, root
    )
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index in range(len(parent)):
        group = groups.setdefault(root(index), ([], []))
        if index < len(across):
            group[0].append(across[index])
        else:
            group[1].append(down[index - len(across)])
    return list(groups.values())


def _join_bare_lines(
    across: list[Rule], crossed: set[int], parent: list[int], root: Callable[[int], int]
) -> None:
    """Tables without vertical lines: horizontal ones that lie over each other belong together."""
    bare = [index for index in range(len(across)) if root(index) not in crossed]
    bare.sort(key=lambda index: across[index].at)
    for above, below in itertools.pairwise(bare):
        shared = min(across[above].end, across[below].end) - max(
            across[above].start, across[below].start
        )
        shorter = min(rule.end - rule.start for rule in (across[above], across[below]))
        if shared > 0.5 * shorter:
            parent[root(above)] = root(below)


def boxes_of(words: Iterable[Word], area: Area) -> list[TextBox]:
    """The boxes of an area that hold words, each with the lines next to it."""
    boxes: dict[tuple[int, int, int, int], TextBox] = {}
    for word in words:
        if not area.holds(word):
            continue
        left, right = _between(word.centre, word.middle, area.vertical, area.left, area.right)
        top, bottom = _between(word.middle, word.centre, area.horizontal, area.top, area.bottom)
        key = (round(left), round(top), round(right), round(bottom))
        boxes.setdefault(key, TextBox(left, top, right, bottom)).words.append(word)
    return list(boxes.values())


def _between(
    place: float, across: float, rules: tuple[Rule, ...], low: float, high: float
) -> tuple[float, float]:
    """The nearest lines before and behind a place that reach past it."""
    passing = [rule.at for rule in rules if rule.start - 0.6 <= across <= rule.end + 0.6]
    before = [at for at in passing if at <= place]
    behind = [at for at in passing if at > place]
    return max(before, default=low), min(behind, default=high)
