"""Conditional requests (RFC 9110 section 13): which answer a client's validators ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus

_ENTITY_TAG = re.compile(r'\s*(?P<weak>W/)?(?P<tag>"[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)')
_STRONG_AFTER_SECONDS = 1  # a file that changed twice within a second kept its Last-Modified


def entity_tags(header: str) -> list[tuple[bool, str]]:
    """The tags of a list with whether each is weak; none where the list is not well-formed."""
    found, at = [], 0
    while at < len(header):
        match = _ENTITY_TAG.match(header, at)
        if match is None:
            return []
        found.append((match["weak"] is not None, match["tag"]))
        at = match.end()
    return found


def http_date(header: str) -> int | None:
    """Seconds since 1970 of an HTTP date; None for anything else, which is then to be ignored."""
    try:
        return int(parsedate_to_datetime(header).timestamp())
    except (ValueError, OverflowError, TypeError):
        return None


def precondition_status(headers: Mapping[str, str], etag: str, modified: int) -> HTTPStatus | None:
    """304 or 412 where a condition of the request asks for it, in the order of RFC 9110 13.2.2.

    Args:
        headers: of a GET or HEAD request, names in lower case.
        etag: of the representation that would be sent, strong.
        modified: its Last-Modified, in seconds since 1970.
    """
    if (wanted := headers.get("if-match")) is not None:
        if wanted.strip() != "*" and (False, etag) not in entity_tags(wanted):
            return HTTPStatus.PRECONDITION_FAILED
    elif (since := _date(headers, "if-unmodified-since")) is not None and modified > since:
        return HTTPStatus.PRECONDITION_FAILED
    if (known := headers.get("if-none-match")) is not None:
        same = known.strip() == "*" or etag in [tag for _weak, tag in entity_tags(known)]
        return HTTPStatus.NOT_MODIFIED if same else None
    since = _date(headers, "if-modified-since")
    if since is not None and modified <= since:
        return HTTPStatus.NOT_MODIFIED
    return None


def range_applies(
    headers: Mapping[str, str], etag: str, modified: int, now: float, *, only_coding: bool
) -> bool:
    """Whether ``If-Range`` lets the ``Range`` of a request be served (RFC 9110 13.1.5).

    A date is a strong validator only when it is old enough, and only where it cannot belong to
    another coding of the file (``only_coding``): all codings have the same date.
    """
    condition = headers.get("if-range")
    if condition is None:
        return True
    if condition.strip().startswith(('"', "W/")):
        return entity_tags(condition) == [(False, etag)]
    is_strong = only_coding and now - modified > _STRONG_AFTER_SECONDS
    return is_strong and http_date(condition) == modified


def _date(headers: Mapping[str, str], name: str) -> int | None:
    given = headers.get(name)
    return None if given is None else http_date(given)
