"""One run of one source: fetch, build, settle, accept. The release is cut afterwards, once per
dataset (``flows.release_run``). These are plain functions; Prefect only calls them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from connectors.context import FetchContext, Progress, show_nothing
from connectors.fetching import fetch
from expectations.compiling import CompiledRules, compile_rules
from expectations.context import RuleContext
from flows.attempt import attempt
from flows.batch_stage import BatchInput, BuiltBatch, build_batch, without
from flows.findings_frame import cases_of, completed, counts_by_severity, frame_of
from flows.fingerprint import input_fingerprint
from flows.history import rule_context
from flows.opened_site import OpenedSite
from flows.outcome import RunOutcome
from flows.quarantine import quarantine_frame
from flows.run_records import RunRecords
from flows.settling import Settled, settle
from flows.snapshot_check import check_snapshot
from publishing.gates import source_gates
from schemas.dataset import Dataset
from schemas.definition_checks import layout_of
from schemas.finding import Finding, RowPlace, Scope, Severity
from schemas.message import GongkaiError, Message, joined
from schemas.reader_options import form_of
from schemas.rule_text import RuleText
from schemas.run import WITHDRAWN, RunState
from schemas.snapshot import Fetched, Snapshot
from schemas.source import Source
from schemas.vocabulary_files import load_vocabulary
from warehouse.accepted import fold
from warehouse.batch_objects import BatchObjects
from warehouse.batch_spool import BatchSpool, spool_folder
from warehouse.grace import is_over
from warehouse.state import Folded

APPEND_CONFLICT = RuleText(
    "KEY-03",
    severity=Severity.ERROR,
    what=Message(
        "追加的记录与已公开的同一主键记录不同（{value}）。",
        "The appended record differs from the known record with the same key ({value}).",
    ),
    advice=Message(
        "请与部门核实；确为更正时，把来源的 load 改为 upsert。",
        "Ask the department; if it is a correction, set load: upsert in the source file.",
    ),
)


ROWS_MISSING = RuleText(
    "DEL-01",
    severity=Severity.WARNING,
    what=Message(
        "来源这次没有再给出 {count} 条以前的记录；它们暂时保留，到 {until} 仍未出现即删除。",
        "The source no longer gives {count} records it gave before; they stay for now and are "
        "removed if they are still missing on {until}.",
    ),
    advice=Message(
        "请向部门核实是撤回还是漏报；漏报的请部门补上。",
        "Ask the department whether they were withdrawn or forgotten; what was forgotten is to be "
        "delivered again.",
    ),
    scope=Scope.DATASET,
)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is to be done.

    Attributes:
        logical_date: the day it is for.
        force: work even where nothing changed since the last accepted batch.
        snapshots: replay these archived snapshots instead of fetching.
        fetched: what a fetch made beforehand gave, or the error it ended with.
        waived: gates (REL-02 …) that a person has accepted for this run.
        with_great_expectations: judge the batch a second time with Great Expectations itself.
        progress: told of each step of the fetch.
    """

    logical_date: dt.date
    force: bool = False
    snapshots: tuple[Snapshot, ...] | None = None
    fetched: Fetched | GongkaiError | None = None
    waived: frozenset[str] = frozenset()
    with_great_expectations: bool = False
    progress: Progress = show_nothing


def compiled_rules(opened: OpenedSite, dataset: Dataset) -> CompiledRules:
    """The rules of a dataset with the site's division and vocabularies."""
    folders = opened.definitions.vocabulary_folders()

    def codes_of(name: str) -> frozenset[str]:
        return frozenset(load_vocabulary(name, folders).codes)

    return compile_rules(
        dataset, division_code=opened.site.publisher.division_code, vocabularies=codes_of
    )


def fetch_stage(opened: OpenedSite, source: Source, options: RunOptions) -> Fetched:
    """Get the source's bytes into the archive, or take the given snapshots from it.

    Raises the error of a fetch made beforehand, so that a failed fetch ends the run as any other.
    """
    if isinstance(options.fetched, GongkaiError):
        raise options.fetched
    if options.fetched is not None:
        return options.fetched
    if options.snapshots is not None:
        return Fetched(
            options.snapshots,
            Message("使用归档的原始快照。", "Archived snapshots are replayed."),
            new_content=False,
        )
    accepted = opened.warehouse.batches.latest(source.dataset_id, source.id)
    layout = layout_of(opened.definitions, source)
    reader = source.reader or (layout.reader if layout else None)
    context = FetchContext(
        site_folder=opened.folder,
        archive=opened.archive,
        logical_date=options.logical_date,
        reader_type=form_of(reader) if reader else "",
        since=accepted.high_mark if accepted else None,
        progress=options.progress,
    )
    return fetch(source, context)


def run_source(opened: OpenedSite, source: Source, options: RunOptions) -> RunOutcome:
    """Take a source to an accepted batch. The caller holds the dataset's lock.

    Returns an outcome without a state where a batch was accepted and the release is still to be
    cut (see :func:`flows.attempt.attempt`).
    """
    return attempt(
        opened,
        source,
        options.logical_date,
        lambda outcome: _run(opened, source, options, outcome),
    )


