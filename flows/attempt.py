"""One attempt at a source: recorded when it begins, recorded when it ends, whatever happens."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable

from flows.failures import sentence_of
from flows.opened_site import OpenedSite
from flows.outcome import RunOutcome
from schemas.message import GongkaiError, IncompleteFetchError
from schemas.run import RunState
from schemas.source import Source


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
    opened.warehouse.runs.start(
        outcome.run,
        dataset=source.dataset_id,
        source=source.id,
        logical_date=logical_date,
        at=now,
    )
    try:
        work(outcome)
    except IncompleteFetchError as error:
        outcome.error = error
        outcome.ended(RunState.PARTIAL, error.message())
    except GongkaiError as error:
        outcome.error = error
        outcome.ended(RunState.FAILED, error.message())
    except Exception as error:
        outcome.error = error
        outcome.ended(RunState.FAILED, sentence_of(error))
    if outcome.state is not None:
        record_end(opened, outcome)
    return outcome


def record_end(opened: OpenedSite, outcome: RunOutcome) -> None:
    """Write how a run ended into the control database."""
    if outcome.state is None:
        raise AssertionError("a run ends in a state")
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
