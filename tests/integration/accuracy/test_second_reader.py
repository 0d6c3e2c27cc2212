"""The second reader of booklets, before it may judge the first: on made files and on real ones."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from made_booklets.booklets import BOOKLETS as MADE_BOOKLETS
from made_booklets.drawing import print_booklet
from made_booklets.model import MadeBooklet, TrueCell
from second_extraction.booklet import amounts_of
from second_extraction.readings import Reading

EXPECTED = Path(__file__).parents[2] / "expected" / "budgets"
BOOKLETS = sorted(
    path.name.removesuffix(".document.csv") for path in EXPECTED.glob("*.document.csv")
)


def _key(cell: TrueCell | Reading) -> tuple[str | int | None, ...]:
    return (
        cell.page,
        cell.table_id,
        cell.unit,
        cell.side,
        cell.code,
        cell.label,
        cell.measure,
        cell.value,
    )


@pytest.mark.parametrize("make", MADE_BOOKLETS, ids=lambda make: make.__name__)
def test_every_cell_of_a_made_booklet(make: Callable[[], MadeBooklet], tmp_path: Path) -> None:
    file = tmp_path / "booklet.pdf"
    truth = print_booklet(make(), file)

    found = list(amounts_of(str(file)))

    assert len(truth) > 30
    assert Counter(map(_key, found)) == Counter(map(_key, truth))


@pytest.mark.real_data
@pytest.mark.parametrize("booklet", BOOKLETS)
def test_every_expected_cell_of_a_real_booklet(booklet: str, real_data: Path) -> None:
    found = list(amounts_of(str(real_data / "budgets" / f"{booklet}.pdf")))
    printed = {
        (one.page, one.title, one.unit, one.side, one.code, one.label, one.measure): one.value
        for one in found
    }

    assert len(printed) == len(found)
    assert _expected(booklet) == {key: printed.get(key) for key in _expected(booklet)}
    assert not set(_expected(f"{booklet}.blank")) & set(printed)


def _expected(name: str) -> dict[tuple[str | int, ...], str]:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return {
            (
                int(line["page"]),
                line["table_title"],
                line["unit"],
                line["side"],
                line["code"],
                line["label"],
                line["measure"],
            ): line["value"]
            for line in csv.DictReader(lines)
        }
