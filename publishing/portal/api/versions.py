"""Which version a request is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from publishing.portal.api.problems import ProblemError, not_found
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
        ProblemError: there is no such dataset or version, or it was withdrawn.
        QueryRefusedError: the text is neither number nor date (``wrong_value``).
    """
    index = published.index(dataset_id)
    if index is None:
        raise not_found(
            Message(
                f"没有数据集“{dataset_id}”。所有数据集见 /api/v1/datasets。",
                f"There is no dataset '{dataset_id}'. All of them are in /api/v1/datasets.",
            ),
            "no_such_dataset",
        )
    if text is None and not cursor:
        number = index.current or index.entries[-1]["version"]  # withdrawn with all others
    elif text is None:
        number = version_of_cursor(cursor)
    elif text.isascii() and text.isdigit():
        number = int(text[:MOST_DIGITS])
    else:
        number = published.number_on(dataset_id, _day(text)) or 0
    found = published.version(dataset_id, number)
    if found is not None:
        return found
    entry = index.entry(number)
    if entry is not None and entry.get("withdrawn"):
        raise _gone(number, entry["withdrawn"]["reason"])
    raise not_found(
        Message(
            f"数据集“{dataset_id}”没有这个版本。所有版本见 /api/v1/datasets/{dataset_id}。",
            f"The dataset '{dataset_id}' has no such version. All of them are in "
            f"/api/v1/datasets/{dataset_id}.",
        ),
        "no_such_version",
    )


def row_gone(notice: Mapping[str, Any]) -> ProblemError:
    """The answer for a row that was withdrawn; ``notice`` is that of ``withdrawals.json``."""
    on, reason = notice["on"], notice["reason"]
    return ProblemError(
        HTTPStatus.GONE,
        "withdrawn",
        Message(
            f"这一行已于 {on} 撤回，原因：{reason['zh']}。请删除已取得的副本。",
            f"This row was withdrawn on {on}: {reason['en']}. Delete copies that you have made.",
        ),
    )


def _gone(number: int, reason: Mapping[str, str]) -> ProblemError:
    return ProblemError(
        HTTPStatus.GONE,
        "withdrawn",
        Message(
            f"版本 {number} 已撤回，原因：{reason['zh']}。请删除已取得的副本。",
            f"Version {number} was withdrawn: {reason['en']}. Delete copies that you have made.",
        ),
    )


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
