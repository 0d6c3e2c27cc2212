"""Rules that look at neighbouring times, judged partition by partition.

A rule that says how far it looks along the field by which the dataset is partitioned needs no more
than its partition and the rows just before and after it. So memory follows the partition, not the
batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from expectations.context import RuleContext
from expectations.evaluating import Entry, Evaluation, evaluate, no_failures
from expectations.rule import Reach
from flows.batch_stage import PLACE, BuiltBatch, without
from schemas.dataset import Dataset


def reach_of(entry: Entry, dataset: Dataset) -> Reach | None:
    """The rule's reach, where the dataset is partitioned by the time along which it looks."""
    reach = entry.rule.rule.reach()
    partition = dataset.partition
    if reach is None or partition is None or partition.by not in ("month", "year"):
        return None
    return reach if reach.column == partition.field else None


def evaluate_by_partition(
    entries: Sequence[Entry],
    reach: Reach,
    columns: Sequence[str],
    built: BuiltBatch,
    out: pl.DataFrame,
    context: RuleContext,
) -> Evaluation:
    """Judge each partition with as much of its neighbours as ``reach`` asks for.

    Gives the failures that judging all rows at once would give, partition after partition.
    """
    failures = [no_failures()]
    parts: list[Evaluation] = []
    rows = 0
    for before, own, after in _with_neighbours(built, [*columns, *PLACE], reach, out):
        judged = evaluate(entries, pl.concat([before, own, after]), context)
        row = pl.col("_row").cast(pl.Int64) - before.height
        failing = judged.failures.filter(row.is_between(0, own.height - 1))
        failures.append(failing.with_columns((row + rows).cast(pl.UInt32).alias("_row")))
        parts.append(judged)
        rows += own.height
    broken = {item.pattern + item.rule: item for part in parts for item in part.broken}
    skipped = {item.rule: item for part in parts for item in part.skipped}
    return Evaluation(pl.concat(failures), list(broken.values()), list(skipped.values()))


def _with_neighbours(
    built: BuiltBatch, columns: Sequence[str], reach: Reach, out: pl.DataFrame
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]]:
    """Each partition between the rows of its neighbours that lie within reach of it."""
    nothing = built.empty.select(columns)
    frames = (
        without(built.spool.frame(label).select(columns), out) for label in built.spool.partitions
    )
    before, own = nothing, next(frames, None)
    while own is not None:
        following = next(frames, None)
        after = nothing if following is None else following
        yield _within(before, own, reach), own, _within(after, own, reach)
        before, own = own, following


def _within(neighbour: pl.DataFrame, own: pl.DataFrame, reach: Reach) -> pl.DataFrame:
    times = own.get_column(reach.column)
    first, last = pl.lit(times.min(), times.dtype), pl.lit(times.max(), times.dtype)
    near = pl.col(reach.column).is_between(first - reach.distance, last + reach.distance)
    return neighbour.filter(near)
