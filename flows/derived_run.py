"""One run of a derived source: read another dataset's current release and compute from it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from expectations.personal_data import screen
from flows.attempt import attempt
from flows.batch_stage import BuiltBatch
from flows.fingerprint import input_fingerprint
from flows.history import rule_context
from flows.opened_site import OpenedSite
from flows.outcome import RunOutcome
from flows.raw_records import RawRecords
from flows.source_run import (
    RunOptions,
    accept_stage,
    compiled_rules,
    is_known,
    unchanged,
)
from publishing.reader import ReleaseReader
from publishing.version_index import VersionIndex
from schemas.batch import BatchOrigin, Container, batch_schema
from schemas.computation import DERIVED_COMPUTATIONS, Derived, derive
from schemas.dataset import Dataset
from schemas.finding import Scope
from schemas.message import Message
from schemas.raw_table import LocatorScheme
from schemas.run import RunState
from schemas.snapshot import Snapshot
from schemas.source import Source
from warehouse.batch_spool import BatchSpool, spool_folder


def run_derived(opened: OpenedSite, source: Source, options: RunOptions) -> RunOutcome:
    """Take a derived source to an accepted batch. The caller holds the dataset's lock."""
    return attempt(
        opened,
        source,
        options.logical_date,
        lambda outcome: _run(opened, source, options, outcome),
    )


def _run(opened: OpenedSite, source: Source, options: RunOptions, outcome: RunOutcome) -> None:
    dataset = opened.definitions.datasets[source.dataset_id].model
    derivation = dataset.derived
    if derivation is None:
        raise AssertionError("definitions are checked before anything runs")
    reader = opened.reader(derivation.upstream)
    version = reader.current()
    if version is None:
        pointer = VersionIndex.read(opened.release_site.dataset_folder(derivation.upstream))
        is_withdrawn = bool(pointer.entries)
        outcome.ended(RunState.FAILED, _no_upstream(derivation.upstream, is_withdrawn=is_withdrawn))
        return
    content = str(reader.manifest(version)["content_sha256"])
    outcome.fingerprint = input_fingerprint(opened.definitions, source, (), upstream=content)
    if not options.force and is_known(opened, source, outcome):
        _is_computed_anew(opened, dataset)
        unchanged(opened, source, outcome)
        return
    derived = derive(_upstream_rows(reader, dataset), dataset)
    snapshot = _upstream_snapshot(opened, reader, derivation.upstream, version, content)
    spool = spool_folder(opened.folder / opened.site.archive, dataset.id)
    spool.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="run-", dir=spool) as folder:
        _accept(opened, source, dataset, derived, snapshot, outcome, Path(folder), options.waived)
    if outcome.state is None:
        _is_computed_anew(opened, dataset)


def _is_computed_anew(opened: OpenedSite, dataset: Dataset) -> None:
    """What is accepted comes from the upstream rows as they are now: what was kept out because
    it was computed from withdrawn rows needs that no longer."""
    opened.warehouse.withdrawals.lift_consequences(
        dataset.id, reason="computed anew", at=dt.datetime.now(dt.UTC)
    )


def _no_upstream(upstream: str, *, is_withdrawn: bool) -> Message:
    if is_withdrawn:
        return Message(
            f"上游数据集 {upstream} 的所有版本均已撤回。请先用 gongkai rollback {upstream} --lift "
            "解除暂停并重新发布，或撤回由它计算的版本。",
            f"All versions of the upstream dataset {upstream} were withdrawn. Lift its hold with "
            f"gongkai rollback {upstream} --lift and release it anew, or withdraw the versions "
            "that were computed from it.",
        )
    return Message(
        f"上游数据集 {upstream} 还没有发布过。请先运行它的来源。",
        f"The upstream dataset {upstream} has not been released yet. Run its sources first.",
    )


def _upstream_rows(reader: ReleaseReader, dataset: Dataset) -> pl.DataFrame:
    """The columns of the upstream release that the computation reads."""
    if dataset.derived is None:
        raise AssertionError(dataset.id)
    needed = list(DERIVED_COMPUTATIONS[dataset.derived.by].needs)
    return reader.scan().select(needed).collect()


def _upstream_snapshot(
    opened: OpenedSite, reader: ReleaseReader, upstream: str, version: int, content: str
) -> Snapshot:
    folder = opened.release_site.dataset_folder(upstream) / str(version)
    created = dt.datetime.fromisoformat(str(reader.manifest(version)["created_at"]))
    return Snapshot(
        sha256=content,
        path=folder,
        name=f"{upstream}/{version}",
        url=f"{opened.site.base_url}/datasets/{upstream}/{version}/",
        fetched_at=created,
        size=0,
    )


def _accept(
    opened: OpenedSite,
    source: Source,
    dataset: Dataset,
    derived: Derived,
    snapshot: Snapshot,
    outcome: RunOutcome,
    folder: Path,
    waived: frozenset[str],
) -> None:
    schema = batch_schema(dataset, opened.site.timezone)
    container = Container(0, snapshot.name, LocatorScheme.LINE)
    frame = derived.frame.with_columns(
        pl.lit(0, dtype=pl.Int32).alias("_snapshot"),
        pl.lit(0, dtype=pl.Int32).alias("_container"),
        (derived.sources.list.first().cast(pl.Int64) + 1).alias("_position"),
        pl.lit(None, dtype=pl.String).alias("_places"),
    ).select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    rules = compiled_rules(opened, dataset)
    context = rule_context(opened, dataset, outcome.logical_date)
    screened = screen(frame, dataset, office_phones=opened.site.office_phones, today=opened.today())
    judged = rules.evaluate_frame(screened.frame, context, {Scope.ROW})
    with BatchSpool(dataset, opened.site.timezone, folder=folder) as spool:
        spool.add(screened.frame)
        built = BuiltBatch(
            spool=spool,
            origin=BatchOrigin((snapshot,), (container,)),
            empty=pl.DataFrame(schema=schema),
            rows_read=frame.height,
            rows_excluded=0,
            excluded_reasons={},
            findings=list(screened.findings),
            failures=judged.failures,
            broken=judged.broken,
            skipped=judged.skipped,
            raw=RawRecords(),
            masked_names=screened.masked_names,
            spool_folder=folder,
        )
        accept_stage(opened, source, dataset, built, rules, context, outcome, waived=waived)
    outcome.upstream = {
        "dataset": snapshot.name,
        "rows": derived.used + sum(derived.not_used.values()),
        "used": derived.used,
        "not_used": dict(derived.not_used),
    }
