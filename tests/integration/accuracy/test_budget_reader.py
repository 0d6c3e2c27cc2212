"""The reader of budget booklets: every printed amount with its table, unit, side, code, label and
measure, on made booklets in many styles and on real ones against what was read by eye."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_booklets.booklets import BOOKLETS as MADE
from made_booklets.drawing import print_booklet
from made_booklets.model import MadeBooklet, TrueCell

from connectors.readers.budget_document import open_document
from schemas.documents.budget.interpreting import Interpretation, interpret
from schemas.documents.budget.tables import BudgetTable, Line, Stage, ValueKind

EXPECTED = Path(__file__).parents[2] / "expected" / "budgets"
BOOKLETS = sorted(
    path.name.removesuffix(".document.csv") for path in EXPECTED.glob("*.document.csv")
)
Key = tuple[int, str, str, str, str, str, str]


def _label(table: BudgetTable, line: Line, *, with_parents: bool) -> str:
    """Items of the three public expenses that stand in columns are written with the headers above
    them in the expected files; their labels are the lowest header, their paths hold both."""
    in_columns = table.table_id in ("B7", "T7") and line.label == line.path.rpartition("/")[2]
    return line.path if with_parents and in_columns else line.label


def _cells(found: Interpretation, *, title: bool) -> Iterator[tuple[Key, str]]:
    for table in found.tables:
        for line in table.lines:
            for value in line.values:
                if value.kind is ValueKind.TEXT:
                    continue
                key = (
                    value.page,
                    table.title.text if title else table.table_id,
                    value.unit or table.unit,
                    line.side.value,
                    line.code,
                    _label(table, line, with_parents=True),
                    value.measure,
                )
                yield key, value.text


def _true(cell: TrueCell) -> tuple[Key, str]:
    key = (
        cell.page,
        cell.table_id,
        cell.unit,
        cell.side,
        cell.code,
        cell.label,
        cell.measure,
    )
    return key, cell.value


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_every_amount_of_a_made_booklet(make: Callable[[], MadeBooklet], tmp_path: Path) -> None:
    file = tmp_path / "booklet.pdf"
    made = make()
    truth = print_booklet(made, file)

    found = interpret(open_document(file))

    assert Counter(_cells(found, title=False)) == Counter(map(_true, truth))
    assert found.leftovers == {}
    assert found.identity.organization_name == made.organization
    assert found.identity.fiscal_year == made.year
    assert found.identity.stage is (Stage.FINAL_ACCOUNTS if made.is_final else Stage.BUDGET)


@pytest.mark.real_data
@pytest.mark.parametrize("booklet", BOOKLETS)
def test_every_amount_read_by_eye(booklet: str, real_data: Path) -> None:
    found = interpret(open_document(real_data / "budgets" / f"{booklet}.pdf"))
    cells = list(_cells(found, title=True))
    printed = dict(cells)

    expected = _by_eye(f"{booklet}.csv")
    assert len(printed) == len(cells)
    assert {key: printed.get(key) for key in expected} == expected
    assert not set(_by_eye(f"{booklet}.blank.csv")) & set(printed)
    assert len(expected) > 190


def _by_eye(name: str) -> dict[Key, str]:
    with (EXPECTED / name).open(encoding="utf-8", newline="") as lines:
        return {
            (
                int(line["page"]),
                line["table_title"],
                line["unit"],
                line["side"],
                _padded(line["code"]),
                line["label"],
                line["measure"],
            ): line["value"]
            for line in csv.DictReader(lines)
        }


def _padded(code: str) -> str:
    """A 款 printed without its leading zero is published with it (and told: READ-47)."""
    return f"{code[:3]}0{code[3]}" if len(code) == 4 else code


@pytest.mark.real_data
@pytest.mark.parametrize("booklet", BOOKLETS)
def test_who_when_and_what(booklet: str, real_data: Path) -> None:
    found = interpret(open_document(real_data / "budgets" / f"{booklet}.pdf"))

    with (EXPECTED / f"{booklet}.document.csv").open(encoding="utf-8", newline="") as lines:
        said = {line["key"]: line["value"] for line in csv.DictReader(lines)}
    assert found.identity.organization_name == said["organisation"]
    assert str(found.identity.fiscal_year) == said["fiscal_year"]
    assert found.identity.stage == said["stage"]
    assert not found.is_template
    assert found.leftovers == {}
