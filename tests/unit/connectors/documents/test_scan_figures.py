"""A figure is doubted where its ink shows more signs than were read."""

from __future__ import annotations

import numpy as np
import pytest

from connectors.documents.scan_figures import is_doubtful_figure
from connectors.documents.scan_rules import Bounds

LINE = Bounds(0, 0, 200, 30)
DIGIT, DOT = "digit", "dot"


def _ink(*signs: str, extra: tuple[tuple[float, float, float, float], ...] = ()) -> np.ndarray:
    boxes: list[tuple[float, float, float, float]] = []
    left = 10.0
    for sign in signs:
        if sign == DIGIT:
            boxes.append((left, 5, left + 10, 25))
            left += 13
        else:
            boxes.append((left, 22, left + 3, 25))
            left += 6
    return np.array([*boxes, *extra], dtype=np.float64).reshape(-1, 4)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("69.10", (DIGIT, DIGIT, DOT, DIGIT, DIGIT)),
        ("1,106", (DIGIT, DOT, DIGIT, DIGIT, DIGIT)),
        ("0", (DIGIT,)),
        ("-5", (DIGIT,)),
        ("合计", (DIGIT, DIGIT, DIGIT)),
        ("98.2%", (DIGIT,) * 9),
        ("1 234.50", (DIGIT,) * 4 + (DOT,) + (DIGIT,) * 2),
    ],
)
def test_what_its_ink_bears_out_is_trusted(text: str, signs: tuple[str, ...]) -> None:
    assert not is_doubtful_figure(text, LINE, _ink(*signs))


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("6910", (DIGIT, DIGIT, DOT, DIGIT, DIGIT)),
        ("1106.00", (DIGIT, DOT, DIGIT, DIGIT, DIGIT, DOT, DIGIT, DIGIT)),
        ("1", (DIGIT, DIGIT)),
        ("69.1", (DIGIT, DIGIT, DOT, DIGIT, DIGIT)),
    ],
)
def test_more_signs_in_the_ink_are_doubted(text: str, signs: tuple[str, ...]) -> None:
    assert is_doubtful_figure(text, LINE, _ink(*signs))


@pytest.mark.parametrize(
    ("text", "is_doubted"),
    [("257.700", True), ("257.70", False), ("257.7000", False), ("1,257.700", True)],
)
def test_three_decimals_may_be_thousands(text: str, is_doubted: bool) -> None:
    signs = [DOT if sign in ".," else DIGIT for sign in text]
    assert is_doubtful_figure(text, LINE, _ink(*signs)) is is_doubted


def test_touching_digits_broken_ones_and_dirt_are_not_doubted() -> None:
    joined = np.array([[10, 5, 33, 25]], dtype=np.float64)
    assert not is_doubtful_figure("12", LINE, joined)
    halves = np.array([[10, 5, 13, 25], [16, 5, 19, 25]], dtype=np.float64)
    assert not is_doubtful_figure("0", LINE, halves)
    above = ((24.0, 6.0, 26.0, 8.0),)
    assert not is_doubtful_figure("12", LINE, _ink(DIGIT, DIGIT, extra=above))
    behind = ((60.0, 22.0, 63.0, 25.0),)
    assert not is_doubtful_figure("12", LINE, _ink(DIGIT, DIGIT, extra=behind))


def test_ink_of_other_lines_does_not_count() -> None:
    assert not is_doubtful_figure("12", Bounds(0, 100, 200, 130), _ink(DIGIT, DIGIT, DIGIT))
