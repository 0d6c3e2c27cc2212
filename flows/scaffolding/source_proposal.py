"""The proposal of a source for one file: how to read it, what its columns mean, what is open."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from flows.scaffolding.columns import Column, MissingText, columns_of, missing_texts
from flows.scaffolding.field_names import FieldNames
from flows.scaffolding.known_layouts import LayoutFit, fitting_layouts
from flows.scaffolding.matching import Match, Matcher, required_fields
from flows.scaffolding.reading_trial import TableOnTrial
from flows.scaffolding.survey import FoundTable, survey
from flows.scaffolding.table_shape import TableShape, shape_of
from schemas.dataset import Dataset
from schemas.definitions import Definitions
from schemas.layout import Condition, Exclusion
from schemas.message import GongkaiError, Message, UnreadableFileError
from schemas.raw_table import RawTable
from schemas.reader_options import HtmlLabelReader, HtmlTableReader
from schemas.snapshot import Snapshot
from schemas.strict import Text

FEWEST_FIELDS = 3
MOST_TABLES = 40


@dataclass(frozen=True, slots=True)
class SourceProposal:
    """Everything that is proposed for one file.

    Attributes:
        dataset: the dataset the file seems to feed.
        named: a layout that exists already and fits; the rest then only informs.
        found: the way the file is read.
        shape: header rows, rows left out.
        match: the fields.
        unused: columns without a field.
        missing: texts that seem to mean "no value".
        notes: texts above the table (titles, units).
        rivals: other datasets that fit as well, best first.
    """

    dataset: Dataset
    named: LayoutFit | None
    found: FoundTable
    shape: TableShape
    match: Match
    unused: tuple[Column, ...]
    missing: tuple[MissingText, ...]
    notes: tuple[str, ...]
    rivals: tuple[str, ...] = ()


@dataclass(slots=True)
class Proposer:
    """Proposes a source for a file, with the datasets and layouts of a site."""

    definitions: Definitions
    today: dt.date
    hour_label: Literal["start", "end"] | None = None
    names: FieldNames = field(init=False)
    _folders: Sequence[Path] = field(init=False)

    def __post_init__(self) -> None:
        self._folders = self.definitions.vocabulary_folders()
        self.names = FieldNames(self._folders)

    def propose(self, snapshot: Snapshot, dataset: Dataset | None = None) -> SourceProposal:
        """The proposal for a file; ``dataset`` leaves no choice of dataset.

        Raises UnreadableFileError where the file holds no table, GongkaiError where no dataset
        fits.
        """
        found = surveyed(snapshot)
        datasets = [dataset] if dataset else self._datasets()
        readers = [one.reader for one in found]
        fits = fitting_layouts(self.definitions, datasets, snapshot, readers)
        shaped = shaped_tables(found, self.names)
        made = [
            (match.score, found_table, shape, match)
            for found_table, shape in shaped
            for match in self._matches(shape, [fits[0].dataset] if fits else datasets)
        ]
        made = sorted(made, key=lambda one: (-one[0], -one[2].records.cells.height))
        if not made or (not fits and not _is_plausible(made[0][3], chosen=dataset is not None)):
            raise _nothing_fits(snapshot, dataset)
        _, found_table, shape, match = made[0]
        columns = columns_of(shape.records)
        rivals = dict.fromkeys(one[3].dataset.id for one in made if one[0] >= made[0][0])
        return SourceProposal(
            dataset=match.dataset,
            named=fits[0] if fits else None,
            found=_steadied(found_table, shape, found),
            shape=_without_other_records(found_table, shape, match),
            match=match,
            unused=tuple(match.unused(columns)),
            missing=tuple(missing_texts(columns, self._folders)),
            notes=shape.records.notes,
            rivals=tuple(name for name in rivals if name != match.dataset.id),
        )

    def _datasets(self) -> list[Dataset]:
        every = [defined.model for defined in self.definitions.datasets.values()]
        return [one for one in every if one.derived is None]

    def _matches(self, shape: TableShape, datasets: list[Dataset]) -> list[Match]:
        columns = columns_of(shape.records)
        missing = missing_texts(columns, self._folders)
        table = TableOnTrial(
            records=shape.records,
            missing=frozenset(["", *(one.text for one in missing if one.declared)]),
            timezone=self.definitions.site.timezone,
            today=self.today,
            folders=self._folders,
        )
        known = sum(bool(self.names.aliases(column.name)) for column in columns)
        if not known and len(datasets) > 1:
            return []
        return [Matcher(table, one, self.names, self.hour_label).match() for one in datasets]


def _is_plausible(match: Match, *, chosen: bool) -> bool:
    """Whether the table is about the dataset: some fields, a required one among them. Where a
    person chose the dataset, any field will do."""
    required = set(required_fields(match.dataset))
    fed = {one.field for one in match.proposals if one.filled}
    return bool(fed) if chosen else len(fed) >= FEWEST_FIELDS and bool(fed & required)


def surveyed(snapshot: Snapshot) -> list[FoundTable]:
    """The tables of a file. Raises UnreadableFileError with the file's own name."""
    try:
        return survey(snapshot.path)
    except UnreadableFileError as error:
        where = snapshot.name if not error.where else error.where
        raise UnreadableFileError(error.what, where=where, advice=error.advice) from error


