"""The grace period of deletions: rows that a department no longer delivers stay for a while.

A row that is left out of a delivery is more often forgotten than withdrawn. With ``grace_days`` in
the dataset file it stays, marked with the day it was first missed, and becomes a tombstone when it
is still missing so many days later. A row that comes back loses the mark, as if it had never gone.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

MISSING_SINCE = "_missing_since"
"""Hidden column of stored rows: the logical date of the first delivery without the row."""


def still_kept(missing: pl.DataFrame, day: dt.date, grace_days: int) -> tuple[pl.DataFrame, int]:
    """Of rows that the delivery of ``day`` lacks, those that stay, marked; and how many are missed
    for the first time."""
    newly = missing.get_column(MISSING_SINCE).null_count()
    marked = missing.with_columns(pl.col(MISSING_SINCE).fill_null(day))
    kept = marked.filter(pl.lit(day) - pl.col(MISSING_SINCE) < dt.timedelta(days=grace_days))
    return kept, newly


def first_missed(rows: pl.DataFrame) -> dt.date | None:
    """The earliest day since which a row is missing; None where none is."""
    if MISSING_SINCE not in rows.columns:
        return None
    day = rows.get_column(MISSING_SINCE).min()
    return day if isinstance(day, dt.date) else None


def is_over(since: dt.date | None, day: dt.date, grace_days: int) -> bool:
    """Whether the grace of rows missed since then is over on that day."""
    return since is not None and day - since >= dt.timedelta(days=grace_days)
