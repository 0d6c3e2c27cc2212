"""The page on accuracy says what a run gives today."""

from __future__ import annotations

from pathlib import Path

import pytest
from measured_accuracy.__main__ import PAGE, whole_page


@pytest.mark.real_data
def test_the_page_is_current(real_data: Path) -> None:
    assert PAGE.read_text(encoding="utf-8") == whole_page(real_data)
