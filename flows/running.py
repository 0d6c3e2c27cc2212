"""Running a site: which sources, in which order, one release per dataset."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from flows.dataset_lock import DatasetBusyError, dataset_lock
from flows.derived_run import run_derived
from flows.failures import sentence_of
from flows.opened_site import OpenedSite
from flows.outcome import RunOutcome
from flows.release_run import release_dataset
from flows.source_run import RunOptions, run_source
from publishing.release import not_for_release
from schemas.dataset import Dataset
from schemas.message import GongkaiError, Message, WrongUseError
from schemas.run import RunState
from schemas.source import Source

Told = Callable[[RunOutcome], None]
RunEach = Callable[[OpenedSite, Source, RunOptions], RunOutcome]


def tell_nobody(_outcome: RunOutcome) -> None:
    """For callers that only want the result."""


def select_sources(
    opened: OpenedSite, names: Sequence[str] = (), *, with_derived: bool = True
) -> list[Source]:
    """The sources of those ids or of those datasets; without names, all.

    Derived sources of the chosen datasets come with them. Raises WrongUseError for an unknown name.
    """
    sources = [one.model for one in opened.definitions.sources.values()]
    if not names:
        return sources
    chosen: dict[str, Source] = {}
    for name in names:
        wanted = name.rpartition("/")[2]
        found = [one for one in sources if wanted in (one.id, one.dataset_id)]
        if not found:
            known = "、".join(
                sorted({one.id for one in sources} | {one.dataset_id for one in sources})
            )
            raise WrongUseError(
                Message(
                    f"没有名为“{name}”的来源或数据集。", f"There is no source or dataset '{name}'."
                ),
                advice=Message(f"可用：{known}。", f"Known: {known}."),
            )
        chosen |= {one.id: one for one in found}
    if with_derived:
        for dataset_id in [one.dataset_id for one in chosen.values()]:
            chosen |= {one.id: one for one in _derived_from(sources, dataset_id)}
    return list(chosen.values())


def _derived_from(sources: Iterable[Source], dataset_id: str) -> list[Source]:
    return [
        one
        for one in sources
        if one.connector.type == "release" and one.connector.dataset == dataset_id
    ]


def run_sources(
    opened: OpenedSite,
    sources: Sequence[Source],
    options: RunOptions,
    tell: Told = tell_nobody,
    run_each: RunEach | None = None,
) -> list[RunOutcome]:
    """Run sources dataset by dataset, derived datasets after what they are derived from.

    One dataset failing never stops another.
    """
    outcomes: list[RunOutcome] = []
    for dataset_id in in_order(opened, sources):
        of_dataset = [one for one in sources if one.dataset_id == dataset_id]
        dataset = opened.definitions.datasets[dataset_id].model
        ended = run_dataset(opened, dataset, of_dataset, options, run_each)
        for outcome in ended:
            tell(outcome)
        outcomes += ended
    return outcomes


def in_order(opened: OpenedSite, sources: Sequence[Source]) -> list[str]:
    """Dataset ids, upstream before derived."""
    wanted = sorted({one.dataset_id for one in sources})
    done: list[str] = []

    def add(dataset_id: str) -> None:
        derived = opened.definitions.datasets[dataset_id].model.derived
        if derived is not None and derived.upstream in wanted:
            add(derived.upstream)
        if dataset_id not in done:
            done.append(dataset_id)

    for dataset_id in wanted:
        add(dataset_id)
    return done


def run_dataset(
    opened: OpenedSite,
    dataset: Dataset,
    sources: Sequence[Source],
    options: RunOptions,
    run_each: RunEach | None = None,
) -> list[RunOutcome]:
    """Run sources of one dataset under its lock (by ``run_each``, else :func:`run_one`), then cut
    its release."""
    run_each = run_each or run_one
    try:
        with dataset_lock(opened.folder / opened.site.archive, dataset.id):
            outcomes = [run_each(opened, source, options) for source in sources]
            release_dataset(opened, dataset, outcomes, options.waived)
            return outcomes
    except DatasetBusyError as error:
        return [refused(source, options, error) for source in sources]
    except OSError as error:
        cannot = GongkaiError(sentence_of(error))
        return [refused(source, options, cannot, RunState.FAILED) for source in sources]


def run_one(opened: OpenedSite, source: Source, options: RunOptions) -> RunOutcome:
    """Run one source, derived or not. The caller holds the dataset's lock."""
    dataset = opened.definitions.datasets[source.dataset_id].model
    if dataset.disclosure.attribute != "proactive":
        return refused(source, options, not_for_release(dataset))
    if source.connector.type == "release":
        return run_derived(opened, source, options)
    return run_source(opened, source, options)


def refused(
    source: Source,
    options: RunOptions,
    error: GongkaiError,
    state: RunState = RunState.REFUSED,
) -> RunOutcome:
    """The outcome of a run that may not, or cannot, begin."""
    now = dt.datetime.now(dt.UTC)
    outcome = RunOutcome("", source, options.logical_date, now)
    outcome.error = error
    return outcome.ended(state, error.message())
