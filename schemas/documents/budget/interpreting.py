"""From a document to its budget tables: every non-empty cell is used, or told with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from schemas.documents.budget.header import (
    LEVEL_HEADERS,
    Segment,
    header_rows,
    is_numbering_row,
    lowest,
    read_columns,
    segments_of,
)
from schemas.documents.budget.identity import (
    has_placeholder,
    identity_of,
    offices_of,
    same_organization,
)
from schemas.documents.budget.lines import Body, read_row
from schemas.documents.budget.numbers import is_number
from schemas.documents.budget.parts import CellKey, Part, distinct
from schemas.documents.budget.paths import LabelChain, Ordinals
from schemas.documents.budget.sections import Section, sections_of, titles_without_table
from schemas.documents.budget.tables import (
    BudgetIdentity,
    BudgetTable,
    Line,
    Note,
    Scheme,
    Side,
    Stage,
)
from schemas.documents.budget.three_public import items_stand_in_columns, read_items
from schemas.documents.budget.titles import TableKind
from schemas.documents.budget.words import joined
from schemas.documents.document import Document


class WhyNot(StrEnum):
    """Why the cells of a grid are no rows of the dataset."""

    UNKNOWN_TITLE = "unknown_title"  # it holds numbers, and its title is of no table of the set
    NO_BUDGET_TABLE = "no_budget_table"  # lists of units and the like: no amounts
    PERFORMANCE = "performance"  # performance targets
    BLANK_TEMPLATE = "blank_template"


@dataclass(frozen=True, slots=True)
class OtherTable:
    """A grid that is no table of the set, with its cells and the reason."""

    why: WhyNot
    title: str
    container: str
    page: int
    cells: tuple[Note, ...]
    numbers: int


@dataclass(slots=True)
class Interpretation:
    """What a document holds.

    Attributes:
        identity: whose it is, of which year and stage, as the document says.
        tables: the tables of the set, in order.
        others: all other grids.
        leftovers: non-empty cells of tables that found no meaning, by container.
        unit_conflicts: containers for which two different units are stated, with both.
        is_template: True for a form that nobody has filled in.
        without_table: titles of tables of the set under which no table could be seen.
    """

    identity: BudgetIdentity
    tables: list[BudgetTable] = field(default_factory=list)
    others: list[OtherTable] = field(default_factory=list)
    leftovers: dict[str, list[Note]] = field(default_factory=dict)
    unit_conflicts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_template: bool = False
    without_table: list[Note] = field(default_factory=list)

    @property
    def has_placeholder_name(self) -> bool:
        """True where the office is named XX局 and the like."""
        return has_placeholder(self.identity.organization_name)


def interpret(document: Document, stage: Stage | None = None) -> Interpretation:
    """Find and read the tables of a budget document.

    Args:
        document: as it was opened.
        stage: declared stage; goes before what the document says, as the tables are called after
            it (B1 of a budget, T1 of final accounts).
    """
    sections = sections_of(document)
    found = Interpretation(identity_of(document, sections))
    stage = stage or found.identity.stage
    for section in sections:
        _take(section, stage, found)
    found.without_table = titles_without_table(document, sections)
    found.is_template = _is_template(found)
    _assert_accounted(document, found, sections)
    return found


def _take(section: Section, stage: Stage | None, found: Interpretation) -> None:
    title = section.title
    if title is None or title.kind is None:
        _take_other(section, found)
        return
    of_title = {True: Stage.FINAL_ACCOUNTS, False: Stage.BUDGET, None: stage}[title.is_final]
    table_id = title.kind.table_id(of_title or stage)
    if not table_id or not section.parts:
        _take_other(section, found)
        return
    table = _Reader(section, title.kind, of_title, table_id, found).read()
    found.tables.append(table)


def _take_other(section: Section, found: Interpretation) -> None:
    cells = [
        (part, cell)
        for part in section.parts
        for cell in part.filled()
        if part.key(cell) not in section.used
    ]
    if not section.parts:
        return
    title = section.title
    serial = [cell for _, cell in cells if is_number(cell.text) and not _is_serial(cell.text)]
    if title is not None and title.reason == "performance":
        why = WhyNot.PERFORMANCE
    elif serial:
        why = WhyNot.UNKNOWN_TITLE
    else:
        why = WhyNot.NO_BUDGET_TABLE
    first = section.parts[0]
    for part, cell in cells:
        section.used[part.key(cell)] = "other"
    found.others.append(
        OtherTable(
            why=why,
            title=title.text if title is not None else "",
            container=_container(first),
            page=first.page.number,
            cells=tuple(Note(joined(c.text), c.place, p.page.number) for p, c in cells),
            numbers=len(serial),
        )
    )


def _is_serial(text: str) -> bool:
    """Small whole numbers count rows."""
    digits = joined(text)
    return digits.isdigit() and len(digits) <= 2


def _container(part: Part) -> str:
    if part.page.name.startswith("page "):
        return f"{part.page.name} table {part.grid.number}"
    return part.page.name if len(part.page.grids) == 1 else f"{part.page.name} {part.grid.number}"


class _Reader:
    """Reads one section as a table of the set."""

    def __init__(
        self,
        section: Section,
        kind: TableKind,
        stage: Stage | None,
        table_id: str,
        found: Interpretation,
    ) -> None:
        self.section = section
        self.kind = kind
        self.stage = stage
        self.table_id = table_id
        self.found = found
        self.container = _container(section.parts[0])
        self.unit = self._unit()

    def _unit(self) -> str:
        title = self.section.title
        stated = [note.text for note in self.section.units]
        if title is not None and title.unit:
            stated.append(title.unit)
        distinct_units = tuple(dict.fromkeys(stated))
        if len(distinct_units) > 1:
            self.found.unit_conflicts[self.container] = distinct_units
            return ""
        return distinct_units[0] if distinct_units else ""

    def _organization(self) -> str:
        names = [name for note in self.section.offices for name in offices_of(note.text)]
        own = self.found.identity.organization_name
        others = [name for name in names if not same_organization(name, own)]
        return others[0] if others and len(others) == len(names) else ""

    def read(self) -> BudgetTable:
        """The table with its lines; what stays unused goes to the leftovers."""
        section = self.section
        first = section.parts[0]
        count = header_rows(first)
        body = [first.from_row(count), *section.parts[1:]]
        columns = read_columns(first, count, body)
        self._use_header(first, count, body)
        two_sided = len(self.kind.sides) > 1 or self.kind.number == 6
        segments = segments_of(columns, two_sided=two_sided)
        if self.kind.number == 7 and items_stand_in_columns(segments, body):
            lines = read_items(body, segments, self.unit, self.stage, section.used)
        else:
            lines = self._lines(segments, body)
        self._tell_leftovers()
        assert section.title_note is not None
        beside = lowest(
            note.confidence for note in (section.title_note, *section.units, *section.offices)
        )
        return BudgetTable(
            table_id=self.table_id,
            title=section.title_note,
            unit=self.unit,
            container=self.container,
            pages=tuple(dict.fromkeys(part.page.number for part in section.parts)),
            lines=tuple(_as_sure_as(beside, line) for line in lines),
            notes=tuple(section.footnotes),
            organization_name=self._organization(),
            is_aligned=not all(part.grid.is_ruled for part in section.parts),
            grids=tuple((part.page.number, part.grid.number) for part in section.parts),
        )

    def _use_header(self, first: Part, count: int, body: list[Part]) -> None:
        used = self.section.used
        for _, row in first.rows[:count]:
            for cell in distinct(row):
                used.setdefault(first.key(cell), "header")
        for part in body:
            for position, (_, row) in enumerate(part.rows):
                cells = distinct(row)
                numbering = is_numbering_row(row) and position == 0
                for cell in cells:
                    if numbering or (position == 0 and joined(cell.text) in LEVEL_HEADERS):
                        used.setdefault(part.key(cell), "header")

    def _lines(self, segments: list[Segment], parts: list[Part]) -> list[Line]:
        ordinals = Ordinals()
        bodies = [
            Body(
                unit=self.unit,
                side=self._side(segment, position, len(segments)),
                scheme=self._scheme(segment, position, len(segments)),
                used=self.section.used,
                ordinals=ordinals,
                chain=LabelChain(),
            )
            for position, segment in enumerate(segments)
        ]
        for number, part in enumerate(parts):
            for position, (_, row) in enumerate(part.rows):
                if is_numbering_row(row) and position == 0:
                    continue
                for segment, body in zip(segments, bodies, strict=True):
                    goes_on = number > 0 and position == 0
                    read_row(part, row, segment, body, first_of_part=goes_on)
        lines = [line for body in bodies for line in body.lines]
        if self.kind.number == 2 and not any(line.code for line in lines):
            return [replace(line, scheme=Scheme.REVENUE) for line in lines]
        return lines

    def _side(self, segment: Segment, position: int, count: int) -> Side:
        if len(self.kind.sides) == 1:
            return self.kind.sides[0]
        tops = {column.chain[0] for column in (*segment.keys, *segment.values) if column.chain}
        if any("支出" in top for top in tops) and not any("收入" in top for top in tops):
            return Side.EXPENDITURE
        if any("收入" in top for top in tops) and not any("支出" in top for top in tops):
            return Side.REVENUE
        return Side.REVENUE if position == 0 and count > 1 else Side.EXPENDITURE

    def _scheme(self, segment: Segment, position: int, count: int) -> Scheme:
        if len(self.kind.sides) == 1:
            return self.kind.scheme
        if self._side(segment, position, count) is Side.REVENUE:
            return Scheme.REVENUE
        return Scheme.DEPARTMENT_ECONOMIC if "经济" in segment.headers else self.kind.scheme

    def _tell_leftovers(self) -> None:
        left = [
            Note(joined(cell.text), cell.place, part.page.number)
            for part in self.section.parts
            for cell in part.filled()
            if part.key(cell) not in self.section.used
        ]
        if left:
            self.found.leftovers[self.container] = left
            for part in self.section.parts:
                for cell in part.filled():
                    self.section.used.setdefault(part.key(cell), "leftover")


def _as_sure_as(beside: float | None, line: Line) -> Line:
    """A line whose values are no surer than what was recognised beside their table: a misread unit
    makes every amount wrong."""
    if beside is None:
        return line
    values = (replace(one, confidence=lowest((one.confidence, beside))) for one in line.values)
    return replace(line, values=tuple(values))


def _is_template(found: Interpretation) -> bool:
    """A form nobody has filled in: placeholders in the name of the office, or lines with codes or
    names and not one amount in the whole document."""
    if found.has_placeholder_name:
        return True
    coded = any(line.code for table in found.tables for line in table.lines)
    return coded and not any(table.amounts for table in found.tables)


def _assert_accounted(document: Document, found: Interpretation, sections: list[Section]) -> None:
    """Every non-empty cell of every grid has been used for something, or told of."""
    used: set[CellKey] = set()
    for section in sections:
        used |= section.used.keys()
    for page, grid in document.grids():
        for cell in grid.cells:
            key = (page.number, grid.number, cell.row, cell.column)
            assert not joined(cell.text) or key in used, f"{cell.place} {cell.text!r} is not used"
