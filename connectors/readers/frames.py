"""Rows of strings as polars frames, and their cutting into chunks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

import polars as pl

from connectors.readers.text_plausibility import text_problems
from schemas.raw_table import LocatorScheme, RawTable, ReadingProblem

Row = Sequence[str | None]


def schema(width: int) -> dict[str, type[pl.DataType]]:
    """The columns ``"0"``, ``"1"``, … of ``width`` cells."""
    return {str(index): pl.String for index in range(width)}


def frame(rows: Sequence[Row], width: int) -> pl.DataFrame:
    """A frame of ``width`` columns; cells a row does not have are null."""
    if not rows:
        return pl.DataFrame(schema=schema(width))
    columns = list(zip_longest(*rows))
    columns += [(None,) * len(rows)] * (width - len(columns))
    return pl.DataFrame(
        [pl.Series(str(index), values, pl.String) for index, values in enumerate(columns)]
    )


def positions(values: Sequence[int]) -> pl.Series:
    """Row positions as the contract wants them."""
    return pl.Series("position", values, pl.Int64)


def tables(
    container: str,
    scheme: LocatorScheme,
    columns: tuple[str, ...] | None,
    rows: Sequence[Row],
    row_positions: Sequence[int],
    problems: Sequence[ReadingProblem],
    chunk_rows: int,
    *,
    places: Mapping[tuple[int, int], str] | None = None,
    notes: tuple[str, ...] = (),
) -> Iterator[RawTable]:
    """One container, cut into chunks; problems go with the chunk that holds their row."""
    width = len(columns) if columns is not None else max(map(len, rows), default=0)
    for start in range(0, max(len(rows), 1), chunk_rows):
        end = start + chunk_rows
        here = list(row_positions[start:end])
        yield RawTable(
            container=container,
            scheme=scheme,
            columns=columns,
            cells=frame(rows[start:end], width),
            positions=positions(here),
            continues=start > 0,
            places=places or {},
            notes=notes,
            problems=_problems_of(problems, set(here), first=start == 0),
        )


def _problems_of(
    problems: Sequence[ReadingProblem], here: set[int], *, first: bool
) -> tuple[ReadingProblem, ...]:
    return tuple(found for found in problems if (first if found.row is None else found.row in here))


def with_text_problems(table: RawTable) -> RawTable:
    """The table with the problems of garbled and private-use text added."""
    found = text_problems(table.cells, table.positions)
    return replace(table, problems=(*table.problems, *found)) if found else table
