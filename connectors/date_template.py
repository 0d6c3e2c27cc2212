"""``{date:%Y%m}`` in URLs, queries and bodies: the logical date of the run."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

_DATE = re.compile(r"\{date(?::([^{}]+))?\}")


def fill_date(template: str, date: dt.date) -> str:
    """Replace ``{date}`` (ISO) and ``{date:FORMAT}`` (strftime) by the day."""
    return _DATE.sub(
        lambda match: date.strftime(match.group(1)) if match.group(1) else date.isoformat(),
        template,
    )


def fill_dates(value: Any, date: dt.date) -> Any:
    """The same in every text of a nested JSON value."""
    match value:
        case str():
            return fill_date(value, date)
        case dict():
            return {key: fill_dates(item, date) for key, item in value.items()}
        case list() | tuple():
            return [fill_dates(item, date) for item in value]
    return value
