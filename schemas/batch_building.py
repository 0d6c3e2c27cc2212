"""From records of strings to the typed batch: mapping, units, casting, computed values.

One :class:`BatchBuilder` serves one run of one source; chunks go through it one by one, so that
memory does not grow with the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from schemas.arrangement import Records
from schemas.batch import Container, batch_schema
from schemas.casting import Reading, cast_column
from schemas.casting.rules import CASTING_RULES
from schemas.column_reference import ColumnIndex
from schemas.computation import compute_fields
from schemas.dataset import Dataset, DatasetField, PrivacyClass
from schemas.effective_layout import EffectiveLayout
from schemas.finding import Finding, RowPlace, Severity
from schemas.layout import FieldMapping
from schemas.layout_rules import LAYOUT_RULES
from schemas.message import Message
from schemas.raw_table import LocatorScheme
from schemas.raw_values import SNAPSHOT_FACTS, raw_values
from schemas.reading_rules import READING_RULES
from schemas.row_alignment import ColumnReadings, with_misaligned_rows
from schemas.suspect_rows import suspect_rows
from schemas.units import Unit, find_unit, noted_unit
from schemas.vocabulary import Vocabulary
from schemas.vocabulary_files import load_vocabulary

MANY_UNUSED = 50
NAMED_UNUSED = 10
_BLANKS = " \t\r\n\u00a0\u3000"
_PERSONS = (PrivacyClass.PERSON_NAME, PrivacyClass.PERSON_OR_ORGANIZATION)


@dataclass(slots=True)
class _Plan:
    """How the columns of one container feed the fields."""

    container: int
    found: dict[str, dict[str, int | None]]  # field -> reference -> physical column
    readings: dict[str, Reading]
    accounted: set[int]  # physical columns that are mapped or declared ignored
    unused: dict[int, str] = field(default_factory=dict)  # all others, with their names
    unused_counts: dict[int, int] = field(default_factory=dict)

    def present(self, layout: EffectiveLayout) -> frozenset[str]:
        """Fields for which the container has something to say: a column that is there, or an
        origin that needs none (a constant, a fact of the snapshot)."""
        return frozenset(
            name
            for name in layout.mapping
            if not self.found[name] or any(at is not None for at in self.found[name].values())
        )


@dataclass(slots=True)
class _Miss:
    """A key that a lookup table does not hold: the first field and row that asked for it."""

    column: str
    place: RowPlace
    count: int = 0


@dataclass(slots=True)
class BatchBuilder:
    """Builds the batch of one run of one source, chunk by chunk.

    ``containers`` and ``findings`` grow while chunks are added; ``finish`` adds what can only be
    told at the end. Frames that ``add`` returns have :func:`schemas.batch.batch_schema`.
    """

    dataset: Dataset
    timezone: str
    vocabulary_folders: tuple[Path, ...]
    containers: list[Container] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rows: int = 0
    _plans: dict[tuple[int, str], _Plan] = field(default_factory=dict)
    _vocabularies: dict[str, Vocabulary] = field(default_factory=dict)
    _lookup_misses: dict[tuple[str, str], _Miss] = field(default_factory=dict)

    def add(
        self,
        records: Records,
        layout: EffectiveLayout,
        snapshot: int,
        facts: Mapping[str, str],
    ) -> pl.DataFrame:
        """Type the records of one chunk of the snapshot with that index."""
        key = (snapshot, records.table.container)
        if key not in self._plans:
            self._plans[key] = self._plan(records, layout, snapshot)
        plan = self._plans[key]
        self._tell_reading_problems(records, snapshot, plan)
        self._count_unused(records, plan)
        self.findings += suspect_rows(records.cells, records.positions, snapshot, plan.container)
        self.rows += records.cells.height
        columns: dict[str, pl.Series] = {}
        schema = batch_schema(self.dataset, self.timezone)
        known = len(self.findings)
        for item in self.dataset.fields:
            mapping = layout.mapping.get(item.name)
            if mapping is None:
                columns[item.name] = pl.repeat(
                    None, records.cells.height, dtype=schema[item.name], eager=True
                ).alias(item.name)
            else:
                columns[item.name] = self._cast(item, mapping, records, plan, snapshot, facts)
        self.findings[known:] = with_misaligned_rows(
            self.findings[known:],
            records,
            ColumnReadings(self.dataset, layout, plan.found, plan.readings),
            (snapshot, plan.container),
        )
        frame = pl.DataFrame(columns).with_columns(
            pl.lit(snapshot, dtype=pl.Int32).alias("_snapshot"),
            pl.lit(plan.container, dtype=pl.Int32).alias("_container"),
            pl.Series("_position", records.positions, dtype=pl.Int64),
            self._places(records, plan),
        )
        absent = frozenset(self.dataset.field_names) - plan.present(layout)
        return compute_fields(frame, self.dataset, self.vocabulary_folders, absent)

    def finish(self, rows_excluded: int, *, allow_empty: bool) -> None:
        """Tell of columns nobody used, of lookups that missed, and of a table without rows."""
        for plan in self._plans.values():
            container = self.containers[plan.container]
            if len(plan.unused_counts) > MANY_UNUSED:
                self.findings.append(_many_unused(plan, container.name))
                continue
            for index, count in plan.unused_counts.items():
                self.findings.append(
                    LAYOUT_RULES["LAY-01"].finding(
                        column=plan.unused[index],
                        count=count,
                        pattern=plan.unused[index],
                        value=container.name,
                    )
                )
        for (vocabulary, value), miss in self._lookup_misses.items():
            self.findings.append(
                LAYOUT_RULES["LAY-08"].finding(
                    vocabulary=vocabulary,
                    value=value,
                    pattern=vocabulary,
                    column=miss.column,
                    place=miss.place,
                    count=miss.count,
                )
            )
        if self.rows == 0 and rows_excluded == 0 and not allow_empty:
            self.findings.append(LAYOUT_RULES["LAY-07"].finding())

    def units(self, container: int) -> dict[str, Unit]:
        """The units in which the fields of a container are written, by field, where known."""
        plan = next(one for one in self._plans.values() if one.container == container)
        return {name: one.unit for name, one in plan.readings.items() if one.unit is not None}

    # -- planning ---------------------------------------------------------------------------

    def _plan(self, records: Records, layout: EffectiveLayout, snapshot: int) -> _Plan:
        columns, names = records.columns, records.columns.names
        found: dict[str, dict[str, int | None]] = {}
        readings: dict[str, Reading] = {}
        used: set[int] = set()
        for name, mapping in layout.mapping.items():
            item = self.dataset.field(name)
            found[name] = self._find(item, mapping, columns, records)
            used |= {index for index in found[name].values() if index is not None}
            unit = self._unit(item, mapping, found[name], columns, records.notes)
            codes = self._vocabulary(item.code_list) if item.code_list else None
            readings[name] = _reading(mapping, layout, unit, self.timezone, codes)
        for exclusion in layout.table.exclude:
            index = columns.find(exclusion.when.column or "")
            used |= {index} if index is not None else set()
        ignored = {index for reference in layout.ignore for index in columns.all_of(reference)}
        self.containers.append(
            Container(
                snapshot=snapshot,
                name=records.table.container,
                scheme=records.table.scheme,
                columns={
                    name: tuple(
                        (index, names[index])
                        for index in by_reference.values()
                        if index is not None
                    )
                    for name, by_reference in found.items()
                },
            )
        )
        return _Plan(len(self.containers) - 1, found, readings, used | ignored)

    def _find(
        self, item: DatasetField, mapping: FieldMapping, columns: ColumnIndex, records: Records
    ) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for reference in mapping.columns():
            if reference in SNAPSHOT_FACTS:
                continue
            found[reference] = columns.find(reference)
            if found[reference] is not None and columns.is_ambiguous(reference):
                count = sum(1 for name in columns.names if columns.find(name) == found[reference])
                self.findings.append(LAYOUT_RULES["LAY-06"].finding(column=reference, count=count))
        missing = [reference for reference, index in found.items() if index is None]
        some_present = len(missing) < len(found)
        lenient = mapping.optional or (mapping.first_present is not None and some_present)
        if missing and not lenient and records.cells.height:
            close = columns.close_to(missing[0])
            self.findings.append(
                LAYOUT_RULES["LAY-02"].finding(
                    column=missing[0],
                    value=records.table.container,
                    present="、".join(name for name in columns.names if name) or "—",
                    hint_zh=f"是否改名为“{close[0]}”？" if close else "",
                    hint_en=f" Was it renamed to '{close[0]}'?" if close else "",
                    pattern=item.name,
                )
            )
        return found

    def _unit(
        self,
        item: DatasetField,
        mapping: FieldMapping,
        found: Mapping[str, int | None],
        columns: ColumnIndex,
        notes: tuple[str, ...],
    ) -> Unit | None:
        """The unit of a column: what the header says, else declared, else the table's note."""
        wanted = find_unit(item.unit) if item.unit else None
        if wanted is None:
            return None
        declared = find_unit(mapping.unit) if mapping.unit else None
        of_header = [
            columns.units[index]
            for index in found.values()
            if index is not None and index < len(columns.units)
        ]
        header = next((unit for unit in of_header if unit is not None), None)
        written = header or noted_unit(notes, wanted.dimension)
        if declared and written and declared.code != written.code:
            self.findings.append(
                LAYOUT_RULES["LAY-05"].finding(
                    column=item.name, found=written.code, declared=declared.code
                )
            )
        return written or declared

    # -- one chunk --------------------------------------------------------------------------

    def _cast(
        self,
        item: DatasetField,
        mapping: FieldMapping,
        records: Records,
        plan: _Plan,
        snapshot: int,
        facts: Mapping[str, str],
    ) -> pl.Series:
        vocabulary = self._vocabulary(mapping.lookup.vocabulary) if mapping.lookup else None
        reading = plan.readings[item.name]
        found = plan.found[item.name]
        raw = raw_values(mapping, records, found, reading.missing, facts, vocabulary)
        if mapping.lookup:
            self._note_misses(item, mapping, raw, records, found, snapshot, plan.container)
        cast = cast_column(raw, item, reading)
        positions = records.positions
        for problem in cast.problems:
            parts = dict(problem.parts)
            severity = parts.pop("severity", None)
            self.findings.append(
                CASTING_RULES[problem.rule].finding(
                    column=item.name,
                    value=_shown(problem.value, item),
                    place=RowPlace(snapshot, plan.container, int(positions[problem.row])),
                    severity=Severity(str(severity)) if severity else None,
                    personal=item.privacy in _PERSONS,
                    parts=parts,
                )
            )
        return cast.values.alias(item.name)

    def _vocabulary(self, name: str) -> Vocabulary:
        if name not in self._vocabularies:
            self._vocabularies[name] = load_vocabulary(name, self.vocabulary_folders)
        return self._vocabularies[name]

    def _note_misses(
        self,
        item: DatasetField,
        mapping: FieldMapping,
        raw: pl.Series,
        records: Records,
        found: Mapping[str, int | None],
        snapshot: int,
        container: int,
    ) -> None:
        lookup = mapping.lookup
        if lookup is None or not raw.null_count():
            return
        indexes = [str(index) for index in found.values() if index is not None]
        missed = raw.is_null()
        rows = records.cells.filter(missed).select(indexes).iter_rows()
        positions = records.positions.filter(missed).to_list()
        for row, position in zip(rows, positions, strict=True):
            key = (lookup.vocabulary, " / ".join(str(cell or "").strip() for cell in row))
            first = _Miss(item.name, RowPlace(snapshot, container, position))
            miss = self._lookup_misses.setdefault(key, first)
            # several fields may ask for the same key; each row is counted once
            miss.count += miss.column == item.name

    def _places(self, records: Records, plan: _Plan) -> pl.Series:
        if records.table.scheme is not LocatorScheme.PLACES:
            return pl.repeat(None, records.cells.height, dtype=pl.String, eager=True).alias(
                "_places"
            )
        texts: list[str] = []
        for index in records.indexes:
            places: dict[str, str] = {}
            for name, by_reference in plan.found.items():
                cell = next((column for column in by_reference.values() if column is not None), -1)
                place = records.table.places.get((int(index), cell))
                if place:
                    places[name] = place
            texts.append(json.dumps(places, ensure_ascii=False))
        return pl.Series("_places", texts, dtype=pl.String)

    def _count_unused(self, records: Records, plan: _Plan) -> None:
        """The ledger of cells: each physical column is mapped, ignored, or counted here. Columns
        that only a later, wider chunk has are counted, too."""
        names = records.columns.names
        for index in range(records.cells.width):
            if index not in plan.accounted and index not in plan.unused:
                named = index < len(names) and names[index]
                plan.unused[index] = names[index] if named else f"@{index + 1}"
        left = [str(index) for index in plan.unused if index < records.cells.width]
        if not left or not records.cells.height:
            return
        counts = records.cells.select(
            (pl.col(name).str.strip_chars(_BLANKS).str.len_bytes() > 0).sum() for name in left
        ).row(0)
        for name, count in zip(left, counts, strict=True):
            if count:
                plan.unused_counts[int(name)] = plan.unused_counts.get(int(name), 0) + count

    def _tell_reading_problems(self, records: Records, snapshot: int, plan: _Plan) -> None:
        """What the reader saw wrong: on records as it is, on the header as trouble of the whole
        table, not at all on titles, notes and excluded rows, which are no data."""
        if not records.table.problems:
            return
        of_records = set(records.positions.to_list())
        for problem in records.table.problems:
            rule = READING_RULES[problem.rule]
            severity, what = rule.severity, problem.what
            if problem.row in records.header_positions:
                if severity is not Severity.ERROR:
                    continue
                severity = Severity.CRITICAL
                what = Message(f"表头行有问题：{what.zh}", f"In the header row: {what.en}")
            elif problem.row is not None and problem.row not in of_records:
                continue
            place = None
            if problem.row is not None:
                place = RowPlace(snapshot, plan.container, problem.row)
            name = self._field_at(problem.column, plan.container) if place else ""
            item = self.dataset.field(name) if name else None
            self.findings.append(
                Finding(
                    rule=rule.id,
                    severity=severity,
                    what=what,
                    advice=rule.advice,
                    scope=rule.scope,
                    column=name,
                    value=_shown(problem.value, item) if item else problem.value,
                    place=place,
                    locator="" if place else records.table.container,
                    personal=item is not None and item.privacy in _PERSONS,
                )
            )

    def _field_at(self, column: int | None, container: int) -> str:
        """The field whose place in the file is that physical column; none for an unused one."""
        if column is None:
            return ""
        fields = self.containers[container].columns.items()
        return next((name for name, cells in fields if cells and cells[0][0] == column), "")


