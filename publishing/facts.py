"""What a release is told about the runs behind it, and what comes of cutting it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from publishing.diff import ReleaseDiff
from schemas.finding import Finding
from schemas.message import Message
from schemas.run import RunState


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the last run of a source says about what is released of it.

    Attributes:
        run: id of its last run.
        state: how that run ended so far; RELEASED for one whose batch was accepted.
        rows_held: rows kept back (quarantined, or withheld otherwise).
        findings: (rule, severity) -> count.
    """

    run: str
    state: RunState
    rows_held: int = 0
    findings: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the runs say to the manifest. ``warnings`` are published in findings.json: their
    personal values are masked by the caller. ``words``: rule id -> what the rule looks for, without
    values of rows. ``now``: creation time in UTC, None = the clock."""

    sources: Mapping[str, SourceFacts] = field(default_factory=dict)
    warnings: tuple[Finding, ...] = ()
    words: Mapping[str, Message] = field(default_factory=dict)
    now: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ReleaseOutcome:
    """How cutting a release ended.

    Attributes:
        state: RELEASED, NO_CHANGE or HELD.
        version: the new version; the current one for NO_CHANGE and HELD; 0 where there is none.
        content_sha256: of that version, ``""`` where there is none.
        rows: of that version.
        diff: candidate against the version before.
        problems: findings about the release: gates that hold it, keys two sources give.
    """

    state: RunState
    version: int
    content_sha256: str
    rows: int
    diff: ReleaseDiff
    problems: tuple[Finding, ...] = ()
