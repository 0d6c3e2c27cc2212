"""What documents say beside their tables, set apart while a batch is built, for rules to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import polars as pl

from schemas.raw_table import RawTable


@dataclass(slots=True)
class Companions:
    """The companion tables of a batch, by their names."""

    _parts: dict[str, list[pl.DataFrame]] = field(default_factory=dict)

    def apart(self, tables: Iterable[RawTable], snapshot: int) -> Iterator[RawTable]:
        """Pass on the tables that hold records; keep those that accompany them."""
        for table in tables:
            if table.companion:
                self._keep(table, snapshot)
            else:
                yield table

    def get(self, name: str) -> pl.DataFrame | None:
        """All rows of that name: columns as the reader named them, and ``_snapshot``."""
        parts = self._parts.get(name)
        return pl.concat(parts, how="diagonal") if parts else None

    def _keep(self, table: RawTable, snapshot: int) -> None:
        names = table.columns or ()
        frame = table.cells.rename(
            {str(index): name for index, name in enumerate(names)}
        ).with_columns(pl.lit(snapshot, dtype=pl.Int32).alias("_snapshot"))
        self._parts.setdefault(table.companion, []).append(frame)