def _many_unused(plan: _Plan, container: str) -> Finding:
    """One finding for all unused columns of a container: one each would bury everything else."""
    names = [plan.unused[index] for index in plan.unused_counts]
    return LAYOUT_RULES["LAY-14"].finding(
        where_zh=f"“{container}”" if container else "文件",
        where_en=f"'{container}'" if container else "the file",
        value="、".join(names[:NAMED_UNUSED]) + "…",
        columns=len(names),
        count=sum(plan.unused_counts.values()),
        pattern=container,
    )


def _shown(value: str, field: DatasetField) -> str:
    """A value as it may stand in a message: nothing of fields that name persons."""
    return "***" if field.privacy in _PERSONS else value


def _reading(
    mapping: FieldMapping,
    layout: EffectiveLayout,
    unit: Unit | None,
    timezone: str,
    vocabulary: Vocabulary | None,
) -> Reading:
    return Reading(
        vocabulary=vocabulary,
        unit=unit,
        missing=frozenset(layout.missing) | frozenset(mapping.missing) | {""},
        dash_is_zero=mapping.dash_is_zero,
        date_format=mapping.date_format,
        hour_label=mapping.hour_label,
        bound=mapping.bound,
        aliases=mapping.aliases,
        as_of=layout.as_of,
        timezone=timezone,
    )
