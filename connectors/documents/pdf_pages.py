"""PDF files as documents: lines of text and grids, page by page.

Read with pdfplumber, which keeps every character with its box. What a page draws decides, never
the order of its text: texts are put together from the characters whose middle lies in a cell.
Format: ISO 32000-1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfparser import PDFSyntaxError
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from connectors.documents.aligned_grids import aligned_grid
from connectors.documents.cell_filling import fill_grid
from connectors.documents.characters import (
    UNREADABLE,
    Character,
    box_of,
    line_text,
    lines_of,
    turned,
    turned_box,
    without_doubles,
)
from connectors.documents.ocr import recognise_page, require_recognition
from connectors.documents.ruled_grids import Rule, ruled_grids
from connectors.readers.problems import problem
from connectors.readers.refusals import refuse
from schemas.documents.document import Document, DocumentPage, Grid, TextLine
from schemas.message import UnreadableFileError
from schemas.raw_table import ReadingProblem

TAIL_BYTES = 4096
"""The end mark stands within so many bytes of the end; signers and mailers add some behind it."""
MAX_PAGES = 2000
THIN = 3.0
"""A filled rectangle narrower than this is a drawn line."""
SCAN_AREA = 0.5
"""A page whose images cover more than this and that has hardly any text is a scan."""
SCAN_CHARACTERS = 20
SCAN_DPI = 200
GARBLED_SHARE = 0.1
"""A page with more unreadable characters than this cannot be trusted at all."""


def read_pdf(path: Path) -> Document:
    """Open a PDF and give its pages.

    Raises:
        UnreadableFileError: encrypted, damaged or cut; or scanned pages and no character
            recognition installed.
    """
    _refuse_cut(path)
    try:
        with pdfplumber.open(path) as pdf:
            return _document(pdf)
    except PdfminerException as error:
        raise _refused(error.args[0] if error.args else error) from error
    except (PSException, MalformedPDFException, PDFSyntaxError) as error:
        raise _refused(error) from error


def _refuse_cut(path: Path) -> None:
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(file.tell() - TAIL_BYTES, 0))
        if b"%%EOF" not in file.read():
            raise refuse(
                "PDF 文件没有结尾标记，可能没有传完。",
                "The PDF has no end mark; it may have been cut.",
                "请重新获取文件。",
                "Get the file again.",
            )


def _refused(error: object) -> UnreadableFileError:
    if isinstance(error, PDFPasswordIncorrect | PDFEncryptionError):
        return refuse(
            "PDF 文件有密码保护。",
            "The PDF is protected by a password.",
            "请部门提供没有密码的文件。",
            "Ask the department for a file without a password.",
        )
    detail = f"{type(error).__name__} {error}".strip()
    return refuse(
        f"PDF 文件已损坏或没有传完（{detail}）。",
        f"The PDF is damaged or was cut ({detail}).",
        "请重新获取文件。",
        "Get the file again.",
    )


def _document(pdf: PDF) -> Document:
    if not pdf.pages:
        raise _refused("0 pages")
    if len(pdf.pages) > MAX_PAGES:
        raise refuse(
            f"PDF 有 {len(pdf.pages)} 页，超过上限 {MAX_PAGES} 页。",
            f"The PDF has {len(pdf.pages)} pages, more than {MAX_PAGES}.",
        )
    scans = [page.page_number for page in pdf.pages if is_scan(page)]
    require_recognition(scans)
    pages: list[DocumentPage] = []
    problems: list[ReadingProblem] = []
    for page in pdf.pages:
        if page.page_number in scans:
            image = np.asarray(page.to_image(resolution=SCAN_DPI).original.convert("RGB"))
            pages.append(
                recognise_page(image, page.page_number, float(page.width), float(page.height))
            )
        else:
            made = _Page(page)
            pages.append(made.read())
            problems += made.problems
        page.close()
    return Document(tuple(pages), tuple(problems))


def is_scan(page: Page) -> bool:
    """Whether a page is a picture with hardly any text."""
    if len(page.chars) >= SCAN_CHARACTERS or not page.images:
        return False
    area = sum(float(image["width"]) * float(image["height"]) for image in page.images)
    return area > SCAN_AREA * float(page.width) * float(page.height)


class _Page:
    """Reads one page that has text."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.number: int = page.page_number
        self.name = f"page {page.page_number}"
        self.problems: list[ReadingProblem] = []
        self._degrees = turn_of(page)
        self._size = (float(page.width), float(page.height))

    def read(self) -> DocumentPage:
        """The page's lines and grids from top to bottom."""
        characters = self._characters()
        self._tell_unreadable(characters)
        grids: list[Grid] = []
        numbers = count(1)
        left = characters
        for ruled in ruled_grids(self._rules()):
            grid, left = fill_grid(ruled, left, self.name, next(numbers))
            grids.append(grid)
        if not grids:
            grid_or_none, left = aligned_grid(left, self._rules(), self.name, next(numbers))
            grids += [grid_or_none] if grid_or_none is not None else []
        width, height = self._size if self._degrees in (0, 180) else self._size[::-1]
        return DocumentPage(
            number=self.number,
            name=self.name,
            blocks=tuple(_in_order(left, grids)),
            width=width,
            height=height,
        )

    def _characters(self) -> list[Character]:
        found = []
        for order, char in enumerate(self.page.chars):
            text = str(char["text"])
            if text.startswith("(cid:"):
                text = UNREADABLE
            box = (float(char["x0"]), float(char["top"]), float(char["x1"]), float(char["bottom"]))
            if not self._is_on_page(box):
                continue
            one = Character(text, *box, order)
            found.append(turned(one, self._degrees, *self._size) if self._degrees else one)
        return without_doubles(found)

    def _is_on_page(self, box: tuple[float, float, float, float]) -> bool:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return 0 <= x <= self._size[0] and 0 <= y <= self._size[1]

    def _tell_unreadable(self, characters: list[Character]) -> None:
        visible = [one for one in characters if one.text.strip()]
        wrong = sum(1 for one in visible if UNREADABLE in one.text)
        if wrong and wrong > GARBLED_SHARE * len(visible):
            self.problems.append(
                problem("READ-60", value=self.name, wrong=wrong, characters=len(visible))
            )

    def _rules(self) -> list[Rule]:
        rules = []
        for shape in (*self.page.lines, *self.page.rects, *self.page.curves):
            for box in _strokes(shape):
                left, top, right, bottom = (
                    turned_box(box, self._degrees, *self._size) if self._degrees else box
                )
                if right - left >= bottom - top:
                    rules.append(Rule(True, (top + bottom) / 2, left, right))
                else:
                    rules.append(Rule(False, (left + right) / 2, top, bottom))
        return rules


