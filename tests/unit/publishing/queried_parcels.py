"""A released version with awkward rows, and what a query over it must give by plain Python."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from publishing_office import Office, Row, make_dataset, open_site

from publishing.portal.published import Published, PublishedVersion
from publishing.queries.operators import Operator
from publishing.queries.query import Filter, Order
from schemas.row_identity import row_id

NOTES = [
    None,
    "",
    "工业用地",
    "Industrial land",
    "100% off_",
    "a'b\"c\\",
    "行\n二",
    "%",
    "🙂",
    "Ａ",
]
FIELDS = (
    ("number", "string", {"constraints": {"required": True}}),
    ("town", "string", {}),
    ("note", "string", {}),
    ("price_cny", "decimal", {"scale": 2}),
    ("area_m2", "decimal", {"scale": 4}),
    ("ratio", "number", {}),
    ("floors", "integer", {}),
    ("is_new", "boolean", {}),
    ("signed_on", "date", {}),
    ("seen_at", "datetime", {}),
    ("year", "year", {}),
    ("period", "yearmonth", {}),
)


def parcels(count: int, seed: int = 1) -> list[Row]:
    """Rows with every type, empty values, equal values and extremes."""
    made = random.Random(seed)
    start = dt.datetime(2026, 1, 31, 23, 59)  # noqa: DTZ001 - local, zone set by the frame
    rows = []
    for place in range(count):
        year = made.choice([2024, 2025, 2026])
        row: dict[str, Any] = {
            "number": f"{year}-{place:04d}",
            "town": made.choice(["永清镇", "红堡镇", "白驼镇", None]),
            "note": made.choice(NOTES),
            "price_cny": made.choice(
                ["0.00", "0.01", "-3.50", "100.00", "99999999999999.99", None]
            ),
            "area_m2": made.choice(["0.0001", "12345678901234567890.1234", "7.5000", None]),
            "ratio": made.choice([0.1, 0.30000000000000004, 1e-7, -2.5, 1e16, None]),
            "floors": made.choice([0, 1, -7, 2**53 + 1, 2**63 - 1, None]),
            "is_new": made.choice([True, False, None]),
            "signed_on": made.choice([dt.date(2026, 1, 31), dt.date(1949, 10, 1), None]),
            "seen_at": made.choice([start, start + dt.timedelta(milliseconds=1), None]),
            "year": year,
            "period": made.choice([f"{year}-01", f"{year}-12", None]),
        }
        rows.append(row)
    return rows


def queried_office(
    folder: Path,
    rows: Sequence[Row],
    site: Mapping[str, Any] | None = None,
    only: Sequence[str] = tuple(name for name, _, _ in FIELDS),
    **changes: Any,
) -> Office:
    """A site with one released version of those rows."""
    folder.mkdir()
    fields = tuple(
        {"name": name, "type": kind, "title": {"zh": name, "en": name}, **more}
        for name, kind, more in FIELDS
        if name in only
    )
    dataset = make_dataset(fields=fields, **changes)
    office = Office(folder, dataset, open_site(folder, **(site or {})))
    office.accept(rows)
    office.release()
    return office


def published(office: Office) -> Published:
    """The public folder of an office."""
    return Published(office.release_site.site, office.release_site.public)


def current(office: Office) -> PublishedVersion:
    """Its current version."""
    version = published(office).version(office.dataset.id)
    assert version is not None
    return version


def released_rows(office: Office) -> list[dict[str, Any]]:
    """All rows in release order, as polars reads the files."""
    return office.reader.scan().collect().rows(named=True)


def meets(row: Row, condition: Filter) -> bool:
    """Whether a row meets a condition, by plain Python."""
    value = row[condition.field]
    given: Any = condition.values[0] if condition.values else None
    match condition.operator:
        case Operator.EMPTY:
            return (value is None or value == "") is given
        case Operator.NE:
            return bool(value is None or value != given)
        case _ if value is None:
            return False
        case Operator.EQ:
            return bool(value == given)
        case Operator.IN:
            return value in condition.values
        case Operator.CONTAINS:
            return given in value
        case Operator.STARTS_WITH:
            return bool(value.startswith(given))
        case Operator.LT:
            return bool(value < given)
        case Operator.LE:
            return bool(value <= given)
        case Operator.GT:
            return bool(value > given)
        case Operator.GE:
            return bool(value >= given)


def in_order(rows: Sequence[Row], orders: Sequence[Order]) -> list[Row]:
    """Rows sorted by plain Python: empty values last, ties as they stand."""
    found = list(rows)
    for order in reversed(orders):
        valued = [row for row in found if row[order.name] is not None]
        valued.sort(key=lambda row, name=order.name: row[name], reverse=False)  # type: ignore[misc]
        if order.descending:
            valued = _descending(valued, order.name)
        found = [*valued, *(row for row in found if row[order.name] is None)]
    return found


def _descending(rows: list[Row], name: str) -> list[Row]:
    """Greatest first, ties as they stand."""
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[name], []).append(row)
    return [row for value in sorted(groups, reverse=True) for row in groups[value]]


def id_of(office: Office, row: Row) -> str:
    """The id of a row."""
    return row_id(office.dataset.id, [row[name] for name in office.dataset.primary_key])
