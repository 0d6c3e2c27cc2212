"""From snapshots to a typed, screened, judged batch: the stages between fetch and acceptance.

Chunks go through reading, arranging, casting, the personal-data gate and the row rules one by one
and are collected in a spool, so that memory follows the chunk and the partition, not the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from connectors.context import Progress, show_nothing
from connectors.readers import read
from expectations.compiling import CompiledRules
from expectations.context import RuleContext
from expectations.evaluating import Evaluation, SkippedRule
from expectations.personal_data import screen
from flows.companions import Companions
from flows.raw_records import RawRecords
from flows.serial_numbers import SerialNumbers
from schemas.arrangement import Arranged, Records, arrange
from schemas.batch import BatchOrigin, batch_schema
from schemas.batch_building import BatchBuilder
from schemas.dataset import Dataset
from schemas.effective_layout import EffectiveLayout, as_of_date, effective_layout
from schemas.finding import Finding, Scope, Severity
from schemas.layout import LayoutBody
from schemas.layout_rules import LAYOUT_RULES
from schemas.message import Message
from schemas.raw_values import snapshot_facts
from schemas.snapshot import Snapshot
from schemas.source import Source
from warehouse.batch_spool import BatchSpool

_READ = Message("已读取并检查行数", "rows read and checked")
PLACE = ["_snapshot", "_container", "_position"]
PLACE_SCHEMA = pl.Schema(
    {"_snapshot": pl.Int32(), "_container": pl.Int32(), "_position": pl.Int64()}
)


@dataclass(frozen=True, slots=True)
class BatchInput:
    """What a batch is built from; what does not fit into memory is put below ``spool_base`` (the
    system's temporary folder, where None)."""

    dataset: Dataset
    source: Source
    layout: LayoutBody
    snapshots: tuple[Snapshot, ...]
    timezone: str
    vocabulary_folders: tuple[Path, ...]
    office_phones: tuple[str, ...]
    today: dt.date
    progress: Progress = show_nothing
    spool_base: Path | None = None


@dataclass(slots=True)
class BuiltBatch:
    """The batch of one run before it is settled."""

    spool: BatchSpool
    origin: BatchOrigin
    empty: pl.DataFrame
    rows_read: int
    rows_excluded: int
    excluded_reasons: dict[str, int]
    findings: list[Finding]
    failures: pl.DataFrame
    broken: list[Finding]
    skipped: list[SkippedRule]
    raw: RawRecords
    masked_names: dict[str, int] = field(default_factory=dict)
    companions: Companions = field(default_factory=Companions)
    spool_folder: Path | None = None
    given: BatchInput | None = None


@contextmanager
def build_batch(
    given: BatchInput, rules: CompiledRules, context: RuleContext
) -> Iterator[BuiltBatch]:
    """Read, arrange, cast, screen and judge row by row; yields the batch with its spool open."""
    if given.spool_base is not None:
        given.spool_base.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(prefix="gongkai-", dir=given.spool_base) as folder,
        BatchSpool(given.dataset, given.timezone, folder=Path(folder)) as spool,
    ):
        stage = _Stage(given, rules, context, spool)
        for index, snapshot in enumerate(given.snapshots):
            stage.take_snapshot(index, snapshot)
        built = stage.finish()
        built.spool_folder = Path(folder)
        yield built


