"""Deliveries to targets: queued with what was published, served later, tried again after trouble.

A delivery is either the *state* of a dataset (the target is to be brought up to date, whatever
happened in between: one row, asked for again and again) or one *event* (told once, in order).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from schemas.message import Message
from warehouse.delivery_tables import DeliveryAttemptRow, DeliveryRow

STATE = "state"
PENDING, DONE, FAILED = "pending", "done", "failed"
NO_ERROR = Message("", "")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery.

    Attributes:
        target: name of the target in the site file.
        event: :data:`STATE`, or what happened: ``release:7``.
        details: what is told of an event.
        state: ``pending``, ``done``, or ``failed`` (the last attempt failed).
        attempts: in vain since the last success.
        asked: how often it was asked for; an attempt serves what was asked before it began.
        next_attempt_at: None where nothing is due: it is done, or was given up.
        ended_at: of the last attempt.
        error: of the last attempt, empty after a success.
        done: what the last success did.
        fingerprint: of what was delivered last, by which settings.
    """

    id: int
    target: str
    dataset: str
    event: str
    details: Mapping[str, Any] = field(default_factory=dict)
    state: str = PENDING
    attempts: int = 0
    queued_at: dt.datetime | None = None
    asked: int = 1
    next_attempt_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    error: Message = NO_ERROR
    done: Mapping[str, Any] = field(default_factory=dict)
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a delivery, as it ended."""

    began_at: dt.datetime
    ended_at: dt.datetime
    succeeded: bool
    done: Mapping[str, Any]
    error: Message


class DeliveryLedger:
    """Deliveries: queued, served, asked for."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def queue(
        self,
        target: str,
        dataset: str,
        event: str,
        *,
        at: dt.datetime,
        details: Mapping[str, Any] | None = None,
        again: bool = False,
    ) -> None:
        """Ask for a delivery. An event that is known already is left as it is; a state, and
        with ``again`` an event, is due once more."""
        try:
            self._queue(target, dataset, event, at, details, again=again)
        except IntegrityError:  # another process has just asked for the same
            self._queue(target, dataset, event, at, details, again=again)

    def _queue(
        self,
        target: str,
        dataset: str,
        event: str,
        at: dt.datetime,
        details: Mapping[str, Any] | None,
        *,
        again: bool,
    ) -> None:
        with self._sessions.begin() as session:
            row = session.scalars(
                select(DeliveryRow).where(
                    DeliveryRow.target == target,
                    DeliveryRow.dataset == dataset,
                    DeliveryRow.event == event,
                )
            ).first()
            if row is None:
                session.add(
                    DeliveryRow(
                        target=target,
                        dataset=dataset,
                        event=event,
                        details=dict(details or {}),
                        state=PENDING,
                        queued_at=at,
                        next_attempt_at=at,
                    )
                )
            elif event == STATE or again:
                row.state, row.attempts, row.asked = PENDING, 0, row.asked + 1
                row.queued_at = row.next_attempt_at = at
                row.details = dict(details) if details is not None else row.details

    def undone(self, target: str, dataset: str | None = None) -> list[Delivery]:
        """Deliveries of a target that are not done, given up ones too, oldest first."""
        query = select(DeliveryRow).where(DeliveryRow.target == target, DeliveryRow.state != DONE)
        if dataset is not None:
            query = query.where(DeliveryRow.dataset == dataset)
        with self._sessions() as session:
            rows = session.scalars(query.order_by(DeliveryRow.id))
            return [_delivery(row) for row in rows]

    def is_due(self, targets: Sequence[str], at: dt.datetime) -> bool:
        """Whether any delivery of these targets has its time come."""
        query = select(DeliveryRow.id).where(
            DeliveryRow.target.in_(list(targets)), DeliveryRow.next_attempt_at <= at
        )
        with self._sessions() as session:
            return session.scalars(query.limit(1)).first() is not None

    def began(self, delivery: Delivery) -> None:
        """Record that an attempt begins: from now on nobody knows what the target holds, until it
        succeeds. A killed attempt is so never taken for one that was not needed."""
        with self._sessions.begin() as session:
            _row(session, delivery).fingerprint = ""

    def succeeded(
        self,
        delivery: Delivery,
        *,
        began: dt.datetime,
        at: dt.datetime,
        done: Mapping[str, Any],
        fingerprint: str = "",
    ) -> None:
        """Record a success. What was asked for meanwhile stays due."""
        with self._sessions.begin() as session:
            row = _row(session, delivery)
            row.attempts, row.ended_at, row.done = 0, at, dict(done)
            row.error_zh = row.error_en = ""
            row.fingerprint = fingerprint
            if row.asked == delivery.asked:
                row.state, row.next_attempt_at = DONE, None
            session.add(_attempt(delivery, began, at, done=done))

    def settled(self, delivery: Delivery) -> None:
        """Record that the target has already what was asked for: nothing was attempted."""
        with self._sessions.begin() as session:
            row = _row(session, delivery)
            if row.asked == delivery.asked:
                row.state, row.next_attempt_at, row.attempts = DONE, None, 0
                row.error_zh = row.error_en = ""

    def failed(
        self,
        delivery: Delivery,
        *,
        began: dt.datetime,
        at: dt.datetime,
        error: Message,
        next_attempt_at: dt.datetime | None,
    ) -> None:
        """Record a failure, and when it is tried again (None: not by itself)."""
        with self._sessions.begin() as session:
            row = _row(session, delivery)
            row.state, row.attempts = FAILED, row.attempts + 1
            row.ended_at, row.next_attempt_at = at, next_attempt_at
            row.error_zh, row.error_en = error.zh, error.en
            session.add(_attempt(delivery, began, at, error=error))

    def of_target(self, target: str, dataset: str | None = None) -> list[Delivery]:
        """All deliveries of a target, oldest first."""
        query = select(DeliveryRow).where(DeliveryRow.target == target)
        if dataset is not None:
            query = query.where(DeliveryRow.dataset == dataset)
        with self._sessions() as session:
            rows = session.scalars(query.order_by(DeliveryRow.id))
            return [_delivery(row) for row in rows]

    def state_of(self, target: str, dataset: str) -> Delivery | None:
        """The delivery of a dataset's state; None where it was never asked for."""
        found = self.of_target(target, dataset)
        return next((one for one in found if one.event == STATE), None)

    def attempts(self, delivery: int) -> list[Attempt]:
        """The log of a delivery, oldest first."""
        query = (
            select(DeliveryAttemptRow)
            .where(DeliveryAttemptRow.delivery == delivery)
            .order_by(DeliveryAttemptRow.id)
        )
        with self._sessions() as session:
            return [
                Attempt(
                    row.began_at,
                    row.ended_at,
                    row.succeeded,
                    row.done,
                    Message(row.error_zh, row.error_en),
                )
                for row in session.scalars(query)
            ]


def _row(session: Session, delivery: Delivery) -> DeliveryRow:
    row = session.get(DeliveryRow, delivery.id)
    if row is None:
        raise KeyError(delivery.id)
    return row


def _attempt(
    delivery: Delivery,
    began: dt.datetime,
    at: dt.datetime,
    *,
    done: Mapping[str, Any] | None = None,
    error: Message | None = None,
) -> DeliveryAttemptRow:
    return DeliveryAttemptRow(
        delivery=delivery.id,
        began_at=began,
        ended_at=at,
        succeeded=error is None,
        done=dict(done or {}),
        error_zh=error.zh if error else "",
        error_en=error.en if error else "",
    )


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.id,
        target=row.target,
        dataset=row.dataset,
        event=row.event,
        details=row.details,
        state=row.state,
        attempts=row.attempts,
        queued_at=row.queued_at,
        asked=row.asked,
        next_attempt_at=row.next_attempt_at,
        ended_at=row.ended_at,
        error=Message(row.error_zh, row.error_en),
        done=row.done,
        fingerprint=row.fingerprint,
    )
