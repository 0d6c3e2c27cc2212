"""The id of a row stays what it is, however it is written."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.row_identity import row_id

ZONES = [ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Paris"), dt.UTC]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    TEXTS,
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=st.sampled_from(ZONES)),
    st.datetimes(),
)


def defined(dataset_id: str, key: list[object]) -> str:
    """The definition, written down once more."""
    values = [
        format(value, "f")
        if isinstance(value, Decimal)
        else value.isoformat()
        if isinstance(value, dt.date)
        else value
        for value in key
    ]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{dataset_id}{text}".encode()).hexdigest()[:32]


@given(TEXTS, st.lists(VALUES, max_size=4))
def test_an_id_is_the_hash_of_the_dataset_and_the_canonical_key(
    dataset_id: str, key: list[object]
) -> None:
    assert row_id(dataset_id, key) == defined(dataset_id, key)


def test_an_id_once_published_stays() -> None:
    at = dt.datetime(2026, 3, 1, 8, tzinfo=ZONES[0])
    key = ["1087A", at, Decimal("1.50"), dt.date(2026, 3, 1), 7, None, '引"号']
    assert row_id("hourly_readings", key) == "798d0e79f49540ebbd2cf969e6adc445"


def test_a_key_holds_nothing_else() -> None:
    with pytest.raises(TypeError, match="list"):
        row_id("hourly_readings", [["a"]])
