"""Raw records of rows that are held back: what the department wrote, cell by cell."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import polars as pl

from schemas.arrangement import Records

Place = tuple[int, int, int]


@dataclass(slots=True)
class RawRecords:
    """The raw record of each row kept, as JSON ``{column: text}``, by place."""

    by_place: dict[Place, str] = field(default_factory=dict)

    def keep(self, records: Records, snapshot: int, container: int, places: pl.DataFrame) -> None:
        """Keep the raw records of those of the chunk's rows that stand at one of the places."""
        here = places.filter(
            (pl.col("_snapshot") == snapshot) & (pl.col("_container") == container)
        ).get_column("_position")
        if here.is_empty() or records.positions.is_empty():
            return
        wanted = records.positions.is_in(here.implode())
        names = records.columns.names
        positions = records.positions.filter(wanted)
        for position, row in zip(
            positions.to_list(), records.cells.filter(wanted).iter_rows(), strict=True
        ):
            self.by_place[(snapshot, container, position)] = raw_record(names, row)

    def missing(self, places: pl.DataFrame) -> pl.DataFrame:
        """Those of the places whose raw record is not kept yet."""
        known = [place in self.by_place for place in places.iter_rows()]
        return places.filter(~pl.Series(known, dtype=pl.Boolean))


def raw_record(names: tuple[str, ...], row: tuple[str | None, ...]) -> str:
    """One row as JSON; a column without a name is called ``@`` and its number."""
    cells: dict[str, str | None] = {}
    for index, cell in enumerate(row):
        name = names[index] if index < len(names) and names[index] else f"@{index + 1}"
        cells[name if name not in cells else f"{name}#{index + 1}"] = cell
    return json.dumps(cells, ensure_ascii=False)
