"""Cutting the release of one dataset after its sources have run, and ending their runs."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flows import published_warnings
from flows.attempt import WHATEVER_HAPPENS, end_by, record_end
from flows.failures import sentence_of
from flows.opened_site import OpenedSite
from flows.outcome import RunOutcome
from flows.rule_words import rule_words
from publishing.candidate import SourceShare
from publishing.facts import ReleaseOutcome, RunFacts, SourceFacts
from publishing.last_checks import record_checks
from publishing.release import cut_release
from schemas.dataset import Dataset
from schemas.message import Message, joined
from schemas.run import RunState
from warehouse.accepted_batches import AcceptedBatch


def release_dataset(
    opened: OpenedSite,
    dataset: Dataset,
    outcomes: Sequence[RunOutcome],
    waived: frozenset[str] = frozenset(),
) -> ReleaseOutcome | None:
    """Cut one release from what all sources have given, and end the runs that wait for it.

    Runs that found nothing new end as the release does, where one was still to be cut: a run
    before was killed, held or failed after its batch was accepted. Returns None where there was
    nothing to do, or where it failed: then those runs say why. The caller holds the dataset's
    lock.
    """
    concerned = [outcome for outcome in outcomes if outcome.state is None]
    concerned = concerned or [one for one in outcomes if one.state is RunState.NO_CHANGE]
    try:
        released = _release(opened, dataset, outcomes, concerned, waived)
    except WHATEVER_HAPPENS as error:
        for outcome in concerned:
            end_by(outcome, error)
            told = outcome.message
            outcome.ended(
                RunState.FAILED,
                Message(
                    f"发布没有正常结束。{told.zh}",
                    f"The release did not end as it should. {told.en}",
                ),
            )
            record_end(opened, outcome)
        released = None
    _record_checks(opened, dataset, outcomes)
    return released


def _release(
    opened: OpenedSite,
    dataset: Dataset,
    outcomes: Sequence[RunOutcome],
    concerned: Sequence[RunOutcome],
    waived: frozenset[str],
) -> ReleaseOutcome | None:
    waiting = [outcome for outcome in outcomes if outcome.state is None]
    accepted = _accepted(opened, dataset)
    if not accepted or not (waiting or _is_behind(opened, dataset, accepted)):
        _tell_version(opened, dataset, outcomes)
        return None
    if _not_due(opened, dataset):
        for outcome in waiting:
            outcome.ended(RunState.NO_CHANGE, _later(dataset))
            record_end(opened, outcome)
        return None
    released = cut_release(
        opened.release_site,
        dataset,
        [_share(opened, batch) for batch in accepted.values()],
        fingerprint=release_fingerprint(accepted),
        facts=_facts(opened, dataset, outcomes, accepted),
        waived_gates=waived,
    )
    told = _message(dataset, released)
    if released.state is RunState.RELEASED:
        told = _with_charts_not_drawn(told, opened.reader(dataset.id).manifest(released.version))
    for outcome in waiting or (concerned if released.state is not RunState.NO_CHANGE else ()):
        outcome.version = released.version or None
        outcome.ended(released.state, told)
        record_end(opened, outcome)
    _tell_version(opened, dataset, outcomes)
    return released


def _record_checks(opened: OpenedSite, dataset: Dataset, outcomes: Sequence[RunOutcome]) -> None:
    """Tell readers when the sources were last looked at. What cannot be told stands in the way of
    no release: the run says so, and the next one tells it."""
    ended = [(one.source.id, one.state) for one in outcomes if one.state is not None]
    try:
        record_checks(opened.release_site, dataset.id, ended, dt.datetime.now(dt.UTC))
    except OSError as error:
        for outcome in outcomes:
            outcome.message = joined(outcome.message, sentence_of(error))


def release_fingerprint(accepted: dict[str, AcceptedBatch]) -> str:
    """The inputs of a release: what each source has had accepted."""
    digest = hashlib.sha256()
    for source, batch in sorted(accepted.items()):
        digest.update(f"{source}\x1f{batch.fingerprint}\x1e".encode())
    return digest.hexdigest()


def current_fingerprint(opened: OpenedSite, dataset: Dataset) -> str:
    """The fingerprint a release of the dataset would have now."""
    return release_fingerprint(_accepted(opened, dataset))


def _accepted(opened: OpenedSite, dataset: Dataset) -> dict[str, AcceptedBatch]:
    """The last accepted batch of each source that the site still has."""
    known = {source.id for source in opened.definitions.sources_of(dataset.id)}
    batches = opened.warehouse.batches.latest_of_dataset(dataset.id)
    return {source: batch for source, batch in sorted(batches.items()) if source in known}


def _is_behind(opened: OpenedSite, dataset: Dataset, accepted: dict[str, AcceptedBatch]) -> bool:
    """True where something accepted is not in the newest release yet, that release is gone from
    the public folder, or a withdrawal was lifted since."""
    releases = opened.warehouse.releases.of_dataset(dataset.id)
    if not releases or opened.reader(dataset.id).current() != releases[-1].version:
        return True
    if dict(releases[-1].runs) != {source: batch.run for source, batch in accepted.items()}:
        return True
    withdrawn = opened.warehouse.withdrawals.active(dataset.id).digest()
    return str(opened.reader(dataset.id).manifest().get("withdrawals", "")) != withdrawn


def _not_due(opened: OpenedSite, dataset: Dataset) -> bool:
    """True where the dataset is released daily or monthly and has been already."""
    releases = opened.warehouse.releases.of_dataset(dataset.id)
    if dataset.release == "each_run" or not releases:
        return False
    zone = ZoneInfo(opened.site.timezone)
    last, today = releases[-1].created_at.astimezone(zone).date(), opened.today()
    # A release of a later day comes of a clock that ran ahead; it must not put off all others.
    if dataset.release == "daily":
        return last == today
    return (last.year, last.month) == (today.year, today.month)


def _later(dataset: Dataset) -> Message:
    word = {"daily": ("每日", "daily"), "monthly": ("每月", "monthly")}[dataset.release]
    return Message(
        f"数据已采用，将随下一次{word[0]}发布公开。",
        f"The batch is accepted and will come out with the next {word[1]} release.",
    )


def _share(opened: OpenedSite, batch: AcceptedBatch) -> SourceShare:
    source = opened.definitions.sources[batch.state.source].model
    return SourceShare(batch.state, source.precedence, source.department)


def _facts(
    opened: OpenedSite,
    dataset: Dataset,
    outcomes: Sequence[RunOutcome],
    accepted: dict[str, AcceptedBatch],
) -> RunFacts:
    """What the newest run of each source says, and the warnings behind the accepted batches."""
    by_source: dict[str, SourceFacts] = {}
    ran = {outcome.source.id: outcome for outcome in outcomes}
    for source, batch in accepted.items():
        outcome = ran.get(source)
        last = opened.warehouse.runs.last_finished(dataset.id, source)
        state = last.state if last and last.state else RunState.RELEASED
        if outcome is not None:
            state = outcome.state or RunState.RELEASED
        held, findings = published_warnings.counts(opened, batch.run)
        by_source[source] = SourceFacts(batch.run, state, held, findings)
    return RunFacts(
        sources=by_source,
        warnings=published_warnings.of_runs(opened, [one.run for one in accepted.values()]),
        words=rule_words(dataset),
        now=dt.datetime.now(dt.UTC),
    )


def _message(dataset: Dataset, released: ReleaseOutcome) -> Message:
    diff = released.diff.total
    match released.state:
        case RunState.RELEASED:
            return Message(
                f"已发布 {dataset.id} 第 {released.version} 版：{released.rows} 行"
                f"（新增 {diff.rows_added}，修改 {diff.rows_changed}，删除 {diff.rows_removed}）。",
                f"Released {dataset.id} version {released.version}: {released.rows} rows "
                f"({diff.rows_added} added, {diff.rows_changed} changed, "
                f"{diff.rows_removed} removed).",
            )
        case RunState.NO_CHANGE:
            return Message(
                f"内容与第 {released.version} 版相同，没有新版本。",
                f"The content equals version {released.version}; there is no new version.",
            )
        case _:
            told = released.problems[0] if released.problems else None
            return Message(
                "发布暂停，读者仍看到上一版。"
                + (f"{told.what.zh}{told.advice.zh}" if told else ""),
                "The release is held; readers still see the version before. "
                + (f"{told.what.en} {told.advice.en}" if told else ""),
            )


def _with_charts_not_drawn(told: Message, manifest: Mapping[str, Any]) -> Message:
    """The message of a release, and which charts of the version could not be drawn and why."""
    for chart in manifest.get("charts", ()):
        if "failed" in chart:
            title, why = chart["title"], chart["failed"]
            told = joined(
                told,
                Message(
                    f"图表“{title['zh']}”未能画出：{why['zh']}",
                    f"The chart '{title['en']}' was not drawn: {why['en']}",
                ),
            )
    return told


def _tell_version(opened: OpenedSite, dataset: Dataset, outcomes: Sequence[RunOutcome]) -> None:
    """Unchanged sources point at the version that holds their rows."""
    current = opened.reader(dataset.id).current()
    for outcome in outcomes:
        if outcome.version is None:
            outcome.version = current
