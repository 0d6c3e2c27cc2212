"""Byte ranges (RFC 9110 section 14)."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_RANGES = 32
"""More are nobody's honest wish (RFC 9110 17.15): the whole file is sent then."""
_SET = re.compile(r"bytes=(?P<set>.*)", re.IGNORECASE)
_SPEC = re.compile(r"[ \t]*(?:(?P<first>\d{1,18})-(?P<last>\d{1,18})?|-(?P<suffix>\d{1,18}))[ \t]*")

ByteRange = tuple[int, int]
"""First byte, and the one after the last."""


class UnsatisfiableRangeError(Exception):
    """No range of the request lies in the file: 416."""


def byte_ranges(header: str, size: int) -> list[ByteRange] | None:
    """The ranges to send of a file of ``size`` bytes, in the order asked for.

    Returns None where the header is to be ignored: another unit, not well-formed, or greedy (too
    many ranges, or such as overlap so that more than the file would be sent).

    Raises:
        UnsatisfiableRangeError: it is well-formed, and nothing of it lies in the file.
    """
    given = _SET.fullmatch(header.strip())
    if given is None:
        return None
    specs = [part for part in given["set"].split(",") if part.strip()]
    matches = [_SPEC.fullmatch(spec) for spec in specs]
    if not specs or len(specs) > MOST_RANGES:
        return None
    found: list[ByteRange] = []
    for match in matches:
        if match is None:
            return None
        if match["suffix"] is not None:
            start, end = max(size - int(match["suffix"]), 0), size
        else:
            start = int(match["first"])
            last = size - 1 if match["last"] is None else int(match["last"])
            if match["last"] is not None and last < start:
                return None
            end = min(last + 1, size)
        if start < end:
            found.append((start, end))
    if not found:
        raise UnsatisfiableRangeError
    return found if _total(found) <= size else None


def _total(ranges: Sequence[ByteRange]) -> int:
    return sum(end - start for start, end in ranges)


def content_range(one: ByteRange, size: int) -> str:
    """``Content-Range`` of one part."""
    return f"bytes {one[0]}-{one[1] - 1}/{size}"


def part_head(one: ByteRange, size: int, media_type: str, boundary: str) -> bytes:
    """What stands before one part of ``multipart/byteranges``."""
    lines = (
        f"--{boundary}",
        f"Content-Type: {media_type}",
        f"Content-Range: {content_range(one, size)}",
        "",
        "",
    )
    return "\r\n".join(lines).encode("latin-1")


def multipart_end(boundary: str) -> bytes:
    """What stands after the last part; a line end stands after each."""
    return f"--{boundary}--\r\n".encode("latin-1")
