"""Words and ruled lines of a page, as they are drawn."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from ctypes import c_double, c_float, c_int, c_uint
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as raw

# A drawn shape thinner than this (PDF points) is a line, whatever the shape is called.
LINE_THICKNESS = 2.6
# Letters of one word stand closer together than this part of their size.
WORD_GAP = 0.45
# Letters whose middles differ by less than this part of their size stand on one line.
LINE_SHARE = 0.35

# Pieces of lines nearer than this (PDF points) are one line.
SAME_LINE = 1.6
# A colour with no part below this (of 255) cannot be seen on paper.
PALE = 242


@dataclass(frozen=True, slots=True)
class Letter:
    """A printed character and where it stands."""

    text: str
    left: float
    right: float
    middle: float
    size: float


@dataclass(frozen=True, slots=True)
class Word:
    """Letters that stand close together on one line."""

    text: str
    left: float
    right: float
    middle: float
    size: float

    @property
    def centre(self) -> float:
        """Half way between left and right."""
        return (self.left + self.right) / 2

    @property
    def top(self) -> float:
        """Roughly where the letters begin."""
        return self.middle - self.size / 2

    @property
    def bottom(self) -> float:
        """Roughly where the letters end."""
        return self.middle + self.size / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruled line: ``at`` is its y (horizontal) or x (vertical)."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PageContent:
    """What is printed on a page."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]


def pages_of(path: str) -> Iterator[PageContent]:
    """Read the pages of a PDF one after the other."""
    with pypdfium2.PdfDocument(path) as document:
        for index in range(len(document)):
            yield page_content(document[index], index + 1)


def page_content(page: pypdfium2.PdfPage, number: int) -> PageContent:
    """Words and lines of a page, turned as a reader sees it."""
    sheet = Sheet(page.get_cropbox(), page.get_rotation())
    horizontal, vertical = (joined(rules) for rules in ruled_lines(page, sheet))
    width, height = page.get_size()
    return PageContent(
        number=number,
        width=width,
        height=height,
        words=tuple(words_of(letters_of(page, sheet), vertical)),
        horizontal=tuple(horizontal),
        vertical=tuple(vertical),
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a page lies: its visible part in the file's own measure, and how it is turned."""

    box: tuple[float, float, float, float]
    turned: int

    def seen(self, x: float, y: float) -> tuple[float, float]:
        """A point as a reader sees it, from the left and from the top."""
        left, bottom, right, top = self.box
        return {
            0: (x - left, top - y),
            90: (y - bottom, x - left),
            180: (right - x, y - bottom),
            270: (top - y, right - x),
        }[self.turned]


def letters_of(page: pypdfium2.PdfPage, sheet: Sheet) -> list[Letter]:
    """All printed characters; how high they stand is told by the line they are written on."""
    text = page.get_textpage()
    letters = []
    for index in range(text.count_chars()):
        sign = chr(raw.FPDFText_GetUnicode(text, index))
        if sign.isspace() or sign in "\x00\ufffe\uffff":
            continue
        box = raw.FS_RECTF()
        x, y, matrix = c_double(), c_double(), raw.FS_MATRIX()
        raw.FPDFText_GetLooseCharBox(text, index, box)
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        raw.FPDFText_GetMatrix(text, index, matrix)
        size = raw.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
        one, other = sheet.seen(box.left, box.bottom), sheet.seen(box.right, box.top)
        base = sheet.seen(x.value, y.value)[1]
        left, right = sorted((one[0], other[0]))
        letters.append(Letter(sign, left, right, base - 0.36 * size, size))
    return letters


def words_of(letters: list[Letter], vertical: list[Rule]) -> list[Word]:
    """Join letters to words: first to lines, then along each line up to a gap or a ruled line."""
    words = []
    for line in lines_of(letters):
        pieces: list[Letter] = []
        for letter in sorted(line, key=lambda each: each.left):
            if pieces and _is_printed_twice(pieces[-1], letter):
                continue
            if pieces and (
                letter.left - pieces[-1].right > WORD_GAP * letter.size
                or _is_ruled_off(pieces[-1], letter, vertical)
            ):
                words.append(_word(pieces))
                pieces = []
            pieces.append(letter)
        if pieces:
            words.append(_word(pieces))
    return words


def lines_of(letters: list[Letter]) -> list[list[Letter]]:
    """Letters whose middles are level."""
    lines: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda each: each.middle):
        if lines and letter.middle - lines[-1][-1].middle <= LINE_SHARE * min(
            letter.size, lines[-1][-1].size
        ):
            lines[-1].append(letter)
        else:
            lines.append([letter])
    return lines


