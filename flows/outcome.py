"""What a run tells: one object per source, the same on screen, in JSON and in the database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from schemas.message import Message
from schemas.run import RecordLedger, RunState
from schemas.source import Source

NO_MESSAGE = Message("", "")
LEDGER_KEYS = (
    "rows_read",
    "rows_new",
    "rows_changed",
    "rows_unchanged",
    "rows_quarantined",
    "rows_dropped",
    "rows_duplicate",
    "rows_superseded",
    "rows_excluded",
)


@dataclass(slots=True)
class RunOutcome:
    """How one run of one source ended, or stands before its dataset's release is cut.

    ``state`` is None between the acceptance of the batch and the release. ``upstream`` accounts
    for the upstream rows of a derived dataset: used, and not used with the reason.
    """

    run: str
    source: Source
    logical_date: dt.date
    started_at: dt.datetime
    state: RunState | None = None
    version: int | None = None
    fingerprint: str = ""
    ledger: RecordLedger = field(default_factory=RecordLedger)
    findings: dict[str, int] = field(
        default_factory=lambda: {"critical": 0, "error": 0, "warning": 0}
    )
    message: Message = NO_MESSAGE
    error: BaseException | None = None
    upstream: dict[str, Any] | None = None

    def ended(self, state: RunState, message: Message) -> RunOutcome:
        """Set how it ended; returns itself."""
        self.state, self.message = state, message
        return self

    def as_json(self, language: str) -> dict[str, Any]:
        """The object of ``gongkai run --json``; its keys are documented and stable."""
        return {
            "source": self.source.id,
            "dataset": self.source.dataset_id,
            "state": self.state.value if self.state else None,
            "version": self.version,
            **{key: getattr(self.ledger, key) for key in LEDGER_KEYS},
            "findings": dict(self.findings),
            "message": self.message.in_language(language),
            "run": self.run,
            "logical_date": self.logical_date.isoformat(),
            "excluded_reasons": dict(self.ledger.excluded_reasons),
            "upstream": self.upstream,
        }
