"""The algebra of differences, and the identity of rows."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from publishing.diff import OLD, DiffCounts, RowDiff, diff_frames
from schemas.row_identity import key_text, row_id

KEYS = ["number", "part"]
FIELDS = ["number", "part", "amount", "name"]
SCHEMA = {"number": pl.String, "part": pl.Int64, "amount": pl.Decimal(38, 2), "name": pl.String}

ROW = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from([1, 2]),
    st.none() | st.sampled_from([Decimal("1.00"), Decimal("2.50")]),
    st.none() | st.sampled_from(["", "x"]),
)
ROWS = st.lists(ROW, max_size=6, unique_by=lambda row: row[:2])
Rows = list[tuple[str, int, Decimal | None, str | None]]


def frame(rows: Rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def apply(difference: RowDiff, old: pl.DataFrame) -> set[tuple[object, ...]]:
    """What a consumer who holds the old rows makes of the difference."""
    rows = {row[:2]: row for row in old.iter_rows()}
    for row in difference.removed.iter_rows():
        assert rows.pop(row[:2]) == row
    for row in difference.changed.iter_rows(named=True):
        key = (row["number"], row["part"])
        fields = dict(zip(FIELDS, rows[key], strict=True))
        for name in row["_fields"]:
            assert fields[name] == row[f"{name}{OLD}"]
            assert fields[name] != row[name]
            fields[name] = row[name]
        rows[key] = tuple(fields.values())
    for row in difference.added.iter_rows():
        assert row[:2] not in rows
        rows[row[:2]] = row
    return set(rows.values())


@settings(deadline=None)
@given(ROWS, ROWS)
def test_old_and_difference_make_new(old: Rows, new: Rows) -> None:
    difference = diff_frames(frame(old), frame(new), KEYS, FIELDS)
    assert apply(difference, frame(old)) == set(frame(new).iter_rows())
    counts = difference.counts()
    assert counts.rows_added + counts.rows_changed + counts.rows_unchanged == len(new)
    assert counts.rows_removed + counts.rows_changed + counts.rows_unchanged == len(old)


@settings(deadline=None)
@given(ROWS, st.randoms())
def test_another_order_is_no_difference(rows: Rows, chance: random.Random) -> None:
    other = list(rows)
    chance.shuffle(other)
    counts = diff_frames(frame(rows), frame(other), KEYS, FIELDS).counts()
    assert counts == DiffCounts(rows_unchanged=len(rows))
    assert counts.is_empty()


@settings(deadline=None)
@given(ROWS, ROWS)
def test_the_way_back_mirrors(old: Rows, new: Rows) -> None:
    there = diff_frames(frame(old), frame(new), KEYS, FIELDS).counts()
    back = diff_frames(frame(new), frame(old), KEYS, FIELDS).counts()
    assert (there.rows_added, there.rows_removed) == (back.rows_removed, back.rows_added)
    assert there.fields == back.fields


def test_row_id_is_the_documented_hash() -> None:
    key = '["A",3,"2.50","2026-01-02","2026-01-02T03:00:00+08:00",null]'
    expected = hashlib.sha256(f"parcels{key}".encode()).hexdigest()[:32]
    zone = dt.timezone(dt.timedelta(hours=8))
    moment = dt.datetime(2026, 1, 2, 3, tzinfo=zone)
    values = ["A", 3, Decimal("2.50"), dt.date(2026, 1, 2), moment, None]
    assert row_id("parcels", values) == expected
    assert key_text(values) == "A|3|2.50|2026-01-02|2026-01-02T03:00:00+08:00|"
    assert row_id("other", values) != expected
    assert row_id("parcels", ["A", 3]) != row_id("parcels", ["A3"])
