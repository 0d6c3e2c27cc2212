"""What is ink on a scanned page: paper evened out, dark parts told from light ones."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]
"""Height × width (grey) or height × width × 3 (colour, in any order of its channels)."""

_PAPER_POINTS = 12.0
"""Whatever is wider than this is paper, shading or a filled cell, not a stroke of a letter."""
_DARKEST_THRESHOLD, _LIGHTEST_THRESHOLD, _HAIRLINE_THRESHOLD = 120.0, 200.0, 220.0
"""What is darker is ink; paper is 255."""


def grey_of(picture: Picture) -> Picture:
    """One brightness per pixel."""
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture[:, :, :3], cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def evened_out(grey: Picture, dots_per_point: float) -> Picture:
    """The page with white paper everywhere: shadows and coloured cells are divided away."""
    size = max(5, round(_PAPER_POINTS * dots_per_point)) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, kernel)
    return np.asarray(cv2.divide(grey, paper, scale=255.0), dtype=np.uint8)


def ink_of(even: Picture) -> Picture:
    """A mask (255 for ink) of an evened-out page: what is dark enough to be a letter."""
    return np.where(even < _letter_threshold(even), 255, 0).astype(np.uint8)


def faint_ink_of(even: Picture) -> Picture:
    """A mask that holds grey hairlines too: all that stands out from the grain of the paper."""
    paper = even[even >= _LIGHTEST_THRESHOLD]
    grain = 255.0 - float(paper.mean()) if paper.size else 0.0
    threshold = max(_letter_threshold(even), min(_HAIRLINE_THRESHOLD, 245.0 - 4.0 * grain))
    return np.where(even < threshold, 255, 0).astype(np.uint8)


def _letter_threshold(even: Picture) -> float:
    found, _ = cv2.threshold(even, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return min(max(float(found), _DARKEST_THRESHOLD), _LIGHTEST_THRESHOLD)


def blobs_of(ink: Picture, smallest_side: int = 1) -> NDArray[np.float64]:
    """The connected pieces of ink whose longer side is at least ``smallest_side`` pixels.

    Returns:
        Their boxes in pixels, one a row: left, top, right, bottom.
    """
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    boxes = np.asarray(stats[1:count, :4], dtype=np.float64).reshape(-1, 4)
    boxes = boxes[boxes[:, 2:].max(axis=1, initial=0.0) >= smallest_side]
    return np.column_stack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])
