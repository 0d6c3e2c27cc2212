"""Sums that need more digits than a column of decimals has: exact, or nothing; never an error."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import polars as pl
import pytest
from publishing_office import Office, make_dataset, parcel

from publishing.charts.taking import TAKEN, grouped
from publishing.gates import Statistics, compare
from schemas.chart import Take
from schemas.exact_sums import exact_sum
from warehouse.part_statistics import describe

LARGE = Decimal("9" * 36 + ".99")
ROWS = 12
SUM = Decimal("11" + "9" * 36 + ".88")


def column(*values: str | None) -> pl.Series:
    return pl.Series("price_cny", [v and Decimal(v) for v in values], dtype=pl.Decimal(38, 2))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([str(LARGE)] * ROWS, str(SUM)),
        ([str(LARGE.copy_negate())] * ROWS, str(SUM.copy_negate())),
        ([str(LARGE), None, str(LARGE.copy_negate()), "0.01"], "0.01"),
        (["1.10", "2.20"], "3.30"),
        ([None, None], "0.00"),
        ([], "0.00"),
    ],
)
def test_a_sum_is_exact(values: list[str | None], expected: str) -> None:
    assert format(exact_sum(column(*values)), "f") == expected


def test_what_a_part_and_gates_say(office: Office) -> None:
    office.accept([parcel(f"{number:02}", str(LARGE)) for number in range(ROWS)])
    office.release()
    manifest = office.version_folder(1) / "manifest.json"
    assert json.loads(manifest.read_text("utf-8"))["statistics"]["sums"]["price_cny"] == str(SUM)
    prices = pl.DataFrame({"price_cny": column(*[str(LARGE)] * ROWS)})
    dataset = make_dataset(gates={"total": 0})
    rows = prices.select(
        *(
            pl.col(name) if name == "price_cny" else pl.lit(None, pl.String()).alias(name)
            for name in dataset.field_names
        )
    )
    part = describe(rows, dataset, "", "0" * 64, dt.date(2026, 5, 1))
    assert part.sums["price_cny"] == SUM
    was = Statistics.of_rows(prices, dataset)
    twice = was + was
    assert twice.sums["price_cny"] == Decimal("23" + "9" * 36 + ".76")
    assert compare(dataset, "", was, was, 0) == []
    cent = Statistics(ROWS, {}, {"price_cny": Decimal("11" + "9" * 36 + ".89")})
    assert [one.rule for one in compare(dataset, "", was, cent, 0)] == ["REL-04"]


@pytest.mark.parametrize(
    ("take", "expected"),
    [("sum", SUM), ("mean", LARGE), ("median", LARGE), ("max", LARGE)],
)
def test_what_a_chart_takes(take: Take, expected: Decimal) -> None:
    frame = pl.DataFrame({"price_cny": column(*[str(LARGE)] * ROWS)})
    (taken,) = grouped(frame, [], "price_cny", take)[TAKEN]
    assert taken == expected
