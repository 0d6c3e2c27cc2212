"""Whether a layout that exists already fits the file, so that the source needs one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from connectors.readers import read
from flows.scaffolding.matching import required_fields
from schemas.arrangement import Arranged, arrange
from schemas.batch_building import BatchBuilder
from schemas.connector_options import FolderConnector
from schemas.dataset import Dataset
from schemas.definitions import Definitions
from schemas.effective_layout import as_mapping, effective_layout
from schemas.finding import Finding, Severity
from schemas.layout import Layout
from schemas.message import GongkaiError
from schemas.raw_table import RawTable
from schemas.raw_values import snapshot_facts
from schemas.reader_options import ProcurementNoticeReader, ReaderOptions
from schemas.snapshot import Snapshot
from schemas.source import Source
from schemas.strict import Text

LOOKED_AT_ROWS = 2000
MOST_CONTAINERS = 20
MOST_UNREADABLE = 0.1
MOST_UNUSED = 0.15


@dataclass(frozen=True, slots=True)
class LayoutFit:
    """A named layout that reads the file.

    ``unused`` are filled columns that it neither maps nor ignores; ``declared`` what it says by
    itself about units and hours, which nobody can see in the file; ``reader`` what the source must
    say in place of the layout's own, None where that one reads the file as it is.
    """

    layout: Layout
    dataset: Dataset
    fields_fed: int
    unused: tuple[str, ...]
    declared: tuple[str, ...]
    reader: ReaderOptions | None = None

    @property
    def is_whole(self) -> bool:
        """True where no filled column is left over."""
        return not self.unused


def fitting_layouts(
    definitions: Definitions,
    datasets: Iterable[Dataset],
    snapshot: Snapshot,
    readers: Sequence[ReaderOptions],
) -> list[LayoutFit]:
    """The named layouts that fit the file, the best first."""
    found = []
    for defined in definitions.layouts.values():
        layout = defined.model
        if layout.reader.type not in {one.type for one in readers}:
            continue
        reader = _reader_of_source(layout, readers)
        for dataset in datasets:
            if not _feeds(layout, dataset):
                continue
            fit = _fit(definitions, layout, dataset, snapshot, reader)
            if fit is not None:
                found.append(fit)
    return sorted(found, key=lambda fit: (len(fit.unused), -fit.fields_fed, fit.layout.id))


def _reader_of_source(layout: Layout, readers: Sequence[ReaderOptions]) -> ReaderOptions | None:
    """The reader a source needs in place of the layout's: notices in JSON, whose members differ
    from portal to portal while what they say does not."""
    own = layout.reader
    if not isinstance(own, ProcurementNoticeReader):
        return None
    notices = [one for one in readers if isinstance(one, ProcurementNoticeReader)]
    other = [one for one in notices if one.wanted == own.wanted and one.form != own.form]
    return other[0] if other else None


def _feeds(layout: Layout, dataset: Dataset) -> bool:
    names = set(dataset.field_names)
    computed = {field.name for field in dataset.fields if field.computed is not None}
    mapped = set(layout.mapping)
    return mapped <= names - computed and set(required_fields(dataset)) <= mapped


def _fit(
    definitions: Definitions,
    layout: Layout,
    dataset: Dataset,
    snapshot: Snapshot,
    reader: ReaderOptions | None,
) -> LayoutFit | None:
    source = Source(
        format=1,
        id="proposed",
        dataset=dataset.id,
        department=Text(zh="", en=""),
        connector=FolderConnector(type="folder", path="inbox"),
        layout=layout.id,
        reader=reader,
        load="upsert",
    )
    effective = effective_layout(source, layout, snapshot.fetched_at.date())
    folders = definitions.vocabulary_folders()
    builder = BatchBuilder(dataset, definitions.site.timezone, folders)
    seen = Arranged()
    fed: set[str] = set()
    try:
        tables = read(
            snapshot.path,
            effective.reader,
            name=snapshot.name,
            members=effective.members,
            chunk_rows=LOOKED_AT_ROWS,
        )
        heads = islice(_until_enough(tables), MOST_CONTAINERS)
        for records in arrange(heads, effective, seen):
            typed = builder.add(records, effective, 0, snapshot_facts(snapshot))
            fed |= {name for name in layout.mapping if typed.get_column(name).count()}
    except GongkaiError:
        return None
    builder.finish(seen.rows_excluded, allow_empty=False)
    findings = [*builder.findings, *seen.findings]
    if builder.rows == 0 or any(item.severity is Severity.CRITICAL for item in findings):
        return None
    if _unreadable_share(findings, builder.rows * max(1, len(fed))) > MOST_UNREADABLE:
        return None
    unused = tuple(dict.fromkeys(item.column for item in findings if item.rule == "LAY-01"))
    columns = sum(len(found) for found in builder.containers[0].columns.values())
    if len(unused) > max(2, MOST_UNUSED * columns):
        return None
    return LayoutFit(layout, dataset, len(fed), unused, _declared(layout), reader)


def _until_enough(tables: Iterator[RawTable]) -> Iterator[RawTable]:
    """The first rows are enough of every container; the rest of a long file is not read."""
    for table in tables:
        yield table
        if table.cells.height >= LOOKED_AT_ROWS:
            return


def _unreadable_share(findings: list[Finding], cells: int) -> float:
    """Of the cells that feed fields, how many could not be read."""
    bad = [
        item.count
        for item in findings
        if item.severity is Severity.ERROR and item.rule.startswith("CAST-")
    ]
    return sum(bad) / cells


def _declared(layout: Layout) -> tuple[str, ...]:
    told = []
    for name, given in layout.mapping.items():
        mapping = as_mapping(given)
        if mapping.unit:
            told.append(f"{name}: {mapping.unit}")
        if mapping.hour_label:
            told.append(f"{name}: hour_label {mapping.hour_label}")
    return tuple(told)