def _run(opened: OpenedSite, source: Source, options: RunOptions, outcome: RunOutcome) -> None:
    fetched = fetch_stage(opened, source, options)
    if not fetched.snapshots and source.connector.type != "release":
        _nothing_came(opened, source, fetched, outcome)
        return
    if fetched.pending and source.load in ("full", "partition"):
        outcome.ended(RunState.PARTIAL, _still_arriving(fetched))
        return
    opened.warehouse.fetches.record(outcome.run, source.id, fetched.snapshots)
    outcome.fingerprint = input_fingerprint(
        opened.definitions, source, (snapshot.sha256 for snapshot in fetched.snapshots)
    )
    if not options.force and is_known(opened, source, outcome):
        unchanged(opened, source, outcome)
        return
    for snapshot in fetched.snapshots:
        check_snapshot(snapshot)
    dataset = opened.definitions.datasets[source.dataset_id].model
    layout = layout_of(opened.definitions, source)
    if layout is None:
        raise AssertionError("definitions are checked before anything runs")
    given = BatchInput(
        dataset=dataset,
        source=source,
        layout=layout,
        snapshots=fetched.snapshots,
        timezone=opened.site.timezone,
        vocabulary_folders=opened.definitions.vocabulary_folders(),
        office_phones=opened.site.office_phones,
        today=opened.today(),
        progress=options.progress,
        spool_base=spool_folder(opened.folder / opened.site.archive, dataset.id),
    )
    rules = compiled_rules(opened, dataset)
    context = rule_context(opened, dataset, options.logical_date)
    with build_batch(given, rules, context) as built:
        accept_stage(
            opened,
            source,
            dataset,
            built,
            rules,
            context,
            outcome,
            high_mark=fetched.high_mark,
            waived=options.waived,
            with_great_expectations=options.with_great_expectations,
        )


def _still_arriving(fetched: Fetched) -> Message:
    """A full load without a file that is still being written would read as a deletion."""
    waiting = "、".join(fetched.pending)
    return Message(
        f"文件还在写入：{waiting}。本次没有采用任何数据，下次运行会再取。",
        f"Files are still being written: {waiting}. Nothing was accepted; the next run will look "
        "again.",
    )


def _nothing_came(
    opened: OpenedSite, source: Source, fetched: Fetched, outcome: RunOutcome
) -> None:
    waiting = "、".join(fetched.pending)
    if opened.warehouse.batches.latest(source.dataset_id, source.id) is not None or waiting:
        outcome.ended(RunState.NO_CHANGE, fetched.evidence)
        return
    outcome.ended(
        RunState.FAILED,
        Message(
            f"没有取到任何文件。{fetched.evidence.zh} 请检查来源文件中的 connector。",
            f"No file came. {fetched.evidence.en} Check connector in the source file.",
        ),
    )


def is_known(opened: OpenedSite, source: Source, outcome: RunOutcome) -> bool:
    """True where the last accepted batch of the source came from the very same inputs, under the
    same withdrawals, and no row of it has been missing for longer than its grace period.

    Withdrawals are no part of the input fingerprint: what a rollback holds back because its inputs
    are still the same must not come out because a row was withdrawn.
    """
    accepted = opened.warehouse.batches.latest(source.dataset_id, source.id)
    if accepted is None or accepted.fingerprint != outcome.fingerprint:
        return False
    withdrawn = opened.warehouse.withdrawals.active(source.dataset_id, with_consequences=False)
    if accepted.withdrawals != withdrawn.digest():
        return False
    grace = opened.definitions.datasets[source.dataset_id].model.grace_days
    return not is_over(accepted.state.missing_since, outcome.logical_date, grace)


def unchanged(opened: OpenedSite, source: Source, outcome: RunOutcome) -> None:
    """End a run whose inputs are those of the last accepted batch; it has that batch's counts."""
    accepted = opened.warehouse.batches.latest(source.dataset_id, source.id)
    last = opened.warehouse.runs.get(accepted.run) if accepted else None
    ledger = outcome.ledger
    if last is None or not last.counts:  # in a backfill before its release, or killed before it
        ledger.rows_read = ledger.rows_unchanged = accepted.state.rows if accepted else 0
    else:
        for key in (
            "rows_read",
            "rows_quarantined",
            "rows_dropped",
            "rows_duplicate",
            "rows_superseded",
            "rows_excluded",
        ):
            setattr(ledger, key, int(str(last.counts.get(key, 0))))
        reasons = last.counts.get("excluded_reasons")
        if isinstance(reasons, dict):
            ledger.excluded_reasons = {str(why): int(count) for why, count in reasons.items()}
        out = ledger.accounted()
        ledger.rows_unchanged = ledger.rows_read - out
        outcome.findings |= {name: int(count) for name, count in last.findings.items()}
    outcome.ended(
        RunState.NO_CHANGE,
        Message(
            "与上次采用的内容相同，没有变化。", "Nothing changed since the last accepted batch."
        ),
    )


