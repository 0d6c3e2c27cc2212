"""The running text of a booklet: lines and text cells joined to passages that keep their places.

A sentence is wrapped where the line is full, in the middle of a word or a number, and runs over
page breaks. A passage is what one paragraph or heading says, blanks left out, with the place of
each character.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from schemas.documents.budget.tables import BudgetTable
from schemas.documents.document import Document, DocumentPage, Grid, GridCell, TextLine, line_place

COVER_LENGTH = 200  # signs; a first page with more is no cover
SHORT_SHARE = 0.93  # of the widest line of the page; a paragraph's last line is shorter
HEADING_SHARE = 0.6
INDENT = 1.2  # of the height of a line
OVERLAP_SHARE = 0.4  # of the height of a line; more is one line torn in two
TORN_UNITS = 2  # units without a number before them, on one page
HEADER_PAGES = 3
SURE_ENOUGH = 0.95  # of recognised text; less is left out
NOTE_LINES = 3  # below a table

_BLANKS = re.compile(r"[\s\u3000\u00a0\u200b-\u200f\ufeff]+")
_BLANK_IN_NUMBERS = re.compile(r"(?<=[\d%.])[\s\u3000\u00a0]+(?=[\d.])")
_PAGE_NUMBER = re.compile(r"[-—–―~·第]*\d{1,3}[-—–―~·页]*(?:[/／共]\d{1,3}页?)?")
_LEADERS = re.compile(r"…{2,}\d*$|[.．·]{6,}\d*$")
ENUMERATOR = re.compile(
    r"^(?:第[一二三四五六七八九十]+[部章条节]分?|[一二三四五六七八九十]{1,3}[、.．]"
    r"|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、](?!\d)|[①-⑳]|(?:注|说明|备注)[:：])"
)
_ENDS = ("。", "！", "？", "：", ":", "；", ";")
_UNIT_WITHOUT_NUMBER = re.compile(
    r"(?<![\d.%百千万十一二两三四五六七八九零〇几多余数亿XxＸｘ×*○Ｏ：:/／（(“\"、或])"
    r"(?:万元|亿元)(?=[，。；、,;])"
)
_INDENTED = re.compile(r"[\s\u3000]{2}")
_NOTE_MARK = re.compile(r"[（(]?(?:注|说明|备注)[:：]")
_NOTE = re.compile(r"注[:：]|空表|本表|[无没未]")
_FOLDED = str.maketrans("０１２３４５６７８９％．(),;", "0123456789%.（）,；")


class Section(StrEnum):
    """Where in a booklet a passage stands."""

    COVER = "cover"
    NARRATIVE = "narrative"
    TABLE = "table"  # inside, above or below a disclosure table


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or heading.

    Attributes:
        text: what is printed, without blanks and line breaks.
        starts: where in ``text`` its lines begin.
        places: where these lines stand in the document.
        section: the part of the booklet.
        table_id: the table it accompanies; ``""`` for none.
        is_torn: True where its numbers cannot be read surely: its page prints lines out of order,
            or the recognition of its characters is in doubt.
    """

    text: str
    starts: tuple[int, ...]
    places: tuple[str, ...]
    section: Section
    table_id: str = ""
    is_torn: bool = False

    @property
    def folded(self) -> str:
        """The text with half-width digits and full-width brackets, sign for sign."""
        return folded(self.text)

    def place_at(self, offset: int) -> str:
        """The place of the line that holds a character."""
        return self.places[bisect_right(self.starts, offset) - 1]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A printed line or a line of a text cell."""

    text: str
    place: str
    section: Section
    table_id: str
    fullness: float  # of the widest line of the page
    is_torn: bool
    begins: bool  # True where it cannot continue the piece before
    is_indented: bool | None = None  # None where the format has no places


def folded(text: str) -> str:
    """Half-width digits and full-width brackets, sign for sign, so that offsets stay."""
    return text.translate(_FOLDED)


def passages_of(document: Document, tables: Sequence[BudgetTable]) -> tuple[Passage, ...]:
    """The passages of a booklet in reading order, without page numbers and running headers."""
    table_of = {place: table.table_id for table in tables for place in table.grids}
    note_of = {note.place: table.table_id for table in tables for note in table.notes}
    headers = _running_headers(document.pages)
    pieces: list[_Piece] = []
    for index, page in enumerate(document.pages):
        pieces += _pieces_of(page, index == 0, table_of, note_of, headers)
    return tuple(_joined(group) for group in _groups(pieces))


def without_blanks(text: str) -> str:
    """A line without blanks; one blank stays between two numbers, which are not to become one."""
    marked = _BLANK_IN_NUMBERS.sub("\0", text)
    return _BLANKS.sub("", marked).replace("\0", " ")


def _running_headers(pages: Sequence[DocumentPage]) -> frozenset[str]:
    """Lines that stand at the same end of several pages, digits aside."""
    ends: Counter[str] = Counter()
    for page in pages:
        texts = [_BLANKS.sub("", line.text) for line in page.lines]
        if len(texts) > 1:
            ends.update({re.sub(r"\d", "", text) for text in (texts[0], texts[-1])})
    return frozenset(text for text, count in ends.items() if count >= HEADER_PAGES and text)


def _pieces_of(
    page: DocumentPage,
    is_first: bool,
    table_of: dict[tuple[int, int], str],
    note_of: dict[str, str],
    headers: frozenset[str],
) -> Iterator[_Piece]:
    text = "".join(_BLANKS.sub("", line.text) for line in page.lines)
    text += "".join(_BLANKS.sub("", cell.text) for grid in page.grids for cell in grid.cells)
    cover = is_first and len(text) < COVER_LENGTH
    torn = _is_torn(page)
    widest = max((_width(line) for line in page.lines), default=0.0)
    leftmost = min((line.box.left for line in page.lines if line.box is not None), default=0.0)
    texts = page.lines
    begins = False
    for place, block in enumerate(page.blocks):
        if isinstance(block, Grid):
            own = table_of.get((page.number, block.number), "")
            yield from _cells_of(block, own, Section.COVER if cover else None)
            begins = True
            continue
        printed = without_blanks(block.text)
        is_end = block in (texts[0], texts[-1])
        if not printed or _LEADERS.search(printed) or (is_end and _is_furniture(printed, headers)):
            continue
        share = _width(block) / widest if widest else 1.0
        where = line_place(page.name, block)
        table_id = note_of.get(where) or _table_beside(page, place, table_of)
        section = Section.COVER if cover else Section.TABLE if table_id else Section.NARRATIVE
        indented = None
        if block.box is not None:
            indented = block.box.left > leftmost + INDENT * _height(block)
        unsure = torn or _is_unsure(block)
        yield _Piece(printed, where, section, table_id, share, unsure, begins, indented)
        begins = False


def _is_unsure(printed: TextLine | GridCell) -> bool:
    return printed.confidence is not None and printed.confidence < SURE_ENOUGH


def _is_furniture(text: str, headers: frozenset[str]) -> bool:
    bare = text.replace(" ", "")
    return bool(_PAGE_NUMBER.fullmatch(bare)) or re.sub(r"\d", "", bare) in headers


def _cells_of(grid: Grid, table_id: str, section: Section | None) -> Iterator[_Piece]:
    """The lines of text cells; of a disclosure table only those that read like a note."""
    for cell in grid.cells:
        printed = [line for line in cell.text.split("\n") if line.strip()]
        lines = [without_blanks(line) for line in printed]
        if table_id and not (len("".join(lines)) > 8 and _NOTE.search("".join(lines))):
            continue
        widest = max((_display_width(line) for line in lines), default=0)
        for number, line in enumerate(lines):
            begins = number == 0 or _INDENTED.match(printed[number]) is not None
            where = section or (Section.TABLE if table_id else Section.NARRATIVE)
            share = _display_width(line) / widest
            yield _Piece(line, cell.place, where, table_id, share, _is_unsure(cell), begins)


def _table_beside(page: DocumentPage, position: int, table_of: dict[tuple[int, int], str]) -> str:
    """The table that a line is a note to: the one it directly follows, or, where it calls itself
    a note, the next one on the page."""
    block = page.blocks[position]
    if isinstance(block, TextLine) and _is_heading(block.text):
        return ""
    before = page.blocks[:position]
    for distance, above in enumerate(reversed(before)):
        if isinstance(above, Grid):
            return table_of.get((page.number, above.number), "")
        if distance >= NOTE_LINES or _is_heading(above.text):
            return ""
    if not isinstance(block, TextLine) or not _NOTE_MARK.match(without_blanks(block.text)):
        return ""
    following = (one for one in page.blocks[position:] if isinstance(one, Grid))
    return next((table_of.get((page.number, grid.number), "") for grid in following), "")


def _is_heading(text: str) -> bool:
    printed = without_blanks(text)
    return bool(ENUMERATOR.match(printed)) and not _NOTE_MARK.match(printed)


def _width(line: TextLine) -> float:
    """How far a line reaches to the right; by its signs where it has no place."""
    return line.box.right if line.box is not None else float(_display_width(line.text))


def _height(line: TextLine) -> float:
    return line.box.bottom - line.box.top if line.box is not None else 0.0


def _display_width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def _is_torn(page: DocumentPage) -> bool:
    """True where digits stand apart from their sentences, as in some PDFs of two typefaces."""
    text = "".join(_BLANKS.sub("", line.text) for line in page.lines)
    if len(_UNIT_WITHOUT_NUMBER.findall(text)) >= TORN_UNITS:
        return True
    return any(_overlap(one, other) for one, other in pairwise(page.lines))


def _overlap(one: TextLine, other: TextLine) -> bool:
    if one.box is None or other.box is None or not re.search(r"\d", one.text + other.text):
        return False
    common = min(one.box.bottom, other.box.bottom) - max(one.box.top, other.box.top)
    height = min(one.box.bottom - one.box.top, other.box.bottom - other.box.top)
    across = min(one.box.right, other.box.right) - max(one.box.left, other.box.left)
    return height > 0 and across > 0 and common / height > OVERLAP_SHARE


def _groups(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    group: list[_Piece] = []
    for piece in pieces:
        if group and _begins(group[-1], piece):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _begins(before: _Piece, piece: _Piece) -> bool:
    """True where a piece begins a passage of its own."""
    if piece.begins or (before.section, before.table_id) != (piece.section, piece.table_id):
        return True
    if before.section is Section.COVER:
        return True
    if ENUMERATOR.match(piece.text) and (
        before.fullness < SHORT_SHARE or before.text.endswith(_ENDS)
    ):
        return True
    if before.fullness < (SHORT_SHARE if piece.is_indented else HEADING_SHARE):
        return True
    if before.fullness >= SHORT_SHARE:
        return False
    if before.text.endswith(_ENDS):
        return True
    return bool(ENUMERATOR.match(before.text)) and piece.is_indented is None


def _joined(group: Sequence[_Piece]) -> Passage:
    starts, text = [], ""
    for piece in group:
        starts.append(len(text))
        text += piece.text
    first = group[0]
    return Passage(
        text,
        tuple(starts),
        tuple(piece.place for piece in group),
        first.section,
        first.table_id,
        any(piece.is_torn for piece in group),
    )
