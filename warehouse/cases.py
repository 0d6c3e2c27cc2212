"""The record of cases: findings with one cause, kept from run to run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from schemas.finding import Finding, Severity
from schemas.message import Message
from warehouse.tables import CaseRow

OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Case:
    """One cause of findings, as it stands after the last run of its source."""

    dataset: str
    source: str
    rule: str
    column: str
    pattern: str
    severity: Severity
    count: int
    first_run: str
    last_run: str
    is_open: bool
    message: Message


def _case(row: CaseRow) -> Case:
    return Case(
        dataset=row.dataset,
        source=row.source,
        rule=row.rule,
        column=row.column,
        pattern=row.pattern,
        severity=Severity(row.severity),
        count=row.count,
        first_run=row.first_run,
        last_run=row.last_run,
        is_open=row.state == OPEN,
        message=Message(row.message_zh, row.message_en),
    )


class CaseLedger:
    """Cases: opened, counted, closed by themselves when a run no longer shows them."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def record(self, run: str, dataset: str, source: str, findings: Iterable[Finding]) -> None:
        """Bring the cases of a source up to what its run found. Repeating it changes nothing.

        Seen cases are open with the run's count; those not seen any more are closed.
        """
        seen: dict[str, tuple[Finding, int]] = {}
        for finding in findings:
            told = finding.with_origin(dataset=dataset, source=source, run=run)
            key = hashlib.sha256(told.case_key().encode()).hexdigest()
            first, count = seen.get(key, (told, 0))
            seen[key] = (first, count + told.count)
        with self._sessions.begin() as session:
            known = {
                row.key: row
                for row in session.scalars(
                    select(CaseRow).where(CaseRow.dataset == dataset, CaseRow.source == source)
                )
            }
            for key, row in known.items():
                if key not in seen:
                    row.state = CLOSED
            for key, (finding, count) in seen.items():
                row = known.get(key) or CaseRow(key=key, first_run=run)
                row.dataset, row.source = dataset, source
                row.rule, row.column, row.pattern = finding.rule, finding.column, finding.pattern
                row.severity, row.count = finding.severity.value, count
                row.last_run, row.state = run, OPEN
                row.message_zh, row.message_en = finding.what.zh, finding.what.en
                session.add(row)

    def open_cases(self, dataset: str | None = None, source: str | None = None) -> list[Case]:
        """Open cases, by dataset, source and rule."""
        query = select(CaseRow).where(CaseRow.state == OPEN)
        if dataset is not None:
            query = query.where(CaseRow.dataset == dataset)
        if source is not None:
            query = query.where(CaseRow.source == source)
        query = query.order_by(CaseRow.dataset, CaseRow.source, CaseRow.rule, CaseRow.column)
        with self._sessions() as session:
            return [_case(row) for row in session.scalars(query)]
