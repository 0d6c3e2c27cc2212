"""Draw pages as scanners give them: ruled tables with text, then slanted, noisy or turned."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from examples.qingshui.department_files import chinese_font

DOTS_PER_POINT = 200 / 72
LETTER_POINTS = 11
WHITE, BLACK = 255, 0

Pixels = NDArray[np.uint8]


def font(points: float = LETTER_POINTS) -> ImageFont.FreeTypeFont:
    """The font that the demo ships; it knows the signs of the demo only."""
    return ImageFont.truetype(str(Path(chinese_font.FILE)), round(points * DOTS_PER_POINT))


class DrawnPage:
    """A white page on which tests draw, in PDF points."""

    def __init__(self, width: float = 300, height: float = 200) -> None:
        self.width, self.height = width, height
        size = (round(width * DOTS_PER_POINT), round(height * DOTS_PER_POINT))
        self.image = Image.new("L", size, WHITE)
        self.pen = ImageDraw.Draw(self.image)

    def line(self, left: float, top: float, right: float, bottom: float, grey: int = BLACK) -> None:
        """A rule of about one point."""
        ends = [round(value * DOTS_PER_POINT) for value in (left, top, right, bottom)]
        self.pen.line(ends, fill=grey, width=3)

    def text(self, left: float, top: float, text: str, points: float = LETTER_POINTS) -> None:
        """Text whose upper left corner stands at a place."""
        place = (left * DOTS_PER_POINT, top * DOTS_PER_POINT)
        self.pen.text(place, text, fill=BLACK, font=font(points))

    def table(
        self,
        rows: Iterable[Iterable[str]],
        left: float = 20,
        top: float = 40,
        column: float = 80,
    ) -> None:
        """A table with all its rules: rows of 24 points."""
        texts = [list(row) for row in rows]
        right, bottom = left + column * len(texts[0]), top + 24 * len(texts)
        for number in range(len(texts) + 1):
            self.line(left, top + 24 * number, right, top + 24 * number)
        for number in range(len(texts[0]) + 1):
            self.line(left + column * number, top, left + column * number, bottom)
        for row, cells in enumerate(texts):
            for place, text in enumerate(cells):
                self.text(left + column * place + 6, top + 24 * row + 6, text)

    @property
    def pixels(self) -> Pixels:
        """The page as grey pixels."""
        return np.asarray(self.image, dtype=np.uint8).copy()

    @property
    def ink(self) -> Pixels:
        """The page as a mask of its ink."""
        return np.where(self.pixels < 200, 255, 0).astype(np.uint8)


def slanted(page: Pixels, degrees: float) -> Pixels:
    """Turn a page with the clock, as paper lies askew in a scanner."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    turned = cv2.warpAffine(page, matrix, (width, height), borderValue=(WHITE, WHITE, WHITE))
    return np.asarray(turned, dtype=np.uint8)


def noisy(page: Pixels, seed: int = 1) -> Pixels:
    """Grey paper with grain, and the traces of JPEG."""
    grain = np.random.default_rng(seed).normal(0.0, 8.0, page.shape)
    grey = np.clip(page * 0.8 + 35 + grain, 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 50])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
