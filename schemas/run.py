"""States and ledgers of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

WITHDRAWN = "已撤回 / withdrawn"
"""Among the reasons for which rows are excluded: they are withdrawn (``gongkai withdraw``)."""


class RunState(StrEnum):
    """How a run ended. Exactly one of these."""

    RELEASED = "released"
    NO_CHANGE = "no_change"
    HELD = "held"  # a critical finding, a gate or a decision is waited for
    PARTIAL = "partial"  # the connector could not show that it had everything
    FAILED = "failed"  # the fetch or the reading failed
    REFUSED = "refused"  # it may not run: lock, rolled-back dataset, wrong definition

    def is_good(self) -> bool:
        """True where the operator has nothing to do (exit code 0)."""
        return self in (RunState.RELEASED, RunState.NO_CHANGE)


@dataclass(slots=True)
class RecordLedger:
    """rows_read = the sum of everything else; asserted at the end of every run."""

    rows_read: int = 0
    rows_new: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    rows_quarantined: int = 0
    rows_dropped: int = 0
    rows_duplicate: int = 0
    rows_superseded: int = 0
    rows_excluded: int = 0
    excluded_reasons: dict[str, int] = field(default_factory=dict)

    def accounted(self) -> int:
        """The sum of the right-hand side."""
        return (
            self.rows_new
            + self.rows_changed
            + self.rows_unchanged
            + self.rows_quarantined
            + self.rows_dropped
            + self.rows_duplicate
            + self.rows_superseded
            + self.rows_excluded
        )

    def check(self) -> None:
        """Raise where a row has been lost or counted twice: a defect of ours, never of the data."""
        if self.rows_read != self.accounted():
            raise AssertionError(
                f"record ledger does not close: read {self.rows_read}, "
                f"accounted {self.accounted()}: {self}"
            )
