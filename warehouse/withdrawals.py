"""The record of withdrawals: what was taken out of what is published, why, and how far it came.

A withdrawal is written down before anything is changed (``begin``), so that a killed one is
finished by whoever opens the site next. It is one of

- a row: out of all versions, and kept out of new ones until it is lifted;
- a version: its files go;
- a consequence (``cause``): rows of a derived dataset that were computed from a withdrawn row. They
  are kept out only until the dataset has been computed anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, sessionmaker

from schemas.message import Message
from warehouse.tables import WithdrawalRow
from warehouse.withdrawn_rows import WithdrawnRows


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One withdrawal.

    Attributes:
        row_id: of the row; empty for a version and for a consequence.
        version: the version that goes; None for rows.
        fields: the fields that are emptied; none: the whole row goes.
        keys: the keys of the rows as findings name them.
        rows: of a consequence: version -> row ids.
        fingerprint: of a version: the inputs as they were, for the hold that follows.
        revoked_on: the day on which what was published lost its ground (APL art. 48).
        cause: number of the withdrawal that this one follows from.
        redacted_at: when no published file held it any more.
        completed_at: when derived datasets and targets had followed.
    """

    dataset: str
    reason: Message
    requested_at: dt.datetime
    row_id: str = ""
    version: int | None = None
    fields: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    rows: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    fingerprint: str = ""
    revoked_on: dt.date | None = None
    cause: int | None = None
    number: int = 0
    redacted_at: dt.datetime | None = None
    completed_at: dt.datetime | None = None
    lifted_at: dt.datetime | None = None
    lift_reason: str = ""

    def rows_of(self, version: int) -> dict[str, frozenset[str]]:
        """Row ids that must go from a version, with the fields (none: the whole row)."""
        if self.row_id:
            return {self.row_id: frozenset(self.fields)}
        return dict.fromkeys(self.rows.get(version, ()), frozenset())

    def all_rows(self) -> dict[str, frozenset[str]]:
        """As :meth:`rows_of`, of any version."""
        if self.row_id:
            return {self.row_id: frozenset(self.fields)}
        return dict.fromkeys((one for ids in self.rows.values() for one in ids), frozenset())


def _withdrawal(row: WithdrawalRow) -> Withdrawal:
    told = row.description
    return Withdrawal(
        dataset=row.dataset,
        reason=Message(row.reason_zh, row.reason_en),
        requested_at=row.requested_at,
        row_id=row.row_id,
        version=row.version,
        fields=tuple(told.get("fields", ())),
        keys=tuple(told.get("keys", ())),
        rows={int(version): tuple(ids) for version, ids in told.get("rows", {}).items()},
        fingerprint=told.get("fingerprint", ""),
        revoked_on=row.revoked_on,
        cause=row.cause,
        number=row.id,
        redacted_at=row.redacted_at,
        completed_at=row.completed_at,
        lifted_at=row.lifted_at,
        lift_reason=row.lift_reason,
    )


