"""Time as the connectors see it, handed in so that tests need not wait."""

from __future__ import annotations

import datetime as dt
import time
from typing import Protocol

CHINA_TIME = dt.timezone(dt.timedelta(hours=8), "+08:00")
"""The civil time of the whole country; a declared expiry date ends at its midnight."""


class Clock(Protocol):
    """What a connector asks of time."""

    def now(self) -> dt.datetime:
        """The present moment, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards, for budgets."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> dt.datetime:
        """The present moment, in UTC."""
        return dt.datetime.now(dt.UTC)

    def monotonic(self) -> float:
        """Seconds since some moment; unaffected by changes of the wall clock."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def civil_date(moment: dt.datetime) -> dt.date:
    """The calendar day in China on which ``moment`` falls."""
    return moment.astimezone(CHINA_TIME).date()
