"""The steps that make a page of a document of a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from connectors.documents.characters import UNREADABLE
from connectors.documents.scan_engine import Reading, detect, recognise
from connectors.documents.scan_figures import is_doubtful_figure
from connectors.documents.scan_ink import (
    Picture,
    blobs_of,
    evened_out,
    faint_ink_of,
    grey_of,
    ink_of,
)
from connectors.documents.scan_pieces import CellText, PlacedText, place_text
from connectors.documents.scan_rules import Bounds, RuledPage, RuledTable, ruled_page
from connectors.documents.scan_straightening import (
    StraightPage,
    quarter_turned,
    slant_of,
    unturned,
    without_slant,
)
from schemas.documents.document import (
    Box,
    DocumentPage,
    Grid,
    GridCell,
    TextLine,
    cell_place,
)

_COARSEST, _FINEST = 200 / 72, 300 / 72
"""Pages are read at so many dots per point: finer ones cost time, coarser ones signs."""
_LONG = 2.0
"""Only text so much longer than high tells how the page lies; a lone digit is always high."""
_SAMPLE, _SAMPLE_WIDTH = 6, 8.0
"""How many lines tell whether a page is upside down, and how wide, measured by their height."""
_UPRIGHT_CONFIDENCE, _TURNED_BETTER = 0.8, 0.1
_DOUBTED_CONFIDENCE = 0.5
"""What a figure is trusted with at most that may be another one."""
_CROSSING_CONFIDENCE = 0.3
"""What a cell is trusted with whose ink runs over its rules: part of it may belong elsewhere."""


def read_scan(image: Picture, page_number: int, width_pt: float, height_pt: float) -> DocumentPage:
    """Read the picture of one page; see ``connectors.documents.ocr.recognise_page``."""
    scanned = max(image.shape[:2]) / max(width_pt, height_pt)
    dots_per_point = min(max(scanned, _COARSEST), _FINEST)
    page, detected = _upright(unturned(image, dots_per_point / scanned), dots_per_point)
    even = evened_out(grey_of(page.picture), dots_per_point)
    ruled = ruled_page(faint_ink_of(even), dots_per_point)
    ink = _without_rules(ink_of(even), ruled)
    blobs = blobs_of(ink, 2)
    placed = place_text(detected, ruled, ink, blobs, dots_per_point)
    pieces = list(_all_pieces(placed))
    readings = iter(
        _doubted(reading, bounds, blobs)
        for reading, bounds in zip(
            recognise([_cut_out(page.picture, bounds) for bounds in pieces]), pieces, strict=True
        )
    )
    scale_x, scale_y = width_pt / image.shape[1], height_pt / image.shape[0]

    def box(bounds: Bounds) -> Box:
        left, top, right, bottom = page.box_on_scan(
            bounds.left, bounds.top, bounds.right, bounds.bottom
        )
        return Box(
            round(max(left, 0.0) * scale_x, 2),
            round(max(top, 0.0) * scale_y, 2),
            round(min(right * scale_x, width_pt), 2),
            round(min(bottom * scale_y, height_pt), 2),
        )

    name = f"page {page_number}"
    blocks: list[tuple[float, Grid | TextLine]] = []
    for number, (table, texts) in enumerate(zip(ruled.tables, placed.cells, strict=True), start=1):
        blocks.append((table.bounds.top, _grid(table, texts, readings, name, number, box)))
    number = 1
    for line in placed.lines:
        read = _line(line, readings, number, box)
        if read.text:
            blocks.append((min(piece.top for piece in line), read))
            number += 1
    return DocumentPage(
        number=page_number,
        name=name,
        blocks=tuple(block for _, block in sorted(blocks, key=lambda block: block[0])),
        width=width_pt,
        height=height_pt,
        is_scan=True,
    )


def _upright(page: StraightPage, dots_per_point: float) -> tuple[StraightPage, NDArray[np.float64]]:
    """The page turned upright, and where text was detected on it."""
    ink = ink_of(evened_out(grey_of(page.picture), dots_per_point))
    page = without_slant(page, slant_of(ink))
    detected = detect(page.picture)
    width, height = detected[:, 2] - detected[:, 0], detected[:, 3] - detected[:, 1]
    if height[height > _LONG * width].sum() > width[width > _LONG * height].sum():
        page = quarter_turned(page, 1)
        detected = detect(page.picture)
    if _is_upside_down(page.picture, detected):
        page = quarter_turned(page, 2)
        detected = detect(page.picture)
    return page, detected


def _is_upside_down(picture: Picture, detected: NDArray[np.float64]) -> bool:
    """Whether the beginnings of the longest lines read better when turned round."""
    longest = np.argsort(detected[:, 0] - detected[:, 2])[:_SAMPLE]
    pieces = []
    for left, top, right, bottom in detected[longest].tolist():
        end = min(right, left + _SAMPLE_WIDTH * (bottom - top))
        pieces.append(_cut_out(picture, Bounds(left, top, end, bottom)))
    sure = _mean_confidence(pieces)
    if not pieces or sure >= _UPRIGHT_CONFIDENCE:
        return False
    turned = [np.ascontiguousarray(np.rot90(piece, 2)) for piece in pieces]
    return _mean_confidence(turned) > sure + _TURNED_BETTER


def _mean_confidence(pieces: list[Picture]) -> float:
    return float(np.mean([reading.confidence for reading in recognise(pieces)] or [0.0]))


def _doubted(reading: Reading, bounds: Bounds, blobs: NDArray[np.float64]) -> Reading:
    if is_doubtful_figure(reading.text, bounds, blobs):
        return Reading(reading.text, min(reading.confidence, _DOUBTED_CONFIDENCE))
    return reading


def _without_rules(ink: Picture, page: RuledPage) -> Picture:
    rules = cv2.dilate(page.rules, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.subtract(ink, rules), dtype=np.uint8)


def _all_pieces(placed: PlacedText) -> Iterator[Bounds]:
    for table in placed.cells:
        for cell in table:
            yield from cell.lines
    for line in placed.lines:
        yield from line


def _cut_out(picture: Picture, bounds: Bounds) -> Picture:
    top, left = max(0, int(bounds.top)), max(0, int(bounds.left))
    part = picture[top : int(np.ceil(bounds.bottom)) + 1, left : int(np.ceil(bounds.right)) + 1]
    return np.ascontiguousarray(part)


def _grid(
    table: RuledTable,
    texts: Iterable[CellText],
    readings: Iterator[Reading],
    page_name: str,
    number: int,
    box: Callable[[Bounds], Box],
) -> Grid:
    cells = []
    for cell, text in zip(table.cells, texts, strict=True):
        read = [next(readings) for _ in text.lines]
        confidence = min((reading.confidence for reading in read), default=1.0)
        if text.crosses:
            confidence = min(confidence, _CROSSING_CONFIDENCE)
        place = box(cell.bounds)
        cells.append(
            GridCell(
                row=cell.span.row,
                column=cell.span.column,
                text="\n".join(reading.text.strip() or UNREADABLE for reading in read),
                place=cell_place(page_name, number, cell.span.row, cell.span.column, place),
                rows=cell.span.rows,
                columns=cell.span.columns,
                box=place,
                confidence=confidence,
            )
        )
    return Grid(number, tuple(cells), table.height, table.width, box(table.bounds))


def _line(
    pieces: tuple[Bounds, ...],
    readings: Iterator[Reading],
    number: int,
    box: Callable[[Bounds], Box],
) -> TextLine:
    read = [next(readings) for _ in pieces]
    whole = Bounds(
        min(piece.left for piece in pieces),
        min(piece.top for piece in pieces),
        max(piece.right for piece in pieces),
        max(piece.bottom for piece in pieces),
    )
    return TextLine(
        text=" ".join(" ".join(reading.text for reading in read).split()),
        number=number,
        box=box(whole),
        confidence=min(reading.confidence for reading in read),
    )
