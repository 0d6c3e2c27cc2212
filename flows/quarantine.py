"""The quarantine of a run: every record held back, with its raw record and why."""

from __future__ import annotations

import polars as pl

from flows.batch_stage import PLACE, BuiltBatch
from flows.recovering import recover_raw_records
from flows.settling import Settled


def quarantine_frame(built: BuiltBatch, settled: Settled, findings: pl.DataFrame) -> pl.DataFrame:
    """One row per record: place, locator, key, rules that hold it, raw record as JSON."""
    places = settled.quarantined
    recover_raw_records(built, places)
    raw = [built.raw.by_place.get(place, "") for place in places.iter_rows()]
    errors = findings.filter(pl.col("severity") == "error")
    why = errors.group_by(PLACE, maintain_order=True).agg(
        pl.col("rule").unique(maintain_order=True).alias("rules"),
        pl.col("what_zh").first(),
        pl.col("what_en").first(),
        pl.col("row_key").first(),
        pl.col("locator").first(),
        pl.col("snapshot").first(),
        pl.col("file").first(),
    )
    return (
        places.with_columns(pl.Series("raw_record", raw, dtype=pl.String))
        .join(why, on=PLACE, how="left", maintain_order="left")
        .sort(PLACE)
    )