def turn_of(page: Page) -> int:
    """How far the page must be turned clockwise so that most of its text stands upright."""
    ways = Counter(_direction(char["matrix"]) for char in page.chars if char["text"].strip())
    return ways.most_common(1)[0][0] if ways else 0


def _direction(matrix: tuple[float, ...]) -> int:
    """Turn needed for a character with this text matrix (PDF space: y upwards)."""
    a, b = matrix[0], matrix[1]
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 180
    return 90 if b > 0 else 270


def _strokes(shape: dict[str, Any]) -> Iterator[tuple[float, float, float, float]]:
    """The straight lines that a shape draws, as thin boxes."""
    left, top = float(shape["x0"]), float(shape["top"])
    right, bottom = float(shape["x1"]), float(shape["bottom"])
    if shape["object_type"] == "curve":
        points = shape.get("pts", [])
        for (x1, y1), (x2, y2) in pairwise(points):
            if abs(x1 - x2) < 1 or abs(y1 - y2) < 1:
                yield min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
        return
    if right - left <= THIN or bottom - top <= THIN or shape["object_type"] == "line":
        if right - left <= THIN or bottom - top <= THIN:
            yield left, top, right, bottom
        return
    if shape.get("stroke"):
        yield left, top, right, top
        yield left, bottom, right, bottom
        yield left, top, left, bottom
        yield right, top, right, bottom


def _in_order(characters: list[Character], grids: list[Grid]) -> Iterator[TextLine | Grid]:
    """Lines and grids from top to bottom."""
    waiting = sorted(grids, key=lambda grid: grid.box.top if grid.box else 0.0)
    number = 0
    for line in lines_of(characters):
        text = line_text(line)
        if not text:
            continue
        box = box_of([one for one in line if one.text.strip()])
        while waiting and waiting[0].box is not None and waiting[0].box.top < box.middle:
            yield waiting.pop(0)
        number += 1
        yield TextLine(text, number, box)
    yield from waiting
