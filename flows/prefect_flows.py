"""Prefect flows: the plain stage functions as tasks, for runs by schedule.

Prefect is told and shown everything and decides nothing: no result is persisted or cached by it,
the truth about a run is in the control database, and what keeps two runs of a dataset apart is our
own lock. A source that was held, partial, failed or refused makes the flow run end as failed, in
our words, so that the run page shows it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
)
from prefect.client.schemas.objects import FlowRun, State, TaskRun
from prefect.context import FlowRunContext
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed
from prefect.tasks import Task, exponential_backoff
from prefect.utilities.annotations import quote

from flows.attempt import WHATEVER_HAPPENS
from flows.commands.run import STATE_WORDS, refuse_wrong_definitions
from flows.dataset_lock import DatasetBusyError, dataset_lock
from flows.delivering import DeliveryOutcome, deliver
from flows.deployments import catch_up, last_tick
from flows.failures import sentence_of
from flows.opened_site import OpenedSite, open_site
from flows.outcome import RunOutcome
from flows.release_run import release_dataset
from flows.run_artifacts import keep_artifacts
from flows.running import in_order, refused, run_one, select_sources
from flows.source_run import RunOptions, fetch_stage
from publishing.repair import repair_dataset
from schemas.dataset import Dataset
from schemas.message import DefinitionError, FetchError, GongkaiError
from schemas.run import RunState
from schemas.snapshot import Fetched
from schemas.source import Source

FETCH_RETRIES = 2
FETCH_BACKOFF_SECONDS = 60
"""Waits about 60 and 120 s: the connector itself has retried within seconds already."""
LOCK_SECONDS = 1800.0
"""A tick waits this long for another run of its dataset; nobody sits before a screen."""
SKIP_GRACE = dt.timedelta(minutes=15)
"""With ``catch_up: skip``, a run that could not begin within this time is left out."""
WORST_FIRST = (RunState.FAILED, RunState.REFUSED, RunState.PARTIAL, RunState.HELD)


Value = TypeVar("Value")


def _whole(value: Value) -> Value:
    """Hand a value to a task as it is: Prefect neither walks through it nor rebuilds it."""
    return cast(Value, quote(value))


def is_fetch_error(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed task is worth another try: only where a department did not deliver."""
    return isinstance(state.result(raise_on_failure=False), FetchError)


