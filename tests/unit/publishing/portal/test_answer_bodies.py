"""What stands in the body of an answer: each value as canonical JSON."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from publishing.portal.api.answers import Table, json_objects
from publishing.queries.result_columns import ResultColumn
from schemas.dataset import FieldType

ZONE = ZoneInfo("Asia/Shanghai")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
MILLISECONDS = st.integers(-(10**12), 10**13).map(
    lambda one: dt.datetime.fromtimestamp(one // 1000, ZONE).replace(microsecond=one % 1000 * 1000)
)
VALUES: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.STRING: TEXTS,
    FieldType.YEARMONTH: TEXTS,
    FieldType.INTEGER: st.integers(),
    FieldType.YEAR: st.integers(),
    FieldType.DECIMAL: st.decimals(allow_nan=False, allow_infinity=False, places=4),
    FieldType.NUMBER: st.floats(),
    FieldType.BOOLEAN: st.booleans(),
    FieldType.DATE: st.dates(),
    FieldType.DATETIME: MILLISECONDS,
}
COLUMNS = tuple(ResultColumn(f"{kind.value}“\"'", kind) for kind in VALUES)
ROWS = st.lists(st.tuples(*(st.none() | values for values in VALUES.values())), max_size=5)


def known(value: Any) -> str:
    """A value as JSON, one by one."""
    match value:
        case float():
            return repr(value) if math.isfinite(value) else "null"
        case Decimal():
            whole, _, fraction = format(value, "f").partition(".")
            return f"{whole}.{fraction.rstrip('0') or '0'}"
        case dt.datetime():
            part = "milliseconds" if value.microsecond else "seconds"
            return f'"{value.isoformat(timespec=part)}"'
        case dt.date():
            return f'"{value.isoformat()}"'
        case _:
            return json.dumps(value, ensure_ascii=False)


@given(ROWS)
def test_each_value_is_written_by_itself(rows: list[tuple[Any, ...]]) -> None:
    names = [json.dumps(column.name, ensure_ascii=False) for column in COLUMNS]
    assert list(json_objects(Table(COLUMNS, rows))) == [
        "{" + ",".join(f"{n}:{known(v)}" for n, v in zip(names, row, strict=True)) + "}"
        for row in rows
    ]
