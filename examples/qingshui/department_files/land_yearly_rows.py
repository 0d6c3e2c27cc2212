"""The county bureau's yearly results of land supply as rows, with what is wrong in them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from examples.qingshui.department_files import names
from examples.qingshui.department_files.faults import PlantedFault, planted
from examples.qingshui.department_files.land_parcels import (
    LandResult,
    chinese_date,
    invent_results,
)

SOURCE = "land_results_bureau"
YEAR = 2025
FILE_NAME = f"清水县{YEAR}年国有建设用地供应结果一览表.xls"
SHEET = f"{YEAR}年供地结果"
FIRST_DATA_ROW = 5  # 1-based: title, note, two header rows
COUNT = 96
LETTERS = {
    "area_m2": "E",
    "location": "D",
    "land_use_name": "G",
    "term_years": "I",
    "price_cny": "L",
    "holder_name": "M",
    "plot_ratio_min": "N",
    "completion_due_on": "R",
    "completed_on": "T",
}
"""Columns of the sheet in which faults are planted, by the published field."""

Row = list[Any]


def _row(result: LandResult) -> Row:
    """The cells behind 序号, in the form in which the bureau types them."""
    return [
        result.number,
        result.project,
        result.location,
        float(result.hectares),
        result.land_source,
        result.use,
        result.method,
        result.term if result.term is not None else "",
        result.industry,
        result.grade,
        float(result.price) if result.price is not None else "",
        result.holder,
        result.plot_ratio_min,
        result.plot_ratio_max,
        chinese_date(result.handover),
        chinese_date(result.start),
        chinese_date(result.completion),
        chinese_date(result.started),
        chinese_date(result.completed),
        result.approved_by,
        result.signed,
    ]


class _Year:
    """The rows being made, and the faults planted in them."""

    def __init__(self, results: list[LandResult]) -> None:
        self.results = results
        self.rows = [_row(result) for result in results]
        self.faults: list[PlantedFault] = []
        self._used: set[int] = set()

    def pick(self, wanted: Callable[[LandResult], bool]) -> int:
        """The first result that fits and holds no fault yet."""
        for index, result in enumerate(self.results):
            if index not in self._used and wanted(result):
                self._used.add(index)
                return index
        raise LookupError("no result fits")

    def put(self, index: int, **values: Any) -> None:
        """Change a result before it is written."""
        self.results[index] = replace(self.results[index], **values)
        self.rows[index] = _row(self.results[index])

    def append(self, row: Row) -> int:
        """Add a further row at the end."""
        self.rows.append(row)
        return len(self.rows) - 1

    def tell(self, kind: str, index: int, column: str = "") -> None:
        """Note the fault planted in a row, or in the cell of a published field."""
        letter = LETTERS[column] if column else ""
        place = f"{SHEET}!{letter}{FIRST_DATA_ROW + index}"
        self.faults.append(planted(kind, SOURCE, FILE_NAME, place))


def _is_sold(result: LandResult) -> bool:
    return result.method != "划拨"


def _is_shop(result: LandResult) -> bool:
    return result.use == "零售商业用地"


def _plant_impossible(year: _Year) -> None:
    index = year.pick(_is_sold)
    year.put(index, hectares=Decimal(0))
    year.tell("area_zero", index, "area_m2")
    index = year.pick(lambda result: result.term == 70)
    year.put(index, term=80)
    year.tell("term_80_years", index, "term_years")
    index = year.pick(_is_sold)
    year.put(index, completion=year.results[index].signed - dt.timedelta(days=400))
    year.tell("completion_before_signing", index, "completion_due_on")
    index = year.pick(_is_sold)
    year.rows[index][3] = "以实测为准"
    year.tell("area_in_words", index, "area_m2")


def _plant_implausible(year: _Year) -> None:
    index = year.pick(lambda result: not _is_sold(result))
    year.put(index, price=Decimal("36.50"))
    year.tell("allocated_with_price", index, "price_cny")
    index = year.pick(lambda result: result.use == "城镇住宅用地")
    year.put(index, plot_ratio_min="2.20", plot_ratio_max="1.10")
    year.tell("plot_ratio_exchanged", index, "plot_ratio_min")
    index = year.pick(lambda result: result.use == "旅馆用地")
    year.put(index, use="康养小镇用地")
    year.tell("unknown_land_use", index, "land_use_name")


def _plant_keys(year: _Year) -> None:
    index = year.pick(_is_sold)
    other = list(year.rows[index])
    other[10] = round(float(other[10]) * 1.5, 2)
    for place in (index, year.append(other)):
        year.tell("two_prices", place)
    again = list(year.rows[year.pick(_is_sold)])
    year.tell("same_row_again", year.append(again))
    index = year.pick(_is_sold)
    amended = list(year.rows[index])
    amended[0] = f"{amended[0]}-1"
    amended[7] = 40 if amended[7] != 40 else 30
    year.append(amended)
    year.tell("amended_contract", index)


def _plant_persons(year: _Year) -> None:
    for kind, holders in (
        ("person_alone", names.PEOPLE[:1]),
        ("persons_joined", names.PEOPLE[1:4]),
    ):
        index = year.pick(_is_shop)
        year.put(index, holder="、".join(holders), project="自建商住楼")
        year.tell(kind, index, "holder_name")
    for kind, words in (
        ("identity_number", f"（证号{names.INVENTED_ID_NUMBER}）"),
        ("mobile_number", f"，联系电话{names.UNASSIGNED_MOBILE}"),
    ):
        index = year.pick(_is_sold)
        year.put(index, location=year.results[index].location + words)
        year.tell(kind, index, "location")


def _plant_placeholder(year: _Year) -> None:
    index = year.pick(lambda result: result.completed is None)
    year.put(index, completed=dt.date(1901, 1, 2))
    year.tell("placeholder_date", index, "completed_on")


def make_rows() -> tuple[list[Row], list[PlantedFault]]:
    """The rows of the year with their faults. A row holds the cells behind 序号."""
    rng = random.Random("清水县供地结果一览表")  # noqa: S311 - made data, no secret
    year = _Year(invent_results(rng, YEAR, COUNT))
    _plant_impossible(year)
    _plant_implausible(year)
    _plant_persons(year)
    _plant_placeholder(year)
    _plant_keys(year)
    return year.rows, year.faults
