"""Rows whose cells stand one column too far to the left or right from some column on.

Exports do this when a column is left out or filled twice for some rows: every value is a good
value, in the wrong place. Such a row is told as one thing (LAY-16), with the shift that would put
it right; the shift is never applied, because only the department knows what was meant.

Only rows with a cell that cannot be read as its column's type are looked at, so that a file in
which everything fits costs nothing. A shift is told where every cell of the row then fits, and at
least two of them, which do not fit where they stand, fit where they would go: by the types of the
mapping, and by the shapes that the other rows of the file have in that column.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from schemas.casting import Reading, cast_column
from schemas.cell_shapes import shapes_of, usual_shapes
from schemas.dataset import DatasetField
from schemas.finding import Finding, RowPlace
from schemas.layout_rules import LAYOUT_RULES

RULE = "LAY-16"
LEAST_EVIDENCE = 2
SAMPLED_ROWS = 5000
SHOWN_CELLS = 3
SHOWN_SIGNS = 20
_BLANKS = " \t\r\n\u00a0\u3000"
_Flags = np.ndarray[tuple[int, int], np.dtype[np.bool_]]
_Flag = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One field that is read from one physical column as it stands."""

    item: DatasetField
    reading: Reading


@dataclass(frozen=True, slots=True)
class TableColumns:
    """What is known of the physical columns of a table.

    ``typed`` are columns whose texts must give a value of a type; ``names`` their headers;
    ``personal`` those whose texts may name persons and are not shown.
    """

    names: Sequence[str]
    typed: Mapping[int, Sequence[MappedColumn]]
    missing: Collection[str]
    personal: Collection[int] = ()

    def name(self, index: int) -> str:
        """The header, or the position where there is none."""
        named = self.names[index] if index < len(self.names) else ""
        return named or f"@{index + 1}"


@dataclass(frozen=True, slots=True)
class _Shift:
    """Cells ``first``…``last`` belong ``step`` columns further on (1 right, -1 left)."""

    first: int
    last: int
    step: int
    evidence: int


@dataclass(frozen=True, slots=True)
class _Fits:
    """For each suspect row and column, of some cell beside or at that column: whether it may
    stand there, and whether it gives a value of the column's type."""

    may_stand: _Flags
    is_value: _Flags


def misaligned_rows(
    cells: pl.DataFrame,
    positions: pl.Series,
    suspects: Collection[int],
    columns: TableColumns,
    place: tuple[int, int],
) -> Iterator[Finding]:
    """One finding for each of the ``suspects`` (rows by index) that a shift would put right.

    ``place`` is the snapshot and the container of the rows.
    """
    chosen = pl.Series(sorted(suspects), dtype=pl.UInt32)
    texts = _stripped(cells[chosen])
    others = cells.with_row_index("_row").filter(~pl.col("_row").is_in(chosen.implode()))
    sample = _stripped(others.drop("_row").head(SAMPLED_ROWS))
    judge = _Judge(texts, sample, columns)
    for number, shift in enumerate(judge.shifts()):
        if shift is not None:
            row = texts.row(number)
            position = int(positions[int(chosen[number])])
            yield _finding(row, shift, columns, RowPlace(*place, position))


