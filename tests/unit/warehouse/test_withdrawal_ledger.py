"""The ledger of withdrawals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from schemas.message import Message
from schemas.row_identity import row_id
from warehouse.control import Warehouse
from warehouse.withdrawals import Withdrawal
from warehouse.withdrawn_rows import WithdrawnRows, is_telling

NOW = dt.datetime(2026, 5, 1, 2, 0, tzinfo=dt.UTC)
REASON = Message("撤销", "revoked")


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse("sqlite:///gongkai.db", tmp_path) as opened:
        yield opened


def of_row(row: str, *fields: str, dataset: str = "penalties") -> Withdrawal:
    return Withdrawal(dataset, REASON, NOW, row_id=row, fields=fields, keys=(f"key {row}",))


def test_what_is_begun_is_read_as_it_was_written(warehouse: Warehouse) -> None:
    given = Withdrawal(
        "penalties",
        REASON,
        NOW,
        version=3,
        fingerprint="f",
        revoked_on=dt.date(2026, 4, 30),
    )
    (number,) = warehouse.withdrawals.begin(given)
    assert warehouse.withdrawals.get(number) == Withdrawal(
        "penalties",
        REASON,
        NOW,
        version=3,
        fingerprint="f",
        revoked_on=dt.date(2026, 4, 30),
        number=number,
    )
    assert not warehouse.withdrawals.active("penalties")


def test_fields_of_one_row_add_up_and_the_whole_row_outdoes_them(warehouse: Warehouse) -> None:
    ledger = warehouse.withdrawals
    ledger.begin(of_row("a", "name"))
    ledger.begin(of_row("a", "amount"))
    ledger.begin(of_row("b", dataset="other"))
    assert ledger.active("penalties").rows == {"a": frozenset({"name", "amount"})}
    before = ledger.active("penalties").digest()
    (number,) = ledger.begin(of_row("a"))
    ledger.begin(of_row("a", "name"))
    assert ledger.active("penalties").rows == {"a": frozenset()}
    assert ledger.active("penalties").digest() != before
    ledger.lift(number, reason="test", at=NOW)
    assert ledger.active("penalties").rows == {"a": frozenset({"name", "amount"})}
    assert ledger.active("penalties").keys == {"key a"}


def test_unfinished_ones_are_those_not_carried_out(warehouse: Warehouse) -> None:
    ledger = warehouse.withdrawals
    (first,) = ledger.begin(of_row("a"))
    (second,) = ledger.begin(of_row("b"))
    ledger.redacted(first, NOW)
    assert [one.number for one in ledger.unfinished("penalties")] == [second]
    assert ledger.unfinished("other") == []


def test_a_withdrawal_is_complete_when_the_last_derived_dataset_followed(
    warehouse: Warehouse,
) -> None:
    ledger = warehouse.withdrawals
    following = [
        Withdrawal(name, REASON, NOW, rows={2: ("x",), 1: ("y",)}) for name in ("daily", "yearly")
    ]
    numbers = ledger.begin(of_row("a"), following)
    assert [one.cause for one in ledger.consequences(numbers[0])] == [numbers[0]] * 2
    assert ledger.active("daily").rows == {"x": frozenset(), "y": frozenset()}
    assert not ledger.active("daily", with_consequences=False)
    assert ledger.lift_consequences("daily", reason="computed anew", at=NOW) == 0  # not yet rid of
    for number in numbers:
        ledger.redacted(number, NOW)
    assert ledger.lift_consequences("daily", reason="computed anew", at=NOW) == 1
    assert ledger.get(numbers[0]).completed_at is None
    assert ledger.lift_consequences("yearly", reason="computed anew", at=NOW) == 1
    assert ledger.get(numbers[0]).completed_at == NOW


def test_rows_are_taken_out_and_emptied_by_their_ids() -> None:
    frame = pl.DataFrame({"key": ["p", "q", "r"], "name": ["n1", "n2", "n3"]})
    ids = {key: row_id("penalties", [key]) for key in frame["key"]}
    rows = {ids["q"]: frozenset[str](), ids["r"]: frozenset({"name", "no longer there"})}
    withdrawn = WithdrawnRows("penalties", rows, frozenset({"q", "决定〔2026〕7号"}))
    assert withdrawn.taken_out(frame, ["key"]).rows() == [("p", "n1"), ("r", None)]
    assert withdrawn.taken_out(frame.clear(), ["key"]).height == 0
    assert withdrawn.concerns("q")
    assert not withdrawn.concerns("p", "q stands in this sentence")  # too short to be looked for
    assert withdrawn.concerns("p", "与决定〔2026〕7号重复")


@pytest.mark.parametrize(
    ("key", "telling"),
    [
        ("张三", True),
        ("GK-0007", True),
        ("7号", False),
        ("12345", False),
        ("2026", False),
        ("2026-03", False),
        ("2026-03-01", False),
        ("20260301", False),
        ("620521001|2026-03-01", True),
    ],
)
def test_only_telling_keys_are_looked_for_in_sentences(key: str, telling: bool) -> None:
    assert is_telling(key) is telling
