"""Notices beside what was read by eye, and made ones beside what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from measured_accuracy.made_notices import count_made_notices
from measured_accuracy.notices import count_notices


@pytest.mark.real_data
@pytest.mark.parametrize(("wanted", "notices"), [("award", 9), ("contract", 3)])
def test_supplier_and_amount_of_every_real_notice(
    wanted: str, notices: int, real_data: Path, tmp_path: Path
) -> None:
    count = count_notices(real_data, tmp_path, wanted)

    assert (count.notices, count.settled, count.extra) == (notices, notices, 0)


def test_every_lot_of_made_notices(tmp_path: Path) -> None:
    counts = count_made_notices(tmp_path, each=3)

    assert sum(count.lots for count in counts) >= 50
    assert [award for count in counts for award in (*count.missed, *count.extra)] == []
