"""From a found file and a request to the answer: status, header fields, pieces of the body."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

from publishing.portal.files.byte_ranges import (
    ByteRange,
    UnsatisfiableRangeError,
    byte_ranges,
    content_range,
    multipart_end,
    part_head,
)
from publishing.portal.files.coding import LEAST_BYTES, MOST_BYTES, Compressed, accepts_gzip
from publishing.portal.files.finding import FoundFile
from publishing.portal.files.lifetime import NEVER
from publishing.portal.files.opening import OpenedFile
from publishing.portal.files.preconditions import precondition_status, range_applies

CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Content-Disposition, Content-Encoding, Content-Length, Content-Range, "
        "ETag, Last-Modified, Link, Retry-After"
    ),
}
"""Public files may be read by any page."""
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"


@dataclass(frozen=True, slots=True)
class Slice:
    """Bytes of an opened file."""

    file: OpenedFile
    start: int
    end: int


Piece = bytes | Slice


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What to send. ``found`` is closed by whoever sends it."""

    status: HTTPStatus
    headers: Mapping[str, str]
    pieces: Sequence[Piece]
    found: FoundFile


def answer(
    found: FoundFile, request: Mapping[str, str], *, is_head: bool, compressed: Compressed
) -> FileAnswer:
    """The answer to a GET or HEAD request whose header fields (names in lower case) are given."""
    size, modified = found.file.size, found.file.modified
    encoded = found.compressible and (found.gzip is not None or LEAST_BYTES <= size <= MOST_BYTES)
    wants_gzip = encoded and accepts_gzip(request.get("accept-encoding"))
    identity = f'"{found.sha256}"'
    etag = f'"{found.sha256}-gzip"' if wants_gzip else identity
    headers = _headers(found, etag, varies=encoded)
    status = precondition_status(request, etag, modified)
    if status is HTTPStatus.PRECONDITION_FAILED:
        headers["Cache-Control"] = NEVER  # it answers this request only, not the address
    if status is not None:
        return FileAnswer(status, headers, (), found)
    headers |= _content_headers(found)
    wanted = None if is_head else request.get("range")
    if wanted is not None and range_applies(
        request, identity, modified, time.time(), only_coding=not wants_gzip
    ):
        try:
            ranges = byte_ranges(wanted, size)
        except UnsatisfiableRangeError:
            del headers["Content-Disposition"]
            headers |= {"Content-Range": f"bytes */{size}", "Content-Length": "0"}
            headers |= {"ETag": identity, "Cache-Control": NEVER}
            return FileAnswer(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers, (), found)
        if ranges is not None:
            headers["ETag"] = identity
            return _partial(found, headers, ranges)
    body = _gzip_body(found, compressed) if wants_gzip else Slice(found.file, 0, size)
    length = len(body) if isinstance(body, bytes) else body.end
    headers["Content-Length"] = str(length)
    if wants_gzip:
        headers["Content-Encoding"] = "gzip"
    return FileAnswer(HTTPStatus.OK, headers, (body,), found)


def _headers(found: FoundFile, etag: str, *, varies: bool) -> dict[str, str]:
    """What 200 and 304 have in common."""
    headers = {
        "ETag": etag,
        "Last-Modified": formatdate(found.file.modified, usegmt=True),
        "Cache-Control": found.lifetime,
        **CROSS_ORIGIN,
    }
    if varies:
        headers["Vary"] = "Accept-Encoding"
    return headers


def _content_headers(found: FoundFile) -> dict[str, str]:
    headers = {
        "Content-Type": found.media_type,
        "Content-Disposition": found.disposition,
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
    }
    if found.link:
        headers["Link"] = found.link
    if found.media_type.startswith("image/svg"):
        headers["Content-Security-Policy"] = _PICTURE_POLICY
    return headers


def _gzip_body(found: FoundFile, compressed: Compressed) -> Piece:
    if found.gzip is not None:
        return Slice(found.gzip, 0, found.gzip.size)
    return compressed.gzip(found.sha256, found.file.read(0, found.file.size))


def _partial(found: FoundFile, headers: dict[str, str], ranges: list[ByteRange]) -> FileAnswer:
    size = found.file.size
    if len(ranges) == 1:
        start, end = ranges[0]
        headers |= {
            "Content-Range": content_range(ranges[0], size),
            "Content-Length": str(end - start),
        }
        return FileAnswer(
            HTTPStatus.PARTIAL_CONTENT, headers, (Slice(found.file, start, end),), found
        )
    boundary = secrets.token_hex(16)
    pieces: list[Piece] = []
    length = 0
    for one in ranges:
        head = part_head(one, size, found.media_type, boundary)
        pieces += [head, Slice(found.file, *one), b"\r\n"]
        length += len(head) + one[1] - one[0] + 2
    pieces.append(multipart_end(boundary))
    headers |= {
        "Content-Type": f"multipart/byteranges; boundary={boundary}",
        "Content-Length": str(length + len(multipart_end(boundary))),
    }
    return FileAnswer(HTTPStatus.PARTIAL_CONTENT, headers, pieces, found)
