"""What readers report as wrong (纠错), and what became of it.

A report is a finding (RPT-01) on a dataset, a row and a field, and becomes a case. What a reader
wrote is never published; how to reach the reader is kept here only, and is erased a while after the
answer.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from schemas.finding import Finding, Severity
from schemas.message import GongkaiError, Message, WrongUseError
from schemas.rule_text import RuleText
from warehouse.cases import CaseLedger
from warehouse.tables import ErrorReportRow

READERS = "readers@portal"
"""Stands where other findings name their source; no source file can have this name."""
CONTACT_KEPT = dt.timedelta(days=90)
SAME_REPORT = dt.timedelta(days=1)
REFERENCE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No signs that are mistaken for others when read out."""
REFERENCE_LENGTH = 12

READER_REPORT = RuleText(
    "RPT-01",
    Severity.WARNING,
    Message(
        "读者反映“{column}”有误（编号 {reference}）：{told}",
        "A reader reports that {column} is wrong ({reference}): {told}",
    ),
    Message(
        "请对照原始文件核实，再用 gongkai reports {reference} --accept 或 --reject --reason 答复。",
        "Check it against the original document, then answer with gongkai reports {reference} "
        "--accept or --reject --reason.",
    ),
)


class ReportState(StrEnum):
    """What became of a report."""

    RECEIVED = "received"
    ACCEPTED = "accepted"  # it is wrong, and will be put right
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """A report. ``told``, ``wanted`` and ``contact`` are as the reader wrote them.

    Attributes:
        row_id, row_key: the row; empty where the report is on the dataset as a whole.
        source: the source the row came from.
        field: name of the field; empty where none was named.
        value: the value that was published there.
        told: what is wrong.
        wanted: what would be right.
        contact: how to reach the reader.
        reason: the answer, for everyone to see.
    """

    dataset: str
    version: int
    row_id: str
    row_key: str
    source: str
    field: str
    value: str
    told: str
    wanted: str
    contact: str
    received_at: dt.datetime
    reference: str = ""
    state: ReportState = ReportState.RECEIVED
    reason: str = ""
    answered_at: dt.datetime | None = None

    def finding(self) -> Finding:
        """The report as a finding of rule RPT-01."""
        made = READER_REPORT.finding(
            column=self.field,
            value=self.value,
            pattern=self.row_id,
            parts={
                "column": self.field or self.dataset,
                "reference": self.reference,
                "told": self.told + (f" → {self.wanted}" if self.wanted else ""),
            },
        )
        placed = replace(made, column=self.field, row_key=self.row_key, locator=self.row_id)
        return placed.with_origin(dataset=self.dataset, source=READERS, run=self.reference)


class NoSuchReportError(WrongUseError):
    """There is no report of that reference."""


class AnsweredError(GongkaiError):
    """The report has been answered."""


