"""How long to wait before asking again."""

from __future__ import annotations

import datetime as dt
import email.utils

from tenacity import RetryCallState, wait_exponential_jitter

from connectors.transfer import TransientError

MAX_RETRY_AFTER_SECONDS = 120.0
_backoff = wait_exponential_jitter(initial=1.0, max=60.0, exp_base=2, jitter=1.0)


def backoff_seconds(state: RetryCallState) -> float:
    """As long as the server asks (within the cap), else 1, 2, 4 … s with jitter."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, TransientError) and error.retry_after is not None:
        return min(max(error.retry_after, 0.0), MAX_RETRY_AFTER_SECONDS)
    return float(_backoff(state))


def retry_after_seconds(value: str | None, now: dt.datetime) -> float | None:
    """Retry-After in seconds; it is written as seconds or as a date (RFC 9110 10.2.3)."""
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - now).total_seconds())
