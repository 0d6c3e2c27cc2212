"""Slanted and turned pages are set upright; places lead back to the page as scanned."""

from __future__ import annotations

import numpy as np
import pytest
from scanned_pages import DrawnPage, noisy, slanted

from connectors.documents.scan_ink import evened_out, ink_of
from connectors.documents.scan_straightening import (
    StraightPage,
    quarter_turned,
    slant_of,
    unturned,
    without_slant,
)


def _page() -> DrawnPage:
    page = DrawnPage(400, 300)
    page.table([["一般公共服务支出", "1,234.56", "", "0.00"] for _ in range(8)], left=30)
    return page


@pytest.mark.parametrize("degrees", [-2.0, -1.0, -0.3, 0.0, 0.3, 1.0, 2.0, 4.5])
def test_the_slant_is_measured(degrees: float) -> None:
    ink = ink_of(evened_out(noisy(slanted(_page().pixels, degrees)), 200 / 72))
    assert slant_of(ink) == pytest.approx(degrees, abs=0.05)


def test_a_straight_page_is_left_as_it_is() -> None:
    page = unturned(_page().pixels)
    assert without_slant(page, 0.02) is page
    assert without_slant(page, 0.2) is not page


def _middle_of_ink(picture: np.ndarray) -> tuple[float, float]:
    rows, columns = np.nonzero(picture < 128)
    return float(columns.mean()), float(rows.mean())


def _marked() -> np.ndarray:
    picture = np.full((200, 300), 255, dtype=np.uint8)
    picture[40:60, 210:240] = 0
    return picture


@pytest.mark.parametrize("quarters", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("degrees", [0.0, 1.5])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_places_lead_back_to_the_scan(quarters: int, degrees: float, scale: float) -> None:
    scan = _marked()
    page: StraightPage = quarter_turned(without_slant(unturned(scan, scale), degrees), quarters)
    x, y = _middle_of_ink(page.picture)
    left, top, right, bottom = page.box_on_scan(x - 1, y - 1, x + 1, y + 1)
    expected = _middle_of_ink(scan)
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx(expected, abs=1.5)


def test_a_quarter_turns_against_the_clock() -> None:
    page = quarter_turned(unturned(_marked()), 1)
    assert page.picture.shape == (300, 200)
    x, y = _middle_of_ink(page.picture)
    assert (x, y) == pytest.approx((50, 75), abs=1)
