"""Characters of a page and how they stand together: lines, words, the text of a cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from schemas.documents.document import Box

SAME_LINE = 0.5
"""Two characters share a line where their middles differ by less than this share of their height:
digits of another font often sit lower than the Chinese text around them, by up to 0.4."""
WORD_GAP = 0.5
"""A gap wider than this share of the height parts words."""
DOUBLED = 0.25
"""The same character drawn again within this share of its height is the same one (bold by double
strike, text drawn twice)."""
UNREADABLE = "\ufffd"


@dataclass(frozen=True, slots=True)
class Character:
    """A printed character: its text (ligatures have several letters), its box in points, and its
    place in the order in which the page draws its characters."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    order: int = 0

    @property
    def middle(self) -> float:
        """Half way between top and bottom."""
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        """Half way between left and right."""
        return (self.left + self.right) / 2

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


def without_doubles(characters: Iterable[Character]) -> list[Character]:
    """Each character once, where a document draws it twice on one spot."""
    kept: dict[str, list[Character]] = {}
    result: list[Character] = []
    for character in characters:
        near = DOUBLED * max(character.height, 1.0)
        known = kept.setdefault(character.text, [])
        if any(
            abs(one.left - character.left) < near and abs(one.top - character.top) < near
            for one in known[-8:]
        ):
            continue
        known.append(character)
        result.append(character)
    return result


def lines_of(characters: Iterable[Character]) -> list[list[Character]]:
    """Characters by line, from top to bottom, each line from left to right."""
    lines: list[list[Character]] = []
    reference = tallest = 0.0
    for character in sorted(characters, key=lambda one: (one.middle, one.left)):
        same = lines and abs(character.middle - reference) < SAME_LINE * max(
            min(tallest, character.height * 1.5), 1.0
        )
        if same:
            lines[-1].append(character)
            tallest = max(tallest, character.height)
        else:
            lines.append([character])
            reference, tallest = character.middle, character.height
    for line in lines:
        line.sort(key=lambda one: (one.left, one.right))
    return lines


def words_of(line: Sequence[Character], gap: float = WORD_GAP) -> list[list[Character]]:
    """A line cut at its blanks and wide gaps."""
    words: list[list[Character]] = []
    cut = True
    end = 0.0
    for character in line:
        if not character.text.strip():
            cut = True
            continue
        if cut or character.left - end > gap * max(character.height, 1.0):
            words.append([])
        words[-1].append(character)
        end = max(end, character.right) if len(words[-1]) > 1 else character.right
        cut = False
    return words


def word_text(word: Sequence[Character]) -> str:
    """The characters one behind the other."""
    return "".join(character.text for character in word)


def line_text(line: Sequence[Character]) -> str:
    """The words of a line with one blank between them."""
    return " ".join(word_text(word) for word in words_of(line))


def text_of(characters: Iterable[Character]) -> str:
    """The text of a cell: its lines separated by line breaks."""
    texts = (line_text(line) for line in lines_of(characters))
    return "\n".join(text for text in texts if text)


def box_of(characters: Sequence[Character]) -> Box:
    """The box around characters."""
    return Box(
        min(one.left for one in characters),
        min(one.top for one in characters),
        max(one.right for one in characters),
        max(one.bottom for one in characters),
    )


def turned(character: Character, degrees: int, width: float, height: float) -> Character:
    """A character of a page of that size after the page was turned clockwise (90, 180, 270)."""
    left, top, right, bottom = turned_box(
        (character.left, character.top, character.right, character.bottom), degrees, width, height
    )
    return replace(character, left=left, top=top, right=right, bottom=bottom)


def turned_box(
    box: tuple[float, float, float, float], degrees: int, width: float, height: float
) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a box after the page was turned clockwise."""
    left, top, right, bottom = box
    if degrees == 90:
        return height - bottom, left, height - top, right
    if degrees == 180:
        return width - right, height - bottom, width - left, height - top
    if degrees == 270:
        return top, width - right, bottom, width - left
    return box
