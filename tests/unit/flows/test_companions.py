"""Companion tables: kept apart from records, handed to rules by name."""

from __future__ import annotations

from dataclasses import replace

from connectors.readers import frames
from flows.companions import Companions
from schemas.raw_table import LocatorScheme, RawTable


def _table(rows: list[list[str]], columns: tuple[str, ...], companion: str = "") -> RawTable:
    (table,) = frames.tables("t", LocatorScheme.PLACES, columns, rows, [1] * len(rows), (), 100)
    return replace(table, companion=companion)


def test_companions_are_kept_apart_and_records_pass() -> None:
    records = _table([["1"]], ("a",))
    said = _table([["amount", "page 1 line 2"]], ("kind", "place"), "statements")
    more = _table([["placeholder", "page 3 line 1", "XX"]], ("kind", "place", "text"), "statements")
    companions = Companions()

    assert list(companions.apart([records, said], 0)) == [records]
    assert list(companions.apart([more], 1)) == []

    frame = companions.get("statements")
    assert frame is not None
    assert frame.columns == ["kind", "place", "_snapshot", "text"]
    assert frame.rows() == [
        ("amount", "page 1 line 2", 0, None),
        ("placeholder", "page 3 line 1", 1, "XX"),
    ]


def test_what_nobody_gave_is_none() -> None:
    assert Companions().get("statements") is None
