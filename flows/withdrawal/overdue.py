"""How long withdrawals took, against the term of the law.

行政处罚法 art. 48: a published decision that is changed, revoked or annulled is withdrawn within
three days, with the reason; art. 85: these are working days.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from expectations.working_days import is_working_day
from flows.opened_site import OpenedSite
from warehouse.withdrawals import Withdrawal

TERM_WORKING_DAYS = 3
RECENT_DAYS = 90


def withdrawal_states(opened: OpenedSite) -> list[dict[str, Any]]:
    """One object per withdrawal that a person asked for, newest first."""
    found = [one for one in opened.warehouse.withdrawals.all() if one.cause is None]
    return [_state(opened, one) for one in reversed(found)]


def _state(opened: OpenedSite, one: Withdrawal) -> dict[str, Any]:
    zone = ZoneInfo(opened.site.timezone)
    ended = one.redacted_at.astimezone(zone).date() if one.redacted_at else None
    days = working_days(one.revoked_on, ended or opened.today()) if one.revoked_on else None
    return {
        "withdrawal": one.number,
        "dataset": one.dataset,
        "row_id": one.row_id or None,
        "version": one.version,
        "fields": list(one.fields),
        "reason_zh": one.reason.zh,
        "reason_en": one.reason.en,
        "requested_at": one.requested_at.isoformat(),
        "redacted_at": one.redacted_at.isoformat() if one.redacted_at else None,
        "completed_at": one.completed_at.isoformat() if one.completed_at else None,
        "lifted_at": one.lifted_at.isoformat() if one.lifted_at else None,
        "revoked_on": one.revoked_on.isoformat() if one.revoked_on else None,
        "working_days": days,
        "is_recent": (opened.today() - one.requested_at.astimezone(zone).date()).days
        <= RECENT_DAYS,
        "is_late": days is not None and days > TERM_WORKING_DAYS,
    }


def working_days(start: dt.date, end: dt.date) -> int:
    """Working days after ``start`` up to and with ``end``."""
    passed = (start + dt.timedelta(days=one) for one in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in passed)