def _stripped(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.select(pl.all().str.strip_chars(_BLANKS).fill_null(""))


class _Judge:
    """The suspect rows of one chunk, all at once; equal patterns of fitting are judged once."""

    def __init__(self, texts: pl.DataFrame, sample: pl.DataFrame, columns: TableColumns) -> None:
        self.texts = texts.get_columns()
        self.columns = columns
        self.usual = [usual_shapes(column) for column in sample.iter_columns()]
        shape = (texts.height, texts.width)
        self.blank = np.zeros(shape, dtype=np.bool_)
        for index, column in enumerate(self.texts):
            self.blank[:, index] = column.is_in(["", *columns.missing]).to_numpy()

    def shifts(self) -> list[_Shift | None]:
        """For each row the shift that would put it right, or None."""
        here, left, right = (self._fits(step) for step in (0, -1, 1))
        flags = (
            self.blank, here.may_stand, left.may_stand, left.is_value, right.may_stand,
            right.is_value,
        )  # fmt: skip
        together = np.concatenate(flags, axis=1)
        packed = np.ascontiguousarray(np.packbits(together, axis=1))
        keys = packed.view(np.dtype((np.void, packed.shape[1]))).reshape(-1)
        _, examples, kind_of = np.unique(keys, return_index=True, return_inverse=True)
        typed = [index in self.columns.typed for index in range(self.blank.shape[1])]
        loose = [not (told or usual) for told, usual in zip(typed, self.usual, strict=True)]
        judged = [
            _shift_of(_Row(typed, loose, *_lists(together[example], len(flags))))
            for example in examples
        ]
        return [judged[number] for number in kind_of.reshape(-1)]

    def _fits(self, step: int) -> _Fits:
        """How the texts of the column ``step`` further on would stand in each column."""
        may_stand, is_value = np.ones_like(self.blank), np.zeros_like(self.blank)
        width = self.blank.shape[1]
        for index in range(width):
            other = index + step
            if not 0 <= other < width:
                continue
            stands, value = self._stands(self.texts[other], index)
            may_stand[:, index] = stands | self.blank[:, other]
            is_value[:, index] = value & ~self.blank[:, other]
        return _Fits(may_stand, is_value)

    def _stands(self, texts: pl.Series, index: int) -> tuple[_Flag, _Flag]:
        typed = self.columns.typed.get(index, ())
        if not typed:
            usual = self.usual[index]
            stands = shapes_of(texts).is_in(usual) if usual else texts.is_not_null()
            return stands.to_numpy(), np.zeros(len(texts), dtype=np.bool_)
        stands = is_value = texts.is_not_null()
        different = texts.unique()  # casting writes a problem for each text it cannot read
        for one in typed:
            read = cast_column(different, one.item, one.reading).values.is_not_null()
            value = texts.is_in(different.filter(read).implode())
            is_value = is_value & value
            stands = stands & (value | texts.is_in(list(one.reading.missing)))
        return stands.to_numpy(), is_value.to_numpy()


@dataclass(frozen=True, slots=True)
class _Row:
    """How the cells of a row fit, column by column: where they stand, and where the cell to the
    left or to the right of each column would. ``loose`` columns take any text."""

    typed: list[bool]
    loose: list[bool]
    blank: list[bool]
    here: list[bool]
    left: list[bool]
    left_value: list[bool]
    right: list[bool]
    right_value: list[bool]

    def backwards(self) -> _Row:
        """The same row read from its end: what stood to the left stands to the right."""
        parts = (
            self.typed, self.loose, self.blank, self.here, self.right, self.right_value,
            self.left, self.left_value,
        )  # fmt: skip
        return _Row(*(part[::-1] for part in parts))


def _lists(kind: _Flag, parts: int) -> list[list[bool]]:
    return [part.tolist() for part in np.split(kind, parts)]


def _shift_of(row: _Row) -> _Shift | None:
    end = len(row.blank) - 1
    found = []
    if (to_right := _best(row)) is not None:
        found.append(to_right)
    if (back := _best(row.backwards())) is not None:
        found.append(_Shift(end - back.first, end - back.last, -1, back.evidence))
    return max(found, key=lambda one: one.evidence, default=None)


def _best(row: _Row) -> _Shift | None:
    """The shortest shift by one to the right that puts the cells right which cannot be read, and
    those of an unusual shape where it can; no cell is pushed out of the row."""
    wrong = [index for index, fits in enumerate(row.here) if not fits]
    unreadable = [index for index in wrong if row.typed[index]]
    if not unreadable:
        return None
    for first in wrong[: wrong.index(unreadable[0]) + 1]:
        for needed in dict.fromkeys((wrong[-1], unreadable[-1])):
            shift = _from(row, first, needed)
            if shift is not None:
                return shift
    return None


def _from(row: _Row, first: int, needed: int) -> _Shift | None:
    """A shift that begins at ``first`` and takes in ``needed``; it ends at a blank cell."""
    for last in range(first + 1, len(row.blank)):
        if not row.left[last]:
            return None
        if last <= needed or not row.blank[last]:
            continue
        told = [index for index in range(first + 1, last + 1) if not row.here[index - 1]]
        enough = len(told) >= LEAST_EVIDENCE and any(row.left_value[index] for index in told)
        if enough:
            return _Shift(_begin(row, first), last, 1, len(told))
    return None


def _begin(row: _Row, first: int) -> int:
    """The shift also takes a cell before it that gives a value of the column it would go to, and
    stands in a column that takes any text: else that column would be left without a value."""
    while first > 0 and row.loose[first - 1] and row.left_value[first]:
        first -= 1
    return first


def _finding(
    row: tuple[str, ...], shift: _Shift, columns: TableColumns, place: RowPlace
) -> Finding:
    """Says from which column, by how much, and how the first cells would read."""
    moved = sorted(range(shift.first, shift.last, shift.step))
    filled = [index for index in moved if row[index]]
    shown = [
        f"{columns.name(index + shift.step)}={_shown(row, index, shift, columns)}"
        for index in filled
    ]
    name = columns.name(min(shift.first, shift.last))
    stands = ("左", "left") if shift.step > 0 else ("右", "right")
    back = ("右", "right") if shift.step > 0 else ("左", "left")
    return LAYOUT_RULES[RULE].finding(
        value=_shown(row, filled[0], shift, columns),
        place=place,
        pattern=f"{stands[1]} {name}",
        name=name,
        stands_zh=stands[0],
        stands_en=stands[1],
        back_zh=back[0],
        back_en=back[1],
        preview_zh="、".join(shown[:SHOWN_CELLS]),
        preview_en=", ".join(shown[:SHOWN_CELLS]),
    )


def _shown(row: tuple[str, ...], index: int, shift: _Shift, columns: TableColumns) -> str:
    if index in columns.personal or index + shift.step in columns.personal:
        return "***"
    text = " ".join(row[index].split())
    return text if len(text) <= SHOWN_SIGNS else text[: SHOWN_SIGNS - 1] + "…"
