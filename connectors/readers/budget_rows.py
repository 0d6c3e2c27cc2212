"""Raw tables from the interpreted tables of a budget document: one row per printed value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connectors.documents.characters import UNREADABLE
from connectors.readers import frames
from connectors.readers.problems import problem
from schemas.documents.budget.interpreting import OtherTable, WhyNot
from schemas.documents.budget.tables import (
    BudgetIdentity,
    BudgetTable,
    Line,
    Note,
    Value,
    ValueKind,
)
from schemas.raw_table import LocatorScheme, RawTable, ReadingProblem

COLUMNS = (
    "organization_name",
    "fiscal_year",
    "stage",
    "table_id",
    "table_title",
    "side",
    "scheme",
    "code",
    "label",
    "line_path",
    "level",
    "measure",
    "value_kind",
    "amount",
    "value_published",
    "unit_published",
    "page",
    "recognition_confidence",
    "excluded_as",
)
"""Native columns: fields of the dataset, ``amount`` (the printed number of amounts, in the unit of
the table), and ``excluded_as`` (why a row is none of the dataset; empty for all others)."""
_AT = {name: index for index, name in enumerate(COLUMNS)}
_OF_VALUE = ("measure", "value_kind", "amount", "value_published", "unit_published")
_OF_LINE = ("code", "label", "line_path", "level", "side", "scheme")
_OF_TITLE = ("table_id", "table_title")


@dataclass(slots=True)
class _Rows:
    """Rows of one raw table while they are gathered."""

    container: str
    notes: tuple[str, ...]
    rows: list[list[str | None]] = field(default_factory=list)
    places: dict[tuple[int, int], str] = field(default_factory=dict)
    problems: list[ReadingProblem] = field(default_factory=list)

    def add(self, cells: dict[str, str | None], places: dict[str, str]) -> int:
        """Add a row; returns its position."""
        for name, place in places.items():
            self.places[len(self.rows), _AT[name]] = place
        self.rows.append([cells.get(name) for name in COLUMNS])
        return len(self.rows)

    def table(self) -> RawTable:
        """The rows as a raw table in one piece."""
        count = len(self.rows)
        (table,) = frames.tables(
            self.container,
            LocatorScheme.PLACES,
            COLUMNS,
            self.rows,
            range(1, count + 1),
            self.problems,
            chunk_rows=max(count, 1),
            places=self.places,
            notes=self.notes,
        )
        return table


def _about(identity: BudgetIdentity) -> dict[str, str | None]:
    return {
        "organization_name": identity.organization_name or None,
        "fiscal_year": str(identity.fiscal_year) if identity.fiscal_year else None,
        "stage": identity.stage.value if identity.stage else None,
    }


def value_tables(
    table: BudgetTable,
    identity: BudgetIdentity,
    *,
    minimum_confidence: float,
    unit_conflict: tuple[str, ...],
    leftovers: Sequence[Note],
    is_template: bool,
) -> Iterator[RawTable]:
    """One raw table per unit that the budget table is written in; the first carries what is said
    of the table as a whole."""
    groups: dict[str, _Rows] = {}
    for line in table.lines:
        for value in line.values:
            unit = value.unit if value.kind is ValueKind.AMOUNT else table.unit
            rows = _group(groups, table, unit)
            _add_value(rows, table, identity, line, value, unit_conflict, is_template)
            _tell_confidence(rows, value, minimum_confidence)
        if is_template and not line.values:
            rows = _group(groups, table, table.unit)
            _add_blank(rows, table, identity, line)
    if not groups:
        _group(groups, table, table.unit)
    first = next(iter(groups.values()))
    first.problems += _of_table(table, leftovers)
    for rows in groups.values():
        yield rows.table()


def _group(groups: dict[str, _Rows], table: BudgetTable, unit: str) -> _Rows:
    if unit not in groups:
        name = table.container if not groups else f"{table.container} {unit or '?'}"
        groups[unit] = _Rows(name, (f"单位：{unit}",) if unit else ())
    return groups[unit]


def _add_value(
    rows: _Rows,
    table: BudgetTable,
    identity: BudgetIdentity,
    line: Line,
    value: Value,
    unit_conflict: tuple[str, ...],
    is_template: bool,
) -> None:
    is_amount = value.kind is ValueKind.AMOUNT
    cells = _about(identity) | _of_line(table, line)
    cells |= {
        "measure": value.measure or None,
        "value_kind": value.kind.value,
        "amount": value.text if is_amount and value.unit else None,
        "value_published": value.text,
        "unit_published": (value.unit or None) if is_amount else None,
        "page": str(value.page),
        "recognition_confidence": f"{value.confidence:.3f}"
        if value.confidence is not None
        else None,
        "excluded_as": WhyNot.BLANK_TEMPLATE.value if is_template else None,
    }
    places = dict.fromkeys(_OF_VALUE, value.place) | dict.fromkeys(_OF_LINE, line.place)
    places |= dict.fromkeys(_OF_TITLE, table.title.place)
    position = rows.add(cells, places)
    at = _AT["value_published"]
    if is_amount and not value.unit:
        if unit_conflict:
            units = "、".join(unit_conflict)
            rows.problems.append(problem("READ-68", position, at, value.text, units=units))
        else:
            rows.problems.append(problem("READ-64", position, at, value.text))
    for name, text in (("value_published", value.text), ("label", line.label)):
        if UNREADABLE in text:
            rows.problems.append(problem("READ-70", position, _AT[name], text))


def _of_line(table: BudgetTable, line: Line) -> dict[str, str | None]:
    return {
        "table_id": table.table_id,
        "table_title": table.title.text,
        "side": line.side.value,
        "scheme": line.scheme.value,
        "code": line.code or None,
        "label": line.label or None,
        "line_path": line.path or None,
        "level": str(line.level),
    }


def _add_blank(rows: _Rows, table: BudgetTable, identity: BudgetIdentity, line: Line) -> None:
    cells = _about(identity) | _of_line(table, line)
    cells["excluded_as"] = WhyNot.BLANK_TEMPLATE.value
    rows.add(cells, dict.fromkeys(_OF_LINE, line.place))


def _tell_confidence(rows: _Rows, value: Value, minimum: float) -> None:
    if value.confidence is not None and value.confidence < minimum:
        rows.problems.append(
            problem(
                "READ-65",
                len(rows.rows),
                _AT["value_published"],
                value.text,
                confidence=f"{value.confidence:.3f}",
                minimum=f"{minimum:g}",
            )
        )


def _of_table(table: BudgetTable, leftovers: Sequence[Note]) -> Iterator[ReadingProblem]:
    if leftovers:
        yield problem("READ-66", value=leftovers[0].text, cells=len(leftovers))
    padded = [line for line in table.lines if line.notices]
    if padded:
        pieces = dict.fromkeys(piece for line in padded for piece in line.notices)
        yield problem("READ-67", value="、".join(pieces), place=padded[0].place)


def excluded_table(other: OtherTable, identity: BudgetIdentity) -> RawTable:
    """The cells of a grid that is no budget table, each as a row with the reason to exclude it."""
    rows = _Rows(other.container, ())
    for cell in other.cells:
        cells = _about(identity) | {
            "table_title": other.title or None,
            "value_published": cell.text,
            "page": str(cell.page),
            "excluded_as": other.why.value,
        }
        rows.add(cells, {"value_published": cell.place})
    return rows.table()
