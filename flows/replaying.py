"""Replaying archived snapshots, and backfilling days that were missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from connectors.context import Progress, show_nothing
from flows.dataset_lock import DatasetBusyError, dataset_lock
from flows.opened_site import OpenedSite
from flows.outcome import RunOutcome
from flows.release_run import release_dataset
from flows.running import Told, refused, run_one, run_sources, tell_nobody
from flows.source_run import RunOptions
from schemas.message import GongkaiError, Message
from schemas.run import RunState
from schemas.snapshot import Snapshot
from schemas.source import Source


def replay_sources(
    opened: OpenedSite,
    sources: Sequence[Source],
    *,
    run: str | None = None,
    logical_date: dt.date | None = None,
    tell: Told = tell_nobody,
    progress: Progress = show_nothing,
) -> list[RunOutcome]:
    """Work again from the snapshots of the last fetch (or of ``run``), without the network.

    As with any run, one release is cut per dataset, whatever the number of its sources.
    """

    def replay_one(opened: OpenedSite, source: Source, options: RunOptions) -> RunOutcome:
        if source.connector.type != "release":
            try:
                snapshots = archived_snapshots(opened, source, run)
            except GongkaiError as error:  # the others go on
                return refused(source, options, error, RunState.FAILED)
            options = replace(options, snapshots=snapshots)
        return run_one(opened, source, options)

    options = RunOptions(logical_date=logical_date or opened.today(), force=True, progress=progress)
    return run_sources(opened, sources, options, tell, replay_one)


def archived_snapshots(opened: OpenedSite, source: Source, run: str | None) -> tuple[Snapshot, ...]:
    """The snapshots of the source's last fetch, or of one run, from the archive."""
    ledger = opened.warehouse.fetches
    records = ledger.of_run(run, source.id) if run else ledger.latest_of_source(source.id)
    if not records and run:
        raise GongkaiError(
            Message(
                f"运行 {run} 没有取过来源 {source.id} 的原始快照。",
                f"The run {run} fetched no snapshot of the source {source.id}.",
            ),
            advice=Message(
                "请用 gongkai findings --json 核对运行编号（run），或不写 --run。",
                "Check the run with gongkai findings --json, or leave out --run.",
            ),
        )
    if not records:
        raise GongkaiError(
            Message(
                f"来源 {source.id} 还没有归档的原始快照。",
                f"The source {source.id} has no archived snapshot yet.",
            ),
            advice=Message("请先运行 gongkai run。", "Run gongkai run first."),
        )
    return tuple(
        replace(
            opened.archive.get(record.sha256, url=record.url, name=record.name),
            headers=dict(record.headers),
        )
        for record in records
    )


def days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Every day from first to last, both included."""
    day = first
    while day <= last:
        yield day
        day += dt.timedelta(days=1)


def backfill_source(
    opened: OpenedSite,
    source: Source,
    first: dt.date,
    last: dt.date,
    *,
    again: bool = False,
    tell: Told = tell_nobody,
    progress: Progress = show_nothing,
) -> list[RunOutcome]:
    """Run a source for each day of a span and cut one release at the end.

    Resumable: days that have an accepted run of that logical date already are passed over, unless
    ``again``. A late day never overwrites rows of a newer one (``warehouse.accepted``).
    """
    dataset = opened.definitions.datasets[source.dataset_id].model
    done = set() if again else _days_done(opened, source)
    outcomes: list[RunOutcome] = []
    try:
        with dataset_lock(opened.folder / opened.site.archive, dataset.id):
            for day in days(first, last):
                if day in done:
                    continue
                outcome = run_one(opened, source, RunOptions(logical_date=day, progress=progress))
                outcomes.append(outcome)
                if outcome.state is not None:
                    tell(outcome)
            waiting = [outcome for outcome in outcomes if outcome.state is None]
            release_dataset(opened, dataset, outcomes)
            for outcome in waiting:
                tell(outcome)
    except DatasetBusyError as error:
        return [refused(source, RunOptions(logical_date=first), error)]
    return outcomes


def _days_done(opened: OpenedSite, source: Source) -> set[dt.date]:
    runs = opened.warehouse.runs.latest(dataset=source.dataset_id, source=source.id, limit=100_000)
    good = (RunState.RELEASED, RunState.NO_CHANGE)
    return {
        record.logical_date
        for record in runs
        if record.state in good or opened.warehouse.batches.of_run(record.id) is not None
    }