@task(
    name="采集 fetch",
    retries=FETCH_RETRIES,
    retry_delay_seconds=exponential_backoff(FETCH_BACKOFF_SECONDS),
    retry_jitter_factor=0.2,
    retry_condition_fn=is_fetch_error,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def fetch_source(opened: OpenedSite, source: Source, options: RunOptions) -> Fetched:
    """Get the source's bytes into the archive."""
    return fetch_stage(opened, source, options)


@task(name="读取、检查、采用 read, judge, accept", cache_policy=NO_CACHE, persist_result=False)
def accept_source(opened: OpenedSite, source: Source, options: RunOptions) -> RunOutcome:
    """Read what was fetched, judge it, and accept or hold the batch; the lock is held."""
    return run_one(opened, source, options)


@task(name="发布 release", cache_policy=NO_CACHE, persist_result=False)
def cut_dataset_release(
    opened: OpenedSite, dataset: Dataset, outcomes: Sequence[RunOutcome]
) -> int | None:
    """Cut the release of a dataset from what its sources have given; returns the new version.

    ``outcomes`` are ended in place. The lock is held.
    """
    released = release_dataset(opened, dataset, outcomes)
    return released.version if released is not None else None


@task(name="送达 deliver", cache_policy=NO_CACHE, persist_result=False)
def deliver_releases(opened: OpenedSite) -> None:
    """Bring the site's targets what was released. One that fails is logged and tried again later:
    it says nothing about the run."""
    log = get_run_logger()

    def tell(outcome: DeliveryOutcome) -> None:
        if outcome.succeeded:
            log.info("[已送达] %s ← %s：%s", outcome.target, outcome.dataset, outcome.done)
        else:
            log.warning("[未送达] %s ← %s：%s", outcome.target, outcome.dataset, outcome.error.zh)

    try:
        deliver(opened, tell=tell)
    except WHATEVER_HAPPENS as error:
        log.warning("[未送达] %s", sentence_of(error).zh)


def _run_name() -> str:
    """Sources and time: ``land_results_bureau 2026-03-02 06:00``."""
    names = "、".join(flow_run.parameters["sources"])
    return f"{names} {flow_run.scheduled_start_time.astimezone():%Y-%m-%d %H:%M}"


@flow(name="dataset-run", flow_run_name=_run_name, persist_result=False)
def run_on_schedule(
    site: str, sources: list[str], logical_date: dt.date | None = None
) -> State[None]:
    """采集若干来源，检查并发布它们的数据集。

    Args:
        site: 站点目录 / the site's folder.
        sources: 来源的 id / ids of the sources, derived ones after their upstream.
        logical_date: 逻辑日期；不写则取时间表上最近的一次 / the day to run for; without it, the
            day of the newest tick of the schedule.
    """
    try:
        with open_site(Path(site), repaired=False) as opened:
            refuse_wrong_definitions(opened.definitions)
            chosen = select_sources(opened, sources, with_derived=False)
            why_not = _missed(chosen)
            if why_not:
                return Cancelled(message=why_not)
            options = RunOptions(logical_date or _logical_date(opened, chosen))
            outcomes: list[RunOutcome] = []
            for dataset_id in in_order(opened, chosen):
                dataset = opened.definitions.datasets[dataset_id].model
                of_dataset = [one for one in chosen if one.dataset_id == dataset_id]
                outcomes += run_dataset_in_tasks(opened, dataset, of_dataset, options)
            keep_artifacts(opened, outcomes)
            if opened.site.targets:
                deliver_releases(_whole(opened))
    except DefinitionError as error:
        return Failed(name=STATE_WORDS[RunState.REFUSED], message=error.message().zh)
    return final_state(outcomes)


def run_dataset_in_tasks(
    opened: OpenedSite, dataset: Dataset, sources: Sequence[Source], options: RunOptions
) -> list[RunOutcome]:
    """As ``flows.running.run_dataset``, each stage a task; fetching needs no lock."""
    fetched = {source.id: _fetched(opened, source, options) for source in sources}
    archive = opened.folder / opened.site.archive
    try:
        with dataset_lock(archive, dataset.id, wait=LOCK_SECONDS):
            repair_dataset(opened.release_site, dataset.id)
            outcomes = [
                accept_source.with_options(task_run_name=f"读取、检查、采用 {source.id}")(
                    _whole(opened),
                    _whole(source),
                    _whole(replace(options, fetched=fetched[source.id])),
                )
                for source in sources
            ]
            cut_dataset_release.with_options(task_run_name=f"发布 {dataset.id}")(
                _whole(opened), _whole(dataset), _whole(outcomes)
            )
    except DatasetBusyError as error:
        outcomes = [refused(source, options, error) for source in sources]
    for outcome in outcomes:
        _log(outcome)
    return outcomes


def _fetched(
    opened: OpenedSite, source: Source, options: RunOptions
) -> Fetched | GongkaiError | None:
    """What the fetch gave, or the error it ended with; nothing for a derived source."""
    if source.connector.type == "release":
        return None
    try:
        return fetch_source.with_options(task_run_name=f"采集 {source.id}")(
            _whole(opened), _whole(source), _whole(options)
        )
    except GongkaiError as error:
        return error


def final_state(outcomes: Sequence[RunOutcome]) -> State[None]:
    """The state of the flow run: failed where any source needs somebody, with its sentence."""
    bad = [one for one in outcomes if one.state is None or not one.state.is_good()]
    if bad:
        states = {one.state or RunState.FAILED for one in bad}
        worst = next(state for state in WORST_FIRST if state in states)
        told = "\n".join(f"{one.source.id}：{one.message.zh}" for one in bad)
        return Failed(name=STATE_WORDS[worst], message=told)
    released = [one for one in outcomes if one.state is RunState.RELEASED]
    state = RunState.RELEASED if released else RunState.NO_CHANGE
    told = "\n".join(dict.fromkeys(one.message.zh for one in released or outcomes))
    return Completed(name=STATE_WORDS[state], message=told)


def _log(outcome: RunOutcome) -> None:
    state = outcome.state or RunState.FAILED
    log = get_run_logger()
    tell = log.info if state.is_good() else log.error
    tell("[%s] %s：%s", STATE_WORDS[state], outcome.source.id, outcome.message.zh)


def _scheduled_run() -> FlowRun | None:
    """This flow run, where the scheduler made it; None where a person did."""
    context = FlowRunContext.get()
    run = context.flow_run if context is not None else None
    return run if run is not None and run.auto_scheduled else None


def why_left_out(
    due: dt.datetime, now: dt.datetime, *, skip: bool, later_is_due: bool
) -> str | None:
    """Why a run that begins late is left out, in Chinese; None where it is to work.

    Prefect starts every run that it planned before a downtime. We let only the newest of them
    work (``catch_up: once``), or none that is later than ``SKIP_GRACE`` (``skip``).
    """
    when = f"{due.astimezone():%Y-%m-%d %H:%M}"
    if skip and now - due > SKIP_GRACE:
        return f"错过了 {when} 的运行；按 catch_up: skip，不补跑。"
    if later_is_due:
        return f"错过了 {when} 的运行；之后的一次已到时间，由它补上。"
    return None


def _missed(sources: Sequence[Source]) -> str | None:
    run = _scheduled_run()
    if run is None or run.expected_start_time is None or run.deployment_id is None:
        return None
    now = dt.datetime.now(dt.UTC)
    with get_client(sync_client=True) as client:
        later = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(any_=[run.deployment_id]),
                expected_start_time=FlowRunFilterExpectedStartTime.model_validate(
                    {"after_": run.expected_start_time + dt.timedelta(seconds=1), "before_": now}
                ),
            ),
            limit=200,
        )
    return why_left_out(
        run.expected_start_time,
        now,
        skip=catch_up(sources) == "skip",
        later_is_due=any(one.auto_scheduled for one in later),
    )


def _logical_date(opened: OpenedSite, sources: Sequence[Source]) -> dt.date:
    """The day of the newest tick where the scheduler started this run, else today."""
    schedule = sources[0].schedule
    if _scheduled_run() is None or schedule is None:
        return opened.today()
    return last_tick(schedule, dt.datetime.now(dt.UTC)).date()
