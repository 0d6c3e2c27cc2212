"""Reading a snapshot again for the raw records of rows that were judged late."""

from __future__ import annotations

import polars as pl

from connectors.readers import read
from flows.batch_stage import BuiltBatch
from schemas.arrangement import Arranged, arrange
from schemas.effective_layout import as_of_date, effective_layout


def recover_raw_records(built: BuiltBatch, places: pl.DataFrame) -> None:
    """Complete ``built.raw`` for the places; rows judged chunk by chunk are there already."""
    missing = built.raw.missing(places)
    given = built.given
    if given is None or missing.is_empty():
        return
    for index in missing.get_column("_snapshot").unique(maintain_order=True).to_list():
        snapshot = given.snapshots[index]
        layout = effective_layout(
            given.source,
            given.layout,
            as_of_date(given.source, snapshot, snapshot.fetched_at.date()),
        )
        tables = read(snapshot.path, layout.reader, name=snapshot.name, members=layout.members)
        for records in arrange(tables, layout, Arranged()):
            container = next(
                number
                for number, known in enumerate(built.origin.containers)
                if known.snapshot == index and known.name == records.table.container
            )
            built.raw.keep(records, index, container, missing)
