"""Pictures of single cells of a page: the cells asked for, and nothing else of the page.

Everything outside them is blank, and so is whatever reaches into them from outside: the boxes of
other cells (on a slanted scan they overlap) and characters that belong to other cells. Rows and
columns of the page in which nothing is shown are left out, so that a header stands near its cell.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2
from PIL import Image, ImageDraw, ImageOps, ImageSequence

from connectors.documents.characters import turned_box
from connectors.documents.image_pages import points_per_pixel
from connectors.documents.pdf_pages import is_scan, turn_of
from connectors.readers.content_kind import ContentKind, kind_of
from schemas.documents.document import Box

DOTS_PER_INCH = 132
GAP = 8
"""Pixels between parts of the page that are far from each other."""
EDGE = 1.0
"""Points by which a foreign character or cell is blanked beyond its box."""
INSET = 0.6
"""Points left out along the edges of a cell: the rule there belongs to its neighbours too."""
WHITE, FRAME = (255, 255, 255), (148, 148, 148)


def cell_picture(
    path: Path, page_number: int, shown: Sequence[Box], blanked: Sequence[Box]
) -> bytes | None:
    """A PNG of the boxes ``shown`` of a page of a PDF or scanned image (``page_number`` from 1).

    Boxes are in PDF points on the upright page, as locators write them. None where the page is not
    there, or where something that is no text (a seal, a photograph) reaches into a box.
    """
    kind = kind_of(path)
    if kind is ContentKind.PDF:
        return _of_pdf(path, page_number, shown, blanked)
    if kind is ContentKind.IMAGE:
        return _of_image(path, page_number, shown, blanked)
    return None


@dataclass(frozen=True, slots=True)
class _PdfPage:
    """A page as it looks upright: its picture, and the boxes of its characters and pictures."""

    picture: Image.Image
    width: float
    characters: tuple[Box, ...]
    pictures: tuple[Box, ...]


def _of_pdf(path: Path, number: int, shown: Sequence[Box], blanked: Sequence[Box]) -> bytes | None:
    page = _pdf_page(path, number)
    if page is None or any(_overlap(one, box) for one in page.pictures for box in shown):
        return None
    foreign = [one for one in page.characters if not any(_holds(box, one) for box in shown)]
    return _cut(page.picture, page.picture.width / page.width, shown, [*blanked, *foreign])


@lru_cache(maxsize=4)
def _pdf_page(path: Path, number: int) -> _PdfPage | None:
    """The rows of a table share their page: it is drawn once for all of them."""
    with pdfplumber.open(path) as pdf:
        if not 1 <= number <= len(pdf.pages):
            return None
        page = pdf.pages[number - 1]
        size = (float(page.width), float(page.height))
        if is_scan(page):
            return _PdfPage(_rendered(path, number), size[0], (), ())
        degrees = turn_of(page)
        picture = _rendered(path, number)
        return _PdfPage(
            picture.rotate(-degrees, expand=True) if degrees else picture,
            size[0] if degrees in (0, 180) else size[1],
            tuple(_box(one, degrees, size) for one in page.chars if str(one["text"]).strip()),
            tuple(_box(one, degrees, size) for one in page.images),
        )


def _rendered(path: Path, number: int) -> Image.Image:
    """The page without annotations and form fields: they are no text that was screened."""
    document = pypdfium2.PdfDocument(path)
    try:
        rendered = document[number - 1].render(
            scale=DOTS_PER_INCH / 72, draw_annots=False, may_draw_forms=False
        )
        return Image.Image.convert(rendered.to_pil(), "RGB")
    finally:
        document.close()


def _box(shape: Mapping[str, Any], degrees: int, size: tuple[float, float]) -> Box:
    corners = (shape["x0"], shape["top"], shape["x1"], shape["bottom"])
    left, top, right, bottom = (float(corner) for corner in corners)
    if degrees:
        left, top, right, bottom = turned_box((left, top, right, bottom), degrees, *size)
    return Box(left, top, right, bottom)


def _holds(box: Box, one: Box) -> bool:
    return box.left <= one.centre <= box.right and box.top <= one.middle <= box.bottom


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
    )


def _of_image(
    path: Path, number: int, shown: Sequence[Box], blanked: Sequence[Box]
) -> bytes | None:
    with Image.open(path) as image:
        for at, frame in enumerate(ImageSequence.Iterator(image), start=1):
            if at == number:
                points = points_per_pixel(frame)
                picture = ImageOps.exif_transpose(frame).convert("RGB")
                scale = min(1.0, DOTS_PER_INCH / 72 * points)
                size = (round(picture.width * scale), round(picture.height * scale))
                return _cut(picture.resize(size), scale / points, shown, blanked)
    return None


def _cut(
    page: Image.Image, scale: float, shown: Sequence[Box], foreign: Sequence[Box]
) -> bytes | None:
    bounds = (0, 0, page.width, page.height)
    kept = [_inside(box, -INSET, scale, bounds) for box in shown]
    if not kept or any(left >= right or top >= bottom for left, top, right, bottom in kept):
        return None
    canvas = Image.new("RGB", page.size, WHITE)
    for box in kept:
        canvas.paste(page.crop(box), box[:2])
    draw = ImageDraw.Draw(canvas)
    for one in foreign:
        if not any(_overlap(one, box) for box in shown):
            continue
        left, top, right, bottom = _inside(one, EDGE, scale, bounds)
        if right > left and bottom > top:
            draw.rectangle((left, top, right - 1, bottom - 1), fill=WHITE)
    for left, top, right, bottom in kept:
        draw.rectangle((left, top, right - 1, bottom - 1), outline=FRAME)
    return _png(_drawn_together(canvas, kept))


def _inside(
    box: Box, wider: float, scale: float, bounds: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    """A box in pixels, ``wider`` points larger on each side, within the page."""
    return (
        max(bounds[0], round((box.left - wider) * scale)),
        max(bounds[1], round((box.top - wider) * scale)),
        min(bounds[2], round((box.right + wider) * scale)),
        min(bounds[3], round((box.bottom + wider) * scale)),
    )


Span = tuple[int, int]


def _drawn_together(canvas: Image.Image, kept: Sequence[tuple[int, int, int, int]]) -> Image.Image:
    """The page without the bands in which nothing is shown."""
    across = _bands([(left, right) for left, _, right, _ in kept])
    down = _bands([(top, bottom) for _, top, _, bottom in kept])
    size = (_length(across), _length(down))
    made = Image.new("RGB", size, WHITE)
    y = 0
    for top, bottom in down:
        x = 0
        for left, right in across:
            made.paste(canvas.crop((left, top, right, bottom)), (x, y))
            x += right - left + GAP
        y += bottom - top + GAP
    return made


def _bands(spans: Sequence[Span]) -> list[Span]:
    """The spans joined where they meet or nearly do, in order."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1] + GAP:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _length(bands: Sequence[Span]) -> int:
    return sum(end - start for start, end in bands) + GAP * (len(bands) - 1)


def _png(picture: Image.Image) -> bytes:
    """Few colours: it is text on paper, and many are looked at."""
    out = io.BytesIO()
    picture.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()
