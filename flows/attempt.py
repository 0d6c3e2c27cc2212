"""One attempt at a source: recorded when it begins, recorded when it ends, whatever happens."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable

import polars as pl

from flows.failures import sentence_of
from flows.opened_site import OpenedSite
from flows.outcome import RunOutcome
from schemas.message import GongkaiError, IncompleteFetchError, Message
from schemas.run import RunState
from schemas.source import Source

# A panic of polars is no Exception by birth; it too must not stop another run.
WHATEVER_HAPPENS = (Exception, pl.exceptions.PanicException)


def new_run_id(at: dt.datetime) -> str:
    """A run id that sorts by time."""
    return f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def attempt(
    opened: OpenedSite,
    source: Source,
    logical_date: dt.date,
    work: Callable[[RunOutcome], None],
) -> RunOutcome:
    """Do the work of a run and record how it ended.

    Errors of departments, files and our own program end in ``failed`` or ``partial``, never in an
    exception: one source failing stops no other. ``outcome.error`` keeps what was raised, and
    ``--debug`` shows it. An outcome without a state waits for its dataset's release.
    """
    now = dt.datetime.now(dt.UTC)
    outcome = RunOutcome(new_run_id(now), source, logical_date, now)
    try:
        opened.warehouse.runs.start(
            outcome.run,
            dataset=source.dataset_id,
            source=source.id,
            logical_date=logical_date,
            at=now,
        )
    except GongkaiError as error:  # of the database: there is no record that could be ended
        return end_by(outcome, error)
    try:
        work(outcome)
    except WHATEVER_HAPPENS as error:
        end_by(outcome, error)
    if outcome.state is not None:
        record_end(opened, outcome)
    return outcome


def end_by(outcome: RunOutcome, error: BaseException) -> RunOutcome:
    """End a run by an error; a fetch that is not known to be whole makes it partial."""
    outcome.error = error
    partial = isinstance(error, IncompleteFetchError)
    return outcome.ended(RunState.PARTIAL if partial else RunState.FAILED, sentence_of(error))


def record_end(opened: OpenedSite, outcome: RunOutcome) -> None:
    """Write how a run ended into the control database.

    Where that cannot be written the outcome says so; the record is then ended when the site is
    next opened (``flows.reopening``).
    """
    if outcome.state is None:
        raise AssertionError("a run ends in a state")
    try:
        opened.warehouse.runs.finish(
            outcome.run,
            state=outcome.state,
            at=dt.datetime.now(dt.UTC),
            fingerprint=outcome.fingerprint,
            version=outcome.version,
            counts=outcome.as_json("en"),
            findings=outcome.findings,
            message=outcome.message,
        )
    except GongkaiError as error:
        outcome.error = outcome.error or error
        told, trouble = outcome.message, error.message()
        outcome.ended(
            RunState.FAILED if outcome.state.is_good() else outcome.state,
            Message(f"{told.zh}{trouble.zh}", f"{told.en} {trouble.en}".strip()),
        )
