"""The cursor of a page: where it ended, bound to the version's rows and to the query.

A cursor is base64url of JSON: version, values of the sort keys in the last row, its place in
release order, and a hash over these, the query and the rows. It holds nothing secret and is not
signed: what it says is read strictly, typed and bound like any other value, so that a forged one
is merely a filter. The hash tells a damaged cursor, one of another query, and one of rows that
were since replaced.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from publishing.queries.refusals import QueryRefusedError
from publishing.queries.typed_values import value_text
from schemas.message import Message

HASH_DIGITS = 16
MOST_CHARACTERS = 8_000
LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: ``values`` are the sort keys as texts, None where there was no value."""

    version: int
    position: int
    values: tuple[str | None, ...]


def write_cursor(version: int, position: int, values: Sequence[Any], bound_to: str) -> str:
    """The cursor of the page after a row."""
    texts = [None if value is None else value_text(value) for value in values]
    content = [version, position, texts]
    text = json.dumps([*content, _hash(content, bound_to)], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, bound_to: str) -> Place:
    """Where the page before ended.

    Raises:
        QueryRefusedError: it is damaged, or of another query or other rows (``wrong_cursor``).
    """
    place, given = _parsed(cursor)
    content = [place.version, place.position, list(place.values)]
    if given != _hash(content, bound_to):
        raise wrong_cursor()
    return place


def version_of_cursor(cursor: str) -> int:
    """The version that a cursor is of, so that paging goes on in it after a new release.

    Raises:
        QueryRefusedError: it is damaged (``wrong_cursor``).
    """
    return _parsed(cursor)[0].version


def wrong_cursor() -> QueryRefusedError:
    """The refusal of a cursor."""
    return QueryRefusedError(
        "wrong_cursor",
        "cursor",
        Message(
            "游标已损坏，或属于另一个查询、另一个版本。",
            "The cursor is damaged, or belongs to another query or version.",
        ),
        Message(
            "请原样使用响应中的 next 链接，或从第一页重新开始。",
            "Follow the next link of the answer as it is, or start again at the first page.",
        ),
    )


def _parsed(cursor: str) -> tuple[Place, str]:
    if len(cursor) > MOST_CHARACTERS:
        raise wrong_cursor()
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        content = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError):  # also for what is no base64, UTF-8 or JSON
        raise wrong_cursor() from None
    match content:
        case [int(version), int(position), list(values), str(given)] if (
            all(value is None or isinstance(value, str) for value in values)
            and 0 < version < LARGEST
            and 0 <= position < LARGEST
            and not isinstance(version, bool)
            and not isinstance(position, bool)
        ):
            return Place(version, position, tuple(values)), given
    raise wrong_cursor()


def _hash(content: Sequence[Any], bound_to: str) -> str:
    text = json.dumps([content, bound_to], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS]