class WithdrawalLedger:
    """Withdrawals: begun, brought forward, lifted, asked for."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def begin(
        self, withdrawal: Withdrawal, consequences: Sequence[Withdrawal] = ()
    ) -> tuple[int, ...]:
        """Write down what is going to be done, all of it or nothing. Returns the numbers, that of
        the withdrawal first; consequences get it as their cause."""
        with self._sessions.begin() as session:
            first = _row(withdrawal, withdrawal.cause)
            session.add(first)
            session.flush()
            others = [_row(one, first.id) for one in consequences]
            session.add_all(others)
            session.flush()
            return (first.id, *(one.id for one in others))

    def redacted(self, number: int, at: dt.datetime) -> None:
        """No published file of its dataset holds it any more."""
        with self._sessions.begin() as session:
            row = session.get_one(WithdrawalRow, number)
            row.redacted_at = row.redacted_at or at

    def completed(self, number: int, at: dt.datetime) -> None:
        """Derived datasets and targets have followed too."""
        with self._sessions.begin() as session:
            row = session.get_one(WithdrawalRow, number)
            row.completed_at = row.completed_at or at

    def lift(self, number: int, *, reason: str, at: dt.datetime) -> None:
        """Let the row be published again, from the next release on."""
        with self._sessions.begin() as session:
            row = session.get_one(WithdrawalRow, number)
            row.lifted_at, row.lift_reason = at, reason

    def lift_consequences(self, dataset: str, *, reason: str, at: dt.datetime) -> int:
        """A derived dataset was computed anew: its rows hold nothing withdrawn any more. Where that
        was the last one to follow, the withdrawal is complete."""
        query = select(WithdrawalRow).where(
            WithdrawalRow.dataset == dataset,
            WithdrawalRow.cause.is_not(None),
            WithdrawalRow.lifted_at.is_(None),
            WithdrawalRow.redacted_at.is_not(None),
        )
        with self._sessions.begin() as session:
            rows = session.scalars(query).all()
            for row in rows:
                row.lifted_at, row.lift_reason = at, reason
                row.completed_at = row.completed_at or at
            session.flush()
            for cause in {row.cause for row in rows}:
                open_ones = select(WithdrawalRow).where(
                    WithdrawalRow.cause == cause, WithdrawalRow.lifted_at.is_(None)
                )
                if session.scalars(open_ones).first() is None:
                    followed = session.get_one(WithdrawalRow, cause)
                    followed.completed_at = followed.completed_at or at
            return len(rows)

    def get(self, number: int) -> Withdrawal:
        """The withdrawal of that number."""
        with self._sessions() as session:
            return _withdrawal(session.get_one(WithdrawalRow, number))

    def of_dataset(self, dataset: str) -> list[Withdrawal]:
        """All of a dataset, oldest first."""
        return self._found(select(WithdrawalRow).where(WithdrawalRow.dataset == dataset))

    def all(self) -> list[Withdrawal]:
        """All, oldest first."""
        return self._found(select(WithdrawalRow))

    def consequences(self, number: int) -> list[Withdrawal]:
        """What follows from a withdrawal in derived datasets."""
        return self._found(select(WithdrawalRow).where(WithdrawalRow.cause == number))

    def unfinished(self, dataset: str) -> list[Withdrawal]:
        """Those whose files may still be published, oldest first."""
        query = select(WithdrawalRow).where(
            WithdrawalRow.dataset == dataset, WithdrawalRow.redacted_at.is_(None)
        )
        return self._found(query)

    def active(self, dataset: str, *, with_consequences: bool = True) -> WithdrawnRows:
        """The rows of a dataset that must not be published now."""
        rows: dict[str, frozenset[str]] = {}
        keys: set[str] = set()
        for one in self.of_dataset(dataset):
            if one.lifted_at is not None or (one.cause is not None and not with_consequences):
                continue
            keys |= set(one.keys)
            for row_id, fields in one.all_rows().items():
                known = rows.get(row_id)
                whole = not fields or known == frozenset()
                rows[row_id] = frozenset() if whole else fields | (known or frozenset())
        return WithdrawnRows(dataset, rows, frozenset(keys))

    def _found(self, query: Select[tuple[WithdrawalRow]]) -> list[Withdrawal]:
        with self._sessions() as session:
            return [_withdrawal(row) for row in session.scalars(query.order_by(WithdrawalRow.id))]


def _row(withdrawal: Withdrawal, cause: int | None) -> WithdrawalRow:
    return WithdrawalRow(
        dataset=withdrawal.dataset,
        row_id=withdrawal.row_id,
        version=withdrawal.version,
        cause=cause,
        description={
            "fields": list(withdrawal.fields),
            "keys": list(withdrawal.keys),
            "rows": {str(version): list(ids) for version, ids in withdrawal.rows.items()},
            "fingerprint": withdrawal.fingerprint,
        },
        reason_zh=withdrawal.reason.zh,
        reason_en=withdrawal.reason.en,
        revoked_on=withdrawal.revoked_on,
        requested_at=withdrawal.requested_at,
        lift_reason="",
    )