def accept_stage(
    opened: OpenedSite,
    source: Source,
    dataset: Dataset,
    built: BuiltBatch,
    rules: CompiledRules,
    context: RuleContext,
    outcome: RunOutcome,
    *,
    high_mark: str | None = None,
    waived: frozenset[str] = frozenset(),
    with_great_expectations: bool = False,
) -> None:
    """Settle the batch, fold it, pass the gates, and accept it or hold it."""
    settled = settle(
        built,
        rules,
        context,
        dataset,
        with_great_expectations=with_great_expectations or opened.site.second_opinion,
    )
    good = _good_rows(opened, dataset, built, settled)
    objects = BatchObjects(opened.folder / opened.site.archive)
    before = opened.warehouse.batches.latest(dataset.id, source.id)
    withdrawn = opened.warehouse.withdrawals.active(dataset.id, with_consequences=False)
    with good:
        folded = fold(
            before.state if before else None,
            good,
            built.origin,
            dataset=dataset,
            source=source.id,
            load=source.load,
            logical_date=outcome.logical_date,
            run=outcome.run,
            objects=objects,
            today=opened.today(),
            withdrawn=withdrawn,
        )
    gated = source_gates(dataset, folded, waived)
    told = _conflict_findings(folded) + _missing_findings(folded, dataset, outcome.logical_date)
    _close_ledger(outcome, built, settled, folded)
    findings = completed(
        pl.concat([settled.findings, frame_of([*gated, *told])]),
        run=outcome.run,
        dataset=dataset,
        source=source.id,
        origin=built.origin,
        keys=settled.keys,
    )
    outcome.findings = counts_by_severity(findings)
    _record_findings(opened, outcome, built, settled, findings, dataset)
    if settled.is_held or gated:
        outcome.ended(RunState.HELD, _why_held(findings))
        return
    opened.warehouse.batches.accept(
        folded.state,
        run=outcome.run,
        load=source.load,
        logical_date=outcome.logical_date,
        at=dt.datetime.now(dt.UTC),
        fingerprint=outcome.fingerprint,
        high_mark=high_mark,
        withdrawals=withdrawn.digest(),
    )


def _good_rows(
    opened: OpenedSite, dataset: Dataset, built: BuiltBatch, settled: Settled
) -> BatchSpool:
    good = BatchSpool(dataset, opened.site.timezone, folder=built.spool_folder)
    out = settled.out()
    for label in built.spool.partitions:
        good.add(without(built.spool.frame(label), out))
    return good


def _conflict_findings(folded: Folded) -> list[Finding]:
    return [
        APPEND_CONFLICT.finding(
            value=row["_differs"],
            column=row["_differs"],
            place=RowPlace(row["_snapshot"], row["_container"], row["_position"]),
        )
        for row in folded.append_conflicts.iter_rows(named=True)
    ]


def _missing_findings(folded: Folded, dataset: Dataset, day: dt.date) -> list[Finding]:
    if not folded.rows_missing:
        return []
    until = day + dt.timedelta(days=dataset.grace_days)
    return [ROWS_MISSING.finding(count=folded.rows_missing, until=until)]


def _close_ledger(outcome: RunOutcome, built: BuiltBatch, settled: Settled, folded: Folded) -> None:
    ledger = outcome.ledger
    ledger.rows_read = built.rows_read
    ledger.rows_excluded = built.rows_excluded + folded.rows_withdrawn
    ledger.excluded_reasons = dict(built.excluded_reasons)
    if folded.rows_withdrawn:
        ledger.excluded_reasons[WITHDRAWN] = folded.rows_withdrawn
    taken_out = pl.concat([settled.duplicates, settled.superseded])
    ledger.rows_quarantined = (
        without(settled.quarantined, taken_out).height + folded.append_conflicts.height
    )
    ledger.rows_duplicate = settled.duplicates.height + folded.rows_duplicate
    ledger.rows_superseded = settled.superseded.height + folded.rows_superseded
    ledger.rows_new = folded.rows_new
    ledger.rows_changed = folded.rows_changed
    ledger.rows_unchanged = folded.rows_unchanged
    ledger.check()


def _record_findings(
    opened: OpenedSite,
    outcome: RunOutcome,
    built: BuiltBatch,
    settled: Settled,
    findings: pl.DataFrame,
    dataset: Dataset,
) -> None:
    records = RunRecords(opened.runs_folder)
    records.write(outcome.run, findings, quarantine_frame(built, settled, findings))
    opened.warehouse.cases.record(outcome.run, dataset.id, outcome.source.id, cases_of(findings))


def _why_held(findings: pl.DataFrame) -> Message:
    critical = findings.filter(pl.col("severity") == "critical")
    first = critical.row(0, named=True)
    more_zh = f"（另有 {critical.height - 1} 个）" if critical.height > 1 else ""
    more_en = f" ({critical.height - 1} more)" if critical.height > 1 else ""
    told = joined(
        Message(first["what_zh"], first["what_en"]), Message(first["advice_zh"], first["advice_en"])
    )
    return Message(
        f"整批暂停，保留上次采用的数据。{first['rule']}：{told.zh}{more_zh}",
        f"The batch is held; the last accepted rows stay. {first['rule']}: {told.en}{more_en}",
    )