@dataclass(slots=True)
class _Stage:
    """Takes snapshots one by one and remembers what was seen."""

    given: BatchInput
    rules: CompiledRules
    context: RuleContext
    spool: BatchSpool
    seen: Arranged = field(default_factory=Arranged)
    raw: RawRecords = field(default_factory=RawRecords)
    findings: list[Finding] = field(default_factory=list)
    parts: list[Evaluation] = field(default_factory=list)
    masked_names: dict[str, int] = field(default_factory=dict)
    companions: Companions = field(default_factory=Companions)
    rows: int = 0
    builder: BatchBuilder = field(init=False)
    serials: SerialNumbers = field(init=False)

    def __post_init__(self) -> None:
        given = self.given
        self.builder = BatchBuilder(given.dataset, given.timezone, given.vocabulary_folders)
        self.serials = SerialNumbers(given.source.completeness.serial_column)

    def take_snapshot(self, index: int, snapshot: Snapshot) -> None:
        """Read one snapshot, chunk by chunk."""
        given = self.given
        day = as_of_date(given.source, snapshot, snapshot.fetched_at.date())
        layout = effective_layout(given.source, given.layout, day)
        tables = read(snapshot.path, layout.reader, name=snapshot.name, members=layout.members)
        facts = snapshot_facts(snapshot)
        for records in arrange(self.companions.apart(tables, index), layout, self.seen):
            self._take(records, layout, index, facts)

    def _take(
        self, records: Records, layout: EffectiveLayout, index: int, facts: dict[str, str]
    ) -> None:
        known = len(self.builder.findings)
        typed = self.builder.add(records, layout, index, facts)
        self.serials.take(records)
        screened = screen(
            typed,
            self.given.dataset,
            office_phones=self.given.office_phones,
            today=self.given.today,
        )
        for name, count in screened.masked_names.items():
            self.masked_names[name] = self.masked_names.get(name, 0) + count
        judged = self.rules.evaluate_frame(
            screened.frame, self.context, {Scope.ROW}, first_row=self.rows
        )
        self.parts.append(judged)
        self.rows += typed.height
        self.given.progress(_READ, self.rows, None)
        told = [*self.builder.findings[known:], *screened.findings]
        self.findings += told
        if records.cells.height:
            container = int(typed.item(0, "_container"))
            places = pl.concat([_error_places(told), _failing_places(judged, self.rules)])
            self.raw.keep(records, index, container, places)
        self.spool.add(screened.frame)

    def finish(self) -> BuiltBatch:
        """Everything seen, with what can only be told at the end."""
        given, builder = self.given, self.builder
        known = len(builder.findings)
        minimum = given.source.completeness.minimum_rows
        builder.finish(self.seen.rows_excluded, allow_empty=minimum == 0)
        findings = [*self.findings, *builder.findings[known:], *self.seen.findings]
        findings += self.serials.findings()
        if minimum is not None and builder.rows < minimum:
            findings.append(LAYOUT_RULES["LAY-09"].finding(count=builder.rows, wanted=minimum))
        empty = pl.DataFrame(schema=batch_schema(given.dataset, given.timezone))
        nothing = self.rules.evaluate_frame(empty, self.context, {Scope.ROW}).failures
        broken = {item.pattern + item.rule: item for part in self.parts for item in part.broken}
        skipped = {item.rule: item for part in self.parts for item in part.skipped}
        return BuiltBatch(
            spool=self.spool,
            origin=BatchOrigin(given.snapshots, tuple(builder.containers)),
            empty=empty,
            rows_read=builder.rows + self.seen.rows_excluded,
            rows_excluded=self.seen.rows_excluded,
            excluded_reasons=dict(self.seen.excluded_reasons),
            findings=findings,
            failures=pl.concat([nothing, *(part.failures for part in self.parts)]),
            broken=list(broken.values()),
            skipped=list(skipped.values()),
            raw=self.raw,
            masked_names=self.masked_names,
            companions=self.companions,
            given=given,
        )


def _error_places(findings: list[Finding]) -> pl.DataFrame:
    places = {
        (item.place.snapshot, item.place.container, item.place.position)
        for item in findings
        if item.severity is Severity.ERROR and item.place is not None
    }
    return pl.DataFrame(sorted(places), schema=PLACE_SCHEMA, orient="row")


def _failing_places(judged: Evaluation, rules: CompiledRules) -> pl.DataFrame:
    """Places of rows that break a rule of severity error."""
    errors = [entry.number for entry in rules.entries if entry.rule.severity is Severity.ERROR]
    failing = judged.failures.filter(pl.col("_check").is_in(errors))
    return failing.select(PLACE).cast(PLACE_SCHEMA)


def without(frame: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """The rows of a frame that do not stand at one of the places."""
    if places.is_empty():
        return frame
    return frame.join(places, on=PLACE, how="anti", maintain_order="left")