def _is_printed_twice(before: Letter, letter: Letter) -> bool:
    """Bold text is sometimes made by printing each letter twice, a hair apart."""
    return before.text == letter.text and abs(before.left - letter.left) < 0.2 * letter.size


def _is_ruled_off(before: Letter, letter: Letter, vertical: list[Rule]) -> bool:
    """Whether a vertical line stands between two letters."""
    left, right = (before.left + before.right) / 2, (letter.left + letter.right) / 2
    return any(
        left < rule.at < right and rule.start <= letter.middle <= rule.end for rule in vertical
    )


def _word(letters: list[Letter]) -> Word:
    return Word(
        "".join(letter.text for letter in letters),
        letters[0].left,
        letters[-1].right,
        sum(letter.middle for letter in letters) / len(letters),
        max(letter.size for letter in letters),
    )


def ruled_lines(page: pypdfium2.PdfPage, sheet: Sheet) -> tuple[list[Rule], list[Rule]]:
    """Horizontal and vertical lines, whether they are drawn as strokes or as thin boxes."""
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    for drawing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
        for left, top, right, bottom in _drawn_boxes(drawing, sheet):
            if bottom - top <= LINE_THICKNESS < right - left:
                horizontal.append(Rule((top + bottom) / 2, left, right))
            elif right - left <= LINE_THICKNESS < bottom - top:
                vertical.append(Rule((left + right) / 2, top, bottom))
    return horizontal, vertical


def joined(rules: list[Rule]) -> list[Rule]:
    """Lines drawn in pieces, made whole."""
    whole: list[Rule] = []
    levels: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda each: each.at):
        if levels and rule.at - levels[-1][0].at < SAME_LINE:
            levels[-1].append(rule)
        else:
            levels.append([rule])
    for level in levels:
        pieces = sorted(level, key=lambda each: each.start)
        for rule in pieces:
            if whole and whole[-1].at == pieces[0].at and rule.start - whole[-1].end < SAME_LINE:
                before = whole.pop()
                rule = Rule(before.at, before.start, max(before.end, rule.end))
            whole.append(Rule(pieces[0].at, rule.start, rule.end))
    return whole


def _is_visible(drawing: pypdfium2.PdfObject, colour_of: Callable[..., int]) -> bool:
    parts = [c_uint() for _ in range(4)]
    return not colour_of(drawing, *parts) or (
        min(part.value for part in parts[:3]) < PALE and parts[3].value > 0
    )


def _drawn_boxes(
    drawing: pypdfium2.PdfObject, sheet: Sheet
) -> Iterator[tuple[float, float, float, float]]:
    """What a drawing shows as boxes: each stroke, or each closed area."""
    fill, stroke = c_int(), c_int()
    raw.FPDFPath_GetDrawMode(drawing, fill, stroke)
    if stroke.value and _is_visible(drawing, raw.FPDFPageObj_GetStrokeColor):
        for points in _outlines(drawing, sheet):
            yield from (_around(pair) for pair in itertools.pairwise(points))
    elif fill.value and _is_visible(drawing, raw.FPDFPageObj_GetFillColor):
        yield from (_around(points) for points in _outlines(drawing, sheet))


def _outlines(drawing: pypdfium2.PdfObject, sheet: Sheet) -> list[list[tuple[float, float]]]:
    """The strokes of a drawing without lifting the pen, as a reader sees them."""
    matrix = drawing.get_matrix()
    outlines: list[list[tuple[float, float]]] = []
    for index in range(raw.FPDFPath_CountSegments(drawing)):
        segment = raw.FPDFPath_GetPathSegment(drawing, index)
        x, y = c_float(), c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = sheet.seen(*matrix.on_point(x.value, y.value))
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO or not outlines:
            outlines.append([])
        outlines[-1].append(point)
        if raw.FPDFPathSegment_GetClose(segment):
            outlines[-1].append(outlines[-1][0])
    return outlines


def _around(points: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)