class ReportLedger:
    """Reports: received, listed, answered. ``cases`` hold those without an answer."""

    def __init__(self, sessions: sessionmaker[Session], cases: CaseLedger) -> None:
        self._sessions = sessions
        self._cases = cases

    def receive(self, report: ErrorReport) -> ErrorReport:
        """Keep a report under a new reference. The same report sent twice within a day is one."""
        with self._sessions.begin() as session:
            known = session.scalars(
                select(ErrorReportRow)
                .where(
                    ErrorReportRow.dataset == report.dataset,
                    ErrorReportRow.row_id == report.row_id,
                    ErrorReportRow.field == report.field,
                    ErrorReportRow.told == report.told,
                    ErrorReportRow.received_at > report.received_at - SAME_REPORT,
                )
                .limit(1)
            ).first()
            if known is not None:
                return _report(known)
            row = ErrorReportRow(
                reference=_new_reference(),
                dataset=report.dataset,
                version=report.version,
                row_id=report.row_id,
                row_key=report.row_key,
                source=report.source,
                field=report.field,
                value=report.value,
                told=report.told,
                wanted=report.wanted,
                contact=report.contact,
                state=ReportState.RECEIVED.value,
                reason="",
                received_at=report.received_at,
                answered_at=None,
            )
            session.add(row)
            session.flush()
            kept = _report(row)
        self._renew_cases(report.dataset)
        self._forget_contacts(report.received_at)
        return kept

    def get(self, reference: str) -> ErrorReport:
        """The report of a reference. Raises NoSuchReportError."""
        with self._sessions() as session:
            return _report(self._row(session, reference))

    def listed(
        self, dataset: str | None = None, *, unanswered_only: bool = True
    ) -> list[ErrorReport]:
        """Reports, the oldest first."""
        query = select(ErrorReportRow).order_by(ErrorReportRow.id)
        if dataset is not None:
            query = query.where(ErrorReportRow.dataset == dataset)
        if unanswered_only:
            query = query.where(ErrorReportRow.state == ReportState.RECEIVED.value)
        with self._sessions() as session:
            return [_report(row) for row in session.scalars(query)]

    def count_since(self, moment: dt.datetime) -> int:
        """How many reports came in after a moment."""
        query = select(func.count()).where(ErrorReportRow.received_at > moment)
        with self._sessions() as session:
            return int(session.scalar(query.select_from(ErrorReportRow)) or 0)

    def answer(
        self, reference: str, state: ReportState, *, reason: str, at: dt.datetime
    ) -> ErrorReport:
        """Accept or reject a report; everyone can see ``reason``.

        Raises NoSuchReportError, or AnsweredError where it has an answer.
        """
        with self._sessions.begin() as session:
            row = self._row(session, reference)
            if row.state != ReportState.RECEIVED.value:
                raise AnsweredError(
                    Message(
                        f"纠错 {reference} 已经答复过。",
                        f"The report {reference} has an answer already.",
                    ),
                    advice=Message(
                        f"用 gongkai reports {reference} 查看。",
                        f"See gongkai reports {reference}.",
                    ),
                )
            row.state, row.reason, row.answered_at = state.value, reason, at
            answered = _report(row)
        self._renew_cases(answered.dataset)
        self._forget_contacts(at)
        return answered

    def _row(self, session: Session, reference: str) -> ErrorReportRow:
        wanted = reference.strip().upper()
        query = select(ErrorReportRow).where(ErrorReportRow.reference == wanted)
        row = session.scalars(query).first()
        if row is None:
            raise NoSuchReportError(
                Message(f"没有编号为 {reference} 的纠错。", f"There is no report {reference}."),
                advice=Message(
                    "用 gongkai reports --all 查看全部。", "See all with gongkai reports --all."
                ),
            )
        return row

    def _renew_cases(self, dataset: str) -> None:
        """One open case for each row and field that has reports without an answer."""
        waiting: Sequence[ErrorReport] = self.listed(dataset)
        run = waiting[-1].reference if waiting else ""
        self._cases.record(run, dataset, READERS, [one.finding() for one in waiting])

    def _forget_contacts(self, now: dt.datetime) -> None:
        with self._sessions.begin() as session:
            session.execute(
                update(ErrorReportRow)
                .where(ErrorReportRow.answered_at < now - CONTACT_KEPT)
                .values(contact="")
            )


def _new_reference() -> str:
    signs = "".join(secrets.choice(REFERENCE_SIGNS) for _ in range(REFERENCE_LENGTH))
    return "-".join(signs[at : at + 4] for at in range(0, REFERENCE_LENGTH, 4))


def _report(row: ErrorReportRow) -> ErrorReport:
    return ErrorReport(
        dataset=row.dataset,
        version=row.version,
        row_id=row.row_id,
        row_key=row.row_key,
        source=row.source,
        field=row.field,
        value=row.value,
        told=row.told,
        wanted=row.wanted,
        contact=row.contact,
        received_at=row.received_at,
        reference=row.reference,
        state=ReportState(row.state),
        reason=row.reason,
        answered_at=row.answered_at,
    )
