"""A cell of a booklet as both readers, the made booklets and the expected values name it."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from made_booklets.model import TrueCell
from second_extraction.readings import Reading
from second_extraction.titles import table_of

EXPECTED = Path(__file__).parents[1] / "expected" / "budgets"
BOOKLETS = sorted(
    path.name.removesuffix(".document.csv") for path in EXPECTED.glob("*.document.csv")
)
UNITS = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10**4), "亿元": Decimal(10**8)}


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A printed number and what it means.

    Attributes:
        item: the label; of a header path (公务用车购置及运行费/小计) its last part.
        amount: in 元, None for a share.
    """

    page: int
    table_id: str
    side: str
    code: str
    item: str
    measure: str
    unit: str
    value: str
    amount: Decimal | None

    @property
    def place(self) -> tuple[int, str, str, str, str, str]:
        """Where it stands, whatever it is worth."""
        return (self.page, self.table_id, self.side, self.code, self.item, self.measure)

    def __str__(self) -> str:
        return (
            f"p{self.page} {self.table_id} {self.side} {self.code} {self.item} | {self.measure} = "
            f"{self.value} {self.unit}"
        )


def of_row(row: Mapping[str, Any]) -> Cell:
    """A released row of ``department_budget_lines``."""
    return Cell(
        int(row["page"]),
        row["table_id"],
        row["side"],
        row["code"] or "",
        _last(row["label"]),
        row["measure"],
        row["unit_published"] or "",
        row["value_published"],
        row["amount_cny"],
    )


def of_reading(cell: Reading | TrueCell) -> Cell:
    """What the second reader found, or what a made booklet holds."""
    return _cell(
        cell.page,
        cell.table_id,
        cell.side,
        cell.code,
        cell.label,
        cell.measure,
        cell.unit or "",
        cell.value,
    )


def expected_cells(name: str) -> list[Cell]:
    """Values read by eye; the amount is None where the cell is blank."""
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return [
            _cell(
                int(line["page"]),
                table_of(line["table_title"]) or "",
                line["side"],
                line["code"],
                line["label"],
                line["measure"],
                line["unit"],
                line["value"],
            )
            for line in csv.DictReader(lines)
        ]


def _cell(
    page: int, table_id: str, side: str, code: str, label: str, measure: str, unit: str, value: str
) -> Cell:
    return Cell(
        page,
        table_id,
        side,
        code,
        _last(label),
        measure,
        "" if value.endswith("%") else unit,
        value,
        amount_of(value, unit),
    )


def _last(label: str) -> str:
    return label.rpartition("/")[2]


def amount_of(value: str, unit: str) -> Decimal | None:
    """The amount in 元 of a printed number; None for a share, a blank or an unknown unit."""
    bare = re.sub(r"^[(（](.*)[)）]$", r"-\1", value.replace(",", "").replace("−", "-"))
    if not bare or bare.endswith("%") or unit not in UNITS:
        return None
    return Decimal(bare) * UNITS[unit]
