"""Compare a recognised figure with its ink: a lost digit or decimal point is seen in the ink."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from connectors.documents.scan_rules import Bounds

_FIGURE = re.compile(r"[-－+]?[\d.,，．]*\d[\d.,，．]*")
_MARKS = ".,，．"
_THREE_DECIMALS = re.compile(r"[.．]\d{3}$")
_TALL_SHARE = 0.6
"""A digit is at least so tall, measured by the tallest."""
_SMALLEST_MARK, _LARGEST_MARK = 0.1, 0.42
"""A decimal point or comma, measured by the tallest digit: its smaller and its larger side."""
_PITCH_SHARE = 0.4
"""Digits stand at least so far from each other, from middle to middle."""
_BASE_SHARE = 0.22
"""A mark begins or ends so near to the foot of the digits."""


def is_doubtful_figure(text: str, line: Bounds, blobs: NDArray[np.float64]) -> bool:
    """Whether a figure, however surely recognised, may be another one.

    So it is where the ink of its line holds more digits or decimal marks than were read, and where
    exactly three digits follow a decimal point: recognisers take ``257,700`` for ``257.700``.

    Args:
        text: as recognised; anything but a plain figure is let pass.
        line: where the line stands.
        blobs: boxes of connected ink on the page, in pixels, one a row: left, top, right, bottom.
    """
    figure = text.replace(" ", "")
    if not _FIGURE.fullmatch(figure):
        return False
    if _THREE_DECIMALS.search(figure):
        return True
    x, y = (blobs[:, 0] + blobs[:, 2]) / 2, (blobs[:, 1] + blobs[:, 3]) / 2
    own = blobs[(line.left <= x) & (x <= line.right) & (line.top <= y) & (y <= line.bottom)]
    if not len(own):
        return False
    heights, widths = own[:, 3] - own[:, 1], own[:, 2] - own[:, 0]
    tallest = float(heights.max())
    digits = own[heights >= _TALL_SHARE * tallest]
    if _apart(digits, tallest) > sum(sign.isdigit() for sign in figure):
        return True
    foot = float(np.median(digits[:, 3]))
    inner = (digits[:, 2].min() <= own[:, 0]) & (own[:, 2] <= digits[:, 0].max())
    small = (np.minimum(heights, widths) >= max(2.0, _SMALLEST_MARK * tallest)) & (
        np.maximum(heights, widths) <= _LARGEST_MARK * tallest
    )
    at_foot = np.abs(own[:, 1] - foot) <= _BASE_SHARE * tallest
    return int((inner & small & at_foot).sum()) > sum(sign in _MARKS for sign in figure)


def _apart(digits: NDArray[np.float64], tallest: float) -> int:
    """How many digits: the halves of a broken one stand nearer to each other than two digits do."""
    centres = np.sort((digits[:, 0] + digits[:, 2]) / 2)
    return 1 + int((np.diff(centres) >= _PITCH_SHARE * tallest).sum())