def shaped_tables(
    found: list[FoundTable], names: FieldNames
) -> list[tuple[FoundTable, TableShape]]:
    """Each way of reading with the shape of its fullest container; ways without records go."""
    shaped = []
    for one in found[:MOST_TABLES]:
        shapes = [shape_of(raw, lambda text: bool(names.aliases(text))) for raw in one.tables[:9]]
        usable = [shape for shape in shapes if shape is not None]
        if usable:
            fullest = max(usable, key=lambda shape: _worth(shape, names))
            shaped.append((one, fullest))
    return shaped


def _worth(shape: TableShape, names: FieldNames) -> tuple[int, int]:
    known = sum(bool(names.aliases(name)) for name in shape.records.columns.names)
    return known * max(1, shape.records.cells.height), shape.records.cells.height


def _nothing_fits(snapshot: Snapshot, dataset: Dataset | None) -> GongkaiError:
    if dataset is not None:
        what = Message(
            f"文件中没有可以对应数据集 {dataset.id} 的列。",
            f"The file has no columns for the dataset {dataset.id}.",
        )
    else:
        what = Message("没有合适的数据集。", "No dataset fits the file.")
    return GongkaiError(
        what,
        where=snapshot.name,
        advice=Message(
            "请用 --dataset 指明数据集；还没有这样的数据集时，用 gongkai new dataset 编号 "
            "--theme 主题 --from 文件 新建；部门的列名可以补进 vocab/field_aliases.csv。",
            "Name one with --dataset; where there is none yet, make it with gongkai new dataset "
            "ID --theme THEME --from FILE; names of columns can be added to "
            "vocab/field_aliases.csv.",
        ),
    )


# -- a way of reading that lasts ------------------------------------------------------------------


def _steadied(found: FoundTable, shape: TableShape, every: list[FoundTable]) -> FoundTable:
    """Name a page's table by its titles rather than by its number, which changes with the page."""
    reader = found.reader
    if not isinstance(reader, HtmlTableReader | HtmlLabelReader):
        return found
    numbers = {one.reader.tables for one in every if isinstance(one.reader, type(reader))}
    titles = shape.table.header.find
    if isinstance(reader, HtmlLabelReader):
        plain = [name for name in shape.records.columns.names if _is_plain_title(name)]
        titles = tuple(plain[:2])
    if len(numbers) == 1:
        return replace(found, reader=reader.model_copy(update={"tables": ()}))
    whole = [text for text in titles if _stands_in(found.tables, text)]
    others = [one for one in every if one.reader.type == reader.type and one is not found]
    lone = whole and not any(all(_stands_in(one.tables, text) for text in whole) for one in others)
    if not lone:
        return found
    steady = reader.model_copy(update={"tables": (), "containing": tuple(whole)})
    return replace(found, reader=steady)


def _is_plain_title(name: str) -> bool:
    return bool(re.fullmatch(r"[\u3400-\u9fff]{2,12}", name))


def _stands_in(tables: tuple[RawTable, ...], text: str) -> bool:
    for table in tables:
        if table.columns is not None and any(text in name for name in table.columns):
            return True
        for row in table.cells.head(60).iter_rows():
            if any(cell and text in cell for cell in row):
                return True
    return False


def _without_other_records(found: FoundTable, shape: TableShape, match: Match) -> TableShape:
    """Leave out records of other shape: containers that lack a column all of ours have."""
    others = [table for table in found.tables if table is not shape.records.table]
    if shape.records.table.columns is None or not others:
        return shape
    own = shape.records.columns.names
    used = [index for one in match.certain for index in one.columns]
    for index in dict.fromkeys([*used, *range(len(own))]):
        name = own[index]
        always = not shape.records.cells.to_series(index).null_count()
        strange = [table for table in others if name not in (table.columns or ())]
        if always and strange and len(strange) == len([t for t in others if _differs(t, own)]):
            count = sum(table.cells.height for table in strange)
            excluded = Exclusion(
                when=Condition(column=name, absent=True),
                reason=Text(zh="另一种结构的记录", en="record of another shape"),
            )
            table = shape.table.model_copy(update={"exclude": (*shape.table.exclude, excluded)})
            return TableShape(table, shape.records, shape.rows_excluded + count)
    return shape


def _differs(table: RawTable, own: tuple[str, ...]) -> bool:
    shared = set(table.columns or ()) & set(own)
    return len(shared) * 2 < len(own)
