"""What was promised about a dataset's updates, and how it stands.

The promise is the update frequency and the statutory deadline of the dataset file. The facts are
when each source was last fetched or found unchanged. A source is late when nothing was heard of it
for longer than its frequency allows; the dataset is late when one of its sources is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from publishing.last_checks import LastCheck

ALLOWED: Final[Mapping[str, dt.timedelta | None]] = {
    "hourly": dt.timedelta(hours=3),
    "daily": dt.timedelta(days=2),
    "weekly": dt.timedelta(days=10),
    "monthly": dt.timedelta(days=45),
    "quarterly": dt.timedelta(days=120),
    "biannual": dt.timedelta(days=220),
    "annual": dt.timedelta(days=400),
    "irregular": None,
}
"""How old the last word of a source may be: its period, and time for weekends and holidays."""


class Punctuality(StrEnum):
    """How the facts stand to the promise."""

    ON_TIME = "on_time"
    LATE = "late"
    NO_PROMISE = "no_promise"


@dataclass(frozen=True, slots=True)
class SourceFreshness:
    """How fresh the rows of one source are.

    Attributes:
        name: id of the source.
        department: who gives it, zh and en; None where the source file names nobody.
        rows: that it has in the version.
        fetched_at: when the newest file behind its rows was fetched; None for none.
        checked_at: when it was last fetched or found unchanged with success.
        failed_at: when the last attempt failed; None where it did not.
        punctuality: by ``checked_at``.
    """

    name: str
    department: Mapping[str, str] | None
    rows: int
    fetched_at: dt.datetime | None
    checked_at: dt.datetime | None
    failed_at: dt.datetime | None
    punctuality: Punctuality


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh a dataset is: ``checked_at`` is that of the source heard of least recently."""

    sources: tuple[SourceFreshness, ...]
    checked_at: dt.datetime | None
    punctuality: Punctuality


def freshness(
    manifest: Mapping[str, Any], checks: Mapping[str, LastCheck], now: dt.datetime
) -> Freshness:
    """How the sources of a version stand at a moment."""
    allowed = ALLOWED[manifest["update_frequency"]]
    sources = tuple(
        _source(given, checks.get(given["source"]), allowed, now) for given in manifest["sources"]
    )
    heard = [one.checked_at for one in sources if one.checked_at is not None]
    states = {one.punctuality for one in sources}
    worst = next((one for one in (Punctuality.LATE, Punctuality.ON_TIME) if one in states), None)
    return Freshness(sources, min(heard, default=None), worst or Punctuality.NO_PROMISE)


def _source(
    given: Mapping[str, Any],
    check: LastCheck | None,
    allowed: dt.timedelta | None,
    now: dt.datetime,
) -> SourceFreshness:
    fetched = dt.datetime.fromisoformat(given["fetched_at"]) if given["fetched_at"] else None
    known = [moment for moment in (fetched, check.succeeded_at if check else None) if moment]
    checked = max(known, default=None)
    if allowed is None:
        state = Punctuality.NO_PROMISE
    else:
        late = checked is None or now - checked > allowed
        state = Punctuality.LATE if late else Punctuality.ON_TIME
    failed = None
    if check is not None and not check.good and (checked is None or check.at > checked):
        failed = check.at
    return SourceFreshness(
        given["source"], given["department"], given["rows"], fetched, checked, failed, state
    )
