"""Find the long straight lines of a scanned page: rules, told from the strokes of letters."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from connectors.documents.scan_ink import Picture

_SHORTEST_ACROSS_POINTS, _SHORTEST_DOWN_POINTS = 22.0, 9.0
_GAP_POINTS = 1.0
"""Rules broken by so much are mended; more would lead strokes of letters on to the next rule."""
_THICKEST_POINTS = 5.0
"""A thicker bar is a filled area, no rule."""
_PAPER_POINTS = 1.0
_CLEAR_SHARE = 0.75
"""A rule has clear paper along so much of one of its sides; a row of blurred letters has not."""
_MEETING_POINTS = 1.6
"""An upright rule ends at a rule across, at most so far from it; a stroke of a letter does not."""
_PAST_POINTS = 4.0
"""It may run so far past it, as where dirt touches its end."""
_BROKEN_POINTS = 6.0
"""Two parts of one upright rule may be so far apart."""


@dataclass(frozen=True, slots=True)
class Line:
    """In pixels: its place across its direction, its reach along it, its thickness."""

    place: float
    start: float
    end: float
    thickness: float


def lines_across(ink: Picture, dots_per_point: float) -> Picture:
    """A mask of the long lines that run from left to right with paper above or below them."""
    mask = _long_lines(ink, _SHORTEST_ACROSS_POINTS, True, dots_per_point)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    width = max(2, round(_PAPER_POINTS * dots_per_point))
    kept: NDArray[np.bool_] = np.zeros(count, dtype=bool)
    for number in range(1, count):
        left, top, length, thickness = stats[number, :4].tolist()
        columns = slice(left, left + length)
        above = ink[max(0, top - 1 - width) : max(0, top - 1), columns]
        below = ink[top + thickness + 1 : top + thickness + 1 + width, columns]
        kept[number] = any(
            1.0 - float((side > 0).any(axis=0).mean()) >= _CLEAR_SHARE
            for side in (above, below)
            if side.size
        )
    return np.where(kept[labels], 255, 0).astype(np.uint8)


def lines_down(ink: Picture, across: Picture, dots_per_point: float) -> Picture:
    """A mask of the upright lines that begin and end at a line across; broken ones are mended."""
    mask = _long_lines(ink, _SHORTEST_DOWN_POINTS, False, dots_per_point)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes = np.asarray(stats, dtype=np.int32)
    reach = max(2, round(_MEETING_POINTS * dots_per_point))
    past = round(_PAST_POINTS * dots_per_point)
    meets: NDArray[np.bool_] = np.zeros((count, 2), dtype=bool)
    for number, (left, top, width, height) in enumerate(boxes[:, :4].tolist()):
        if number == 0 or width > max(_THICKEST_POINTS * dots_per_point, 0.02 * height):
            continue
        band = across[:, max(0, left - 1) : left + width + 1]
        end = top + height
        meets[number, 0] = band[max(0, top - reach) : top + past].any()
        meets[number, 1] = band[max(0, end - past) : end + reach].any()
    kept: NDArray[np.bool_] = np.asarray(meets.all(axis=1), dtype=bool)
    broken = _broken(boxes, meets, _BROKEN_POINTS * dots_per_point)
    kept[[number for pair in broken for number in pair]] = True
    lines = np.where(kept[labels], 255, 0).astype(np.uint8)
    for upper, lower in broken:
        left, top, width, height = boxes[upper, :4].tolist()
        lines[top + height : int(boxes[lower, 1]), left : left + width] = 255
    return lines


def _broken(
    stats: NDArray[np.int32], meets: NDArray[np.bool_], gap: float
) -> list[tuple[int, int]]:
    """Upper and lower parts of rules with a gap, each part with one end at a line across."""
    halves = [n for n in range(1, len(stats)) if meets[n, 0] != meets[n, 1]]
    halves.sort(key=lambda n: (int(stats[n, 0]) // 3, int(stats[n, 1])))
    return [
        (upper, lower)
        for upper, lower in pairwise(halves)
        if meets[upper, 0]
        and meets[lower, 1]
        and abs(int(stats[upper, 0]) - int(stats[lower, 0])) <= 3
        and 0 <= int(stats[lower, 1]) - int(stats[upper, 1]) - int(stats[upper, 3]) <= gap
    ]


def _long_lines(
    ink: Picture, shortest_points: float, is_across: bool, dots_per_point: float
) -> Picture:
    def kernel(along: float, beside: float = 1.0) -> NDArray[np.uint8]:
        size = (max(1, round(along)), max(1, round(beside)))
        shape = size if is_across else size[::-1]
        return np.asarray(cv2.getStructuringElement(cv2.MORPH_RECT, shape), dtype=np.uint8)

    gap = _GAP_POINTS * dots_per_point
    mended = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel(gap + 1))
    found = cv2.morphologyEx(mended, cv2.MORPH_OPEN, kernel(shortest_points * dots_per_point))
    bars = cv2.morphologyEx(found, cv2.MORPH_OPEN, kernel(1, _THICKEST_POINTS * dots_per_point))
    return np.asarray(cv2.subtract(found, bars), dtype=np.uint8)


def lines_of(mask: Picture, is_across: bool) -> list[Line]:
    """The lines of a mask, one for each connected part."""
    count, _, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    lines = []
    for (left, top, width, height, area), (x, y) in zip(
        stats[1:count].tolist(), centres[1:count].tolist(), strict=True
    ):
        if is_across:
            lines.append(Line(y, left, left + width, area / max(width, 1)))
        else:
            lines.append(Line(x, top, top + height, area / max(height, 1)))
    return lines
