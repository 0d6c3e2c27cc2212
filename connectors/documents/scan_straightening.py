"""Turn a scanned page upright, and lead places on it back to the page as it was scanned."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from connectors.documents.scan_ink import Picture

_MOST_DEGREES = 5.0
_COARSE_STEP, _FINE_STEP = 0.25, 0.02
_COARSE_WIDTH, _FINE_WIDTH = 800, 1600
_STRAIGHT_DEGREES = 0.03
"""A smaller slant moves no line by a pixel across a cell; turning would only blur."""

Matrix = NDArray[np.float64]
"""2 × 3: leads a pixel of one picture to a pixel of another."""


@dataclass(frozen=True, slots=True)
class StraightPage:
    """A page turned upright.

    Attributes:
        picture: the upright page.
        to_scan: leads its pixels to those of the page as scanned.
    """

    picture: Picture
    to_scan: Matrix

    def box_on_scan(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        """The smallest upright box on the scan that holds a box of this picture, in pixels."""
        corners = np.array(
            [[left, top, 1.0], [right, top, 1.0], [right, bottom, 1.0], [left, bottom, 1.0]]
        )
        moved = corners @ self.to_scan.T
        low, high = moved.min(axis=0), moved.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def unturned(picture: Picture, scale: float = 1.0) -> StraightPage:
    """The page as it is, or ``scale`` times as large."""
    back = np.array([[1.0 / scale, 0.0, 0.0], [0.0, 1.0 / scale, 0.0]])
    if scale == 1.0:
        return StraightPage(picture, back)
    way = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
    scaled = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way)
    return StraightPage(np.asarray(scaled, dtype=np.uint8), back)


def without_slant(page: StraightPage, degrees: float) -> StraightPage:
    """Turn the page back by ``degrees``, as ``slant_of`` measured it; the rims become white."""
    if abs(degrees) < _STRAIGHT_DEGREES:
        return page
    height, width = page.picture.shape[:2]
    there = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(
        page.picture,
        there,
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255, 255, 255),
    )
    back = np.asarray(cv2.invertAffineTransform(there), dtype=np.float64)
    return StraightPage(np.asarray(turned, dtype=np.uint8), _after(page.to_scan, back))


def quarter_turned(page: StraightPage, quarters: int) -> StraightPage:
    """Turn the page by so many quarters against the clock."""
    quarters %= 4
    height, width = page.picture.shape[:2]
    back = {
        0: np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
        1: np.array([[0.0, -1.0, float(width)], [1.0, 0.0, 0.0]]),
        2: np.array([[-1.0, 0.0, float(width)], [0.0, -1.0, float(height)]]),
        3: np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, float(height)]]),
    }[quarters]
    picture = np.ascontiguousarray(np.rot90(page.picture, quarters))
    return StraightPage(picture, _after(page.to_scan, back))


def _after(second: Matrix, first: Matrix) -> Matrix:
    whole = np.vstack([second, [0.0, 0.0, 1.0]]) @ np.vstack([first, [0.0, 0.0, 1.0]])
    return np.asarray(whole[:2], dtype=np.float64)


def slant_of(ink: Picture) -> float:
    """By how many degrees (with the clock is positive) lines of text and rules fall, up to ±5."""
    coarse = _shrunk(ink, _COARSE_WIDTH)
    found = _sharpest(coarse, np.arange(-_MOST_DEGREES, _MOST_DEGREES + 1e-9, _COARSE_STEP))
    fine = _shrunk(ink, _FINE_WIDTH)
    around = np.arange(found - _COARSE_STEP, found + _COARSE_STEP + 1e-9, _FINE_STEP)
    found = _sharpest(fine, around)
    return 0.0 if abs(found) < _STRAIGHT_DEGREES else found


def _shrunk(ink: Picture, width: int) -> Picture:
    if ink.shape[1] <= width:
        return ink
    height = round(ink.shape[0] * width / ink.shape[1])
    return np.asarray(cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _sharpest(ink: Picture, degrees: NDArray[np.float64]) -> float:
    # Upright lines leave the rows between them empty: neighbouring rows differ most.
    height, width = ink.shape
    sharpness = []
    for angle in degrees:
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(angle), 1.0)
        rows = cv2.warpAffine(ink, matrix, (width, height)).sum(axis=1, dtype=np.float64)
        sharpness.append(float(np.square(np.diff(rows)).sum()))
    return float(degrees[int(np.argmax(sharpness))])
