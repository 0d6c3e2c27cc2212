"""Which version a request is about."""

from __future__ import annotations

import datetime as dt

from publishing.portal.api.problems import not_found
from publishing.portal.published import Published, PublishedVersion
from publishing.queries.cursors import version_of_cursor
from publishing.queries.refusals import QueryRefusedError
from schemas.message import Message

MOST_DIGITS = 18
EXAMPLES = ("3", "2026-03-01")


def wanted_version(
    published: Published, dataset_id: str, text: str | None, cursor: str = ""
) -> PublishedVersion:
    """The version by number or by date (the one current at the end of that day); without either
    that of the cursor, else the current one.

    Raises:
        ProblemError: there is no such dataset or version.
        QueryRefusedError: the text is neither number nor date (``wrong_value``).
    """
    if published.index(dataset_id) is None:
        raise not_found(
            Message(
                f"没有数据集“{dataset_id}”。所有数据集见 /api/v1/datasets。",
                f"There is no dataset '{dataset_id}'. All of them are in /api/v1/datasets.",
            ),
            "no_such_dataset",
        )
    if text is None and cursor:
        found = published.version(dataset_id, version_of_cursor(cursor))
    elif text is None:
        found = published.version(dataset_id)
    elif text.isascii() and text.isdigit():
        found = published.version(dataset_id, int(text[:MOST_DIGITS]))
    else:
        found = published.version_on(dataset_id, _day(text))
    if found is None:
        raise not_found(
            Message(
                f"数据集“{dataset_id}”没有这个版本。所有版本见 /api/v1/datasets/{dataset_id}。",
                f"The dataset '{dataset_id}' has no such version. All of them are in "
                f"/api/v1/datasets/{dataset_id}.",
            ),
            "no_such_version",
        )
    return found


def _day(text: str) -> dt.date:
    try:
        if len(text) == len("2026-03-01"):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise QueryRefusedError(
        "wrong_value",
        "version",
        Message(f"“{text}”不是版本号或日期。", f"'{text}' is neither a version nor a date."),
        Message(
            "例如：version=3 或 version=2026-03-01。",
            "For example: version=3 or version=2026-03-01.",
        ),
        EXAMPLES,
    )
